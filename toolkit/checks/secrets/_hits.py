"""What a text holds that is a secret by its look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._literals import Literals
from toolkit.checks.secrets._patterns import PATTERNS
from toolkit.checks.secrets._values import entropy, is_placeholder

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from toolkit.checks.secrets._patterns import Pattern

__all__ = ["LITERALS", "hits"]

LITERALS = Literals(text for pattern in PATTERNS for text in pattern.literals)
"""One of them is in every hit."""
_CREDENTIAL = 20
_BEFORE = 160
"""Characters before a literal that are looked at."""


def hits(content: str) -> Iterator[tuple[Pattern, re.Match[str]]]:
    """What has one of the forms and is real, as far as the value and its line tell, form by form.

    Only near the literals of the forms is looked: to run the expressions over whole files takes ten times as long.
    """
    held = LITERALS.held(content)
    for pattern in PATTERNS if held else ():
        literals = [one for one in pattern.literals if one in held]
        yield from ((pattern, match) for match in _real(pattern, content, literals)) if literals else ()


def _real(pattern: Pattern, content: str, literals: Iterable[str]) -> Iterator[re.Match[str]]:
    for match in _near(pattern, content, literals):
        before = content[content.rfind("\n", 0, match.start()) + 1 : match.start()][-_BEFORE:].lower()
        if "example" in before or "placeholder" in before or "e.g." in before or "delete-access-key" in before:
            continue
        if "amz-credential=" in before[-_CREDENTIAL:] or "awsaccesskeyid=" in before[-_CREDENTIAL:]:
            continue  # an address that is signed for a while names who signed it
        value = match["value"]
        if content.startswith(("...", "\u2026"), match.end()):
            continue  # its beginning, as documents show one
        if pattern.least and not pattern.key and is_placeholder(value):
            continue
        if entropy(value) >= pattern.least and (pattern.accept is None or pattern.accept(value)):
            yield match


def _near(pattern: Pattern, content: str, literals: Iterable[str]) -> Iterator[re.Match[str]]:
    end = -1
    for literal in literals:
        at = content.find(literal)
        while at >= 0:
            for match in pattern.expression.finditer(content, max(at - _BEFORE, 0), at + pattern.reach):
                yield match
                end = match.end()
            at = content.find(literal, max(at + 1, min(end, at + pattern.reach)))
