"""Rows that a database refuses: with another number of values than of columns, without one that has to be there, or with one that is not of those that a column takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.code._sql.brackets import enclosed, entries
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.names import HOLE, Row, meant
from toolkit.checks.code._sql.required import needs
from toolkit.checks.code._sql.statements import statements
from toolkit.checks.code._sql.told import in_words
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import Schema
    from toolkit.checks.code._sql.required import Needs
    from toolkit.checks.code._sql.told import Query
    from toolkit.model import Severity

__all__ = ["miscounted", "unfitting"]

_INSERT = regex(
    r"(?i)\s*(?:insert\s+(?:or\s+\w+\s+|ignore\s+)?|replace\s+)into\s+[\w.\"`]+\s*\(([\w\s,\"`]+)\)\s*(?:overriding\s+\w+\s+value\s+)?values\s*(?=\()"
)
_WRITES = regex(
    r"(?i)\s*insert\s+into\s+(?:\"?public\"?\s*\.\s*)?\"?(\w+)\"?(?:\s+as\s+\w+)?\s*\(([\w\s,\"]+)\)\s*(?:overriding\s+\w+\s+value\s+)?(values\s*(?=\()|select\b|values\b|__hole__)"
)
_SETS = regex(r"(?i)\s*update\s+(?:\"?public\"?\s*\.\s*)?\"?(\w+)\"?\s+set\s+")
_SET = regex(r"\s*\"?(\w+)\"?\s*=\s*'([\w-]+)'\s*(?:\bwhere\b.*)?", re.DOTALL | re.IGNORECASE)
_TEXT = regex(r"\s*'([\w-]+)'(?:::\w+)?\s*")
_NOT_WRITTEN = (HOLE, "{", "%s")
"""What may stand for several values."""
_SHOWN, _LISTED = 6, 20
_FEW = 3
"""Columns from which on a statement is taken for one that is written out."""


def miscounted(queries: Iterable[Query]) -> Iterator[Drift]:
    """Queries of which a row has more or fewer values than the list of columns before it."""
    for query in queries:
        if query.path.endswith(".sql") or any(one in query.text for one in _NOT_WRITTEN):
            continue  # statements of files are kept without their rows
        for line, statement in statements(query.text):
            head = _INSERT.match(statement)
            wanted = len(head[1].split(",")) if head is not None else 0
            given = _values(statement[head.end() :]) if head is not None and wanted >= _FEW else 0
            if given not in (0, wanted):
                yield Drift(
                    query.path,
                    query.line + line - 1,
                    f"The statement names {wanted} columns and gives {given} values: the database refuses it.",
                    " ".join(statement.split())[:160],
                    "error",
                    fix="give each column its value",
                )


def unfitting(context: Inspection, known: Schema, queries: Iterable[Query]) -> Iterator[Drift]:
    """Each table with the columns that rows leave out, and each value that a column does not take, at the first of the places."""
    lacking: dict[tuple[str, tuple[str, ...]], list[tuple[Query, int]]] = {}
    beyond: dict[tuple[str, str, str], list[tuple[Query, int]]] = {}
    needed: Needs | None = None
    for query in queries:
        row = query.asked.written or _row(query.text)
        if not row.table or query.asked.faults or query.doubted:
            continue
        needed = needs(context, known) if needed is None else needed
        absent = tuple(one for one in needed.values.get(row.table, ()) if one not in row.columns)
        if row.columns and absent:
            lacking.setdefault((row.table, absent), []).append((query, 1))
        for column, value, line in row.values:
            taken, _ = needed.lists.get(row.table, {}).get(column, ((value.lower(),), ""))
            if value.lower() not in {*taken, *needed.later}:
                beyond.setdefault((row.table, column, value), []).append((query, line))
    for (table, absent), found in lacking.items():
        listed = ", ".join(absent[:_SHOWN]) + (f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else "")
        message = f"The statement gives {table} no {listed}, which may not be NULL and has no default: the database refuses it."
        made = needed.values[table][absent[0]] if needed else ""
        yield _told(found, message, made, "give it a value, or the column a default")
    for (table, column, value), found in beyond.items():
        taken, made = needed.lists[table][column] if needed else ((), "")
        near = meant(value.lower(), taken)
        message = f"{table}.{column} does not take {value}: the database refuses the row" + (
            f"; {near} is like it." if near else "."
        )
        fix = f"write {near or 'a value that it takes'}, or let the constraint or type of {column} take {value}"
        yield _told(found, message, f"it takes {', '.join(taken[:_LISTED])}; {made}", fix)


def _told(found: list[tuple[Query, int]], message: str, made: str, fix: str) -> Drift:
    places = [(query.path, query.line + line - 1) for query, line in found]
    query, also = found[0][0], f" Also in {in_words(places[1:])}." if places[1:] else ""
    text = " ".join(query.text.replace(HOLE, "?").split())[:160]
    severity: Severity = "warning" if query.by_hand else "error"
    return Drift(*places[0], message + also, f"{text}\n{made}", severity, fix=fix, related=tuple(places[1:]))


def _row(text: str) -> Row:
    """What an ``INSERT`` or ``UPDATE`` writes, as far as it is written out."""
    if changed := _SETS.match(text):
        parts = ((at, _SET.fullmatch(part)) for at, part in entries(text[changed.end() :]))
        told = (
            (one[1].lower(), one[2], text.count("\n", 0, changed.end() + at + one.start(1)) + 1)
            for at, one in parts
            if one
        )
        return Row(changed[1].lower(), frozenset(), tuple(told))
    head = _WRITES.match(text)
    if head is None or HOLE in head[2]:
        return Row("", frozenset())
    names = [one.strip().strip('"').lower() for one in head[2].split(",")]
    end = enclosed(text, head.end())
    given = [*entries(text[head.end() + 1 : end])] if end > 0 and head[3].lower().startswith("values") else []
    found = ((name, _TEXT.fullmatch(part), at) for name, (at, part) in zip(names, given, strict=False))
    told = ((name, one[1], text.count("\n", 0, head.end() + 1 + at) + 1) for name, one, at in found if one)
    return Row(head[1].lower(), frozenset(names), tuple(told) if len(names) == len(given) else ())


def _values(text: str) -> int:
    """The values of a row that opens a text; 0 where it is not closed."""
    end = enclosed(text, 0)
    return sum(1 for _ in entries(text[1:end])) if end > 0 else 0
