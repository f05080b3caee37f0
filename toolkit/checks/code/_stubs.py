"""Functions that are not written yet, as the checks for stubs and for claims both need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.code._overridden import is_overridden
from toolkit.checks.code._rules import Rule
from toolkit.checks.code._scan import Match, matches
from toolkit.checks.code._uncompiled import uncompiled

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["missing", "stubs"]

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


def missing(context: Inspection) -> tuple[Match, ...]:
    """What a claim cannot stand beside: whole stubs, and sources that are never compiled and hold more than tests."""
    whole = [one for one in stubs(context) if not one.captures.get("partial")]
    lost = [
        Match(_NEVER, one.path, one.line, 0, "", {"name": one.functions[0], "uncompiled": "1"})
        for one in uncompiled(context)
        if not one.put_off and not one.functions[0].startswith("test")
    ]
    return tuple(sorted((*whole, *lost), key=lambda one: (one.path, one.line)))
