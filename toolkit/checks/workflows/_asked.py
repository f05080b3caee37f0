"""What commands ask of the repository by a name: scripts of packages, workspaces, targets of make, crates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._operands import unwrapped
from toolkit.checks._packages import all_packages
from toolkit.checks._recipe_files import lacking_recipe
from toolkit.checks._script_words import lacks
from toolkit.checks._workspaces import meant, outside
from toolkit.checks.workflows._images import lacking_stage
from toolkit.checks.workflows._projects import lacking_project
from toolkit.checks.workflows._targets import lacking_crate, lacking_target
from toolkit.packages import EVERYWHERE, JAVASCRIPT_MANAGERS
from toolkit.places import below

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks._shell import Simple

__all__ = ["NO_WORKSPACE", "lacking", "only_idle", "scripts_of"]

NO_WORKSPACE = "no workspace is called"
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
    if (recipe := lacking_recipe(context, words, folder)) is not None:
        return recipe.text
    if words[:2] in (("docker", "build"), ("docker", "buildx")):
        return lacking_stage(context, words, folder)
    return lacking_crate(context, command)


def only_idle(text: str) -> bool:
    """Whether a command that lacks something succeeds all the same, and does nothing."""
    return text.endswith(_PNPM_GOES_ON)


def scripts_of(context: Inspection, command: Simple, folder: str) -> list[tuple[Package, str]]:
    """The scripts of packages that a command surely runs: one, or those of all packages that have it."""
    words = unwrapped(command.words)
    if words[0] == "turbo":
        names = [word for word in words[1:] if not word.startswith("-") and word != "run"]
        several = not {"--filter", "-F", "--affected"}.intersection(words) and "--filter=" not in command.text
    elif command.words[0] in JAVASCRIPT_MANAGERS:
        found = meant(context, command.words, folder)
        if found.package:
            return [(found.package, found.script)] if found.script in found.package.scripts else []
        names, several = [found.script], not EVERYWHERE.isdisjoint(words)
    else:
        return []
    here = [one for one in all_packages(context) if several and below(folder, one.folder)]
    return [(one, name) for one in here for name in names if name in one.scripts]


def _of_manager(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    found = meant(context, words, folder)
    if found.lost:
        beside = outside(context, found.lost, folder)
        said = f", and {beside.path} is in none" if beside else ""
        text = f"{NO_WORKSPACE} {found.lost!r}{said}"
        return f"{text}{_PNPM_GOES_ON}" if words[0] == "pnpm" and "--fail-if-no-match" not in words else text
    package, name = found.package, found.script
    told = lacks(context, package, name, words[0], sure=found.sure) if package else None
    if package is None or told is None or package.path not in context.inventory.tracked_set:
        return ""
    level, near = told
    return f"{package.path} has no script {name!r}" + (f"; {near!r} is one" if near else "") if level == "error" else ""
