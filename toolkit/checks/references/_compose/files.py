"""Compose files: which there are, and which others they include or extend."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.references._repair import position, stands, strings
from toolkit.checks.references._scripts.texts import compositions
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["Compose", "all_files", "files", "filled", "included", "referred", "unread"]

_ASIDE = frozenset(
    {"docs", "doc", "documentation", "archive", "archives", "archived", "_archive", "_archived", "deprecated"}
)
_SERVICES = regex(r"^services:\s*(?:#.*)?$", re.MULTILINE)
_COPY = regex(r"(?i)conflicted copy|[ _-]copy(?: \d+)?\.ya?ml$| \(\d+\)\.ya?ml$| [2-9]\.ya?ml$")
"""What a program or a person put aside: it is a fault of its own, and nobody runs it."""
_USUAL = regex(r"(?:docker-)?compose(?:[.-][\w.-]{1,80})?\.ya?ml")
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


def unread(context: Inspection) -> tuple[str, ...]:
    """The compose files that cannot be read: what they define nobody knows."""
    names = [name for name in context.inventory.by_name if _USUAL.fullmatch(name)]
    return tuple(path for path in context.inventory.named(*names) if context.readable(path, read) is None)


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


def files(context: Inspection) -> Iterator[Compose]:
    """The compose files to report on."""
    return (one for one in all_files(context) if context.shows(one.path))
