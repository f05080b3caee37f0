"""The statements of a migration that are run as they stand, and the columns that tables are made with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.brackets import enclosed, entries
from toolkit.checks.code._sql.postgres import BUILT_IN, OF_EXTENSIONS
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = [
    "FILLED",
    "MAX_BYTES",
    "NAME",
    "TABLE",
    "TEXTS",
    "blank",
    "columns_of_sql",
    "extensions_of_sql",
    "is_column",
    "parts_of_table",
    "stated",
    "types_of_sql",
]

MAX_BYTES = 2_000_000
_LONGEST = 20_000
FILLED = regex(r"\$\{|\{\{|%s|%\(|<%|(?<![:\w]):'?[a-z_]\w*'?(?=[\s,;)])")
"""Something is put into the text before it is run."""
NAME = r"(?:(?:\"[^\"\n]+\"|\w+)\s*\.\s*)?(?:\"[^\"\n]+\"|\w+)"
_ROUTINE = regex(r"(?i)create\s+(?:or\s+replace\s+)?(?:function|procedure)\b")
TABLE = regex(rf"(?is)create\s+(?:unlogged\s+|temp(?:orary)?\s+)?table\s+(?:if\s+not\s+exists\s+)?{NAME}\s*(?=\()")
_ADDED = regex(rf"(?is)\badd\s+column\s+(?:if\s+not\s+exists\s+)?(?:\"[^\"\n]+\"|\w+)\s+({NAME})")
_ALTERED = regex(r"(?is)alter\s+table\b")
_COLUMN = regex(rf"(?is)\s*(?:\"[^\"\n]+\"|\w+)\s+({NAME})")
_DOUBLE = regex(r"(?i)double\s+precision\b")
_NO_COLUMN = regex(r"(?is)\s*(?:constraint|primary|unique|foreign|check|exclude|like|index|key|fulltext|period)\b")
_REFERS = regex(rf"(?i)\breferences\s+({NAME})\s*(?:\(\s*\"?(\w+)\"?\s*\))?")
_ARRAY = regex(r"\[\s*\d*\s*\]")
_KEY = regex(r"(?i)\bprimary\s+key\b")
TEXTS = regex(r"'(?:[^']|'')*'")


def types_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    """Line, type and column of what the tables of a file have of types that PostgreSQL itself does not know."""
    return context.fact(_types, path)


def columns_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str, str, str, str, bool], ...]:
    """Of each column that a table is made with: line, table, column, type, what it refers to (``table.column``), and whether it is the key."""
    return context.fact(_columns, path)


def _columns(context: Inspection, path: str) -> tuple[tuple[int, str, str, str, str, bool], ...]:
    found = []
    for first, statement in stated(context, path):
        head = TABLE.match(statement)
        for at, entry in parts_of_table(statement) if head else ():
            column = _COLUMN.match(entry) if is_column(entry) else None
            if head is not None and column is not None:
                table = _bare(head[0].rstrip().rpartition(" ")[2]).lower()
                refers = _REFERS.search(TEXTS.sub(blank, entry))
                target = (
                    f"{_bare(refers[1]).lower()}.{(refers[2] or '').lower()}"
                    if refers and _is_public(refers[1])
                    else ""
                )
                name = _bare(entry.split()[0]).lower()
                line = first + statement.count("\n", 0, at + len(entry) - len(entry.lstrip()))
                kind = f"{_bare(column[1]).lower()}{'[]' if _ARRAY.search(entry) else ''}"
                found.append((line, table, name, kind, target, _KEY.search(entry) is not None))
    return tuple(found)


def is_column(entry: str) -> bool:
    """Whether a part of a table is a column with its type, and no constraint."""
    return _COLUMN.match(entry) is not None and not _NO_COLUMN.match(entry)


def _is_public(name: str) -> bool:
    return "." not in name or name.replace('"', "").lower().startswith("public.")


def extensions_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    """Line, extension and name of what the statements of a file take from an extension, each extension once."""
    return context.fact(_extensions, path)


def _extensions(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    found: dict[str, tuple[int, str, str]] = {}
    types = {name.lower(): line for line, name, _ in _types(context, path)}
    run = [(line, TEXTS.sub(blank, statement)) for line, statement in stated(context, path)]
    for extension, (names, calls) in OF_EXTENSIONS.items():
        wanted = re.compile(calls)
        uses = [
            (first + text.count("\n", 0, use.start()), use[0])
            for first, text in run
            if not _ROUTINE.match(text) and (use := wanted.search(text))
        ]
        uses += [(types[name], name) for name in names if name in types]
        if uses:
            line, name = min(uses)
            found[extension] = line, extension, name.rstrip(" (")
    return tuple(found.values())


def _types(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    found: dict[str, tuple[int, str, str]] = {}
    for first, statement in stated(context, path):
        for at, name, column in _typed(statement):
            if name.lower() not in BUILT_IN:
                found.setdefault(name, (first + statement.count("\n", 0, at), name, " ".join(column.split())[:120]))
    return tuple(found.values())


def stated(context: Inspection, path: str) -> Iterator[tuple[int, str]]:
    """The statements that are run as they stand; what a block of code tries may fail."""
    for line, statement in statements(upward_part(text_of(context, path, MAX_BYTES, errors="replace"))):
        is_run = len(statement) <= _LONGEST and statement[:5].lower() in ("creat", "alter", "inser", "updat")
        if is_run and not FILLED.search(TEXTS.sub(blank, statement)):
            yield line, statement


def _typed(statement: str) -> Iterator[tuple[int, str, str]]:
    """Where the type of each column stands, the type and the column as written."""
    if TABLE.match(statement):
        for at, entry in parts_of_table(statement):
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


def parts_of_table(statement: str) -> Iterator[tuple[int, str]]:
    """The columns and constraints of a table, with their places."""
    opening = statement.find("(")
    end = enclosed(statement, opening)
    for at, entry in entries(statement[opening + 1 : end]) if end > 0 else ():
        yield opening + 1 + at, entry


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('"')


def blank(text: re.Match[str]) -> str:
    """As long as a text, which says nothing."""
    return re.sub(r"[^\n]", " ", text[0])
