"""One change after the other, as it happens to what a history has made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.code._sql.changes import ADD, ALL, APART, DROP, KEEP, MAKE, MOVE, OPEN, REMOVE, RENAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.known import History, Schema

__all__ = ["happen", "remember"]


def remember(had: dict[str, set[str] | None], change: Change) -> None:
    """Keep what a change makes, whatever becomes of it."""
    kind, table, columns, _ = change
    before = had.get(table, set())
    if table == ALL:
        had.update(
            {
                one: None if kind == OPEN or had[one] is None else {*(had[one] or ()), *columns}
                for one in _meant(change, had)
            }
        )
    elif kind == OPEN:
        had[table] = None
    elif kind == MOVE:
        gained = had.get(columns[0], set())
        had[columns[0]] = None if before is None or gained is None else before | gained
    elif kind in (MAKE, KEEP, ADD, RENAME):
        had[table] = None if before is None else before | {*(columns[-1:] if kind == RENAME else columns)}


def _meant(change: Change, tables: Mapping[str, object]) -> list[str]:
    """The tables that a change of any table is of."""
    kind, _, listed, _ = change
    return [one for one in tables if kind != OPEN or not listed or one in listed]


def happen(found: Schema, history: History, change: Change, path: str) -> None:
    """Apply a change; ``path`` is that of the migration where its place in the order is sure, else empty."""
    kind, table, columns, _ = change
    known = history.tables.get(table)
    if kind in (MAKE, KEEP, APART):
        _make(found, history, change, path)
    elif table == ALL:
        found.anywhere.update(columns if kind == ADD else ())
        for one in _meant(change, history.tables):
            happen(found, history, (kind, one, columns if kind == ADD else (), change[3]), "")
    elif kind == OPEN:
        history.tables[table] = None
    elif kind in (ADD, RENAME):
        gained = history.waiting.setdefault(table, set()) if table not in history.tables else known
        if gained is not None:
            gained.update(columns[-1:] if kind == RENAME else columns)
    elif kind == MOVE:
        _move(found, history, change, path)
    elif path and kind == REMOVE:
        history.dropped[table] = {*(known or ()), *history.waiting.get(table, ())}
    if path and table in history.tables:
        _take_away(found, history, change, path)


def _make(found: Schema, history: History, change: Change, path: str) -> None:
    """A table that comes, for certain or where there is none yet."""
    kind, table, columns, _ = change
    if kind == APART:
        history.apart.add(table)
        return
    if kind == KEEP and path in history.steps and history.made.get(table) in history.steps:
        _keep(found, history, change, path)
        return
    known = history.tables.get(table, set())
    history.tables[table] = None if known is None else known | {*columns}
    history.made.setdefault(table, path)


def _move(found: Schema, history: History, change: Change, path: str) -> None:
    """A table gets another name: that of one which was dropped, if it is made anew."""
    _, table, (name, *_), _ = change
    moved = history.tables.get(table)
    history.tables[name] = set(moved) if moved is not None else None
    if path and moved is not None and name in history.dropped:
        history.waiting.pop(name, None)
        lost = history.dropped[name] - moved
        found.gone.update({(name, column): f"{path} makes the table anew without it" for column in lost})


def _keep(found: Schema, history: History, change: Change, path: str) -> None:
    """What a step that makes a table which is there already does not bring."""
    _, table, columns, line = change
    known = history.tables.get(table)
    if known is None or table in history.apart:
        history.tables[table] = None if known is None else known | {*columns}
        return
    lost = {(table, name) for name in columns if name not in known}
    found.never |= lost
    told = f"{path}:{line} makes it with this one only where there is none yet, and {history.made[table]} has made it"
    found.gone.update(dict.fromkeys(lost, told))


def _take_away(found: Schema, history: History, change: Change, path: str) -> None:
    """What a migration whose place is sure drops or gives another name."""
    kind, table, columns, _ = change
    known = history.tables[table]
    if kind in (REMOVE, MOVE):
        del history.tables[table]
        history.made.pop(table, None)
        found.gone[table, ""] = f"{path} drops it" if kind == REMOVE else f"{path} renames it to {columns[0]}"
    elif kind == RENAME and known is not None and columns[0] != columns[1]:
        known.discard(columns[0])
        found.gone[table, columns[0]] = f"{path} renames it to {columns[1]}"
    elif kind == DROP and known is not None:
        found.gone.update({(table, name): f"{path} drops it" for name in columns if name in known})
        known.difference_update(columns)
