"""How much a folder holds: sizes of files, not blocks, without opening or following anything.

Measured by the sum of ``st_size``, because an evicted file has no blocks and sparse or compressed ones have fewer.
A file with several names is counted once.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from queue import SimpleQueue

__all__ = ["Size", "measure", "measure_all"]

_WORKERS = 4


@dataclass(slots=True)
class Size:
    """What lies below a path.

    Args:
        bytes: sum of the sizes of files.
        files: their number, links included.
        newest: the latest modification of a file, in seconds since 1970; 0 without one.
        dataless: files whose content is not on this machine.
        unreadable: folders that could not be listed, so that all else is "at least".
    """

    bytes: int = 0
    files: int = 0
    newest: float = 0.0
    dataless: int = 0
    unreadable: int = 0

    def add(self, other: Size) -> None:
        """Add what another one counted."""
        self.bytes += other.bytes
        self.files += other.files
        self.newest = max(self.newest, other.newest)
        self.dataless += other.dataless
        self.unreadable += other.unreadable


_DATALESS = 0x40000000
"""SF_DATALESS of macOS (sys/stat.h)."""


def measure(path: str) -> Size:
    """The size of one path."""
    return measure_all([path])[path]


def measure_all(paths: list[str], workers: int = _WORKERS) -> dict[str, Size]:
    """The sizes of several paths; threads share the work, because the system calls let go of the interpreter.

    Args:
        paths: folders or files.
        workers: threads; on a warm cache two are as good as any number.
    """
    found = {path: Size() for path in paths}
    todo: SimpleQueue[str | None] = SimpleQueue()
    lock = threading.Lock()
    for path in found:
        todo.put(path)
    for _ in range(workers):
        todo.put(None)

    def work() -> None:
        while (path := todo.get()) is not None:
            size = _measure(path)
            with lock:
                found[path].add(size)

    threads = [threading.Thread(target=work) for _ in range(min(workers, len(found)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _measure(top: str) -> Size:
    size = Size()
    try:
        status = os.lstat(top)
    except OSError:
        return Size(unreadable=1)
    if not os.path.isdir(top) or os.path.islink(top):
        return Size(status.st_size, 1, status.st_mtime)
    seen: set[int] = set()
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            entries = os.scandir(folder)
        except OSError:
            size.unreadable += 1
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                    continue
                look = entry.stat(follow_symlinks=False)
                if look.st_nlink > 1:
                    if look.st_ino in seen:
                        continue
                    seen.add(look.st_ino)
                size.bytes += look.st_size
                size.files += 1
                size.newest = max(size.newest, look.st_mtime)
                if getattr(look, "st_flags", 0) & _DATALESS:
                    size.dataless += 1
    return size
