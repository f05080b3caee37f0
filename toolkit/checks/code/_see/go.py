"""Errors of Go that are looked at and dropped: ``if err != nil {}``, an answer of ``nil`` in its place, ``_ = f()``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._excuses import is_best_effort
from toolkit.checks.code._losses import lost
from toolkit.checks.code._tree import COMMENTS, own, up

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["empty_go"]


def empty_go(node: Any, path: str) -> Seen:
    """An error of Go that nobody hears of."""
    if any(one.kind() in COMMENTS for one in own(node)) or node.field("alternative") is not None:
        return None
    thrown_away = node.kind() == "assignment_statement"
    yes = not thrown_away and "return" in node.field("consequence").text()
    tried = node.field("right") if thrown_away else _source(node)
    if tried is None or (yes and not _gives_an_error(node)):
        return None
    what = "" if is_best_effort(node) else lost(tried, path, shown=not thrown_away)
    if not what and (thrown_away or yes):
        return None
    where = "blank" if thrown_away else "if"
    return {
        "name": where,
        "what": "swallowed",
        "lost": what,
        "grade": "" if what else "info",
        "yes": "1" if yes else "",
    }


def _source(node: Any) -> Any:
    """What an error that an ``if`` asks for comes from: its own beginning, or the statement before."""
    begun = node.field("initializer")
    before = begun if begun is not None else node.prev()
    name = re.match(r"\w+", node.field("condition").text())
    while before is not None and not before.is_named():
        before = before.prev()
    if before is None or name is None or before.kind() not in ("short_var_declaration", "assignment_statement"):
        return None
    given = before.field("left")
    return before.field("right") if given is not None and re.search(rf"\b{name[0]}\b", given.text()) else None


def _gives_an_error(node: Any) -> bool:
    """Whether the function around gives an error and nothing else, so that ``nil`` says that all went well."""
    function = next(
        (one for one in up(node) if one.kind() in ("function_declaration", "method_declaration", "func_literal")), None
    )
    result = function.field("result") if function is not None else None
    return result is not None and result.text() == "error"
