"""Files that are kept in one folder and run in another: what they import counts from the copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._scripts.texts import texts_with
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_copied", "is_to_copy"]

_TO_COPY = regex(
    r"(?im)^[ \t]*(?://|/?\*|#)[^\n]*\b(?:copy|move|put|place)\s+(?:this|the)\s+(?:file|script)\s+(?:in)?to\b"
)
_COPIES = regex(
    r"\b(?:cp|mv|copy|rsync|install)\s[^\n]*(?:(?:(?<=\bcp)|(?<=\bmv)|(?<=\bcopy)|(?<=\brsync)|(?<=\binstall))\n[^\n]*)*"
)
"""What follows the word for copying, to the end of its line, or of the next where the word ends its own."""
_HEAD = 1000
"""Characters of a file in which it says what it is for."""


def is_to_copy(context: Inspection, path: str) -> bool:
    """Whether the head of a file tells people to copy it to another folder first."""
    return _TO_COPY.search(text_of(context, path)[:_HEAD]) is not None


@once_a_run
def is_copied(context: Inspection, name: str) -> bool:
    """Whether a script copies a file of a name: what it imports counts from the copy."""
    said = _copying(context)
    needle = re.compile(rf"\b(?:cp|mv|copy|rsync|install)\s[^\n]{{0,300}}(?<![\w.-]){re.escape(name)}(?![\w.-])")
    return name in said and needle.search(said) is not None


@once_a_run
def _copying(context: Inspection) -> str:
    """The lines of all scripts from where they copy something on, apart: many names are looked for in them."""
    return "\n\n".join(match[0] for text in texts_with(context, "") for match in _COPIES.finditer(text))
