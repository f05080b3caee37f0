"""Files and folders: digests, atomic writes, bounded reads."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_DOCUMENT_BYTES", "atomic_write", "digest", "digest_bytes", "read_bounded", "read_with_look", "tail"]

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""A manifest, lock or workflow larger than this is not read: real ones stay under 10 MB."""

_READING = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0)


def digest_bytes(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def digest(path: Path) -> str | None:
    """sha256 of a file in hex, ``None`` where there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def read_bounded(path: Path | str, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """The content of a regular file of at most ``limit`` bytes.

    Raises:
        OSError: it cannot be read.
        ToolkitError: it is larger, or not a regular file (a FIFO would block for ever).
    """
    return _read(path, limit, _READING)[0]


def read_with_look(path: str, limit: int = MAX_DOCUMENT_BYTES) -> tuple[bytes, os.stat_result]:
    """The content of a file with what a look at it tells, for less than both one after the other; no link is followed.

    Raises:
        OSError, ToolkitError: as for :func:`read_bounded`.
    """
    return _read(path, limit, _READING | os.O_NOFOLLOW)


def _read(path: Path | str, limit: int, flags: int) -> tuple[bytes, os.stat_result]:
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ToolkitError(f"{path} is not a regular file")
        if status.st_size > limit:
            raise ToolkitError(f"{path} has {status.st_size} bytes, more than the {limit} that are read")
        content = os.read(descriptor, status.st_size + 1)  # without a stream around it: half the time for small files
        while len(content) < status.st_size and (more := os.read(descriptor, status.st_size - len(content))):
            content += more
        return content, status
    finally:
        os.close(descriptor)


def atomic_write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part.

    Args:
        path: the target; its folder is made.
        content: all of it.
        mode: permission bits of the new file.

    Raises:
        OSError: the folder cannot be written to or the disk is full; the old file is whole.
    """
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def tail(path: Path, size: int = 64 * 1024) -> str:
    """The last bytes of a file as text, a log's for example; empty where there is none."""
    try:
        with path.open("rb") as stream:
            end = stream.seek(0, 2)
            stream.seek(max(0, end - size))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
