"""What PostgreSQL refuses in a statement by itself: forms of other databases, and expressions that may change from day to day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.code._sql_postgres import BUILT_IN, OF_EXTENSIONS
from toolkit.checks.code._sql_script import enclosed, entries
from toolkit.checks.code._sql_statements import statements, upward_part
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Refused", "extensions_of_sql", "refusals_of_sql", "types_of_sql"]

_MAX_BYTES = 2_000_000
_LONGEST = 20_000
_FILLED = regex(r"\$\{|\{\{|%s|%\(|<%|(?<![:\w]):'?[a-z_]\w*'?(?=[\s,;)])")
"""Something is put into the text before it is run."""
_NAME = r"(?:(?:\"[^\"\n]+\"|\w+)\s*\.\s*)?(?:\"[^\"\n]+\"|\w+)"
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
_ROUTINE = regex(r"(?i)create\s+(?:or\s+replace\s+)?(?:function|procedure)\b")
_TABLE = regex(rf"(?is)create\s+(?:unlogged\s+|temp(?:orary)?\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}\s*(?=\()")
_ADDED = regex(rf"(?is)\badd\s+column\s+(?:if\s+not\s+exists\s+)?(?:\"[^\"\n]+\"|\w+)\s+({_NAME})")
_ALTERED = regex(r"(?is)alter\s+table\b")
_COLUMN = regex(rf"(?is)\s*(?:\"[^\"\n]+\"|\w+)\s+({_NAME})")
_DOUBLE = regex(r"(?i)double\s+precision\b")
_NO_COLUMN = regex(r"(?is)\s*(?:constraint|primary|unique|foreign|check|exclude|like|index|key|fulltext|period)\b")
_INLINE = regex(
    r"(?is)\s*(?:(?:unique|fulltext|spatial)\s+)?(?:index|key)\s+(?:\"?(?P<name>\w+)\"?\s*)?(?:using\s+\w+\s*)?\("
)
_AUTOMATIC = regex(r"(?i)\bauto_?increment\b")
_UPDATING = regex(r"(?i)\bon\s+update\s+(?:current_timestamp|now\s*\()")
_UNSIGNED = regex(r"(?i)\b(?:int|integer|bigint|smallint)\s*(?:\(\d+\)\s*)?unsigned\b")
_WHERE = regex(r"(?i)\s*where\b")
_UNIQUE = regex(r"(?is)\s*(?:constraint\s+\S+\s+)?unique\s*\(")
_INDEX = regex(
    rf"(?is)create\s+(?:unique\s+)?index\b.*?\bon\s+(?:only\s+)?(?P<table>{_NAME})\s*(?:using\s+\w+\s*)?(?=\()"
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
_TEXTS = regex(r"'(?:[^']|'')*'")


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


def types_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    """Line, type and column of what the tables of a file have of types that PostgreSQL itself does not know."""
    return context.fact(_types, path)


def extensions_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    """Line, extension and name of what the statements of a file take from an extension, each extension once."""
    return context.fact(_extensions, path)


def _extensions(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    found: dict[str, tuple[int, str, str]] = {}
    types = {name.lower(): line for line, name, _ in _types(context, path)}
    stated = [(line, _TEXTS.sub(_blank, statement)) for line, statement in _statements(context, path)]
    for extension, (names, calls) in OF_EXTENSIONS.items():
        wanted = re.compile(calls)
        uses = [
            (first + text.count("\n", 0, use.start()), use[0])
            for first, text in stated
            if not _ROUTINE.match(text) and (use := wanted.search(text))
        ]
        uses += [(types[name], name) for name in names if name in types]
        if uses:
            line, name = min(uses)
            found[extension] = line, extension, name.rstrip(" (")
    return tuple(found.values())


def _refused(context: Inspection, path: str) -> tuple[tuple[int, str, str, str, str], ...]:
    stated = list(_statements(context, path))
    zoned = {found[1].lower() for _, statement in stated for found in _ZONED.finditer(statement)}
    return tuple(
        (line, kind, message, fix, " ".join(evidence.split())[:120])
        for first, statement in stated
        for line, kind, message, fix, evidence in _of_statement(first, statement, zoned)
    )


def _types(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    found: dict[str, tuple[int, str, str]] = {}
    for first, statement in _statements(context, path):
        for at, name, column in _typed(statement):
            if name.lower() not in BUILT_IN:
                found.setdefault(name, (first + statement.count("\n", 0, at), name, " ".join(column.split())[:120]))
    return tuple(found.values())


def _statements(context: Inspection, path: str) -> Iterator[tuple[int, str]]:
    """The statements that are run as they stand; what a block of code tries may fail."""
    for line, statement in statements(upward_part(text_of(context, path, _MAX_BYTES, errors="replace"))):
        stated = len(statement) <= _LONGEST and statement[:5].lower() in ("creat", "alter", "inser", "updat")
        if stated and not _FILLED.search(_TEXTS.sub(_blank, statement)):
            yield line, statement


def _of_statement(first: int, statement: str, zoned: set[str]) -> Iterator[Refused]:
    for form, what, instead in _NO_IF:
        if form.match(statement):
            message = (
                f"PostgreSQL has no IF NOT EXISTS for {what}: it refuses the statement, and the migration stops there"
            )
            yield Refused(first, f"if {what}", message, f"write {instead}", statement[:120])
    if _TABLE.match(statement):
        yield from _of_table(first, statement)
    elif found := _INDEX.match(statement):
        plain = _TEXTS.sub(_blank, statement)
        told = list(_changing(first, plain, found.end(), len(plain), "an index"))
        days = (
            one for one in _DAYS.finditer(statement, found.end()) if next(filter(None, one.groups())).lower() in zoned
        )
        yield from told or (_of_day(first + statement.count("\n", 0, day.start()), day[0], statement) for day in days)


def _of_table(first: int, statement: str) -> Iterator[Refused]:
    for at, entry in _entries(statement):
        line = first + statement.count("\n", 0, at + len(entry) - len(entry.lstrip()))
        plain = _TEXTS.sub(_blank, entry)
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


def _typed(statement: str) -> Iterator[tuple[int, str, str]]:
    """Where the type of each column stands, the type and the column as written."""
    if _TABLE.match(statement):
        for at, entry in _entries(statement):
            if (
                not _NO_COLUMN.match(entry)
                and (found := _COLUMN.match(entry))
                and not _DOUBLE.match(entry, found.start(1))
            ):
                yield at + found.start(1), _bare(found[1]), entry
    elif _ALTERED.match(statement):
        for found in _ADDED.finditer(statement):
            if not _DOUBLE.match(statement, found.start(1)):
                yield found.start(1), _bare(found[1]), found[0]


def _entries(statement: str) -> Iterator[tuple[int, str]]:
    """The columns and constraints of a table, with their places."""
    opening = statement.find("(")
    end = enclosed(statement, opening)
    for at, entry in entries(statement[opening + 1 : end]) if end > 0 else ():
        yield opening + 1 + at, entry


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('"')


def _blank(text: re.Match[str]) -> str:
    """As long as a text, which says nothing."""
    return re.sub(r"[^\n]", " ", text[0])
