"""Reading git's index without git: which files are tracked, with which object, size and time.

One open of one file in place of a process that opens many, so that it can be used while most of a
repository is not on this machine. The format is ``gitformat-index(5)``, versions 2 to 4.
"""

from __future__ import annotations

import hashlib
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["IndexEntry", "IndexFormatError", "NeedsGitError", "parse", "parse_listing"]

GITLINK = 0o160000
_SYMLINK = 0o120000
_FIXED = struct.Struct(">10I")
_STAGE_SHIFT, _STAGE_MASK, _EXTENDED, _NAME_MASK = 12, 0x3, 0x4000, 0xFFF


class IndexFormatError(ValueError):
    """Not an index that can be read here: damaged or short."""


class NeedsGitError(IndexFormatError):
    """A whole index with a shape that only git can read: split, sparse, or newer than this."""


class IndexEntry(NamedTuple):
    """One tracked path.

    Attributes:
        oid: the object's name in hex.
        mode: git's mode, for example ``0o100644``.
        size: of the work-tree file when git last looked, modulo 2**32; 0 where git does not trust its time.
        mtime_s: its modification time, seconds.
        mtime_ns: the nanoseconds of it; 0 where the git that wrote the index kept none.
        stage: 0, or 1 to 3 while a merge has a conflict.
    """

    path: str
    oid: str
    mode: int
    size: int
    mtime_s: int
    mtime_ns: int
    stage: int

    def matches(self, size: int, mtime_ns: int) -> bool:
        """Whether a file with this size and time is by git's own rule unchanged."""
        seconds, nanoseconds = divmod(mtime_ns, 1_000_000_000)
        return (
            self.stage == 0
            and self.size == size & 0xFFFFFFFF
            and self.mtime_s == seconds & 0xFFFFFFFF
            and (self.mtime_ns in (0, nanoseconds) or nanoseconds == 0)
        )


def parse(content: bytes) -> list[IndexEntry]:
    """The entries of an index.

    Raises:
        IndexFormatError: it is damaged.
        NeedsGitError: it needs git itself.
    """
    if len(content) < 12 or content[:4] != b"DIRC":
        raise IndexFormatError("no index: the signature is missing")
    version, count = struct.unpack_from(">2I", content, 4)
    if version not in (2, 3, 4):
        raise NeedsGitError(f"index version {version} is not known")
    width = _hash_width(content)
    try:
        entries, end = _entries(content, version, count, width)
    except (struct.error, IndexError, ValueError) as error:
        # The checksum is right, so this is no damage: a split index has entries without names, for example.
        raise NeedsGitError(f"an index of another shape: {error}") from None
    for name in _extensions(content, end, width):
        if name in (b"link", b"sdir"):
            raise NeedsGitError(f"a {'split' if name == b'link' else 'sparse'} index")
    return entries


def _hash_width(content: bytes) -> int:
    """20 for SHA-1, 32 for SHA-256, told by the checksum at the end (all zeros with ``index.skipHash``)."""
    for width, algorithm in ((20, "sha1"), (32, "sha256")):
        stored = content[-width:]
        if stored == hashlib.new(algorithm, content[:-width], usedforsecurity=False).digest():
            return width
    for width in (32, 20):
        if content.endswith(b"\0" * width):
            return width
    raise IndexFormatError("a damaged index: the checksum does not match")


def _entries(content: bytes, version: int, count: int, width: int) -> tuple[list[IndexEntry], int]:
    entries: list[IndexEntry] = []
    at = 12
    name = b""
    for _ in range(count):
        start = at
        _, _, seconds, nanoseconds, _, _, mode, _, _, size = _FIXED.unpack_from(content, at)
        at += 40
        oid = content[at : at + width].hex()
        (flags,) = struct.unpack_from(">H", content, at + width)
        at += width + 2
        if flags & _EXTENDED:
            at += 2
        if version == 4:
            strip, at = _offset(content, at)
            if strip > len(name):
                raise ValueError("a name is shorter than nothing")
            end = content.index(b"\0", at)
            name = name[: len(name) - strip] + content[at:end]
            at = end + 1
        else:
            end = at + (flags & _NAME_MASK) if flags & _NAME_MASK < _NAME_MASK else content.index(b"\0", at)
            name = content[at:end]
            at = start + (end - start + 8) // 8 * 8
        if not name or at > len(content) - width:
            raise ValueError("entries end too early")
        stage = flags >> _STAGE_SHIFT & _STAGE_MASK
        entries.append(IndexEntry(os.fsdecode(name), oid, mode, size, seconds, nanoseconds, stage))
    return entries, at


def _offset(content: bytes, at: int) -> tuple[int, int]:
    """The variable-length number of version 4, and where it ends."""
    byte = content[at]
    at += 1
    value = byte & 0x7F
    while byte & 0x80:
        byte = content[at]
        at += 1
        value = (value + 1 << 7) | (byte & 0x7F)
    return value, at


def _extensions(content: bytes, at: int, width: int) -> Iterator[bytes]:
    while at + 8 <= len(content) - width:
        yield content[at : at + 4]
        at += 8 + struct.unpack_from(">I", content, at + 4)[0]


def parse_listing(text: str) -> list[IndexEntry]:
    """The entries that ``git ls-files --stage --debug -z`` prints, for an index that needs git itself.

    Raises:
        IndexFormatError: the text has another shape.
    """
    entries = []
    head = ""
    for part in text.split("\0"):
        if head:
            rest, head = head, ""
            details, _, following = part.partition("flags: ")
            head = following.partition("\n")[2]
            entries.append(_listed(rest, details))
        else:
            head = part
    return entries


def _listed(head: str, details: str) -> IndexEntry:
    try:
        facts, path = head.split("\t", 1)
        mode, oid, stage = facts.split(" ")
        values = dict(item.split(": ", 1) for line in details.splitlines() for item in line.strip().split("\t") if item)
        seconds, nanoseconds = values["mtime"].split(":")
        return IndexEntry(path, oid, int(mode, 8), int(values["size"]), int(seconds), int(nanoseconds), int(stage))
    except (ValueError, KeyError) as error:
        raise IndexFormatError(f"an unknown listing of the index: {error}") from None


def is_link(entry: IndexEntry) -> bool:
    """Whether the entry is a symbolic link, whose object is where it points to."""
    return entry.mode == _SYMLINK
