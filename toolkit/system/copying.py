"""Copying a tree so that it can be interrupted anywhere and proven afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from typing import TYPE_CHECKING, NamedTuple

from toolkit.system.dataless import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Difference", "Found", "copy", "differences", "walk"]

_PIECE = 1024 * 1024


class Found(NamedTuple):
    """One entry of a tree; ``kind`` is ``file``, ``folder``, ``link`` or ``other``."""

    path: str
    kind: str
    size: int


class Difference(NamedTuple):
    """How a copy differs from its original."""

    path: str
    reason: str


def walk(top: str, leave_out: Callable[[str], bool] = lambda _path: False) -> Iterator[Found]:
    """Every entry of a tree, folders before what is in them; links are not followed.

    Args:
        top: an absolute folder.
        leave_out: whether a path (relative to it) is left out, with all below it.

    Raises:
        OSError: a folder cannot be listed, so that the tree would not be whole.
    """
    pending = [""]
    while pending:
        folder = pending.pop()
        with os.scandir(f"{top}/{folder}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if leave_out(path):
                    continue
                status = entry.stat(follow_symlinks=False)
                kind = KINDS.get(stat.S_IFMT(status.st_mode), "other")
                yield Found(path, kind, status.st_size)
                if kind == "folder":
                    pending.append(path)


def copy(source: str, target: str, entries: list[Found], done: Callable[[Found], None]) -> None:
    """Copy entries with their modes and times; what an earlier, interrupted copy left complete is kept.

    Args:
        source: the tree.
        target: the folder to copy into; made if it is missing.
        entries: what :func:`walk` gave; sockets and the like are passed over.
        done: called after each entry.

    Raises:
        OSError: something cannot be read or written; the source is untouched.
    """
    os.makedirs(target, exist_ok=True)
    for entry in entries:
        _copy_one(f"{source}/{entry.path}", f"{target}/{entry.path}", entry)
        done(entry)
    for entry in reversed([entry for entry in entries if entry.kind == "folder"]):
        shutil.copystat(f"{source}/{entry.path}", f"{target}/{entry.path}", follow_symlinks=False)
    shutil.copystat(source, target)


def _copy_one(source: str, target: str, entry: Found) -> None:
    if entry.kind == "folder":
        os.makedirs(target, exist_ok=True)
        os.chmod(target, 0o700)  # a folder that may not be written to still has to be filled
        return
    if entry.kind == "link":
        with contextlib.suppress(FileNotFoundError):
            os.unlink(target)
        os.symlink(os.readlink(source), target)
        return
    if entry.kind != "file" or _complete(source, target):
        return
    with open(source, "rb") as reader:
        status = os.fstat(reader.fileno())
        with contextlib.suppress(FileNotFoundError):
            os.unlink(target)
        with open(target, "xb") as writer:
            length = 0
            while piece := reader.read(_PIECE):
                writer.write(piece)
                length += len(piece)
            writer.flush()
            os.fsync(writer.fileno())
    if length != status.st_size:
        raise OSError(5, f"short read: {length} of {status.st_size} bytes", source)
    os.chmod(target, stat.S_IMODE(status.st_mode))
    # The time comes last: it says that the copy is complete.
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _complete(source: str, target: str) -> bool:
    try:
        old, new = os.lstat(source), os.lstat(target)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(new.st_mode) and (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns)


def differences(source: str, target: str, entries: list[Found], done: Callable[[Found], None]) -> Iterator[Difference]:
    """Where a copy is not what its original is: content, kind, mode of files, target of links.

    Both sides are read in full.

    Args:
        source: the absolute folder of the original.
        target: that of the copy.
        entries: what is compared, relative to both.
        done: told of each entry after it was compared.
    """
    for entry in entries:
        one, other = f"{source}/{entry.path}", f"{target}/{entry.path}"
        try:
            reason = _compare(one, other, entry.kind)
        except OSError as error:
            reason = f"cannot be compared: {error.strerror}"
        done(entry)
        if reason:
            yield Difference(entry.path, reason)


def _compare(one: str, other: str, kind: str) -> str:
    old, new = os.lstat(one), os.lstat(other)
    if kind != "other" and stat.S_IFMT(old.st_mode) != stat.S_IFMT(new.st_mode):
        return "is another kind of file"
    if kind == "link":
        return "" if os.readlink(one) == os.readlink(other) else "points elsewhere"
    if kind != "file":
        return ""
    if stat.S_IMODE(old.st_mode) != stat.S_IMODE(new.st_mode):
        return "has another mode"
    return "" if _digest(one) == _digest(other) else "has other content"


def _digest(path: str) -> bytes:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
