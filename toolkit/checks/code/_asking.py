"""Whether code asks for a text: compares with it, has a case or a key for it, or looks for it in a list.

Only what stands around each place of the text is looked at, so that the time grows with the number of places.
"""

from __future__ import annotations

import re

from toolkit.expressions import regex

__all__ = ["is_asked"]

_AROUND = 200
_BEFORE = regex(r"(?:[!=]==?|\.equals\w*\(|\bcase|\bin\s*[\[({][^\])}]*)\s*$|\bcase\s+[^:\n]*\|\s*$")
_AFTER = regex(r"\s*(?:[!=]==?|=>|\.equals\w*\()")
_KEY_BEFORE = regex(r"(?:^|[{,\n])\s*$")
_KEY_AFTER = regex(r"\s*:(?!:)")
_OPEN_LIST = regex(r"[\[(](?:\s*[\"'`][\w.:-]+[\"'`]\s*,)*\s*$")
_REST_OF_LIST = regex(r"\s*(?:,\s*[\"'`][\w.:-]+[\"'`]\s*)*,?\s*[\])]\s*(?:\.|:|\)|$)", re.MULTILINE)
_END_OF_LIST = regex(r"[^\]\[]*\]")
_GIVEN_BEFORE = regex(r"(?:\.get\(|\[)\s*$")
_GIVEN_AFTER = regex(r"\s*[\])]")


def is_asked(member: str, text: str, *, any_list: bool) -> bool:
    """Whether a text is asked for.

    Args:
        member: the text.
        text: the code.
        any_list: whether every list that holds it counts, or only one that is used where it stands.
    """
    if member not in text:
        return False
    key = rf"(?:^|[{{,])\s*{re.escape(member)}\s*:"
    if re.search(rf"\b{re.escape(member)}\s*:", text) and re.search(key, text, re.MULTILINE):
        return True
    for hit in re.finditer(rf"[\"'`]{re.escape(member)}[\"'`]", text):
        before, after = text[max(hit.start() - _AROUND, 0) : hit.start()], text[hit.end() : hit.end() + _AROUND]
        if _is_compared(before, after) or _is_listed(before, after, any_list=any_list):
            return True
    return False


def _is_compared(before: str, after: str) -> bool:
    """Whether what stands around a text makes a comparison, a case, a key or a look into a table of it."""
    return bool(
        _BEFORE.search(before)
        or _AFTER.match(after)
        or (_KEY_AFTER.match(after) and _KEY_BEFORE.search(before))
        or (_GIVEN_BEFORE.search(before) and _GIVEN_AFTER.match(after))
    )


def _is_listed(before: str, after: str, *, any_list: bool) -> bool:
    if any_list:
        return before.rfind("[") > before.rfind("]") and _END_OF_LIST.match(after) is not None
    return _OPEN_LIST.search(before) is not None and _REST_OF_LIST.match(after) is not None
