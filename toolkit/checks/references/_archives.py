"""Archives that scripts pack, and what they copy or move."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks.references._commands import commands
from toolkit.checks.references._package_builds import Artifact
from toolkit.checks.references._recipes import recipes
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_archive", "is_moved", "other_archive"]

_ARCHIVE = regex(r"\.(?:zip|tgz|tar\.gz)$")


def is_archive(path: str) -> bool:
    """Whether a path is that of an archive, by its ending."""
    return _ARCHIVE.search(path) is not None


def other_archive(context: Inspection, path: str) -> tuple[Artifact, bool] | None:
    """The archive that scripts pack in place of a path, and whether it bears its name; ``None`` where the path is right or unknown."""
    made = _archives(context)
    if any(one.path == path for one in made) or is_moved(context, path):
        return None
    folder, name = posixpath.dirname(path), posixpath.basename(path)
    around = (folder, posixpath.dirname(folder)) if folder else ("",)
    near = [
        one
        for one in made
        if posixpath.dirname(one.path) in around or posixpath.dirname(posixpath.dirname(one.path)) == folder
    ]
    same = [one for one in near if posixpath.basename(one.path) == name]
    beside = [one for one in near if posixpath.dirname(one.path) == folder]
    if same:
        return same[0], True
    return (beside[0], False) if len(beside) == 1 else None


@once_a_run
def _archives(context: Inspection) -> tuple[Artifact, ...]:
    """The archives that scripts pack."""
    found = []
    for package in all_packages(context):
        for text in package.scripts.values():
            packed = commands(text) if "zip" in text else ()
            found += [Artifact(path, "zip") for one in packed for path in _packed(one.words, package.at(one.folder))]
    for recipe in recipes(context, "zip"):
        found += [Artifact(path, "zip") for folder in recipe.folders for path in _packed(recipe.words, folder)]
    return tuple(found)


def _packed(words: tuple[str, ...], folder: str) -> Iterator[str]:
    if "zip" in words and "$" not in folder:
        rest = [word for word in words[words.index("zip") + 1 :] if not word.startswith("-")]
        if rest and "$" not in rest[0]:
            name = rest[0] if "." in posixpath.basename(rest[0]) else f"{rest[0]}.zip"
            yield path_from(folder, name)


def is_moved(context: Inspection, path: str) -> bool:
    """Whether a script or workflow copies or moves something to a path."""
    for program in ("cp", "mv"):
        for one in recipes(context, program):
            for folder in one.folders:
                target = path_from(folder, one.words[-1]) if "$" not in folder else ""
                names = {posixpath.basename(word) for word in one.words[1:-1]}
                if target and (
                    path == target or (posixpath.dirname(path) == target and posixpath.basename(path) in names)
                ):
                    return True
    return False
