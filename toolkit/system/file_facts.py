"""What was found out about files, kept from run to run for as long as each file stays as it is.

A fact is what a function told of one file's path and content: plain values only (texts, numbers, tuples, ``None``). It
holds as long as the file's identity does: size, inode, and the times of its last change of content and of status, which
no program can set back. What changed within two seconds before the run began is not kept, because a later change could
leave the same times: the rule by which git distrusts its index.

Kept is one file for each function below a folder for each repository in the user's cache, replaced as a whole, so that
two runs at once leave the work of one of them. A damaged file is as good as none: a digest tells.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import shutil
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from toolkit.system.files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from pathlib import Path

__all__ = ["UNKNOWN", "FileFacts", "Table", "program_stamp"]

UNKNOWN: Any = object()
"""Told of a file about which nothing is known: ``None`` is a fact."""

_RACY_NS = 2_000_000_000
"""The coarsest clock of a file system in use."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of one table; more is not kept."""
_REPOSITORIES = 40
"""Repositories whose facts are kept, the last used ones."""
_MAGIC = b"toolkit file facts 1\n"
_DIGEST = 16
_LEFT = "run"
"""The name of what says that there was a run."""

Identity = tuple[int, int, int, int]
T = TypeVar("T")


class FileFacts:
    """The facts of one repository.

    Args:
        root: the absolute folder that paths count from.
        folder: where facts are kept; ``None`` to keep them for this run only.
        stamp: all that decides what the functions say besides the files: versions of programs and rules.
        patience: questions to a table before what is kept of it is read: it holds all files of the repository, and few
            are looked at sooner than found there.
    """

    def __init__(self, root: str, folder: Path | None = None, stamp: str = "", patience: int = 0) -> None:
        self._top = os.path.join(root, "")
        name = hashlib.sha256(os.fsencode(self._top)).hexdigest()[:20]
        self._folder = None if folder is None else folder / name
        self.keeps = folder is not None
        """Whether facts outlive the run."""
        self._stamp = stamp
        self.patience = patience
        self._before_ns = time.time_ns() - _RACY_NS
        self._tables: dict[str, Table] = {}
        self._told_by: dict[Any, Table] = {}
        self._identities: dict[str, Identity | None] = {}
        self.seen: set[str] = set()
        """Paths where a look has found something."""

    @cached_property
    def is_blank(self) -> bool:
        """Whether no earlier run of the same program left anything."""
        return not self.kept(_LEFT, self._stamp)

    def table(self, name: str, version: str = "") -> Table:
        """What one function told.

        Args:
            name: the function's name.
            version: what else its answers depend on.
        """
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = Table(self, name, f"{self._stamp}\n{version}")
        return found

    def told_by(self, tell: Callable[..., Any]) -> Table:
        """What a named function told, under its name."""
        found = self._told_by.get(tell)
        if found is None:
            found = self._told_by[tell] = self.table(f"{tell.__module__}.{tell.__qualname__}")
        return found

    def save(self, listed: Callable[[], Container[str]]) -> None:
        """Write the tables that were read and changed, without files that are gone; what cannot be written is not kept.

        Args:
            listed: tells the paths that exist.
        """
        changed = {
            name: table
            for name, table in self._tables.items()
            if table.changed and (table.is_recalled or not self.patience)
        }
        if self._folder is None or not changed:
            return
        if self.is_blank:
            self._keep(_LEFT, self._stamp, {"": None})
        there = listed()
        for name, table in changed.items():
            table.recall()
            self._keep(name, table.version, {path: row for path, row in table.rows.items() if path in there})

    def of_program(self, name: str, make: Callable[[], T]) -> T:
        """What hangs on nothing but the program, from an earlier run of the same one if there was any.

        Args:
            name: told apart from those of tables.
            make: makes it: plain values only.
        """
        found = self.kept(name, self._stamp).get("")
        if found is None:
            found = (None, make())
            self._keep(name, self._stamp, {"": found})
        return cast("T", found[1])

    def _keep(self, name: str, version: str, rows: dict[str, Any]) -> None:
        body = marshal.dumps((version, rows))
        if self._folder is None or len(body) > _LARGEST:
            return
        with contextlib.suppress(OSError):  # a full or read-only cache costs time, not results
            if not self._folder.is_dir():
                _make_room(self._folder.parent)
            atomic_write(self._folder / name, _MAGIC + _digest(body) + body, 0o600)

    def identity(self, path: str) -> Identity | None:
        """What tells a file from its next state; ``None`` if it is too young, or none is there."""
        try:
            return self._identities[path]
        except KeyError:
            pass
        try:
            self.saw(path, os.lstat(f"{self._top}{path}"))
        except OSError:
            self._identities[path] = None
        return self._identities[path]

    def saw(self, path: str, look: os.stat_result) -> None:
        """Note what a look at a file itself, not at what a link leads to, has told."""
        self.seen.add(path)
        settled = look.st_ctime_ns < self._before_ns
        mine = (look.st_size, look.st_mtime_ns, look.st_ctime_ns, look.st_ino)
        self._identities[path] = mine if settled else None

    def look_at(self, paths: Iterable[str]) -> None:
        """Look at files before this process is copied, since each copy would do it again: a look takes as long as half a read."""
        for path in paths if self.keeps else ():
            self.identity(path)

    def kept(self, name: str, version: str) -> dict[str, tuple[Any, Any]]:
        """What an earlier run wrote of a table, if it is of this version."""
        if self._folder is None:
            return {}
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return {}
        head = len(_MAGIC) + _DIGEST
        if content[:head] != _MAGIC + _digest(content[head:]):
            return {}
        kept, rows = marshal.loads(content[head:])  # noqa: S302 - our own file, whole as its digest says
        return rows if kept == version else {}


