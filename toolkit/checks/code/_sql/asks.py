"""What migrations take to be there, against what all of them have ever made.

A name counts as made whenever any migration makes it, so that a statement in an early one is right although a later one drops what it asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.names import SYSTEM, meant
from toolkit.checks.code._sql.queries import asked_by
from toolkit.checks.code._sql.schema import is_backward, is_ordered, natural, stream
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.checks.code._sql.witness import DROPPED, FILLED, MADE, MAPPED, witnesses
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import Schema
    from toolkit.checks.code._sql.witness import Witness
    from toolkit.model import Severity

__all__ = ["asks_of_sql", "is_step", "refused", "unmade"]

_OF_MIGRATIONS = regex(r"(?i)migrat|drizzle|alembic|versions|flyway|supabase")
_NAME = r"((?:[\w`\"\[\]$]+\s*\.\s*)?[`\"\[]?[A-Za-z_][\w$]*[`\"\]]?)(?![\w.])"
_CONCERNS = regex(
    rf"(?is)create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?[\w\"`.]*\s*on\s+(?:only\s+)?{_NAME}"
    rf"|alter\s+table\s+(?:only\s+)?(?!if\b){_NAME}|create\s+policy\s+(?:\"[^\"]+\"|\w+)\s+on\s+{_NAME}|insert\s+into\s+{_NAME}|update\s+(?:only\s+)?{_NAME}\s+set\b|delete\s+from\s+(?:only\s+)?{_NAME}"
)
_REFERENCES = regex(rf"(?i)\breferences\s+{_NAME}")
_TEXT = regex(r"'[^'\n]*'")
_FOREIGN = regex(r"(?is)(?:create\s+table|alter\s+table)\b")
_NOT_ON_CLUSTER = regex(r"(?i)\bon\s+cluster\b|\bengine\s*=\s*(?:replicated)?\w*mergetree")
_LATER_STEP = regex(r"(?i)[Vm]?0*(?!1?(?!\d)|0)\d{1,3}(?!\d|[-_.]\d)")
"""A number of two and more, which is no date."""
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
        apart = is_test(path) or is_backward(path)
        if not apart and stream(path) in known.histories and is_step(path):
            found = (_Ask(path, line, table, "") for line, table in context.fact(asks_of_sql, path))
            streams.setdefault(stream(path), []).extend(found)
    for path, asks in known.asks.items():
        if context.shows(path) and not is_test(path):
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
    lost = list(_lost(context, folder, asked, strange, ever))
    tables = {one.table.lower() for one, column, _ in lost if not column}
    whole = len(tables) <= max(_FEW, made // _PART) and made > len(tables)
    sure = tables == strange and made >= len(strange) * 3 and _begins_here(folder, lost, known)
    told: set[tuple[str, str]] = set()
    for one, column, witness in lost:
        key = (one.table.lower(), column)
        if key not in told and (column or whole):
            told.add(key)
            names = sorted(ever[key[0]] or ()) if column else sorted(ever.keys() - strange)
            yield _said(one, column, names, "error" if (column or sure) and witness is None else "warning", witness)


def _lost(
    context: Inspection, folder: str, asked: list[_Ask], strange: set[str], ever: dict[str, frozenset[str] | None]
) -> Iterator[tuple[_Ask, str, Witness | None]]:
    """What is asked for and nothing makes, maps or later drops, with the column if it is that, and what else only speaks of it."""
    faults = [(one, "" if one.table.lower() in strange else one.column.lower()) for one in asked]
    faults = [
        (one, column) for one, column in faults if one.table.lower() in strange or _lacks(ever, one.table, column)
    ]
    seen = witnesses(context, {one.table for one, _ in faults})
    for one, column in faults:
        if column:
            witness = seen.of_column((one.table.lower(),), (column,), apart=(one.path,))
        else:
            found = seen.of_table(one.table, (MADE, DROPPED, MAPPED, FILLED))
            witness = next((other for other in found if not _is_past(other, one.path, folder)), None)
        if witness is None or not witness.sure:
            yield one, column, witness


def _lacks(ever: dict[str, frozenset[str] | None], table: str, column: str) -> bool:
    columns = ever[table.lower()]
    return bool(column) and columns is not None and column not in columns


def _is_past(witness: Witness, path: str, folder: str) -> bool:
    """Whether an earlier step of a history drops the table that a later one asks for."""
    return witness.what == DROPPED and stream(witness.path) == folder and witness.path <= path


def _begins_here(folder: str, lost: list[tuple[_Ask, str, Witness | None]], known: Schema) -> bool:
    """Whether a history makes tables before it asks for one that it does not, and counts from its beginning: else it builds upon what was made somewhere else."""
    makers = [path for path, tables in known.makers.items() if stream(path) == folder and tables]
    first = min(makers, key=natural, default="")
    return (
        bool(makers)
        and _LATER_STEP.match(first[len(folder) + 1 :] if folder != "." else first) is None
        and natural(first) <= min((natural(one.path) for one, column, _ in lost if not column), default=())
    )


def _said(one: _Ask, column: str, names: list[str], severity: Severity, witness: Witness | None) -> Drift:
    near = meant(column or one.table.lower(), names)
    what = f"gives the table {one.table} a column {one.column}" if column else f"makes the table {one.table}"
    like = f"; {near} is like it" if near else ""
    message = f"No migration {what}, which this one asks for: it stops there{like}."
    evidence = (f"{one.table}.{one.column}" if column else one.table) + (f"\n{witness}" if witness else "")
    fix = f"write {near}" if near else "correct the name, or add the migration that makes it, before this one"
    return Drift(one.path, one.line, message, evidence, severity, "" if column else near, fix)


def asks_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str], ...]:
    """Line and table of what the statements of a migration are about, blocks of code and what says ``IF EXISTS`` aside."""
    text = text_of(context, path, errors="replace")
    if _NOT_ON_CLUSTER.search(text):
        return ()
    found: dict[str, int] = {}
    for line, statement in statements(upward_part(text)):
        head = statement[:_LONGEST]
        about = _CONCERNS.match(head)
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
