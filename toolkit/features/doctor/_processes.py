"""Running checks in a few processes: one interpreter keeps one core busy, however many threads it has.

Each process is a copy of this one (``fork``), so that the inventory and what was discovered need not be made again. It
runs one batch of checks, one after the other in its main thread, and sends each result as it comes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from toolkit.features.doctor._single import LOADING_S, Ran, Runnable, given_up, lost, run_check
from toolkit.system.process import end_started

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from toolkit.checking import Inspection

__all__ = ["in_processes", "worth_it"]

_BATCHES = (
    ("code",),
    ("files", "references", "workflows", "toolchain"),
    ("dependencies",),
    ("secrets",),
    ("onchain",),
)
"""Families that read and parse the same files, the longest first; all others make one more batch."""
_FEW = (
    ("code",),
    ("references", "dependencies"),
    ("secrets", "onchain", "machine", "decisions"),
    ("files", "workflows", "toolchain"),
)
"""The same for few workers: two halves without the code, and a third part for whichever of them ends first: with what is
remembered that is another one than without."""
_SEVERAL = 4
"""Workers from which on smaller batches end sooner."""
_ELSEWHERE = {"duplicate-implementation": "dependencies"}
"""Checks that read nothing of what their family reads, to the family in whose process there is time for them."""
_MANY = 1000
"""Files to look at from which on a process is worth its start and the files that two of them read."""
_MANY_CHECKS = 30
"""Checks to load from which on it is worth that, too."""
_GRACE_S = 2.0
"""Seconds between asking a process to end, with what it has started, and killing it."""
_LEAVING_S = 10.0
"""Seconds from the last result to the end of the process."""
_HEAD = 4
"""Bytes of a message's length."""


def worth_it(context: Inspection, workers: int, checks: Sequence[Runnable]) -> bool:
    """Whether processes are faster than threads, and safe.

    Only on Linux: the frameworks of macOS do not survive a fork. The one other thread that a command has then writes its
    progress to standard error, which no child touches.
    """
    several = len(list(_batches(checks, workers))) > 1
    if sys.platform != "linux" or workers < 2 or not several:
        return False
    files = context.inventory.files if context.focus is None else context.focus
    return len(files) >= _MANY or len(checks) >= _MANY_CHECKS


def in_processes(
    context: Inspection, checks: Sequence[Runnable], workers: int
) -> Generator[tuple[Runnable, Ran], None, None]:
    """Run checks, and yield each with its result as it ends.

    A process that dies makes the check it was at unknown, with the reason; one that takes too long is ended. The checks
    behind it in its batch get a fresh process.
    """
    if context.focus is None:
        if context.facts.is_blank:
            context.read_ahead()
        context.facts.look_at(context.inventory.tracked)
        context.inventory.seen.update(context.facts.seen)
    waiting = deque(_batches(checks, workers))
    running: dict[int, _Worker] = {}
    try:
        with selectors.DefaultSelector() as selector:
            while waiting or running:
                while waiting and len(running) < workers:
                    worker = _start(context, waiting.popleft(), running.values())
                    running[worker.pipe] = worker
                    selector.register(worker.pipe, selectors.EVENT_READ)
                ready = selector.select(_patience(running.values()))
                overdue = [one for one in running.values() if one.left_s() <= 0]
                for worker in (*(running[key.fd] for key, _ in ready), *overdue):
                    if worker.pipe not in running:
                        continue
                    open_still = worker not in overdue and worker.read()
                    yield from worker.finished()
                    if not open_still:
                        selector.unregister(worker.pipe)
                        del running[worker.pipe]
                        yield from worker.end(overdue=worker in overdue)
                        if worker.batch:
                            waiting.appendleft(worker.batch)
    finally:
        for worker in running.values():
            worker.kill()
            os.close(worker.pipe)


def _batches(checks: Iterable[Runnable], workers: int) -> Iterator[deque[Runnable]]:
    left = list(checks)
    for families in _BATCHES if workers >= _SEVERAL else _FEW:
        batch = [check for check in left if _ELSEWHERE.get(check.id, check.family) in families]
        left = [check for check in left if check not in batch]
        if batch:
            yield deque(batch)
    if left:
        yield deque(left)


def _patience(running: Iterable[_Worker]) -> float:
    return max(0.0, min(worker.left_s() for worker in running))


@dataclass(eq=False)
class _Worker:
    """A process that runs a batch.

    Args:
        pid: its number.
        pipe: where its results come from.
        batch: its checks that have not ended yet, the running one first.
    """

    pid: int
    pipe: int
    batch: deque[Runnable]
    _began: float = field(default_factory=time.monotonic)
    _limit_s: float = LOADING_S
    _received: bytearray = field(default_factory=bytearray)

    def left_s(self) -> float:
        """Seconds until the running check is given up."""
        return self._began + (self._limit_s if self.batch else _LEAVING_S) - time.monotonic()

    def read(self) -> bool:
        """Take what has come; ``False`` at the end."""
        part = os.read(self.pipe, 1 << 20)
        self._received += part
        return bool(part)

    def finished(self) -> Iterator[tuple[Runnable, Ran]]:
        """The results that have come whole; between them comes how many seconds the next check may take."""
        while len(self._received) >= _HEAD:
            end = _HEAD + int.from_bytes(self._received[:_HEAD], "big")
            if len(self._received) < end:
                return
            told: Ran | float = pickle.loads(bytes(self._received[_HEAD:end]))  # noqa: S301 - from a copy of this process
            del self._received[:end]
            self._began = time.monotonic()
            if isinstance(told, Ran):
                self._limit_s = LOADING_S
                yield self.batch.popleft(), told
            else:
                self._limit_s = told

    def end(self, *, overdue: bool) -> Iterator[tuple[Runnable, Ran]]:
        """Wait for the end, or bring it about; the check that it was at is unknown."""
        code = self.kill() if overdue else os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.pipe)
        if self.batch:
            check = self.batch.popleft()
            yield check, given_up(check, self._limit_s) if overdue else lost(check, _ended_by(code))

    def kill(self) -> int:
        """Ask the process to end what it has started and itself, then see to it; how it ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_S
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _ended_by(code: int) -> str:
    return f"its process was ended by {signal.Signals(-code).name}" if code < 0 else f"its process ended with {code}"


def _start(context: Inspection, batch: deque[Runnable], others: Iterable[_Worker]) -> _Worker:
    mine, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        for pipe in (mine, *(worker.pipe for worker in others)):
            os.close(pipe)
        _child(context, batch, theirs)
    os.close(theirs)
    return _Worker(pid, mine, batch)


def _child(context: Inspection, batch: Iterable[Runnable], pipe: int) -> NoReturn:
    """Run the batch; ends without what the end of the original would do: flushing its streams, say."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, _interrupted)
        signal.signal(signal.SIGINT, _interrupted)
        gc.disable()  # it looked again and again at what is kept to the end anyway, a quarter of the time where locks are large
        for check in batch:
            _send(pipe, run_check(context, check, lambda limit_s: _send(pipe, limit_s)))
        context.facts.save(lambda: context.inventory.files)
        code = 0
    except BaseException:  # noqa: BLE001 - the original sees the end of the pipe, and the code
        code = code or 1
        end_started()
    finally:
        os._exit(code)


def _interrupted(*_: Any) -> NoReturn:
    """End what runs, undisturbed: an interrupt comes from the terminal and again from the original."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _send(pipe: int, told: Ran | float) -> None:
    body = pickle.dumps(told)
    message = memoryview(len(body).to_bytes(_HEAD, "big") + body)
    while message:
        message = message[os.write(pipe, message) :]
