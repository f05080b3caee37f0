"""Runners, actions, commands and servers that were switched off, where a workflow uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.workflows._retired_commands import INSTEAD, moved_host, newer, rewritten
from toolkit.documents import yaml
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.model import EditFile, Severity

__all__ = ["Retired", "of_action", "of_job"]

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
_HOSTS = regex(r"\brelease\.solana\.com\b")
_OLD_NODE = regex(r"node(?:12|16)")


class Retired(NamedTuple):
    """What was switched off, in one place: the finding's text, its evidence, and what a person does."""

    line: tuple[int, int]
    text: str
    evidence: str
    todo: str
    severity: Severity = "error"
    edit: EditFile | None = None
    """What mends the place, where that is plain."""


def of_job(context: Inspection, job: Job) -> Iterator[Retired]:
    """What a job runs on and its steps use, in the order of the file."""
    labels = [label.lower() for label in job.runners]
    for label in dict.fromkeys(labels) if "self-hosted" not in labels else ():
        if re.sub(r"-(?:large|xlarge|arm64)$", "", label) in _RUNNERS:
            text = f"GitHub removed the image {label}: the job waits for a runner that never comes"
            yield Retired((_line(job, label), 0), text, f"runs-on: {label}", f"name a newer image than {label}")
    for step in job.steps:
        yield from _of_step(context, step)


def _of_step(context: Inspection, step: Step) -> Iterator[Retired]:
    uses = step.job.workflow.document.position((*step.path, "uses"))
    for pattern, instead in _ACTIONS:
        if pattern.fullmatch(step.uses):
            todo = f"use {instead} or newer of {step.action}"
            edit = newer(context, step, instead)
            yield Retired(uses, f"GitHub fails every run of {step.uses}", f"uses: {step.uses}", todo, edit=edit)
    script = str(step.data.get("run", ""))
    for match in _COMMANDS.finditer(script):
        name = match["name"]
        if not script[: match.start()].rpartition("\n")[2].lstrip().startswith("#"):
            why = "is switched off: the step fails" if name in _OFF else "is deprecated, and is to be switched off"
            todo = f"write to the file that {INSTEAD[name]} names"
            level: Severity = "error" if name in _OFF else "warning"
            edit = rewritten(context, step, name)
            yield Retired(_within(step, match), f"::{name} {why}", match[0], todo, level, edit)
    for host in _HOSTS.finditer(script):
        text = f"{host[0]} has old releases only, and may be gone"
        edit = moved_host(context, step)
        yield Retired(_within(step, host), text, host[0], "use release.anza.xyz", "warning", edit)


def of_action(context: Inspection, path: str) -> Iterator[Retired]:
    """An action in JavaScript for a version of Node that runners do not have."""
    document = context.readable(path, yaml.parse)
    if document is None:
        return
    using = document.get(("runs", "using"))
    if isinstance(using, str) and _OLD_NODE.fullmatch(using):
        text = f"runners have no {using}: the action runs with another version of Node, or not at all"
        line = document.position(("runs", "using"))
        yield Retired(line, text, f"using: {using}", "use node20 or newer", "warning")


def _within(step: Step, match: re.Match[str]) -> tuple[int, int]:
    return step.line(match.string.count("\n", 0, match.start())), 0


def _line(job: Job, label: str) -> int:
    """The line of the label: in ``runs-on``, or in the matrix that gives it."""
    document = job.workflow.document
    for key in ("runs-on", "strategy"):
        place = document.place((*job.path, key))
        at = document.text.content.lower().find(label, place.start, place.end) if place else -1
        if at >= 0:
            return document.text.line(at)
    return document.line((*job.path, "runs-on"))
