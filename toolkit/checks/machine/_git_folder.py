"""The folder of git: where it is, what lies in it and what of it is not on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.system.dataless import FileState, seam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.checking import Inspection

__all__ = ["common_folder", "git_folder", "is_away", "names_in", "stored"]


def git_folder(context: Inspection) -> Path | None:
    """The folder that git keeps of this working tree; ``None`` where there is none."""
    entry = context.root / ".git"
    if entry.is_dir():
        return entry
    try:
        text = entry.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    return context.root / text.partition("gitdir:")[2].strip() if text.startswith("gitdir:") else None


def common_folder(folder: Path) -> Path:
    """Where the objects are: of a linked work tree, the main one's folder."""
    try:
        return folder / (folder / "commondir").read_text("utf-8").strip()
    except OSError:
        return folder


def names_in(folder: Path) -> Iterator[str]:
    """Files of git's folder by relative path, objects, logs and other repositories left out."""
    pending = [""]
    while pending:
        inner = pending.pop()
        try:
            entries = sorted(os.scandir(folder / inner), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{inner}/{entry.name}" if inner else entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif path not in ("objects", "logs", "modules", "lfs", "hooks"):
                pending.append(path)


def is_away(folder: Path, name: str) -> bool:
    """Whether the content of a file is not on this machine."""
    provider = seam(folder)
    try:
        node = provider.node(str(folder / name))
    except OSError:
        return True
    return node is not None and node.state is not FileState.LOCAL


def stored(folder: Path) -> tuple[list[str], int, list[str], bool]:
    """Objects of no length, the size of all packs in bytes, packs and indexes without the other, a partial clone."""
    empty: list[str] = []
    partial = False
    packed = 0
    kinds: dict[str, set[str]] = {}
    try:
        inner = [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
        for entry in inner:
            for item in os.scandir(entry.path) if len(entry.name) == 2 or entry.name == "pack" else ():
                size = item.stat(follow_symlinks=False).st_size
                stem, _, kind = item.name.rpartition(".")
                if entry.name == "pack":
                    packed += size if kind == "pack" else 0
                    partial = partial or kind == "promisor"
                    if kind in ("pack", "idx") and stem.startswith("pack-"):
                        kinds.setdefault(stem, set()).add(kind)
                elif not size:
                    empty.append(f"{entry.name}/{item.name}")
    except OSError:
        return [], packed, [], partial
    orphans = [f"{stem}.{min(kind)}" for stem, kind in sorted(kinds.items()) if len(kind) == 1]
    return empty, packed, orphans, partial
