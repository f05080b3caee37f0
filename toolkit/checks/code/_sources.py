"""Which files the checks of code look at, and what these checks need."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.code._paths import is_generated, is_hidden, is_kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["LANGUAGES", "NEEDED", "TIMEOUT_S", "sources"]

NEEDED = ("ast_grep_py",)
"""What the checks of this family need: the extra ``deep``."""
TIMEOUT_S = 600.0
"""Seconds that a check may take which asks for all matches first."""
LANGUAGES = {
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx", ".js": "javascript",
    ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".rs": "rust", ".py": "python", ".go": "go",
}  # fmt: skip
"""The language of a file by its ending."""


def sources(context: Inspection, *, everything: bool = False) -> Iterator[str]:
    """Sources of every language here, without what a tool has written.

    Args:
        context: the run.
        everything: also what ``--changed`` leaves out, to compare with.
    """
    if everything:
        names = [name for name in context.inventory.by_name if posixpath.splitext(name)[1] in LANGUAGES]
        found = context.inventory.named(*names)
    else:
        found = context.matching(*(f"*{ending}" for ending in LANGUAGES))
    links = context.inventory.links
    apart = (is_generated, is_hidden, is_kept)
    return (path for path in found if path not in links and not any(one(path) for one in apart))
