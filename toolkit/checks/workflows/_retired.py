"""Runners, actions, commands and servers that were switched off, where a workflow uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.context import Unreadable
from toolkit.documents import edit, yaml
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.model import EditFile, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.model import Severity

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
            edit = _newer(context, step, instead)
            yield Retired(uses, f"GitHub fails every run of {step.uses}", f"uses: {step.uses}", todo, edit=edit)
    script = str(step.data.get("run", ""))
    for match in _COMMANDS.finditer(script):
        name = match["name"]
        if not script[: match.start()].rpartition("\n")[2].lstrip().startswith("#"):
            why = "is switched off: the step fails" if name in _OFF else "is deprecated, and is to be switched off"
            todo = f"write to the file that {_INSTEAD[name]} names"
            level: Severity = "error" if name in _OFF else "warning"
            edit = _rewritten(context, step, name)
            yield Retired(_within(step, match), f"::{name} {why}", match[0], todo, level, edit)
    for host in _HOSTS.finditer(script):
        text = f"{host[0]} has old releases only, and may be gone"
        edit = _moved_host(context, step)
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


_INSTEAD = {
    "set-env": "GITHUB_ENV",
    "add-path": "GITHUB_PATH",
    "set-output": "GITHUB_OUTPUT",
    "save-state": "GITHUB_STATE",
}
"""For each command the variable that names the file to write to."""
_ECHO = regex(
    r"""(?P<indent>\s*)echo\s+(?P<quote>["']?)::(?:(?:set-env|set-output|save-state)\s+name=(?P<name>[A-Za-z_][\w-]*)|add-path)
    ::(?P<value>.*?)(?P=quote)\s*""",
    re.VERBOSE,
)
"""A whole line that prints one command."""
_PLAIN = {
    '"': regex(r'[^"%\\`]*'),
    "'": regex(r"[^'%]*"),
    "": regex(r"""(?:\$\{\{[^}]*\}\}|\$\([^()|<>;&"'`]*(?:'[^']*')?\)|[^\s"'`;&|<>\#%\\()])*"""),
}
"""Values by the quotes around them; one with an escape or quotes of its own is left to a person."""
_HOST = regex(r"\brelease\.solana\.com(?=/(?:v?(?:1\.18|[2-9]\.\d+)\.\d+|stable|beta|edge)/)")
"""Installers of versions that the successor of the server has."""


def _rewritten(context: Inspection, step: Step, command: str) -> EditFile | None:
    """The edit that writes every use of a command in a step to the runner's file; ``None`` if one is not that simple."""

    def line(text: str) -> str | None:
        if f"::{command}" not in text or text.lstrip().startswith("#"):
            return text
        match = _ECHO.fullmatch(text)
        if match is None or not _PLAIN[match["quote"]].fullmatch(match["value"]):
            return None
        said = f"{match['name']}={match['value']}" if match["name"] else match["value"]
        return f'{match["indent"]}echo {match["quote"]}{said}{match["quote"]} >> "${_INSTEAD[command]}"'

    return _edited(context, step, line) if step.is_posix else None


def _moved_host(context: Inspection, step: Step) -> EditFile | None:
    """The edit that takes Solana's installer from the successor of a server that has old releases only."""
    return _edited(context, step, lambda text: _HOST.sub("release.anza.xyz", text))


def _newer(context: Inspection, step: Step, version: str) -> EditFile | None:
    """The edit that names a version of the step's action that still runs."""
    workflow = step.job.workflow
    try:
        span = workflow.document.replace((*step.path, "uses"), f"{step.uses.partition('@')[0]}@{version}")
        return EditFile(workflow.path, (span,), digest_bytes(context.read(workflow.path)))
    except (ToolkitError, Unreadable):
        return None


def _edited(context: Inspection, step: Step, change: Callable[[str], str | None]) -> EditFile | None:
    """The edit that changes lines of a script where they stand in the file.

    Args:
        context: the run.
        step: whose script it is.
        change: gives the new text of a line; ``None`` if nothing can be done.
    """
    workflow = step.job.workflow
    path = (*step.path, "run")
    try:
        content = context.read(workflow.path)
    except Unreadable:
        return None
    raw = content.split(b"\n")
    starts = [0]
    for text in raw:
        starts.append(starts[-1] + len(text) + 1)
    spans: list[Span] = []
    script: list[str] = []
    for index, old in enumerate(str(step.data.get("run", "")).split("\n")):
        new = change(old)
        number = step.line(index) - 1
        if new is None or number >= len(raw):
            return None
        script.append(new)
        if new != old:
            there = old.strip().encode()
            if raw[number].count(there) != 1:
                return None
            start = starts[number] + raw[number].index(there)
            spans.append(Span(start, start + len(there), new.strip().encode()))
    try:
        after = yaml.parse(edit.apply(content, spans)).get(path)
    except ToolkitError:
        return None
    proven = bool(spans) and after == "\n".join(script)
    return EditFile(workflow.path, tuple(spans), digest_bytes(content)) if proven else None
