"""What a program needs of its environment, as its code says.

These words say it everywhere: code *reads* a variable; the program stops without one that it *demands*; it *wishes* for one that it
reads without a value of its own, or with one that means its own machine; and schemas *declare* variables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._env_declared import declared_in
from toolkit.checks.references._env_demanded import demanded_in
from toolkit.checks.references._env_forms import LOCAL, NAME, READ, TAKEN_APART, WISHED, names
from toolkit.checks.references._services import CODE, sources
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["declared", "demanded", "in_settings", "reads", "reads_of", "wished"]

_READERS = ("env", "BaseSettings", "decouple")
"""What names an environment has one, in any case: most sources have none, and expressions look at every character."""
_LARGEST = 300_000
_SPRING = regex(rf"\$\{{({NAME})\}}")
_SPRING_FILES = regex(
    r"(^|/)src/main/resources/(?:application|bootstrap)(?:-(?:prod|k8s|kubernetes|docker)\w*)?\.(?:ya?ml|properties)$"
)
_OF_SETTINGS = regex(r"(?:^|/)(?:config|settings|env|environment|configuration|main)\.(?:py|ts|js|mjs|go|rs)$")
_MOST_SETTINGS = 40
_TEST = regex(
    r"(^|/)(tests?|__tests__|spec|e2e|examples?|scripts|migrations?|fixtures|docs|tools)/|[._](test|spec|config)\.|(^|/)(conftest|test_\w+|setup)\.py$"
)
_AMBIENT = regex(
    r"NODE_ENV|NODE_OPTIONS|PATH|HOME|HOSTNAME|USER|SHELL|TZ|LANG|CI|PWD|TMPDIR|DEBUG|PORT|HOST|KUBERNETES_\w+|npm_\w+|VERCEL\w*|PYTHON\w+"
    r"|GITHUB_\w+|NEXT_PUBLIC_\w+|VITE_\w+|REACT_APP_\w+|EXPO_PUBLIC_\w+|NEXT_RUNTIME|RUST_LOG|RUST_BACKTRACE|APP_VERSION|\w*COMMIT\w*|\w*_SHA"
)
"""Variables that every machine has, that a build fills in, or without which a program does as well."""
_WATCHES = regex(r"SENTRY_\w+|OTEL_\w+|DD_\w+|NEW_RELIC\w*|BUILD_\w+|RELEASE\w*|\w+_VERSION|\w*POSTHOG\w*")
"""Variables of those who watch a program, which it only needs where it stops without them."""


def reads_of(context: Inspection, path: str) -> tuple[str, ...]:
    """The environment variables that one file of code reads."""
    return context.fact(_read_in, path)


@once_a_run
def reads(context: Inspection, folder: str) -> frozenset[str]:
    """The environment variables that the code of a folder reads."""
    return frozenset(name for path in _readers(context, folder) for name in reads_of(context, path))


def demanded(context: Inspection, folder: str) -> dict[str, str]:
    """The variables without which a program of a folder stops, each with a source that says so."""
    return _needed(context, folder, 0)


def wished(context: Inspection, folder: str, *, local: bool = False) -> dict[str, str]:
    """The variables that a program reads without a value of its own, or with one that means its own machine."""
    return _needed(context, folder, 2 if local else 1)


@once_a_run
def declared(context: Inspection, folder: str) -> frozenset[str]:
    """The variables that the schemas of a program have fields for."""
    paths = _readers(context, folder) if sources(context, folder) else _settings_of(context, folder)
    return frozenset(name for path in paths for name in context.fact(_declared_in, path))


@once_a_run
def in_settings(context: Inspection, folder: str) -> frozenset[str]:
    """The variables that the sources of a package which are named like those of settings read or have fields for."""
    paths = _settings_of(context, folder)
    return frozenset(name for path in paths for name in (*context.fact(_declared_in, path), *reads_of(context, path)))


@once_a_run
def _needed(context: Inspection, folder: str, which: int) -> dict[str, str]:
    found: dict[str, str] = {}
    few = sources(context, folder)
    for path in _readers(context, folder) if few else _settings_of(context, folder) if which == 0 else ():
        for name in context.fact(_needed_in, path)[which]:
            if not _AMBIENT.fullmatch(name) and not (which and _WATCHES.fullmatch(name)):
                found.setdefault(name, path)
    for path in context.below(folder) if which == 0 and folder != "." else ():
        for name in context.fact(_of_spring, path) if _SPRING_FILES.search(path) else ():
            found.setdefault(name, path)
    return found


def _settings_of(context: Inspection, folder: str) -> tuple[str, ...]:
    """The sources of a large program that are named like those which hold its settings."""
    tracked = context.inventory.tracked_set
    below = context.below(folder) if folder != "." else ()
    return tuple(path for path in below if _OF_SETTINGS.search(path) and path in tracked)[:_MOST_SETTINGS]


def _readers(context: Inspection, folder: str) -> tuple[str, ...]:
    """The code of a folder that may name its environment, which most of it does not."""
    return tuple(filter(_all_readers(context).__contains__, sources(context, folder)))


@once_a_run
def _all_readers(context: Inspection) -> frozenset[str]:
    named = (
        *(f"*{ending}" for ending in CODE),
        *(f"application.{ending}" for ending in ("yml", "yaml", "properties")),
    )
    return frozenset(files_with(context, _READERS, named, ignore_case=True, everything=True))


def _read_in(context: Inspection, path: str) -> tuple[str, ...]:
    return tuple(sorted(names(READ, text_of(context, path, _LARGEST, errors="replace"))))


def _needed_in(context: Inspection, path: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The variables without which one source stops, those that it has no value for, and those that then mean its machine."""
    text = text_of(context, path, _LARGEST, errors="replace") if not _TEST.search(path) else ""
    bare = names(WISHED, text)
    for match in TAKEN_APART.finditer(text):
        bare |= {name for item in match[1].split(",") if re.fullmatch(NAME, name := item.partition(":")[0].strip())}
    needed = demanded_in(text, {*bare, *reads_of(context, path)})
    own = LOCAL.finditer(text) if "localhost" in text or "127.0.0.1" in text else ()
    local = {match[1] for match in own} - needed - bare
    return tuple(sorted(needed)), tuple(sorted(bare - needed)), tuple(sorted(local))


def _declared_in(context: Inspection, path: str) -> tuple[str, ...]:
    text = text_of(context, path, _LARGEST, errors="replace") if not _TEST.search(path) else ""
    return tuple(sorted(declared_in(text)))


def _of_spring(context: Inspection, path: str) -> tuple[str, ...]:
    """The variables that the settings of a Spring application fill in, and have no default for."""
    text = text_of(context, path, errors="replace")
    plain = re.sub(r"(?m)^[ \t]*#[^\n]*", "", text)
    return tuple(sorted({match[1] for match in _SPRING.finditer(plain)})) if len(text) <= _LARGEST else ()
