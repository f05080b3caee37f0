"""Which faults of queries are told: how sure it is that the schema here is the one that a package asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.checks.code._sql_names import Asked, Fault
    from toolkit.checks.code._sql_schema import Schema
    from toolkit.model import Severity

__all__ = ["Judged", "Query", "in_words", "judged"]

_OF_ANOTHER = 4
"""Unknown tables of one package, from which on they may be those of a second database."""
_SEVERAL = 2
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
            kept = [one for one in asking if one.sure or not one.asked.tables & foreign]
            yield from _told(_Place(home, schemas, makers, _provider(kept, makers)), kept)


def _asks_here(asking: Sequence[Query], known: Schema) -> bool:
    """Whether the schema here is the one that a package asks: most of its tables have to be known.

    One that asks for a table which a view or a change takes for granted shares its database with another program.
    """
    tables = set().union(*(query.asked.tables for query in asking))
    if tables & known.borrowed:
        return False
    strange = tables - known.tables.keys()
    fitting = len(tables) - len(strange)
    return not tables or (fitting >= max(len(strange), 1) and (len(strange) < 2 or fitting != len(strange)))


def _foreign(asking: Sequence[Query], known: Schema) -> set[str]:
    """Tables of another database: of files that ask for several, none of which is known, and where a fifth of a package's are not."""
    files: dict[str, set[str]] = {}
    for query in asking:
        if not query.sure:
            files.setdefault(query.path, set()).update(query.asked.tables)
    named = set().union(*files.values()) if files else set()
    strange = named - known.tables.keys()
    if len(strange) >= _OF_ANOTHER and len(strange) * 5 >= len(named):
        return strange
    return {
        name for tables in files.values() if len(tables) > 1 and not tables & known.tables.keys() for name in tables
    }


class _Place(NamedTuple):
    """A package, all with a schema, which of them make each table, and the one whose tables it asks for."""

    home: str
    schemas: set[str]
    makers: dict[str, set[str]]
    provider: str | None


def _provider(asking: Sequence[Query], makers: dict[str, set[str]]) -> str | None:
    """The one package that makes all tables that another asks for, if these are several."""
    tables = [makers[name] for query in asking for name in query.asked.tables if name in makers]
    common = set.intersection(*tables) if tables else set()
    return min(common) if common and len({name for query in asking for name in query.asked.tables}) > _SEVERAL else None


def _told(place: _Place, asking: Sequence[Query]) -> Iterator[Judged]:
    found: dict[tuple[str, tuple[str, ...]], list[tuple[Query, Fault, Severity]]] = {}
    for query in asking:
        for fault in query.asked.faults:
            severity = _severity(place, fault)
            if severity is not None:
                key = fault.name.lower(), tuple(table.lower() for table in fault.tables)
                found.setdefault(key, []).append((query, fault, severity))
    lacking: dict[tuple[str, ...], list[str]] = {}
    for name, tables in found:
        lacking.setdefault(tables, []).append(name)
    for (name, tables), places in found.items():
        query, fault, severity = places[0]
        sites = places
        if tables and len(lacking[tables]) > _MANY:
            if name != lacking[tables][0]:
                continue
            fault = fault._replace(
                name=f"{fault.name} (nor {', '.join(lacking[tables][1:_MANY])} and {len(lacking[tables]) - _MANY} more)"
            )
            sites = [place for other in lacking[tables] for place in found[other, tables]]
        lines = dict.fromkeys((one.path, one.line + told.line - 1) for one, told, _ in sites)
        yield Judged(query, fault, severity, in_words(list(lines)[1:]))


def _severity(place: _Place, fault: Fault) -> Severity | None:
    """``None`` where a package with a schema of its own, or with several around it, may mean another table of that name."""
    if len(place.schemas) == 1:
        return "error"
    where = set().union(*(place.makers.get(table, set()) for table in fault.resolved))
    if fault.tables and (place.home in where or not where):
        return "error"
    if place.home in place.schemas:
        return None if fault.tables else "error"
    return "warning" if place.provider is not None else None


def in_words(places: Sequence[tuple[str, int]]) -> str:
    """Further places in a few words."""
    shown = ", ".join(f"{path}:{line}" for path, line in places[:2])
    return shown if len(places) <= 2 else f"{shown} and {len(places) - 2} more"
