"""What lies in a tree and should not: installs in the wrong place, outputs in git, litter, and what can be made again.

One survey for the checks that report it and for ``clean``, which moves it away. Nothing heavy is entered: a folder is
told by its name, its neighbours, git's rules and a few marker files that installers leave at its top.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from toolkit.extension import ecosystem
from toolkit.memory import once_a_run
from toolkit.places import path_from
from toolkit.strays._compiled import OBJECTS, compiled_beside
from toolkit.strays._regain import INSTALLS, maker, regain_by, reinstall_by
from toolkit.strays._stray import KINDS, Kind, Stray
from toolkit.strays._tracked import NAMED_OUTPUTS, made_by_tools, ruled_out, tracked_outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["KINDS", "LITTER", "OBJECTS", "Kind", "Stray", "compiled_beside", "made_by_tools", "ruled_out", "strays"]

LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".localized")
"""What desktops leave in every folder that they show."""
_CACHES = frozenset(
    {
        "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".turbo", ".parcel-cache", ".cache", ".tox", ".nox",
        ".gradle", ".svelte-kit", ".expo",
    }
)  # fmt: skip
_KEPT = frozenset({".toolkit", ".direnv", ".devbox", ".devenv", ".git"})
"""Heavy folders that hold settings or state, too."""
_LAYOUTS = (
    (".modules.yaml", "pnpm"),
    (".pnpm", "pnpm"),
    (".yarn-integrity", "yarn_classic"),
    (".yarn-state.yml", "yarn"),
    (".package-lock.json", "npm"),
    (".bun", "bun"),
)
"""What each manager leaves at the top of the node_modules that it fills."""


@once_a_run
def strays(context: Inspection) -> tuple[Stray, ...]:
    """Everything that may go, by path."""
    found = {one.path: one for one in _survey(context)}
    return tuple(found[path] for path in sorted(found) if not _inside_another(path, found))


def _inside_another(path: str, found: Iterable[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:count]) in found for count in range(1, len(parts)))


def _survey(context: Inspection) -> Iterator[Stray]:
    yield from _loose_outputs(context)
    yield from _litter(context)
    yield from _locks(context)
    for path in context.inventory.heavy:
        if (found := _heavy(context, path)) is not None:
            yield found
    yield from tracked_outputs(context)


def _heavy(context: Inspection, path: str) -> Stray | None:
    name = posixpath.basename(path)
    if name in _KEPT:
        return None
    if context.inventory.is_git and name not in INSTALLS | _CACHES and not _ignored(context, path):
        return None  # a folder named target that git would add is somebody's work
    if name == "node_modules":
        return _node_modules(context, path)
    if name in (".venv", "venv"):
        return _venv(context, path)
    if name in _CACHES:
        return Stray(path, "cache", "a tool's cache", "made again when the tool runs")
    made = regain_by(context, path)
    return Stray(path, "install" if name in INSTALLS else "output", "made by a build or an install", made)


def _ignored(context: Inspection, path: str) -> bool:
    return bool(context.inventory.ignored((path,)))


def _node_modules(context: Inspection, path: str) -> Stray:
    folder = posixpath.dirname(path) or "."
    regain = reinstall_by(context, path)
    if not context.is_file(posixpath.join(folder, "package.json").removeprefix("./")):
        return Stray(path, "no-manifest", f"no package.json in {folder}: nothing asks for it", regain)
    owner = context.owner(folder, "javascript")
    if owner is None:
        return Stray(path, "install", "installed packages", regain)
    found = _layout(context, path)
    if owner.path != folder and not (found and found != "pnpm" and owner.ecosystem == "pnpm"):
        if found and found != "pnpm":
            reason = f"installed by itself, though {folder} is a member of {owner.path}"
            return Stray(path, "own-install-in-member", reason, regain)
    elif found and found != owner.ecosystem:
        reason = (
            f"made by {found.replace('_', ' ')}, though {owner.choice.place} says {owner.ecosystem.replace('_', ' ')}"
        )
        return Stray(path, "other-manager", reason, regain)
    return Stray(path, "install", "installed packages", regain)


def _layout(context: Inspection, path: str) -> str:
    """Which manager filled a node_modules folder, told by its marker; empty where none is there."""
    top = context.absolute(path)
    return next((manager for name, manager in _LAYOUTS if os.path.lexists(top / name)), "")


def _venv(context: Inspection, path: str) -> Stray:
    top = context.absolute(path)
    regain = regain_by(context, path)
    interpreter = next(
        (top / place for place in ("bin/python", "Scripts/python.exe") if os.path.lexists(top / place)), None
    )
    if interpreter is not None and os.path.islink(interpreter) and not os.path.exists(interpreter):
        return Stray(path, "dead-venv", f"its Python is gone: {os.readlink(interpreter)}", regain)
    return Stray(path, "install", "installed packages", regain)


def _loose_outputs(context: Inspection) -> Iterator[Stray]:
    """Ignored folders that a build of the package around them makes."""
    seen: set[str] = set()
    for path in context.inventory.loose:
        parts = path.split("/")
        for count, part in enumerate(parts[:-1], 1):
            folder = "/".join(parts[:count])
            if part not in NAMED_OUTPUTS or folder in seen:
                continue
            seen.add(folder)
            command = maker(context, folder)
            if command and _ignored(context, folder) and not _tracked_below(context, folder):
                yield Stray(folder, "output", f"made by `{command}`", command)


def _tracked_below(context: Inspection, folder: str) -> bool:
    tracked = context.inventory.tracked_set
    return any(path in tracked for path in context.below(folder))


def _litter(context: Inspection) -> Iterator[Stray]:
    for name in LITTER:
        for path in context.inventory.by_name.get(name, ()):
            tracked = path in context.inventory.tracked_set
            yield Stray(path, "litter", "a desktop's own file", "the desktop makes it again", tracked, "any")
    for name, paths in context.inventory.by_name.items():
        if name.startswith("._"):
            for path in paths:
                if posixpath.join(posixpath.dirname(path), name[2:]) in context.inventory.files:
                    tracked = path in context.inventory.tracked_set
                    yield Stray(
                        path, "litter", "attributes of macOS beside their file", "nothing needs it", tracked, "any"
                    )


def _locks(context: Inspection) -> Iterator[Stray]:
    """Locks of other managers of one family, beside the lock of the chosen one; git's own are a matter for the doctor."""
    for item in context.subprojects:
        if item.lockfile is None or item.family != "javascript":
            continue
        for name in ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"):
            path = path_from(item.path, name)
            chosen = path == item.lockfile or name in ecosystem(item.ecosystem).lockfiles
            if not chosen and path in context.inventory.files and path not in context.inventory.tracked_set:
                reason = f"{item.choice.place} says {item.ecosystem.replace('_', ' ')}, which does not read it"
                yield Stray(path, "second-lock", reason, "git or its manager makes it again", owner="any")
