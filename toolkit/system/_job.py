"""One job: its commands, their log, the one retry, and how it ended. :mod:`toolkit.system.jobs` runs many of them."""

from __future__ import annotations

import queue
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from toolkit.system.files import tail
from toolkit.system.process import NOT_FOUND, TIMED_OUT, Child, run_logged, show
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.commands import Command

__all__ = ["Job", "Result", "ResultStatus", "State", "work"]

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


@dataclass
class State:
    """What the worker threads and the scheduler share; the first two are as :func:`toolkit.system.jobs.run_jobs` takes them."""

    keep_fds: tuple[int, ...]
    group_started: Callable[[int], None]
    done: queue.SimpleQueue[tuple[Job, Result]] = field(default_factory=queue.SimpleQueue)
    children: dict[str, list[Child]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)


def work(job: Job, state: State) -> None:
    """Run a job in this thread, and hand its result to the scheduler; never raises for what the job does."""
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


def _try_twice(job: Job, state: State) -> Result:
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


def _run_commands(job: Job, state: State) -> Result:
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
