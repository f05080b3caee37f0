"""Values of which a program writes down only whether they are there, what a comparison says of them, or a few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re

__all__ = ["is_asked", "is_compared", "shown_match"]

_RECEIVER = regex(r"[\w$.?]{0,120}\Z")
"""The object before a part of it: ``c.req.`` before ``headers``."""
_BEFORE = regex(r"(?:(?<![\w\])])!\s?\(?|\bnot\s|\bif\s|\b(?:Boolean|bool)\(|[!=]==?|\bin\s)\s{0,3}\Z")
_OF_LOOP = regex(r"\bfor\s[^\n]{0,80}\bin\s{1,3}\Z")
"""``[request.headers[name] for name in request.headers]`` writes them all."""
_COMPARED = regex(r"\s{0,3}(?:[!=]==?|(?:is|in|not\s+in)\b)")
_AFTER = regex(
    r"\s{0,40}(?:[!=]==?|[<>]=?\s?\d|\?(?![?.])|&&|(?:is|in|not\s+in|and)\b"
    r"|\??\.(?:startsWith|startswith|includes|endsWith|endswith|is_some|is_none|is_ok|is_err|length)\b"
    r"|\??\.(?:slice|substr(?:ing)?)\(\s?(?:0\s?,\s?|-)(?:1?\d|2[0-4])\s?\)"
    r"|\[\s?(?:-\s?(?:1?\d|2[0-4])\s?:|:\s?(?:1?\d|2[0-4]))\s?\])"
)
_OPENING, _CLOSING = "([{", ")]}"
_MOST = 400
"""Characters behind a match in which its brackets are closed."""


def is_asked(text: str, start: int, end: int) -> bool:
    """Whether only the answer to a question about a value is written: ``!!value``, ``value is not None``, ``value ? "set" : "missing"``.

    Args:
        text: arguments of a call, with texts blanked out.
        start: of the value, or of a part of its expression.
        end: of it; brackets that are open there are closed first.
    """
    receiver = _RECEIVER.search(text, max(start - 120, 0), start)
    before = text[max(start - 240, 0) : receiver.start() if receiver else start]
    asked = _BEFORE.search(before) is not None and not _OF_LOOP.search(before)
    return asked or _AFTER.match(text, _end(text, start, end)) is not None


def is_compared(text: str, start: int, end: int) -> bool:
    """Whether what an expression gives is that of a comparison, which ``value ? f(value) : none`` is not."""
    return _COMPARED.match(text, _end(text, start, end)) is not None


def shown_match(expression: re.Pattern[str], searched: str, text: str) -> re.Match[str] | None:
    """The first match that is written itself, not only asked about.

    Args:
        expression: what is looked for.
        searched: where.
        text: the same with texts blanked out.
    """
    return next((one for one in expression.finditer(searched) if not is_asked(text, one.start(), one.end())), None)


def _end(text: str, start: int, end: int) -> int:
    """Where an expression ends whose match may leave brackets open, as ``headers.get("name"`` does."""
    depth = sum((char in _OPENING) - (char in _CLOSING) for char in text[start:end])
    at, last = end, min(end + _MOST, len(text))
    while depth > 0 and at < last:
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
        at += 1
    return at if depth <= 0 else end
