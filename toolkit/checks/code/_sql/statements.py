"""The statements of a text of SQL, without its comments and without what takes a migration back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["statements", "upward_part"]

_MARK = regex(r"['\"`;]|\$\w*\$|--|/\*")
_OF_PSQL = regex(r"^\\[a-z][^\n]*", re.MULTILINE)
"""Lines that psql and pgbench keep for themselves: ``\\set``, ``\\i``."""
_MYSQL = regex(r"(?i)`|\bengine\s*=|\bauto_increment\b")
_COMMENT_OR_TEXT = regex(r"['\"`]|\$\w*\$|--|/\*(?!!)|(?<![^\s;])#(?=[ \t#])")
_DOWN = regex(
    r"(?im)^[ \t]*--[ \t]*(?:\+goose|\+migrate|migrate:|@?undo\b|rollback\b)[ \t]*:?[ \t]*(?:down\b|$)|^[ \t]*--[ \t]*down\b[^\n]{0,20}$"
)


_TORN = regex(r"(?is)\A[^$]*?\bend\s*;?\s*(?P<tag>\$\w*\$)\s*(?:language\b|;)")
"""The rest of a body that another file begins: what stands before its end is no statement of its own."""
_SHORT = 30_000
"""Characters of a text whose statements are remembered."""


def upward_part(text: str) -> str:
    """A migration without what takes it back (goose, dbmate, sql-migrate), and without the end of a body that another file begins."""
    if "$" in text and (torn := _TORN.match(text)):
        text = "\n" * text.count("\n", 0, torn.end("tag")) + text[torn.end("tag") :]
    down = _DOWN.search(text)
    return text[: down.start()] if down else text


def statements(text: str) -> Iterable[tuple[int, str]]:
    """The statements of a text with their first lines; quotes, comments and dollar quotes hold no end of one."""
    return _kept(text) if len(text) <= _SHORT else _split(text)


@lru_cache(maxsize=1024)
def _kept(text: str) -> tuple[tuple[int, str], ...]:
    """The statements of a text that is not long: a migration is asked for them by half a dozen rules."""
    return tuple(_split(text))


def _split(text: str) -> Iterator[tuple[int, str]]:
    text = _without_comments(_OF_PSQL.sub("", text) if "\\" in text else text)
    start = at = 0
    line = 1
    while mark := _MARK.search(text, at):
        sign, at = mark[0], mark.end()
        if sign == ";":
            yield from _statement(text[start : mark.start()], line)
            line += text.count("\n", start, at)
            start = at
            continue
        close = {"--": "\n", "/*": "*/"}.get(sign, sign)
        end = text.find(close, at)
        at = len(text) if end < 0 else end + (0 if sign == "--" else len(close))
    yield from _statement(text[start:], line)


def _without_comments(text: str) -> str:
    """A text of SQL of which nothing is read that is a comment; the lines stay. ``#`` is one of MySQL only, which runs what is in ``/*! */``."""
    if "--" not in text and "/*" not in text and "#" not in text:
        return text
    kept: list[str] = []
    start = at = 0
    hashes = _MYSQL.search(text) is not None
    while mark := _COMMENT_OR_TEXT.search(text, at):
        sign, at = mark[0], mark.end()
        close = {"--": "\n", "#": "\n", "/*": "*/"}.get(sign, sign)
        end = text.find(close, at)
        if sign.startswith("$") and end >= 0:  # a body of statements, with comments of its own
            kept += (text[start:at], _without_comments(text[at:end]))
            start, at = end, end + len(close)
        elif sign in ("--", "/*") or (sign == "#" and hashes):
            at = len(text) if end < 0 else end + (len(close) if sign == "/*" else 0)
            kept += (text[start : mark.start()], " ", "\n" * text.count("\n", mark.start(), at))
            start = at
        elif not sign.startswith("$") and sign != "#":
            at = len(text) if end < 0 else end + len(close)
    return "".join((*kept, text[start:]))


def _statement(text: str, line: int) -> Iterator[tuple[int, str]]:
    clean = re.sub(r"\A(?:\s+|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+", "", text)
    if clean.strip():
        yield line + text.count("\n", 0, len(text) - len(clean)), clean
