"""Where a decision is carried out: a value of that name is asked for what stops, and whoever it is not, goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KEYS", "NAMES", "STOPS", "WORDS", "asks_what_passes", "stopped"]

STOPS = r"(?i:block(?:ed)?|deny|denied|ban(?:ned)?|reject(?:ed)?|drop(?:ped)?|suspend(?:ed)?|refuse[d]?)"
WORDS = ("action", "decision", "verdict", "mitigation", "enforcement", "outcome", "disposition", "sanction")
NAMES = rf"(?:{'|'.join(word.capitalize() for word in WORDS)})"
KEYS = rf"(?:{'|'.join(WORDS)})"
_PASSED = regex(
    rf"\b{KEYS}(?:[\"']\])?\s*[!=]==?\s*[\"'](?i:allow(?:ed)?|pass(?:ed)?|permit(?:ted)?|approved?|accept(?:ed)?)[\"']"
)
_COMPARED = regex(
    rf"\b{KEYS}(?:[\"']\])?\s*(?:[!=]==?)\s*[\"'](?P<member>{STOPS})[\"']"
    rf"|\b(?:switch|match)\s*[\w.?() ]{{0,80}}\b{KEYS}\s*\)?\s*[{{:][^{{}}]{{0,400}}?\bcase\s+[\"'](?P<cased>{STOPS})[\"']"
)
_ASKS = regex(r"(?:^|[\s;{}(])(?:if|elif|while|unless)\b[^;{}?\n]*\Z|^\s*return\b[^;{}?\n]*\Z")
"""What stands before a comparison by which something is decided; a list that is narrowed, or a colour, decides nothing."""
_COUNTS = regex(r"\)?\s*[{:]?\s*[\w.\[\]\"']+\s?(?:\+\+|\+=\s?1\b)")
"""What a branch does that only counts."""
_ELSE = regex(
    r"\s*else\b(?!\s+if\b)\s*+[:{]?+(?!\s*(?:return\s+)?(?:await\s+)?(?i:\w*next|allow\w*|pass\w*|proceed|continue)\b)"
)
"""What is done with all that a branch does not take, other than to let it go on."""
_LONGEST = 2_000


def asks_what_passes(text: str) -> bool:
    """Whether code asks for what may pass, and so stops all else."""
    return _PASSED.search(text) is not None


def stopped(text: str) -> Iterator[tuple[str, int]]:
    """What is asked for to be stopped, and where: all else goes on there."""
    for hit in _COMPARED.finditer(text):
        if hit["cased"]:
            yield hit["cased"], hit.start()
            continue
        before = text[text.rfind("\n", 0, hit.start()) + 1 : hit.start()]
        if _ASKS.search(before) and not _COUNTS.match(text, hit.end()) and not _ELSE.match(text, _end(text, hit.end())):
            yield hit["member"], hit.start()


def _end(text: str, start: int) -> int:
    """Where the branch ends whose condition a place is in: by its braces, or by how far its lines are set in."""
    line = text.rfind("\n", 0, start) + 1
    head = text.find("\n", start)
    if text[start : head if head >= 0 else None].rstrip().endswith(":"):
        margin = len(text[line:]) - len(text[line:].lstrip(" \t"))
        after = re.compile(rf"^[ \t]{{0,{margin}}}\S", re.MULTILINE).search(text, head)
        return after.end() - 1 if after else len(text)
    depth = 0
    for hit in re.compile(r"[{}]|\n").finditer(text, start, start + _LONGEST):
        depth += {"{": 1, "}": -1}.get(hit[0], 0)
        if depth <= 0 and hit[0] in "}\n":
            return hit.end()
    return start
