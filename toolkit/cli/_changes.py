"""Showing a plan as a diff and carrying it out, for tasks that write a handful of files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from toolkit.documents.edit import apply
from toolkit.model import Command, EditFile, Outcome, RunCommand, WriteFile
from toolkit.system.files import atomic_write, digest_bytes
from toolkit.system.process import run as run_process
from toolkit.system.process import show

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.cli._task import Run
    from toolkit.model import Action, Plan

__all__ = ["carry_out"]


def carry_out(run: Run, change: Plan, *, plan: bool = False, check: bool = False) -> int:
    """Show a plan and, unless only asked for, apply it; a failed action does not stop the others.

    Returns:
        0, with ``check`` 1 if there is something to do, 1 if an action failed.
    """
    root = run.context.root
    if plan or check:
        run.print(change.title, *(line for action in change.actions for line in _shown(root, action)))
        run.print(*(f"note: {note}" for note in change.notes))
        return int(check and bool(change.actions))
    outcomes = [_perform(root, action) for action in change.actions]
    for outcome in outcomes:
        name = getattr(outcome.action, "path", None) or show(getattr(outcome.action, "argv", ()))
        if outcome.status == "done":
            run.print(f"{name}: done")
        else:
            run.err.write(f"toolkit: {name}: {outcome.status}: {outcome.reason}\n")
    run.print(*(f"note: {note}" for note in change.notes))
    return int(any(outcome.status == "failed" for outcome in outcomes))


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


def _perform(root: Path, action: Action) -> Outcome:
    if isinstance(action, RunCommand):
        done = run_process(Command(action.argv, root / action.cwd, dict(action.env)))
        lines = done.error_text.strip().splitlines() or [f"ended with {done.code}"]
        return Outcome(action, "done") if done.ok else Outcome(action, "failed", lines[-1])
    if not isinstance(action, WriteFile | EditFile):
        return Outcome(action, "failed", "this task writes files only")
    before, after = _contents(root, action)
    if (digest_bytes(before) if before is not None else None) != action.expected_digest:
        return Outcome(action, "failed", "the file changed since the plan was made")
    try:
        mode = action.mode if isinstance(action, WriteFile) else (root / action.path).stat().st_mode & 0o777
        atomic_write(root / action.path, after, mode)
    except OSError as error:
        return Outcome(action, "failed", error.strerror or str(error))
    return Outcome(action, "done")
