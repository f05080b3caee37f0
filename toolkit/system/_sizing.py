"""Adding up the files below folders; also a program of its own, so that a second core can help.

Started as ``python -I -S _sizing.py``, it reads NUL-separated folders from standard input and writes what it counted
as unsigned 64-bit numbers. Only what starts in a few milliseconds is imported here.
"""

import os
import sys
from array import array

FIELDS = 5
"""Numbers a folder: bytes, files, newest modification (ns), dataless files, unreadable folders."""

DATALESS = 0x40000000
"""SF_DATALESS of macOS (sys/stat.h)."""


_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


def scan(top: str, shared: "array[int]", number: int) -> "list[int]":
    """What lies below one folder; links are counted, not followed.

    Folders are listed by descriptor: a file is then looked up by its name alone, which saves a seventh of the time.

    Args:
        top: the folder.
        shared: receives (number, inode, size) of files with several names, to be counted once by the caller.
        number: stands for the folder in there.
    """
    counts = [0] * FIELDS
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            descriptor = os.open(folder, _FLAGS)
        except OSError:
            counts[4] += 1
            continue
        try:
            with os.scandir(descriptor) as entries:
                _add(entries, counts, shared, number, (folder, pending))
        except OSError:
            counts[4] += 1
        finally:
            os.close(descriptor)
    return counts


def _add(
    entries: "os._ScandirIterator[str]",
    counts: "list[int]",
    shared: "array[int]",
    number: int,
    place: "tuple[str, list[str]]",
) -> None:
    """Count one folder's files; the folders in it go to the list of those that are still to come."""
    folder, pending = place
    size, files, newest, dataless, _ = counts
    flags = sys.platform == "darwin"
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            pending.append(f"{folder}/{entry.name}")
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
        if flags and getattr(look, "st_flags", 0) & DATALESS:
            dataless += 1
    counts[:4] = size, files, newest, dataless


def main() -> None:
    """Count what standard input names."""
    folders = sys.stdin.buffer.read().split(b"\0")
    shared = array("Q")
    counts = array("Q")
    for number, folder in enumerate(folders):
        counts.extend(scan(os.fsdecode(folder), shared, number))
    sys.stdout.buffer.write(counts.tobytes() + shared.tobytes())


if __name__ == "__main__":
    main()
