"""Adding up the files below folders; also a program of its own, so that a second core can help.

Started as ``python -I -S _sizing.py``, it reads NUL-separated folders from standard input and writes what it counted
as unsigned 64-bit numbers. Only what starts in a few milliseconds is imported here.
"""

import os
import sys
from array import array

FIELDS = 5
"""Numbers a folder: bytes, files, newest modification (ns), dataless files, unreadable folders."""

_DATALESS = 0x40000000
"""SF_DATALESS of macOS (sys/stat.h)."""


def scan(top: "str | bytes", shared: "array[int]", number: int) -> "list[int]":
    """What lies below one folder; links are counted, not followed.

    Args:
        top: the folder.
        shared: receives (number, inode, size) of files with several names, to be counted once by the caller.
        number: stands for the folder in there.
    """
    size = files = newest = dataless = unreadable = 0
    flags = sys.platform == "darwin"
    pending = [top]
    while pending:
        try:
            entries = os.scandir(pending.pop())
        except OSError:
            unreadable += 1
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                    continue
                try:
                    look = entry.stat(follow_symlinks=False)
                except OSError:
                    continue  # gone meanwhile
                files += 1
                newest = max(newest, look.st_mtime_ns)
                if look.st_nlink > 1:
                    shared.extend((number, look.st_ino, look.st_size))
                else:
                    size += look.st_size
                if flags and look.st_flags & _DATALESS:  # type: ignore[attr-defined, unused-ignore]
                    dataless += 1
    return [size, files, newest, dataless, unreadable]


def main() -> None:
    """Count what standard input names."""
    folders = sys.stdin.buffer.read().split(b"\0")
    shared = array("Q")
    counts = array("Q")
    for number, folder in enumerate(folders):
        counts.extend(scan(folder, shared, number))
    sys.stdout.buffer.write(counts.tobytes() + shared.tobytes())


if __name__ == "__main__":
    main()
