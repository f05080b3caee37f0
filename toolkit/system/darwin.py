"""What only macOS has: file flags, the materialization policy, bulk listings, extended attributes.

The only module that uses ctypes. Numbers are those of xnu-11417 (macOS 15.4): ``bsd/sys/stat.h``,
``bsd/sys/resource.h``, ``bsd/sys/attr.h``. Everything here can be imported on any system; what needs
the kernel of macOS raises :class:`OSError` with ``ENOSYS`` elsewhere.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterator

SF_DATALESS = 0x40000000
"""``stat.SF_DATALESS``, which Python knows only from 3.13 on: the content is with the cloud provider."""

IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES = 3
IOPOL_SCOPE_PROCESS = 0

PINNED = "com.apple.fileprovider.pinned#PX"
"""Finder's "Keep Downloaded" (macOS 15 and later); the suffix is part of the name on disk."""
PINNED_BARE = "com.apple.fileprovider.pinned"
"""The spelling that some tools write on macOS 26: looked at when reading, never written."""
IGNORED = "com.apple.fileprovider.ignore#P"
"""Keep an item out of the synced tree; documented by Dropbox, in use on iCloud from Sonoma on."""
IGNORED_DROPBOX = "com.dropbox.ignored"
"""The same for Dropbox folders that are not a File Provider domain."""
DOMAIN = "com.apple.file-provider-domain-id"
"""On the root of every File Provider domain; the value is ``<provider>/<domain>``."""
DETACHED = (
    "com.apple.fileprovider.detached#B",
    "com.apple.fileprovider.detached#PN",
    "com.apple.fileprovider.detached",
    "com.apple.icloud.desktop",
)
"""On folders that were redirected into iCloud: Desktop and Documents."""


class Policy(IntEnum):
    """What reading a dataless file does to the process that reads it."""

    DEFAULT = 0
    """Nothing chosen: the kernel then behaves as with OFF."""
    OFF = 1
    """The read fails at once with ``EDEADLK``; nothing is downloaded."""
    ON = 2
    """The read waits, with no limit of time, until the provider has delivered."""


def available() -> bool:
    """Whether this is macOS."""
    return sys.platform == "darwin"


def is_dataless(status: os.stat_result) -> bool:
    """Whether the flags of an ``lstat`` say that the content is not here; false without BSD flags."""
    return bool(getattr(status, "st_flags", 0) & SF_DATALESS)


def _libc() -> ctypes.CDLL:
    if not available():
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _failed() -> OSError:
    import ctypes

    code = ctypes.get_errno()
    return OSError(code, os.strerror(code))


def policy() -> Policy:
    """The materialization policy of this process.

    Raises:
        OSError: not macOS, or refused by the kernel.
    """
    value = _libc().getiopolicy_np(IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES, IOPOL_SCOPE_PROCESS)
    if value < 0:
        raise _failed()
    return Policy(value)


def set_policy(value: Policy) -> None:
    """Choose the materialization policy of this process, which its children inherit.

    Raises:
        OSError: not macOS, or refused by the kernel.
    """
    if _libc().setiopolicy_np(IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES, IOPOL_SCOPE_PROCESS, int(value)) != 0:
        raise _failed()


class BulkEntry(NamedTuple):
    """One entry of a folder as ``getattrlistbulk`` tells it, without opening or resolving anything.

    Attributes:
        kind: the vnode type: 1 file, 2 folder, 5 symbolic link.
        size: the logical size in bytes.
        allocated: the bytes on disk.
        error: the errno of this one entry; 0 if there is none.
    """

    name: str
    kind: int
    flags: int
    mtime_ns: int
    size: int
    allocated: int
    error: int


VREG, VDIR, VLNK = 1, 2, 5

