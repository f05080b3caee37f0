"""Which folder is the repository."""

from __future__ import annotations

from pathlib import Path

from toolkit import manifest
from toolkit.errors import UsageError
from toolkit.system import git

__all__ = ["find_root"]


def find_root(start: Path, given: str | None = None) -> Path:
    """The repository's root.

    Args:
        start: the folder to look upward from.
        given: the value of ``--root``, which wins.

    Raises:
        UsageError: the given root is not a folder.
    """
    if given is not None and not given.strip():
        raise UsageError("--root is empty", "name the repository's folder; a variable in a script may not be set")
    if given is not None:
        root = (start / Path(given).expanduser()).resolve()
        if not root.is_dir():
            raise UsageError(
                f"--root {given} is not a folder" if root.exists() else f"--root {given} does not exist",
                "name the repository's folder",
            )
        return root
    for folder in (start, *start.parents):
        if (folder / manifest.NAME).is_file():
            return folder
    top = git.top_level(start)
    return Path(top) if top else start
