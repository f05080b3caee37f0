"""Running many jobs at once: dependencies respected, longest chains first, the rest goes on after a failure.

Installs, builds and tests all run through here. Each job writes one log; its whole process group is ended
when its time runs out or the run is interrupted.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol

from toolkit.system.files import tail
from toolkit.system.process import NOT_FOUND, TIMED_OUT, Child, run_logged, show
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.model import Command

__all__ = ["Job", "Result", "ResultStatus", "Watcher", "chains", "run_jobs"]

_RETRY_PAUSE_S = 1.0
"""Seconds before the one retry: a dropped connection or a rate limit wants a moment."""

ResultStatus = Literal["done", "failed", "timed out", "blocked", "interrupted"]


@frozen
class Job:
    """Commands that run one after the other for one subproject.

    Args:
        key: identifies the job.
        commands: what to run; the first failure ends the job.
        log: the file that receives all output; begun anew.
        needs: keys of jobs that must have succeeded before, as far as they are part of the run.
        follows: keys of jobs that must have ended before, well or not.
        estimate_s: how long it took the last time, to start long chains first.
        exclusive: jobs with the same text never run at once; empty for none.
        retry_on: texts in the log that mean the network, worth one more try.
        before: called first, in the job's thread; an exception it raises fails the job.
        verify: called after success; a text it returns fails the job and says why.
        after: called when the commands have ended, however they did, before ``verify``.
    """

    key: str
    commands: tuple[Command, ...]
    log: Path
    needs: tuple[str, ...] = ()
    estimate_s: float = 1.0
    retry_on: tuple[str, ...] = ()
    before: Callable[[], None] | None = None
    verify: Callable[[], str] | None = None
    after: Callable[[], None] | None = None
    exclusive: str = ""
    follows: tuple[str, ...] = ()


@frozen
class Result:
    """How a job ended.

    Args:
        reason: a sentence for everything but ``done``.
        code: the exit code of the command that failed, 0 without one.
        tries: how often it was started.
    """

    key: str
    status: ResultStatus
    duration_s: float = 0.0
    reason: str = ""
    code: int = 0
    tries: int = 0


class Watcher(Protocol):
    """Told about jobs as they start and end; called from the scheduler's own thread."""

    def started(self, job: Job) -> None:
        """The job's first command is about to run."""

    def ended(self, job: Job, result: Result) -> None:
        """The job is over, or will never start."""


@dataclass
class _State:
    """What the worker threads and the scheduler share; the first two are as :func:`run_jobs` takes them."""

    keep_fds: tuple[int, ...]
    group_started: Callable[[int], None]
    done: queue.SimpleQueue[tuple[Job, Result]] = field(default_factory=queue.SimpleQueue)
    children: dict[str, list[Child]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)


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
    state = _State(keep_fds, group_started)
    results: dict[str, Result] = {}
    priority = chains(jobs)
    waiting = sorted(jobs, key=lambda job: (-priority[job.key], job.key))
    known = {job.key for job in jobs}
    running: dict[str, threading.Thread] = {}
    with _interruptible(state):
        while waiting or running:
            if not state.stopping.is_set():
                _block(waiting, results, watcher)
                busy = {job.exclusive for job in jobs if job.key in running}
                for job in _ready(waiting, results, known, workers - len(running), busy):
                    waiting.remove(job)
                    watcher.started(job)
                    running[job.key] = threading.Thread(target=_work, args=(job, state), daemon=True)
                    running[job.key].start()
            if not running:
                break
            job, result = state.done.get()
            running.pop(job.key).join()
            results[job.key] = result
            watcher.ended(job, result)
        for job in waiting:
            results[job.key] = Result(job.key, "interrupted", reason="interrupted before it started")
            watcher.ended(job, results[job.key])
    return results


def _ready(
    waiting: Sequence[Job], results: Mapping[str, Result], known: set[str], slots: int, busy: set[str]
) -> list[Job]:
    """The jobs to start now, longest chain first; ``busy`` is what running ones hold for themselves."""
    found: list[Job] = []
    held = busy - {""}
    for job in waiting:
        if len(found) >= slots:
            break
        before = {*job.needs, *job.follows} & known - {job.key}
        if job.exclusive not in held and before <= results.keys():
            found.append(job)
            held |= {job.exclusive} - {""}
    return found


def _block(waiting: list[Job], results: dict[str, Result], watcher: Watcher) -> None:
    """Give up jobs whose needs failed; repeated until nothing changes, because they block others."""
    while True:
        blocked = [
            (job, key) for job in waiting for key in job.needs if key in results and results[key].status != "done"
        ]
        if not blocked:
            return
        for job, key in blocked:
            if job in waiting:
                waiting.remove(job)
                results[job.key] = Result(job.key, "blocked", reason=f"needs {key}, which did not succeed")
                watcher.ended(job, results[job.key])


@contextlib.contextmanager
def _interruptible(state: _State) -> Iterator[None]:
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


def _work(job: Job, state: _State) -> None:
    began = time.monotonic()
    try:
        result = _try_twice(job, state)
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror)
        result = Result(job.key, "failed", reason=reason)
    except Exception as error:  # noqa: BLE001 - one job may not hurt the others
        result = Result(job.key, "failed", reason=f"{type(error).__name__}: {error}")
    if state.stopping.is_set() and result.status != "done":
        result = Result(job.key, "interrupted", reason="interrupted", code=result.code, tries=result.tries)
    state.done.put((job, replace(result, duration_s=time.monotonic() - began)))


def _try_twice(job: Job, state: _State) -> Result:
    job.log.parent.mkdir(parents=True, exist_ok=True)
    job.log.write_bytes(b"")
    if job.before is not None:
        job.before()
    try:
        result = replace(_run_commands(job, state), tries=1)
        if result.status == "failed" and not state.stopping.is_set() and _is_network(job):
            with job.log.open("ab") as stream:
                stream.write(b"\n# the network failed: one more try\n")
            state.stopping.wait(_RETRY_PAUSE_S)
            result = replace(_run_commands(job, state), tries=2)
    finally:
        if job.after is not None:
            job.after()
    if result.status == "done" and job.verify is not None and (reason := job.verify()):
        return Result(job.key, "failed", reason=reason, tries=result.tries)
    return result


def _is_network(job: Job) -> bool:
    text = tail(job.log)
    return any(sign in text for sign in job.retry_on)


def _run_commands(job: Job, state: _State) -> Result:
    children = state.children.setdefault(job.key, [])

    def begun(child: Child) -> None:
        children.append(child)
        state.group_started(child.pid)
        if state.stopping.is_set():
            child.end()

    for command in job.commands:
        if state.stopping.is_set():
            return Result(job.key, "interrupted")
        children.clear()
        done = run_logged(command, job.log, keep_fds=state.keep_fds, started=begun)
        name = show(command.argv)
        if not children:
            reason = (
                f"{command.argv[0]} is not installed" if command.cwd.is_dir() else f"the folder {command.cwd} is gone"
            )
            return Result(job.key, "failed", reason=reason, code=NOT_FOUND)
        if children[0].timed_out:
            reason = f"{name} ran longer than {command.timeout_s:g} s"
            return Result(job.key, "timed out", reason=reason, code=TIMED_OUT)
        if not done.ok:
            return Result(job.key, "failed", reason=f"{name} {_ending(done.code)}", code=done.code)
    return Result(job.key, "done")


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
