"""Which faults of queries are told: how sure it is that the schema here is the one that a package asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.code._paths import is_script
from toolkit.checks.code._sql.told import OF_FILE, Site, gravest, together, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolkit.checks.code._sql.known import Schema
    from toolkit.checks.code._sql.names import Fault
    from toolkit.checks.code._sql.told import Judged, Query
    from toolkit.checks.code._sql.witness import Witness, Witnesses
    from toolkit.model import Severity

__all__ = ["judged"]

_OF_ANOTHER = 4
"""Unknown tables of one package, from which on they may be those of a second database."""
_SEVERAL = 2


def judged(
    queries: Sequence[Query],
    known: Schema,
    home_of: Callable[[str], str],
    depends: Callable[[str, str], bool],
    witnesses: Callable[[set[str]], Witnesses],
) -> Iterator[Judged]:
    """The faults of all queries, each cause once: a table or a column in the whole repository, columns of one statement together, and of one file that asks for several of a table.

    Args:
        queries: what is asked.
        known: what there is.
        home_of: the package of a file.
        depends: whether one package names another among what it depends on.
        witnesses: what else speaks of some tables.
    """
    makers, takers = (_homes_of(one, home_of) for one in (known.makers, known.taken))
    schemas = {home_of(f"{folder}/x" if folder != "." else "x") for folder in known.folders}
    begun = {
        home_of(f"{one}/x") for one, history in known.histories.items() if known.changed_only & history.waiting.keys()
    }
    homes: dict[str, list[Query]] = {}
    for query in queries:
        homes.setdefault(home_of(query.path), []).append(query)
    sites: list[Site] = []
    for home, asking in homes.items():
        here = asking
        if not _asks_here(asking, known):
            made = _made_by(home, makers, asking) - known.borrowed
            here = [one for one in asking if _is_own(one, known) or (one.asked.tables and one.asked.tables <= made)]
        if here:
            foreign = _foreign(here, known)
            kept = [one for one in here if one.sure or not one.asked.tables & foreign]
            apart = home != "." and home not in schemas and _has_one_table(kept)
            part = home in begun or (len(schemas) == 1 and bool(begun))
            place = _Place(home, schemas, makers, _provider(kept, makers), partial(depends, home), takers, apart, part)
            sites += _sites(place, kept)
    found: dict[str, list[Site]] = {}
    lacking: dict[tuple[str, tuple[str, ...]], list[Site]] = {}
    for site in _attested(sites, known, witnesses):
        name, of = site.fault.name.lower(), tuple(table.lower() for table in site.fault.tables)
        if of:
            lacking.setdefault((name, of), []).append(site)
        else:
            found.setdefault(name, []).append(site)
    yield from told({key: gravest(several) for key, several in lacking.items()})
    yield from (together(gravest(several)) for several in found.values())


def _attested(sites: Sequence[Site], known: Schema, witnesses: Callable[[set[str]], Witnesses]) -> Iterator[Site]:
    """The places for whose names nothing in the repository speaks; those of which something only speaks are less sure, as are programs that are run by hand."""
    seen = witnesses({table for one in sites for table in _tables(one.fault)}) if sites else None
    for site in sites:
        fault, found = site.fault, None
        taken = any((table, fault.name.lower() if fault.tables else "") in known.gone for table in _tables(fault))
        if seen is not None and not taken:
            found = _witness(fault, known, seen)
        if found is None or not found.sure:
            less = found is not None or (site.query.by_hand and not taken)
            yield site._replace(
                severity="warning" if less and site.severity == "error" else site.severity, witness=found
            )


def _witness(fault: Fault, known: Schema, seen: Witnesses) -> Witness | None:
    """What else speaks of a name. Of a table that was dropped and made anew, what the history says was true of the old one."""
    if not fault.tables:
        return next(iter(seen.of_table(fault.name)), None)
    tables = _tables(fault)
    anew = {table for table in tables if (table, "") in known.gone}
    past = [path for path, made in known.makers.items() if anew & made]
    return seen.of_column(tables, (fault.name,), apart=past)


def _tables(fault: Fault) -> tuple[str, ...]:
    """The tables that a fault is about, in small letters."""
    return tuple(one.lower() for one in fault.resolved or fault.tables or (fault.name,))


def _homes_of(files: Mapping[str, Iterable[str]], home_of: Callable[[str], str]) -> dict[str, set[str]]:
    """The packages of the files that speak of each table."""
    found: dict[str, set[str]] = {}
    for path, tables in files.items():
        for table in tables:
            found.setdefault(table, set()).add(home_of(path))
    return found


def _sites(place: _Place, asking: Sequence[Query]) -> Iterator[Site]:
    """What nothing makes, where it is asked for; what is run by hand, or made out of a source beside it, comes last."""
    paths = {one.path for one in asking}
    for query in sorted(asking, key=lambda one: (is_script(one.path), _source_of(one.path) in paths)):
        for fault in query.asked.faults:
            severity = "error" if query.own and not fault.tables else _severity(place, fault)
            if severity == "error" and (place.apart or (place.part and not fault.tables)):
                severity = "warning"
            if severity is not None:
                yield Site(query, fault, "info" if query.doubted else severity)


def _source_of(path: str) -> str:
    """What TypeScript would have made a file of JavaScript out of."""
    return path.removesuffix(".js") + ".ts" if path.endswith(".js") else ""


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


def _is_own(query: Query, known: Schema) -> bool:
    """Whether the client of a schema here asks, for no table that another program is known to make."""
    return query.own and not query.asked.tables & known.borrowed


def _made_by(home: str, makers: Mapping[str, set[str]], asking: Sequence[Query]) -> set[str]:
    """The tables that a package both makes and asks for, if they are several: whatever else it asks for, these are its own."""
    asked = set().union(*(one.asked.tables for one in asking))
    made = {name for name in asked if home != "." and home in makers.get(name, ())}
    return made if len(made) >= _SEVERAL else set()


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
    """A package, all with a schema, which of them make each table, the one whose tables it asks for, what it depends on, whose schema refers to each table, whether it may have a database of its own, and whether its migrations are only a part: they change tables that nothing makes."""

    home: str
    schemas: set[str]
    makers: dict[str, set[str]]
    provider: str | None
    depends: Callable[[str], bool]
    takers: dict[str, set[str]]
    apart: bool = False
    part: bool = False


def _has_one_table(asking: Sequence[Query]) -> bool:
    """Whether a package asks for one table only, and that for several columns that it lacks: it may mean another of the same name."""
    tables = set().union(*(one.asked.tables for one in asking))
    lacking = {fault.name.lower() for one in asking for fault in one.asked.faults if fault.tables}
    return len(tables) == 1 and len(lacking) >= OF_FILE and not any(one.sure for one in asking)


def _provider(asking: Sequence[Query], makers: dict[str, set[str]]) -> str | None:
    """The one package that makes all tables that another asks for, if these are several."""
    tables = [makers[name] for query in asking for name in query.asked.tables if name in makers]
    common = set.intersection(*tables) if tables else set()
    return min(common) if common and len({name for query in asking for name in query.asked.tables}) > _SEVERAL else None


def _severity(place: _Place, fault: Fault) -> Severity | None:
    """``None`` where a package with a schema of its own, or with several around it, may mean another table of that name."""
    if len(place.schemas) == 1:
        return "error"
    where = set().union(*(place.makers.get(table, set()) for table in fault.resolved))
    if fault.tables and (place.home in where or not where):
        return "error"
    if place.home in place.schemas and where != {place.provider}:
        if len(where) == 1 and all(
            place.home in place.takers.get(one, ()) for one in fault.resolved
        ):  # its migrations build upon those of that one
            return "warning"
        return None if fault.tables else "error"
    only = next(iter(where)) if fault.tables and len(where) == 1 else None
    return "warning" if place.provider is not None or (only is not None and place.depends(only)) else None
