"""Which source imports through an alias of a TypeScript configuration."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.context import Unreadable
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["user_of"]

_CODE = (".ts", ".tsx", ".js", ".jsx", ".mts", ".vue", ".svelte")
_COMPILED = (".ts", ".tsx", ".mts")
"""Sources to which a configuration says something only if it takes them."""
_MOST_FILES = 3000


def user_of(context: Inspection, path: str, alias: str) -> str:
    """A file below the configuration that imports through an alias; empty if none does that it takes."""
    stem = re.escape(alias.partition("*")[0])
    needle = re.compile(
        (rf"""(?:from|import|require\(|import\()\s*["']{stem}""" + ("" if "*" in alias else "[\"']")).encode()
    )
    folder = posixpath.dirname(path) or "."
    others = _of_others(context, path, folder)
    code = [item for item in context.below(folder) if item.endswith(_CODE)]
    theirs = {home for home in set(map(folder_of, code)) if not others.isdisjoint(upward(home))} if others else set()
    taken = _taken(context, path)
    paths = [
        item
        for item in code
        if folder_of(item) not in theirs and (not taken or item in taken or not item.endswith(_COMPILED))
    ]
    for item in paths[:_MOST_FILES]:
        try:
            if item in context.inventory.tracked_set and needle.search(context.read(item)):
                return item
        except Unreadable:
            continue
    return ""


@once_a_run
def _taken(context: Inspection, path: str) -> frozenset[str]:
    """The sources that a configuration takes."""
    return frozenset(tsconfig.sources(context, tsconfig.read(context, path)))


def _of_others(context: Inspection, path: str, folder: str) -> frozenset[str]:
    """Folders below whose own configuration does not inherit the aliases of this one."""
    found = set()
    for other in context.inventory.named("tsconfig.json", "jsconfig.json"):
        place = posixpath.dirname(other) or "."
        if place == folder or not below(folder, place) or "node_modules" in other:
            continue
        try:
            inherits = tsconfig.read(context, other).origin.get("paths") == path
        except Unreadable:
            inherits = False
        if not inherits:
            found.add(place)
    return frozenset(found)
