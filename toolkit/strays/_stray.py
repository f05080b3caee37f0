"""What may go: its kinds, and one of it."""

from __future__ import annotations

import posixpath
from typing import Literal

from toolkit.values import frozen

__all__ = ["KINDS", "Kind", "Stray"]

Kind = Literal[
    "no-manifest",
    "own-install-in-member",
    "other-manager",
    "tracked-install",
    "tracked-output",
    "dead-venv",
    "second-lock",
    "litter",
    "output",
    "cache",
    "install",
]

KINDS: dict[Kind, str] = {
    "no-manifest": "node_modules without a package.json beside it",
    "own-install-in-member": "node_modules that was installed in a workspace member by itself",
    "other-manager": "node_modules that another manager than the chosen one made",
    "tracked-install": "installed packages in git",
    "tracked-output": "build output in git",
    "dead-venv": "a virtual environment whose Python is gone",
    "second-lock": "a lock file that the chosen manager does not read",
    "litter": "files that a desktop leaves in folders",
    "output": "build output that its build makes again",
    "cache": "caches of tools",
    "install": "installed packages that bootstrap brings back",
}
"""Every kind with its explanation; the first eight are wrong, the last three only take room."""


@frozen
class Stray:
    """Something that may go.

    Args:
        path: the file or folder.
        kind: one of :data:`KINDS`.
        reason: what is wrong with it, in words.
        regain: how to get it back.
        tracked: files of it are in git.
        owner: what is tested again when it is removed (see :class:`~toolkit.model.RemoveTree`).
        remade: a build of this repository, or a tool at its next run, makes it again; others are taken away by hand only.
        record: what runs have left behind, which may be kept as a proof of them.
    """

    path: str
    kind: Kind
    reason: str
    regain: str
    tracked: bool = False
    owner: str = "outputs"
    remade: bool = True
    record: bool = False

    @property
    def place(self) -> str:
        """The folder around it, whose role tells whether it is anybody's concern."""
        return posixpath.dirname(self.path) or "."
