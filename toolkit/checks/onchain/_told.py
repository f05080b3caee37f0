"""Ids of one file that are wrong in one way are one finding, at the first of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.model import Finding

__all__ = ["gathered"]

_NAMED = 8


def gathered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for those of one file and severity; its text counts the others, its evidence holds each value once."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.path, one.severity), []).append(one)
    for first, *others in groups.values():
        lines = ", ".join(str(one.line) for one in others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
        text = f"{first.message} Likewise in line {lines}." if others else first.message
        values = dict.fromkeys(one.evidence for one in (first, *others))
        related = tuple(place for one in others for place in one.places)
        yield replace(first, message=text, evidence=", ".join(values), related=related)
