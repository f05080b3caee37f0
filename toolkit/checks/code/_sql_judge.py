"""Which faults of queries are told: how sure it is that the schema here is the one that a package asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.checks.code._sql_names import Asked, Fault
    from toolkit.checks.code._sql_schema import Schema
    from toolkit.model import Severity

__all__ = ["Judged", "Query", "in_words", "judged"]

_MANY = 6
"""Columns that one table lacks, above which they are told together."""


class Query(NamedTuple):
    """A query where it stands, and what it asks for; ``sure`` if no other database can be meant."""

    path: str
    line: int
    text: str
    asked: Asked
    sure: bool = False


class Judged(NamedTuple):
    """A fault that is told, at the first of its places."""

    query: Query
    fault: Fault
    severity: Severity
    others: str


def judged(queries: Sequence[Query], known: Schema, home_of: Callable[[str], str]) -> Iterator[Judged]:
    """The faults of all queries, each cause once for a package."""
    makers: dict[str, set[str]] = {}
    for path, tables in known.makers.items():
        for table in tables:
            makers.setdefault(table, set()).add(home_of(path))
    schemas = {home_of(f"{folder}/x" if folder != "." else "x") for folder in known.folders}
    homes: dict[str, list[Query]] = {}
    for query in queries:
        homes.setdefault(home_of(query.path), []).append(query)
    for home, asking in homes.items():
        if _asks_here(asking, known):
            foreign = _foreign(asking, known)
            yield from _told(home, [one for one in asking if one.sure or not one.asked.tables & foreign], makers, schemas)


def _asks_here(asking: Sequence[Query], known: Schema) -> bool:
    """Whether the schema here is the one that a package asks: most of its tables have to be known.

    One that asks for a table which a view or a change takes for granted shares its database with another program.
    """
    tables = set().union(*(query.asked.tables for query in asking))
    if tables & known.borrowed:
        return False
    strange = {name for name in tables if name not in known.tables}
    fitting = len(tables) - len(strange)
    return not tables or (fitting >= max(len(strange), 1) and (len(strange) < 2 or fitting != len(strange)))


def _foreign(asking: Sequence[Query], known: Schema) -> set[str]:
    """Tables of files that ask for several tables, none of which is known: those of another database."""
    files: dict[str, set[str]] = {}
    for query in asking:
        if not query.sure:
            files.setdefault(query.path, set()).update(query.asked.tables)
    return {name for tables in files.values() if len(tables) > 1 and not tables & known.tables.keys() for name in tables}


def _told(home: str, asking: Sequence[Query], makers: dict[str, set[str]], schemas: set[str]) -> Iterator[Judged]:
    found: dict[tuple[str, tuple[str, ...]], list[tuple[Query, Fault, Severity]]] = {}
    for query in asking:
        for fault in query.asked.faults:
            severity = _severity(home, fault, makers, schemas)
            if severity is not None:
                key = fault.name.lower(), tuple(table.lower() for table in fault.tables)
                found.setdefault(key, []).append((query, fault, severity))
    lacking: dict[tuple[str, ...], list[str]] = {}
    for name, tables in found:
        lacking.setdefault(tables, []).append(name)
    for (name, tables), places in found.items():
        query, fault, severity = places[0]
        if tables and len(lacking[tables]) > _MANY:
            if name != lacking[tables][0]:
                continue
            fault = fault._replace(name=f"{fault.name} (nor {', '.join(lacking[tables][1:_MANY])} and {len(lacking[tables]) - _MANY} more)")
            places = [place for other in lacking[tables] for place in found[other, tables]]
        sites = dict.fromkeys((one.path, one.line + told.line - 1) for one, told, _ in places)
        yield Judged(query, fault, severity, in_words(list(sites)[1:]))


def _severity(home: str, fault: Fault, makers: dict[str, set[str]], schemas: set[str]) -> Severity | None:
    """``None`` where a package with a schema of its own names a table that only others make: it may be another of that name."""
    if fault.tables:
        where = set().union(*(makers.get(table, set()) for table in fault.resolved))
        if home in where or not where:
            return "error"
        if home in schemas:
            return None
        return "error" if len(where) == 1 and (len(schemas) == 1 or any(below(one, home) for one in where if one != ".")) else "warning"
    return "error" if home in schemas or len(schemas) == 1 else "warning"


def in_words(places: Sequence[tuple[str, int]]) -> str:
    """Further places in a few words."""
    if not places:
        return ""
    shown = ", ".join(f"{path}:{line}" for path, line in places[:2])
    return shown if len(places) <= 2 else f"{shown} and {len(places) - 2} more"
