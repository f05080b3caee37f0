"""Scripts of the repository that workflows run, and the failures that are lost in them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._makefiles import recipes
from toolkit.checks._shell import commands
from toolkit.checks._texts import text_of
from toolkit.checks.workflows._asked import scripts_of
from toolkit.checks.workflows._optional import says_it_is_optional
from toolkit.checks.workflows._swallowing import Swallowed, only_prints, swallowed
from toolkit.checks.workflows._targets import asked_of_make
from toolkit.checks.workflows._workflows import actions, every_workflow
from toolkit.expressions import regex
from toolkit.places import folder_of, path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step

__all__ = ["LostInScript", "swallowed_in_scripts"]

_SCRIPT = regex(r"(?:\./)?[\w./-]+\.(?:sh|bash)")
_PROVES = regex(r"(?:test|lint|type-?check|check-types)(?::[\w-]+)*")
_DECIDED = regex(r"(?i)\b(?:skip|frozen|disabled)")
_STOPS = regex(r"\A#!.*\s-\w*e")


@frozen
class LostInScript:
    """A failure that is lost in a script.

    Args:
        path: the shell script, the Makefile, or the ``package.json``.
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
    """What is swallowed in what a command runs, and in what that runs: the file, the line, the command in it."""
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
    run = [*_of_packages(context, command, home), *_of_make(context, command, home)]
    for path, line, key, text in run:
        if (path, key) in said:
            continue
        said.add((path, key))
        if (
            len(run) == 1 and _PROVES.fullmatch(key) and only_prints(text) and not _DECIDED.search(text)
        ):  # one of many holds the place of none
            yield path, line, Swallowed(commands(text)[0], "it only prints", text[:80], "warning")
        yield from ((path, line, one) for one in swallowed(text, stops=True, pipes=False) if one.severity != "info")
        for inner in commands(text):
            if inner.cwd is not None and not inner.depth:
                yield from _run_by(context, inner, path_from(folder_of(path), inner.cwd), said)


def _of_packages(context: Inspection, command: Simple, home: str) -> Iterator[tuple[str, int, str, str]]:
    for package, name in scripts_of(context, command, home):
        yield package.path, package.document.line(("scripts", name)), name, package.scripts[name]


def _of_make(context: Inspection, command: Simple, home: str) -> Iterator[tuple[str, int, str, str]]:
    """The lines of the targets that a command makes; make goes on after one that begins with a dash."""
    if command.words[0] != "make" or "-n" in command.words:
        return
    makefile, wanted = asked_of_make(context, command.words, home)
    for line, text in recipes(context, makefile, wanted) if makefile else ():
        plain = text.lstrip("@+- ").replace("$$", "$")
        hushed = "-" in text[: len(text) - len(plain)]
        yield makefile, line, f"{line}", f"{plain} || true" if hushed else plain
