"""Moments that have to stay as they are: those from which a query or a subscription starts, and those of a build; whether anything depends on how late it is, and how long what keeps it lives."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from toolkit.checks.code._tree import COMMENTS, above, up
from toolkit.expressions import regex

__all__ = ["by_life", "depends_on", "ends_soon", "is_of_build", "only_asks"]

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
_SERVES = regex(
    r"\buvicorn\.run\(|\bwhile (?:True|1)\s*:|\bserve_forever\(|\brun_(?:forever|polling)\(|\b(?:FastAPI|Flask|Celery|Starlette|Sanic|Quart)\(|\bschedule\.every\("
    r"|\b(?:Blocking|Background|AsyncIO)Scheduler\("
)
"""What a program of Python that is started by itself does if it lives on."""
_ENDS = regex(
    r"^(?:import|from) (?:click|typer|argparse|optparse|fire|streamlit|airflow)\b|^from airflow|\bfrom [\"'](?:k6|yargs|commander|cac)\b|\brequire\([\"'](?:yargs|commander|cac)[\"']\)|\byargs\b|\bSpreadsheetApp\b|\bUrlFetchApp\b"
    r"|\bif __name__ ==|^(?:asyncio\.run\()?\w+\(\)*\s*\Z",
    re.MULTILINE,
)
"""What a program has that runs once for each call, or that is read again for each drawing."""
_ENDS_BY_PLACE = regex(r"(?:^|/)(?:management/commands|dags|notebooks?|k6|load[-_]?tests?|mocks?|fixtures?)/")
_LASTING = regex(
    r"(?:Service|Manager|Scheduler|Monitor|Limiter|Server|Worker|Engine|Guard|Middleware|Controller|Bot|Daemon|Watcher|Firewall|Gateway)(?:Impl)?$"
)
"""Names of classes of which a process has one."""


def ends_soon(path: str, text: str) -> bool:
    """Whether a program runs once and ends, or is read anew each time: what it takes of the clock is the present."""
    if _ENDS_BY_PLACE.search(path):
        return True
    return _ENDS.search(text) is not None and _SERVES.search(text) is None


def _lives_long(around: Any) -> bool:
    """Whether an instance of a class lives as long as the process: by its name, by who makes it, or because a module has one."""
    name = around.field("name").text() if around.field("name") is not None else ""
    if not name or _LASTING.search(name):
        return bool(name)
    head = "\n".join((around.text()[:400], *(one.text()[:200] for one in islice(above(around, ("decorator",)), _NEAR))))
    if (
        re.search(r"@(?:Injectable|Service|Controller|Singleton|singleton|inject)\b", head)
        or "getInstance" in around.text()
    ):
        return True
    made = rf"^(?:export )?(?:default |(?:(?:const|let|var) )?[\w.]+\s*(?::[^=\n]*)?=\s*)(?:new )?{re.escape(name)}\("
    return re.search(made, list(up(around))[-1].text(), re.MULTILINE) is not None


def by_life(around: Any, name: str, grade: str | None) -> str | None:
    """How bad it is for a field of each instance: nobody knows how long one lives of which there may be many, and one that no method reads only tells when it was made."""
    if _lives_long(around):
        return grade
    read = rf"(?:this|self)\.{re.escape(name)}\b(?!\s*(?::[^=\n]*)?=[^=])"
    return "info" if grade and re.search(read, around.text()) else None


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
