"""Ids that nobody has the key of: templates and fillers."""

from __future__ import annotations

import re

from toolkit.expressions import regex

__all__ = ["SYSTEM", "placeholder"]

SYSTEM = "11111111111111111111111111111111"

_TEMPLATES = {
    "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS": "the id of Anchor's template",
    SYSTEM: "the system program's id",
}
_FILLER = regex(r"(.)\1{11,}\Z")
_WORDS = regex(r"(?i)\A[\W_]*(?:your|my|the|program|replace|change|todo|tbd|xxx|placeholder|insert|put|\$\{|<)")
_LETTERS = regex(
    r"(?:your|replace|placeholder|insert|change)_?(?:[A-Z_]|me\b|with|here)|(?i:your_?program|program_?id_?here|replace_?me)",
    re.ASCII,
)


def placeholder(address: str) -> str:
    """Why an id is no real one, in a few words; empty if it looks like one."""
    if address in _TEMPLATES:
        return _TEMPLATES[address]
    if _FILLER.search(address):
        return "it ends in twelve or more equal letters"
    words = (_WORDS.match(address) and not address.isalnum()) or _LETTERS.search(address)
    return "words in place of an id" if words else ""
