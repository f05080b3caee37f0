"""``uv.lock``: what of it a plain sync installs."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems._environment import applies
from toolkit.expressions import regex
from toolkit.places import table, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.context import Context

__all__ = ["outside", "packages", "wanted"]

# Files and their hashes are nine tenths of a lock, and this reader needs none of them.
_FILES = regex(r"^(?:    \{ (?:url|path|filename) = .*|sdist = .*)\r?\n", re.MULTILINE)


def packages(context: Context, path: str) -> list[dict[str, Any]]:
    """The ``[[package]]`` tables without their files.

    Raises:
        Unreadable: the lock cannot be read, or is not TOML.
    """
    kept: dict[str, tuple[bytes, list[dict[str, Any]]]] = context.shared.setdefault("uv.locks", {})
    content = context.read(path)
    if path not in kept or kept[path][0] is not content:
        try:
            data = tomllib.loads(_FILES.sub("", content.decode("utf-8")))
        except ValueError as error:
            raise Unreadable(str(error)) from error
        kept[path] = (content, _named(data.get("package")))
    return kept[path][1]


def _named(data: Any) -> list[dict[str, Any]]:
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    return [item for item in items if isinstance(item.get("name"), str) and isinstance(item.get("version", ""), str)]


def outside(found: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Names of the packages that come from an index, an address or a repository."""
    return tuple(item["name"] for item in found if not _local(item))


def _local(package: dict[str, Any]) -> str:
    """The folder of a package of this repository; empty for others."""
    source = table(package, "source")
    return next((str(source[key]) for key in ("editable", "virtual", "directory") if key in source), "")


class _Graph:
    def __init__(self, context: Context, found: list[dict[str, Any]], python: str) -> None:
        self.context = context
        self.python = python
        self.by_name: dict[str, list[dict[str, Any]]] = {}
        for package in found:
            self.by_name.setdefault(package["name"], []).append(package)

    def edges(self, items: Any) -> Iterator[tuple[dict[str, Any], str]]:
        """Package and extra for each dependency that applies here; ambiguous ones are left out."""
        for item in _named(items):
            if not applies(self.context, str(item.get("marker", "")), self.python):
                continue
            fitting = [
                package
                for package in self.by_name.get(item["name"], [])
                if "version" not in item or package.get("version") == item["version"]
            ]
            if len(fitting) == 1:
                yield fitting[0], ""
                for extra in texts(item.get("extra")):
                    yield fitting[0], extra


def wanted(
    context: Context, found: list[dict[str, Any]], python: str, groups: Iterable[str], *, whole: bool
) -> Iterator[tuple[str, str]]:
    """Name and version of all that a sync surely installs.

    Args:
        context: the run's state.
        found: see :func:`packages`.
        python: the environment's version.
        groups: the root's dependency groups that are installed.
        whole: start from every package of the workspace, not from its root alone.
    """
    graph = _Graph(context, found, python)
    pending: list[tuple[dict[str, Any], str]] = []
    for package in found:
        place = table(package, "source")
        at_root = "." in (place.get("editable"), place.get("virtual"))
        if at_root or (whole and ("editable" in place or "virtual" in place)):
            pending.append((package, ""))
        if at_root:
            for group in groups:
                pending += graph.edges(table(package, "dev-dependencies").get(group))
    seen: set[tuple[int, str]] = set()
    while pending:
        package, extra = pending.pop()
        if (id(package), extra) in seen:
            continue
        seen.add((id(package), extra))
        if not extra and "virtual" not in table(package, "source"):
            yield package["name"], package.get("version", "")
        pending += graph.edges(
            table(package, "optional-dependencies").get(extra) if extra else package.get("dependencies")
        )
