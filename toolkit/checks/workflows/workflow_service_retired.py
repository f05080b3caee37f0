"""Runners and actions that GitHub has switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._workflows import scripted
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.model import Finding, Severity

_RUNNERS = frozenset(
    {
        "ubuntu-16.04", "ubuntu-18.04", "ubuntu-20.04", "macos-10.15", "macos-11", "macos-12", "macos-13", "windows-2016", "windows-2019",
    }
)  # fmt: skip
_ACTIONS = (
    (regex(r"actions/(?:upload|download)-artifact@v[123](?:\.[\d.]+)?"), "v4"),
    (
        regex(r"actions/cache(?:/(?:restore|save))?@v(?:[12](?:\.[\d.]+)?|3\.[0-3](?:\.\d+)?|4\.[01](?:\.\d+)?)"),
        "v4",
    ),
    (regex(r"actions/upload-pages-artifact@v[12](?:\.[\d.]+)?"), "v3"),
    (regex(r"actions/deploy-pages@v[123](?:\.[\d.]+)?"), "v4"),
)
_COMMANDS = regex(r"::(?P<name>set-env|add-path|set-output|save-state)\b(?: name=)?")
_OFF = ("set-env", "add-path")
_INSTEAD = {
    "set-env": "GITHUB_ENV",
    "add-path": "GITHUB_PATH",
    "set-output": "GITHUB_OUTPUT",
    "save-state": "GITHUB_STATE",
}
_HOSTS = regex(r"\brelease\.solana\.com\b")
_OLD_NODE = regex(r"node(?:12|16)")


class WorkflowServiceRetired(Check):
    """A workflow uses a runner, an action, a command or a server that was switched off.

    What it checks:
        ``runs-on`` of images that were removed (matrix values included), version 3 and older of upload-artifact and
        download-artifact, versions of cache that the cache service refuses, the actions for Pages that stand on them, the commands
        ``::set-env`` and ``::add-path``; as warnings ``::set-output`` and ``::save-state``, actions of the repository for
        Node 12 and 16, and installations from ``release.solana.com``, which has no current release. Composite actions are read like
        workflows.

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
        for workflow in scripted(context):
            for job in workflow.jobs:
                yield from self._runners(context, job)
                for step in job.steps:
                    yield from self._steps(context, step)
        for path in context.named("action.yml", "action.yaml"):
            yield from self._node(context, path)

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
        script, told = str(step.data.get("run", "")), set()
        for match in _COMMANDS.finditer(script):
            name = match["name"]
            if name not in told and not script[: match.start()].rpartition("\n")[2].lstrip().startswith("#"):
                told.add(name)
                why = "is switched off: the step fails" if name in _OFF else "is deprecated, and is to be switched off"
                level: Severity = "error" if name in _OFF else "warning"
                fix = Fix(f"write to the file that {_INSTEAD[name]} names", "manual")
                yield self._told(context, step, match, f"::{name} {why}", fix, level)
        if host := _HOSTS.search(script):
            text = f"{host[0]} has old releases only, and may be gone"
            yield self._told(context, step, host, text, Fix("use release.anza.xyz", "manual"), "warning")

    def _told(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, step: Step, match: re.Match[str], text: str, fix: Fix, severity: Severity
    ) -> Finding:
        return self.finding(
            context,
            step.job.workflow.path,
            text,
            line=step.line(match.string.count("\n", 0, match.start())),
            evidence=match[0],
            severity=severity,
            fixes=(fix,),
        )

    def _node(self, context: Inspection, path: str) -> Iterator[Finding]:
        """An action in JavaScript for a version of Node that runners do not have."""
        try:
            document = context.document(path, yaml.parse)
        except Unreadable:
            return
        using = document.get(("runs", "using"))
        if isinstance(using, str) and _OLD_NODE.fullmatch(using):
            yield self.finding(
                context,
                path,
                f"runners have no {using}: the action runs with another version of Node, or not at all",
                line=document.position(("runs", "using")),
                evidence=f"using: {using}",
                severity="warning",
                fixes=(Fix("use node20 or newer", "manual"),),
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
