"""Which tables and columns exist, as migrations, Prisma schemas and models of the code make them.

Every folder of migrations is a history of its own, read in the order of its names (Alembic: of its revisions). What one drops or renames is
gone only where that order is sure. A table that several histories make has the columns of all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks.code._paths import is_test
from toolkit.checks.code._sql_changes import ADD, ALL, DROP, MAKE, MOVE, OPEN, REMOVE, RENAME
from toolkit.checks.code._sql_files import TABLE_WORDS, prisma_blocks, tables_of_code, tables_of_sql
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql_changes import Change
    from toolkit.checks.code._sql_files import Block, OfCode
    from toolkit.checks.code._sql_python import Column

__all__ = ["History", "Model", "Schema", "may_tell", "schema"]

_CODE = (".ts", ".js", ".mjs", ".cjs", ".py", ".rs", ".rb", ".go", ".java", ".kt", ".php", ".tsx")
_ORDERED = regex(r"(?i)^[VRB]?\d|^m\d")
_BACKWARD = regex(r"(?i)(?:^|[./])down\.sql\Z|(?:^|/)U\d[^/]*__[^/]*\Z")
_MAY_UNDO = regex(r"(?i)(?:^|[._/-])(?:undo|rollback|revert|drop|reset|clean(?:up)?|teardown)(?:[._/-][^/]*)?\.sql\Z")
"""Files of which only what they make counts: what they drop may never be dropped."""
_SCALARS = frozenset(
    ("String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Json", "Bytes", "Unsupported")
)


@dataclass(frozen=True, slots=True)
class Model:
    """A table as the code takes it to be.

    Args:
        kind: prisma, drizzle, sqlalchemy, typeorm, diesel or django.
        name: as the code calls it.
        table: in small letters.
        columns: the names that each may have, and its line.
    """

    kind: str
    name: str
    table: str
    path: str
    line: int
    columns: tuple[Column, ...]


@dataclass
class History:
    """What one folder of migrations makes; ``None`` for columns that are not known for sure."""

    tables: dict[str, set[str] | None] = field(default_factory=dict)
    waiting: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Schema:
    """What is known to exist.

    Args:
        tables: lower-case name to its columns; ``None`` where the columns are not known for sure.
        folders: folders that hold something which makes tables.
        models: what code and Prisma schemas take to be there.
        histories: what each folder of migrations makes.
        gone: tables, and tables with a column, that a migration took away, to the words about it.
        taken: tables that statements of the schema name; where nothing makes them, another program does.
        makers: files that make tables, each to the tables.
        changed_only: tables that a migration changes and nothing here makes.
        ever: as ``tables``, with what was there only for a time.
    """

    tables: dict[str, frozenset[str] | None] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    models: list[Model] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)
    gone: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    makers: dict[str, frozenset[str]] = field(default_factory=dict)
    changed_only: set[str] = field(default_factory=set)

    @property
    def ever(self) -> dict[str, frozenset[str] | None]:
        found: dict[str, frozenset[str] | None] = dict(self.tables)
        waiting = {table for one in self.histories.values() for table in one.waiting}
        for table in waiting - {table for one in self.histories.values() for table in one.tables}:
            found[table] = None
        for table, column in self.gone:
            if not column:
                found[table] = None
            elif (columns := found.get(table)) is not None:
                found[table] = columns | {column}
        return found

    @property
    def borrowed(self) -> set[str]:
        """Tables that the schema takes for granted and nothing here makes."""
        return (self.taken - self.tables.keys()) | self.changed_only


class _File(NamedTuple):
    """What a file changes, and for Alembic its revision and those before."""

    path: str
    changes: tuple[Change, ...]
    revision: tuple[str, ...] = ()


def schema(context: Inspection) -> Schema:
    """Everything that makes a table; computed once a run."""
    if "code.schema" not in context.shared:
        context.shared["code.schema"] = _read(context)
    found: Schema = context.shared["code.schema"]
    return found


def _read(context: Inspection) -> Schema:
    found, loose = Schema(), set[str]()
    blocks: list[tuple[str, Block]] = []
    files: list[_File] = []
    for path in sorted(_telling(context)):
        if path.endswith(".prisma"):
            blocks += [(path, one) for one in prisma_blocks(context, path)]
            found.folders.add(folder_of(path))
        elif path.endswith(".sql") and not _BACKWARD.search(path):
            changes, taken = context.fact(tables_of_sql, path)
            if _MAY_UNDO.search(path):
                changes = tuple(one for one in changes if one[0] in (MAKE, ADD, OPEN))
            found.taken.update(taken)
            files.append(_File(path, changes))
        else:
            told = tables_of_code(context, path)
            files.append(_File(path, told.changes, told.revision))
            loose.update(_note(found, path, told))
    found.models += _prisma_models(blocks)
    for model in found.models:
        found.makers[model.path] = found.makers.get(model.path, frozenset()) | {model.table}
    loose.update(table for one in files if is_test(one.path) for _, table, _, _ in one.changes)
    _tell(found, [one for one in files if one.changes and not is_test(one.path)])
    _merge(found, loose)
    return found


def may_tell(context: Inspection) -> bool:
    """Whether a file to report on may speak of tables."""
    return context.focus is None or not context.focus.isdisjoint(_telling(context, everything=False))


def _telling(context: Inspection, *, everything: bool = True) -> Iterator[str]:
    """Files that may speak of tables."""
    listed = context.inventory
    code = files_with(context, TABLE_WORDS, [f"*{ending}" for ending in _CODE], everything=everything)
    new = listed.files - listed.tracked_set if listed.is_git else ()
    yield from (path for path in {*code, *new} if path.endswith(_CODE) and not path.endswith(".d.ts"))
    for name, paths in listed.by_name.items():
        if name.endswith((".prisma", ".sql")):
            yield from (path for path in paths if path not in listed.links)


def _note(found: Schema, path: str, told: OfCode) -> set[str]:
    """Keep the models of a source; the tables of which it says nothing but the name are given back."""
    found.taken.update(told.taken)
    if is_test(path):
        return set(told.loose)
    found.models += [Model(kind, table, table, path, line, columns) for kind, table, line, columns, _ in told.models]
    if told.models or told.is_home:
        found.folders.add(folder_of(path))
    return {*told.loose, *(table for _, table, _, _, complete in told.models if not complete)}


def _tell(found: Schema, files: list[_File]) -> None:
    """Let each history happen."""
    depths = _depths({one.revision[0]: one.revision[1:] for one in files if one.revision})
    for one in sorted(
        files, key=lambda one: (_stream(one.path), depths.get("".join(one.revision[:1]), 0), _natural(one.path))
    ):
        found.makers[one.path] = found.makers.get(one.path, frozenset()) | {table for _, table, _, _ in one.changes}
        if any(kind in (MAKE, OPEN) for kind, _, _, _ in one.changes):
            found.folders.add(folder_of(one.path))
        history = found.histories.setdefault(_stream(one.path), History())
        for change in one.changes:
            _happen(found, history, change, one.path if one.revision or _is_ordered(one.path) else "")


def _stream(path: str) -> str:
    """The folder of the migrations that a file is one of."""
    folder, name = folder_of(path), path.rpartition("/")[2]
    return folder_of(folder) if name in ("up.sql", "migration.sql") else folder


def _is_ordered(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return _ORDERED.match(folder.rpartition("/")[2] if name in ("up.sql", "migration.sql") else name) is not None


def _natural(path: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d{1,30}|\D+", path))


def _depths(parents: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """How many revisions come before each, along the longest way; a circle ends where it closes."""
    depths: dict[str, int] = {}
    for _ in range(min(len(parents), 2000)):
        changed = False
        for name, before in parents.items():
            depth = max((depths.get(one, 0) + 1 for one in before), default=1)
            if depth > depths.get(name, 0) and depth <= len(parents):
                depths[name], changed = depth, True
        if not changed:
            break
    return depths


def _happen(found: Schema, history: History, change: Change, path: str) -> None:
    """Apply a change; ``path`` is that of the migration where its place in the order is sure, else empty."""
    kind, table, columns, _ = change
    known = history.tables.get(table)
    if kind == MAKE and (table not in history.tables or known is not None):
        history.tables[table] = (known or set()) | set(columns)
    elif kind == OPEN:
        history.tables.update(dict.fromkeys([*history.tables] if table == ALL else [table]))
    elif kind in (ADD, RENAME) and table not in history.tables:
        history.waiting.setdefault(table, set()).update(columns[-1:] if kind == RENAME else columns)
    elif kind in (ADD, RENAME) and known is not None:
        known.update(columns[-1:] if kind == RENAME else columns)
    elif kind == MOVE:
        moved = history.tables.get(table)
        history.tables[columns[0]] = set(moved) if moved is not None else None
    if path and table in history.tables:
        _take_away(found, history, change, path)


def _take_away(found: Schema, history: History, change: Change, path: str) -> None:
    """What a migration whose place is sure drops or gives another name."""
    kind, table, columns, _ = change
    known = history.tables[table]
    if kind in (REMOVE, MOVE):
        del history.tables[table]
        found.gone[table, ""] = f"{path} drops it" if kind == REMOVE else f"{path} renames it to {columns[0]}"
    elif kind == RENAME and known is not None and columns[0] != columns[1]:
        known.discard(columns[0])
        found.gone[table, columns[0]] = f"{path} renames it to {columns[1]}"
    elif kind == DROP and known is not None:
        known.difference_update(columns)
        found.gone.update({(table, name): f"{path} drops it" for name in columns})


def _merge(found: Schema, loose: Iterable[str]) -> None:
    for history in found.histories.values():
        for table, columns in history.tables.items():
            before = found.tables.get(table, frozenset())
            found.tables[table] = None if columns is None or before is None else before | columns
    made = set(found.tables)
    for model in found.models:
        names = frozenset(name for one, _ in model.columns for name in one)
        before = found.tables.get(model.table, frozenset())
        by_history = model.table in made and before is not None and names <= before
        open_ = before is None or (model.table in loose and not by_history)
        found.tables[model.table] = None if open_ else (before or frozenset()) | names
        if model.kind == "prisma":
            found.tables.setdefault(f"_{model.table}", None)
    for history in found.histories.values():
        for table, columns in history.waiting.items():
            if table not in found.tables:
                found.changed_only.add(table)
                found.tables[table] = None
            elif (before := found.tables[table]) is not None:
                found.tables[table] = before | columns
    for name in loose:
        found.tables.setdefault(name, None)


def _prisma_models(blocks: list[tuple[str, Block]]) -> list[Model]:
    names = {block.name for _, block in blocks if block.kind in ("model", "view")}
    enums = {block.name for _, block in blocks if block.kind == "enum"}
    return [
        Model(
            "prisma",
            block.name,
            block.table.lower(),
            path,
            block.line,
            tuple(
                ((one.column.lower(), one.column), one.line)
                for one in block.fields
                if one.type in _SCALARS | enums and one.type not in names
            ),
        )
        for path, block in blocks
        if block.kind in ("model", "view")
    ]
