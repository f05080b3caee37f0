"""Folders of our own in which content is rebuilt before it takes its place, and their removal."""

from __future__ import annotations

import os
import shutil

__all__ = ["PREFIX", "SUFFIX", "name", "remove"]

PREFIX = ".toolkit-staging-"
SUFFIX = ".tmp"
"""iCloud never syncs names that end so."""


def name() -> str:
    """The name of this process's folder; one that a killed process left is told by its name."""
    return f"{PREFIX}{os.getpid()}{SUFFIX}"


def remove(path: str) -> None:
    """Delete a staging folder, which holds nothing but copies; a folder with another name is refused.

    Raises:
        ValueError: the name is not that of a staging folder.
        OSError: it cannot be deleted.
    """
    base = os.path.basename(path)
    if not (base.startswith(PREFIX) and base.endswith(SUFFIX)):
        raise ValueError(path)
    if os.path.islink(path) or not os.path.isdir(path):
        if os.path.lexists(path):
            os.unlink(path)
        return
    shutil.rmtree(path)
