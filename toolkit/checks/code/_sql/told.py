"""Faults of queries as they are told: each cause once, at the gravest of its places, with the others in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.code._paths import is_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checks.code._sql.names import Asked, Fault
    from toolkit.checks.code._sql.witness import Witness
    from toolkit.model import Severity

__all__ = ["OF_FILE", "Judged", "Query", "Site", "gravest", "in_words", "together", "told"]

_MANY = 6
"""Columns that one table lacks, above which they are told together."""
OF_FILE = 3
"""Columns of one table that a file is the first to ask for, from which on it was written for another schema: one cause."""
_SHOWN = 1
"""Further places that a message names."""
_GRADES = ("error", "warning", "info")
_MOST = 25
"""Further names or places that the evidence gives."""


class Query(NamedTuple):
    """A query where it stands, and what it asks for.

    ``sure`` if no other database can be meant, ``own`` if the client of a schema here sends it, ``doubted`` if a comment says that what it asks for may be absent, ``by_hand`` if no program sends it.
    """

    path: str
    line: int
    text: str
    asked: Asked
    sure: bool = False
    own: bool = False
    doubted: bool = False
    by_hand: bool = False


class Site(NamedTuple):
    """A place where a name is asked for, and what else speaks of the name."""

    query: Query
    fault: Fault
    severity: Severity
    witness: Witness | None = None


class Judged(NamedTuple):
    """A fault that is told, at the first of its places; ``unsaid`` are the names and places that no message has room for, ``related`` all others."""

    query: Query
    fault: Fault
    severity: Severity
    others: str
    unsaid: str = ""
    related: tuple[tuple[str, int], ...] = ()


def gravest(sites: Sequence[Site]) -> list[Site]:
    """The places of one name, the gravest first; without those whose writer doubts it, where another does not: what one knows is no news to the others."""
    known = any(one.query.doubted for one in sites)
    sites = [one._replace(severity="warning") if known and one.severity == "error" else one for one in sites]
    ranked = sorted(sites, key=lambda one: (_GRADES.index(one.severity), is_script(one.query.path)))
    return [one for one in ranked if one.severity != "info" or ranked[0].severity == "info"]


def told(found: dict[tuple[str, tuple[str, ...]], list[Site]]) -> Iterator[Judged]:
    """Columns that tables lack."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    at_once: Counter[tuple[tuple[str, ...], str]] = Counter()
    for (name, tables), sites in found.items():
        lacking.setdefault(tables, []).append(name)
        at_once[tables, sites[0].query.path] += 1
    groups: dict[Any, list[list[Site]]] = {}
    for (_, tables), sites in found.items():
        first, doubted = sites[0].query, sites[0].severity == "info"
        if len(lacking[tables]) <= _MANY:
            apart = (first.line, first.text) if at_once[tables, first.path] < OF_FILE else ()
            groups.setdefault((tables, doubted, first.path, *apart), []).append(sites)
        else:
            groups.setdefault((tables, doubted), []).append(sites)
    for several in _merged(groups):
        several.sort(key=lambda sites: _GRADES.index(sites[0].severity))
        fault, names = several[0][0].fault, [sites[0].fault.name for sites in several]
        if len(names) > 1:
            more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
            fault = fault._replace(name=f"{names[0]} (nor {', '.join(names[1:_MANY])}{more})")
        yield together(
            [site._replace(fault=fault._replace(line=site.fault.line)) for sites in several for site in sites],
            names[_MANY:],
        )


def _merged(groups: dict[Any, list[list[Site]]]) -> Iterator[list[list[Site]]]:
    """The columns that a table lacks, as they are told together: with several of one cause all of which no statement asks without one of them."""
    asked = {
        key: {(one.query.path, one.query.line) for sites in several for one in sites} for key, several in groups.items()
    }
    into: dict[Any, Any] = {}
    for key in sorted(groups, key=lambda one: len(asked[one])):
        wider = (one for one, several in groups.items() if len(several) >= OF_FILE and one[:2] == key[:2])
        fits = (one for one in wider if one != key and one not in into and asked[key] <= asked[one])
        if (other := next(fits, None)) is not None:
            into[key] = other
    for key, several in groups.items():
        if key not in into:
            yield [
                *several,
                *(sites for one, other in into.items() if _last_of(other, into) == key for sites in groups[one]),
            ]


def _last_of(key: Any, into: dict[Any, Any]) -> Any:
    """Where what is told with others is told in the end."""
    while key in into:
        key = into[key]
    return key


def together(sites: Sequence[Site], names: Sequence[str] = ()) -> Judged:
    """One cause at its first place, with the others in words."""
    lines = list(dict.fromkeys((one.query.path, one.query.line + one.fault.line - 1) for one in sites))[1:]
    hidden = lines[_SHOWN:] if len(lines) > _SHOWN else []
    places = ", ".join(f"{path}:{line}" for path, line in hidden[:_MOST])
    unsaid = [f"also {', '.join(names[:_MOST])}"] if names else []
    unsaid += [f"also in {places}"] if places else []
    unsaid += [str(sites[0].witness)] if sites[0].witness else []
    return Judged(sites[0].query, sites[0].fault, sites[0].severity, in_words(lines), "; ".join(unsaid), tuple(lines))


def in_words(places: Sequence[tuple[str, int]]) -> str:
    """Further places in a few words."""
    shown = ", ".join(f"{path}:{line}" for path, line in places[:_SHOWN])
    return shown if len(places) <= _SHOWN else f"{shown} and {len(places) - _SHOWN} more"
