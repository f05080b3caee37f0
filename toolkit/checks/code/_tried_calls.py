"""The calls in what is tried, each with the path of its name, and whether something waits for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.code._tree import (
    AWAITS,
    FUNCTIONS,
    function_of,
    own,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Call", "calls", "is_flagged"]

_FLAG = regex(r"(\w+)\s*=\s*[Tt]rue")
_LISTENS = regex(
    r"on|once|on[A-Z]\w*|add(?:Event)?Listener|subscribe|setInterval|setTimeout|setImmediate|nextTick|queueMicrotask|schedule"
)
"""Names of what takes a function to call it when something comes."""
_MEMBERS = frozenset({"member_expression", "attribute", "field_expression", "selector_expression"})


class Call(NamedTuple):
    """A call: its path without arguments, its last part, whether something waits for it, and its text."""

    path: str
    last: str
    awaited: bool
    text: str


def calls(tried: Any) -> Iterator[Call]:
    """Every call in what is tried, the outermost of a chain alone; itself first."""
    for at, one in enumerate((tried, *own(tried, deep=True))):
        callee = one.field("function") if one.kind() in ("call_expression", "call") else None
        if callee is None or (at and (_is_of_chain(one) or _is_tried(one, tried))):
            continue
        names = _names(callee)
        if names:
            yield Call(".".join(names), names[-1], _is_awaited(one), one.text()[:4000])


def _is_of_chain(call: Any) -> bool:
    """Whether something is called on the result of a call."""
    above = call.parent()
    over = above.parent() if above is not None and above.kind() in _MEMBERS else None
    return over is not None and over.kind() in ("call_expression", "call")


def _is_tried(call: Any, tried: Any) -> bool:
    """Whether a ``try`` of its own stands around a call, within what is tried, or a function that somebody else calls later: a listener, a timer."""
    for one in up(call):
        if one.range() == tried.range():
            return False
        if one.kind() in FUNCTIONS and _is_for_later(one):
            return True
        if one.kind() == "try_statement":
            return any(part.kind() in ("catch_clause", "except_clause") for part in one.children())
    return False


def _is_for_later(function: Any) -> bool:
    """Whether a function is given to what calls it when something comes, so that its failure goes elsewhere."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return callee is not None and _LISTENS.fullmatch(callee.text().rpartition(".")[2]) is not None


def _names(callee: Any) -> list[str]:
    """The parts of the name of what is called, without what is given on the way."""
    found: list[str] = []
    while callee is not None:
        kind = callee.kind()
        if kind in _MEMBERS:
            part = callee.field("property") or callee.field("attribute") or callee.field("field")
            found.append(part.text() if part is not None else "?")
            callee = callee.field("object") or callee.field("value") or callee.field("operand")
        elif kind in ("call_expression", "call", "generic_function"):
            callee = callee.field("function")
        elif kind in ("subscript_expression", "subscript"):
            callee = callee.field("object") or callee.field("value")
        elif kind in ("identifier", "this", "self", "super", "scoped_identifier", "property_identifier"):
            found += reversed(callee.text().split("::"))
            break
        else:
            inner = callee.named_children()
            callee = inner[0] if inner and kind not in FUNCTIONS else None
    return [part for part in reversed(found) if part]


def _is_awaited(call: Any) -> bool:
    """Whether a call is waited for, itself or as one of several that are."""
    for one in up(call):
        kind = one.kind()
        if kind in AWAITS:
            return True
        if kind in FUNCTIONS or kind.endswith("_statement") or kind in ("statement_block", "block"):
            return kind in FUNCTIONS and _is_given_to_all(one)
    return False


def _is_given_to_all(function: Any) -> bool:
    """Whether a function makes promises that ``Promise.all`` waits for."""
    return any(one.kind() in AWAITS and "Promise.all" in one.text()[:40] for one in up(function))


def is_flagged(around: Any, body: Any) -> bool:
    """Whether what is tried sets a flag of the function, be it on a condition, that the code behind it reads."""
    function = function_of(around)
    kept = (_FLAG.fullmatch(one.text()) for one in own(body) if one.kind() in ("assignment_expression", "assignment"))
    flags = {found[1] for found in kept if found is not None}
    if function is None or not flags:
        return False
    behind = function.text()[around.range().end.index - function.range().start.index :]
    return any(re.search(rf"(?<![\w.]){flag}\b(?!\s*=(?!=))", behind) for flag in flags)
