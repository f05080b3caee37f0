"""Functions that are not written yet, as the checks for stubs and for claims both need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.code._scan import matches

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match

__all__ = ["stubs"]


def stubs(context: Inspection) -> tuple[Match, ...]:
    """Every stub, one for each function."""
    seen: set[tuple[str, str]] = set()
    found = []
    for match in matches(context, "stub-implementation"):
        place = (match.path, match.captures.get("function") or f"line {match.line}")
        if place not in seen:
            seen.add(place)
            found.append(match)
    return tuple(found)
