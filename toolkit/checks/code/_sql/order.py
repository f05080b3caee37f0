"""The steps of a history against each other: what asks for a table that only a later one makes, and what makes again what is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.asks import asks_of_sql
from toolkit.checks.code._sql.changes import KEEP, MAKE, MOVE, OPEN
from toolkit.checks.code._sql.columns import columns_of_sql
from toolkit.checks.code._sql.files import tables_of_sql
from toolkit.checks.code._sql.schema import is_ordered, natural, stream
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.expressions import regex
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import Schema

__all__ = ["Again", "Early", "Unlike", "asked_early", "is_whole", "made_again", "steps", "unlike_keys"]

_NAME = r"((?:(?:\"[^\"\n]+\"|\w+)\s*\.\s*)?(?:\"[^\"\n]+\"|\w+))"
_MADE = regex(
    r"(?is)create\s+(?:(table|type)\s+(?!if\b)"
    + _NAME
    + rf"|(policy|trigger)\s+(?!if\b){_NAME}\s+[^;]*?\bon\s+{_NAME})"
)
_DROPPED = regex(r"(?i)\b(?:drop|rename)\b|\bexecute\b|\bset\s+schema\b")
_WORD = regex(r"\w+")
_TAG = regex(r"\"tag\"\s*:\s*\"([\w.-]+)\"")
_KINDS = {
    **dict.fromkeys(
        ("int", "integer", "int4", "serial", "bigint", "int8", "bigserial", "smallint", "int2", "numeric", "decimal"),
        "number",
    ),
    **dict.fromkeys(("text", "varchar", "char", "character"), "text"),
    "uuid": "uuid",
}
"""Types that may refer to each other."""
_MAX_BYTES = 2_000_000
_LONGEST = 20_000


class Early(NamedTuple):
    """A place that asks for a table, and the place that makes it too late."""

    path: str
    line: int
    table: str
    maker: str
    made: int


class Unlike(NamedTuple):
    """A column that refers to one of another kind of type."""

    path: str
    line: int
    column: str
    target: str
    types: tuple[str, str]


class Again(NamedTuple):
    """A place that makes what an earlier place has made."""

    path: str
    line: int
    what: str
    before: str
    made: int


def steps(context: Inspection, paths: Sequence[str]) -> list[str]:
    """The files of one folder in the order in which they are run; none where that is the runner's own affair (``10_`` and ``2_``)."""
    ordered = [path for path in paths if is_ordered(path)]
    folder = stream(ordered[0]) if ordered else ""
    journal = inside(folder, "meta/_journal.json")
    if context.is_file(journal):
        tags = [inside(folder, f"{tag}.sql") for tag in _TAG.findall(text_of(context, journal))]
        return [path for path in tags if path in ordered]
    by_name = sorted(ordered)
    plain = "supabase/" in folder or all(path.endswith("/migration.sql") for path in ordered)
    return by_name if plain or by_name == sorted(ordered, key=natural) else []


def asked_early(context: Inspection, order: Sequence[str], known: Schema) -> Iterator[Early]:
    """What statements ask for before a step, or a later statement of the same one, makes it, and nothing outside does."""
    makers: dict[str, tuple[int, int]] = {}
    for number, path in enumerate(order):
        for kind, table, columns, line in context.fact(tables_of_sql, path)[0]:
            if kind in (MAKE, KEEP, OPEN, MOVE):
                makers.setdefault(columns[0] if kind == MOVE else table, (number, line))
    for number, path in enumerate(order):
        for line, name in context.fact(asks_of_sql, path):
            made = makers.get(name.lower())
            if made is not None and made > (number, line) and not _is_made_apart(known, name.lower(), path):
                yield Early(path, line, name, order[made[0]], made[1])


def _is_made_apart(known: Schema, table: str, path: str) -> bool:
    """Whether anything outside of the folder makes a table, which may be there before."""
    return any(table in tables and stream(other) != stream(path) for other, tables in known.makers.items())


def is_whole(context: Inspection, order: Sequence[str]) -> bool:
    """Whether the steps make every table that they ask for: else they build upon a database that has more than they say."""
    changes = [one for path in order for one in context.fact(tables_of_sql, path)[0]]
    made = {
        columns[0] if kind == MOVE else table for kind, table, columns, _ in changes if kind in (MAKE, KEEP, OPEN, MOVE)
    }
    return all(name.lower() in made for path in order for _, name in context.fact(asks_of_sql, path))


def unlike_keys(context: Inspection, paths: Sequence[str]) -> Iterator[Unlike]:
    """Columns that refer to one whose type cannot be compared with theirs, where every step that makes that table agrees on it."""
    found = [(path, *one) for path in paths for one in columns_of_sql(context, path)]
    types: dict[str, set[str]] = {}
    for _, _, table, name, kind, _, is_key in found:
        for column in (name, "") if is_key else (name,):
            types.setdefault(f"{table}.{column}", set()).add(_KINDS.get(kind, ""))
    for path, line, table, name, kind, target, _ in found:
        theirs = types.get(target, set()) if target else set()
        mine = _KINDS.get(kind, "")
        if mine and len(theirs) == 1 and mine not in theirs and "" not in theirs:
            yield Unlike(path, line, f"{table}.{name}", target.rstrip("."), (mine, next(iter(theirs))))


def made_again(context: Inspection, order: Sequence[str]) -> Iterator[Again]:
    """Tables, types, policies and triggers that two steps make, where nothing between them speaks of dropping one of that name."""
    there: dict[tuple[str, str], tuple[str, int]] = {}
    for path in order:
        for line, what, name, table in context.fact(_makings, path):
            if what == "drop":
                there = {key: place for key, place in there.items() if not {*key[1].split()} & {*name.split()}}
                continue
            key = what, f"{name} {table}".strip()
            if key in there:
                yield Again(path, line, f"{what} {name}" + (f" on {table}" if table else ""), *there[key])
            there.setdefault(key, (path, line))


def _makings(context: Inspection, path: str) -> tuple[tuple[int, str, str, str], ...]:
    """What the statements of a file make: line, kind, name and table; of what drops or renames something, every word."""
    found: list[tuple[int, str, str, str]] = []
    for line, statement in statements(upward_part(text_of(context, path, _MAX_BYTES, errors="replace"))):
        made = _MADE.match(statement)
        if made:
            what, name, table = (made[1], made[2], "") if made[1] else (made[3], made[4], made[5])
            found.append((line, what.lower(), _plain(name), _plain(table)))
        elif _DROPPED.search(statement[:_LONGEST]):
            found.append((line, "drop", " ".join(sorted({*map(str.lower, _WORD.findall(statement[:_LONGEST]))})), ""))
    return tuple(found)


def _plain(name: str) -> str:
    """A name in one word, in small letters unless it stands in quotes; ``public`` is the schema where none is named."""
    return re.sub(r"(?i)^public\.|\s", "", name.replace('"', "")).lower()
