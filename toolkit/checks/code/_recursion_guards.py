"""Conditions around a call of itself that the call does not change: the environment, the level of a log, a length."""

from __future__ import annotations

import re
from typing import Any

from toolkit.expressions import regex

__all__ = ["LEVEL", "asks_environment", "asks_size", "stays_large", "stays_true"]

_ENVIRONMENT = regex(
    r"\(?\s*!{0,2}(?:process\.env\.\w+|process\.env\[[\"']\w+[\"']\]|import\.meta\.env\.\w+|(?:not )?os\.(?:getenv|environ\.get)\([\"']\w+[\"']\))"
    r"(?:\s*[=!]==?\s*[\"'][\w-]*[\"'])?\s*\)?"
)
"""A condition that is the same at every call: a variable of the environment."""
LEVEL = regex(
    r"\(?\s*!?\s*(?:this|self)\._?(?:should_?log|is_?(?:level_?)?enabled\w*|is_?level\w*|can_?log)\([^()]{0,80}\)\s*\)?",
    re.IGNORECASE,
)
"""A condition on the level of a log: whoever sets that level comes past it every time."""
_SIZE = regex(
    r"\(?\s*(?:[\w.]+\.(?:length|byteLength|len\(\)|size)|len\([\w.]+\)|Buffer\.byteLength\([\w.]+\))\s*>=?\s*[\w.]+\s*\)?"
)
"""A condition on the length of something."""
_SAID = regex(r"`[^`]*`|'[^'\n]*'|\"[^\"\n]*\"")
_FILLED = regex(r"\{([^{}]*)\}")
_SHORTER = regex(
    r"(?i)slice|substr|trunc|shorten|\[[^\]]*:|\bcut|clip|ellips|\.len|\.size|\bsummar|\bpick|\bomit|redact"
)


def asks_environment(condition: Any) -> bool:
    """Whether an ``if`` asks for nothing but the environment or the level, which no call changes."""
    asked = condition.field("condition")
    return asked is not None and bool(_ENVIRONMENT.fullmatch(asked.text()) or LEVEL.fullmatch(asked.text()))


def stays_true(condition: Any, call: Any, function: Any) -> bool:
    """Whether an ``if`` around nothing but a call asks only whether there is a text, of which the call makes a longer one."""
    asked = condition.field("condition")
    inside = condition.field("consequence")
    if asked is None or inside is None or len([one for one in inside.named_children() if one.is_named()]) != 1:
        return False
    name = asked.text().strip("()")
    taken, given = function.field("parameters"), call.field("arguments")
    names = re.findall(r"\w+", taken.text()) if taken is not None else []
    longer = re.search(rf"`[^`]*\$\{{{re.escape(name)}\}}[^`]*`|['\"]\s*\+\s*{re.escape(name)}\b", given.text())
    return name in names and longer is not None


def asks_size(condition: Any) -> bool:
    """Whether an ``if`` asks for nothing but whether something is longer than a limit."""
    asked = condition.field("condition")
    return asked is not None and _SIZE.fullmatch(asked.text()) is not None


def stays_large(condition: Any, call: Any, function: Any) -> bool:
    """Whether an ``if`` asks whether what a logger was given is too long, and the call gives all of it on again, uncut."""
    taken, given = function.field("parameters"), call.field("arguments")
    if taken is None or given is None or not asks_size(condition):
        return False
    code = _SAID.sub(lambda found: " ".join(_FILLED.findall(found[0])), given.text())
    if _SHORTER.search(code):
        return False
    words = {word for one in taken.named_children() for word in re.findall(r"\w+", one.text())[:1]}
    told = words - {"self", "cls", "level", "severity"}
    return len(told) > 1 and told.issubset(re.findall(r"\w+", code))
