"""Targets of Makefiles, as far as they can be told without make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["MAKEFILES", "targets"]

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
"""The names that make looks for, in its order."""
_RULE = regex(r"^(?P<names>[^\s:#=][^:#=\n]*?)\s*::?(?!=)", re.MULTILINE)
_OPEN = regex(r"^[^\S\n]*-?s?include\b|^define\b|^\$\(|\beval\b|^[^\t#:=\n]*%[^=\n]*:", re.MULTILINE)


def targets(context: Inspection, path: str) -> frozenset[str] | None:
    """The targets of a Makefile; ``None`` where others may come from patterns, variables or included files."""
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return None
    names = [match["names"] for match in _RULE.finditer(text)] if not _OPEN.search(text) else ["$"]
    return None if any("$" in name for name in names) else frozenset(name for one in names for name in one.split())
