"""What is one cause: many paths below a folder that is gone are one fault and one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.checking import Inspection

__all__ = ["by_cause", "gone", "owner_of_output"]

_Item = TypeVar("_Item")
_OUTPUT = regex(r"(^|/)(dist|build|out|target|\.output|\.build|\.next)(?:/|$)")


def gone(context: Inspection, path: str) -> str:
    """The topmost folder above a missing path that is not there; the path itself where its folder is."""
    parts = path.split("/")
    folders = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return next((folder for folder in folders if folder not in context.inventory.folders), path)


def by_cause(
    context: Inspection, items: Iterable[_Item], path: Callable[[_Item], str]
) -> list[tuple[_Item, tuple[_Item, ...]]]:
    """The first item of every cause with the others that have the same one, in the order of the first."""
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(gone(context, path(item)), []).append(item)
    return [(first, tuple(others)) for first, *others in groups.values()]


def owner_of_output(context: Inspection, path: str) -> str:
    """The folder whose build should make a path, if that folder is not there; else empty."""
    match = _OUTPUT.search(path)
    folder = path[: match.start()] if match else ""
    return folder if folder and folder not in context.inventory.folders else ""
