"""Handlers that do nothing with what they are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_test
from toolkit.checks.code._tree import CLASSES, COMMENTS, body_of, function_name, is_method, name_of, statements, up

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["empty_handler", "empty_python"]

_ENTRY_CLASS = re.compile(
    r"\b(?:extends|implements)\s+\w*(?:DurableObject|WorkerEntrypoint|WorkflowEntrypoint|Agent)\b"
)


def empty_handler(node: Any, path: str) -> Seen:
    """A handler of a worker with nothing in its body, not even a word why."""
    body = body_of(node)
    if is_test(path) or body is None or body.kind() != "statement_block" or body.named_children():
        return None
    around = next((one for one in up(node) if one.kind() in ("object", *CLASSES)), None)
    if around is None:
        return None
    if around.kind() != "object":
        return {"name": function_name(node)} if _ENTRY_CLASS.search(around.text().partition("{")[0]) else None
    for one in up(around):
        head = one.text()[:200]
        if one.kind() == "export_statement" and re.match(r"export\s+default\b", head):
            return {"name": function_name(node)}
        if one.kind() in ("variable_declarator", "satisfies_expression") and "ExportedHandler" in (
            head + one.text()[-200:]
        ):
            return {"name": function_name(node)}
    return None


def empty_python(node: Any, path: str) -> Seen:
    """A handler of Python that only passes."""
    found = statements(body_of(node)) if body_of(node) is not None else []
    comments = [
        one for one in (body_of(node).children() if body_of(node) is not None else []) if one.kind() in COMMENTS
    ]
    if is_test(path) or comments or len(found) != 1 or found[0].kind() != "pass_statement" or is_method(node):
        return None
    return {"name": name_of(node)}
