"""Environment variables that code reads, by the forms in which languages do it.

Each form has an expression of its own that begins with fixed letters, which Python finds ten times as fast as any of several.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

__all__ = ["ANY", "HARD", "NAME", "READ", "SOFT", "asked_for", "has", "names"]

NAME = r"[A-Z][A-Z0-9_]{2,60}"
"""Of a variable, as manifests and examples write it."""
_QUOTED = rf"\s*[\"']({NAME})[\"']\s*"
READ = tuple(
    map(
        regex,
        (
            r"process\.env(?:\.([A-Z_][A-Z0-9_]*)|\[\s*[\"'](\w+)[\"'])",
            r"Deno\.env\.get\(\s*[\"'](\w+)",
            r"Bun\.env\.([A-Z_]\w*)",
            r"environ(?:\.get\(|\[)\s*[\"'](\w+)[\"']",
            r"getenv\(\s*[\"'](\w+)[\"']",
            r"os\.(?:Getenv|LookupEnv)\(\s*\"(\w+)\"",
            r"env::var(?:_os)?\(\s*\"(\w+)\"",
            r"env!\((?<!\wenv!\()\s*\"(\w+)\"",
            r"GetEnvironmentVariable\(\s*\"(\w+)\"",
            r"ENV\[\s*[\"'](\w+)[\"']",
        ),
    )
)
"""Any read of a variable."""
HARD = tuple(
    map(
        regex,
        (
            rf"process\.env\.({NAME})!",
            rf"environ\[{_QUOTED}\](?!\s*=[^=])",
            rf"os\.environ\[[\"']({NAME})[\"']\]\s*==",
            rf"env::var\(\s*\"({NAME})\"\s*\)\s*(?:\.(?:expect|unwrap)\(|\?|\.(?:map_err|context|with_context)\()",
            rf"env(?<!\wenv)(?:config)?:\"({NAME})(?:\"[^`\n]{{0,80}}\brequired:\"true\"|,\s*(?:required|notEmpty))",
        ),
    )
)
"""Reads without which the program stops, besides those that :func:`asked_for` finds."""
SOFT = tuple(
    map(
        regex,
        (
            rf"process\.env(?:\.({NAME})\b|\[{_QUOTED}\])(?:\s*(?:\?\?|\|\|)\s*(?:\"\"|''|``)|(?!\s*(?:\?\?|\|\||&&|!|=[^=]|\?)))",
            rf"environ\.get\((?<!\wenviron\.get\(){_QUOTED}(?:,\s*[\"']{{2}}\s*)?\)(?!\s*or\b)",
            rf"nv(?:(?<=[gG]et[eE]nv)|(?<=[gG]et_[eE]nv))\w{{0,20}}\({_QUOTED}(?:,\s*[\"']{{2}}\s*)?\)(?!\s*or\b|\)?\s*;\s*\w+\s*!=\s*\"\")",
        ),
    )
)
"""Reads that bring no value of their own."""
ANY = tuple(
    map(
        regex,
        (
            r"process\.env\[\s*[a-z]",
            r"environ(?:\.get\(|\[)\s*[a-z]",
            r"nv\((?:(?<=[gG]et[eE]nv\()|(?<=[gG]et_[eE]nv\())\s*[a-z]",
            r"LookupEnv\(\s*[a-z]",
            r"in (?<!\win )(?:os\.environ|process\.env)",
        ),
    )
)
"""Reads of a variable whose name is another variable's value."""
_ARGUMENT = regex(rf"\(\s*[\"'`]({NAME})[\"'`]")
_CLOSED = regex(r"\s*\)")
_ASKS = regex(r"\b(?:must|require|required|need|mandatory|assert)\w{0,30}\Z")
_OR_STOPS = regex(
    r"\b(?:getOrThrow|getEnvOrThrow|getRequiredEnv\w{0,20}|getRequired|get_required_env\w{0,20}|envOrThrow|mustGet\w{0,20}|MustGet\w{0,20})(?:<[^<>()]{0,80}>)?\Z"
)
_BEFORE = 130
"""Characters before an argument in which the function's name stands."""


def names(expressions: Sequence[re.Pattern[str]], text: str) -> set[str]:
    """What the groups of expressions match, of each match the first that has something."""
    matches = chain.from_iterable(expression.finditer(text) for expression in expressions)
    return {next(name for name in match.groups() if name) for match in matches}


def has(expressions: Sequence[re.Pattern[str]], text: str) -> bool:
    """Whether any of the expressions is found."""
    return any(expression.search(text) for expression in expressions)


def asked_for(text: str) -> Iterator[str]:
    """Variables that are given to a function which stops without one, as its name says: ``mustGet("X")``."""
    for match in _ARGUMENT.finditer(text):
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if _OR_STOPS.search(before) or (_CLOSED.match(text, match.end()) and _ASKS.search(before)):
            yield match[1]
