"""What a program needs of its environment, as its code says.

These words say it everywhere: code *reads* a variable; the program stops without one that it *demands*; it *wishes* for one that it
reads without a value of its own, or with one that means its own machine; and schemas *declare* variables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._environment.declared import declared_in
from toolkit.checks.references._environment.forms import (
    BY_ANOTHER,
    DEMANDED,
    LOCAL,
    NAME,
    READ,
    TAKEN_APART,
    WISHED,
    has,
    names,
)
from toolkit.checks.references._services import CODE, sources
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


@once_a_run
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
    needed = _demanded_in(text, {*bare, *reads_of(context, path)})
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


_QUOTED = regex(rf"[\"'`]({NAME})[\"'`]")
_ENV_OBJECT = regex(r"\benv\s*=\s*(?:environ\.)?Env\(")
_OF_ENV = regex(rf"\benv(?:\.(?:str|int|bool|list|url|db|float|json|path))?\(\s*[\"']({NAME})[\"']\s*\)")
_WITH_DEFAULT = regex(rf"\b({NAME})\s*=\s*\(")
"""Of ``environ.Env(DEBUG=(bool, False))``: the type and the value of a variable that nobody sets."""
_LOOP = regex(
    r"\bof\s*\[([^\[\]]{1,1000})\]|\bin\s*[\[(]([^\[\]()]{1,1000})[\])]\s*:|\[([^\[\]]{1,1000})\]\s*\.forEach\(|\[\]string\{([^{}]{1,1000})\}"
)
_LIST = regex(
    r"(?i:\b\w{0,40}(?:required|mandatory)\w{0,40})(?::[^=\n]{0,80})?[ \t]*:?=[ \t]*(?:new Set\(|frozenset\(|Set\(|\[\]string)?[ \t]*[\[{(]([^\]})]{1,1000})[\]})]"
)
_ARGUMENT = regex(rf"\(\s*[\"'`]({NAME})[\"'`]")
_CLOSED = regex(r"\s*\)")
_ASKS = regex(r"\b(?:must|require|required|need|mandatory|assert)\w{0,30}\Z")
_OR_STOPS = regex(
    r"\b(?:getOrThrow|getEnvOrThrow|getRequiredEnv\w{0,20}|getRequired|get_required_env\w{0,20}|envOrThrow|mustGet\w{0,20}|MustGet\w{0,20})(?:<[^<>()]{0,80}>)?\Z"
)
_BEFORE = 130
"""Characters before an argument in which the function's name stands."""
_STOPS = regex(
    r"\bthrow\b(?!\s+new\s+\w{0,20}(?:H[Tt][Tt][Pp]|Request|Unauthori|Forbidden|NotFound|TRPC|Response))|\bexit\(|\braise\b(?!\s+HTTP)|\bpanic\(|Fatal"
)
"""What ends a program, and not only a request."""
_EITHER = regex(r"(?:&&|\band\b)\s*(?:!|not\b)[^\n]{0,80}(?:env|[A-Z_]{3})")
"""A condition that holds only where another variable is missing, too."""
_LATER = regex(
    r"\s*if\s*\(?(?:!\s*|not )\w{1,60}\)?\s*[{:]\s*|\s*if \(?\w{1,60} (?:is None|===? (?:null|undefined))\)?\s*[{:]\s*"
)
"""What is made when it is first wanted: ``if (!client) {``."""
_IF = regex(r"\bif\b")
_NEAR = 300
_READ = r"(?:process\.env\.{0}\b|(?:process\.env\[|(?:os\.)?environ\.get\(|(?:os\.)?getenv\(|Deno\.env\.get\(|os\.(?:Getenv|LookupEnv)\()\s*[\"']{0}[\"']\s*[\])])"
"""How a variable is read without a value of its own."""


def _demanded_in(text: str, read: Iterable[str]) -> set[str]:
    """The variables that a source stops without.

    Args:
        text: the source.
        read: variables that it reads, each of which is asked about by itself where none of the usual forms tells.
    """
    found = {name for word, form in DEMANDED if word in text for name in form.findall(text)}
    found |= {name for name, needed in declared_in(text).items() if needed}
    found |= {*_arguments(text), *_of_env_object(text), *_in_lists(text)}
    others = set(read) - found if _STOPS.search(text) else ()
    return found | {name for name in others if _is_refused(text, name)}


def _arguments(text: str) -> Iterator[str]:
    """Variables that are given to a function which stops without one, as its name says: ``mustGet("X")``."""
    for match in _ARGUMENT.finditer(text):
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if _OR_STOPS.search(before) or (_CLOSED.match(text, match.end()) and _ASKS.search(before)):
            yield match[1]


def _of_env_object(text: str) -> set[str]:
    """Variables that are read by an object of ``django-environ`` which has no default for them."""
    if "Env(" not in text or not _ENV_OBJECT.search(text):
        return set()
    return set(_OF_ENV.findall(text)) - set(_WITH_DEFAULT.findall(text))


def _in_lists(text: str) -> Iterator[str]:
    """Variables of a list of required ones, and of one that a loop reads and refuses, in a source that reads by names it is given."""
    if not has(BY_ANOTHER, text) or not _STOPS.search(text):
        return
    for match in _LIST.finditer(text):
        yield from _QUOTED.findall(match[1])
    for match in _LOOP.finditer(text):
        body = text[match.end() : match.end() + _NEAR]
        if has(BY_ANOTHER, body) and _STOPS.search(body):
            yield from _QUOTED.findall(next(filter(None, match.groups())))


def _is_refused(text: str, name: str) -> bool:
    """Whether a program that read a variable stops where it is empty: ``if (!NAME) throw``, ``if X is None: raise``.

    Args:
        text: a source.
        name: the variable, of whose reads none brings a value.
    """
    read = _READ.format(name)
    held = re.search(
        rf"\b(\w{{1,80}})(?:[ \t]{{0,8}},[ \t]{{0,8}}(\w{{1,80}}))?[ \t]{{0,8}}(?::[ \t]*[\w<>| ]{{1,40}})?(?::=|=)[ \t]*(?:await )?{read}(?![ \t]*(?:\?\?|\|\||or\b))",
        text,
    )
    local = "|".join(re.escape(one) for one in (name, *(held.groups() if held else ())) if one and one != "_")
    value = rf"(?:{read}|(?:process\.env\.)?\b(?:{local})\b)"
    refused = re.compile(rf"![ ]?{value}|\bnot {value}|{value}\s*(?:is None|===? ?(?:undefined|null|\"\"|''|nil))")
    return any(_is_stop(text, match.start(), match.end()) for match in refused.finditer(text))


def _is_stop(text: str, begin: int, end: int) -> bool:
    """Whether a condition that holds something stops the program."""
    line = text[max(text.rfind("\n", max(begin - _NEAR, 0), begin) + 1, begin - _NEAR) : end + 120].partition("\n")[0]
    before = text[max(begin - _NEAR, 0) : begin].rsplit("\n", 2)
    if len(before) > 1 and _LATER.fullmatch(before[-2]):
        return False
    return (
        _IF.search(line) is not None
        and not _EITHER.search(line)
        and _STOPS.search(text[end : end + _NEAR].partition("\n}")[0]) is not None
    )
