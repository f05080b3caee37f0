"""Revisions of Alembic that change a table before the one that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.changes import ADD, DROP, KEEP, MAKE, MOVE, OPEN, RENAME
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.files import tables_of_code, tables_of_sql
from toolkit.checks.code._sql.revisions import revision_of
from toolkit.checks.code._sql.schema import stream
from toolkit.expressions import regex
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.known import Schema
    from toolkit.model import Severity

__all__ = ["changed_early"]

_TOLD = ("down_revision",)
_ASKS_FIRST = regex(
    r"(?i)\b(?:has_table|get_table_names|to_regclass|table_exists|reflect)\b|\balter\s+table\s+if\s+exists\b"
)
"""What looks first whether there is a table."""
_MAKES_ALL = ("create_all(",)
_NAMED = 6


def changed_early(context: Inspection, known: Schema) -> Iterator[Drift]:
    """Each revision with tables that only a later one makes, where one chain holds them all."""
    folders: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {}
    for path in files_with(context, _TOLD, ("*.py",), everything=True):
        if context.role(path)[0] == "own" and context.is_file(inside(folder_of(folder_of(path)), "env.py")):
            one = revision_of(context, path)
            folders.setdefault(folder_of(path), {})[one.name if one else ""] = path, one.before if one else ()
    for folder, chain in folders.items():
        if "" not in chain and all(one in chain for _, before in chain.values() for one in before):
            yield from _of_chain(context, folder, chain, known)


def _of_chain(
    context: Inspection, folder: str, chain: dict[str, tuple[str, tuple[str, ...]]], known: Schema
) -> Iterator[Drift]:
    changes = {name: tables_of_code(context, path).changes for name, (path, _) in chain.items()}
    scripts = [path for path in known.makers if path.endswith(".sql") and stream(path) != folder]
    apart = {table for path in scripts for table in _made(context.fact(tables_of_sql, path)[0])}
    past: dict[str, set[str]] = {}
    for name, (path, _) in chain.items():
        if not context.shows(path) or _ASKS_FIRST.search(text_of(context, path, errors="replace")):
            continue
        before = _before(chain, name, past)
        there = set[str]().union(*(_made(changes[one]) for one in before))
        early: dict[str, tuple[int, str]] = {}
        for kind, table, _, line in changes[name]:
            if kind in (ADD, DROP, RENAME) and table.isidentifier() and table not in there:
                maker = next(
                    (one for one in chain if table in _made(changes[one]) and name in _before(chain, one, past)), ""
                )
                if maker:
                    early.setdefault(table, (line, maker))
            there |= _made([(kind, table, (), line)]) if kind != MOVE else set()
        if early:
            sure = apart.isdisjoint(early) and not _makes_all(context)
            yield _said(path, name, early, chain, "error" if sure else "warning")


def _made(changes: tuple[Change, ...] | list[Change]) -> set[str]:
    return {
        columns[0] if kind == MOVE else table
        for kind, table, columns, _ in changes
        if kind in (MAKE, KEEP, OPEN) or (kind == MOVE and columns)
    }


def _before(chain: dict[str, tuple[str, tuple[str, ...]]], name: str, past: dict[str, set[str]]) -> set[str]:
    """All revisions that one follows."""
    if name not in past:
        found: set[str] = set()
        waiting = [*chain[name][1]]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += chain[one][1]
        past[name] = found
    return past[name]


def _makes_all(context: Inspection) -> bool:
    """Whether a program makes the tables of its models when it starts: they may be there before the first revision."""
    return any(not is_test(one) for one in files_with(context, _MAKES_ALL, ("*.py",), everything=True))


def _said(
    path: str,
    name: str,
    early: dict[str, tuple[int, str]],
    chain: dict[str, tuple[str, tuple[str, ...]]],
    severity: Severity,
) -> Drift:
    table, (line, maker) = next(iter(early.items()))
    others = [one for one in early if one != table]
    more = f" (nor {', '.join(others[:_NAMED])})" if others else ""
    told = f"The revision {name} changes the table {table}, which no earlier one makes{more}: {maker} does, and follows it. On a new database `alembic upgrade head` stops here."
    evidence = "\n".join(f"{one}: made in {chain[of][0]}" for one, (_, of) in early.items())
    fix = f"let {maker} come before {name}, or make the table in a first revision"
    return Drift(path, line, told, evidence, severity, fix=fix)
