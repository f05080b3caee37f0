"""Packages and workspaces as commands select them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._package_managers import PLACES
from toolkit.checks._packages import all_packages, by_folder, named
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = [
    "SCRIPT",
    "Broken",
    "arguments",
    "has_script",
    "is_unknown",
    "nearest",
    "no_script",
    "no_workspace",
    "selected",
    "workspace",
]

SCRIPT = regex(r"[\w:.@/-]+")
"""A script's name without variables and globs."""
_NAME = regex(r"@?[\w./-]+")
_SELECT = ("-w", "--workspace", "--filter", "-F", "--scope")
_VALUED = frozenset({*_SELECT, *PLACES, "--loglevel", "--userconfig", "--max-parallel", "--reporter", "--env-file", "--preload",
                     "--concurrency", "--workspace-concurrency", "--output-logs", "--log-order", "--cache-dir"})  # fmt: skip


@frozen
class Broken:
    """One thing that is missing.

    Args:
        word: the word of the command that names it.
        text: what is wrong with it, to end a sentence.
        todo: what a person does about it.
        near: what was probably meant; of a path, relative to the folder of the command.
        idle: the command succeeds all the same, and does nothing.
        cause: what others may lack for the same reason: ``workspace`` or ``program`` (or its configuration); empty for what stands for itself.
    """

    word: str
    text: str
    todo: str
    severity: Severity = "error"
    near: str = ""
    idle: bool = False
    cause: str = ""


def arguments(words: tuple[str, ...]) -> list[str]:
    """The arguments that are no option and no option's value."""
    found, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-") and "*" not in word:
            found.append(word)
    return found


def selected(words: tuple[str, ...], program: str) -> list[str]:
    """The workspaces that a command selects, without pnpm's and turbo's marks of relatives; ``...`` for the root."""
    found = []
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "-w" and program in ("pnpm", "bun"):
            found.append("...")  # the root of the workspace, without a value
        elif name in _SELECT:
            found.append(value if equals else "".join(words[index + 1 : index + 2]))
    return [re.sub(r"^!|^\.\.\.\^?|\^?\.\.\.$", "", name) or "..." for name in found if name]


def is_unknown(context: Inspection, name: str, folder: str, program: str = "") -> bool:
    """Whether no package and no folder can be meant by a selection; npm and bun want the whole name, or a path."""
    if name == "..." or not _NAME.fullmatch(name.removeprefix("./").strip("/")) or "..." in name:
        return False
    whole = program in ("npm", "bun") and "/" not in name and not name.startswith(".")
    if name == "//" or (
        workspace(context, name, folder) is not None and not (whole and _is_alike_only(context, name, folder))
    ):
        return False
    path = path_from(folder, name)
    folders = context.inventory.folders
    below = not whole and any(one.endswith(f"/{name}") for one in folders)
    return not (path in folders or posixpath.normpath(name) in folders or below)


def _is_alike_only(context: Inspection, name: str, folder: str) -> bool:
    """Whether a package is called so only without its scope."""
    places = (path_from(base, name) for base in (folder, "."))
    return name not in named(context) and all(nearest(context, place, exact=True) is None for place in places)


def workspace(context: Inspection, name: str, folder: str) -> Package | None:
    """The package of a name, in a folder of that path, or of that name without its scope.

    Args:
        context: the run.
        name: as the command writes it.
        folder: where the command runs.
    """
    known = named(context)
    if name in known:
        return known[name]
    for base in (folder, "."):
        if found := nearest(context, path_from(base, name), exact=True):
            return found
    alike = [one for full, one in known.items() if full.rpartition("/")[2] == name]
    return alike[0] if len(alike) == 1 else None


def no_workspace(context: Inspection, name: str, *, idle: bool = False) -> Broken:
    """That no workspace has a name, with the one that was probably meant; pnpm succeeds then, and does nothing."""
    scoped = [full for full in named(context) if full.rpartition("/")[2] == name and full != name]
    near = scoped[0] if len(scoped) == 1 else ""
    near = near or _likely(context, name)
    todo = instead(name, near, f"name a workspace that there is in place of {name}, or remove the command")
    text = f"no workspace is called {name}{f'; {near} is one' if near else ''}"
    return Broken(name, text, todo, "warning" if idle else "error", near, idle, "workspace")


@once_a_run
def _likely(context: Inspection, name: str) -> str:
    return likely(name, named(context))


def no_script(name: str, severity: Severity) -> Broken:
    """That no package has a script."""
    todo = f"add a script {name} to the package that needs it, or take {name} out of the command"
    return Broken(name, f"no package has a script {name}", todo, severity)


def nearest(context: Inspection, folder: str, *, exact: bool) -> Package | None:
    """The package of a folder; unless it has to be that one, of the nearest folder above with one."""
    known = by_folder(context)
    while folder not in known and not exact and folder not in (".", ""):
        folder = posixpath.dirname(folder) or "."
    return known.get(folder)


def has_script(context: Inspection, name: str) -> bool:
    scripts = _script_names(context)
    return name in scripts


@once_a_run
def _script_names(context: Inspection) -> frozenset[str]:
    return frozenset(script for one in all_packages(context) for script in one.scripts)
