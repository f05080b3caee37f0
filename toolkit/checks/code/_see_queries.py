"""Queries in texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_test
from toolkit.checks.code._tree import up

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["query"]

_OTHER_LANGUAGE = re.compile(
    r"(?i)google-?ads|\bgaql\b|\bsoql\b|salesforce|jsforce|bigquery|\bathena\b|clickhouse|tinybird|\bnrql\b|cosmosdb|snowflake|duckdb|\bksql|flux\b|databricks|trino|redshift"
)


def query(node: Any, path: str) -> Seen:
    """The text of a query; what is filled in becomes a parameter, and a table that is filled in ends the matter."""
    text = node.text()
    if _OTHER_LANGUAGE.search(path) or _OTHER_LANGUAGE.search(list(up(node))[-1].text()):
        return None
    if is_test(path) or any(
        one.kind() in ("import_statement", "jsx_attribute", "attribute_item", "comment") for one in up(node)
    ):
        return None
    above = node.parent()
    if above is not None and above.kind() in (
        "binary_expression",
        "binary_operator",
        "concatenated_string",
        "expression_statement",
    ):
        return None  # a part of a query, or a documentation text
    prefix = re.match(r"^[rRbBfFuU]*", text)
    formatted = path.endswith(".py") and prefix is not None and "f" in prefix[0].lower()
    body = text[len(prefix[0]) if prefix else 0 :]
    body = re.sub(r"^(?:#*)(\"\"\"|'''|\"|'|`)|(\"\"\"|'''|\"|'|`)#*$", "", body.removeprefix("r"))
    if node.kind() == "template_string" or formatted:
        holes = r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}" if node.kind() == "template_string" else r"\{[^{}]*\}"
        if re.search(
            rf"(?i)\b(?:from|join|into|update|table|by|set|where|and|or|select|limit|offset)\s+{holes}", body
        ) and re.search(rf"(?i)\b(?:from|join|into|update|table|set|where|and|or|select)\s+{holes}", body):
            return None
        body = re.sub(holes, " NULL ", body)
    return {"sql": body}
