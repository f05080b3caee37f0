"""Scripts of the repository that workflows run, and the failures that are lost in them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.workflows._asked import script_of
from toolkit.checks.workflows._optional import says_it_is_optional
from toolkit.checks.workflows._swallowing import swallowed
from toolkit.checks.workflows._workflows import actions, every_workflow
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step
    from toolkit.checks.workflows._swallowing import Swallowed

__all__ = ["LostInScript", "swallowed_in_scripts"]

_SCRIPT = regex(r"(?:\./)?[\w./-]+\.(?:sh|bash)")
_STOPS = regex(r"\A#!.*\s-\w*e")


@frozen
class LostInScript:
    """A failure that is lost in a script.

    Args:
        path: the shell script, or the ``package.json``.
        line: where it stands.
        workflow: what runs it.
        lost: the command, and how its failure is lost.
    """

    path: str
    line: int
    workflow: str
    lost: Swallowed


def swallowed_in_scripts(context: Inspection) -> Iterator[LostInScript]:
    """What is lost in scripts to report on, each told once however many steps run it."""
    said: set[tuple[str, str]] = set()
    for workflow in (*every_workflow(context), *actions(context)):
        for step in workflow.steps:
            for command, home in _placed(step) if not says_it_is_optional(step) else ():
                for path, line, lost in _run_by(context, command, home, said):
                    if context.shows(path):
                        yield LostInScript(path, line, workflow.path, lost)


def _placed(step: Step) -> Iterator[tuple[Simple, str]]:
    """The commands of a step, each in every folder of the repository where it may run."""
    for command in step.commands:
        for folder in step.folders if command.cwd is not None else ():
            home = step.job.repository_path(posixpath.join(folder, command.cwd or "."), step.index)
            if home is not None:
                yield command, home


def _run_by(
    context: Inspection, command: Simple, home: str, said: set[tuple[str, str]]
) -> Iterator[tuple[str, int, Swallowed]]:
    """What is swallowed in what a command runs: the file, the line, the command in it."""
    words = command.words[1:] if command.words[0] in ("bash", "sh") else command.words
    name = next((word for word in words[:2] if not word.startswith("-")), "")
    if _SCRIPT.fullmatch(name):
        path = path_from(home, name)
        if path in context.inventory.tracked_set and (path, "") not in said:
            said.add((path, ""))
            text = text_of(context, path, errors="replace")
            found = swallowed(text, stops=_STOPS.search(text) is not None, pipes="pipefail" in text)
            yield from ((path, one.command.line + 1, one) for one in found if one.severity != "info")
        return
    asked = script_of(context, command, home)
    if asked and asked[:2] not in said:
        manifest, name, text = asked
        said.add((manifest, name))
        line = _line_of(text_of(context, manifest, errors="replace"), name)
        yield from ((manifest, line, one) for one in swallowed(text, stops=True, pipes=False) if one.severity != "info")


def _line_of(manifest: str, script: str) -> int:
    at = max(manifest.find('"scripts"'), 0)
    found = re.compile(rf'"{re.escape(script)}"\s*:').search(manifest, at)
    return line_at(manifest, found.start()) if found else 0
