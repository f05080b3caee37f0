"""Commands, actions and addresses that were switched off, written the way that replaced them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.documents import edit, yaml
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.model import EditFile, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step

__all__ = ["INSTEAD", "moved_host", "newer", "rewritten"]

INSTEAD = {
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


def rewritten(context: Inspection, step: Step, command: str) -> EditFile | None:
    """The edit that writes every use of a command in a step to the runner's file; ``None`` if one is not that simple."""

    def line(text: str) -> str | None:
        if f"::{command}" not in text or text.lstrip().startswith("#"):
            return text
        match = _ECHO.fullmatch(text)
        if match is None or not _PLAIN[match["quote"]].fullmatch(match["value"]):
            return None
        said = f"{match['name']}={match['value']}" if match["name"] else match["value"]
        return f'{match["indent"]}echo {match["quote"]}{said}{match["quote"]} >> "${INSTEAD[command]}"'

    return _edited(context, step, line) if step.is_posix else None


def moved_host(context: Inspection, step: Step) -> EditFile | None:
    """The edit that takes Solana's installer from the successor of a server that has old releases only."""
    return _edited(context, step, lambda text: _HOST.sub("release.anza.xyz", text))


def newer(context: Inspection, step: Step, version: str) -> EditFile | None:
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
