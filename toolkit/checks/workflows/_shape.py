"""The shape of a workflow: its keys, events, steps, and the jobs that jobs need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks.workflows._model import Step, needed
from toolkit.checks.workflows._names import line_of
from toolkit.checks.workflows._situations import EVENTS
from toolkit.checks.workflows._workflows import every_workflow
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Workflow
    from toolkit.checks.workflows._names import Fault

__all__ = ["faults_of_shape"]

_TOP = ("name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs")
_JOB = (
    "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env", "defaults", "steps",
    "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets", "snapshot",
)  # fmt: skip
_STEP = (
    "id",
    "if",
    "name",
    "uses",
    "run",
    "working-directory",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
)
_CRON_FIELD = regex(r"(?:\*|\?|[\w]+(?:-\w+)?)(?:/\d+)?(?:,(?:\*|\w+(?:-\w+)?)(?:/\d+)?)*", re.ASCII)
_INNER = {
    "container": ("image", "credentials", "env", "ports", "volumes", "options"),
    "strategy": ("matrix", "fail-fast", "max-parallel"),
    "concurrency": ("group", "cancel-in-progress", "queue"),
    "environment": ("name", "url", "deployment"),
}
"""Keys of what a job may have; only what is nearly one of them is told."""


def faults_of_shape(context: Inspection, workflow: Workflow) -> Iterator[Fault]:
    """Every fault of these kinds of a workflow, or of the steps of a composite action."""
    if workflow.is_action:
        for step in workflow.steps:
            yield from _step(step)
            if "run" in step.data and "shell" not in step.data:
                yield (
                    (*step.path, "run"),
                    f"step {step.index + 1} of the action has no shell: GitHub refuses it",
                    "run",
                    "error",
                )
        return
    yield from _keys(workflow.data, _TOP, (), "a workflow")
    yield from _events(workflow)
    yield from _cycles(workflow)
    for job in workflow.jobs:
        yield from _keys(job.data, _JOB, job.path, "a job")
        yield from _inner(job)
        yield from _job(context, workflow, job)


def _inner(job: Job) -> Iterator[Fault]:
    parts = [((*job.path, name), job.data.get(name), known) for name, known in _INNER.items()]
    for name, about in table(job.data, "services").items():
        parts.append(((*job.path, "services", name), about, _INNER["container"]))
    for path, data, known in parts:
        for key in data if isinstance(data, dict) else ():
            near = likely(str(key), known)
            if key not in known and near:
                yield (
                    (*path, key),
                    f"{key!r} is no key of {path[-1]}; {near!r} is: GitHub refuses the workflow",
                    str(key),
                    "error",
                )


def _keys(data: dict[str, Any], known: tuple[str, ...], path: tuple[str | int, ...], what: str) -> Iterator[Fault]:
    for key in data:
        if key in known or key == "<<":
            continue
        near = likely(key, known)
        hint = f"; {near!r} is" if near else ""
        yield (
            (*path, key),
            f"{key!r} is no key of {what}{hint}: GitHub refuses the workflow",
            key,
            "error" if near else "warning",
        )


def _events(workflow: Workflow) -> Iterator[Fault]:
    for event in workflow.triggers:
        if event not in EVENTS:
            near = likely(event, EVENTS)
            hint = f"; {near!r} is" if near else ""
            yield ("on", event), f"{event!r} is no event{hint}", event, "error" if near else "warning"
    for index, item in enumerate(listed(workflow.document.get(("on", "schedule")))):
        cron = table(item).get("cron")
        if isinstance(cron, str) and "${{" not in cron:
            fields = cron.split()
            if len(fields) != 5 or not all(_CRON_FIELD.fullmatch(field) for field in fields):
                yield ("on", "schedule", index), f"{cron!r} is no schedule of five fields", cron, "error"


def _job(context: Inspection, workflow: Workflow, job: Job) -> Iterator[Fault]:
    data = job.data
    uses = data.get("uses")
    if "runs-on" not in data and "uses" not in data:
        yield job.path, f"job {job.id} has no runs-on: GitHub refuses the workflow", job.id, "error"
    if isinstance(uses, str) and uses.startswith("./") and not _may_be_called(context, uses):
        yield (*job.path, "uses"), f"{uses} is not made to be called: it has no workflow_call", uses, "error"
    for other in needed(job):
        if other not in (workflow.data.get("jobs") or {}):
            names = [one.id for one in workflow.jobs]
            near = likely(other, names, 0.6)
            hint = f"; {near!r} is" if near else ""
            key = (*job.path, "needs")
            yield line_of(workflow, key, other), f"job {job.id} needs {other!r}, which is no job{hint}", other, "error"
    seen: set[str] = set()
    for step in job.steps:
        yield from _step(step)
        name = step.data.get("id")
        if isinstance(name, str):
            if name.lower() in seen:
                yield (*step.path, "id"), f"the id {name!r} is given twice in job {job.id}", name, "error"
            seen.add(name.lower())


def _step(step: Step) -> Iterator[Fault]:
    both = [key for key in ("uses", "run") if key in step.data]
    if len(both) != 1:
        what = "both uses and run" if both else "neither uses nor run"
        yield (
            (*step.path, "run") if both else step.path,
            f"step {step.index + 1} of job {step.job.id} has {what}: GitHub refuses the workflow",
            what,
            "error",
        )
    yield from _keys(step.data, _STEP, step.path, "a step")


def _may_be_called(context: Inspection, uses: str) -> bool:
    found = [one for one in every_workflow(context) if one.path == uses.removeprefix("./")]
    return not found or "workflow_call" in found[0].triggers


def _cycles(workflow: Workflow) -> Iterator[Fault]:
    needs = {job.id: needed(job) for job in workflow.jobs}
    done: set[str] = set()
    for start in needs:
        if start not in done and (cycle := _cycle(needs, start, done)):
            yield ("jobs", start, "needs"), f"jobs need each other: {' -> '.join(cycle)}", start, "error"
            return


def _cycle(needs: dict[str, list[str]], start: str, done: set[str]) -> list[str]:
    trail: list[str] = []
    stack: list[tuple[str, int]] = [(start, 0)]
    while stack:
        name, index = stack.pop()
        if index == 0:
            trail.append(name)
        if index < len(needs.get(name, ())):
            stack.append((name, index + 1))
            following = needs[name][index]
            if following in trail:
                return [*trail[trail.index(following) :], following]
            if following not in done:
                stack.append((following, 0))
        else:
            done.add(name)
            trail.pop()
    return []
