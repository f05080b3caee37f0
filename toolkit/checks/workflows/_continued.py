"""Steps and jobs that prove something and go on after an error, because they are told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._optional import (
    is_asked_later,
    is_excused,
    is_reported,
    says_it_is_optional,
    stands_aside,
)
from toolkit.checks.workflows._proving import is_deployment, is_setup, weight
from toolkit.checks.workflows._unfailing import Unfailing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step

__all__ = ["continued"]


def continued(job: Job) -> Iterator[Unfailing]:
    """Steps that may fail, and jobs: of these the gravest command stands for all, as one linter does for others."""
    whole = is_on(job.data.get("continue-on-error"))
    steps = [one for one in job.steps if whole or is_on(one.data.get("continue-on-error"))]
    proving = [(step, found) for step in steps if (found := _proving(step, whole=whole)) is not None]
    if whole:  # what sets up a job that may fail is no loss by itself
        proving = [one for one in proving if not is_setup(one[1])]
        proving = sorted(proving, key=lambda item: weight(item[1]) != "error")[:1]
    groups: dict[str, list[tuple[Step, Simple]]] = {}
    for step, command in proving:
        # Of a job whose linters and scanners all may fail, the first stands for all.
        same = "guards" if weight(command) != "error" else str(step.index)
        groups.setdefault(same, []).append((step, command))
    for (step, command), *others in groups.values():
        more = f" (and {len(others)} more here)" if others else ""
        linted = [one for _, one in others]
        where = job.path if whole else step.path
        yield Unfailing(
            job.workflow.document.position((*where, "continue-on-error"))[0],
            f"`{' '.join(command.words[:3])}` in job {job.id} cannot fail: continue-on-error is set{more}",
            f"{command.text[:80]}; continue-on-error: true",
            "info"
            if is_excused(step) or (not whole and all(_is_linter(one) for one in (command, *linted)))
            else "warning",
        )


def _is_linter(command: Simple) -> bool:
    """Whether a command judges the form of the code only: that its step may fail is written where everybody sees it."""
    return weight(command) == "warning" and not is_deployment(command) and not is_setup(command)


def _proving(step: Step, *, whole: bool) -> Simple | None:
    """The first command of a step that proves something and that nobody asks about later."""
    if says_it_is_optional(step) or is_asked_later(step, whole=whole):
        return None
    found = next((one for one in step.commands if not one.negated and weight(one) and one.after != "||"), None)
    excused = found is not None and (is_reported(step, found) or (weight(found) != "error" and stands_aside(step)))
    return None if excused else found
