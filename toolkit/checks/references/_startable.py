"""Whether what is near a missing script can be started by the program that stands in front of it."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.checks.references._broken import Broken

__all__ = ["startable"]

_RUN_BY = {
    "bash": (".sh", ".bash"),
    "python3": (".py",),
    "node": (".js", ".mjs", ".cjs"),
    "tsx": (".ts", ".mts", ".tsx"),
}
"""Programs by the endings of what they run."""
_KIN = {"bash": "bash", "sh": "bash", "zsh": "bash", "python": "python3", "python3": "python3", "node": "node"}
"""Interpreters by the first of their kind; any other runs JavaScript and TypeScript."""
_BOTH = frozenset({"node", "tsx"})


def startable(one: Broken, program: str) -> Broken:
    """What is missing, without an edit of its path where the near file is one that another program has to run.

    Args:
        one: the missing file.
        program: the interpreter in front of it.
    """
    ending = posixpath.splitext(one.near)[1]
    needs = next((name for name, endings in _RUN_BY.items() if ending in endings), "")
    own = _KIN.get(posixpath.basename(program), "")
    if not needs or needs == own or (not own and needs in _BOTH):
        return one
    return replace(one, near="", todo=f"write {needs} {one.near} in place of {program} {one.word}")
