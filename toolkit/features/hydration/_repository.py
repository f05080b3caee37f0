"""Seeing that a folder is a work tree where git itself cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.system import process
from toolkit.system.dataless import FileState, seam

if TYPE_CHECKING:
    from pathlib import Path


def require_repository(root: Path) -> None:
    """See that a folder is a work tree, by ``lstat`` alone: git itself fails where its files are evicted.

    Raises:
        UsageError: it is none, a bare repository, or one whose ``.git`` the provider renamed.
    """
    provider = seam(root)
    try:
        top = provider.node(str(root))
        if top is not None and top.state is FileState.DATALESS:
            return  # its listing is not here: asked again when it is
        if provider.node(f"{root}/.git") is not None:
            return
        names = {node.name for node in provider.listing(str(root))}
    except OSError as error:
        raise UsageError(f"{root} cannot be looked at: {error.strerror}", "name a folder that is there") from error
    if ".git.evacuated" in names:
        raise UsageError(
            f"{root} has no .git, but .git.evacuated: moving the git folder out was interrupted",
            f"mv {process.show([f'{root}/.git.evacuated', f'{root}/.git'])}, then start it again",
        )
    if renamed := sorted(names & {".git 2", "git 2", ".git 3", ".git.nosync"}):
        raise UsageError(
            f"{root} has no .git, but {renamed[0]}: the provider renamed it",
            f"look at it, then: mv {process.show([renamed[0]])} .git",
        )
    if {"HEAD", "objects", "refs"} <= names:
        raise UsageError(f"{root} is a bare repository, which has no work tree", "clone it, and hydrate the clone")
    raise UsageError(f"{root} is not a git repository", "name one with --root, or run this inside of one")
