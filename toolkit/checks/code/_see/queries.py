"""Queries in texts."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import is_test
from toolkit.checks.code._paths import is_pretence
from toolkit.checks.code._sql.names import HOLE
from toolkit.checks.code._tree import name_of, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["RUN_ONCE", "query"]

_OTHER_LANGUAGE = regex(
    r"(?i)google-?ads|\bgaql\b|\bsoql\b|salesforce|jsforce|bigquery|\bathena\b|clickhouse|tinybird|\bnrql\b|cosmosdb|snowflake|duckdb|\bksql|flux\b|databricks|trino|redshift|pyspark|spark\.sql|scylla|cassandra|\bcql\b|questdb|influx|\bcountif\(|\bunnest\(metadata\)"
)
_OTHER_WORDS = (
    "googleads", "google-ads", "gaql", "soql", "salesforce", "jsforce", "bigquery", "athena", "clickhouse", "tinybird", "nrql", "cosmosdb",
    "snowflake", "duckdb", "ksql", "flux", "databricks", "trino", "redshift", "pyspark", "spark.sql", "scylla", "cassandra", "cql", "questdb", "countif(", "unnest(metadata)",
)  # fmt: skip
"""In small letters: one of them is in all that this expression finds, which takes twenty times as long."""
_DRIVER = regex(
    r"\b(?:import|from)\s+(?:psycopg2?|asyncpg|sqlalchemy|pymysql|mysql|aiomysql|sqlite3|aiosqlite)\b|[\"'](?:pg|postgres|mysql2?|better-sqlite3|sqlite3|knex|typeorm)(?:/[\w-]+)?[\"']"
)
"""Libraries of the databases that migrations are written for."""
_NEAR, _STEPS, _VALUES = 4, 2, 20
"""Nodes above a text up to the call that it is given to; names that are followed; values of a name that are looked at."""
_STRINGS = ("string", "template_string", "string_literal", "raw_string_literal", "interpreted_string_literal")
_JOINED = ("binary_expression", "binary_operator", "concatenated_string")
_NEVER = ("import_statement", "jsx_attribute", "attribute_item", "comment")
_QUERY = regex(
    r"(?is)\s*(?:select\s.+\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S+\s+(?:as\s+)?(?:\w+\s+)?set\s|delete\s+from\s|with\s+(?:recursive\s+)?\w+\s*(?:\([^()]*\)\s*)?as\s*\()"
)
_ONE_CASE = regex(r"\s*(?:[A-Z]+|[a-z]+)\b")
_OF_QUERIES = regex(r"(?i)sql|query|stmt|statement")
_SAYS = regex(r"(?i)(?:log\w*\.\w+|print\w*|(?<!query)error\w*|warn|info|debug|panic|toast\w*|alert)$")
"""What a sentence is given to."""
RUN_ONCE = regex(
    r"(?i)(?:^|/)(?:migrations?|versions|alembic|_?archived?|backups?)/|(?:^|/)\.\w|(?:^|/)(?:migrate|backfill)[-_.][^/]*\Z"
)
"""What is run once, when the schema is another, and what is only kept."""
_RAW = regex(
    r"(?:await\s+)?(?:[\w$]+\s*[?!]?\.\s*){1,5}\$(?:queryRaw|executeRaw)(?:Unsafe)?\s*(?:<[^`;\"']{0,300}>)?\s*[(`\"']"
)
"""A query that Prisma sends to the database of its schema, with the type of its rows or without."""
_TYPED = regex(r"(?:await\s+)?[\w$.]*(?i:sql|query|queryRaw|executeRaw)\s*<[^`;\"']{1,300}>\s*`")
"""A tagged template with the type of its rows, which the grammar may take for a comparison."""
_MAX_CHARACTERS = 20_000


def query(node: Any, path: str) -> Seen:
    """The text of a query, put together where it is written in pieces; what is filled in becomes a name of its own."""
    if is_test(path) or is_pretence(path) or RUN_ONCE.search(path) or not _is_asked(node, path):
        return None
    text = _whole(node, path, node.range().start.line)
    if text is None or len(text) > _MAX_CHARACTERS or not _QUERY.match(text) or not _ONE_CASE.match(text):
        return None
    if _is_another_language(path, list(up(node))[-1].text()) and not _is_of_driver(node, path):
        return None
    return {"sql": text, "client": "prisma"} if _is_of_prisma(node) else {"sql": text}


def _is_of_prisma(node: Any) -> bool:
    """Whether a text is what Prisma's client is to send as it is: the template of ``$queryRaw``, or the text of its unsafe twin."""
    holder = next((one for one in up(node) if one.kind() not in ("arguments", "parenthesized_expression")), None)
    return holder is not None and _RAW.match(holder.text()) is not None


@lru_cache(maxsize=1)
def _is_another_language(path: str, text: str) -> bool:
    """Whether the texts of a file are for something else than the databases of migrations."""
    lowered = text.lower()
    named = any(word in lowered for word in _OTHER_WORDS)
    return _OTHER_LANGUAGE.search(path) is not None or (named and _OTHER_LANGUAGE.search(text) is not None)


