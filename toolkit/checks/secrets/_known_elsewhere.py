"""Passwords of a configuration that an address in another file opens something with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._hits import hits
from toolkit.checks.secrets._values import is_trial, is_words
from toolkit.model import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.checking import Inspection

__all__ = ["known_elsewhere"]

_LEAST = 8
"""Characters of a password that is looked for in other files."""


def known_elsewhere(context: Inspection, path: str, values: Sequence[str]) -> dict[str, Place]:
    """The places that tell a password by an address with it, which ``secret-committed`` speaks of."""
    found: dict[str, Place] = {}
    long = [one for one in values if len(one) >= _LEAST and not is_words(one)]
    for other in sorted(holding(context, long)) if long else ():
        if other == path or is_trial(other):
            continue
        text = text_of(context, other)
        for pattern, match in hits(text):
            if (secret := pattern.secret(match["value"])) in long:
                found.setdefault(secret, Place(other, line_at(text, match.start())))
    return found
