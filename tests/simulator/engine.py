"""The simulated provider: what is evicted, how downloads behave, which faults are due.

Knows nothing of FUSE; every wait takes a function that tells whether the caller was interrupted.
State belongs to inodes of the backing folder and lives in memory.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import shutil
import stat
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

Interrupted = Callable[[], bool]
_TICK_S = 0.125
"""Seconds between looks at whether a waiting caller was interrupted."""


@dataclass
class Settings:
    """How the provider serves.

    Attributes:
        latency: seconds that a download takes at least.
        bandwidth: bytes a second; 0 is without limit.
        limit: downloads at the same time; further ones queue.
        offline: every download fails with ``offline_error`` after ``offline_delay`` seconds.
        hang: every download waits until the caller dies or this is cleared.
        reevict_after: seconds after which a downloaded file is evicted again; 0 is never.
        reevict_times: how many files are evicted again before that ends; -1 is without end.
        policy: honour the callers' materialization policy.
    """

    latency: float = 0.0
    bandwidth: float = 0.0
    limit: int = 64
    offline: bool = False
    offline_error: str = "ETIMEDOUT"
    offline_delay: float = 0.05
    hang: bool = False
    reevict_after: float = 0.0
    reevict_times: int = -1
    policy: bool = True


@dataclass
class Rule:
    """A fault for the paths that a pattern matches.

    Attributes:
        glob: ``fnmatch`` pattern on the path below the mount; ``*`` also matches ``/``.
        kind: ``errno`` (fail), ``short`` (end after ``bytes``), ``hang`` or ``slow`` (wait ``seconds``).
        on: the operation: ``open``, ``read``, ``write``, ``readdir``, ``download`` or ``setxattr``.
        times: how often it still fires; -1 is always.
        every: it fires at each n-th match only, so that a provider is flaky in a repeatable way.
    """

    glob: str
    kind: str
    on: str = "read"
    errno: str = "EIO"
    bytes: int = 0
    seconds: float = 0.0
    times: int = -1
    every: int = 1
    seen: int = 0


@dataclass
class Counts:
    """What happened since the last reset."""

    downloads: int = 0
    downloaded_bytes: int = 0
    refused: int = 0
    faults: int = 0
    peak: int = 0
    order: list[str] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)


class Engine:
    """One provider over one backing folder."""

    def __init__(self, backing: str) -> None:
        self.backing = os.path.realpath(backing)
        self.lock = threading.RLock()
        self.settings = Settings()
        self.rules: list[Rule] = []
        self.counts = Counts()
        self.evicted: set[int] = set()
        self.attributes: dict[int, dict[str, bytes]] = {}
        self._slots = threading.Semaphore(self.settings.limit)
        self._in_flight: dict[int, threading.Event] = {}
        self._active = 0

    def real(self, path: str) -> str:
        """The backing path of a path below the mount."""
        return self.backing + "/" + path.strip("/") if path.strip("/") else self.backing

    # faults

    def due(self, path: str, operation: str) -> Rule | None:
        """The first rule that fires for this operation; takes one of its shots."""
        if not self.rules:
            return None
        with self.lock:
            for rule in self.rules:
                if rule.on != operation or not rule.times or not fnmatch.fnmatch(path.strip("/"), rule.glob):
                    continue
                rule.seen += 1
                if rule.seen % rule.every:
                    continue
                rule.times -= rule.times > 0
                self.counts.faults += 1
                return rule
        return None

    def wait(self, seconds: float, interrupted: Interrupted, until: Callable[[], bool] = lambda: False) -> None:
        """Sleep; ends with EINTR when the caller was interrupted, and with EIO when ``until`` comes true."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _TICK_S))
            if interrupted():
                raise OSError(errno.EINTR, "interrupted")
            if until():
                raise OSError(errno.EIO, "released")

    def suffer(self, rule: Rule, interrupted: Interrupted) -> None:
        """Act out a rule, except a short read, which is the reader's business."""
        if rule.kind == "errno":
            raise OSError(getattr(errno, rule.errno), rule.errno)
        if rule.kind == "hang":
            self.wait(1e9, interrupted, lambda: rule not in self.rules)
        if rule.kind == "slow":
            self.wait(rule.seconds, interrupted)

    # downloads

    def download(self, path: str, status: os.stat_result, *, prevented: bool, interrupted: Interrupted) -> None:
        """Bring one item back, as the kernel does for a process that touches its content.

        Raises:
            OSError: EDEADLK if the caller's policy prevents it; else what the provider or a rule says.
        """
        inode = status.st_ino
        if inode not in self.evicted:
            return
        if prevented and self.settings.policy:
            with self.lock:
                self.counts.refused += 1
            raise OSError(errno.EDEADLK, "materialization is prevented")
        with self.lock:
            if inode not in self.evicted:
                return
            other = self._in_flight.get(inode)
            if other is None:
                self._in_flight[inode] = done = threading.Event()
        if other is not None:
            self._share(other, inode, interrupted)
            return
        try:
            self._fetch(path, status, interrupted)
        finally:
            with self.lock:
                self._in_flight.pop(inode, None)
            done.set()

    def _share(self, other: threading.Event, inode: int, interrupted: Interrupted) -> None:
        while not other.wait(_TICK_S):
            if interrupted():
                raise OSError(errno.EINTR, "interrupted")
        if inode in self.evicted:
            raise OSError(errno.EIO, "the download that this one waited for failed")

    def _fetch(self, path: str, status: os.stat_result, interrupted: Interrupted) -> None:
        settings = self.settings
        if settings.offline:
            self.wait(settings.offline_delay, interrupted)
            raise OSError(getattr(errno, settings.offline_error), "the provider is offline")
        rule = self.due(path, "download")
        size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
        with self._slot(interrupted):
            if settings.hang:
                self.wait(1e9, interrupted, lambda: not self.settings.hang)
            if rule:
                self.suffer(rule, interrupted)
            self.wait(settings.latency + (size / settings.bandwidth if settings.bandwidth else 0), interrupted)
        with self.lock:
            self.evicted.discard(status.st_ino)
            self.counts.downloads += 1
            self.counts.downloaded_bytes += size
            self.counts.order.append(path.strip("/"))
        self._touch(self.real(path))
        self._plan_reeviction(path)

    @contextmanager
    def _slot(self, interrupted: Interrupted) -> Iterator[None]:
        slots = self._slots
        while not slots.acquire(timeout=_TICK_S):
            if interrupted():
                raise OSError(errno.EINTR, "interrupted")
        with self.lock:
            self._active += 1
            self.counts.peak = max(self.counts.peak, self._active)
        try:
            yield
        finally:
            with self.lock:
                self._active -= 1
            slots.release()

    def _plan_reeviction(self, path: str) -> None:
        settings = self.settings
        with self.lock:
            if not settings.reevict_after or not settings.reevict_times:
                return
            settings.reevict_times -= settings.reevict_times > 0
        timer = threading.Timer(settings.reevict_after, self._evict_again, (self.real(path),))
        timer.daemon = True
        timer.start()

    def _evict_again(self, real: str) -> None:
        try:
            self._evict(real)
        except FileNotFoundError:
            return

    @staticmethod
    def _touch(real: str) -> None:
        """Evicting and downloading bump the ctime and leave content and mtime (borgbase/vykar, file_cache.rs)."""
        try:
            os.chmod(real, stat.S_IMODE(os.lstat(real).st_mode))
        except OSError:
            return

    def _evict(self, real: str) -> bool:
        status = os.lstat(real)
        if not (stat.S_ISDIR(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_size)):
            return False
        with self.lock:
            new = status.st_ino not in self.evicted
            self.evicted.add(status.st_ino)
        self._touch(real)
        return new

    # what a test asks for

    def evict(self, path: str, *, glob: str = "*", folders: bool = False, recursive: bool = True) -> int:
        """Take content back: one item, or all files below a folder whose path a pattern matches."""
        real = self.real(path)
        if not (recursive and os.path.isdir(real) and not os.path.islink(real)):
            return int(self._evict(real))
        count = 0
        for folder, _, names in os.walk(real):
            if folders:
                self._evict(folder)
            for name in names:
                item = os.path.join(folder, name)
                if fnmatch.fnmatch(os.path.relpath(item, self.backing), glob):
                    count += self._evict(item)
        return count

    def restore(self, path: str = "") -> None:
        """Make an item, and everything below it, local at once."""
        real = self.real(path)
        inodes = {os.lstat(real).st_ino}
        for folder, folders, names in os.walk(real):
            inodes.update(os.lstat(os.path.join(folder, name)).st_ino for name in (*folders, *names))
        with self.lock:
            self.evicted -= inodes

    def configure(self, **settings: Any) -> None:
        """Change settings."""
        known = {item.name for item in fields(Settings)}
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"no such setting: {name}")
            setattr(self.settings, name, value)
        if "limit" in settings:
            self._slots = threading.Semaphore(settings["limit"])

    def conflict(self, path: str, number: int = 2) -> str:
        """Leave a conflict copy beside a file, with the name that iCloud gives it."""
        stem, suffix = os.path.splitext(self.real(path))
        shutil.copy2(self.real(path), f"{stem} {number}{suffix}")
        return f"{stem} {number}{suffix}"

    def forget(self, status: os.stat_result) -> None:
        """The last name of an inode went; its state goes with it."""
        if status.st_nlink == 1 or stat.S_ISDIR(status.st_mode):
            with self.lock:
                self.evicted.discard(status.st_ino)
                self.attributes.pop(status.st_ino, None)

    def reset(self) -> None:
        """Everything local, nothing counted, no rules, ordinary settings; releases what hangs."""
        with self.lock:
            self.rules.clear()
            self.settings = Settings()
            self.counts = Counts()
            self.evicted.clear()
            self.attributes.clear()
        self._slots = threading.Semaphore(self.settings.limit)
