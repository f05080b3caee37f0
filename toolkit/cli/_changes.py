"""Showing a plan as a diff and carrying it out, for tasks that write a handful of files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from toolkit.cli._applying import perform
from toolkit.documents.edit import apply
from toolkit.model import EditFile, RunCommand, WriteFile
from toolkit.system.process import show

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.cli._task import Run
    from toolkit.model import Action, Plan

__all__ = ["carry_out"]


def carry_out(run: Run, change: Plan, command: str, *, plan: bool = False, check: bool = False) -> int:
    """Show a plan and, unless only asked for, apply it; a failed action does not stop the others.

    Args:
        run: the task.
        change: the plan.
        command: the task as the journal names it.
        plan: only show it.
        check: only show it, and end with 1 if there is something to do.

    Returns:
        0, with ``check`` 1 if there is something to do, 1 if an action failed.
    """
    root = run.context.root
    if plan or check:
        run.print(change.title, *(line for action in change.actions for line in _shown(root, action)))
        run.print(*(f"note: {note}" for note in change.notes))
        return int(check and bool(change.actions))
    outcomes = perform(run, change, command).outcomes
    for outcome in outcomes:
        if outcome.status == "done":
            run.print(f"{getattr(outcome.action, 'path', None) or show(getattr(outcome.action, 'argv', ()))}: done")
    run.print(*(f"note: {note}" for note in change.notes))
    return int(any(outcome.status != "done" for outcome in outcomes))


def _contents(root: Path, action: WriteFile | EditFile) -> tuple[bytes | None, bytes]:
    path = root / action.path
    before = path.read_bytes() if path.is_file() else None
    if isinstance(action, WriteFile):
        return before, action.content
    return before, apply(before or b"", action.spans)


def _shown(root: Path, action: Action) -> list[str]:
    if isinstance(action, RunCommand):
        return [f"run {show(action.argv)} in {action.cwd}: {action.because}"]
    if not isinstance(action, WriteFile | EditFile):
        return [repr(action)]
    before, after = _contents(root, action)
    old, new = ((text or b"").decode("utf-8", "replace").splitlines() for text in (before, after))
    name = action.path
    return list(difflib.unified_diff(old, new, name if before is not None else "/dev/null", name, lineterm="", n=2))
