"""Statements of SQL read by the dialect that takes them."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["parse"]

_DIALECTS = ("postgres", "sqlite", "mysql", "tsql")


def parse(text: str) -> Any:
    """One statement by the first dialect that takes it; ``None`` if none does."""
    import logging

    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    for dialect in _by_likeness(text):
        try:
            return sqlglot.parse_one(text, read=dialect)
        except (
            sqlglot.errors.SqlglotError,
            RecursionError,
            ValueError,
            AttributeError,
            IndexError,
            TypeError,
            KeyError,
        ):
            continue
    return None


def _by_likeness(text: str) -> tuple[str, ...]:
    """The dialects, the one that a text looks like first."""
    first = ""
    if "`" in text:
        first = "sqlite" if re.search(r"(?i)autoincrement|without\s+rowid", text) else "mysql"
    elif re.search(r"(?i)\bautoincrement\b|\bwithout\s+rowid\b|\bor\s+(?:replace|ignore)\s+into\b", text):
        first = "sqlite"
    elif re.search(r"(?i)\bauto_increment\b|\bengine\s*=", text):
        first = "mysql"
    elif re.search(
        r"(?i)\[\w+\]\s*\(|\bnvarchar\b|\bidentity\s*\(\s*\d|\bdbo\.|\bgetdate\(\)|\bconvert\s*\(\s*(?:date|datetime2?|int|varchar)\b",
        text,
    ):
        first = "tsql"
    return tuple(dict.fromkeys((first, *_DIALECTS) if first else _DIALECTS))
