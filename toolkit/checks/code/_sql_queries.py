"""What the queries of the code ask for: texts of SQL with holes, and builders of queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.code._sql_changes import parse
from toolkit.checks.code._sql_names import HOLE, Asked, Fault, asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["asked_by", "asked_by_builder"]

_PARAMETER = re.compile(r"(?<![:\w]):(?!:)[A-Za-z_]\w*|%\(\w+\)s|%s|\?\d*|(?<![\w@])@[A-Za-z_]\w*|\$\d+|\{\}")
_LOOSE_HOLE = re.compile(rf"(?:(?<=\s)|\A){HOLE}(?=\s|\Z)")


def asked_by(text: str, tables: Mapping[str, frozenset[str] | None], *, trusted: bool = False) -> Asked | None:
    """What a query asks for; ``None`` where nothing can be said.

    Args:
        text: with ``HOLE`` for what is filled in.
        tables: what is known.
        trusted: it stands in a file of SQL; parameters need not be looked for.
    """
    whole = text.replace("%%", "%")
    filled = _PARAMETER.sub(lambda match: HOLE, whole)
    filled = re.sub(rf"(?i)\bvalues\s*{HOLE}", f"VALUES ({HOLE})", filled)
    tried: Iterator[tuple[str, bool]] = iter(
        dict.fromkeys(
            ((whole, False), (filled, False))
            if trusted
            else ((filled, False), (whole, False), (_LOOSE_HOLE.sub(" ", filled), True))
        )
    )
    for one, partial in tried:
        tree = parse(one) if one.strip() else None
        if tree is not None:
            found = asked(tree, tables, partial=partial)
            return found if found.tables or found.faults else None
    return None


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
    return Asked(frozenset((name.lower(),)), tuple(faults.values()))