class Table:
    """The facts that one function told, by path."""

    def __init__(self, facts: FileFacts, name: str, version: str) -> None:
        self.version = version
        self.rows: dict[str, tuple[Identity, Any]] = {}
        self.changed = False
        self.is_recalled = False
        self._facts = facts
        self._name = name
        self._asked = 0
        self._young: dict[str, Any] = {}

    def recall(self) -> None:
        """Read what an earlier run kept, if that has not been done."""
        if not self.is_recalled:
            self.is_recalled = True
            self.rows = {**self._facts.kept(self._name, self.version), **self.rows}

    def get(self, path: str) -> Any:
        """The fact, or :data:`UNKNOWN`."""
        row = self.rows.get(path)
        if row is None and not self.is_recalled:
            self._asked += 1
            if self._asked > self._facts.patience:
                self.recall()
                row = self.rows.get(path)
        if row is not None and row[0] == self._facts.identity(path):
            return row[1]
        return self._young.get(path, UNKNOWN)

    def known(self, paths: Sequence[str]) -> dict[str, Any]:
        """The facts of those files about which something is known; a tenth of the time of one question after the other."""
        self._asked += len(paths)
        if self._asked > self._facts.patience:
            self.recall()
        if not self.rows and not self._young:
            return {}
        told = ((path, self.get(path)) for path in paths if path in self.rows or path in self._young)
        return {path: fact for path, fact in told if fact is not UNKNOWN}

    def put(self, path: str, fact: Any) -> None:
        """Note a fact: plain values only."""
        identity = self._facts.identity(path) if self._facts.keeps else None
        if identity is None:
            self._young[path] = fact
        else:
            self.rows[path] = (identity, fact)
            self.changed = True

    def put_all(self, paths: Iterable[str], fact: Any) -> None:
        """Note the same fact of several files."""
        for path in paths:
            self.put(path, fact)


def program_stamp(package: Path) -> str:
    """What changes whenever a program does: its place, and the sizes and times of its files.

    Args:
        package: its folder.
    """
    found = hashlib.sha256(os.fsencode(package))
    for folder, names, files in os.walk(package):
        names[:] = sorted(name for name in names if name != "__pycache__")
        for name in sorted(files):
            look = os.stat(f"{folder}/{name}")
            found.update(f"{folder}/{name}:{look.st_size}:{look.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()


def _make_room(folder: Path) -> None:
    """Remove the repositories that were not looked at for longest."""
    if folder.is_dir():
        kept = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in kept[_REPOSITORIES - 1 :]:
            shutil.rmtree(old, ignore_errors=True)
