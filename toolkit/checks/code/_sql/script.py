"""Tables of JavaScript, TypeScript and Rust: migrations of Knex, Kysely, Sequelize and TypeORM, models of Drizzle, TypeORM and Diesel.

The text is read with a search for brackets only. What is not of the usual form leaves the columns of its table unknown.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at
from toolkit.checks.code._sql.brackets import SPAN, enclosed, entries
from toolkit.checks.code._sql.changes import ADD, DROP, MAKE, MOVE, OPEN, REMOVE, RENAME
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.python_models import Column, Told

__all__ = ["MOST", "forward_part", "script_changes", "script_models", "snake"]

MOST = 1_000
"""Tables that are looked for in one file."""
_STRING = r"[\"'`]([\w$.]+)[\"'`]"
_CALL = regex(rf"\.\s*(createTable|createTableIfNotExists|alterTable|table|addColumns?|removeColumn|dropColumns?|renameColumn|renameTable|dropTable|dropTableIfExists)\s*\(\s*(?:new\s+Table\s*\(\s*\{{[^{{}}]*?\bname\s*:\s*)?{_STRING}")  # fmt: skip
_TYPES = frozenset(
    re.findall(
        r"\w+",
        "increments bigIncrements integer int tinyint smallint mediumint bigint bigInteger text string char varchar float double decimal boolean date datetime dateTime time"
        " timestamp timestampTz binary enu enum json jsonb uuid geometry geography point specificType real unsigned money",
    )
)
_NO_COLUMN = frozenset(
    re.findall(
        r"\w+",
        "primary unique index foreign comment engine charset collate inherits setNullable dropNullable dropForeign dropUnique dropIndex dropPrimary dropTimestamps check queryContext",
    )
)
_ENTITY_COLUMN = regex(
    r"@(Column|PrimaryColumn|PrimaryGeneratedColumn|CreateDateColumn|UpdateDateColumn|DeleteDateColumn|VersionColumn)\s*\("
)
_ENTITY = regex(
    r"@Entity\s*\(\s*(?:(?:\{[^{}]{0,500}?\bname\s*:\s*)?[\"'`]([\w$.-]+)[\"'`]|(?P<own>\{[^{}]{0,500}?\bname\s*:|[A-Za-z_$]))?"
)
"""With the name of the table, or the beginning of one that is put together elsewhere."""
_SUPABASE_ROW = regex(r"(?m)^[^\S\n]*[\"']?(\w+)[\"']?: \{\s*Row: \{([^{}]*)\}")
_EMBEDDED = regex(r"\s*(?:\(\w*\)|\w+)\s*=>")
"""The type of a column whose own columns stand in its place; in an option an arrow only gives a default."""
_DOWN = regex(
    r"(?m)^[ \t]*(?:(?:public\s+|static\s+)?(?:async\s+)?down\s*\(|exports\.down\s*=|module\.exports\.down\s*=|export\s+(?:async\s+)?function\s+down\b|(?:async\s+)?function\s+down\b|export\s+const\s+down\b|down\s*:)"
)
_UP = regex(
    r"(?m)^[ \t]*(?:(?:public\s+|static\s+)?(?:async\s+)?up\s*\(|exports\.up\s*=|module\.exports\.up\s*=|export\s+(?:async\s+)?function\s+up\b|(?:async\s+)?function\s+up\b|export\s+const\s+up\b|up\s*:)"
)


def forward_part(text: str) -> str:
    """A migration without what takes it back; lines stay where they are."""
    down = _DOWN.search(text)
    if down is None:
        return text
    up = _UP.search(text, down.end())
    return text[: down.start()] + ("\n" * text.count("\n", down.start(), up.start()) + text[up.start() :] if up else "")


def script_changes(text: str) -> Iterator[Change]:
    """What migrations in code do to tables."""
    for call in islice(_CALL.finditer(text), MOST):
        what, table, line = call[1], call[2].rpartition(".")[2].lower(), line_at(text, call.start(2))
        opening = text.find("(", call.start(1))
        end = enclosed(text, opening)
        rest = text[call.end() : end] if end > 0 else ""
        second = re.match(rf"\s*,\s*{_STRING}(?:\s*,\s*{_STRING})?", rest)
        if what in ("createTable", "createTableIfNotExists", "alterTable", "table"):
            yield from _of_block(text, table, what, (end, rest), line)
        elif what in ("dropTable", "dropTableIfExists"):
            yield REMOVE, table, (), line
        elif what == "renameTable" and second:
            yield MOVE, table, (second[1].lower(),), line
        elif what == "renameColumn" and second and second[2]:
            yield RENAME, table, (second[1].lower(), second[2].lower()), line
        elif what in ("removeColumn", "dropColumn") and second:
            yield DROP, table, (second[1].lower(),), line
        elif what in ("addColumn", "addColumns") and rest.lstrip().startswith(","):
            names = [second[1]] if second else re.findall(rf"\bname\s*:\s*{_STRING}", rest)
            yield (ADD, table, tuple(name.lower() for name in names), line) if names else (OPEN, table, (), line)


def _of_block(text: str, table: str, what: str, place: tuple[int, str], line: int) -> Iterator[Change]:
    """``createTable(name, callback)`` of Knex, ``createTable(name, {...})`` of Sequelize, a chain of Kysely, a ``Table`` of TypeORM."""
    end, rest = place
    made = MAKE if what.startswith("create") else ADD
    callback = re.match(
        r"\s*,\s*(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*(\w+)\s*(?::\s*[\w.]+\s*)?\)?\s*(?:=>|\{)", rest
    )
    if callback:
        yield from _knex(rest[callback.end() :], callback[1], table, made, line)
    elif re.match(r"\s*,\s*\{", rest):
        inside = rest[rest.index("{") + 1 : enclosed(rest, rest.index("{"))]
        keys = [
            re.match(r"\s*(?:(?:/\*[^*]*\*/|//[^\n]*\n)\s*)*[\"'`]?(\w+)[\"'`]?\s*:", part)
            for _, part in entries(inside)
            if part.strip()
        ]
        names = tuple(key[1].lower() for key in keys if key)
        yield (made, table, names, line) if names and all(keys) else (OPEN, table, (), line)
    elif columns := re.search(r"\bcolumns\s*:\s*\[", rest):
        inside = rest[columns.end() : enclosed(rest, columns.end() - 1)]
        parts = [part for _, part in entries(inside) if part.strip()]
        named = [re.search(rf"\bname\s*:\s*{_STRING}", part) for part in parts]
        yield (
            (made, table, tuple(one[1].lower() for one in named if one), line)
            if all(named) and named
            else (OPEN, table, (), line)
        )
    elif not rest.strip() and what != "table" and end > 0:
        yield from _kysely(text[end + 1 : end + SPAN].partition(".execute(")[0], table, made, line)
    elif what != "table":
        yield OPEN, table, (), line


def _knex(block: str, name: str, table: str, made: str, line: int) -> Iterator[Change]:
    added: list[str] = []
    if re.search(rf"[(,]\s*{re.escape(name)}\s*[,)]", block):
        yield OPEN, table, (), line  # a function of one's own adds to it
    for method, column, second in re.findall(
        rf"\b{re.escape(name)}\s*\.\s*(\w+)\s*\(\s*(?:[\"'`]([\w$]+)[\"'`])?(?:\s*,\s*[\"'`]([\w$]+)[\"'`])?", block
    ):
        if method == "timestamps":
            added += ["created_at", "updated_at", "createdat", "updatedat"]
        elif method in _TYPES or (method.endswith("ncrements") and not column):
            added.append(column.lower() or ("id" if "ncrements" in method else ""))
        elif method == "renameColumn" and second:
            yield RENAME, table, (column.lower(), second.lower()), line
        elif method == "dropColumn" and column:
            yield DROP, table, (column.lower(),), line
        elif method not in _NO_COLUMN and not method.startswith("drop"):
            added.append("")
    if added or made == MAKE:
        yield (made, table, tuple(added), line) if added and all(added) else (OPEN, table, (), line)


def _kysely(chain: str, table: str, made: str, line: int) -> Iterator[Change]:
    calls = re.findall(
        rf"\.\s*(addColumn|dropColumn|renameColumn|renameTo)\s*\(\s*{_STRING}(?:\s*,\s*{_STRING})?", chain
    )
    added = tuple(first.lower() for what, first, _ in calls if what == "addColumn")
    if added or made == MAKE:
        yield (made, table, added, line) if added and "$call(" not in chain else (OPEN, table, (), line)
    for what, first, second in calls:
        if what == "renameTo":
            yield MOVE, table, (first.lower(),), line
        elif what == "dropColumn":
            yield DROP, table, (first.lower(),), line
        elif what == "renameColumn" and second:
            yield RENAME, table, (first.lower(), second.lower()), line


def snake(name: str) -> str:
    """A name in the words of a database: ``createdAt`` to ``created_at``, ``hashedAPIKey`` to ``hashed_api_key``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def script_models(text: str) -> Iterator[Told]:
    """Models of Drizzle, TypeORM and Diesel, and the tables of a database that Supabase wrote types of."""
    for match in islice(re.finditer(rf"\b(?:pg|mysql|sqlite|singlestore)Table\(\s*{_STRING}\s*,\s*\{{", text), MOST):
        end = enclosed(text, match.end() - 1)
        if end > 0 and not _is_said(text, match.start()):
            columns, complete = _drizzle(text, match.end(), end)
            yield (
                "drizzle",
                match[1].rpartition(".")[2].lower(),
                line_at(text, match.start()),
                columns,
                complete,
            )
    for row in islice(_SUPABASE_ROW.finditer(text), MOST) if "Row: {" in text else ():
        names = re.findall(r"(?m)^\s*[\"']?(\w+)[\"']?\??\s*:", row[2])
        yield "supabase", row[1].lower(), line_at(text, row.start(1)), tuple(((one.lower(),), 0) for one in names), True
    if "@Entity" in text:
        yield from _typeorm(text)
    if "table!" in text:
        yield from _diesel(text)


