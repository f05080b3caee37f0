"""What the queries of the code ask for: texts of SQL with holes, and builders of queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.code._sql.dialects import parse
from toolkit.checks.code._sql.names import HOLE, SYSTEM, Asked, Fault, Row
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["asked_by", "asked_by_builder"]

_PARAMETER = regex(
    r"(?<![:\w]):(?!:)[A-Za-z_]\w*|%\(\w+\)s|%s|\?(?![|&]|\s*')\d*|\$\{\w+\}|(?<![\w@])@[A-Za-z_]\w*|\$\d+|\$\$?[A-Za-z_]\w*\b!?(?!\$)|\{\}"
)
"""What is bound or filled in; ``?`` before a text, and ``?|`` and ``?&``, ask for a key of JSONB."""
_OF_SQLC = regex(
    r"(?i)\bsqlc\s*\.\s*(?:n?arg|slice)\(\s*['\"]?\w+['\"]?\s*\)|\bpggen\.arg\(\s*['\"]?\w+['\"]?\s*\)|(?<![\w@'\"])@[A-Za-z_]\w*\b(?!\s*:=)"
)
"""Parameters as sqlc and pggen write them."""
_COLUMNS = r"\(\s*(?P<columns>[\w\s,\"`]+)\)"
_TABLE = r"(?:[\"`]?public[\"`]?\s*\.\s*)?[\"`]?(?P<table>\w+)[\"`]?"
_INDEX = regex(
    rf"(?i)create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?[\w\"`.]*\s*on\s+(?:only\s+)?{_TABLE}\s*(?:using\s+\w+\s*)?{_COLUMNS}"
)
_INSERT = regex(rf"(?i)(?:insert|replace)\s+(?:ignore\s+)?into\s+{_TABLE}\s*{_COLUMNS}\s*values\b")
_KEY = regex(r"_id\Z|fk|constraint")
_LOOSE_HOLE = regex(rf"(?i)(\b(?:from|join|into|update)\s+{HOLE}(?=\s))|(?:(?<=\s)|\A){HOLE}(?=\s|\Z)")
"""What is filled in and may be nothing; not where a table stands, after which comes an alias."""


def asked_by(text: str, tables: Mapping[str, frozenset[str] | None], *, trusted: bool = False) -> Asked | None:
    """What a query asks for; ``None`` where nothing can be said.

    Args:
        text: with ``HOLE`` for what is filled in.
        tables: what is known.
        trusted: it stands in a file of SQL; parameters need not be looked for.
    """
    if trusted and (plain := _INDEX.match(text) or _INSERT.match(text)):
        return _of_names(plain["table"].lower(), plain["columns"], tables)
    if trusted and text[:12].lower().startswith(("create index", "create uniqu")):
        return None  # over an expression
    whole = _OF_SQLC.sub(HOLE, text.replace("%%", "%"))
    filled = _PARAMETER.sub(HOLE, whole)
    filled = re.sub(rf"(?i)\bvalues\s*{HOLE}", f"VALUES ({HOLE})", filled)
    others = ((filled, False), (whole, False), (_LOOSE_HOLE.sub(lambda found: found[1] or " ", filled), True))
    for one, partial in dict.fromkeys(((whole, False), (filled, False)) if trusted else others):
        tree = parse(one) if one.strip() else None
        if tree is not None:
            from toolkit.checks.code._sql.reader import asked  # with sqlglot, which takes long to load

            found = asked(tree, tables, partial=partial)
            return found if found.tables or found.faults else None
    return None


def _of_names(table: str, names: str, tables: Mapping[str, frozenset[str] | None]) -> Asked | None:
    """An index or ``INSERT`` of plain names, which need no parser."""
    if SYSTEM.match(table):
        return None
    if table not in tables:
        return Asked(frozenset((table,)), (Fault(table, (), 1),))
    columns, faults, line = tables[table], [], 1
    for part in names.split(","):
        line += part.count("\n", 0, len(part) - len(part.lstrip()))
        name = part.split()[0].strip('"`') if part.split() else ""
        if columns is not None and name and name.lower() not in columns:
            faults.append(Fault(name, (table,), line, (table,)))
        line += part.lstrip().count("\n")
    return Asked(frozenset((table,)), tuple(faults))


def asked_by_builder(seen: Mapping[str, str], tables: Mapping[str, frozenset[str] | None]) -> Asked:
    """What a call of a builder asks for, as a refinement noted it."""
    name = seen["table"]
    if name.lower() not in tables:
        return Asked(frozenset((name.lower(),)), (Fault(name, (), int(seen["offset"]) + 1),))
    columns = tables[name.lower()]
    faults: dict[str, Fault] = {}
    for column, _, offset in (one.partition("@") for one in seen["columns"].split()):
        if columns is not None and column.lower() not in columns:
            faults.setdefault(column.lower(), Fault(column, (name,), int(offset) + 1, (name.lower(),)))
    embedded, lacking = _embedded(name, seen.get("embedded", "").split(), tables)
    values = (one.rpartition("@") for one in seen.get("values", "").split())
    told = tuple((*one.lower().partition("=")[::2], int(offset) + 1) for one, _, offset in values)
    written = Row(name.lower(), frozenset(seen.get("row", "").lower().split()), told)
    return Asked(frozenset((name.lower(), *embedded)), (*faults.values(), *lacking), written)


def _embedded(
    name: str, listed: list[str], tables: Mapping[str, frozenset[str] | None]
) -> tuple[set[str], list[Fault]]:
    """The tables that a list of PostgREST embeds, and what nothing makes of them. One may also be named by the column or the key that leads to it."""
    named: set[str] = set()
    faults: dict[tuple[str, str], Fault] = {}
    ways = {name.lower(), *(one.partition("@")[0].split(".")[-2].lower() for one in listed)}
    columns = [tables.get(one, frozenset()) for one in ways]
    for one, _, offset in (each.partition("@") for each in listed):
        *_, table, column = one.split(".")
        own, line = table.lower(), int(offset) + 1
        if own in tables:
            named.add(own)
            there = tables[own]
            if column and there is not None and column.lower() not in there:
                faults.setdefault((own, column), Fault(column, (table,), line, (own,)))
        elif not (column or _KEY.search(own) or any(has is None or own in has for has in columns)):
            named.add(own)
            faults.setdefault((own, ""), Fault(table, (), line))
    return named, list(faults.values())
