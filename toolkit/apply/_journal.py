"""The journal of one plan: a folder with a log that is only appended to, and what the plan replaced.

The log is written ahead: a record is on disk before the deed that it announces, and says both how the place is
before and how it will be after, so that whoever reads it later can tell on which side a kill left it.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.system.files import digest
from toolkit.values import frozen

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["JOURNAL", "Journal", "Mark", "Record", "mark_of", "new_id", "read_log"]

JOURNAL = "journal"
LOG = "log.jsonl"


@frozen
class Mark:
    """How a place looks.

    Args:
        kind: ``file``, ``link``, ``folder`` or ``nothing``.
        digest: sha256 of a file, target of a link, inode of a folder.
        mode: permission bits.
        mtime_ns: of files, kept for undoing, not compared.
    """

    kind: str
    digest: str = ""
    mode: int = 0
    mtime_ns: int = 0

    def same(self, other: Mark) -> bool:
        """Whether content and kind agree; modes too for files."""
        return (self.kind, self.digest) == (other.kind, other.digest) and (
            self.kind != "file" or self.mode == other.mode
        )


NOTHING = Mark("nothing")


def mark_of(path: Path) -> Mark:
    """How a place looks now; a folder is told by its inode, which a rename keeps."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    mode = status.st_mode & 0o7777
    if path.is_symlink():
        return Mark("link", os.readlink(path), mode, status.st_mtime_ns)
    if path.is_dir():
        return Mark("folder", str(status.st_ino), mode, status.st_mtime_ns)
    return Mark("file", digest(path) or "", mode, status.st_mtime_ns)


@frozen
class Record:
    """What one action is about to change.

    Args:
        index: the action's number in the plan.
        kind: the action's type.
        path: the place that changes (of a move: the source).
        target: where a move or a removal puts it, relative to the root; empty else.
        before: how ``path`` looks before; after a move or removal it is nothing.
        after: how ``path`` looks afterwards; of a move or a removal: how ``target`` does.
        backup: where the replaced file is kept, relative to the journal's folder.
        folders: modification times (ns) of the folders around, to be set back.
        made: folders that the action makes, outermost first.
        pruned: folders that a move leaves empty and takes away, innermost first, with mode.
        entries: records of git's index that are taken out, as ``git update-index --index-info`` reads them.
    """

    index: int
    kind: str
    path: str
    target: str = ""
    before: Mark = NOTHING
    after: Mark = NOTHING
    backup: str = ""
    folders: tuple[tuple[str, int], ...] = ()
    made: tuple[str, ...] = ()
    pruned: tuple[tuple[str, int], ...] = ()
    entries: str = ""

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Record:
        """The record that :meth:`Journal.begin` wrote."""
        plain = {key: value for key, value in data.items() if key != "event"}
        plain["before"], plain["after"] = Mark(**plain["before"]), Mark(**plain["after"])
        for key in ("folders", "pruned"):
            plain[key] = tuple((str(name), int(value)) for name, value in plain[key])
        plain["made"] = tuple(plain["made"])
        return cls(**plain)


@dataclass
class Journal:
    """A plan's journal, open for appending.

    Args:
        folder: the plan's own folder.
    """

    folder: Path
    _descriptor: int = field(default=-1, repr=False)

    def write(self, event: str, **data: Any) -> None:
        """Append a record and see it on disk before anything follows."""
        if self._descriptor < 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            # A killed run may have left half a line; what follows must not be glued to it.
            if (size := os.fstat(self._descriptor).st_size) and not _ends_line(self.folder / LOG, size):
                os.write(self._descriptor, b"\n")
        os.write(self._descriptor, (json.dumps({"event": event, **data}) + "\n").encode("ascii"))
        os.fsync(self._descriptor)

    def begin(self, record: Record) -> None:
        """Announce an action."""
        self.write("begin", **asdict(record))

    def close(self) -> None:
        """Close the log."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _ends_line(path: Path, size: int) -> bool:
    with path.open("rb") as stream:
        stream.seek(size - 1)
        return stream.read(1) == b"\n"


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The records of a log; a line that a kill cut short is left out."""
    found = []
    try:
        lines = (folder / LOG).read_bytes().split(b"\n")
    except OSError:
        return []
    for line in lines:
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict):
            found.append(data)
    return found


def new_id() -> str:
    """A name that sorts by time, to the microsecond, and that two machines do not share."""
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(seconds))}-{rest // 1000:06d}-{secrets.token_hex(2)}"
