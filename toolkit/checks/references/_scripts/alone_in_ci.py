"""Jobs of workflows that install one package and nothing above it, and run its scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.installs import jobs
from toolkit.memory import once_a_run
from toolkit.packages import JAVASCRIPT_MANAGERS, TEXT_LOCKS
from toolkit.places import inside
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["run_alone"]

_INSTALLS = regex(
    r"(?m)(?:^|&&|;|\|)[^\S\n]*(?:npm[ \t]+(?:ci|clean-install|install|i)|(?:pnpm|bun)[ \t]+(?:install|i)|yarn(?:[ \t]+install)?)(?:[ \t]+--?[\w=./-]+)*[ \t]*(?=$|&&|;|\||\n)"
)
_WALKS = regex(
    r"\b(?:cd|pushd|docker|make|just|task)[ \t]|--prefix\b|--cwd\b|[ \t]-C[ \t]|--workspaces?\b|--filter\b|[ \t]-g\b|--global\b"
)
"""What a job does elsewhere, or where nobody sees it."""
_BY_ACTION = regex(r"run_install|npm-install@|uses:[ \t]*\./")
"""Steps that may install without a command."""


@frozen
class _Job:
    """A job that installs in one folder alone.

    Args:
        path: the workflow.
        folder: where it installs.
        runs: line and text of what it runs there.
    """

    path: str
    folder: str
    runs: tuple[tuple[int, str], ...]


def run_alone(context: Inspection, package: Package, program: str) -> str:
    """Path and line of a step that runs a script with a program in a job that installs this package, by its own lock, and no other; empty without one."""
    owner = context.owner(package.folder, "javascript")
    if package.folder == "." or owner is None or owner.path != package.folder:
        return ""  # who installs a member installs the workspace
    if not any(context.is_file(inside(package.folder, name)) for name in TEXT_LOCKS):
        return ""
    calls = re.compile(rf"(?<![\w./-]){re.escape(program)}(?![\w./-])")
    names = [re.escape(name) for name, text in package.scripts.items() if calls.search(text)]
    started = re.compile(
        rf"(?m)^[^\S\n]*(?:{'|'.join(JAVASCRIPT_MANAGERS)})[ \t]+(?:run[ \t]+)?(?:{'|'.join(names)})(?=[ \t]*(?:$|&&|;))"
    )
    for job in _alone(context) if names else ():
        for line, text in job.runs if job.folder == package.folder else ():
            if started.search(text):
                return f"{job.path}:{line}"
    return ""


@once_a_run
def _alone(context: Inspection) -> tuple[_Job, ...]:
    return tuple(_jobs(context))


def _jobs(context: Inspection) -> Iterator[_Job]:
    """The jobs all of whose installs are in one folder, and that go nowhere else."""
    for path, document, steps in jobs(context, context.named):
        scripts = [run for _, _, run in steps]
        folders = {folder for folder, _, run in steps if _INSTALLS.search(run)}
        if len(folders) == 1 and not any(map(_WALKS.search, scripts)) and not _BY_ACTION.search(text_of(context, path)):
            (folder,) = folders
            runs = tuple((document.value_line(place), run) for home, place, run in steps if home == folder)
            yield _Job(path, folder, runs)
