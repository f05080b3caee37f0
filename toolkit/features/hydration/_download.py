"""Bringing content back from the provider, by children that can be killed, until it is clear that it will not serve."""

from __future__ import annotations

import errno
import heapq
import os
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from toolkit.system.dataless import FileState, Seam, state
from toolkit.system.readers import Answer, Reader, Request, wait
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.features.hydration._areas import Item

__all__ = ["Fetched", "Limits", "Source", "download", "free_bytes"]

_MEGABYTE = 1_000_000
_PAUSE_S = 0.5
"""Seconds after which the pool looks at the clock even if nothing happens."""
_SPACE_EVERY = 64
"""Files between two looks at the free space."""


@frozen
class Limits:
    """How hard the provider is asked.

    Args:
        jobs: children at a time. The kernel has 256 slots for all programs together; four to eight is polite.
        deadline_s: seconds for one file at least.
        per_megabyte_s: further seconds for each megabyte.
        canary_s: seconds without any success after which the provider counts as not serving.
        attempts: how often a file that failed is asked for.
        backoff_s: seconds before the second attempt; doubled before each further one.
        reserve: bytes of the disk that stay free.
        budget: bytes to download at most; ``None`` is without limit.
    """

    jobs: int = 4
    deadline_s: float = 30.0
    per_megabyte_s: float = 1.5
    canary_s: float = 20.0
    attempts: int = 4
    backoff_s: float = 2.0
    reserve: int = 512 * 1024 * 1024
    budget: int | None = None

    def deadline(self, size: int) -> float:
        """Seconds that a file of this size may take."""
        return max(self.deadline_s, self.per_megabyte_s * size / _MEGABYTE)


class Fetched(NamedTuple):
    """How one item ended.

    Attributes:
        reason: why it is not local; empty if it is.
        oid: the name git gives to the content that was read; empty for a folder.
        systemic: the reason is the provider or the disk, not this item.
    """

    item: Item
    reason: str = ""
    oid: str = ""
    systemic: bool = False


def free_bytes(path: str) -> int:
    """Bytes that an ordinary user may still write."""
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize


class _Job(NamedTuple):
    item: Item
    attempt: int


@dataclass
class _Breaker:
    """Decides when a provider is not worth asking any more."""

    limits: Limits
    began: float = field(default_factory=time.monotonic)
    success: float | None = None
    strikes: int = 0
    killed: int = 0

    def good(self) -> None:
        self.success = time.monotonic()
        self.strikes = self.killed = 0

    def bad(self, *, killed: bool) -> None:
        self.strikes += 1
        self.killed += killed

    @property
    def verdict(self) -> str:
        """``wedged`` (it hangs), ``offline`` (it says so), or nothing."""
        silent = time.monotonic() - (self.began if self.success is None else self.success)
        enough = 1 if self.success is None else 2 * self.limits.jobs
        # Half a second: deadlines are noticed by a clock that ticks.
        if self.strikes < enough or silent < self.limits.canary_s - _PAUSE_S / 2:
            return ""
        return "wedged" if self.killed else "offline"


@frozen
class Source:
    """Where items are read.

    Args:
        root: absolute; the items' paths are relative to it.
        provider: tells afterwards whether an item is here.
        algorithm: of the repository's object names.
        hint: called with an absolute path whose read did not come back, before it is asked for again.
    """

    root: str
    provider: Seam
    algorithm: str = "sha1"
    hint: Callable[[str], None] = lambda _path: None


def download(source: Source, items: Iterable[Item], limits: Limits, *, folders: bool = False) -> Iterator[Fetched]:
    """Read items in order by a bounded pool, and tell how each ended.

    Args:
        source: where they are read.
        items: what to bring back, most urgent first.
        limits: how hard to ask.
        folders: the items are folders, to be listed rather than read.
    """
    pool = _Pool(source, limits, "list" if folders else "read")
    try:
        yield from pool.run(items)
    finally:
        pool.close()


