"""Everything about a tree that an undo has to bring back."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repository import Repository

__all__ = ["snapshot", "status"]

Look = tuple[str, int, int, bytes]


def snapshot(root: Path) -> dict[str, Look]:
    """Kind, mode, modification time and content of every path outside of git's folder and ours."""
    found: dict[str, Look] = {}
    for folder, names, files in os.walk(root):
        inner = os.path.relpath(folder, root)
        if inner == ".":
            names[:] = [name for name in names if name not in (".git", ".toolkit")]
        for name in (*names, *files):
            path = os.path.join(folder, name)
            look = os.lstat(path)
            mode, time = stat.S_IMODE(look.st_mode), look.st_mtime_ns
            if stat.S_ISLNK(look.st_mode):
                content, kind = os.fsencode(os.readlink(path)), "link"
            elif stat.S_ISDIR(look.st_mode):
                content, kind = b"", "folder"
            else:
                with open(path, "rb") as stream:
                    content, kind = stream.read(), "file"
            found[os.path.normpath(os.path.join(inner, name))] = (kind, mode, time, content)
    return found


def status(repository: Repository) -> str:
    """What git says of index and work tree."""
    return repository.git("status", "--porcelain=v1", "--untracked-files=all") + repository.git("ls-files", "--stage")
