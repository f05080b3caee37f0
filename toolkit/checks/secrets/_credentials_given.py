"""Objects that hold a credential: headers that were given an ``Authorization``, and what somebody logs in with."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checks._literals import Literals
from toolkit.checks.secrets._log_words import CLEANED
from toolkit.checks.secrets._script_text import block_end, scope_end
from toolkit.checks.secrets._values import lowered
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOGIN_WORDS", "logins", "may_hold_credentials", "objects_with_credentials"]

_WORDS = ("authorization", "x-api-key", "x-auth-token", "proxy-authorization")
"""Headers, in lower case, whose value lets somebody in."""
_NAMED = r"(?:[Pp]roxy-)?[Aa]uthorization|[Xx]-[Aa][Pp][Ii]-[Kk]ey|[Xx]-[Aa]uth-[Tt]oken"
_HEADER = rf"{_NAMED}|AUTHORIZATION"
_GIVEN = regex(
    rf"""(?P<name>(?<![\w$.])(?:self\.|this\.)?[A-Za-z_$][\w$]{{0,60}})\s?(?:as\s[^()\n]{{1,80}}\)\s?)?
        (?:\[\s?["'`](?:{_HEADER})["'`]\s?\]\s?=(?!=)
          |\??\.(?:set|append|insert|Set|Add|setdefault)\(\s?(?:["'`](?:{_HEADER})["'`]|(?:\w{{1,30}}::){{0,3}}AUTHORIZATION)\s?,
          |\.[aA]uthorization\s?=(?!=))\s{{0,3}}(?P<value>[^\n]{{0,120}})""",
    re.VERBOSE,
)
_OBJECT = regex(
    r"(?<![\w$.])(?P<name>(?:self\.|this\.)?[A-Za-z_$][\w$]{0,60})\s?(?::(?!=)[^=;\n]{1,80})?:?=\s?"
    r"(?:await\s)?(?:new\sHeaders\(\s{0,8}|Object\.assign\(\s{0,8}|map\[string\]\w{1,20}|&?[A-Za-z][\w.]{1,40})?(?P<open>\{)"
)
_FIELD = regex(
    rf"""(?<![\w-])(?:["'`]AUTHORIZATION["'`]|["'`]?(?:{_NAMED})["'`]?)\]?\s?(?P<colon>:)\s{{0,3}}(?P<value>[^\n]{{0,120}})"""
)
_NO_CREDENTIAL = regex(
    r"""["'`](?!(?i:bearer|basic|token)\s)[^"'`$+]{0,60}["'`]\s{0,3}(?:[,;})\]]|$)|["'`](?i:bearer|basic|token)?\s?[<*.x\[][^\n]{0,60}["'`]|[{\[(]|z\.|[A-Z]\w{0,30}[;,]|undefined|null|nil|None|string|[tT]rue|[fF]alse"""
)
"""A value that is none: a fixed text, a type, a schema."""
_HELPER = regex(r"\b(?:function|const|let)\s(?P<name>[\w$]{0,40}[hH]eaders?[\w$]{0,20})\s?(?:=\s?(?:async\s?)?)?\(")
"""A function that puts headers together, by its name."""
_LONGEST = 3_000
"""Characters of an object in which a header is looked for."""
_HEAD = 400
"""Characters of what stands before the bracket of an object."""
_MOST = 100
"""Objects that are looked at in one file."""
LOGIN_WORDS = (
    "Login", "SignIn", "Signin", "SignUp", "Signup", "Register", "ChangePassword", "ResetPassword",
    "Credentials", "OAuth2PasswordRequestForm", "UserCreate",
)  # fmt: skip
_HEADERS, _LOGINS = Literals(_WORDS), Literals(LOGIN_WORDS)
_LOGIN = regex(
    r"(?<![\w$.])(?P<name>[A-Za-z_]\w{0,60})(?:\)?\??\s?:\s?&?(?:Annotated\[\s?|(?:\w{1,12}::)?(?:Json|Form)<)?|\s)\*?(?:\w{1,30}(?:\.|::)){0,2}"
    r"(?:(?:Log[iI]n|[sS]ign[iI]n|[sS]ign[uU]p|Register(?:User)?|User(?:Login|Register|Create)|(?:Change|Reset|Update)Password)"
    r"(?:Request|User)?(?:Dto|DTO|Input|Form|FormData|FormValues|Data|Request|Payload|Body|Schema|Values|Credentials|In)"
    r"|(?:Login|User|Auth)?Credentials(?:Dto|DTO|Input)?|OAuth2PasswordRequestForm)\b(?!\s?[(.<])"
)
_NO_NAME = frozenset(
    {"new", "type", "class", "interface", "import", "export", "return", "as", "extends", "implements", "struct", "enum", "from", "of", "function", "default",
     "const", "typeof", "keyof", "def", "pub", "is", "and", "or", "not", "the", "a", "use", "let", "var", "if", "abstract", "readonly", "case"}
)  # fmt: skip


def may_hold_credentials(content: str) -> bool:
    """Whether a source names a header that lets somebody in, or a login."""
    lower = lowered(content)
    for words, text, expressions in ((_HEADERS, lower, (_GIVEN, _FIELD)), (_LOGINS, content, (_LOGIN,))):
        for at in (place for word in words.held(text) for place in islice(_places(text, word), _MOST)):
            near = content[max(at - 80, 0) : at + 70]
            if any(expression.search(near) for expression in expressions):
                return True
    return False


def objects_with_credentials(text: str, content: str, language: str) -> Iterator[tuple[str, str, int, int]]:
    """Names of headers that were given a credential: name, what it holds, and the offsets between which it does.

    Args:
        text: the source with comments and strings blanked out.
        content: the source.
        language: the ending of its name.
    """
    lower = lowered(content)
    if not _HEADERS.held(lower):
        return
    for match in islice(_objects(text, lower), _MOST * 20):
        end = match.end()
        stop = end + block_end(text[end : end + _LONGEST], 0)
        fields = _FIELD.finditer(content, end, stop)
        if any(text[field.start("colon")] == ":" and _is_credential(field["value"]) for field in fields):
            yield (
                match["name"],
                "all headers",
                stop,
                _known_until(text, match["name"], match.start(), stop + 1, language),
            )
    made: dict[str, list[int]] = {}
    helpers: set[str] = set()
    for match in islice(_given(content, lower), _MOST):
        name, at = match["name"], match.start("name")
        if text[at] != content[at] or not _is_credential(match["value"]):
            continue
        helpers |= _helper(text, at)
        places = made[name] if name in made else made.setdefault(name, _declarations(text, name))
        start = max((place for place in places if place < at), default=match.end("name"))
        yield name, "all headers", match.end("name"), _known_until(text, name, start, start, language)
    for match in (match for one in sorted(helpers) for match in islice(_taken_from(text, one), _MOST)):
        name = match["into"] or match["name"]
        end = max(text.find("\n", match.end()), match.end())
        yield name, "all headers", end, _known_until(text, name, match.start(), end, language)


def _objects(text: str, lower: str) -> Iterator[re.Match[str]]:
    """Objects that begin so near before a header's name that it may stand in them: an expression that begins with any name is slow."""
    end = 0
    for at in sorted(place for word in _WORDS for place in _places(lower, word)):
        for match in _OBJECT.finditer(text, max(at - _LONGEST - _HEAD, end), at) if at > end else ():
            end = match.end()
            yield match


def _helper(text: str, at: int) -> set[str]:
    """The function around a place, if it is called like one that puts headers together."""
    *_, last = ["", *(match["name"] for match in _HELPER.finditer(text, max(at - _LONGEST, 0), at))]
    return {last} if last else set()


def _taken_from(text: str, helper: str) -> Iterator[re.Match[str]]:
    """Objects that get what a function puts together."""
    name = re.escape(helper)
    return re.finditer(
        rf"\bObject\.assign\(\s?(?P<into>[\w$]{{1,60}})\s?,[^;\n]{{0,200}}?\b{name}\("
        rf"|\b(?:const|let|var)\s(?P<name>[\w$]{{1,60}})(?:\s?:[^=\n]{{1,80}})?\s?=\s?(?:await\s)?(?:\{{[^;{{}}]{{0,300}}?\.\.\.)?(?:await\s)?{name}\(",
        text,
    )


def _given(content: str, lower: str) -> Iterator[re.Match[str]]:
    """Assignments of a credential, found from the word on: most of a file has none."""
    end = -1
    for at in sorted(place for word in _WORDS for place in islice(_places(lower, word), _MOST)):
        start = max(content.rfind("\n", 0, at) + 1, at - 120)
        match = _GIVEN.search(content, max(start, end), at + 160) if at >= end else None
        if match:
            end = match.end()
            yield match


def _places(lower: str, word: str) -> Iterator[int]:
    at = lower.find(word)
    while at >= 0:
        yield at
        at = lower.find(word, at + len(word))


def _declarations(text: str, name: str) -> list[int]:
    """Where a name gets its first value: ``const x =``, ``x :=``, ``let mut x``."""
    if name.startswith(("self.", "this.")):
        return []
    found = re.compile(
        rf"(?:(?:\b(?:const|let|var)\s{{1,4}}(?:mut\s{{1,4}})?)|^[ \t]*){re.escape(name)}\b\s?(?=:|=(?!=))",
        re.MULTILINE,
    )
    return [match.end() for match in islice(found.finditer(text), _MOST)]


def _known_until(text: str, name: str, start: int, end: int, language: str) -> int:
    """Where the name is no longer known: an object's own is everywhere."""
    return len(text) if name.startswith(("self.", "this.")) else scope_end(text, start, end, language)


def _is_credential(value: str) -> bool:
    """Whether a header's value, from its first character on, is one, and not left out or masked."""
    return bool(value.strip()) and _NO_CREDENTIAL.match(value) is None and not CLEANED.search(value)


def logins(text: str, language: str) -> Iterator[tuple[str, str, int, int]]:
    """Names whose type says that somebody logs in with them: name, what it holds, and the offsets between which it does."""
    if not _LOGINS.held(text):
        return
    for match in islice(_LOGIN.finditer(text), _MOST):
        if match["name"] not in _NO_NAME:
            yield (
                match["name"],
                "a login",
                match.end(),
                scope_end(text, match.start(), match.end(), language, parameter=True),
            )
