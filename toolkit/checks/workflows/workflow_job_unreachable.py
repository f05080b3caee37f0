"""Jobs and steps whose condition no event of the workflow can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.workflows._conditions import can_be_true, situations
from toolkit.checks.workflows._workflows import FOLDER, every_workflow, is_workflow, workflows
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._workflows import Workflow
    from toolkit.model import Finding


class WorkflowJobUnreachable(Check):
    """A job, a step or a whole workflow can never run.

    What it checks:
        ``if:`` of jobs and steps, decided for every event of ``on:`` with its branches, tags and types: a condition that
        is false for all of them (``github.event_name == 'schedule'`` without a schedule, ``refs/tags/`` where only
        branches are pushed). Also ``workflow_run`` that waits for a workflow of a name that none has. What depends on
        inputs, secrets, outputs or the caller's event is taken to be possible.

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
            known = situations(workflow)
            if known:
                yield from self._conditions(context, workflow, known)
            yield from self._waiting(context, workflow)

    def _conditions(self, context: Inspection, workflow: Workflow, known: list[dict[str, Any]]) -> Iterator[Finding]:
        for job in workflow.jobs:
            if not _possible(job.data.get("if"), known):
                yield self._finding(context, workflow, job.path, f"job {job.id}")
                continue
            for step in job.steps:
                if not _possible(step.data.get("if"), known):
                    name = step.data.get("name") or step.uses or f"number {step.index + 1}"
                    yield self._finding(context, workflow, step.path, f"step {str(name)[:60]!r} of job {job.id}")

    def _finding(self, context: Inspection, workflow: Workflow, path: tuple[str | int, ...], what: str) -> Finding:
        document = workflow.document
        condition = document.get((*path, "if"))
        off = condition is False or str(condition).replace(" ", "") in ("${{false}}", "false")
        events = ", ".join(workflow.triggers)
        return self.finding(
            context,
            workflow.path,
            f"{what} is switched off" if off else f"{what} never runs: no event of this workflow meets its condition",
            line=document.position((*path, "if")),
            evidence=f"if: {' '.join(str(condition).split())}; on: {events}",
            severity="info" if off else None,
            fixes=(Fix("add the event to on:, correct the condition, or remove what never runs", "manual"),),
        )

    def _waiting(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        names = {one.name for one in every_workflow(context)}
        given = workflow.triggers.get("workflow_run", {}).get("workflows")
        asked = [given] if isinstance(given, str) else given if isinstance(given, list) else []
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


def _possible(condition: Any, known: list[dict[str, Any]]) -> bool:
    return condition is None or any(can_be_true(condition, values) for values in known)


def _all_readable(context: Inspection) -> bool:
    """Whether every workflow's name is known: one that does not parse may have the name that is missing."""
    count = sum(is_workflow(path) for path in context.below(FOLDER))
    return count == len(every_workflow(context))
