"""Environment variables without which a source stops: refused where they are read, or where what holds them is looked at."""

from __future__ import annotations

import re

from toolkit.checks.references._env_names import ANY, NAME, has
from toolkit.expressions import regex

__all__ = ["is_refused", "required"]

_QUOTED = regex(rf"[\"'`]({NAME})[\"'`]")
_AT_ONCE = (
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
"""Words that a source has to hold, and what it then says of a variable: fields of schemas, and readers that raise."""
_ENV_OBJECT = regex(r"\benv\s*=\s*(?:environ\.)?Env\(")
_OF_ENV = regex(rf"\benv(?:\.(?:str|int|bool|list|url|db|float|json|path))?\(\s*[\"']({NAME})[\"']\s*\)")
_WITH_DEFAULT = regex(rf"\b({NAME})\s*=\s*\(")
"""Of ``environ.Env(DEBUG=(bool, False))``: the type and the value of a variable that nobody sets."""
_LOOP = regex(
    r"\bof\s*\[([^\[\]]{1,1000})\]|\bin\s*[\[(]([^\[\]()]{1,1000})[\])]\s*:|\[([^\[\]]{1,1000})\]\s*\.forEach\(|\[\]string\{([^{}]{1,1000})\}"
)
_STOPS = regex(
    r"\bthrow\b(?!\s+new\s+\w{0,20}(?:H[Tt][Tt][Pp]|Request|Unauthori|Forbidden|NotFound|TRPC|Response))|\bexit\(|\braise\b(?!\s+HTTP)|\bpanic\(|Fatal"
)
"""What ends a program, and not only a request."""
_EITHER = regex(r"(?:&&|\band\b)\s*(?:!|not\b)[^\n]{0,80}(?:env|[A-Z_]{3})")
"""A condition that holds only where another variable is missing, too."""
_IF = regex(r"\bif\b")
_NEAR = 300
_READ = r"(?:process\.env\.{0}\b|(?:process\.env\[|(?:os\.)?environ\.get\(|(?:os\.)?getenv\(|Deno\.env\.get\(|os\.(?:Getenv|LookupEnv)\()\s*[\"']{0}[\"']\s*[\])])"
"""How a variable is read without a value of its own."""


def required(text: str) -> set[str]:
    """The variables that a source asks for so that it stops without them, in ways that one expression tells."""
    found = {name for word, ask in _AT_ONCE if word in text for name in ask.findall(text)}
    if "Env(" in text and _ENV_OBJECT.search(text):
        found |= set(_OF_ENV.findall(text)) - set(_WITH_DEFAULT.findall(text))
    for match in _LOOP.finditer(text) if has(ANY, text) else ():
        body = text[match.end() : match.end() + _NEAR]
        if has(ANY, body) and _STOPS.search(body):
            found |= set(_QUOTED.findall(next(filter(None, match.groups()))))
    return found


def is_refused(text: str, name: str) -> bool:
    """Whether a program that read a variable stops where it is empty: ``if (!NAME) throw``, ``if X is None: raise``.

    Args:
        text: a source.
        name: the variable, of whose reads none brings a value.
    """
    read = _READ.format(name)
    held = re.search(
        rf"\b(\w{{1,80}})(?:[ \t]{{0,8}},[ \t]{{0,8}}(\w{{1,80}}))?[ \t]{{0,8}}(?::[ \t]*[\w<>| ]{{1,40}})?(?::=|=)[ \t]*(?:await )?{read}(?![ \t]*(?:\?\?|\|\||or\b))",
        text,
    )
    local = "|".join(re.escape(one) for one in (name, *(held.groups() if held else ())) if one and one != "_")
    value = rf"(?:{read}|(?:process\.env\.)?\b(?:{local})\b)"
    refused = re.compile(rf"![ ]?{value}|\bnot {value}|{value}\s*(?:is None|===? ?(?:undefined|null|\"\"|''|nil))")
    return any(_is_stop(text, match.start(), match.end()) for match in refused.finditer(text))


def _is_stop(text: str, begin: int, end: int) -> bool:
    """Whether a condition that holds something stops the program."""
    line = text[max(text.rfind("\n", max(begin - _NEAR, 0), begin) + 1, begin - _NEAR) : end + 120].partition("\n")[0]
    return (
        _IF.search(line) is not None
        and not _EITHER.search(line)
        and _STOPS.search(text[end : end + _NEAR].partition("\n}")[0]) is not None
    )
