"""Queries that their author lets fail: what says or asks first whether there is what they ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._standing import is_idle
from toolkit.checks._texts import indent, text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.names import Asked
    from toolkit.checks.code._sql.told import Query

__all__ = ["excused", "is_weak"]

_ABSENT = (
    r"(?:\b(?:(?:might|may|could) not (?:yet )?exist|(?:might|may|could) be (?:absent|missing)|if (?:it|they|the tables?|the columns?) exists?\b|not (?:yet )?exist (?:yet|in)"
    r"|(?:tables?|columns?|relations?) (?:is |are )?(?:missing|absent)\b|\bif (?:the |a )?(?:tables?|columns?|relations?) do(?:es)?(?: not|n't) exist\b|not (?:yet )?migrated\b|not yet created\b|not created yet\b|future[- ]proof|see if there(?:'s| is) an? )|n't (?:yet )?exist (?:yet|in))"
)
_DOUBT = regex(rf"(?i)(?://|#|--|\*)[^\n]{{0,120}}{_ABSENT}")
"""What a comment says of what may not be there."""
_OWNED_UP = regex(rf"(?i){_ABSENT}")
"""The same where a failure is caught, in what is written to a log as well."""
_EXPECTED = regex(r"[\"'`][^\"'`\n]{0,40}\b(?:does not exist|no such table)\b|[\"'`](?:42P01|PGRST205)[\"'`]")
"""What a program compares an error with for which the lack of a table is an answer."""
_RIGHT_BELOW = 4
_HANDLED = regex(r"\bcatch\b|^\s*except\b")
_CAUGHT = regex(r"\b(catch|except|try)\b")
_COMMENT, _AFTER, _RETRY, _HANDLER = 6, 30, 16, 6
"""Lines up to a query in which a comment speaks of it, after it in which what catches its failure does or tries another one, and of what does."""
_ASKS_FIRST = regex(
    r"(?i)\b(?:(?:table|column)s?_?exists?|has_?(?:table|column)|to_regclass|information_schema|sqlite_master)\b"
)
"""What asks a database for what it has."""
_BEGINS = regex(r"\s*(?:(?:export|default|async|public|private|static|pub)\s+)*(?:function|def|fn|func)\b")
_FUNCTION, _GUARD = 80, 4
"""Lines before a query in which its function begins, and lines of what asks first."""


def is_weak(context: Inspection, path: str, line: int, asked: Asked) -> bool:
    """Whether a query that lacks something may do so: somebody reckons with it, asks first, or nothing ever loads the query."""
    return bool(asked.faults) and (
        _is_of_a_part(context, path, asked)
        or _is_doubted(context, path, line)
        or _is_asked_before(context, path, line, asked)
        or is_idle(context, path)
    )


def _is_of_a_part(context: Inspection, path: str, asked: Asked) -> bool:
    """Whether other texts of a source name the tables that a query lacks, as parts of a query (``WITH name AS (...)``) that it is joined from."""
    text = text_of(context, path, errors="replace")
    names = [re.escape(one.name) for one in asked.faults if not one.tables]
    return len(names) == len(asked.faults) and all(
        re.search(rf"(?i)(?:\bwith(?:\s+recursive)?|,)\s*\\?\s*{name}\s+as\s+(?:(?:not\s+)?materialized\s*)?\(", text)
        for name in names
    )


def _lines(context: Inspection, path: str) -> list[str]:
    return text_of(context, path, errors="replace").split("\n")


def _is_doubted(context: Inspection, path: str, line: int) -> bool:
    """Whether a comment before a query, or where its failure is caught, says that what it asks for may be absent, or code below it asks for that: whoever wrote it lets it fail."""
    lines = _lines(context, path)
    after = lines[line : line + _AFTER]
    at, caught = next(((at, found[1]) for at, one in enumerate(after) if (found := _CAUGHT.search(one))), (0, "try"))
    handler = after[at : at + _HANDLER] if caught != "try" else []
    doubted = any(map(_DOUBT.search, lines[max(line - _COMMENT, 0) : line])) or any(map(_OWNED_UP.search, handler[:2]))
    return doubted or any(map(_EXPECTED.search, (*after[:_RIGHT_BELOW], *handler)))


def _is_asked_before(context: Inspection, path: str, line: int, asked: Asked) -> bool:
    """Whether the function of a query asks the database first whether there is what it lacks."""
    lines = _lines(context, path)[max(line - _FUNCTION, 0) : line]
    start = next((at for at in range(len(lines) - 1, -1, -1) if _BEGINS.match(lines[at])), 0)
    guards = ["\n".join(lines[at : at + _GUARD]) for at in range(start, len(lines)) if _ASKS_FIRST.search(lines[at])]
    names = {one.name for one in asked.faults}
    return bool(guards) and all(
        any(re.search(rf"[\"'`.]{re.escape(name)}[\"'`]", one) for one in guards) for name in names
    )


def excused(context: Inspection, coded: list[Query]) -> Iterator[Query]:
    """The queries; one that may fail is of no weight, as what catches its failure sends another one without what is missing."""
    for query in coded:
        columns = {one.name.lower() for one in query.asked.faults if one.tables}
        first = query.line + query.text.count("\n")
        others = (
            [one for one in coded if one.path == query.path and first < one.line <= first + _RETRY] if columns else []
        )
        retried = any(
            not columns & {fault.name.lower() for fault in one.asked.faults}
            and one.asked.tables >= query.asked.tables
            and _is_in_handler(_lines(context, query.path)[first - 1 : one.line])
            for one in others
        )
        yield query._replace(doubted=True) if retried else query


def _is_in_handler(lines: list[str]) -> bool:
    """Whether the last of some lines lies within what catches the failure of the first."""
    at = next((at for at, line in enumerate(lines) if _HANDLED.search(line)), None)
    if at is None:
        return False
    if at == len(lines) - 1:
        return True
    depth = indent(lines[at])
    return all(indent(line) > depth for line in lines[at + 1 :] if line.strip())
