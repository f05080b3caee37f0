"""Crates of the same repository that a crate depends on by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.onchain._programs import inherited, normal
from toolkit.context import Unreadable
from toolkit.places import folder_of, inside, join, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["all_path_crates", "path_crates"]


def path_crates(context: Inspection, folder: str) -> dict[str, str]:
    """Folders of the path dependencies of a crate, by the names that its sources use; workspace inheritance resolved."""
    manifest = inside(folder, "Cargo.toml")
    try:
        data = context.toml(manifest) if context.is_file(manifest) else {}
    except Unreadable:
        return {}
    found: dict[str, str] = {}
    for name, value in table(data, "dependencies").items():
        said, base = value, folder
        if table({"": value}, "").get("workspace") is True:
            said, place = inherited(context, folder, name, (manifest, ()))
            base = folder_of(place[0])
        path = table({"": said}, "").get("path")
        there = join(base, path) if isinstance(path, str) else None
        if there and context.is_file(inside(there, "Cargo.toml")):
            found[normal(name)] = there
    return found


def all_path_crates(context: Inspection, folder: str) -> tuple[str, ...]:
    """Folders of the path dependencies of a crate and of theirs, the nearest first."""
    found: list[str] = []
    pending = [folder]
    for one in pending:
        new = [path for path in path_crates(context, one).values() if path not in (folder, *found)]
        found += new
        pending += new
    return tuple(found)
