"""One cause, one finding: of several checks that tell the same cause the one speaks that tells it most gravely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.features.doctor._results import RANK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model import Finding, Fix

__all__ = ["told_once"]


def told_once(found: Iterable[Finding]) -> list[Finding]:
    """Findings without those whose cause another check tells.

    Of equal severity the id that comes first in the alphabet speaks. It takes over the repairs of the others where its own
    are for a person, and says in its evidence what they said; however many findings a check has for one cause, all stay.
    """
    found = list(found)
    speakers: dict[str, Finding] = {}
    kept: dict[Finding, Finding] = {}
    for one in sorted(found, key=lambda one: (RANK[one.severity], one.check)):
        first = next((first for cause in one.causes if (first := speakers.get(cause)) is not None), None)
        if first is None or first.check == one.check:
            kept[one] = one
            speakers |= {cause: one for cause in one.causes if cause not in speakers}
        else:
            kept[first] = _joined(kept[first], one)
    return [kept[one] for one in found if one in kept]


def _joined(first: Finding, other: Finding) -> Finding:
    """What speaks, with what the other one knows besides."""
    by_hand = not any(fix.actions for fix in first.fixes)
    more: tuple[Fix, ...] = tuple(fix for fix in other.fixes if fix.actions) if by_hand else ()
    place = f"{other.path}:{other.line}" if other.line else other.path
    evidence = "; ".join(text for text in (first.evidence, f"{place}: {other.message}") if text)
    related = tuple(dict.fromkeys((*first.places, *other.places)))[1:]
    return replace(first, evidence=evidence, fixes=(*more, *first.fixes), related=related)
