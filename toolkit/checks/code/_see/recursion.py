"""Functions that call themselves, come what may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._recursion_guards import LEVEL, asks_environment, asks_size, stays_large, stays_true
from toolkit.checks.code._tree import CLASSES, ENDS, FUNCTIONS, below, body_of, may_end_before, name_of, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["LOGGER", "recursion", "recursion_getter"]

LOGGER = regex(
    r"(?i)^_?(?:log|logger|info|warn|warning|error|err|debug|trace|fatal|verbose|critical|exception|print|emit_?log|log_?\w+|\w+_?log"
    r"|track\w*|emit|report\w*)$"
)
_PLAIN = frozenset(
    {"expression_statement", "return_statement", "return_expression", "await_expression", "await", "statement_block", "block", "try_statement"}
)  # fmt: skip
"""What may stand around a call without a condition on it."""


def recursion(node: Any, _path: str) -> Seen:
    """A function with a call of itself that nothing stands in the way of; the line is that of the call."""
    function, name = _parts(node)
    body = body_of(function)
    if not name or body is None or "*" in node.text().partition("(")[0]:
        return None
    text = body.text()
    if "global" in text and re.search(rf"\bglobal\b[^\n]*\b{re.escape(name)}\b", text):
        return None  # it puts another function into its own place
    logger = bool(LOGGER.match(name))
    targets = _targets(node, name) if f"{name}(" in text or logger else ()
    head = node.text()[:200]
    patient = re.match(r"[\w ]*?\basync\b", head.partition("(")[0]) or re.search(r"=\s*async\b|:\s*async\b", head)
    for target in targets:
        if f"{target}(" in text:
            for call in _calls(body, target):
                certain = _is_certain(call, body, function) and not _may_end(call, function)
                if (certain and (logger or not patient)) or (logger and _goes_on(call, function)):
                    return _graded(_seen(name, "1" if logger else "", call), call, function)
    return _around(node, name, body) if logger and targets else None


def _graded(seen: dict[str, str], call: Any, function: Any) -> dict[str, str]:
    """The same as a warning where the call is only made if the environment, the level or a length says so."""
    inner = [one for one in up(call) if one.range().start.index > function.range().start.index]
    conditions = [one for one in inner if one.kind() == "if_statement"]
    if any(map(asks_size, conditions)):
        return {**seen, "grade": "warning", "asked": "an entry is too long"}
    asked = any(map(asks_environment, conditions))
    return {**seen, "grade": "warning"} if asked or may_end_before(call, function) else seen


def _may_end(call: Any, function: Any) -> bool:
    """Whether a function may end before a call and does not come to it again: guards that ask the same at each call are no end."""
    if not may_end_before(call, function):
        return False
    body, start = body_of(function), call.range().start.index
    for one in statements(body):
        if one.range().end.index > start:
            break
        ends = any(inner.kind() in ENDS for inner in (one, *below(one)))
        if ends and not (one.kind() == "if_statement" and _stays_open(one, call, function)):
            return True
    return any(one.kind() in ENDS and one.range().end.index <= start for one in below(_statement_of(call, body)))


def _statement_of(node: Any, body: Any) -> Any:
    """The statement of a body that holds a node."""
    top = body.range().start.index, body.range().end.index
    found = node
    for one in up(node):
        if (one.range().start.index, one.range().end.index) == top:
            break
        found = one
    return found


def _stays_open(guard: Any, call: Any, function: Any) -> bool:
    """Whether what lets a guard pass does so at the next call as well: it asks for the environment, the level, or for what the call gives on or leaves out."""
    asked = guard.field("condition")
    if asked is None or asks_environment(guard):
        return asked is not None
    text, taken, given = asked.text(), function.field("parameters"), call.field("arguments")
    names = [re.split(r"[?:=\s]", one.text())[0] for one in taken.named_children()] if taken is not None else []
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    arguments = [one.text() for one in given.named_children()] if given is not None else []
    meant = [at for at, name in enumerate(names) if re.search(rf"(?<![\w.]){re.escape(name)}\b", text)]
    same = all(at >= len(arguments) or arguments[at] == names[at] for at in meant)
    if any(at >= len(arguments) for at in meant):  # nothing is not equal to a text
        return same and re.fullmatch(r"\(?\s*\w+(?:\?\.\w+)+\s*===?\s*[\"'][^\"']*[\"']\s*\)?", text) is not None
    return LEVEL.fullmatch(text) is not None or (bool(meant) and same)


def _seen(name: str, logger: str, call: Any) -> dict[str, str]:
    line = str(call.range().start.line + 1)
    return {"name": name, "logger": logger, "line": line, "call": call.text()}


def recursion_getter(node: Any, _path: str) -> Seen:
    """A property that answers with itself."""
    name, found = name_of(node), statements(body_of(node)) if body_of(node) is not None else []
    word = "self" if node.kind() == "function_definition" else "this"
    if len(found) != 1 or found[0].text().rstrip(";") != f"return {word}.{name}" or not _is_getter(node):
        return None
    return _seen(name, "", found[0].named_children()[0])


def _is_getter(node: Any) -> bool:
    above = node.parent()
    return bool(re.match(r"(?:\w+ )*get\b", node.text()) or re.match(r"@property\s", above.text()))


def _parts(node: Any) -> tuple[Any, str]:
    """The function that a node is or holds, and the name under which it is called."""
    if node.kind() == "assignment_expression":
        left = node.field("left")
        property_ = left.field("property") if left is not None and left.kind() == "member_expression" else None
        return node.field("right"), property_.text() if property_ is not None else ""
    function = node if node.field("body") is not None else node.field("value")
    key = node.field("property") or node.field("key")
    return function, name_of(node) or (key.text() if key is not None else "")


def _targets(node: Any, name: str) -> tuple[str, ...]:
    """The texts of calls that come back to a function; none where its name could mean something else."""
    kind = node.kind()
    if kind == "assignment_expression":
        left = node.field("left").text()
        restored = re.search(rf"(?<![\w.]){re.escape(left)}\s*=(?!=)", node.field("right").text())
        return () if restored else (left,)
    if kind == "function_item":
        return _of_rust(node, name)
    if kind == "function_definition":
        return _of_python(node, name)
    if kind in ("method_definition", "public_field_definition", "field_definition", "pair"):
        holder = node.parent()
        names = [f"this.{name}"] if kind != "pair" else []
        if holder is not None and holder.kind() == "object":
            owner = holder.parent()
            owned = name_of(owner) if owner is not None and owner.kind() == "variable_declarator" else ""
            return (*names, f"{owned}.{name}") if owned else tuple(names)
        static = re.match(r"(?:\w+ )*static\b", node.text())
        around = next((one for one in up(node) if one.kind() in CLASSES), None)
        return (*names, f"{name_of(around)}.{name}") if static and around is not None else tuple(names)
    function, _ = _parts(node)
    return () if _is_shadowed(function, name) else (name,)


def _of_rust(node: Any, name: str) -> tuple[str, ...]:
    """Methods of traits are left out: ``self.len()`` in one of them may be the type's own ``len``."""
    around = next((one for one in up(node) if one.kind() in ("impl_item", "trait_item")), None)
    if around is None:
        return () if _is_shadowed(node, name) else (name,)
    return (f"self.{name}", f"Self::{name}") if around.kind() == "impl_item" and around.field("trait") is None else ()


