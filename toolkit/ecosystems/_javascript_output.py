"""Looks at what an install left, by the file system alone and never through the run's cache."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["absent", "entries", "foreign", "fresh", "half_done", "package_there"]

_MARKS = {
    ".package-lock.json": "npm",
    ".modules.yaml": "pnpm",
    ".yarn-integrity": "yarn classic",
    ".yarn-state.yml": "yarn",
    ".bun": "bun",
}
"""Files by which a manager marks its ``node_modules``; bun's hoisted layout has none."""

_RETIRED = regex(r"\.[\w.-]+-[A-Za-z0-9]{8}")


def fresh(path: str | Path) -> bytes:
    """The content of a file as it is now; empty where it cannot be read (an install may have just written it)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb", buffering=0) as stream:
            return stream.readall() or b""
    except OSError:
        return b""


def entries(path: str | Path) -> frozenset[str]:
    """The names in a folder; none where there is no folder."""
    try:
        return frozenset(os.listdir(path))
    except OSError:
        return frozenset()


def package_there(base: str, place: str) -> bool:
    """Whether a folder holds a ``package.json``; links are followed, so one that leads nowhere counts as missing."""
    try:
        os.stat(f"{base}/{place}/package.json")
    except OSError:
        return False
    return True


def absent(name: str) -> str:
    """The words for a package that should be there."""
    return f"{name} is missing"


def foreign(names: frozenset[str], own: str) -> str:
    """Which other manager made a ``node_modules``, by the mark it left; empty if the own mark is there, or none."""
    if own in names:
        return ""
    other = next((manager for mark, manager in _MARKS.items() if mark in names), "")
    return f"node_modules was made by {other}" if other else ""


def half_done(names: frozenset[str]) -> str:
    """A folder that npm renamed away and would have removed at the end of an install."""
    found = next((name for name in sorted(names) if name[0] == "." and _RETIRED.fullmatch(name)), "")
    return f"an interrupted install left node_modules/{found}" if found else ""