class _Pool:
    def __init__(self, source: Source, limits: Limits, verb: str) -> None:
        self.root = source.root
        self.provider = source.provider
        self.limits = limits
        self.operation = (verb, source.algorithm)
        self.hint = source.hint
        self.breaker = _Breaker(limits)
        self.readers: list[Reader] = []
        self.pending: deque[_Job] = deque()
        self.later: list[tuple[float, int, _Job]] = []
        self.jobs: dict[str, _Job] = {}
        self.ended = 0
        self.stopped = ""

    def run(self, items: Iterable[Item]) -> Iterator[Fetched]:
        self.pending.extend(_Job(item, 1) for item in items)
        while self.pending or self.later or self.jobs:
            self._wake()
            self._feed()
            for answer in self._answers():
                yield from self._judge(answer)
            self.stopped = self.stopped or self._stop()
            if self.stopped:
                yield from self._give_up()
                return

    def close(self) -> None:
        for reader in self.readers:
            reader.kill()
        self.readers.clear()

    def _stop(self) -> str:
        if verdict := self.breaker.verdict:
            return verdict
        if self.ended >= _SPACE_EVERY:
            self.ended = 0
            if free_bytes(self.root) < self.limits.reserve:
                return "the disk is full"
        return ""

    def _wake(self) -> None:
        """Take back the jobs whose pause is over."""
        now = time.monotonic()
        while self.later and self.later[0][0] <= now:
            self.pending.append(heapq.heappop(self.later)[2])

    def _feed(self) -> None:
        """Give every child a request, and a second one while there are plenty."""
        while self.pending and len(self.readers) < self.limits.jobs:
            self.readers.append(Reader(self.provider.switch))
            self._send(self.readers[-1], self.pending.popleft())
        for depth in range(1, Reader.DEPTH + 1):
            for reader in self.readers:
                plenty = depth == 1 or len(self.pending) > len(self.readers)
                if self.pending and plenty and reader.load < depth:
                    self._send(reader, self.pending.popleft())

    def _send(self, reader: Reader, job: _Job) -> None:
        kind, algorithm = self.operation
        path = os.path.normpath(os.path.join(self.root, job.item.path))
        deadline = self.limits.deadline(job.item.size)
        if self.breaker.success is None:
            # Nothing has come yet: a short deadline makes this file the canary.
            deadline = min(deadline, self.limits.canary_s + self.limits.per_megabyte_s * job.item.size / _MEGABYTE)
        self.jobs[path] = job
        reader.send(Request(kind, path, algorithm, deadline))

    def _answers(self) -> Iterator[Answer]:
        now = time.monotonic()
        until = min((reader.deadline for reader in self.readers), default=now)
        if self.later:
            until = min(until, self.later[0][0])
        for reader in wait(self.readers, max(0.0, min(until - now, _PAUSE_S))):
            yield from reader.take()
        for reader in [reader for reader in self.readers if reader.deadline <= time.monotonic()]:
            yield from reader.expire()
        for reader in [reader for reader in self.readers if reader.output.closed]:
            self.readers.remove(reader)
            self.pending.extendleft(self.jobs.pop(request.path) for request in reversed(reader.unstarted()))

    def _judge(self, answer: Answer) -> Iterator[Fetched]:
        job = self.jobs.pop(answer.request.path)
        if answer.outcome == "ok":
            where = state(answer.request.path, self.provider)
            if where is FileState.LOCAL:
                self.breaker.good()
                self.ended += 1
                yield Fetched(job.item, oid=answer.oid)
                return
        reason, again, systemic = _classify(answer, self.limits)
        if systemic:
            self.breaker.bad(killed=answer.outcome == "killed")
        if answer.outcome == "killed":
            self.hint(answer.request.path)
        if answer.number == errno.ENOSPC and answer.outcome == "error":
            self.stopped = "the disk is full"
        # Until anything came at all, it is the breaker that decides how long a silent provider is asked.
        undecided = systemic and self.breaker.success is None
        if not again or (job.attempt >= min(again, self.limits.attempts) and not undecided):
            yield Fetched(job.item, f"{reason}, {job.attempt} attempts" if job.attempt > 1 else reason)
            return
        pause = min(self.limits.backoff_s * 2 ** (job.attempt - 1), self.limits.canary_s / 2)
        heapq.heappush(self.later, (time.monotonic() + pause, id(job), _Job(job.item, job.attempt + 1)))

    def _give_up(self) -> Iterator[Fetched]:
        for reader in self.readers:
            reader.kill()
        self.readers.clear()
        for job in (*self.jobs.values(), *(entry[2] for entry in sorted(self.later)), *self.pending):
            yield Fetched(job.item, _VERDICTS.get(self.stopped, self.stopped), systemic=True)


_VERDICTS = {
    "wedged": "the provider does not answer",
    "offline": "the provider is offline",
}


def _classify(answer: Answer, limits: Limits) -> tuple[str, int, bool]:
    """What a failed answer means: a reason, how many attempts it is worth, and whether it speaks of the provider."""
    outcome, number = answer.outcome, answer.number
    if outcome == "ok":
        return "evicted again at once", 2, False
    if outcome == "short":
        return f"short read: {number} of {answer.request.path.rpartition('/')[2]}'s bytes came", limits.attempts, False
    if outcome == "killed":
        return f"no answer in {answer.request.deadline_s:.3g} s", 2, True
    if outcome == "died":
        return "the child that read it died", 2, False
    return _classify_errno(number, limits)


def _classify_errno(number: int, limits: Limits) -> tuple[str, int, bool]:
    if number == errno.ETIMEDOUT:
        return "the provider timed out (ETIMEDOUT)", limits.attempts, True
    if number == errno.EDEADLK:
        # Not transient: the system refuses to materialize for this process.
        return "the system prevents materialization here (EDEADLK)", 0, False
    if number in (errno.EIO, errno.EINTR, errno.EAGAIN, errno.EBUSY):
        return f"{os.strerror(number)} ({errno.errorcode[number]})", limits.attempts, False
    return os.strerror(number), 0, False
