"""Which of some names a misspelt one was meant to be, by the parts that the names do not share."""

from __future__ import annotations

import difflib
import posixpath
import re
from operator import ne
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["instead", "is_slip_of", "likely"]

_LIKE = 0.75
_CUT = 3
"""Letters of a word that say enough of it."""
_SWAPPED = 2
_SHORTEST = 6
"""Letters of a name, of which one may be wrong."""
_MOST = 2000
"""Names beyond which none is looked for: comparing them all would take long, and so many resemble anything."""


def likely(name: str, names: Iterable[str], cutoff: float = _LIKE, *, slip: bool = False) -> str:
    """The name that is most like another; empty if none is.

    ``shop-secrets`` is not like ``shop-servers``, whatever they share, and ``api-service`` is like ``api``.

    Args:
        name: the misspelt one.
        names: what there is.
        cutoff: likeness from 0 to 1 from which a name counts.
        slip: a word more or less makes another name: for lists that are closed, and where to be like one is all that is wrong.
    """
    # A set has no first: each run would name another.
    ordered = sorted(names) if isinstance(names, set | frozenset) else names
    known = [other for other in ordered if other and other != name and not (slip and _begun(name, other) is not None)]
    values = [(_likeness(name, other), other) for other in (known if len(known) <= _MOST else ())]
    # What is misspelt is nearer than what only has a word more or less; between equals the first.
    whole = [one for one in values if one[0] >= cutoff and _begun(name, one[1]) is None]
    most, best = max(whole or values, key=lambda one: one[0], default=(0.0, ""))
    # Of many that only begin like it none is meant more than another.
    parts = _parts(name)
    many = not whole and sum(_parts(other)[: len(parts)] == parts for _, other in values) > 1
    return best if most >= cutoff and not many else ""


def instead(name: str, near: str, otherwise: str) -> str:
    """What a person does about a name that stands for nothing: write the one that is like it, else what is told."""
    return f"write {near} in place of {name}" if near else otherwise


def is_slip_of(one: str, other: str) -> bool:
    """Whether a name is another one with two letters swapped, one dropped or one doubled; what has another letter is another word."""
    longest, shortest = sorted((one, other), key=len, reverse=True)
    begin = len(posixpath.commonprefix((one, other)))
    end = min(len(posixpath.commonprefix((one[::-1], other[::-1]))), len(shortest) - begin)
    first, second = longest[begin : len(longest) - end], shortest[begin : len(shortest) - end]
    swapped = len(first) == len(second) == _SWAPPED and first == second[::-1]
    dropped = len(first) == 1 and not second and first not in "Ss"  # a plural is another word, too
    doubled = longest is other or first in longest[begin - 1 : begin]
    return len(shortest) >= _SHORTEST and (swapped or (dropped and doubled)) and f"{first}{second}".isalpha()


def _begun(one: str, other: str) -> float | None:
    """Likeness of two names of which one only has words more than the other, before or behind it."""
    first, second = _parts(one), _parts(other)
    short, long = sorted((first, second), key=len)
    if len(short) < len(long) and (long[: len(short)] == short or long[-len(short) :] == short):
        return 0.9 if len(long) - len(short) == 1 else 0.6
    return None


def _parts(name: str) -> list[str]:
    return re.split(r"[-_.]", name.lower())


def _likeness(one: str, other: str) -> float:
    if (value := _begun(one, other)) is not None:
        return value
    first, second = _parts(one), _parts(other)
    if len(first) == len(second) > 1 and first[:-1] == second[:-1]:
        short, long = sorted((first[-1], second[-1]), key=len)
        if len(short) >= _CUT and long.startswith(short):
            return 0.9  # a last word that is cut off
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    one, other = "-".join(first), "-".join(second)
    if len(one) >= _CUT and sorted(one) == sorted(other) and sum(map(ne, one, other)) == 2:
        return 0.85  # two letters that changed places, of which the measure thinks too little in a short word
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
