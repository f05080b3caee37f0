"""The files by which work trees and git folders find each other: reading them, and telling them of a new place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.system import files, git
from toolkit.system.dataless import FileState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.system.dataless import Seam

__all__ = [
    "git_folders",
    "pointer_target",
    "repoint_inside",
    "repoint_modules",
    "repoint_outside",
    "repoint_work_trees",
]

_BYTES = 8192
"""No path is longer than that."""


def pointer_target(path: str) -> str | None:
    """The absolute git folder that a ``.git`` file points to; ``None`` if it is no such file.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as stream:
        content = os.fsdecode(stream.read(_BYTES))
    if not content.startswith("gitdir: "):
        return None
    return os.path.normpath(os.path.join(os.path.dirname(path), content[8:].rstrip("\r\n")))


def git_folders(git_dir: str, provider: Seam) -> tuple[str, ...]:
    """A git folder and, for a linked worktree, the folder that it shares.

    Args:
        git_dir: absolute; empty if it is not known.
        provider: tells whether the file that names the shared folder may be read.
    """
    if not git_dir:
        return ()
    common = f"{git_dir}/commondir"
    try:
        node = provider.node(common)
    except OSError:
        node = None
    if node is None or node.state is not FileState.LOCAL:
        # The name says it too, and can be told while the pointer is not here.
        parent = os.path.dirname(git_dir)
        return (os.path.dirname(parent), git_dir) if os.path.basename(parent) == "worktrees" else (git_dir,)
    try:
        with open(common, "rb") as stream:
            shared = os.path.normpath(os.path.join(git_dir, os.fsdecode(stream.read(_BYTES)).rstrip("\n")))
    except OSError:
        return (git_dir,)
    return (shared, git_dir)


def repoint_inside(building: Path, scopes: Iterable[str], old: str, new: str) -> list[str]:
    """Rewrite the pointers of linked worktrees that lie inside a copy, so that it does not speak of the original.

    Args:
        building: the copy.
        scopes: the work trees in it, relative to it.
        old: where the original is.
        new: where the copy will be.

    Returns:
        The files that were changed, relative to the copy.
    """
    pointers = [*building.glob(".git/worktrees/*/gitdir"), *building.glob(".git/modules/**/worktrees/*/gitdir")]
    pointers += [pointer for scope in scopes if (pointer := building / scope / ".git").is_file()]
    return [os.path.relpath(pointer, building) for pointer in pointers if _replace_prefix(pointer, old, new)]


def _replace_prefix(pointer: Path, old: str, new: str) -> bool:
    """Replace the beginning of the path that a pointer file holds; whether it was there."""
    content = os.fsdecode(pointer.read_bytes())
    head, path = ("gitdir: ", content[8:]) if content.startswith("gitdir: ") else ("", content)
    for spelling in dict.fromkeys((old, os.path.realpath(old))):
        if path.startswith(spelling + "/"):
            status = os.stat(pointer)
            files.atomic_write(pointer, os.fsencode(head + new + path[len(spelling) :]), status.st_mode & 0o777)
            return True
    return False


def repoint_outside(root: Path, target: Path) -> list[str]:
    """Tell linked worktrees outside of a repository that its copy is their repository now.

    Args:
        root: the original.
        target: the copy.

    Returns:
        The pointers that were changed, absolute.
    """
    changed = []
    for gitdir in target.glob(".git/worktrees/*/gitdir"):
        dot_git = os.fsdecode(gitdir.read_bytes()).rstrip("\n")
        inside = dot_git.startswith((f"{target}/", f"{root}/"))
        if not inside and os.path.isfile(dot_git) and _replace_prefix(Path(dot_git), str(root), str(target)):
            changed.append(dot_git)
    return changed


def repoint_modules(root: Path, git_dir: Path) -> list[str]:
    """Make submodules name their work tree absolutely: relative to their git folder, which will lie elsewhere, it is lost.

    Args:
        root: the work tree.
        git_dir: the copy of its git folder.

    Returns:
        The configurations that were changed, relative to the git folder.
    """
    changed = []
    for config, found in _work_trees(git_dir):
        if not os.path.isabs(found):
            place = os.path.normpath(root / ".git" / os.path.relpath(config.parent, git_dir) / found)
            git.expect(git.git(git_dir, "config", "--file", str(config), "core.worktree", place))
            changed.append(os.path.relpath(config, git_dir))
    return changed


def _work_trees(git_dir: Path) -> list[tuple[Path, str]]:
    """The configurations of submodules with the work tree that each names."""
    asked = (
        (config, git.git(git_dir, "config", "--file", str(config), "core.worktree").text.removesuffix("\n"))
        for config in sorted(git_dir.glob("modules/**/config"))
    )
    return [(config, found) for config, found in asked if found]


def repoint_work_trees(root: Path, target: Path) -> list[str]:
    """Tell submodules and linked worktrees, inside and outside, where their git folder is now.

    Args:
        root: the work tree.
        target: where its git folder is now.

    Returns:
        The pointers that were changed, relative to the work tree.
    """
    old = os.path.normpath(root / ".git")
    places = [os.fsdecode(path.read_bytes()).rstrip("\n") for path in target.glob("worktrees/*/gitdir")]
    places += [os.path.join(found, ".git") for _, found in _work_trees(target)]
    changed = []
    for dot_git in places:
        if not os.path.isfile(dot_git):
            continue
        points = pointer_target(dot_git)
        if points is not None and (points == old or points.startswith(old + "/")):
            files.atomic_write(Path(dot_git), os.fsencode(f"gitdir: {target}{points[len(old) :]}\n"))
            changed.append(os.path.relpath(dot_git, root))
    return changed
