"""What commands ask of the repository by a name: scripts of packages, workspaces, targets of make, crates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks._operands import unwrapped
from toolkit.checks._package_managers import PLACES, VERBS, script_in
from toolkit.checks._packages import all_packages, by_folder
from toolkit.checks.workflows._images import lacking_stage
from toolkit.checks.workflows._projects import lacking_project
from toolkit.checks.workflows._targets import lacking_crate, lacking_target
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import INSTALLED_KINDS, JAVASCRIPT_MANAGERS
from toolkit.places import folder_of, inside, path_from, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks._shell import Simple

__all__ = ["lacking", "only_idle", "script_of"]

_PNPM_GOES_ON = ": pnpm does nothing, and succeeds"
_OPEN = regex(r"[$*{}!^\[\]`]|\.\.\.")
_SCRIPT = regex(r"[\w:./@-]+")
_CHOICE = ("--filter", "-F", "--workspace", "-w")
_MANY = frozenset({"-r", "--recursive", "--workspaces", "-ws", "--if-present", "--parallel", "--stream"})
_WITH_VALUE = frozenset(
    {*PLACES, *_CHOICE, "--loglevel", "--reporter", "--concurrency", "--workspace-concurrency", "--config"}
)
_PROGRAMS = frozenset(
    {"vitest", "jest", "tsc", "eslint", "playwright", "prettier", "turbo", "nx", "next", "vite", "prisma", "tsx"}
)
"""Programs that are often started without the package's own name."""


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
    manifest, name, _ = _meant(context, command.words, folder)
    text = (_scripts(context, manifest) or {}).get(name) if manifest else None
    return (manifest, name, text) if manifest and isinstance(text, str) else None


def _of_manager(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    manifest, name, sure = _meant(context, words, folder)
    if manifest is None:
        text = f"no workspace is called {name!r}"
        return f"{text}{_PNPM_GOES_ON}" if words[0] == "pnpm" and "--fail-if-no-match" not in words else text
    scripts = _scripts(context, manifest) if manifest and _SCRIPT.fullmatch(name) else None
    if scripts is None or name in scripts or name == "start":
        return ""
    near = likely(name, scripts, slip=True)
    if not sure and _may_be_meant(context, words[0], name, near=bool(near)):
        return ""
    return f"{manifest} has no script {name!r}" + (f"; {near!r} is one" if near else "")


def _may_be_meant(context: Inspection, program: str, name: str, *, near: bool) -> bool:
    """Whether a word that is no script may be the program of a package, or a script of another workspace."""
    scripts, programs = _known(context)
    if ":" in name:
        return program == "yarn" and name in scripts  # Yarn finds a script with a colon in any workspace
    return (not near and name not in VERBS) or name in programs or name in _PROGRAMS


def _meant(context: Inspection, words: tuple[str, ...], folder: str) -> tuple[str | None, str, bool]:
    """The manifest and the script that a manager is asked for, and whether it can be nothing else.

    Returns:
        The manifest, empty where several or none may be meant, and ``None`` where no workspace has the name that is given
        back in place of a script.
    """
    words = words[: words.index("--")] if "--" in words else words
    if words[0] == "pnpm" and {"-w", "--workspace-root"}.intersection(words):
        words = tuple(word for word in words if word not in ("-w", "--workspace-root"))
        folder = _workspace_root(context, folder)
    options, plain = _split(words[1:])
    if words[0] == "yarn" and plain[:1] == ["workspace"] and len(plain) > 1:
        options, plain = {**options, "--workspace": plain[1]}, plain[2:]
    chosen = next((options[name] for name in _CHOICE if name in options), "")
    place = next((options[name] for name in PLACES if name in options), "")
    if any(_OPEN.search(text) for text in (chosen, place)) or _MANY.intersection(words):
        return "", "", False
    manifest = _chosen(context, chosen, folder) if chosen else _manifest(context, folder, place)
    name, sure = script_in(words[0], plain)
    return (None, chosen, True) if manifest is None else (manifest, name, sure)


def _split(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Options with the values that they are known to have, and what else stands there."""
    options: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            plain.append(word)
        elif equals or name in _WITH_VALUE:
            options[name] = value if equals else next(rest, "")
    return options, plain


def _manifest(context: Inspection, folder: str, place: str) -> str:
    """The ``package.json`` that counts in a folder; empty where none does."""
    folders = (path_from(folder, place),) if place else upward(folder)
    paths = (inside(one, "package.json") for one in folders)
    return next((path for path in paths if path in context.inventory.tracked_set), "")


def _workspace_root(context: Inspection, folder: str) -> str:
    """The folder of pnpm's workspace around a folder."""
    tracked = context.inventory.tracked_set
    return next((up for up in upward(folder) if inside(up, "pnpm-workspace.yaml") in tracked), ".")


def _chosen(context: Inspection, chosen: str, folder: str) -> str | None:
    """The manifest of a workspace by its name or its folder; ``None`` where none is called so."""
    below = path_from(folder, chosen, "package.json")
    if chosen.startswith("."):
        return below if below in context.inventory.tracked_set else None
    known = {name: one.path for one in _cloned(context) if isinstance(name := one.data.get("name"), str) and name}
    if chosen in known:
        return known[chosen]
    if below in context.inventory.tracked_set:
        return below
    short = [path for name, path in known.items() if name.rpartition("/")[2] == chosen]
    return (short[0] if len(short) == 1 else "") if short or not known else None


@once_a_run
def _cloned(context: Inspection) -> tuple[Package, ...]:
    """The packages that a clone has."""
    return tuple(one for one in all_packages(context) if one.path in context.inventory.tracked_set)


@once_a_run
def _known(context: Inspection) -> tuple[frozenset[str], frozenset[str]]:
    """Every script of any package, and what programs may be called that packages bring."""
    tables = (table(one.data, kind) for one in _cloned(context) for kind in (*INSTALLED_KINDS, "bin"))
    programs = {part for names in tables for name in names for part in re.split(r"[/@]", name)}
    return frozenset(script for one in _cloned(context) for script in one.scripts), frozenset(programs)


def _scripts(context: Inspection, manifest: str) -> dict[str, str] | None:
    package = by_folder(context).get(folder_of(manifest))
    return package.scripts if package else None
