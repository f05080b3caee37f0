"""Moments that have to stay as they are: those from which a query or a subscription starts, and those of a build; and whether anything depends on how late it is."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from toolkit.checks.code._tree import COMMENTS, above, up
from toolkit.expressions import regex

__all__ = ["depends_on", "is_of_build", "only_asks"]

_QUERIES = regex(r"(?:^|\.)use\w*(?:Query|Queries|Subscription|SWR\w*|Fetch|Lazy)$")
_ASKED = regex(r"(?i)(?:\w*_)?(?:since|from|after|start\w*|variables|params|options|query\w*|input|filters?|where)$")
"""Hooks that ask a server, and names of what they ask with."""
_IS_BUILT = regex(
    r"(?i)(?:^|/)(?:(?:sitemap|feed|rss|atom)(?:[.-](?:xml|json|atom|rss|index))?|robots(?:\.txt)?|manifest|(?:opengraph|twitter)-image)(?:\.astro|\.[cm]?[jt]sx?)\Z"
)
"""Files that a framework renders when it builds."""
_SAYS_BUILT = regex(
    r"(?i)\b(?:build|deploy(?:ment)?|compile|load|start-?up|process start|import)[- ]time\b|\bon purpose\b|\bintentional|\bdeliberate|\bonce per (?:process|build|run)\b"
)
_NEAR = 30


def only_asks(top: Any, name: str) -> bool:
    """Whether a moment is only used in what a query or subscription is asked: it has to stay, else each drawing asks anew."""
    found = top.find_all(kind="identifier", regex=f"^{re.escape(name)}$")
    uses = [[one, *islice(up(one), _NEAR)] for one in found if not _is_declared(one)]
    return bool(uses) and all(any(_asks(one) for one in around) for around in uses)


def depends_on(top: Any, name: str) -> bool:
    """Whether a component compares a moment with another one, reckons with it, or draws it, be it formatted: a month or a year of it changes seldom."""
    moment = rf"\+?(?<![\w.]){re.escape(name)}(?:\.(?:getTime|valueOf)\(\)|\.getHours\(\)|\.getMinutes\(\))?(?![\w.])"
    reckons = (
        rf"{moment}\s*(?:[<>]=?|-(?![->]))|(?<![-=])(?:[<>]=?|-)\s*{moment}|[>}}]\s*\{{\s*{re.escape(name)}\s*\}}|\{{\s*{re.escape(name)}\.to\w*(?:Time|Locale)\w*\("
        rf"|\b(?:format|difference|is(?:Before|After|Past|Future)|distance|interval)\w*\([^()\n]{{0,80}}(?<![\w.]){re.escape(name)}\b"
    )
    return re.search(reckons, top.text()) is not None


def _is_declared(name: Any) -> bool:
    """Whether a name stands where it is given to a value."""
    holder = name.parent()
    holder = holder.parent() if holder.kind() == "array_pattern" else holder
    return holder.kind() == "variable_declarator" and bool(
        holder.field("name").range().end.index >= name.range().end.index
    )


def _asks(node: Any) -> bool:
    callee, named = node.field("function"), node.field("name")
    if node.kind() == "call_expression" and callee is not None:
        return _QUERIES.search(callee.text()) is not None
    return node.kind() == "variable_declarator" and named is not None and _ASKED.match(named.text()) is not None


def is_of_build(node: Any, path: str) -> bool:
    """Whether a time is that of a build or a start: by the file, or by a comment right above."""
    if _IS_BUILT.search(path):
        return True
    holder = next((one for one in (node, *up(node)) if one.prev() is not None and one.prev().kind() in COMMENTS), node)
    near = holder.range().start.line == node.range().start.line
    return near and any(_SAYS_BUILT.search(one.text()) for one in above(holder, COMMENTS))
