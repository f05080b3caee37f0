"""Handlers that log what they are to handle: their own record comes back to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import body_of, name_of, own, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["log_of_log", "logging_handler"]

_LEVELS = frozenset(("debug", "info", "warning", "warn", "error", "exception", "critical", "log"))
_LEVEL_CALL = regex(
    rf"(?:(?:self\.)?_?(?:log|logger|LOG|LOGGER)|logging(?:\.getLogger\([^()]*\))?)\.(?:{'|'.join(sorted(_LEVELS))})"
)
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
    called = re.findall(r"\bself\.(\w+)\(", emit.text())
    for method in (
        emit,
        *(methods[one] for one in dict.fromkeys(called) if one in methods and methods[one] is not emit),
    ):
        for one in own(method):
            callee = one.field("function") if one.kind() == "call" else None
            if callee is not None and _is_log(callee.text(), method.text()):
                yield one


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
    """Rust: ``impl Log for X`` whose ``log`` logs."""
    method = next((one for one in own(node) if one.kind() == "function_item" and name_of(one) == "log"), None)
    body = body_of(method)
    for one in own(body) if body is not None else ():
        name = one.field("macro").text() if one.kind() == "macro_invocation" else ""
        if re.fullmatch(r"(?:log::)?(?:error|warn|info|debug|trace)", name):
            return {"name": "log", "logger": "1", "line": str(one.range().start.line + 1), "call": one.text()[:200]}
    return None
