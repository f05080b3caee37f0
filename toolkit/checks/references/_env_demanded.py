"""Environment variables without which a source stops: refused where they are read, or where what holds them is looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._env_declared import declared_in
from toolkit.checks.references._env_forms import BY_ANOTHER, DEMANDED, NAME, has
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["demanded_in"]

_QUOTED = regex(rf"[\"'`]({NAME})[\"'`]")
_ENV_OBJECT = regex(r"\benv\s*=\s*(?:environ\.)?Env\(")
_OF_ENV = regex(rf"\benv(?:\.(?:str|int|bool|list|url|db|float|json|path))?\(\s*[\"']({NAME})[\"']\s*\)")
_WITH_DEFAULT = regex(rf"\b({NAME})\s*=\s*\(")
"""Of ``environ.Env(DEBUG=(bool, False))``: the type and the value of a variable that nobody sets."""
_LOOP = regex(
    r"\bof\s*\[([^\[\]]{1,1000})\]|\bin\s*[\[(]([^\[\]()]{1,1000})[\])]\s*:|\[([^\[\]]{1,1000})\]\s*\.forEach\(|\[\]string\{([^{}]{1,1000})\}"
)
_LIST = regex(
    r"(?i:\b\w{0,40}(?:required|mandatory)\w{0,40})(?::[^=\n]{0,80})?[ \t]*:?=[ \t]*(?:new Set\(|frozenset\(|Set\(|\[\]string)?[ \t]*[\[{(]([^\]})]{1,1000})[\]})]"
)
_ARGUMENT = regex(rf"\(\s*[\"'`]({NAME})[\"'`]")
_CLOSED = regex(r"\s*\)")
_ASKS = regex(r"\b(?:must|require|required|need|mandatory|assert)\w{0,30}\Z")
_OR_STOPS = regex(
    r"\b(?:getOrThrow|getEnvOrThrow|getRequiredEnv\w{0,20}|getRequired|get_required_env\w{0,20}|envOrThrow|mustGet\w{0,20}|MustGet\w{0,20})(?:<[^<>()]{0,80}>)?\Z"
)
_BEFORE = 130
"""Characters before an argument in which the function's name stands."""
_STOPS = regex(
    r"\bthrow\b(?!\s+new\s+\w{0,20}(?:H[Tt][Tt][Pp]|Request|Unauthori|Forbidden|NotFound|TRPC|Response))|\bexit\(|\braise\b(?!\s+HTTP)|\bpanic\(|Fatal"
)
"""What ends a program, and not only a request."""
_EITHER = regex(r"(?:&&|\band\b)\s*(?:!|not\b)[^\n]{0,80}(?:env|[A-Z_]{3})")
"""A condition that holds only where another variable is missing, too."""
_LATER = regex(
    r"\s*if\s*\(?(?:!\s*|not )\w{1,60}\)?\s*[{:]\s*|\s*if \(?\w{1,60} (?:is None|===? (?:null|undefined))\)?\s*[{:]\s*"
)
"""What is made when it is first wanted: ``if (!client) {``."""
_IF = regex(r"\bif\b")
_NEAR = 300
_READ = r"(?:process\.env\.{0}\b|(?:process\.env\[|(?:os\.)?environ\.get\(|(?:os\.)?getenv\(|Deno\.env\.get\(|os\.(?:Getenv|LookupEnv)\()\s*[\"']{0}[\"']\s*[\])])"
"""How a variable is read without a value of its own."""


def demanded_in(text: str, read: Iterable[str]) -> set[str]:
    """The variables that a source stops without.

    Args:
        text: the source.
        read: variables that it reads, each of which is asked about by itself where none of the usual forms tells.
    """
    found = {name for word, form in DEMANDED if word in text for name in form.findall(text)}
    found |= {name for name, needed in declared_in(text).items() if needed}
    found |= {*_arguments(text), *_of_env_object(text), *_in_lists(text)}
    others = set(read) - found if _STOPS.search(text) else ()
    return found | {name for name in others if _is_refused(text, name)}


def _arguments(text: str) -> Iterator[str]:
    """Variables that are given to a function which stops without one, as its name says: ``mustGet("X")``."""
    for match in _ARGUMENT.finditer(text):
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if _OR_STOPS.search(before) or (_CLOSED.match(text, match.end()) and _ASKS.search(before)):
            yield match[1]


def _of_env_object(text: str) -> set[str]:
    """Variables that are read by an object of ``django-environ`` which has no default for them."""
    if "Env(" not in text or not _ENV_OBJECT.search(text):
        return set()
    return set(_OF_ENV.findall(text)) - set(_WITH_DEFAULT.findall(text))


def _in_lists(text: str) -> Iterator[str]:
    """Variables of a list of required ones, and of one that a loop reads and refuses, in a source that reads by names it is given."""
    if not has(BY_ANOTHER, text) or not _STOPS.search(text):
        return
    for match in _LIST.finditer(text):
        yield from _QUOTED.findall(match[1])
    for match in _LOOP.finditer(text):
        body = text[match.end() : match.end() + _NEAR]
        if has(BY_ANOTHER, body) and _STOPS.search(body):
            yield from _QUOTED.findall(next(filter(None, match.groups())))


def _is_refused(text: str, name: str) -> bool:
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
    before = text[max(begin - _NEAR, 0) : begin].rsplit("\n", 2)
    if len(before) > 1 and _LATER.fullmatch(before[-2]):
        return False
    return (
        _IF.search(line) is not None
        and not _EITHER.search(line)
        and _STOPS.search(text[end : end + _NEAR].partition("\n}")[0]) is not None
    )
