"""What PostgreSQL refuses in a statement by itself: forms of other databases, and expressions that may change from day to day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.brackets import enclosed
from toolkit.checks.code._sql.columns import FILLED, MAX_BYTES, NAME, TABLE, TEXTS, blank, parts_of_table, stated
from toolkit.checks.code._sql.postgres import BUILT_IN
from toolkit.checks.code._sql.statements import statements
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Refused", "refusals_of_sql"]

_NO_IF = (
    (
        regex(r"(?is)create\s+policy\s+if\s+not\s+exists\b"),
        "CREATE POLICY",
        "DROP POLICY IF EXISTS before CREATE POLICY",
    ),
    (
        regex(r"(?is)create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\s+if\s+not\s+exists\b"),
        "CREATE TRIGGER",
        "CREATE OR REPLACE TRIGGER",
    ),
    (
        regex(r"(?is)create\s+type\s+if\s+not\s+exists\b"),
        "CREATE TYPE",
        "a block that catches duplicate_object around it",
    ),
    (
        regex(r"(?is)create\s+domain\s+if\s+not\s+exists\b"),
        "CREATE DOMAIN",
        "a block that catches duplicate_object around it",
    ),
    (
        regex(r"(?is)create\s+(?:role|user)\s+if\s+not\s+exists\b"),
        "CREATE ROLE",
        "a block that catches duplicate_object around it",
    ),
    (
        regex(r"(?is)create\s+database\s+if\s+not\s+exists\b"),
        "CREATE DATABASE",
        "it without IF NOT EXISTS, where there is none yet",
    ),
    (
        regex(r"(?is)alter\s+table\s+[^;]*?\badd\s+constraint\s+if\s+not\s+exists\b"),
        "ADD CONSTRAINT",
        "DROP CONSTRAINT IF EXISTS before it",
    ),
)
"""Statements that have no ``IF NOT EXISTS``, and what is written instead."""
_INLINE = regex(
    r"(?is)\s*(?:(?:unique|fulltext|spatial)\s+)?(?:index|key)\s+(?:\"?(?P<name>\w+)\"?\s*)?(?:using\s+\w+\s*)?\("
)
_AUTOMATIC = regex(r"(?i)\bauto_?increment\b")
_UPDATING = regex(r"(?i)\bon\s+update\s+(?:current_timestamp|now\s*\()")
_UNSIGNED = regex(r"(?i)\b(?:int|integer|bigint|smallint)\s*(?:\(\d+\)\s*)?unsigned\b")
_WHERE = regex(r"(?i)\s*where\b")
_UNIQUE = regex(r"(?is)\s*(?:constraint\s+\S+\s+)?unique\s*\(")
_INDEX = regex(
    rf"(?is)create\s+(?:unique\s+)?index\b.*?\bon\s+(?:only\s+)?(?P<table>{NAME})\s*(?:using\s+\w+\s*)?(?=\()"
)
_GENERATED = regex(r"(?is)\bgenerated\s+always\s+as\s*(?=\()")
_CHANGING = regex(
    r"(?i)\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid)\s*\(|\b(?:current_timestamp|current_date|current_time|localtimestamp|current_user|session_user)\b"
)
_STABLE = regex(
    r"(?i)\bto_tsvector\s*\(\s*[^,()']*(?:\([^()]*\)[^,()']*)*\)|\b(?:to_char|concat|concat_ws|array_to_string|unaccent|age)\s*\("
)
"""What depends on the settings of the database: the texts of dates, the language of a search."""
_ZONED = regex(
    r"(?i)(?:^|[(,\n]|\bcolumn\s|\bexists\s)\s*\"?(\w+)\"?\s+(?:timestamptz\b|timestamp\s*(?:\(\d\)\s*)?with\s+time\s+zone\b)"
)
_DAYS = regex(
    r"(?i)\bdate\s*\(\s*\"?(\w+)\"?\s*\)|(?<![\w.)])\"?(\w+)\"?\s*::\s*date\b|\bdate_trunc\s*\(\s*'\w+'\s*,\s*\"?(\w+)\"?\s*\)"
)
"""A day of a column, which is another one in another zone."""
_QUOTES = regex(r"'|\$(?:[A-Za-z_]\w*)?\$")


class Refused(NamedTuple):
    """A place, its kind (the cause that one repair is for), the message, what to do, and what it says."""

    line: int
    kind: str
    message: str
    fix: str
    evidence: str


def refusals_of_sql(context: Inspection, path: str) -> tuple[Refused, ...]:
    """Every statement of a file that PostgreSQL refuses wherever it stands."""
    return tuple(Refused(*one) for one in context.fact(_refused, path))


def _refused(context: Inspection, path: str) -> tuple[tuple[int, str, str, str, str], ...]:
    run = list(stated(context, path))
    broken = _unclosed(text_of(context, path, MAX_BYTES, errors="replace"))
    zoned = {found[1].lower() for _, statement in run for found in _ZONED.finditer(statement)}
    return tuple(
        (line, kind, message, fix, " ".join(evidence.split())[:120])
        for first, statement in run
        for line, kind, message, fix, evidence in _of_statement(first, statement, zoned)
    ) + tuple((*one,) for one in broken)


def _unclosed(text: str) -> Iterator[Refused]:
    """A body between dollars that the file does not end."""
    *_, (line, last) = [(0, ""), *statements(text)]
    opened, at = "", 0
    while mark := _QUOTES.search(last, at):
        close = mark[0]
        at = last.find(close, mark.end())
        if at < 0:
            opened, at = mark[0].strip("'"), mark.start()
            break
        at += len(close)
    if opened and not FILLED.search(last):
        message = (
            f"What {opened} opens is never closed in this file: PostgreSQL refuses it, and the migration stops there"
        )
        yield Refused(
            line + last.count("\n", 0, at), "unclosed", message, "bring the rest of the body into this file", last[:120]
        )


def _of_statement(first: int, statement: str, zoned: set[str]) -> Iterator[Refused]:
    for form, what, instead in _NO_IF:
        if form.match(statement):
            message = (
                f"PostgreSQL has no IF NOT EXISTS for {what}: it refuses the statement, and the migration stops there"
            )
            yield Refused(first, f"if {what}", message, f"write {instead}", statement[:120])
    if TABLE.match(statement):
        yield from _of_table(first, statement)
    elif found := _INDEX.match(statement):
        plain = TEXTS.sub(blank, statement)
        told = list(_changing(first, plain, found.end(), len(plain), "an index"))
        days = (
            one for one in _DAYS.finditer(statement, found.end()) if next(filter(None, one.groups())).lower() in zoned
        )
        yield from told or (_of_day(first + statement.count("\n", 0, day.start()), day[0], statement) for day in days)


def _of_table(first: int, statement: str) -> Iterator[Refused]:
    for at, entry in parts_of_table(statement):
        line = first + statement.count("\n", 0, at + len(entry) - len(entry.lstrip()))
        plain = TEXTS.sub(blank, entry)
        inline = _INLINE.match(plain)
        if inline and (inline["name"] or "").lower() not in BUILT_IN:
            text = (
                "PostgreSQL takes no index within CREATE TABLE: it refuses the statement, and the migration stops there"
            )
            yield Refused(line, "inline index", text, "write CREATE INDEX after the table", entry)
        for form, what, instead in (
            (_AUTOMATIC, "AUTO_INCREMENT", "GENERATED ALWAYS AS IDENTITY"),
            (_UPDATING, "ON UPDATE CURRENT_TIMESTAMP", "a trigger that sets it"),
            (_UNSIGNED, "UNSIGNED", "a larger type, or a CHECK"),
        ):
            if form.search(plain) and not inline:
                text = f"PostgreSQL has no {what}: it refuses the statement, and the migration stops there"
                yield Refused(line, what, text, f"write {instead}", entry)
        if _is_partial_unique(plain):
            text = "A constraint UNIQUE takes columns only: PostgreSQL refuses the statement, and the migration stops there"
            yield Refused(line, "unique", text, "write CREATE UNIQUE INDEX after the table", entry)
        if made := _GENERATED.search(plain):
            yield from _changing(line, plain, made.end(), enclosed(plain, made.end()) + 1, "a generated column")


def _is_partial_unique(entry: str) -> bool:
    """Whether a constraint names an expression, or has a condition, which only an index may."""
    found = _UNIQUE.match(entry)
    end = enclosed(entry, found.end() - 1) if found else -1
    return (
        found is not None and end > 0 and ("(" in entry[found.end() : end] or _WHERE.match(entry, end + 1) is not None)
    )


def _changing(first: int, text: str, start: int, end: int, what: str) -> Iterator[Refused]:
    """An expression, or a condition of an index, whose value is not the same for ever."""
    if found := _CHANGING.search(text, start, end) or _STABLE.search(text, start, end):
        name = found[0].rstrip(" (").partition("(")[0]
        line = first + text.count("\n", 0, found.start())
        message = f"{name} does not give the same for ever: PostgreSQL refuses it in {what} (not IMMUTABLE), and the migration stops there"
        instead = (
            "name the configuration: to_tsvector('english', ...)"
            if "tsvector" in name.lower()
            else "take it out, and compare with it in the query"
        )
        yield Refused(line, f"{what} {name.lower()}", message, instead, text)


def _of_day(line: int, what: str, statement: str) -> Refused:
    message = f"{what} depends on the time zone of who asks: PostgreSQL refuses it in an index (not IMMUTABLE), and the migration stops there"
    return Refused(
        line,
        "an index of days",
        message,
        "write (COLUMN AT TIME ZONE 'UTC')::date, or index the column itself",
        statement,
    )
