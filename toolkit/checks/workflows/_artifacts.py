"""Artifacts that a job downloads and no job of the run has uploaded."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._expand import expand
from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._workflows import actions, every_workflow
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step, Workflow

__all__ = ["missing_artifacts"]

_ELSEWHERE = ("run-id", "github-token", "repository", "artifact-ids")
"""Inputs by which an artifact of another run is meant."""
_MAX_CHARS, _MAX_PARTS = 400, 5
_OPEN = regex(r"\$\{\{.*?\}\}")


def missing_artifacts(context: Inspection, workflow: Workflow) -> Iterator[tuple[Step, str, str]]:
    """Downloads of what the run does not have: the step, the name, and why, in words."""
    if "workflow_call" in workflow.triggers or workflow.is_action:
        return  # the caller's jobs may upload it
    uploads = {job.id: _uploaded(context, job) for job in workflow.jobs}
    if any(names is None for names in uploads.values()):
        return
    for job in workflow.jobs:
        if not uploads.keys() >= set(needed(job)):
            continue  # GitHub refuses the file because of the job that is not there
        for step in job.steps:
            name = step.inputs.get("name")
            if step.action != "actions/download-artifact" or not isinstance(name, str) or not _is_of_this_run(step):
                continue
            if why := _why_missing(workflow, job, name, uploads):
                yield step, name, why


def _is_of_this_run(step: Step) -> bool:
    return not any(key in step.inputs for key in _ELSEWHERE)


def _why_missing(workflow: Workflow, job: Job, name: str, uploads: dict[str, list[str] | None]) -> str:
    """Why an artifact is not there when it is asked for; empty where it may be."""
    wanted = expand(name, job) or (name,)
    makers = {
        other for other, names in uploads.items() for one in names or () if any(_may_be(one, text) for text in wanted)
    }
    if not makers:
        known = sorted({one for names in uploads.values() for one in names or ()})
        return f"no job uploads an artifact named {name!r}" + (f"; uploaded: {', '.join(known[:5])}" if known else "")
    if job.id in makers:
        return ""
    waits = _before(workflow, job)
    if not makers & waits:
        return f"job {job.id} does not wait for {min(makers)}, which uploads {name!r}"
    return ""


def _before(workflow: Workflow, job: Job) -> set[str]:
    """The jobs that have ended when a job begins."""
    needs = {one.id: needed(one) for one in workflow.jobs}
    found: set[str] = set()
    stack = list(needs[job.id])
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += needs.get(name, [])
    return found


def _uploaded(context: Inspection, job: Job, depth: int = 0) -> list[str] | None:
    """Names of what a job uploads, expressions as they are; ``None`` where that cannot be told."""
    called = job.data.get("uses")
    if isinstance(called, str):
        return _of_called(context, called.removeprefix("./"), every_workflow(context), depth)
    found: list[str] = []
    for step in job.steps:
        if step.action.startswith("actions/upload-artifact"):
            name = str(step.inputs.get("name", "artifact"))
            found += [name] if job.workflow.is_action else expand(name, job) or [name]
        elif step.uses.startswith("./"):
            folder = posixpath.normpath(step.uses)
            inner = [one.path for one in actions(context) if posixpath.dirname(one.path) == folder]
            # One that is not there, or is no composite one, is taken to upload nothing.
            more = _of_called(context, inner[0], actions(context), depth) if inner else []
            if more is None:
                return None
            found += more
        elif not step.uses.startswith("actions/") and "artifact" in f"{step.uses} {step.data.get('run', '')}".lower():
            return None  # some other action or script may upload what it likes
    return found


def _of_called(context: Inspection, path: str, known: tuple[Workflow, ...], depth: int) -> list[str] | None:
    for one in known:
        if one.path == path and depth < 5:
            names = [_uploaded(context, job, depth + 1) for job in one.jobs]
            # An input of the callee's own is not known here: anything may be meant by it.
            return None if None in names else [_OPEN.sub("${{ * }}", item) for items in names for item in items or ()]
    return None


def _may_be(uploaded: str, asked: str) -> bool:
    """Whether two names may be one, each with expressions that can be anything."""
    if uploaded == asked or len(uploaded) + len(asked) > _MAX_CHARS:
        return True
    for pattern, text in ((uploaded, asked), (asked, uploaded)):
        parts = [re.escape(part) for part in _OPEN.split(pattern)]
        if len(parts) > _MAX_PARTS or (
            len(parts) > 1 and re.fullmatch(".*?".join(parts), _OPEN.sub("x", text), re.DOTALL)
        ):
            return True
    return False
