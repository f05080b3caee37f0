"""Environment variables that a program wants, as its code says, and those that a container is given."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._dockerfiles import read as dockerfile
from toolkit.checks.references._env_names import ANY, HARD, NAME, SOFT, asked_for, has, names
from toolkit.checks.references._env_refused import is_refused, required
from toolkit.checks.references._kubernetes import nearest, same_namespace
from toolkit.checks.references._kubernetes_made import makers
from toolkit.checks.references._services import readers, reads_of, sources
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Container
    from toolkit.checks.references._services import Program

__all__ = ["declared", "demanded", "given", "in_settings", "wished"]

_LARGEST = 300_000
_HERE = regex(
    rf"""(?<![A-Z0-9_])({NAME})["']?\s*\]?\s*(?:,|\?\?|\|\|)\s*["'`][^"'`\n]{{0,200}}\b(?:localhost|127\.0\.0\.1)\b"""
)
"""Reads whose own value means the machine itself, where in a cluster nothing listens."""
_SPRING = regex(rf"\$\{{({NAME})\}}")
_SPRING_FILES = regex(
    r"(^|/)src/main/resources/(?:application|bootstrap)(?:-(?:prod|k8s|kubernetes|docker)\w*)?\.(?:ya?ml|properties)$"
)
_TAKEN_APART = regex(r"(?:const|let|var)\s*\{([^{}=]{1,2000})\}\s*=\s*process\.env\b")
_ZOD = regex(
    rf"(?m)^([^\S\n]*)({NAME})\s*:\s*(z\s*\.[^\n]*(?:\n\1[ \t]+[^\n]*){{0,60}}|(?:str|url|host|port|num|bool|email|json)\([^\n]*)"
)
"""A field with the lines of its chain, which are indented deeper."""
_PYDANTIC = regex(r"(?m)^class\s+\w+\([^)\n]*BaseSettings[^)\n]*\)\s*:[^\n]*\n((?:[ \t]+[^\n]*\n|[ \t]*\n)+)")
_FIELD = regex(
    r"(?m)^(?P<indent>[ \t]{1,80})(?P<name>[a-zA-Z]\w{0,80})[ \t]{0,8}:(?P<type>[^=\n#]{1,200})(?:=[ \t]{0,8}(?P<value>Field\([^\n]*|\.\.\.))?"
    r"[ \t]{0,80}(?:#[^\n]*)?$"
)
_ANY_FIELD = regex(r"(?m)^([ \t]{1,80})([a-zA-Z]\w{0,80})[ \t]{0,8}:[ \t]")
_REQUIRED = regex(
    r"(?i:\b\w{0,40}(?:required|mandatory)\w{0,40})(?::[^=\n]{0,80})?[ \t]*:?=[ \t]*(?:new Set\(|frozenset\(|Set\(|\[\]string)?[ \t]*[\[{(]([^\]})]{1,1000})[\]})]"
)
_QUOTED = regex(rf"[\"']({NAME})[\"']")
_ENVIRONMENT = regex(r"process\.env|createEnv|cleanEnv")
_STOPS = regex(r"\bthrow\b|\bexit\(|\braise\b|\bpanic\(|\.Fatal")
_OPTIONAL = regex(r"\.(?:optional|default|nullish|catch|or)\(|\bdefault\s*:|devDefault|\boptional\b")
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


def _told(context: Inspection, path: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The variables without which one source stops, those that it has no value for, and those that then mean its machine."""
    try:
        content = context.read(path)
    except Unreadable:
        return (), (), ()
    if len(content) > _LARGEST or _TEST.search(path):
        return (), (), ()
    text = content.decode("utf-8", "replace")
    hard = names(HARD, text) | set(asked_for(text))
    soft = names(SOFT, text)
    for match in _TAKEN_APART.finditer(text):
        soft |= {name for item in match[1].split(",") if re.fullmatch(NAME, name := item.partition(":")[0].strip())}
    hard |= _by_schema(text) | _by_list(text) | required(text)
    read = soft | set(reads_of(context, path)) - hard if _STOPS.search(text) else set()
    hard |= {name for name in read if is_refused(text, name)}
    own = _HERE.finditer(text) if "localhost" in text or "127.0.0.1" in text else ()
    here = {match[1] for match in own} - hard - soft
    return tuple(sorted(hard)), tuple(sorted(soft - hard)), tuple(sorted(here))


def _by_list(text: str) -> set[str]:
    """The variables of a list of required ones in a source that reads variables by a name of its own, and stops."""
    if not has(ANY, text) or not _STOPS.search(text):
        return set()
    return {name for match in _REQUIRED.finditer(text) for name in _QUOTED.findall(match[1])}


def _declared_in(context: Inspection, path: str) -> tuple[str, ...]:
    """The fields of the schemas of one source, those with a default among them."""
    text = text_of(context, path, _LARGEST, errors="replace")
    if _TEST.search(path):
        return ()
    found = {match[2] for match in _ZOD.finditer(text)} if _ENVIRONMENT.search(text) else set()
    for match in _PYDANTIC.finditer(text) if "BaseSettings" in text and "env_prefix" not in text else ():
        fields = list(_ANY_FIELD.finditer(match[1]))
        outer = min((len(field[1]) for field in fields), default=0)
        found |= {field[2].upper() for field in fields if len(field[1]) == outer and not iskeyword(field[2])}
    return tuple(sorted(found))


def _by_schema(text: str) -> set[str]:
    """Fields without a default of the schemas that zod, envalid and pydantic hold an environment to."""
    found: set[str] = set()
    if _ENVIRONMENT.search(text):
        found |= {match[2] for match in _ZOD.finditer(text) if not _OPTIONAL.search(match[3])}
    for match in _PYDANTIC.finditer(text) if "BaseSettings" in text and "env_prefix" not in text else ():
        fields = list(_FIELD.finditer(match[1]))
        outer = min((len(field["indent"]) for field in fields), default=0)
        for field in fields:
            if len(field["indent"]) > outer or iskeyword(field["name"]):
                continue
            optional = "None" in field["type"] or "Optional" in field["type"] or "ClassVar" in field["type"]
            value = field["value"]
            named = value and re.search(r"\b(?:validation_)?alias=[\"'](\w+)[\"']|\benv=[\"'](\w+)[\"']", value)
            if (
                optional
                or (value and not re.match(r"Field\(\s*\.\.\.|\.\.\.$", value))
                or field["name"] == "model_config"
            ):
                continue
            found.add((named[1] or named[2]) if named else field["name"].upper())
    return found


def _spring(context: Inspection, path: str) -> tuple[str, ...]:
    """The variables that the settings of a Spring application fill in, and have no default for."""
    text = text_of(context, path, errors="replace")
    plain = re.sub(r"(?m)^[ \t]*#[^\n]*", "", text)
    return tuple(sorted({match[1] for match in _SPRING.finditer(plain)})) if len(text) <= _LARGEST else ()


@once_a_run
def _all(context: Inspection, folder: str, which: int) -> dict[str, str]:
    found: dict[str, str] = {}
    few = sources(context, folder)
    for path in readers(context, folder) if few else settings_of(context, folder) if which == 0 else ():
        for name in context.fact(_told, path)[which]:
            if not _AMBIENT.fullmatch(name) and not (which and _WATCHES.fullmatch(name)):
                found.setdefault(name, path)
    for path in context.below(folder) if which == 0 and folder != "." else ():
        for name in context.fact(_spring, path) if _SPRING_FILES.search(path) else ():
            found.setdefault(name, path)
    return found


def settings_of(context: Inspection, folder: str) -> tuple[str, ...]:
    """The sources of a large program that are named like those which hold its settings."""
    tracked = context.inventory.tracked_set
    below = context.below(folder) if folder != "." else ()
    return tuple(path for path in below if _OF_SETTINGS.search(path) and path in tracked)[:_MOST_SETTINGS]


def demanded(context: Inspection, folder: str) -> dict[str, str]:
    """The variables without which a program of a folder stops, each with a source that says so."""
    return _all(context, folder, 0)


def wished(context: Inspection, folder: str, *, local: bool = False) -> dict[str, str]:
    """The variables that a program reads without a value of its own, or with one that means its own machine."""
    return _all(context, folder, 2 if local else 1)


@once_a_run
def declared(context: Inspection, folder: str) -> frozenset[str]:
    """The variables that the schemas of a program have fields for."""
    paths = readers(context, folder) if sources(context, folder) else settings_of(context, folder)
    return frozenset(name for path in paths for name in context.fact(_declared_in, path))


@once_a_run
def in_settings(context: Inspection, folder: str) -> frozenset[str]:
    """The variables that the sources of a package which are named like those of settings read or have fields for."""
    paths = settings_of(context, folder)
    return frozenset(name for path in paths for name in (*context.fact(_declared_in, path), *reads_of(context, path)))


def given(context: Inspection, program: Program, container: Container, *, bare: bool = False) -> frozenset[str] | None:
    """The variables that a container starts with, or ``bare``, that its manifest gives; ``None`` where some are not known."""
    found = {str(table(item).get("name", "")) for item in listed(container.data.get("env"))}
    owner = container.pod.owner
    if any(owner.is_open((*container.where, key)) for key in ("env", "envFrom")) or "$" in "".join(found):
        return None
    if not container.data.keys() & {"env", "envFrom"} and owner.is_open(container.where):
        return None
    for source in listed(container.data.get("envFrom")):
        prefix = str(table(source).get("prefix") or "")
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name = table(source, key).get("name")
            if not isinstance(name, str):
                continue
            keys = [*_keys(context, container, kind, name)]
            if not keys or None in keys:
                return None
            found.update(prefix + one for many in keys for one in many or ())
    return frozenset(found if bare else found | _of_image(context, program))


def _keys(context: Inspection, container: Container, kind: str, name: str) -> Iterator[frozenset[str] | None]:
    known = makers(context, kind)
    # A misspelt name is told elsewhere; what it was to be is what the program would get.
    owner = container.pod.owner
    many = known[name] if name in known else known.get(likely(name, known), [])
    found = [maker for maker in many if same_namespace(maker.source, owner)]
    sources = {id(source) for source in nearest(owner, (maker.source for maker in found))}
    yield from (maker.keys for maker in found if id(maker.source) in sources)


def _of_image(context: Inspection, program: Program) -> set[str]:
    """The variables that the Dockerfile sets."""
    document = dockerfile(context, program.dockerfile)
    found: set[str] = set()
    for stage in document.stages if document is not None else ():
        for item in stage.instructions:
            if item.name == "ENV":
                words = list(item.words)
                names = words if any("=" in word for word in words) else words[:1]
                found |= {word.partition("=")[0] for word in names}
    return found
