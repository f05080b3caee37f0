"""Queries of another database than the one that the schema here makes: datasets of an analytics service, and files that a program opens and did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import Schema
    from toolkit.checks.code._sql.names import Asked

__all__ = ["asks_elsewhere"]

_DATASET = regex(r"(?<!\w)\"?dataset\"?[ \t]*[:=][ \t]*[\"']([\w-]+)[\"']")
_OPENS = regex(
    r"\bsqlite3?(?:\.dbapi2)?\.connect\(|\baiosqlite\.connect\(|\bnew (?:\w+\.)?(?:Database|DatabaseSync)\(|\bsql\.Open\(\s*\"sqlite|\brusqlite\b[\s\S]*\bConnection::open"
)
"""A file of SQLite that a source opens by itself."""
_READS_ONLY = regex(r"(?i)\bread_?only\s*:\s*true|\bmode=ro\b|\bsqlite_open_read_?only\b|\bimmutable=1")
_NAMED = regex(r"(?i)\b(?:from|into|update|join)\s+[\"`\[]?(\w+)")


def asks_elsewhere(context: Inspection, path: str, asked: Asked, known: Schema) -> bool:
    """Whether a query asks for tables that nobody here is to make."""
    strange = {name.lower() for name in asked.tables} - known.tables.keys()
    if not strange:
        return False
    text = text_of(context, path, errors="replace")
    return strange <= _datasets(context) or "/analytics_engine/sql" in text or _is_of_a_file(text, known)


def _is_of_a_file(text: str, known: Schema) -> bool:
    """Whether a source opens a file of SQLite that comes as it is: it may only read it, or asks for no table that is made here."""
    if not _OPENS.search(text):
        return False
    return _READS_ONLY.search(text) is not None or known.tables.keys().isdisjoint(
        one.lower() for one in _NAMED.findall(text)
    )


@once_a_run
def _datasets(context: Inspection) -> frozenset[str]:
    """Every dataset that a configuration of wrangler, or an example of one, binds."""
    paths = [
        path for name, found in context.inventory.by_name.items() if name.startswith("wrangler.") for path in found
    ]
    texts = (text_of(context, path, errors="replace") for path in paths)
    return frozenset(
        name.lower() for text in texts if "analytics_engine_datasets" in text for name in _DATASET.findall(text)
    )
