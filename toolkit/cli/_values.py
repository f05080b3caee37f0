"""What the values of flags have in common, whatever the task: numbers, providers, folders as seen from where one stands."""

from __future__ import annotations

import math
import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import UsageError
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["inside_repository", "refuse_wrong", "seen_from_here"]

_ABOVE = ("jobs", "deadline", "patience", "interval")
"""Flags of which 0 would be nothing at all, and no default either."""


def refuse_wrong(flags: Mapping[str, Any], positions: Sequence[str]) -> None:
    """Refuse what no task can mean.

    Args:
        flags: the parameters of a task by name, as they were given.
        positions: those that are given by position.

    Raises:
        UsageError: a flag in the place of a value, a number below its least, a provider that is none.
    """
    for name in positions:
        _no_flag(name, flags.get(name))
    for name, value in flags.items():
        shown = f"--{name.replace('_', '-')} {value}"
        above = name in _ABOVE
        if isinstance(value, int | float) and not (math.isfinite(value) and (value > 0 or (value == 0 and not above))):
            wanted = "above 0" if above else "from 0 up"
            raise UsageError(f"{shown} is no number {wanted}", "leave it out for the default")
    if provider := flags.get("provider"):
        from toolkit.manifest import PROVIDERS

        if provider not in PROVIDERS:
            raise UsageError(f"--provider {provider} is not known", f"one of: {', '.join(PROVIDERS)}")


def _no_flag(name: str, value: Any) -> None:
    """Refuse a flag in the place of a value: invoke would let ``evacuate --help`` copy to a folder of that name."""
    if isinstance(value, str) and value.startswith("-"):
        raise UsageError(
            f"{value} stands where {name.upper()} is expected", "flags come after it, and invoke --help TASK shows them"
        )


def seen_from_here(root: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Names of folders as the repository knows them: what is there in the current folder is meant before all else.

    Globs and names of ecosystems stay as they are, and so does everything where one stands outside of the repository.

    Args:
        root: the repository.
        names: as typed.

    Raises:
        UsageError: a path that begins with a dot leads out of the repository.
    """
    here = os.path.relpath(os.path.realpath(Path.cwd()), os.path.realpath(root))
    if here == ".." or here.startswith("../"):
        return tuple(names)
    found = []
    for name in names:
        dotted = name in (".", "..") or name.startswith(("./", "../"))
        if not dotted and (here == "." or not (Path.cwd() / name).is_dir()):
            found.append(name)
            continue
        inside = path_from(here, name)
        if inside == ".." or inside.startswith("../"):
            raise UsageError(f"{name} lies outside of {root}", "name a folder of the repository")
        found.append(inside)
    return tuple(found)


def inside_repository(root: Path, given: Sequence[str]) -> tuple[str, ...]:
    """Files and folders as typed, from the current folder and else from the root, as paths of the repository.

    Raises:
        UsageError: one lies outside, or does not exist.
    """
    found = []
    for name in given:
        absolute = Path(os.path.normpath(Path.cwd() / name))
        if not absolute.exists() and (root / name).exists():
            absolute = Path(os.path.normpath(root / name))
        if not absolute.exists():
            raise UsageError(f"{name} does not exist", "name a file or folder of the repository")
        inside = os.path.relpath(os.path.realpath(absolute), os.path.realpath(root))
        if inside == ".." or inside.startswith("../"):
            raise UsageError(f"{name} lies outside of {root}", "name a file or folder of the repository")
        found.append(posixpath.normpath(inside))
    return tuple(found)
