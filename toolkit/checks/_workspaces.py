"""Which package and which script a command of a package manager means."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._package_managers import PLACES, place_of, script_in
from toolkit.checks._packages import all_packages, by_folder, called, named
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import inside, path_from, upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = [
    "ALL",
    "Meant",
    "arguments",
    "has_script",
    "is_unknown",
    "meant",
    "nearest",
    "outside",
    "selected",
    "workspace",
]

_NAME = regex(r"@?[\w./-]+")
_SELECT = ("-w", "--workspace", "--filter", "-F", "--scope")
_OF_NPM = ("-w", "--workspace")
"""Those that npm reads: it takes the others for settings that it does not know, and goes on."""
_VALUED = frozenset({*_SELECT, *PLACES, "--loglevel", "--userconfig", "--max-parallel", "--reporter", "--env-file", "--preload",
                     "--concurrency", "--workspace-concurrency", "--output-logs", "--log-order", "--cache-dir", "--config", "--npm-path"})  # fmt: skip


_OPEN = regex(r"[$*?{}`<>\[\]]|^~|^-")
_ROOT = "..."
ALL = frozenset({"-r", "--recursive", "--workspaces", "-ws", "--parallel", "--stream", "--if-present", "-ws=true"})
"""Options by which a manager asks several packages, or goes on where one has no such script."""


@frozen
class Meant:
    """What a command of a package manager means.

    Args:
        folder: where it works.
        script: what it is to run; empty for the manager's own commands.
        sure: whether that can be nothing but a script.
        package: whose script it is; ``None`` for several, and where it cannot be told.
        lost: the workspace that it selects and that nobody has.
        bare: the folder is one that it names, and has no ``package.json``.
    """

    folder: str
    script: str = ""
    sure: bool = False
    package: Package | None = None
    lost: str = ""
    bare: bool = False


def meant(context: Inspection, words: tuple[str, ...], folder: str) -> Meant:
    """What a command means.

    Args:
        context: the run.
        words: the command, which begins with the name of the manager.
        folder: where it runs.
    """
    words = words[: words.index("--")] if "--" in words else words
    program, rest = words[0], arguments(words[1:])
    if program == "yarn" and rest[:1] == ["workspace"] and len(rest) > 1:
        if _OPEN.search(rest[1]):
            return Meant(folder)
        package = named(context).get(rest[1])
        inner = ("yarn", *words[words.index(rest[1]) + 1 :])
        return meant(context, inner, package.folder) if package else Meant(folder, lost=rest[1])
    for name in selected(words, program):
        if is_unknown(context, name, folder, program):
            return Meant(folder, lost=name)
    place = place_of(words)
    if place:
        folder = "" if _OPEN.search(place) or place.startswith("/") else path_from(folder, place)
        if not folder or folder.startswith(".."):
            return Meant(".")
        if nearest(context, folder, exact=True) is None:
            return Meant(folder, bare=True)
    name, sure = script_in(program, arguments(_without_root(words)[1:]))
    return Meant(folder, name, sure, _whose(context, words, name, folder, exact=bool(place)))


def _whose(context: Inspection, words: tuple[str, ...], name: str, folder: str, *, exact: bool) -> Package | None:
    """The one package whose script it is; none where several are asked, of which any may have it."""
    chosen = selected(words, words[0])
    several = len(chosen) > 1 or not ALL.isdisjoint(words) or any(_ROOT in word or "!" in word for word in words)
    if not name or several:
        return None
    if not chosen:
        return nearest(context, folder, exact=exact)
    if chosen == [_ROOT]:
        return nearest(context, _root(context, folder), exact=True) if words[0] == "pnpm" else None
    return workspace(context, chosen[0], folder)


def _root(context: Inspection, folder: str) -> str:
    """The folder of pnpm's workspace around a folder."""
    return next((up for up in upward(folder) if context.is_file(inside(up, "pnpm-workspace.yaml"))), ".")


def _without_root(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without pnpm's and bun's mark of the root, which has no value as npm's ``-w`` has."""
    return tuple(word for word in words if word != "-w") if words[0] in ("pnpm", "bun") else words


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
        elif name in (_SELECT if program != "npm" else _OF_NPM):
            found.append(value if equals else "".join(words[index + 1 : index + 2]))
    return [re.sub(r"^!|^\.\.\.\^?|\^?\.\.\.$", "", name) or "..." for name in found if name]


def is_unknown(context: Inspection, name: str, folder: str, program: str = "") -> bool:
    """Whether no package and no folder can be meant by a selection, where packages have names; npm and bun want the whole one, or a path."""
    if not named(context) or name == "..." or not _NAME.fullmatch(name.removeprefix("./").strip("/")) or "..." in name:
        return False
    whole = program in ("npm", "bun") and "/" not in name and not name.startswith(".")
    if program == "pnpm" and outside(context, name, folder) is not None:
        return True
    if name == "//" or (
        workspace(context, name, folder) is not None and not (whole and _is_alike_only(context, name, folder))
    ):
        return False
    path = path_from(folder, name)
    folders = context.inventory.folders
    below = not whole and any(one.endswith(f"/{name}") for one in by_folder(context))
    return not (path in folders or posixpath.normpath(name) in folders or below)


def outside(context: Inspection, name: str, folder: str) -> Package | None:
    """The package of a name that pnpm's workspace around a folder does not list, so that no selection finds it."""
    package = called(context, name, folder)
    root = _root(context, folder)
    owner = (
        context.owner(root, "javascript") if package and context.is_file(inside(root, "pnpm-workspace.yaml")) else None
    )
    if package is None or owner is None or owner.path != root or not owner.members:
        return None
    return None if package.folder in (root, *owner.members) else package


def _is_alike_only(context: Inspection, name: str, folder: str) -> bool:
    """Whether a package is called so only without its scope."""
    places = (path_from(base, name) for base in (folder, "."))
    return name not in named(context) and all(nearest(context, place, exact=True) is None for place in places)


def workspace(context: Inspection, name: str, folder: str) -> Package | None:
    """The package of a name, in a folder of that path, or of that name without its scope."""
    known = named(context)
    if name in known:
        return known[name]
    for base in (folder, "."):
        if found := nearest(context, path_from(base, name), exact=True):
            return found
    alike = [one for full, one in known.items() if full.rpartition("/")[2] == name]
    return alike[0] if len(alike) == 1 else None


def nearest(context: Inspection, folder: str, *, exact: bool) -> Package | None:
    """The package of a folder; unless it has to be that one, of the nearest folder above with one."""
    known = by_folder(context)
    while folder not in known and not exact and folder not in (".", ""):
        folder = posixpath.dirname(folder) or "."
    return known.get(folder)


def has_script(context: Inspection, name: str) -> bool:
    """Whether any package of the repository has a script of that name."""
    scripts = _script_names(context)
    return name in scripts


@once_a_run
def _script_names(context: Inspection) -> frozenset[str]:
    return frozenset(script for one in all_packages(context) for script in one.scripts)
