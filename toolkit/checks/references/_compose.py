"""Compose files: which there are, and what their services name."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.references._repair import position, stands, strings
from toolkit.checks.references._scripts import compositions
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, path_from, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = [
    "Build",
    "Compose",
    "Mount",
    "all_files",
    "assembled",
    "builds",
    "bundle",
    "files",
    "filled",
    "included",
    "mounts",
    "partners",
    "referred",
    "spoken",
]

PATTERNS = ("*compose*.yml", "*compose*.yaml")
_ASIDE = frozenset(
    {"docs", "doc", "documentation", "archive", "archives", "archived", "_archive", "_archived", "deprecated"}
)
_DEFAULT_NAME = regex(r"(?:docker-)?compose(?:\.override)?\.ya?ml")
_SERVICES = regex(r"^services:\s*(?:#.*)?$", re.MULTILINE)
_COPY = regex(r"(?i)conflicted copy|[ _-]copy(?: \d+)?\.ya?ml$| \(\d+\)\.ya?ml$| [2-9]\.ya?ml$")
"""What a program or a person put aside: it is a fault of its own, and nobody runs it."""
_NAMED = regex(r"[A-Za-z0-9][\w.-]*")
_WINDOWS = regex(r"[A-Za-z]:[\\/]")
_VARIABLE = regex(r"\$\{[^}]{0,1000}\}")
_DEFAULT = regex(r"\$\{\w+:?-([^${}]*)\}")


@dataclass(frozen=True)
class Compose:
    """One compose file with ``<<`` resolved.

    Args:
        path: the file.
        document: its document, with places.
        services: service to its mapping.
    """

    path: str
    document: yaml.Document
    services: dict[str, dict[str, Any]]

    @property
    def folder(self) -> str:
        """Where relative paths of the file count from, if it is the first that is named."""
        return posixpath.dirname(self.path) or "."

    @property
    def is_override(self) -> bool:
        """Whether it is meant to be laid over another file: no service of it can start alone."""
        if not self.services:
            return False
        whole = [name for name, one in self.services.items() if one.keys() & {"image", "build", "extends"}]
        return len(whole) < len(self.services)

    @property
    def is_aside(self) -> bool:
        """Whether it lies among documents or what was put aside, to be read or copied and not run there."""
        return not _ASIDE.isdisjoint(self.path.lower().split("/")[:-1])

    def at(self, written: str) -> str:
        """A path of the file, from the root, with the defaults of its variables."""
        return path_from(self.folder, filled(written))

    def line(self, where: Path) -> tuple[int, int]:
        """Where a value is written; for one that ``<<`` brought, in the section of the file that it came from."""
        if not stands(self.document, where) and where[0] == "services":
            for section in table(self.document.data):
                origin = (section, *where[2:])
                written = str(section).startswith("x-") and stands(self.document, origin)
                if written and self.document.get(origin) == self.document.get(where):
                    return self.document.position(origin)
        return position(self.document, where)

    def values(self, key: str) -> Iterator[tuple[Path, Any]]:
        """What every service has under a key."""
        for name, service in self.services.items():
            if key in service:
                yield ("services", name, key), service[key]


def filled(text: str) -> str:
    """A text as a fresh clone has it: with the defaults of its variables (``${WHERE:-./web}``), and with one kind of slash."""
    return (_DEFAULT.sub(r"\1", text) if "$" in text else text).replace("\\", "/")


def read(content: bytes) -> yaml.Document:
    """A compose file; ``<<`` is resolved, as compose does."""
    return yaml.parse(content, merge=True)


def _load(context: Inspection, path: str) -> Compose | None:
    if path in context.inventory.links or _COPY.search(path):
        return None
    document = context.readable(path, read)
    if document is None:
        return None
    data = table(document.data)
    services = table(data, "services")
    if not services and not data.keys() & {"include", "secrets", "configs", "volumes", "networks"}:
        return None
    return Compose(path, document, {name: table(one) for name, one in services.items()})


@once_a_run
def all_files(context: Inspection) -> tuple[Compose, ...]:
    """Every compose file of the repository."""
    names = [name for name in context.inventory.by_name if "compose" in name and name.endswith((".yml", ".yaml"))]
    waiting = sorted(set(context.inventory.named(*names)))
    if waiting:  # files of other names are compose files if a command or another compose file says so
        waiting += [*_commanded(context), *_beside(context, waiting)]
    found: dict[str, Compose | None] = {}
    while waiting:
        path = waiting.pop()
        if path not in found and context.is_file(path):
            one = found[path] = _load(context, path)
            waiting += [] if one is None else [other for _, other, _ in referred(one)]
    return tuple(one for _, one in sorted(found.items()) if one is not None)


def _beside(context: Inspection, known: list[str]) -> Iterator[str]:
    """Files of any name beside compose files, below the root, all of whose services say what they run."""
    for folder in {posixpath.dirname(path) for path in known} - {""}:
        for path in context.below(folder):
            name = path[len(folder) + 1 :]
            if "/" in name or "compose" in name or not name.endswith((".yml", ".yaml")):
                continue
            one = _load(context, path) if _SERVICES.search(text_of(context, path, errors="replace")) else None
            if (
                one is not None
                and one.services
                and all(item.keys() & {"image", "build"} for item in one.services.values())
            ):
                yield path


def _commanded(context: Inspection) -> list[str]:
    named = {(one.folder, value) for one in compositions(context) for value in one.values("-f", "--file")}
    joined = (path_from(base, value) for folder, value in named for base in (folder, "."))
    return [path for path in joined if path.endswith((".yml", ".yaml"))]


def referred(compose: Compose) -> Iterator[tuple[Path, str, str]]:
    """The compose files that one includes or extends: where it says so, their paths, and how they are named."""
    for where, value in compose.values("extends"):
        if isinstance(value, dict) and isinstance(value.get("file"), str):
            yield (*where, "file"), compose.at(value["file"]), f"The file that service {where[1]} extends,"
    for where, value in included(compose):
        yield where, compose.at(value), "The included file"


def included(compose: Compose, key: str = "path") -> Iterator[tuple[Path, str]]:
    """The texts under a key of every ``include``; a plain text is its path."""
    for index, entry in enumerate(listed(table(compose.document.data).get("include"))):
        if isinstance(entry, str) and key == "path":
            yield ("include", index), entry
        for below, value in strings(table(entry).get(key)):
            yield ("include", index, key, *below), value


@once_a_run
def _takers(context: Inspection) -> dict[str, tuple[Compose, ...]]:
    """The files that include or extend one, by its path."""
    found: dict[str, tuple[Compose, ...]] = {}
    for one in all_files(context):
        for path in dict.fromkeys(path for _, path, _ in referred(one)):
            found[path] = (*found.get(path, ()), one)
    return found


def assembled(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """The files that include or extend one, and what these include beside it: it runs as a part of them."""
    takers = _takers(context)
    above = _closure([*takers.get(compose.path, ())], lambda one: takers.get(one.path, ()))
    return _with_parts(context, above)


def spoken(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """The files that include others and name one in a comment, with what they include: it may be taken in, too."""
    named = (one for one in all_files(context) if next(included(one), None))
    return _with_parts(
        context,
        [
            one
            for one in named
            if posixpath.relpath(compose.path, one.folder) in text_of(context, one.path, errors="replace")
        ],
    )


def _with_parts(context: Inspection, roots: list[Compose]) -> tuple[Compose, ...]:
    known = {one.path: one for one in all_files(context)} if roots else {}
    return tuple(_closure(roots, lambda one: tuple(known[path] for _, path, _ in referred(one) if path in known)))


def _closure(found: list[Compose], next_to: Callable[[Compose], tuple[Compose, ...]]) -> list[Compose]:
    seen = {one.path for one in found}
    for one in found:  # it grows meanwhile
        new = [other for other in next_to(one) if other.path not in seen]
        seen |= {other.path for other in new}
        found += new
    return found


def files(context: Inspection) -> Iterator[Compose]:
    """The compose files to report on."""
    return (one for one in all_files(context) if context.focus is None or one.path in context.focus)


def bundle(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """Other files that one may be run together with: included ones, ``-f`` neighbours, siblings of its folder."""
    together = {compose.at(value) for _, value in included(compose)}
    found = [other for other in all_files(context) if other.path != compose.path]
    name = posixpath.basename(compose.path)
    return tuple(
        other
        for other in found
        if other.path in together
        or other.folder == compose.folder
        or _run_together(context, name, posixpath.basename(other.path))
    )


def partners(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """Those of a bundle that a file may count on: no other way to run the same services, unless it is the default file."""
    together = {compose.at(value) for _, value in included(compose)}
    name = posixpath.basename(compose.path)
    return tuple(
        other
        for other in bundle(context, compose)
        if other.path in together
        or (name not in _alone(context) and _DEFAULT_NAME.fullmatch(posixpath.basename(other.path)))
        or _run_together(context, name, posixpath.basename(other.path))
        or not _is_instead(compose, other)
    )


def _is_instead(one: Compose, other: Compose) -> bool:
    """Whether two files define the same services in full, so that either is run alone."""
    whole = [
        {name for name, service in file.services.items() if service.keys() & {"image", "build"}}
        for file in (one, other)
    ]
    shared = whole[0] & whole[1]
    return not one.is_override and len(shared) * 2 >= max(len(whole[0]), 1) and len(shared) > 1


def _run_together(context: Inspection, first: str, second: str) -> bool:
    pairs = _pairs(context)
    return frozenset((first, second)) in pairs


@once_a_run
def _alone(context: Inspection) -> frozenset[str]:
    """The names of files that commands take by themselves, and no command with another one."""
    taken = [{posixpath.basename(value) for value in one.values("-f", "--file")} for one in compositions(context)]
    return frozenset(next(iter(one)) for one in taken if len(one) == 1).difference(
        *(one for one in taken if len(one) > 1)
    )


@once_a_run
def _pairs(context: Inspection) -> frozenset[frozenset[str]]:
    """Files of a name of their own that one command takes together."""
    found: set[frozenset[str]] = set()
    for command in compositions(context):
        named = {posixpath.basename(value) for value in command.values("-f", "--file")}
        found.update(frozenset((one, other)) for one in named for other in named if one != other)
    return frozenset(found)


@frozen
class Build:
    """What a service is built from, with the defaults of variables; ``None`` where the file says nothing."""

    service: str
    where: Path
    context: str
    dockerfile: str | None
    is_inline: bool
    target: str | None = None


def builds(compose: Compose) -> Iterator[Build]:
    """The build sections of a file."""
    for where, value in compose.values("build"):
        service = str(where[1])
        if isinstance(value, str):
            yield Build(service, where, filled(value), None, is_inline=False)
        elif isinstance(value, dict):
            folder, name, target = value.get("context", "."), value.get("dockerfile"), value.get("target")
            if isinstance(folder, str):
                yield Build(
                    service,
                    (*where, "context") if "context" in value else where,
                    filled(folder),
                    filled(name) if isinstance(name, str) else None,
                    is_inline="dockerfile_inline" in value,
                    target=filled(target) if isinstance(target, str) else None,
                )


@frozen
class Mount:
    """One volume of a service.

    Args:
        source: a path of the host or a named volume.
        target: the path within the container.
        is_bind: the source is a path.
    """

    service: str
    where: Path
    source: str
    target: str
    is_read_only: bool
    is_bind: bool


def mounts(compose: Compose) -> Iterator[Mount]:
    """Volumes with a source, in both forms; anonymous ones and those with a variable for a source are left out."""
    for where, value in compose.values("volumes"):
        for index, entry in enumerate(listed(value)):
            place = (*where, index)
            found = _long(where, place, entry) if isinstance(entry, dict) else _short(where, place, entry)
            if found is not None:
                yield found


def _long(where: Path, place: Path, entry: dict[str, Any]) -> Mount | None:
    source, target = entry.get("source", entry.get("src")), entry.get("target", entry.get("dst", ""))
    if not isinstance(source, str) or entry.get("type") not in ("bind", "volume"):
        return None
    key = "source" if "source" in entry else "src"
    bind = entry["type"] == "bind"
    return Mount(str(where[1]), (*place, key), filled(source), str(target), bool(entry.get("read_only")), bind)


def _short(where: Path, place: Path, entry: Any) -> Mount | None:
    if not isinstance(entry, str) or _WINDOWS.match(entry):
        return None
    source, *rest = _VARIABLE.sub(lambda match: match[0].replace(":", "\0"), filled(entry)).split(":")
    if not rest or not source or "$" in source:
        return None
    options = rest[1].split(",") if len(rest) > 1 else []
    is_bind = source.startswith((".", "/", "~"))
    if not is_bind and not _NAMED.fullmatch(source):
        return None
    return Mount(str(where[1]), place, source, rest[0], "ro" in options, is_bind)