_NAME, _OBJECT_TYPE, _MODIFIED, _FLAGS = 0x1, 0x8, 0x400, 0x40000
_ERROR, _RETURNED = 0x20000000, 0x80000000
_DATA_LENGTH, _DATA_ALLOCATED = 0x200, 0x400
_COMMON = _RETURNED | _ERROR | _NAME | _OBJECT_TYPE | _MODIFIED | _FLAGS
_FILE = _DATA_LENGTH | _DATA_ALLOCATED
_BULK_BUFFER = 256 * 1024
"""Bytes for one call: some hundreds to thousands of entries."""


def parse_bulk(buffer: bytes | memoryview, count: int) -> Iterator[BulkEntry]:
    """Read the packed answer of ``getattrlistbulk``.

    The values stand in the order of the attribute *bits*, each on a four-byte boundary, and only
    those are there that the entry's own set of returned attributes names; the error comes first.

    Args:
        buffer: what the call filled in.
        count: how many entries it said there are.

    Raises:
        ValueError: the buffer does not hold that many entries.
    """
    start = 0
    for _ in range(count):
        try:
            (length,) = struct.unpack_from("<I", buffer, start)
            common, _volume, _folder, of_file, _fork = struct.unpack_from("<5I", buffer, start + 4)
            yield _parse_entry(buffer, start + 24, common, of_file)
        except struct.error as error:
            raise ValueError(f"truncated folder listing: {error}") from None
        if length < 24:
            raise ValueError(f"a folder listing entry of {length} bytes")
        start += length


def _parse_entry(buffer: bytes | memoryview, at: int, common: int, of_file: int) -> BulkEntry:
    def take(layout: str) -> tuple[int, ...]:
        nonlocal at
        values = struct.unpack_from("<" + layout, buffer, at)
        at += struct.calcsize("<" + layout)
        return values

    error = take("I")[0] if common & _ERROR else 0
    name = ""
    if common & _NAME:
        reference = at
        offset, length = take("iI")
        raw = bytes(buffer[reference + offset : reference + offset + length])
        name = os.fsdecode(raw.split(b"\0", 1)[0])
    kind = take("I")[0] if common & _OBJECT_TYPE else 0
    seconds, nanoseconds = take("qq") if common & _MODIFIED else (0, 0)
    flags = take("I")[0] if common & _FLAGS else 0
    size = take("q")[0] if of_file & _DATA_LENGTH else 0
    allocated = take("q")[0] if of_file & _DATA_ALLOCATED else 0
    return BulkEntry(name, kind, flags, seconds * 1_000_000_000 + nanoseconds, size, allocated, error)


def list_folder(path: str) -> list[BulkEntry]:
    """Every entry of a folder with its flags, some hundreds a call.

    Under :attr:`Policy.OFF` a dataless folder fails with ``EDEADLK`` and nothing is fetched.

    Raises:
        OSError: the folder cannot be opened or listed, or this is not macOS.
    """
    import ctypes

    libc = _libc()
    wanted = struct.pack("<HH5I", 5, 0, _COMMON, 0, 0, _FILE, 0)
    buffer = ctypes.create_string_buffer(_BULK_BUFFER)
    entries: list[BulkEntry] = []
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        while True:
            count = libc.getattrlistbulk(
                ctypes.c_int(descriptor), wanted, buffer, ctypes.c_size_t(_BULK_BUFFER), ctypes.c_uint64(0)
            )
            if count < 0:
                raise _failed()
            if count == 0:
                return entries
            entries.extend(parse_bulk(memoryview(buffer).cast("B"), count))
    finally:
        os.close(descriptor)


def attribute(path: str, name: str) -> bytes | None:
    """An extended attribute of the item itself (links are not followed); ``None`` if it has none.

    Never call this for many dataless files: each answer may be a round trip through the provider's
    daemon (``borgbackup/borg`` and ``borgbase/vykar`` both stopped doing so).
    """
    import xattr

    try:
        return bytes(xattr.getxattr(path, name, symlink=True))
    except OSError:
        return None


def set_attribute(path: str, name: str, value: bytes) -> None:
    """Set an extended attribute of the item itself.

    Raises:
        OSError: the file system has none, or the item is not writable.
    """
    import xattr

    xattr.setxattr(path, name, value, symlink=True)
