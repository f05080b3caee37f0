"""What can be proven of macOS's side without a Mac: the layout of its answers, and refusals elsewhere."""

from __future__ import annotations

import errno
import os
import struct
import sys
from typing import TYPE_CHECKING

import pytest

from toolkit.system import darwin
from toolkit.system.dataless import DarwinSeam, FileState, bulk_node

if TYPE_CHECKING:
    from pathlib import Path

NAME, TYPE, MODIFIED, FLAGS, ERROR, RETURNED = 0x1, 0x8, 0x400, 0x40000, 0x20000000, 0x80000000
LENGTH, ALLOCATED = 0x200, 0x400


def packed(name: str, kind: int, flags: int, *, size: int | None = None, error: int | None = None) -> bytes:
    """An entry as the kernel lays it out: length, what is returned, the error, then values by bit."""
    common = RETURNED | NAME | TYPE | MODIFIED | FLAGS | (ERROR if error is not None else 0)
    of_file = LENGTH | ALLOCATED if size is not None else 0
    raw = os.fsencode(name) + b"\0"
    raw += b"\0" * (-len(raw) % 4)
    values = struct.pack("<IqqI", kind, 1_700_000_000, 5, flags)
    if size is not None:
        values += struct.pack("<qq", size, 0)
    head = struct.pack("<5I", common, 0, 0, of_file, 0)
    if error is not None:
        head += struct.pack("<I", error)
    reference = struct.pack("<iI", 8 + len(values), len(os.fsencode(name)) + 1)
    body = head + reference + values + raw
    return struct.pack("<I", len(body) + 4) + body


def test_bulk_listing_is_read_by_what_was_returned() -> None:
    entries = [
        packed("a file.ts", darwin.VREG, darwin.SF_DATALESS | 0x60, size=1234),
        packed("folder", darwin.VDIR, darwin.SF_DATALESS),
        packed("link", darwin.VLNK, 0, size=4),
        packed("ü" * 50, darwin.VREG, 0x40, size=0),
        packed("broken", darwin.VREG, 0, size=0, error=60),
    ]

    read = list(darwin.parse_bulk(b"".join(entries), len(entries)))

    mtime = 1_700_000_000_000_000_005
    assert read == [
        darwin.BulkEntry("a file.ts", 1, 0x40000060, mtime, 1234, 0, 0),
        darwin.BulkEntry("folder", 2, 0x40000000, mtime, 0, 0, 0),
        darwin.BulkEntry("link", 5, 0, mtime, 4, 0, 0),
        darwin.BulkEntry("ü" * 50, 1, 0x40, mtime, 0, 0, 0),
        darwin.BulkEntry("broken", 1, 0, mtime, 0, 0, 60),
    ]
    assert [(node.kind, node.state) for node in map(bulk_node, read)] == [
        ("file", FileState.DATALESS),
        ("folder", FileState.DATALESS),
        ("link", FileState.LOCAL),
        ("file", FileState.LOCAL),
        ("file", FileState.UNKNOWN),
    ]


def test_a_truncated_listing_is_an_error() -> None:
    entry = packed("name", darwin.VREG, 0, size=1)

    with pytest.raises(ValueError, match="truncated"):
        list(darwin.parse_bulk(entry, 2))
    with pytest.raises(ValueError, match="bytes"):
        list(darwin.parse_bulk(struct.pack("<6I", 8, 0, 0, 0, 0, 0), 1))


def test_flags_decide_and_blocks_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Status:
        st_mode, st_size, st_blocks, st_mtime_ns = 0o100644, 10, 0, 7
        st_flags = 0x40000060

    monkeypatch.setattr(os, "lstat", lambda _path: Status())
    evicted = DarwinSeam().node(str(tmp_path / "x"))
    Status.st_flags = 0x20  # transparently compressed: no blocks either
    compressed = DarwinSeam().node(str(tmp_path / "x"))

    assert evicted is not None and evicted.state is FileState.DATALESS  # noqa: PT018
    assert compressed is not None and compressed.state is FileState.LOCAL  # noqa: PT018


def test_a_folder_without_bulk_listing_is_listed_by_lstat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("1")

    def refused(_path: str) -> list[darwin.BulkEntry]:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(darwin, "list_folder", refused)

    assert [node.name for node in DarwinSeam().listing(str(tmp_path))] == ["x"]


@pytest.mark.skipif(sys.platform == "darwin", reason="says what happens elsewhere")
def test_elsewhere_the_kernel_calls_are_refused(tmp_path: Path) -> None:
    for call in (
        darwin.policy,
        lambda: darwin.set_policy(darwin.Policy.OFF),
        lambda: darwin.list_folder(str(tmp_path)),
    ):
        with pytest.raises(OSError) as error:
            call()
        assert error.value.errno == errno.ENOSYS


def test_attributes_that_are_not_there(tmp_path: Path) -> None:
    assert darwin.attribute(str(tmp_path), darwin.PINNED) is None
    assert darwin.attribute(str(tmp_path / "missing"), darwin.PINNED) is None
