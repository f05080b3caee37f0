"""Files in the user's cache that are run or trusted later: written for us alone, and read only when they are ours."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.system.files import atomic_write, read_bounded

__all__ = ["cache_folder", "distrust", "read", "remove", "write"]


def cache_folder(name: str) -> Path:
    """A folder of the toolkit's cache: below ``TOOLKIT_CACHE``, else where the platform keeps caches.

    A plain rule on purpose: ``.envrc`` follows it in bash.
    """
    given = os.environ.get("TOOLKIT_CACHE")
    if given:
        return Path(given).expanduser().absolute() / name
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/toolkit" / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toolkit" / name


def make_folder(path: Path) -> None:
    """Make a folder that only we may enter; parents as well.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def write(path: Path, content: bytes) -> None:
    """Write a file that only we may read (0600), in a folder that only we may enter (0700).

    Raises:
        ToolkitError: the disk is full, or the cache cannot be written.
    """
    try:
        make_folder(path.parent)
        atomic_write(path, content, 0o600)
    except OSError as error:
        raise ToolkitError(
            f"the cache {path.parent} cannot be written: {error.strerror or error}",
            "free space there, or set TOOLKIT_CACHE to another folder",
        ) from error


def distrust(path: Path) -> str:
    """Why a file may not be trusted, in a few words; empty if it may.

    Ours means: a regular file, not a link, that we own, that nobody else may write, in a folder of which the same is true.
    """
    try:
        status, parent = path.lstat(), path.parent.lstat()
    except OSError:
        return "it is not there"
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    for what, found in (("it", status), ("its folder", parent)):
        if found.st_uid != os.geteuid():
            return f"{what} belongs to another user"
        if found.st_mode & 0o022:
            return f"others may write {'it' if what == 'it' else 'into its folder'}"
    if status.st_mode & 0o044:
        return "others may read it"
    return ""


def read(path: Path) -> bytes | None:
    """The content, if the file is there and ours."""
    if distrust(path):
        return None
    try:
        return read_bounded(path)
    except (OSError, ToolkitError):
        return None


def remove(path: Path, inside: Path) -> None:
    """Remove a file or folder of our own cache.

    Args:
        path: what to remove.
        inside: the cache it must lie in.

    Raises:
        ToolkitError: it lies elsewhere, which is a mistake of the caller.
    """
    if inside not in path.parents:
        raise ToolkitError(f"{path} is not in {inside} and stays")
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)
