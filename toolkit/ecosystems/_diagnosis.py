"""A failed install's log, told in one sentence by the first rule that knows its words."""

from __future__ import annotations

import re

__all__ = ["Rule", "tell"]

Rule = tuple[str, str, str]
"""A regular expression, a sentence and a hint; the two texts may name the expression's groups."""


def tell(log: str, rules: tuple[Rule, ...]) -> tuple[str, str]:
    """The sentence and hint of the first rule that matches, two empty texts if none does."""
    for expression, sentence, hint in rules:
        if found := re.search(expression, log):
            groups = {key: " ".join(value.split()) for key, value in found.groupdict(default="").items()}
            return sentence.format(**groups), hint.format(**groups)
    return "", ""
