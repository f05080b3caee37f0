"""Handlers that log what they are to handle: their own record comes back to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import BRANCHES, body_of, name_of, own, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["log_of_log", "log_of_sink", "log_of_transport", "logging_handler"]

_LEVELS = frozenset(("debug", "info", "warning", "warn", "error", "exception", "critical", "log"))
_LEVEL_CALL = regex(
    rf"(?:(?:self\.)?_?(?:log|logger|LOG|LOGGER)|logging(?:\.getLogger\([^()]*\))?)\.(?:{'|'.join(sorted(_LEVELS))})"
)
_OWN_CALL = regex(r"\b(?:self|this)\.(\w+)\(")
_LOG_OF_SCRIPT = regex(r"(?:this\.)?_?(?:logger|log|rootLogger|winston|appLogger)\.(?:error|warn|info|debug|log)")
_GUARD = regex(r"\bif\b[^\n]*(?:record\.name|_?(?:local|guard|emitting|in_emit|busy|reentr\w*|recurs\w*|lock))")
"""A handler that looks where a record comes from, or whether it is at work already."""
_ATTACHED = r"([\w.]+(?:\([^()\n]*\))?)\.addHandler\(\s*(?:self|%s)\b"


def logging_handler(node: Any, _path: str) -> Seen:
    """A handler of Python's ``logging`` that logs: its own record comes back to it."""
    methods = {name_of(one): one for one in own(node) if one.kind() == "function_definition"}
    emit = methods.get("emit")
    if emit is None or "record" not in emit.field("parameters").text() or _GUARD.search(emit.text()):
        return None
    for call in _log_calls(emit, methods):
        text = next(iter(reversed([*up(node)])), node).text()
        logger = _logger(call.field("function").text(), text)
        known = _attached(name_of(node), text)
        if known and not any(_is_above(one, logger) for one in known):
            continue
        if re.search(r"\bpropagate\s*=\s*False", text) and not known:
            continue
        inside = any(one.kind() in ("except_clause", "if_statement") for one in _between(call, node))
        grade = "" if known and not inside else "maybe"
        shown = f"{name_of(node)}.{name_of(emit)}"
        return {
            "name": shown,
            "logger": "1",
            "grade": grade,
            "handler": "1",
            "line": str(call.range().start.line + 1),
            "call": call.text(),
        }
    return None


def _log_calls(emit: Any, methods: dict[str, Any]) -> Iterator[Any]:
    """Calls of a logger in a handler's ``emit``, and in the methods that it calls."""
    for method in _reached(emit, methods):
        for one in own(method):
            callee = one.field("function") if one.kind() == "call" else None
            if callee is not None and _is_log(callee.text(), method.text()):
                yield one


def _reached(first: Any, methods: dict[str, Any]) -> Iterator[Any]:
    """A method, and the others of its class that it comes to."""
    seen, pending = {name_of(first)}, [first]
    while pending:
        method = pending.pop(0)
        yield method
        called = [one for one in _OWN_CALL.findall(method.text()) if one in methods and one not in seen]
        seen.update(called)
        pending += [methods[one] for one in dict.fromkeys(called)]


def _is_log(callee: str, method: str) -> bool:
    """Whether something is a logger's method, perhaps of one that the method itself has asked for."""
    if callee.startswith("self.") and not _LEVEL_CALL.fullmatch(callee):
        return False
    owner, _, level = callee.rpartition(".")
    local = (
        re.search(rf"\b{re.escape(owner)}\s*=\s*(?:logging\.)?getLogger\(", method) if owner.isidentifier() else None
    )
    return _LEVEL_CALL.fullmatch(callee) is not None or (local is not None and level in _LEVELS)


def _logger(callee: str, text: str) -> str:
    """The name of the logger that is called, as far as the file tells: ``?`` if not, empty for the root."""
    owner = callee.rpartition(".")[0]
    if owner == "logging":
        return ""
    made = re.search(r"getLogger\(([^()]*)\)", owner) or re.search(
        rf"\b{re.escape(owner)}\s*(?::[^=\n]*)?=\s*(?:logging\.)?getLogger\(([^()\n]*)\)", text
    )
    return made[1].strip("\"' ") if made else "?"


def _attached(handler: str, text: str) -> list[str]:
    """The loggers that a handler of this file is put on."""
    made = re.findall(rf"\b(\w+)\s*=\s*{re.escape(handler)}\(", text)
    names = "|".join(re.escape(one) for one in (handler, *made))
    return [_logger(f"{one[1]}.x", text) for one in re.finditer(_ATTACHED % f"(?:{names})", text)]


def _is_above(attached: str, logger: str) -> bool:
    """Whether what a logger is given reaches a handler that hangs on another."""
    return "?" in (attached, logger) or attached in ("", logger) or logger.startswith(f"{attached}.")


def _between(node: Any, top: Any) -> Iterator[Any]:
    for one in up(node):
        if one.range() == top.range():
            return
        yield one


def log_of_log(node: Any, _path: str) -> Seen:
    """Rust: ``impl Log for X`` whose ``log`` logs, and a ``Layer`` of tracing whose ``on_event`` does."""
    methods = (one for one in own(node) if one.kind() == "function_item" and name_of(one) in ("log", "on_event"))
    method = next(methods, None)
    body = body_of(method)
    for one in own(body) if body is not None else ():
        name = one.field("macro").text() if one.kind() == "macro_invocation" else ""
        if re.fullmatch(r"(?:log::|tracing::)?(?:error|warn|info|debug|trace)", name):
            call = {"line": str(one.range().start.line + 1), "call": one.text()[:200]}
            if not any(above.kind() in BRANCHES for above in _between(one, method)):
                return {"name": name_of(method), "logger": "1", **call}
            return {"name": name_of(method), "logger": "1", "handler": "1", "grade": "maybe", **call}
    return None


def log_of_transport(node: Any, _path: str) -> Seen:
    """A transport of winston whose ``log`` logs, mostly that it could not send."""
    inside = node.field("body")
    methods = {name_of(one): one for one in inside.named_children() if one.kind() == "method_definition"}
    for method in _reached(methods["log"], methods) if "log" in methods else ():
        for one in own(method, deep=True):
            callee = one.field("function") if one.kind() == "call_expression" else None
            if callee is not None and _LOG_OF_SCRIPT.fullmatch(callee.text()) and not _GUARD.search(method.text()):
                return _handles(f"{name_of(node)}.log", one)
    return None


def log_of_sink(node: Any, _path: str) -> Seen:
    """A function that loguru gives its messages to, and that logs with it."""
    name, text = name_of(node), list(up(node))[-1].text()
    if not re.search(rf"\blogger\.add\(\s*{re.escape(name)}\b", text) or not re.search(r"\bloguru\b", text):
        return None
    calls = (one for one in own(node) if one.kind() == "call" and _is_log(one.field("function").text(), ""))
    call = next(calls, None)
    return _handles(name, call) if call is not None else None


def _handles(name: str, call: Any) -> Seen:
    """What is told of a handler that logs, where it is not certain that its own record comes back."""
    line = str(call.range().start.line + 1)
    return {"name": name, "logger": "1", "grade": "maybe", "handler": "1", "line": line, "call": call.text()[:200]}
