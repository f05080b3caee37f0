"""Functions that call themselves, come what may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_test
from toolkit.checks.code._tree import FUNCTIONS, body_of, is_method, may_end_before, name_of, up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["recursion"]

_LOGGER = re.compile(
    r"(?i)^_?(?:log|logger|info|warn|warning|error|err|debug|trace|fatal|verbose|critical|exception|print|emit_?log|log_?\w+|\w+_?log)$"
)


def recursion(node: Any, path: str) -> Seen:
    """A function with a call of itself that nothing stands in the way of; the line is that of the call."""
    python = path.endswith(".py")
    method = node.kind() in ("method_definition", "public_field_definition") or (python and is_method(node))
    name = name_of(node) or (node.field("property").text() if node.field("property") is not None else "")
    function = node if node.field("body") is not None else node.field("value")
    body = body_of(function)
    if is_test(path) or not name or body is None or "*" in node.text().partition("(")[0]:
        return None
    target = f"{'self' if python else 'this'}.{name}" if method else name
    inside = body.text()
    if f"{target}(" not in inside or not re.search(rf"(?<![\w.$]){re.escape(target)}\(", inside):
        return None
    above = node.parent()
    decorated = above is not None and above.kind() == "decorated_definition"
    if decorated or re.match(r"(?:\w+ )*static\b", node.text()) or (not method and _is_shadowed(function, name)):
        return None
    logger = bool(_LOGGER.match(name))
    patient = bool(re.match(r"[\w ]*?\basync\b", node.text()[:200].partition("(")[0])) or re.search(
        r"=\s*async\b", node.text()[:200]
    )
    for call in _own_calls(body, target):
        certain = _is_certain(call, body) and not may_end_before(call, function)
        if (certain and (logger or not patient)) or (logger and _passes_on(call, function)):
            return {
                "name": name,
                "logger": "1" if logger else "",
                "line": str(call.range().start.line + 1),
                "call": call.text(),
            }
    return None


def _own_calls(body: Any, target: str) -> Iterator[Any]:
    """Calls of a name in a body, those of functions within it aside."""
    pending = [body]
    while pending:
        found = pending.pop(0)
        if (
            found.kind() in ("call_expression", "call")
            and found.field("function") is not None
            and found.field("function").text() == target
        ):
            yield found
        pending += [one for one in found.children() if one.kind() not in FUNCTIONS]


def _is_certain(call: Any, body: Any) -> bool:
    """Whether a body always comes to a call: it is a statement of its own, perhaps the first of a ``try``."""
    top = body.range()
    if call.range().start.index == top.start.index and call.range().end.index == top.end.index:
        return True
    for one in up(call):
        here = one.range()
        if (here.start.index, here.end.index) == (top.start.index, top.end.index):
            return True
        if one.kind() not in (
            "expression_statement",
            "return_statement",
            "await_expression",
            "await",
            "statement_block",
            "block",
            "try_statement",
        ):
            return False
    return False


def _passes_on(call: Any, function: Any) -> bool:
    """Whether a call gives exactly what the function was given: nothing has changed the next time."""
    given, taken = call.field("arguments"), function.field("parameters")
    if given is None or taken is None:
        return False
    arguments = [one.text() for one in given.named_children()]
    names = [re.split(r"[?:=\s]", one.text().lstrip("."))[0] for one in taken.named_children()]
    names = names[1:] if names[:1] == ["self"] else names
    return bool(arguments) and [one.lstrip(".") for one in arguments] == names


def _is_shadowed(function: Any, name: str) -> bool:
    """Whether the function's name means something else inside of it."""
    parameters = function.field("parameters")
    if parameters is not None and re.search(rf"\b{re.escape(name)}\b", parameters.text()):
        return True
    body = body_of(function)
    return body is not None and bool(
        re.search(
            rf"(?:\b(?:const|let|var|function|import|as)\s+|\{{[^}}]*?)\b{re.escape(name)}\b[^(]*=|\bimport\b[^\n]*\b{re.escape(name)}\b",
            body.text(),
        )
    )
