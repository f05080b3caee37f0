"""Headings and other places of Markdown pages that a link may name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from toolkit.documents import markdown
from toolkit.expressions import regex
from toolkit.places import folder_of, join

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["has_anchor", "page"]

_NAMES_PLACE = regex(r"<|\{#|={3,}|-{3,}|:::|^\s*#")
"""Places that are no heading of the usual form: HTML, underlined headings, explicit ids."""


def page(context: Inspection, path: str, target: str) -> markdown.Document | None:
    """Another page that a link names; ``None`` where it is none or cannot be read."""
    other = join(folder_of(path), target)
    if other is None or not other.lower().endswith(".md") or not context.is_file(other):
        return None
    return context.readable(other, markdown.parse)


def has_anchor(document: markdown.Document, anchor: str) -> bool:
    """Whether a page has a heading or a named place that may be meant; hosts differ in what they make of punctuation."""

    def letters(text: str) -> str:
        return re.sub(r"[\W_]", "", text).lower()

    wanted = letters(unquote(anchor))
    if not wanted or not document.headings or re.fullmatch(r"l\d+(l\d+)?", wanted):
        return True
    if any(letters(one.anchor) == wanted or letters(one.text) == wanted for one in document.headings):
        return True
    lines = [line for _, line in document.prose]
    return any(
        wanted in letters(line) and _NAMES_PLACE.search(line + (lines[at + 1] if at + 1 < len(lines) else ""))
        for at, line in enumerate(lines)
    )
