"""Files that are kept in one folder and run in another: what they import counts from the copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._scripts import lines
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_copied", "is_to_copy"]

_TO_COPY = regex(
    r"(?im)^[ \t]*(?://|/?\*|#)[^\n]*\b(?:copy|move|put|place)\s+(?:this|the)\s+(?:file|script)\s+(?:in)?to\b"
)
_HEAD = 1000
"""Characters of a file in which it says what it is for."""


def is_to_copy(context: Inspection, path: str) -> bool:
    """Whether the head of a file tells people to copy it to another folder first."""
    return _TO_COPY.search(text_of(context, path)[:_HEAD]) is not None


@once_a_run
def is_copied(context: Inspection, name: str) -> bool:
    """Whether a script copies a file of a name: what it imports counts from the copy."""
    needle = re.compile(rf"\b(?:cp|mv|copy|rsync|install)\s[^\n]{{0,300}}(?<![\w.-]){re.escape(name)}(?![\w.-])")
    return any(not path.endswith((".md", ".mdx", ".rst")) for path, _ in lines(context, needle, name))
