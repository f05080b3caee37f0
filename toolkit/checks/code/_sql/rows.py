"""``INSERT`` statements with another number of values than of columns, which every database refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.code._sql.brackets import enclosed, entries
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.names import HOLE
from toolkit.checks.code._sql.statements import statements
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checks.code._sql.told import Query

__all__ = ["miscounted"]

_INSERT = regex(
    r"(?i)\s*(?:insert\s+(?:or\s+\w+\s+|ignore\s+)?|replace\s+)into\s+[\w.\"`]+\s*\(([\w\s,\"`]+)\)\s*(?:overriding\s+\w+\s+value\s+)?values\s*(?=\()"
)
_NOT_WRITTEN = (HOLE, "{", "%s")
"""What may stand for several values."""
_FEW = 3
"""Columns from which on a statement is taken for one that is written out."""


def miscounted(queries: Iterable[Query]) -> Iterator[Drift]:
    """Queries of which a row has more or fewer values than the list of columns before it."""
    for query in queries:
        if query.path.endswith(".sql") or any(one in query.text for one in _NOT_WRITTEN):
            continue  # statements of files are kept without their rows
        for line, statement in statements(query.text):
            head = _INSERT.match(statement)
            wanted = len(head[1].split(",")) if head is not None else 0
            given = _values(statement[head.end() :]) if head is not None and wanted >= _FEW else 0
            if given not in (0, wanted):
                yield Drift(
                    query.path,
                    query.line + line - 1,
                    f"The statement names {wanted} columns and gives {given} values: the database refuses it.",
                    " ".join(statement.split())[:160],
                    "error",
                    fix="give each column its value",
                )


def _values(text: str) -> int:
    """The values of a row that opens a text; 0 where it is not closed."""
    end = enclosed(text, 0)
    return sum(1 for _ in entries(text[1:end])) if end > 0 else 0
