"""Plans and outcomes as lines: the same words wherever an action is shown."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from toolkit.model import EditFile, Materialize, MoveFile, RemoveTree, RunCommand, WriteFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model import Action, Outcome

__all__ = ["action_line", "outcome_lines"]


def action_line(action: Action) -> str:
    """One action in words."""
    match action:
        case Materialize():
            return f"download  {action.path}"
        case WriteFile():
            return f"{'create' if action.expected_digest is None else 'rewrite'}    {action.path} ({len(action.content)} bytes)"
        case EditFile():
            return f"edit      {action.path} ({len(action.spans)} place{'' if len(action.spans) == 1 else 's'})"
        case MoveFile():
            return f"move      {action.source} -> {action.target}"
        case RemoveTree():
            tracked = ", and take it out of git's index" if action.tracked else ""
            return f"remove    {action.path} ({action.reason}){tracked}"
        case RunCommand():
            return f"run       {shlex.join(action.argv)} in {action.cwd}"


def outcome_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """Status, action and reason of each outcome."""
    return [
        f"{one.status:<8} {action_line(one.action)}" + (f": {one.reason}" if one.reason else "") for one in outcomes
    ]
