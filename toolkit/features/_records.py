"""What was installed, from which inputs: an append-only file that survives a kill at any moment.

A line is written when an install begins and another when its output was found whole. The last line
about a subproject counts; one that only began is not fresh, and a torn last line counts for nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Record", "Records", "digest_of", "fingerprint"]

_PROTOCOL = "1"
_COMPACT_FACTOR = 4
"""The file is rewritten when it holds this many times more lines than subprojects."""

_RACY_NS = 2_000_000_000
"""A file changed less than this before it was recorded may change again within the same time stamp (FAT has 2 s)."""

Stamp = tuple[int, int, int, int]


@frozen
class Record:
    """The state of one subproject's output.

    Args:
        digest: of everything that decides what an install does; empty while one is under way.
        files: for each input its time stamp and its sha256, to spare reading what did not change.
        duration_s: how long the install took.
        at_ns: when the inputs were read, in nanoseconds since 1970.
    """

    digest: str
    files: Mapping[str, tuple[Stamp, str]] = field(default_factory=dict)
    duration_s: float = 0.0
    at_ns: int = 0


class Records:
    """The records of a repository; read once, appended to as installs begin and end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records: dict[str, Record] = {}
        self._began: dict[str, float] = {}
        self._lines = 0
        self._load()

    def get(self, key: str) -> Record | None:
        """The record of a subproject; ``None`` if it was never installed, or an install broke off."""
        record = self._records.get(key)
        return record if record is not None and record.digest else None

    def duration_s(self, key: str) -> float | None:
        """How long the subproject took the last time it succeeded; ``None`` if that is not known."""
        record = self._records.get(key)
        return record.duration_s if record is not None and record.duration_s else None

    def begin(self, key: str) -> None:
        """Note that an install is under way: its output is not to be trusted until :meth:`finish`.

        Raises:
            OSError: the note cannot be written, so the install must not start.
        """
        self._began[key] = time.monotonic()
        self._append(key, Record("", duration_s=self.duration_s(key) or 0.0))

    def finish(self, key: str, record: Record) -> None:
        """Note that an install succeeded and its output was found whole; the time since :meth:`begin` is added.

        Raises:
            OSError: the note cannot be written; the next run installs again.
        """
        began = self._began.pop(key, None)
        self._append(key, record if began is None else replace(record, duration_s=time.monotonic() - began))

    def _append(self, key: str, record: Record) -> None:
        self._records[key] = record
        line = json.dumps(
            [key, record.digest, record.files, round(record.duration_s, 3), record.at_ns], separators=(",", ":")
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One write of a whole line; the leading line feed cuts off a line that a kill tore.
        with self.path.open("ab", buffering=0) as stream:
            stream.write(f"\n{line}\n".encode("utf-8", "surrogateescape"))

    def _load(self) -> None:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError:
            return
        for line in lines:
            if not line:
                continue
            self._lines += 1
            with contextlib.suppress(ValueError, TypeError, KeyError, IndexError):
                key, digest, files, duration_s, at_ns = json.loads(line)
                self._records[str(key)] = Record(
                    str(digest),
                    {name: (tuple(stamp), content) for name, (stamp, content) in files.items()},
                    float(duration_s),
                    int(at_ns),
                )

    def compact(self) -> None:
        """Rewrite the file without what later lines made void, if that saves much. Call under the lock."""
        if self._lines <= _COMPACT_FACTOR * max(len(self._records), 16):
            return
        from toolkit.system.files import atomic_write

        rows = [[key, r.digest, r.files, r.duration_s, r.at_ns] for key, r in self._records.items()]
        atomic_write(
            self.path,
            "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode("utf-8", "surrogateescape"),
        )


def stamp_of(status: os.stat_result) -> Stamp:
    """What changes when a file does, as git's index has it."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def fingerprint(root: str, paths: Iterable[str], record: Record | None) -> dict[str, tuple[Stamp, str]]:
    """Each input with its time stamp and sha256; a missing one has an empty digest.

    Args:
        root: the absolute root.
        paths: the inputs, relative to it.
        record: what was recorded before: an input whose time stamp is the same is not read again.
    """
    known = record.files if record is not None else {}
    settled_ns = record.at_ns - _RACY_NS if record is not None else 0
    found: dict[str, tuple[Stamp, str]] = {}
    for path in paths:
        name = f"{root}/{path}"
        try:
            stamp = stamp_of(os.stat(name))
            before = known.get(path)
            if before is not None and before[0] == stamp and stamp[1] < settled_ns and stamp[2] < settled_ns:
                found[path] = before
                continue
            with open(name, "rb") as stream:
                found[path] = (stamp, sha256(stream.read()).hexdigest())
        except OSError:
            found[path] = ((0, 0, 0, 0), "")
    return found


def digest_of(files: Mapping[str, tuple[Stamp, str]], *facts: Any) -> str:
    """One digest of the inputs' content and of further facts (commands, tools, policy)."""
    contents = sorted((path, content) for path, (_, content) in files.items())
    return sha256(json.dumps([_PROTOCOL, contents, facts], default=str).encode("utf-8", "surrogateescape")).hexdigest()
