"""What is amiss at a place of a file, as the rules tell it and checks report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._repair import by_hand, reword

if TYPE_CHECKING:
    from toolkit.checking import Check, Inspection
    from toolkit.model import Finding, Severity

__all__ = ["Fault", "finding_of"]


class Fault(NamedTuple):
    """What is amiss at a place.

    Args:
        path: the file.
        line: where in it, with or without the column.
        text: what is wrong, as a whole sentence.
        evidence: what proves it.
        todo: what a person does about it.
        word: what is written; with a ``near`` one a slip that may be corrected.
        near: what was meant in place of the word.
        severity: how bad it is.
        places: files and lines of all that has to be corrected together; the own place where none are given.
        causes: names of what is wrong that other checks may tell, too.
        related: files and lines of the same elsewhere, besides those places.
    """

    path: str
    line: int | tuple[int, int]
    text: str
    evidence: str
    todo: str
    word: str = ""
    near: str = ""
    severity: Severity = "error"
    places: tuple[tuple[str, int], ...] = ()
    causes: tuple[str, ...] = ()
    related: tuple[tuple[str, int | tuple[int, int]], ...] = ()


def finding_of(check: Check, context: Inspection, one: Fault, *, inner: bool = False) -> Finding:
    """The finding of a check about a fault; ``inner`` as :func:`reword` has it."""
    places = one.places or ((one.path, one.line if isinstance(one.line, int) else one.line[0]),)
    fixes = reword(context, places, one.word, one.near, inner=inner) if one.near else ()
    return check.finding(
        context,
        one.path,
        one.text,
        line=one.line,
        evidence=one.evidence,
        severity=one.severity,
        fixes=fixes or by_hand(one.todo),
        causes=one.causes,
        related=(*one.places, *one.related),
    )
