"""What goes into a log only where a program is developed, or where somebody asks for everything."""

from __future__ import annotations

import re
from itertools import chain, islice

from toolkit.checks.secrets._script_text import block_end
from toolkit.expressions import regex

__all__ = ["DETAILED", "not_at_home", "only_at_home"]

_HEADS = regex(
    r"(?m)^(?!\s*(?:if|for|while|switch|catch|return)\b)[^\n]*(?:=>\s*\{|\)\s*(?::[^\n{]{1,80})?\{)[ \t]*$|^[ \t]*(?:async )?def [^\n]*:[ \t]*$"
)
"""The head of a function."""
_LEAVES = regex(
    r"(?i)\bif\s*\(?\s*(?:(?:!|not\s)\s*(?:await\s)?[\w.]*\bis_?(?:dev|local)\w*(?:\(\))?|[\w.]*\bis_?prod\w*(?:\(\))?|[\w.]*node_env\s*(?:!==?\s*[\"'](?:dev\w*|local)[\"']|===?\s*[\"']production[\"']))"
    r"\s*\)?\s*[{:]?\s*(?:return|throw|raise|error\()"
)
"""What ends a function where the program is not developed."""
DETAILED = regex(r"(?!console\.)(?:[\w$]+\??\.){1,4}(?:debug|trace|verbose|silly)\(")
"""Calls whose words are written down only where somebody asks for all of them."""
_ONLY_AT_HOME = regex(
    r"(?i)(?:[\w.]*env\w*\s*===?\s*[\"'](?:dev\w*|local)[\"']|[\w.]*env\w*\s*!==?\s*[\"']prod\w*[\"']|(?<![\w!])[\w.]*is_?(?:dev|local)\w*(?:\(\))?|!\s*[\w.]*is_?prod\w*(?:\(\))?)\s*(?:&&|\?)\s*"
)
"""The condition of a part of what is given to a call."""
_IF_ASKED = regex(r"\(\s*(?P<name>\w+)\s*&&\s*(?=\{)")
"""A part that an option adds."""
_BEFORE = 3_000
"""Characters before a call in which its function begins."""
_FEW = 50


def only_at_home(content: str, at: int) -> bool:
    """Whether the function of a call refuses first wherever the program is not developed."""
    head = max((one.end() for one in _HEADS.finditer(content, max(at - _BEFORE, 0), at)), default=-1)
    return head >= 0 and _LEAVES.search(content, head, at) is not None


def not_at_home(inside: str, written: str, content: str) -> str:
    """The arguments of a call without what is among them only where the program is developed or somebody asks for it, which says the rest of the call.

    Args:
        inside: the arguments, as they are looked at.
        written: the same with its texts.
        content: the source.
    """
    if "&&" not in written and "?" not in written:
        return inside
    asked = (
        one
        for one in _IF_ASKED.finditer(written)
        if re.search(rf"\b{one['name']}\s?(?::\s?boolean\s?)?=\s?false\b", content)
    )
    for match in islice(chain(_ONLY_AT_HOME.finditer(written), asked), _FEW):
        start = match.end()
        ends = (at for sign in ",}\n" if (at := inside.find(sign, start)) >= 0)
        end = block_end(inside, start + 1) if inside[start : start + 1] == "{" else min(ends, default=len(inside))
        inside = f"{inside[:start]}{' ' * (end - start)}{inside[end:]}"
    return inside
