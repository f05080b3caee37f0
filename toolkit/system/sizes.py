"""How much a folder holds: sizes of files, not blocks, without opening or following anything.

Measured by the sum of ``st_size``, because an evicted file has no blocks and sparse or compressed ones have fewer.
A file with several names is counted once for each path that is asked for.
"""

from __future__ import annotations

import os
import sys
import threading
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.system import _sizing
from toolkit.system.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Size", "measure", "measure_all"]

_WORTH = 48
"""Folders from which on a second process is worth its start of some 15 ms."""


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


def measure(path: str) -> Size:
    """The size of one path."""
    return measure_all((path,))[path]


def measure_all(paths: Iterable[str], processes: int = 0) -> dict[str, Size]:
    """The sizes of several paths, shared among processes: threads gain nothing where the interpreter is the brake.

    Args:
        paths: absolute folders or files.
        processes: how many, this one included; 0 for one a core.
    """
    found = {path: Size() for path in paths}
    seen: dict[str, set[int]] = {path: set() for path in found}
    units = [(path, path) for path in found]
    wanted = processes or os.cpu_count() or 1
    for _ in range(2):  # one large node_modules alone holds enough folders to share
        if len(units) < _WORTH * wanted:
            units = [unit for top, folder in units for unit in _opened(top, folder, found[top], seen[top])]
    count = wanted if len(units) >= _WORTH else 1
    shares = [units[start::count] for start in range(count)]
    results: list[bytes] = [b""] * count
    helpers = [threading.Thread(target=_helped, args=(shares[at], results, at)) for at in range(1, count)]
    for helper in helpers:
        helper.start()
    results[0] = _counted(shares[0])
    for helper in helpers:
        helper.join()
    for share, result in zip(shares, results, strict=True):
        _add(share, result or _counted(share), found, seen)
    return found


def _opened(top: str, folder: str, size: Size, seen: set[int]) -> list[tuple[str, str]]:
    """The folders in a folder; its files are counted on the way."""
    inner: list[tuple[str, str]] = []
    try:
        if os.path.islink(folder) or not os.path.isdir(folder):
            _count(os.lstat(folder), size, seen)
            return []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append((top, entry.path))
                else:
                    _count(entry.stat(follow_symlinks=False), size, seen)
    except OSError:
        size.unreadable += 1
    return inner


def _count(look: os.stat_result, size: Size, seen: set[int]) -> None:
    size.files += 1
    size.newest = max(size.newest, look.st_mtime)
    size.dataless += bool(getattr(look, "st_flags", 0) & _sizing.DATALESS)
    if look.st_nlink == 1 or look.st_ino not in seen:
        seen.add(look.st_ino)
        size.bytes += look.st_size


def _counted(share: Sequence[tuple[str, str]]) -> bytes:
    shared: array[int] = array("Q")
    counts: array[int] = array("Q")
    for number, (_, folder) in enumerate(share):
        counts.extend(_sizing.scan(folder, shared, number))
    return counts.tobytes() + shared.tobytes()


def _helped(share: Sequence[tuple[str, str]], results: list[bytes], at: int) -> None:
    """Let another process count; nothing is said where it fails, and its share is counted here afterwards."""
    command = Command((sys.executable, "-I", "-S", _sizing.__file__), Path(__file__).parent)
    try:
        done = Child(command, stdin=-1).wait(b"\0".join(os.fsencode(folder) for _, folder in share))
    except OSError:
        return
    if done.ok:
        results[at] = done.stdout


def _add(share: Sequence[tuple[str, str]], result: bytes, found: dict[str, Size], seen: dict[str, set[int]]) -> None:
    numbers: array[int] = array("Q")
    numbers.frombytes(result)
    counted = len(share) * _sizing.FIELDS
    for number, (top, _) in enumerate(share):
        total, files, newest, dataless, unreadable = numbers[number * _sizing.FIELDS : (number + 1) * _sizing.FIELDS]
        size = found[top]
        size.bytes += total
        size.files += files
        size.newest = max(size.newest, newest / 1e9)
        size.dataless += dataless
        size.unreadable += unreadable
    for start in range(counted, len(numbers), 3):
        number, inode, total = numbers[start : start + 3]
        top = share[number][0]
        if inode not in seen[top]:
            seen[top].add(inode)
            found[top].bytes += total
