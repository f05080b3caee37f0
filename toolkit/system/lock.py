"""One writer at a time for a repository, also across a ``kill -9`` of the one before.

The lock is an ``flock`` on a file whose descriptor every child inherits: while an install that outlived
its killed parent still writes, the lock is still held. A run that ends in order removes the file, so a
daemon that an installer left behind holds nothing but an unlinked inode.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.system import process
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Holder", "Lock", "hold"]

_POLL_S = 0.1


@frozen
class Holder:
    """Who has the lock.

    Args:
        pid: the process that took it.
        identity: when it started, as the system tells it; tells a reused number apart.
        command: what it does.
        groups: process groups that it started, with their leaders' identities.
    """

    pid: int
    identity: str
    command: str
    groups: tuple[tuple[int, str], ...] = ()

    @property
    def alive(self) -> bool:
        """Whether the process that took the lock still runs."""
        return bool(self.identity) and process.identity(self.pid) == self.identity


class Lock:
    """The held lock; made by :func:`hold`."""

    def __init__(self, path: Path, descriptor: int, holder: Holder) -> None:
        self.path = path
        self.descriptor = descriptor
        self._holder = holder
        self._write()

    def add_group(self, pid: int) -> None:
        """Note a process group that works under the lock, so that a later run can end it if we are killed."""
        groups = (*self._holder.groups[-63:], (pid, process.identity(pid)))
        self._holder = Holder(self._holder.pid, self._holder.identity, self._holder.command, groups)
        self._write()

    def _write(self) -> None:
        holder = self._holder
        text = json.dumps(
            {"pid": holder.pid, "identity": holder.identity, "command": holder.command, "groups": holder.groups}
        )
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)


@contextlib.contextmanager
def hold(
    path: Path, command: str, waiting: Callable[[Holder | None], None], timeout_s: float | None = None
) -> Iterator[Lock]:
    """Hold the lock of a repository for the length of a ``with`` block.

    Args:
        path: the lock file; its folder exists.
        command: what we do, for those who wait.
        waiting: called once when somebody else has it, with what is known about them.
        timeout_s: seconds to wait; ``None`` for as long as it takes.

    Raises:
        ToolkitError: the time is over; the message says who holds it.
        OSError: the file cannot be made.
    """
    ours = Holder(os.getpid(), process.identity(os.getpid()), command)
    descriptor = _acquire(path, waiting, timeout_s)
    try:
        before = _read(descriptor)
        # First of all, and with what is still to be ended: whoever reads the name of a killed run takes the file away.
        left = before.groups if before is not None and not before.alive else ()
        lock = Lock(path, descriptor, replace(ours, groups=left))
        _end_orphans(before)
        yield lock
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.close(descriptor)


def _acquire(path: Path, waiting: Callable[[Holder | None], None], timeout_s: float | None) -> int:
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    told = False
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_current(path, descriptor):
                return descriptor
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
                os.close(descriptor)
                raise
            holder = _read(descriptor)
            if holder is not None and not holder.alive:
                # Killed with children still writing: end those, then whatever else holds the inode holds nothing we need.
                _end_orphans(holder)
                with contextlib.suppress(FileNotFoundError):
                    if _is_current(path, descriptor) and _read(descriptor) == holder:
                        os.unlink(path)
            elif deadline is not None and time.monotonic() >= deadline:
                os.close(descriptor)
                raise _busy(holder) from None
            elif not told:
                told = True
                waiting(holder)
        os.close(descriptor)
        time.sleep(_POLL_S)


def _busy(holder: Holder | None) -> ToolkitError:
    who = f"process {holder.pid} ({holder.command})" if holder else "another process"
    return ToolkitError(f"{who} works on this repository", "wait for it, or end it, then run this again")


def _is_current(path: Path, descriptor: int) -> bool:
    """Whether the descriptor is still the file at the path: its holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read(descriptor: int) -> Holder | None:
    try:
        data = json.loads(os.pread(descriptor, 65536, 0))
        groups = tuple((int(pid), str(identity)) for pid, identity in data["groups"])
        return Holder(int(data["pid"]), str(data["identity"]), str(data["command"]), groups)
    except (ValueError, KeyError, TypeError):
        return None


def _end_orphans(holder: Holder | None) -> None:
    """End the process groups of a holder that is gone.

    A leader with another start time is somebody else's; where the leader is gone but its group is not, the number
    cannot have been given out again.
    """
    if holder is None or holder.alive:
        return
    for pid, identity in holder.groups:
        if identity and process.identity(pid) in ("", identity):
            process.end_group(pid)
