"""What is tested again right before a deed: places that must never be touched, and folders that are nobody's only copy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.extension import ecosystems
from toolkit.strays import made_by_tools
from toolkit.strays.removals import only_copy
from toolkit.system import git
from toolkit.system.files import digest
from toolkit.system.inventory import HEAVY

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.model import RemoveTree

__all__ = ["Refusal", "inside", "refuse_other_case", "removable"]


class Refusal(Exception):  # noqa: N818 - an answer, not a fault: it becomes a skipped outcome
    """Why an action is not done, in a few words."""


def inside(root: Path, path: str, *, leaf: bool = True) -> Path:
    """The absolute form of a path that may be changed.

    Args:
        root: the repository.
        path: relative to it.
        leaf: the path is a file or folder to change, so that it is not the root itself.

    Raises:
        Refusal: it leaves the root, goes through a link, or lies in git's or our own folder.
    """
    parts = path.split("/")
    if path == ".":
        if leaf:
            raise Refusal("it is the repository itself")
        return root
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise Refusal("it leaves the repository")
    if parts[0] == ".toolkit" or ".git" in parts:
        raise Refusal(f"{'.git' if '.git' in parts else '.toolkit'} is not touched")
    absolute = root / path
    for count in range(1, len(parts)):
        if os.path.islink(root / "/".join(parts[:count])):
            raise Refusal(f"{'/'.join(parts[:count])} is a link")
    return absolute


def removable(context: Context, action: RemoveTree, path: Path) -> None:
    """Test that a path may go into the quarantine.

    Raises:
        Refusal: it is gone, tracked without the plan knowing, changed since, or the only copy of something.
        CannotCheckError: git cannot say.
    """
    if not os.path.lexists(path):
        raise Refusal("it is gone")
    rule, _, value = action.owner.partition(":")
    if rule == "same-as" and digest(path) != digest(context.absolute(value)):
        raise Refusal(f"it is no longer the same as {value}")
    if rule == "outputs" and not (made_by_tools(path.name) or path.name in _output_names()):
        raise Refusal("its name is none that a tool gives to its output")
    if path.is_dir() and not path.is_symlink() and path.name not in HEAVY:
        _refuse_nested(context, path)
    if not action.tracked and (held := only_copy(path)):
        raise Refusal(f"it {held}" if held.startswith("holds") else held)
    if _is_repository(context):
        _tracked_as_planned(context, action)


def _refuse_nested(context: Context, path: Path) -> None:
    """A repository inside has a history of its own; what installers clone lies in folders of theirs."""
    for folder, names, files in os.walk(path):
        if ".git" in (*names, *files):
            raise Refusal(f"{os.path.relpath(folder, context.root)} is a repository of its own")
        names[:] = [name for name in names if name not in HEAVY]


def _output_names() -> frozenset[str]:
    names = {folder.rpartition("/")[2] for leaf in ecosystems() for folder in leaf.outputs}
    return HEAVY.union(names) | {"dist", "build", "out", "lib", "coverage", ".output", "storybook-static"}


def _is_repository(context: Context) -> bool:
    return git.top_level(context.root) is not None


def _tracked_as_planned(context: Context, action: RemoveTree) -> None:
    root = context.root
    literal = f":(literal){action.path}"
    tracked = git.expect(git.git(root, "ls-files", "-z", "--", literal)).stdout
    if tracked and not action.tracked:
        raise Refusal("git tracks it")
    if action.tracked and not tracked:
        raise Refusal("git does not track it any more")
    if not tracked:
        if action.owner == "ignored" and not git.git(root, "check-ignore", "-q", "--", action.path).ok:
            raise Refusal("git does not ignore it")
        return
    status = git.expect(git.git(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--", literal)).text
    if status:
        raise Refusal(f"it holds work that is not committed: {status.split(chr(0))[0][3:]}")


def refuse_other_case(path: Path, shown: str) -> None:
    """A file system that is blind to case takes two spellings for one file; another clone may have one.

    Raises:
        Refusal: a file of that name is there, perhaps in other letters.
    """
    try:
        names = os.listdir(path.parent)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        if name.lower() == path.name.lower():
            raise Refusal(
                f"{name} is there already" if name == path.name else f"{name} differs from {shown} only in case"
            )