def _is_of_driver(node: Any, path: str) -> bool:
    """Whether a text is given to the connection of a usual database, in a file that also works with another engine."""
    text = list(up(node))[-1].text()
    if _OTHER_LANGUAGE.search(path) or not _DRIVER.search(text):
        return False
    call = next((one for one in islice(up(node), _NEAR) if one.kind() in ("call", "call_expression")), None)
    callee = call.field("function") if call is not None else None
    name = re.match(r"(?:self\.|this\.)?(\w+)\.", callee.text()) if callee is not None else None
    return name is not None and _comes_from(name[1], text, _STEPS)


def _comes_from(name: str, text: str, steps: int) -> bool:
    """Whether nothing that gives a name its value is of another engine."""
    if _OTHER_LANGUAGE.search(name):
        return False
    given = rf"\b{re.escape(name)}\b(?:\s*:[^=\n]{{0,60}})?\s*=(?!=)\s*([^\n]{{1,200}})|([^\n]{{1,200}}?)\s+as\s+{re.escape(name)}\s*[:,]"
    values = [match[1] or match[2] for match in islice(re.finditer(given, text), _VALUES)]
    if any(_OTHER_LANGUAGE.search(one) for one in values):
        return False
    owners = {
        found[1] for one in values if (found := re.search(r"\b(\w+)\.(?:cursor|begin|connect|connection)\(", one))
    }
    return steps == 0 or all(_comes_from(one, text, steps - 1) for one in owners - {name})


def _is_asked(node: Any, path: str) -> bool:
    """Whether a text is no import, documentation or piece of a longer one, and, in small letters, is given to a call or named a query."""
    above = node.parent()
    around = list(up(node))
    typed = above is not None and _is_typed(node, around)
    if above is None or (above.kind() in (*_JOINED, "expression_statement") and not typed):
        return False
    if any(one.kind() in _NEVER or (one.kind() == "mod_item" and name_of(one).startswith("test")) for one in around):
        return False
    is_view = path.endswith((".tsx", ".jsx"))
    shouts = re.match(r"[rRbBuUfF]*#*[\"'`]+\s*[A-Z]{4}", node.text())
    if typed or (shouts and not is_view) or node.kind() in ("string_literal", "raw_string_literal"):
        return True
    for one in around[: 1 if is_view else 4]:
        if one.kind() in ("arguments", "argument_list", "call_expression", "macro_invocation", "token_tree"):
            call = one.parent() if one.kind() in ("arguments", "argument_list") else one
            callee = call.field("function") if call is not None else None
            return callee is None or not _SAYS.search(callee.text()[-60:])
        if one.kind() in ("variable_declarator", "assignment", "pair", "assignment_expression"):
            return not is_view and _OF_QUERIES.search(one.text().partition("=")[0][:80]) is not None
    return False


def _is_typed(node: Any, around: list[Any]) -> bool:
    """Whether a template has a tag with the type of its rows before it."""
    if node.kind() != "template_string":
        return False
    compared = [one for one in around[:4] if one.kind() == "binary_expression"]
    return bool(compared) and any(_TYPED.match(one.text()) for one in compared)


def _whole(node: Any, path: str, line: int) -> str | None:
    """A text with its pieces; a line of the result is the same line of the source.

    Returns:
        ``None`` where nothing of it is a text.
    """
    kind = node.kind()
    if kind in _STRINGS:
        return _content(node, path)
    if kind in ("parenthesized_expression", "as_expression") and node.named_children():
        return _whole(node.named_children()[0], path, line)
    if kind not in _JOINED:
        return None
    if kind == "binary_operator" and node.field("operator") is not None and node.field("operator").text() == "%":
        return _whole(node.field("left"), path, line)
    text = ""
    for part in node.named_children():
        if part.kind() == "comment":
            continue
        piece = _whole(part, path, line)
        text += "\n" * max(part.range().start.line - line - text.count("\n"), 0)
        text += HOLE if piece is None else piece
    return text


def _content(node: Any, path: str) -> str:
    text = node.text()
    prefix = re.match(r"^[rRbBfFuU]*", text)
    marks = prefix[0].lower() if prefix and path.endswith((".py", ".rs")) else ""
    body = re.sub(r"^#*(\"\"\"|'''|\"|'|`)|(\"\"\"|'''|\"|'|`)#*$", "", text[len(marks) :])
    if node.kind() == "template_string":
        body = re.sub(r"\$\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}", _hole, body)
    elif path.endswith(".py") and ("f" in marks or _is_formatted(node)):
        body = re.sub(r"\{[^{}]*\}", _hole, body)
    elif path.endswith(".go"):
        body = re.sub(r"%(?:\[\d\])?[sdvqx]", HOLE, body)
    elif path.endswith(".rs"):
        body = re.sub(r"\{\w*(?::[^{}\n]*)?\}", HOLE, body)
    if "r" not in marks:
        body = re.sub(r"\\([nrt])", "  ", body)
        body = re.sub(r"\\([\"'`\n])", lambda match: match[1], body)
    return body


def _hole(match: re.Match[str]) -> str:
    return HOLE + "\n" * match[0].count("\n")


def _is_formatted(node: Any) -> bool:
    above = node.parent()
    return above is not None and above.kind() == "attribute" and above.text().endswith(".format")
