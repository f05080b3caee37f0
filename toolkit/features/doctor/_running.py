"""Running checks at once; one that crashes or hangs is one unknown result, and the others go on."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.features.doctor._results import CheckResult, CheckStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from toolkit.checking import Check, Inspection
    from toolkit.model import Finding

__all__ = ["Ran", "run_checks"]

_POLL_S = 0.25
MAX_FINDINGS = 2000
"""Findings of one check that are kept: more than that is one cause, and nobody reads them."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A check's result with what it found."""

    result: CheckResult
    findings: tuple[Finding, ...] = ()


@dataclass
class _State:
    todo: queue.SimpleQueue[Check | None] = field(default_factory=queue.SimpleQueue)
    done: queue.SimpleQueue[tuple[Check, Ran]] = field(default_factory=queue.SimpleQueue)
    began: dict[str, float] = field(default_factory=dict)


def run_checks(
    context: Inspection, checks: Sequence[Check], workers: int, ended: Callable[[CheckResult], None] | None = None
) -> dict[str, Ran]:
    """Run checks in threads.

    A thread cannot be ended from outside: one that is given up goes on beside a fresh one, and dies with the process.

    Args:
        context: shared by all; its caches bear it.
        checks: what to run.
        workers: checks at once, at least 1.
        ended: told about each result as it comes.
    """
    state = _State()
    for check in checks:
        state.todo.put(check)
    left = {check.id: check for check in checks}
    results: dict[str, Ran] = {}
    for _ in range(min(workers, len(checks))):
        _start(context, state)
    while left:
        try:
            check, ran = state.done.get(timeout=_POLL_S)
            if check.id not in left:
                continue  # given up before, and done after all
            finished = [(check, ran)]
        except queue.Empty:
            finished = [(check, _given_up(check)) for check in _overdue(left.values(), state)]
            for _ in finished:
                _start(context, state)
        for check, ran in finished:
            del left[check.id]
            results[check.id] = ran
            if ended is not None:
                ended(ran.result)
    for _ in range(workers):
        state.todo.put(None)
    return results


def _start(context: Inspection, state: _State) -> None:
    threading.Thread(target=_work, args=(context, state), daemon=True).start()


def _work(context: Inspection, state: _State) -> None:
    while (check := state.todo.get()) is not None:
        state.began[check.id] = time.monotonic()
        state.done.put((check, _run(context, check)))


def _overdue(checks: Iterable[Check], state: _State) -> list[Check]:
    now = time.monotonic()
    return [check for check in checks if now - state.began.get(check.id, now) > check.timeout_s]


def _given_up(check: Check) -> Ran:
    reason = f"gave up after {check.timeout_s:g} s"
    return Ran(CheckResult(check.id, check.family, "unknown", reason, round(check.timeout_s * 1000)))


def _run(context: Inspection, check: Check) -> Ran:
    began = time.monotonic()
    findings: list[Finding] = []
    reason = ""
    try:
        for finding in check.run(context):
            hash(finding)  # a list where a tuple belongs is found here, in the check that made it
            findings.append(finding)
            if len(findings) >= MAX_FINDINGS:
                reason = f"stopped at {MAX_FINDINGS} findings: there are at least these"
                break
    except ToolkitError as error:
        reason = error.message
    except Exception as error:  # noqa: BLE001 - a leaf may not hurt the house
        reason = f"crashed: {type(error).__name__}: {' '.join(str(error).split())[:200]}{_where(error)}"
    took = round((time.monotonic() - began) * 1000)
    bad = any(one.severity != "info" for one in findings)
    status: CheckStatus = "unknown" if reason else "failed" if bad else "passed"
    return Ran(CheckResult(check.id, check.family, status, reason, took), tuple(findings))


def _where(error: Exception) -> str:
    """The place in our own sources, for a report of the bug."""
    trace, last = error.__traceback__, None
    while trace is not None:
        trace, last = trace.tb_next, trace
    if last is None:
        return ""
    return f" ({last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno})"
