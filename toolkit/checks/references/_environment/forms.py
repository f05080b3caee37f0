"""The forms in which languages read environment variables, by what the form says of the variable.

Each form has an expression of its own that begins with fixed letters, which Python finds ten times as fast as any of several,
or a word to look for before.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

__all__ = ["BY_ANOTHER", "DEMANDED", "LOCAL", "NAME", "READ", "TAKEN_APART", "WISHED", "has", "names"]

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
DEMANDED = (
    ("process.env", regex(rf"process\.env\.({NAME})!")),
    ("environ[", regex(rf"environ\[{_QUOTED}\](?!\s*=[^=])")),
    ("os.environ", regex(rf"os\.environ\[[\"']({NAME})[\"']\]\s*==")),
    ("env::var", regex(rf"env::var\(\s*\"({NAME})\"\s*\)\s*(?:\.(?:expect|unwrap)\(|\?|\.(?:context|with_context)\(|\.map_err\((?!\s*\|\w*\|\s*\{{?\s*(?:\w+::)*\w*(?:Error|Status)::\w*(?:Internal|Request|Unavailable|Response)))")),
    ("env", regex(rf"env(?<!\wenv)(?:config)?:\"({NAME})(?:\"[^`\n]{{0,80}}\brequired:\"true\"|,\s*(?:required|notEmpty))")),
    ("process.env", regex(rf"process\.env\.({NAME})\s*(?:\?\?|\|\|)\s*(?:\(\(\)\s*=>\s*\{{\s*throw\b|(?:fail|panic|die|raise|missing)\w{{0,20}}\()")),
    ("process.env", regex(rf"\b(?:invariant|assert)(?:\.ok)?\(\s*process\.env\.({NAME})\s*[,)]")),
    ("GetEnvironmentVariable", regex(rf"GetEnvironmentVariable\(\s*\"({NAME})\"\s*\)\s*\?\?\s*throw\b")),
    ("getenv", regex(rf"\bgetenv\(\s*\"({NAME})\"\s*\)\s*\?:\s*(?:throw|error)\b")),
    ("ENV.fetch", regex(rf"\bENV\.fetch\(\s*[\"']({NAME})[\"']\s*\)(?!\s*(?:\{{|do\b))")),
    ("dotenv", regex(rf"\bdotenvy?::var\(\s*\"({NAME})\"\s*\)\s*(?:\.(?:expect|unwrap)\(|\?)")),
    ("Joi.", regex(rf"\b({NAME})\s*:\s*Joi\.(?:(?!Joi\.)[^\n]){{0,200}}?\.required\(")),
    ("valibot", regex(rf"\b({NAME})\s*:\s*v\.(?:string|number|pipe|picklist)\((?!\s*v\.(?:optional|nullish|fallback)\b)")),
    ("decouple", regex(rf"\bconfig\(\s*[\"']({NAME})[\"']\s*(?:,\s*cast\s*=\s*\w+\s*)?\)")),
)  # fmt: skip
"""Reads without which the program stops, by a word that a source with one of them has."""
WISHED = tuple(
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
TAKEN_APART = regex(r"(?:const|let|var)\s*\{([^{}=]{1,2000})\}\s*=\s*process\.env\b")
"""Variables that are taken out of the environment together."""
LOCAL = regex(
    rf"""(?<![A-Z0-9_])({NAME})["']?\s*\]?\s*(?:,|\?\?|\|\|)\s*["'`][^"'`\n]{{0,200}}\b(?:localhost|127\.0\.0\.1)\b"""
)
"""Reads whose own value means the machine itself, where in a cluster nothing listens."""
BY_ANOTHER = tuple(
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


def names(expressions: Iterable[re.Pattern[str]], text: str) -> set[str]:
    """What the groups of expressions match, of each match the first that has something."""
    matches = chain.from_iterable(expression.finditer(text) for expression in expressions)
    return {next(name for name in match.groups() if name) for match in matches}


def has(expressions: Iterable[re.Pattern[str]], text: str) -> bool:
    """Whether any of the expressions is found."""
    return any(expression.search(text) for expression in expressions)
