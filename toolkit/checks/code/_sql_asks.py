"""What migrations take to be there, against what all of them have ever made.

A name counts as made whenever any migration makes it, so that a statement in an early one is right although a later one drops what it asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.code._sql_drift import Drift
from toolkit.checks.code._sql_names import SYSTEM, meant
from toolkit.checks.code._sql_queries import asked_by
from toolkit.checks.code._sql_schema import is_backward, is_of_tests, is_ordered, stream
from toolkit.checks.code._sql_statements import statements, upward_part
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql_known import Schema
    from toolkit.model import Severity

__all__ = ["is_step", "refused", "unmade"]

_OF_MIGRATIONS = regex(r"(?i)migrat|drizzle|alembic|versions|flyway|supabase")
_NAME = r"((?:[\w`\"\[\]$]+\s*\.\s*)?[`\"\[]?[A-Za-z_][\w$]*[`\"\]]?)(?![\w.])"
_CONCERNS = regex(
    rf"(?is)create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?[\w\"`.]*\s*on\s+(?:only\s+)?{_NAME}"
    rf"|alter\s+table\s+(?:only\s+)?(?!if\b){_NAME}|insert\s+into\s+{_NAME}|update\s+(?:only\s+)?{_NAME}\s+set\b|delete\s+from\s+(?:only\s+)?{_NAME}"
)
_REFERENCES = regex(rf"(?i)\breferences\s+{_NAME}")
_TEXT = regex(r"'[^'\n]*'")
_FOREIGN = regex(r"(?is)(?:create\s+table|alter\s+table)\b")
_NOT_ON_CLUSTER = regex(r"(?i)\bon\s+cluster\b|\bengine\s*=\s*(?:replicated)?\w*mergetree")
_DUMP = regex(
    r"(?m)^(?:-- PostgreSQL database (?:cluster )?dump|-- Dumped (?:by|from)|-- (?:MySQL|MariaDB) dump|-- phpMyAdmin SQL Dump)"
)
"""The head of what a database wrote out, which stands for itself: it is no step that builds upon others."""
_HEAD = 2_000
_OF_ANY_RELATION = regex(
    rf"(?is)alter\s+table\s+(?:only\s+)?{_NAME}\s+(?:owner\s+to|set\s+schema|rename\s+to)\b|alter\s+table\s+(?:only\s+)?[\w.\"`]*_(?:seq|idx|pkey)\b"
)
"""What PostgreSQL allows of sequences, indexes and views, too."""
_DROPPED = regex(r"(?i)\bdrop\s+table\s+(?:if\s+exists\s+)?([\w.\"`\[\]]+(?:\s*,\s*[\w.\"`\[\]]+)*)")
_LONGEST = 20_000
_FEW = 2
_PART = 10
"""A history in which more than one table of so many is unknown is not the whole history."""


class _Ask(NamedTuple):
    path: str
    line: int
    table: str
    column: str


def unmade(context: Inspection, known: Schema) -> Iterator[Drift]:
    """What the migrations of each history ask for and nothing makes, each name once."""
    streams: dict[str, list[_Ask]] = {}
    ever = _ever(known)
    for path in context.matching("*.sql"):
        apart = is_of_tests(path) or is_backward(path)
        if not apart and stream(path) in known.histories and is_step(path):
            found = (_Ask(path, line, table, "") for line, table in context.fact(_asks_of_sql, path))
            streams.setdefault(stream(path), []).extend(found)
    for path, asks in known.asks.items():
        if context.shows(path) and not is_of_tests(path):
            streams.setdefault(stream(path), []).extend(_of_python(path, asks, ever))
    for folder, asked in streams.items():
        yield from _of_stream(context, folder, asked, known, ever)


def refused(context: Inspection, known: Schema) -> Iterator[Drift]:
    """Tables of migrations whose list of columns ends with a comma, one for each file."""
    files: dict[str, list[tuple[int, str]]] = {}
    for path, line, table in known.refused:
        if context.shows(path) and _OF_MIGRATIONS.search(path):
            files.setdefault(path, []).append((line, table))
    for path, ((line, table), *more) in files.items():
        also = f" The same holds for {', '.join(f'{name} (line {at})' for at, name in more)}." if more else ""
        text = f"The columns of {table} end with a comma: the database refuses the statement, and the migration stops there.{also}"
        yield Drift(path, line, text, table, "error", fix="take the comma out, or write what belongs behind it")


def is_step(path: str) -> bool:
    """Whether a file is a step of a history by its name or folder, and not only kept beside one."""
    return _OF_MIGRATIONS.search(path) is not None or is_ordered(path)


def _of_python(
    path: str, asks: tuple[tuple[str, str, int], ...], ever: dict[str, frozenset[str] | None]
) -> Iterator[_Ask]:
    for table, column, line in asks:
        if table:
            yield _Ask(path, line, table, column)
            continue
        told = asked_by(column, ever, trusted=True)
        for fault in told.faults if told is not None else ():
            yield _Ask(path, line, fault.tables[0] if fault.tables else fault.name, fault.name if fault.tables else "")


def _ever(known: Schema) -> dict[str, frozenset[str] | None]:
    """Every table with all that it ever had; what models have is there, too, though they may say more than that."""
    found: dict[str, frozenset[str] | None] = dict(known.ever)
    for table, columns in known.had.items():
        found[table] = frozenset(columns) | (found.get(table) or frozenset()) if columns is not None else None
    for model in known.models:
        if (before := found.get(model.table)) is not None:
            found[model.table] = before | {name for names, _ in model.columns for name in names}
    return found


def _of_stream(
    context: Inspection, folder: str, asked: list[_Ask], known: Schema, ever: dict[str, frozenset[str] | None]
) -> Iterator[Drift]:
    history = known.histories.get(folder)
    made = len({*(history.tables if history is not None else ()), *(one for one in known.had if one in ever)})
    strange = {
        one.table.lower() for one in asked if one.table.lower() not in ever or one.table.lower() in known.changed_only
    }
    dropped = _dropped(context, folder) if strange else {}
    older = {one for one in strange if one in dropped}
    whole = len(strange) <= max(_FEW, made // _PART) and made > len(strange) and len(older) <= _FEW
    told: set[tuple[str, str]] = set()
    for one in asked:
        table, column = one.table.lower(), one.column.lower()
        if table in strange:
            column = ""
        elif not column or ever[table] is None or column in (ever[table] or ()):
            continue
        was_there = not column and dropped.get(table, "") > one.path
        if (table, column) not in told and (column or whole) and not was_there:
            told.add((table, column))
            severity: Severity = "error" if column or made >= len(strange) * 3 else "warning"
            names = sorted(ever[table] or ()) if column else sorted(ever.keys() - strange)
            yield _said(one, column, names, severity)


def _dropped(context: Inspection, folder: str) -> dict[str, str]:
    """The tables that the steps of a history drop, each with the last one that does: what it never made was there before it began."""
    found: dict[str, str] = {}
    for path in sorted(context.matching("*.sql")):
        if stream(path) == folder and is_step(path) and not is_of_tests(path) and not is_backward(path):
            text = upward_part(text_of(context, path, errors="replace"))
            for names in (match[1] for _, one in statements(text) for match in _DROPPED.finditer(one)):
                found.update({_plain(one).lower(): path for one in names.split(",")})
    return found


def _said(one: _Ask, column: str, names: list[str], severity: Severity) -> Drift:
    near = meant(column or one.table.lower(), names, 0.8)
    what = f"gives the table {one.table} a column {one.column}" if column else f"makes the table {one.table}"
    like = f"; {near} is like it" if near else ""
    message = f"No migration {what}, which this one asks for: it stops there{like}."
    evidence = f"{one.table}.{one.column}" if column else one.table
    fix = f"write {near}" if near else "correct the name, or add the migration that makes it, before this one"
    return Drift(one.path, one.line, message, evidence, severity, "" if column else near, fix)


def _asks_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str], ...]:
    """Line and table of what the statements of a migration are about, blocks of code and what says ``IF EXISTS`` aside."""
    text = text_of(context, path, errors="replace")
    if _NOT_ON_CLUSTER.search(text) or _DUMP.search(text[:_HEAD]):
        return ()
    found: dict[str, int] = {}
    for line, statement in statements(upward_part(text)):
        head = statement[:_LONGEST]
        about = None if _OF_ANY_RELATION.match(head) else _CONCERNS.match(head)
        for match in ([about] if about else []) + (
            [*_REFERENCES.finditer(_TEXT.sub(_blank, head))] if _FOREIGN.match(head) else []
        ):
            name = next((group for group in match.groups() if group), "")
            table = _plain(name)
            if table:
                at = match.end() if match is not about else match.start()
                found.setdefault(table, line + head.count("\n", 0, at))
    return tuple((line, table) for table, line in found.items())


def _blank(text: re.Match[str]) -> str:
    """As long as a text, which names nothing."""
    return " " * len(text[0])


def _plain(name: str) -> str:
    """The table of a name; empty for one of another schema or of the database itself."""
    schema, _, table = ("".join(name.split())).rpartition(".")
    bare = re.sub(r"[`\"\[\]]", "", table)
    own = re.sub(r"[`\"\[\]]", "", schema).lower() in ("", "public", "dbo", "main")
    return bare if own and not SYSTEM.match(bare) else ""