def _of_python(node: Any, name: str) -> tuple[str, ...]:
    above = node.parent()
    decorators = above.text()[:400].partition("def ")[0] if above.kind() == "decorated_definition" else ""
    if decorators and not re.fullmatch(r"\s*@(?:static|class)method\s*(?:async\s*)?", decorators):
        return ()
    around = next((one for one in up(node) if one.kind() in ("class_definition", "function_definition")), None)
    if around is not None and around.kind() == "class_definition":
        return (f"self.{name}", f"cls.{name}", f"{name_of(around)}.{name}")
    return () if _is_shadowed(node, name) else (name,)


def _calls(body: Any, target: str) -> Iterator[Any]:
    """Calls of a name in a body, those of functions within it aside."""
    pending = [body]
    while pending:
        found = pending.pop(0)
        callee = found.field("function") if found.kind() in ("call_expression", "call") else None
        if callee is not None and callee.text() == target:
            yield found
        pending += [one for one in found.children() if one.kind() not in FUNCTIONS]


def _is_certain(call: Any, body: Any, function: Any) -> bool:
    """Whether a body always comes to a call: it is a statement of its own, perhaps the first of a ``try`` or below an ``if`` that stays as it is."""
    top = body.range()
    if (call.range().start.index, call.range().end.index) == (top.start.index, top.end.index):
        return True
    for one in up(call):
        here = one.range()
        if one.kind() == body.kind() and (here.start.index, here.end.index) == (top.start.index, top.end.index):
            return one.kind() in _PLAIN
        if one.kind() not in _PLAIN and not (
            one.kind() == "if_statement"
            and (stays_true(one, call, function) or asks_environment(one) or stays_large(one, call, function))
        ):
            return False
        tail = one.kind() == "block" and function.kind() == "function_item"  # the value of a block of Rust
        if tail and one.parent().kind() not in ("function_item", "expression_statement"):
            return False
    return False


def _goes_on(call: Any, function: Any) -> bool:
    """Whether a call gives exactly what the function was given: nothing has changed the next time."""
    given, taken = call.field("arguments"), function.field("parameters")
    if given is None or taken is None:
        return False
    arguments = [one.text() for one in given.named_children()]
    names = [re.split(r"[?:=\s]", one.text().lstrip("."))[0] for one in taken.named_children()]
    names = names[1:] if names[:1] in (["self"], ["&self"], ["cls"]) else names
    return bool(arguments) and [one.lstrip(".") for one in arguments] == names


def _around(node: Any, name: str, body: Any) -> Seen:
    """A method of a logger that comes back to itself by way of a sibling."""
    holder = node.parent()
    if node.kind() not in ("method_definition", "function_definition") or holder is None:
        return None
    word = "self" if node.kind() == "function_definition" else "this"
    for sibling in holder.children():
        other = name_of(sibling) if sibling.kind() == node.kind() else ""
        told_there = other <= name and LOGGER.match(other)
        if not other or other == name or told_there or f"{word}.{other}(" not in body.text():
            continue
        back = body_of(sibling)
        there = [one for one in _calls(body, f"{word}.{other}") if _is_certain(one, body, node)]
        here = [one for one in _calls(back, f"{word}.{name}") if _is_certain(one, back, sibling)]
        if there and here and not _may_end(here[0], sibling) and not _may_end(there[0], node):
            seen = {**_seen(name, "1", here[0]), "circle": f"{name} -> {other} -> {name}"}
            return _graded(_graded(seen, here[0], sibling), there[0], node)
    return None


def _is_shadowed(function: Any, name: str) -> bool:
    """Whether the function's name means something else inside of it."""
    parameters = function.field("parameters")
    if parameters is not None and re.search(rf"\b{re.escape(name)}\b", parameters.text()):
        return True
    body = body_of(function)
    return body is not None and bool(
        re.search(
            rf"(?:\b(?:const|let|var|function|import|as|use)\s+|\{{[^}}]*?)\b{re.escape(name)}\b[^(]*=|\b(?:import|use)\b[^\n]*\b{re.escape(name)}\b",
            body.text(),
        )
    )
