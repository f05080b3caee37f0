"""Commands of a job whose failure is swallowed although a later step waits for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._alternatives import is_true, succeeds_instead
from toolkit.checks.workflows._proving import is_setup, weight
from toolkit.checks.workflows._unfailing import Unfailing
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job

__all__ = ["awaited"]

_OWN_PROGRAM = regex(
    r"(?:(?:node|tsx|ts-node|python3?|bash|sh|uv run|poetry run)\s+(?:-\S+\s+)*)?(?:\./)?[\w./-]+\.(?:[cm]?[jt]s|py|sh|bash)\b"
)
_PRINTS = ("echo", "printf")


def awaited(job: Job) -> Iterator[Unfailing]:
    """The one program that a job is there for, whose failure is swallowed, and for whose failure a step waits.

    Args:
        job: of a workflow.
    """
    working = [step for step in job.steps if any(not _is_aside(one) for one in step.commands)]
    waiting = next((one for one in job.steps if re.search(r"(?<![!\w])failure\(\)", str(one.data.get("if", "")))), None)
    if waiting is None or not working or working[0].index >= waiting.index:
        return
    first = working[0]
    later = [one for one in working[1:] if one.index < waiting.index]
    found = [one for one in first.commands if not _is_aside(one)]
    if later or len(found) != 1 or found[0].after != "||" or weight(found[0]) is not None:
        return
    command = found[0]
    lost = succeeds_instead(first.script, command, first.commands[first.commands.index(command) + 1 :])
    if lost and _OWN_PROGRAM.match(command.text):
        name = str(waiting.data.get("name") or waiting.uses or f"number {waiting.index + 1}")[:60]
        text = f"`{command.text[:60]}` in job {job.id} cannot fail: its failure is swallowed, and step {name!r} waits for one"
        yield Unfailing(first.line(command.line), text, f"{command.text[:80]} || {lost}", "warning")


def _is_aside(command: Simple) -> bool:
    """Whether a command only prepares, prints or succeeds."""
    return command.words[0] in _PRINTS or is_setup(command) or is_true(command)
