"""Running checks at once; one that crashes or hangs is one unknown result, and the others go on."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.features.doctor._processes import in_processes, worth_it
from toolkit.features.doctor._single import LOADING_S, Ran, Runnable, given_up, run_check

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from toolkit.checking import Inspection
    from toolkit.features.doctor._results import CheckResult

__all__ = ["Ran", "run_checks"]

_POLL_S = 0.25


@dataclass
class _State:
    todo: queue.SimpleQueue[Runnable | None] = field(default_factory=queue.SimpleQueue)
    done: queue.SimpleQueue[tuple[Runnable, Ran]] = field(default_factory=queue.SimpleQueue)
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When each check began, and how many seconds it may take."""


def run_checks(
    context: Inspection, checks: Sequence[Runnable], workers: int, ended: Callable[[CheckResult], None] | None = None
) -> dict[str, Ran]:
    """Run checks, in processes where there is enough to do for them, else in threads.

    Args:
        context: shared by all; its caches bear it.
        checks: what to run.
        workers: checks at once, at least 1.
        ended: told about each result as it comes.
    """
    run = in_processes if worth_it(context, workers, checks) else _in_threads
    results: dict[str, Ran] = {}
    with closing(run(context, checks, workers)) as found:
        for check, ran in found:
            results[check.id] = ran
            if ended is not None:
                ended(ran.result)
    return results


def _in_threads(
    context: Inspection, checks: Sequence[Runnable], workers: int
) -> Generator[tuple[Runnable, Ran], None, None]:
    """Run checks, and yield each with its result as it ends.

    A thread cannot be ended from outside: one that is given up goes on beside a fresh one, and dies with the process.
    """
    state = _State()
    for check in checks:
        state.todo.put(check)
    left = {check.id: check for check in checks}
    for _ in range(min(workers, len(checks))):
        _start(context, state)
    while left:
        try:
            check, ran = state.done.get(timeout=_POLL_S)
            if check.id not in left:
                continue  # given up before, and done after all
            finished = [(check, ran)]
        except queue.Empty:
            finished = [(check, given_up(check, state.limits[check.id][1])) for check in _overdue(left.values(), state)]
            for _ in finished:
                _start(context, state)
        for check, ran in finished:
            del left[check.id]
            yield check, ran
    for _ in range(workers):
        state.todo.put(None)
    context.facts.save(lambda: context.inventory.files)


def _start(context: Inspection, state: _State) -> None:
    threading.Thread(target=_work, args=(context, state), daemon=True).start()


def _work(context: Inspection, state: _State) -> None:
    while (check := state.todo.get()) is not None:

        def begun(limit_s: float, name: str = check.id) -> None:
            state.limits[name] = (time.monotonic(), limit_s)

        begun(LOADING_S)
        state.done.put((check, run_check(context, check, begun)))


def _overdue(checks: Iterable[Runnable], state: _State) -> list[Runnable]:
    now = time.monotonic()
    begun = ((check, state.limits.get(check.id)) for check in checks)
    return [check for check, known in begun if known is not None and now - known[0] > known[1]]
