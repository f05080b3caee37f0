"""Runners and actions that GitHub has switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._workflows import workflows
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._workflows import Job, Step
    from toolkit.model import Finding

_RUNNERS = frozenset(
    {
        "ubuntu-16.04", "ubuntu-18.04", "ubuntu-20.04", "macos-10.15", "macos-11", "macos-12", "macos-13", "windows-2016", "windows-2019",
    }
)  # fmt: skip
_ACTIONS = (
    (re.compile(r"actions/(?:upload|download)-artifact@v[123](?:\.[\d.]+)?"), "v4"),
    (re.compile(r"actions/cache(?:/(?:restore|save))?@v[12](?:\.[\d.]+)?"), "v4"),
)
_COMMANDS = re.compile(r"::(?P<name>set-env|add-path)\b(?: name=)?")


class WorkflowServiceRetired(Check):
    """A workflow uses a runner, an action or a command that GitHub has switched off.

    What it checks:
        ``runs-on`` of images that were removed (matrix values included), version 3 and older of upload-artifact and
        download-artifact, version 2 and older of cache, and the commands ``::set-env`` and ``::add-path``.

    Why it matters:
        A job for a removed image waits for a runner for a day and is cancelled; a retired action fails at once. (Runners
        of one's own may bear such a label, and a GitHub Enterprise Server may keep old actions: ignore it there.)

    How to fix:
        Name an image and a version that exist. The artifact actions from version 4 on do not merge uploads of one name.

    Fix safety:
        Manual: a newer image has other tools, a newer action other rules.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            for job in workflow.jobs:
                yield from self._runners(context, job)
                for step in job.steps:
                    yield from self._steps(context, step)

    def _runners(self, context: Inspection, job: Job) -> Iterator[Finding]:
        labels = [label.lower() for label in job.runners]
        if "self-hosted" in labels:
            return
        for label in dict.fromkeys(labels):
            base = re.sub(r"-(?:large|xlarge|arm64)$", "", label)
            if base in _RUNNERS:
                yield self.finding(
                    context,
                    job.workflow.path,
                    f"GitHub removed the image {label}: the job waits for a runner that never comes",
                    line=_line(job, label),
                    evidence=f"runs-on: {label}",
                    fixes=(Fix(f"name a newer image than {label}", "manual"),),
                )

    def _steps(self, context: Inspection, step: Step) -> Iterator[Finding]:
        document = step.job.workflow.document
        for pattern, instead in _ACTIONS:
            if pattern.fullmatch(step.uses):
                yield self.finding(
                    context,
                    step.job.workflow.path,
                    f"GitHub fails every run of {step.uses}",
                    line=document.position((*step.path, "uses")),
                    evidence=f"uses: {step.uses}",
                    fixes=(Fix(f"use {instead} or newer", "manual"),),
                )
        match = _COMMANDS.search(step.script)
        if match:
            yield self.finding(
                context,
                step.job.workflow.path,
                f"::{match['name']} is switched off: the step fails",
                line=step.line(step.script.count("\n", 0, match.start())),
                evidence=match[0],
                fixes=(Fix("write to the file that GITHUB_ENV or GITHUB_PATH names", "manual"),),
            )


def _line(job: Job, label: str) -> int:
    """The line of the label: in ``runs-on``, or in the matrix that gives it."""
    document = job.workflow.document
    for key in ("runs-on", "strategy"):
        place = document.place((*job.path, key))
        at = document.text.content.lower().find(label, place.start, place.end) if place else -1
        if at >= 0:
            return document.text.line(at)
    return document.line((*job.path, "runs-on"))
