"""Running many jobs at once: dependencies respected, longest chains first, the rest goes on after a failure.

Installs, builds and tests all run through here. Each job writes one log; its whole process group is ended
when its time runs out or the run is interrupted.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Protocol

from toolkit.system._job import Job, Result, ResultStatus, State, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Job", "Result", "ResultStatus", "Watcher", "chains", "run_jobs"]


class Watcher(Protocol):
    """Told about jobs as they start and end; called from the scheduler's own thread."""

    def started(self, job: Job) -> None:
        """The job's first command is about to run."""

    def ended(self, job: Job, result: Result) -> None:
        """The job is over, or will never start."""


def chains(jobs: Sequence[Job]) -> Mapping[str, float]:
    """For each job the seconds from its start to the end of the longest chain that waits for it."""
    dependents: dict[str, list[str]] = {job.key: [] for job in jobs}
    for job in jobs:
        for key in (*job.needs, *job.follows):
            if key in dependents:
                dependents[key].append(job.key)
    estimates = {job.key: job.estimate_s for job in jobs}
    found: dict[str, float] = {}
    pending = list(estimates)
    while pending:
        key = pending[-1]
        waiting = [other for other in dependents[key] if other not in found]
        if waiting and key not in waiting:
            pending.extend(waiting)
            continue
        found.setdefault(
            key, estimates[key] + max((found[other] for other in dependents[key] if other in found), default=0.0)
        )
        pending.pop()
    return found


def run_jobs(
    jobs: Sequence[Job],
    workers: int,
    watcher: Watcher,
    *,
    keep_fds: tuple[int, ...] = (),
    group_started: Callable[[int], None] = lambda _pid: None,
) -> dict[str, Result]:
    """Run the jobs; never raises for what a job does.

    Args:
        jobs: without circles in their needs.
        workers: jobs at once, at least 1.
        watcher: told about each start and end.
        keep_fds: descriptors that every command inherits (a lock that must outlive us).
        group_started: called with each process group as it starts.

    Returns:
        A result for each job, by key; after an interrupt the unfinished ones are ``interrupted``.
    """
    schedule = _Schedule(jobs, workers, watcher, State(keep_fds, group_started))
    with _interruptible(schedule.state):
        schedule.run()
    return schedule.results


class _Schedule:
    """Which jobs wait, run and have ended; all of it in the thread that called."""

    def __init__(self, jobs: Sequence[Job], workers: int, watcher: Watcher, state: State) -> None:
        priority = chains(jobs)
        self.waiting = sorted(jobs, key=lambda job: (-priority[job.key], job.key))
        self.known = {job.key for job in jobs}
        self.running: dict[str, tuple[Job, threading.Thread]] = {}
        self.results: dict[str, Result] = {}
        self.workers = workers
        self.watcher = watcher
        self.state = state

    def run(self) -> None:
        while self.waiting or self.running:
            if not self.state.stopping.is_set():
                self._block()
                for job in self._ready():
                    self._start(job)
            if not self.running:
                break
            job, result = self.state.done.get()
            self.running.pop(job.key)[1].join()
            self._end(job, result)
        for job in self.waiting:
            self._end(job, Result(job.key, "interrupted", reason="interrupted before it started"))

    def _start(self, job: Job) -> None:
        self.waiting.remove(job)
        self.watcher.started(job)
        thread = threading.Thread(target=work, args=(job, self.state), daemon=True)
        self.running[job.key] = (job, thread)
        thread.start()

    def _end(self, job: Job, result: Result) -> None:
        self.results[job.key] = result
        self.watcher.ended(job, result)

    def _ready(self) -> list[Job]:
        """The jobs to start now, longest chain first."""
        found: list[Job] = []
        held = {job.exclusive for job, _ in self.running.values()} - {""}
        for job in self.waiting:
            if len(found) >= self.workers - len(self.running):
                break
            before = {*job.needs, *job.follows} & self.known - {job.key}
            if job.exclusive not in held and before <= self.results.keys():
                found.append(job)
                held |= {job.exclusive} - {""}
        return found

    def _block(self) -> None:
        """Give up jobs whose needs failed; repeated until nothing changes, because they block others."""
        while blocked := [(job, key) for job in self.waiting for key in job.needs if self._failed(key)]:
            for job, key in blocked:
                if job in self.waiting:
                    self.waiting.remove(job)
                    self._end(job, Result(job.key, "blocked", reason=f"needs {key}, which did not succeed"))

    def _failed(self, key: str) -> bool:
        return key in self.results and self.results[key].status != "done"


@contextlib.contextmanager
def _interruptible(state: State) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into an orderly end of all children."""

    def stop(_number: int, _frame: object) -> None:
        state.stopping.set()
        for children in list(state.children.values()):
            for child in list(children):
                threading.Thread(target=child.end, daemon=True).start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
