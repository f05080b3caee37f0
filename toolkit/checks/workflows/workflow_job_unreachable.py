"""Jobs whose condition no event of the workflow can meet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.workflows._conditions import is_off
from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._situations import explained, mended, never, of_job, situations, starts_of
from toolkit.checks.workflows._workflows import FOLDER, every_workflow, is_called, is_workflow, workflows
from toolkit.model import Fix
from toolkit.places import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Workflow
    from toolkit.model import Finding, Severity


class WorkflowJobUnreachable(Check):
    """A job or a whole workflow can never run.

    What it checks:
        ``if:`` of jobs, decided for every event of ``on:`` with its branches, tags, types and inputs: a condition
        that is false for all of them (``github.event_name == 'schedule'`` without a schedule, ``refs/tags/`` where only
        branches are pushed, ``github.event.pull_request`` without pull requests); jobs that need a job that never runs, or never in
        the same run; jobs for the failure of another that do not ask for it with ``always()`` or ``failure()``.
        Also ``workflow_run`` that waits for a workflow of a name that none has, and filters such as ``refs/heads/main``.
        A reusable workflow that nothing here calls is information. What depends on secrets, outputs or the caller's event
        is taken to be possible.

    Why it matters:
        The nightly test, the release or the clean-up that the file promises does not happen, and skipped jobs count as
        passed.

    How to fix:
        Add the event to ``on:``, correct the condition, or remove the job. ``if: false`` is only told as information.

    Fix safety:
        Manual: whether the event or the job is wrong is not in the file.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            starts = situations(workflow)
            if starts:
                dead = {
                    job.id: why
                    for job in workflow.jobs
                    if (why := never(job.data.get("if"), of_job(job), starts)) is not None
                }
                yield from self._jobs(context, workflow, dead)
                yield from self._never_together(context, workflow, starts, frozenset(dead))
            yield from self._waiting(context, workflow)
            yield from self._filters(context, workflow)
            if workflow.is_library and not is_called(context, workflow):
                yield self._told(
                    context,
                    workflow,
                    ("on",),
                    "no workflow here calls it; perhaps one of another repository does",
                    "info",
                )

    def _jobs(self, context: Inspection, workflow: Workflow, dead: dict[str, str]) -> Iterator[Finding]:
        for job in workflow.jobs:
            if job.id in dead:
                yield self._finding(context, workflow, job.path, f"job {job.id}", dead[job.id])
        off = set(dead)
        for _ in workflow.jobs:  # a chain of jobs is as long as their number at most
            off |= {job.id for job in workflow.jobs if off.intersection(needed(job)) and not _whatever_happens(job)}
        for job in workflow.jobs:
            if job.id in off and job.id not in dead:
                other = next(name for name in needed(job) if name in off)
                text = f"job {job.id} never runs: it needs {other}, which never does"
                yield self._told(context, workflow, (*job.path, "needs"), text)

    def _never_together(
        self, context: Inspection, workflow: Workflow, starts: list[dict[str, Any]], dead: frozenset[str]
    ) -> Iterator[Finding]:
        """Jobs that may run, and need one that may, but never in the same run."""
        jobs = {job.id: job for job in workflow.jobs}
        own = {name: starts_of(job.data.get("if"), of_job(job), starts) for name, job in jobs.items()}
        whole = dict(own)
        for _ in jobs:  # a chain of jobs is as long as their number at most
            for name, job in jobs.items():
                if not _whatever_happens(job):
                    whole[name] = whole[name].intersection(*(whole.get(other, whole[name]) for other in needed(job)))
        for name, job in jobs.items():
            if whole[name] or name in dead or any(not whole.get(other, own[name]) for other in needed(job)):
                continue  # what needs one that never runs is told by that one
            other = next((one for one in needed(job) if one in whole and not own[name] & whole[one]), "another")
            why = _why_apart(job, jobs.get(other))
            text = f"job {name} never runs: {other}, which it needs, never runs in the same run{why}"
            yield self._told(context, workflow, (*job.path, "needs"), text)

    def _finding(
        self, context: Inspection, workflow: Workflow, path: tuple[str | int, ...], what: str, why: str
    ) -> Finding:
        condition = workflow.document.get((*path, "if"))
        off = is_off(condition)
        why = explained(why, condition)
        because = f" ({why})" if why else ""
        return self.finding(
            context,
            workflow.path,
            f"{what} is switched off"
            if off
            else f"{what} never runs: no event of this workflow meets its condition{because}",
            line=workflow.document.position((*path, "if")),
            evidence=f"if: {' '.join(str(condition).split())}; on: {', '.join(workflow.triggers)}",
            severity="info" if off else None,
            fixes=(Fix(mended(why), "manual"),),
        )

    def _told(
        self, context: Inspection, workflow: Workflow, path: tuple[str | int, ...], message: str,
        severity: Severity | None = None,
    ) -> Finding:  # fmt: skip
        return self.finding(
            context,
            workflow.path,
            message,
            line=workflow.document.position(path),
            evidence=" ".join(workflow.document.raw(path).split())[:120],
            severity=severity,
            fixes=(Fix("correct what starts it, or remove what never runs", "manual"),),
        )

    def _filters(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        """Filters of branches that no branch can pass."""
        for event, filters in workflow.triggers.items():
            for kind in ("branches", "tags"):
                given = filters.get(kind)
                names = several(given)
                for index, name in enumerate(names):
                    if isinstance(name, str) and name.startswith(("refs/heads/", "refs/tags/")):
                        path = ("on", event, kind, index) if isinstance(given, list) else ("on", event, kind)
                        text = f"the filter {name!r} matches nothing: {kind} are named without {name.split('/')[0]}/{name.split('/')[1]}/"
                        yield self._told(context, workflow, path, text)

    def _waiting(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        names = {one.name for one in every_workflow(context)}
        asked = several(workflow.triggers.get("workflow_run", {}).get("workflows"))
        wrong = [name for name in asked if isinstance(name, str) and not any(mark in name for mark in "*?[")]
        missing = [name for name in wrong if name not in names]
        if missing and _all_readable(context):
            alone = len(missing) == len(asked) and set(workflow.triggers) == {"workflow_run"}
            yield self.finding(
                context,
                workflow.path,
                f"waits for a workflow named {missing[0]!r}, and none has that name"
                + (": it never runs" if alone else ""),
                line=workflow.document.position(("on", "workflow_run", "workflows")),
                evidence=f"names: {', '.join(sorted(names - {workflow.name})[:8])}",
                fixes=(Fix("use the name: of the workflow to wait for", "manual"),),
            )


def _why_apart(job: Job, other: Job | None) -> str:
    """The two conditions that exclude each other, in words."""
    one, two = (
        " ".join(str(item.data.get("if", "")).split())[:80] if item is not None else "" for item in (job, other)
    )
    return f" ({one} / {two})" if one and two else ""


def _whatever_happens(job: Job) -> bool:
    """Whether a job runs though one that it needs was skipped: its condition asks for the state itself."""
    return re.search(r"\b(?:always|failure|cancelled)\s*\(", str(job.data.get("if", ""))) is not None


def _all_readable(context: Inspection) -> bool:
    """Whether every workflow's name is known: one that does not parse may have the name that is missing."""
    count = sum(is_workflow(path) for path in context.below(FOLDER))
    return count == len(every_workflow(context))
