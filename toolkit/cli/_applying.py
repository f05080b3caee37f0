"""Carrying a plan out from the command line: the lock, the outcomes, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.apply import Applied
    from toolkit.cli._task import Run
    from toolkit.context import Context
    from toolkit.model import Plan
    from toolkit.system.lock import Holder

__all__ = ["perform", "say_waiting"]


def perform(run: Run, plan: Plan, command: str, context: Context | None = None) -> Applied:
    """Apply a plan, say what was not done and why, and name the way back.

    Args:
        run: the task.
        plan: what to do.
        command: the task as the journal names it.
        context: the run's state, if it is not the task's own.
    """
    from toolkit.apply import apply
    from toolkit.report._plan import outcome_lines

    applied = apply(context or run.context, plan, command, waiting=lambda holder: say_waiting(run, holder))
    run.note(*outcome_lines(one for one in applied.outcomes if one.status != "done"))
    done = sum(one.status == "done" for one in applied.outcomes)
    if done:
        run.note(f"{done} of {len(applied.outcomes)} done    back  invoke undo {applied.id}")
    return applied


def say_waiting(run: Run, holder: Holder | None) -> None:
    """Say whom we wait for."""
    who = f"process {holder.pid} ({holder.command})" if holder else "another process"
    run.note(f"waiting for {who}, which works on this repository")