def _is_said(text: str, at: int) -> bool:
    """Whether a place lies in a comment."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return "//" in line or text.rfind("/*", 0, at) > text.rfind("*/", 0, at)


def _drizzle(text: str, start: int, end: int) -> tuple[tuple[Column, ...], bool]:
    found: list[Column] = []
    complete = True
    for at, part in entries(text[start:end]):
        key = re.match(
            rf"\s*(?:(?:/\*[^*]*\*/|//[^\n]*\n)\s*)*[\"']?(\w+)[\"']?\s*:\s*[\w.]+\s*\(\s*(?:{_STRING})?", part
        )
        if key:
            names = (key[2].lower(),) if key[2] else (key[1].lower(), snake(key[1]))
            found.append((names, line_at(text, start + at + key.start(1))))
        elif re.sub(r"//[^\n]*|/\*[^*]*\*/", "", part).strip():
            complete = False
    return tuple(found), complete and bool(found)


def _typeorm(text: str) -> Iterator[Told]:
    entities = list(islice(_ENTITY.finditer(text), MOST))
    for at, entity in enumerate(entities):
        end = entities[at + 1].start() if at + 1 < len(entities) else len(text)
        named = re.search(r"\bclass\s+(\w+)", text[entity.end() : end])
        table = (entity[1] or (snake(named[1]) if named else "")).rpartition(".")[2].lower()
        columns = [
            (names, line_at(text, match.start()))
            for match in _ENTITY_COLUMN.finditer(text, entity.end(), end)
            if (names := _entity_names(text, match))
        ]
        if table and not entity["own"]:
            whole = re.search(r"\bclass\s+\w+\s*(?:implements[^{]*)?\{", text[entity.end() : end]) and not re.search(
                r"@Column\(\s*\(\)|@(?:Child|Tree|JoinColumn|ManyToOne)", text[entity.end() : end]
            )
            yield "typeorm", table, line_at(text, entity.start()), tuple(columns), bool(whole)


def _entity_names(text: str, match: re.Match[str]) -> tuple[str, ...]:
    end = enclosed(text, match.end() - 1)
    options = text[match.end() : end] if end > 0 else ""
    named = re.search(rf"\bname\s*:\s*{_STRING}", options)
    if named:
        return (named[1].lower(),)
    if end < 0 or _EMBEDDED.match(options) or re.search(r"\bname\s*:|^\s*\w+\s*,", options):
        return ()
    held = re.match(
        r"\)\s*(?:@\w+\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s*)*(?:(?:public|private|protected|readonly|declare|override)\s+)*(\w+)\s*[?!]?\s*:",
        text[end : end + 2000],
    )
    return (held[1].lower(), snake(held[1])) if held else ()


def _diesel(text: str) -> Iterator[Told]:
    for match in islice(re.finditer(r"\btable!\s*\{", text), MOST):
        end = enclosed(text, match.end() - 1)
        block = text[match.end() : end] if end > 0 else ""
        head = re.search(r"(?m)^[^\S\n]*(?:[\w]+\.)?(\w+)\s*\([\w\s,]*\)\s*\{", block)
        if head is None:
            continue
        columns: list[Column] = []
        renamed = ""
        for line in re.finditer(r"(?m)^[^\S\n]*(?:#\[sql_name\s*=\s*\"(\w+)\"\]|(\w+)\s*->)", block[head.end() :]):
            if line[1]:
                renamed = line[1]
            else:
                at = match.end() + head.end() + line.start(2)
                columns.append((((renamed or line[2]).lower(),), line_at(text, at)))
                renamed = ""
        yield "diesel", head[1].lower(), line_at(text, match.end() + head.start(1)), tuple(columns), True
