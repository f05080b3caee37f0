"""Functions that are not written yet, as the checks for stubs and for claims both need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.code._overridden import is_overridden
from toolkit.checks.code._rules import Rule
from toolkit.checks.code._scan import Match, matches
from toolkit.checks.code._uncompiled import uncompiled
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_limit", "missing", "stubs"]

_LIMIT = regex(
    r"(?i)\bout of scope\b|\bon purpose\b|\bby design\b|\bdocumented\b|\bnot expect|\bnot implemented for [A-Z]|[-;:,.(\u2013\u2014]\s*(?:please )?use [\w-]"
)
"""What says that something is left to others, rather than not yet written."""
_SHORT = 300

_NEVER = Rule("never-compiled", "stub-implementation", frozenset({"rust"}), {})


def stubs(context: Inspection) -> tuple[Match, ...]:
    """Every stub, one for each function; those in sources that are never compiled are none of their own."""
    lost = {path for one in uncompiled(context) for path in one.tree}
    seen: set[tuple[str, str]] = set()
    found = []
    for match in matches(context, "stub-implementation"):
        place = (match.path, match.captures.get("function") or f"line {match.line}")
        if place not in seen and match.path not in lost and not is_overridden(context, match):
            seen.add(place)
            found.append(match)
    return tuple(found)


def is_limit(match: Match) -> bool:
    """Whether a refusal says that what it refuses is none of its business, or names who does it."""
    said = match.text
    refuses = not match.captures.get("pretends") and len(said) < _SHORT and not said.startswith("todo!")
    return refuses and (bool(match.captures.get("meant")) or _LIMIT.search(said) is not None)


def missing(context: Inspection) -> tuple[Match, ...]:
    """What a claim cannot stand beside: whole stubs, and sources that are never compiled and hold more than tests."""
    apart = ("partial", "hollow")
    whole = [one for one in stubs(context) if not any(map(one.captures.get, apart)) and not is_limit(one)]
    lost = [
        Match(_NEVER, one.path, one.line, 0, "", {"name": one.functions[0], "uncompiled": "1"})
        for one in uncompiled(context)
        if not one.put_off and not one.functions[0].startswith("test")
    ]
    return tuple(sorted((*whole, *lost), key=lambda one: (one.path, one.line)))
