"""Sources of Python as trees."""

from __future__ import annotations

import ast
import threading
import warnings

__all__ = ["tree_of"]

_ONE_AT_A_TIME = threading.Lock()
"""Python 3.11 counts how deep it is in a tree once for all threads, and stops where two of them parse at a time; filters of warnings are shared, too."""


def tree_of(source: str | bytes) -> ast.Module | None:
    """The tree of a source; ``None`` where this Python cannot read it."""
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
