"""What commands ask of the repository by a name: scripts of packages, workspaces, targets of make, crates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._operands import unwrapped
from toolkit.checks._script_words import lacks
from toolkit.checks._workspaces import meant
from toolkit.checks.workflows._images import lacking_stage
from toolkit.checks.workflows._projects import lacking_project
from toolkit.checks.workflows._targets import lacking_crate, lacking_target
from toolkit.packages import JAVASCRIPT_MANAGERS

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple

__all__ = ["lacking", "only_idle", "script_of"]

_PNPM_GOES_ON = ": pnpm does nothing, and succeeds"


def lacking(context: Inspection, command: Simple, folder: str) -> str:
    """What a command asks for that is not there, as a sentence; empty where nothing is amiss.

    Args:
        context: the run.
        command: the command.
        folder: where it runs, relative to the root.
    """
    words = unwrapped(command.words)
    project = lacking_project(context, words, folder)
    if project:
        return project
    if command.words[0] in JAVASCRIPT_MANAGERS:
        return _of_manager(context, command.words, folder)
    if words[0] == "make":
        return lacking_target(context, words, folder)
    if words[:2] in (("docker", "build"), ("docker", "buildx")):
        return lacking_stage(context, words, folder)
    return lacking_crate(context, command)


def only_idle(text: str) -> bool:
    """Whether a command that lacks something succeeds all the same, and does nothing."""
    return text.endswith(_PNPM_GOES_ON)


def script_of(context: Inspection, command: Simple, folder: str) -> tuple[str, str, str] | None:
    """The script of a package that a command runs: manifest, name and text; ``None`` where it runs none for sure."""
    if command.words[0] not in JAVASCRIPT_MANAGERS:
        return None
    found = meant(context, command.words, folder)
    text = found.package.scripts.get(found.script) if found.package else None
    return (found.package.path, found.script, text) if found.package and text is not None else None


def _of_manager(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    found = meant(context, words, folder)
    if found.lost:
        text = f"no workspace is called {found.lost!r}"
        return f"{text}{_PNPM_GOES_ON}" if words[0] == "pnpm" and "--fail-if-no-match" not in words else text
    package, name = found.package, found.script
    told = lacks(context, package, name, words[0], sure=found.sure) if package else None
    if package is None or told is None or package.path not in context.inventory.tracked_set:
        return ""
    level, near = told
    return f"{package.path} has no script {name!r}" + (f"; {near!r} is one" if near else "") if level == "error" else ""
