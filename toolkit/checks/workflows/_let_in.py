"""Whom a workflow's jobs and steps let in: what keeps strangers out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._model import needed
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.checks.workflows._model import Job, Step

__all__ = ["is_guarded", "lets_few_in"]

_GUARDED = regex(
    r"author_association|head\.repo\.(?:full_name|fork|owner)|github\.repository_owner|labels|label\.name|github\.actor|user\.login"
    r"|workflow_run\.event\s*==\s*'(?:push|schedule|workflow_dispatch|release)'|head_repository"
    # GitHub leaves this list empty for pull requests of forks.
    r"|workflow_run\.pull_requests\[0\](?![\w.]*\s*==\s*null)"
)
_PERMISSION = regex(
    r"(?i)(?:check|verify|get|has|require)[-\w]*permission|permission-?(?:check|level)|getCollaboratorPermissionLevel|/collaborators/[^\s]+/permission"
    r"|team-?membership|author_association"
)
"""How actions and scripts ask what somebody may do."""
_WHATEVER = regex(r"\balways\(\)|!\s*cancelled\(\)|\bfailure\(\)")
"""A condition by which a job runs though one that it waits for did not."""
_EXCLUDED = regex(
    r"!\s*contains\([^()]{0,200}\)|[\w.]{1,80}(?:\.actor|\.login|label\.name)\s*!=\s*'[^']*'"
    r"|[\w.]{1,80}head(?:_repository|\.repo)[\w.]{0,40}\s*!=\s*github\.repository\w*"
    r"|(?<![!\w.])[\w.]{1,80}\.fork\b(?!\s*(?:==\s*false|!=\s*true))"
)
"""Parts of conditions that keep one bot or one label out, or the repository's own branches, and let everybody else in."""


def is_guarded(step: Step) -> bool:
    """Whether a condition lets only trusted people's changes through, or a step or a job before asks what they may do."""
    return lets_few_in(step.data) or _is_let_in(step.job) or any(map(_asks, step.job.steps[: step.index]))


def _is_let_in(job: Job, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a job runs for few people alone: by its condition, or because one that it waits for does or asks who they are."""
    if lets_few_in(job.data):
        return True
    if job.id in seen or _WHATEVER.search(str(job.data.get("if", ""))):
        return False
    before = [one for one in job.workflow.jobs if one.id in needed(job)]
    return any(any(map(_asks, one.steps)) or _is_let_in(one, seen | {job.id}) for one in before)


def lets_few_in(data: Mapping[str, Any]) -> bool:
    """Whether the condition of a job or a step asks who somebody is, or where a change comes from."""
    return _GUARDED.search(_EXCLUDED.sub("", str(data.get("if", "")))) is not None


def _asks(step: Step) -> bool:
    """Whether a step asks what somebody may do in the repository, and can stop the job."""
    return _PERMISSION.search(f"{step.action} {step.script} {step.inputs.get('script', '')}") is not None and not is_on(
        step.data.get("continue-on-error")
    )
