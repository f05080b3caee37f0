"""Jobs that deploy, or sum up, whatever became of those that they need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._proving import is_deployment
from toolkit.checks.workflows._swallowing import only_prints
from toolkit.checks.workflows._unfailing import Unfailing
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job

__all__ = ["regardless"]

_ALWAYS = regex(r"(?:\$\{\{)?\s*(?:always\(\)|!\s*cancelled\(\))\s*(?:\}\})?")
_DEPLOYS = regex(r"(?:^|[-_ ])(?:deploy|release|publish|promote|ship)", re.IGNORECASE)
_TELLS = regex(r"notif|slack|e-?mail|comment|report|announce|alert|status|clean|tear", re.IGNORECASE)
"""Names of jobs that are about a deployment, and are none."""
_PUBLISHES = regex(r"(?:npm|pnpm|yarn) publish|cargo publish|twine upload")
_SUMS_UP = regex(
    r"summar|status|gate|check|required|\ball\b|complete|succe|pass|result|final|conclu|verif|ready|green|\bok\b|\bci\b",
    re.IGNORECASE,
)
"""Names of jobs that stand for others."""
_ALL_IS_WELL = regex(
    r"\ball[- _](?:checks|tests|jobs|green)|\bgate\b|required|checks?[- _]pass|tests?[- _]pass|\bsuccess\b|\bci[- _](?:ok|pass\w*)",
    re.IGNORECASE,
)
"""The same of a job that says that they succeeded."""


def regardless(job: Job) -> Iterator[Unfailing]:
    """That a job runs whatever became of those it needs, and does not ask."""
    condition = job.data.get("if")
    if not needed(job) or not isinstance(condition, str) or not _ALWAYS.fullmatch(condition.strip()):
        return
    document = job.workflow.document
    place = document.place(job.path)
    if place is None:
        return
    names = f"{job.id} {job.data.get('name', '')}"
    scripts = [step for step in job.steps if "run" in step.data]
    prints = len(scripts) == len(job.steps) and all(only_prints(one.script) for one in scripts)
    if "needs." in document.text.content[place.start : place.end]:
        # Results that are only printed decide nothing, where the job says that all is well.
        said = f"{names} {' '.join(str(step.data.get('name', '')) for step in scripts)}"
        if not prints or any("if" in step.data for step in scripts) or not _ALL_IS_WELL.search(said):
            return
        names = said
    sums_up = prints and _SUMS_UP.search(names) is not None
    deploys = (_DEPLOYS.search(names) and not _TELLS.search(names)) or any(
        is_deployment(one) or _PUBLISHES.match(one.text) for step in scripts for one in step.commands
    )
    if deploys or sums_up:
        yield Unfailing(
            document.position((*job.path, "if")),
            f"job {job.id} {'only prints' if sums_up else 'deploys'} whatever became of {', '.join(needed(job))}: "
            "it does not look at their results",
            f"if: {condition}",
            todo="remove the condition, or ask for needs.JOB.result",
        )
