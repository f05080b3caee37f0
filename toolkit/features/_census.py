"""What an install left in ``node_modules``, folder by folder, so that a package hollowed out later is noticed.

Managers keep no list of a package's files, and looking at each file of a large tree takes seconds. A folder's time
changes when an entry of it goes, so one ``stat`` for each folder tells, and only a changed one is listed. Entries that
are added are nobody's loss: builds, caches and patches write there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.system.files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["loss", "take"]

_MODULES = "node_modules"
_LAYOUTS = frozenset({".pnpm", ".bun", ".store", ".bin"})
"""Hidden folders that hold packages or their programs; others are caches, which come and go."""


def take(root: str, folders: Iterable[str], file: Path) -> None:
    """Write down how many entries each folder below the ``node_modules`` of some folders has, and its time.

    Args:
        root: the absolute root.
        folders: the subproject's folder and its members', relative to the root.
        file: where to; left alone where there is nothing to count.
    """
    lines = [
        f"{stamp} {count} {path}"
        for folder in folders
        for path, stamp, count in _count(root, _MODULES if folder == "." else f"{folder}/{_MODULES}")
        if "\n" not in path
    ]
    if lines or file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(file, "\n".join(lines).encode("utf-8", "surrogateescape"))


def loss(root: str, file: Path) -> str:
    """The first folder that has lost entries since, in words; empty if none has or nothing was written down."""
    try:
        content = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""
    for line in filter(None, content.split("\n")):
        stamp, count, path = line.split(" ", 2)
        full = f"{root}/{path}"
        try:
            if os.stat(full).st_mtime_ns == int(stamp):
                continue
            left = sum(1 for _ in _counted(path, os.listdir(full)))
        except OSError:
            return f"{path} is gone"
        if left < int(count):
            return f"{path} has lost {int(count) - left} of {count} entries"
    return ""


def _count(root: str, top: str) -> Iterator[tuple[str, int, int]]:
    """Each folder below and including one, with its time and the number of its entries; links are not followed."""
    pending = [top]
    while pending:
        path = pending.pop()
        full = f"{root}/{path}"
        try:
            stamp = os.stat(full, follow_symlinks=False).st_mtime_ns
            with os.scandir(full) as entries:
                kinds = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
        except OSError:
            continue
        names = tuple(_counted(path, kinds))
        yield path, stamp, len(names)
        pending += [f"{path}/{name}" for name in names if kinds[name]]


def _counted(path: str, names: Iterable[str]) -> Iterator[str]:
    """The entries of a folder that an install makes; of a ``node_modules`` not the caches."""
    if not path.endswith(_MODULES):
        yield from names
        return
    for name in names:
        if not name.startswith(".") or name in _LAYOUTS:
            yield name
