"""Jobs and steps that are named for tests and only print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._swallowing import only_prints
from toolkit.checks.workflows._unfailing import Unfailing
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job, Step

__all__ = ["only_printing"]

_TESTS = regex(r"\b(?:unit[-_ ]?|integration[-_ ]?|e2e[-_ ]?)?tests?\b|\blint\b|\btype-?check\b", re.IGNORECASE)
_IS_TEST = regex(
    r"(?:run|execute|perform)?\s*(?:all|the)?\s*(?:(?:unit|integration|e2e|end-to-end|api|smoke|frontend|backend|contract|security|\w+)\s+)?"
    r"(?:tests?(?: suite)?|testing|lint(?:ing|er)?|type[ -]?check(?:s|ing)?|pytest|jest|vitest|eslint|clippy|health[ -]?checks?)"
    r"|(?:verify|validate|check) (?:the )?(?:\w+ )?(?:deployments?|release|health|services?|migrations?|rollout|rollback)(?: (?:health|status))?",
    re.IGNORECASE,
)
"""Names of steps that promise a test."""
_OF_OTHERS = regex(
    r"summar|result|report|notif|info|set ?up|skip|prepare|start|finish|announce|comment|print|show", re.IGNORECASE
)
_PREPARES = (
    "actions/checkout",
    "actions/setup-",
    "actions/cache",
    "pnpm/action-setup",
    "oven-sh/setup-bun",
    "astral-sh/setup-uv",
)


def only_printing(job: Job) -> Iterator[Unfailing]:
    """A job, or else its steps, that say they test and only print; what sums up others, and what actions do, is no empty test."""
    scripts = [step for step in job.steps if "run" in step.data]
    printing = [step for step in scripts if step.script and only_prints(step.script)]
    names = f"{job.id} {job.data.get('name', '')} {' '.join(str(step.data.get('name', '')) for step in scripts)}"
    acts = "needs" in job.data or any(step.uses and not step.action.startswith(_PREPARES) for step in job.steps)
    if scripts and len(printing) == len(scripts) and not acts and _TESTS.search(names):
        yield _prints(printing[0], f"job {job.id} says that it tests, and only prints: it cannot fail")
        return
    empty = [step for step in printing if "if" not in step.data and _promises(str(step.data.get("name", "")))]
    for step in empty[:1]:
        more = f", as {'do' if empty[2:] else 'does'} {len(empty) - 1} more" if empty[1:] else ""
        yield _prints(step, f"step {step.data['name']!r} of job {job.id} only prints{more}: it cannot fail")


def _promises(name: str) -> bool:
    """Whether a step is named for a test or another proof."""
    return _IS_TEST.fullmatch(name.strip()) is not None and not _OF_OTHERS.search(name)


def _prints(step: Step, text: str) -> Unfailing:
    first = step.commands[0]
    return Unfailing(step.line(first.line), text, first.text[:120], todo="run the tests, or remove the job")
