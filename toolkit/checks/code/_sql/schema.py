"""Which tables and columns exist, as migrations, Prisma schemas and models of the code make them.

Every folder of migrations is a history of its own, read in the order of its names (Alembic: of its revisions). What one drops or renames is
gone only where that order is sure. A table that several histories make has the columns of all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._test_code import is_test
from toolkit.checks.code._sql.changes import ADD, KEEP, MAKE, OPEN, REFUSE
from toolkit.checks.code._sql.files import TABLE_WORDS, prisma_blocks, tables_of_code, tables_of_sql
from toolkit.checks.code._sql.happening import happen, remember
from toolkit.checks.code._sql.known import History, Model, Schema
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.files import Block, OfCode

__all__ = ["is_backward", "is_ordered", "may_tell", "natural", "schema", "stream"]

_CODE = (".ts", ".js", ".mjs", ".cjs", ".py", ".rs", ".rb", ".go", ".java", ".kt", ".php", ".tsx")
_ORDERED = regex(r"(?i)^[VRB]?\d|^m\d")
_BACKWARD = regex(r"(?i)(?:^|[./])down\.sql\Z|(?:^|/)U\d[^/]*__[^/]*\Z")
_MAY_UNDO = regex(r"(?i)(?:^|[._/-])(?:undo|rollback|revert|drop|reset|clean(?:up)?|teardown)(?:[._/-][^/]*)?\.sql\Z")
"""Files of which only what they make counts: what they drop may never be dropped."""
_SCALARS = frozenset(
    ("String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Json", "Bytes", "Unsupported")
)


class _File(NamedTuple):
    """What a file changes, and for Alembic its revision and those before."""

    path: str
    changes: tuple[Change, ...]
    revision: tuple[str, ...] = ()


@once_a_run
def schema(context: Inspection) -> Schema:
    """Everything that makes a table."""
    found, loose = Schema(), set[str]()
    blocks: list[tuple[str, Block]] = []
    files: list[_File] = []
    for path in sorted(_telling(context)):
        if path.endswith(".prisma"):
            blocks += [(path, one) for one in prisma_blocks(context, path)]
            found.folders.add(folder_of(path))
        elif path.endswith(".sql"):
            if is_backward(path):
                continue
            changes, taken = context.fact(tables_of_sql, path)
            if _MAY_UNDO.search(path):
                changes = tuple(one for one in changes if one[0] in (MAKE, KEEP, ADD, OPEN))
            found.taken[path] = taken
            files.append(_File(path, changes))
        else:
            told = tables_of_code(context, path)
            files.append(_File(path, told.changes, told.revision))
            if told.asks:
                found.asks[path] = told.asks
            loose.update(_note(found, path, told))
    found.models += _prisma_models(blocks)
    for model in found.models:
        found.makers[model.path] = found.makers.get(model.path, frozenset()) | {model.table}
    _tell(found, [one for one in files if (one.changes or one.revision) and not is_test(one.path)])
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
    if is_test(path):
        return set()
    found.taken[path] = told.taken
    found.models += [Model(kind, table, table, path, line, columns) for kind, table, line, columns, _ in told.models]
    if told.is_home or any(kind != "supabase" for kind, *_ in told.models):
        found.folders.add(folder_of(path))
    return {*told.loose, *(table for _, table, _, _, complete in told.models if not complete)}


def _tell(found: Schema, files: list[_File]) -> None:
    """Let each history happen."""
    depths = _depths({one.revision[0]: one.revision[1:] for one in files if one.revision})
    orders = _orders(files)
    for one in sorted(
        files, key=lambda one: (stream(one.path), depths.get("".join(one.revision[:1]), 0), natural(one.path))
    ):
        found.makers[one.path] = found.makers.get(one.path, frozenset()) | {table for _, table, _, _ in one.changes}
        if any(kind in (MAKE, KEEP, OPEN) for kind, _, _, _ in one.changes):
            found.folders.add(folder_of(one.path))
        history = found.histories.setdefault(stream(one.path), History(steps=orders.get(stream(one.path), frozenset())))
        for written in one.changes:
            change = _taken(found, one.path, written) if written[0] == REFUSE else written
            remember(found.had, change)
            happen(found, history, change, one.path if one.revision or is_ordered(one.path) else "")


def _orders(files: list[_File]) -> dict[str, frozenset[str]]:
    """The numbered steps of SQL of each folder, where every runner takes them in one order."""
    folders: dict[str, list[str]] = {}
    for one in files:
        if one.path.endswith(".sql") and is_ordered(one.path):
            folders.setdefault(stream(one.path), []).append(one.path)
    return {
        folder: frozenset(paths) for folder, paths in folders.items() if sorted(paths) == sorted(paths, key=natural)
    }


def _taken(found: Schema, path: str, change: Change) -> Change:
    """What a statement that every database refuses was to do: a step of a history has a slip, any other file is a sketch of what is made somewhere else."""
    _, table, columns, line = change
    if not is_ordered(path) and "migrat" not in path.lower():
        return ADD, table, (), line
    found.refused.append((path, line, table))
    return (MAKE, table, columns, line) if columns else (OPEN, table, (), line)


def is_backward(path: str) -> bool:
    """Whether a file of SQL takes a migration back."""
    return _BACKWARD.search(path) is not None


def stream(path: str) -> str:
    """The folder of the migrations that a file is one of."""
    folder, name = folder_of(path), path.rpartition("/")[2]
    return folder_of(folder) if name in ("up.sql", "migration.sql") else folder


def is_ordered(path: str) -> bool:
    """Whether a migration's name says where it stands among the others."""
    folder, _, name = path.rpartition("/")
    return _ORDERED.match(folder.rpartition("/")[2] if name in ("up.sql", "migration.sql") else name) is not None


def natural(path: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts paths as people number them: ``2_b`` before ``10_a``."""
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
    _widen(found)
    for name in loose:
        found.tables.setdefault(name, None)


def _widen(found: Schema) -> None:
    """Add what changes of tables that others make, or of any table, may give them."""
    for history in found.histories.values():
        for table, columns in history.waiting.items():
            if table not in found.tables:
                found.changed_only.add(table)
                found.tables[table] = None
            elif (before := found.tables[table]) is not None:
                found.tables[table] = before | columns
    if found.anywhere:
        found.tables = {name: one if one is None else one | found.anywhere for name, one in found.tables.items()}


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
