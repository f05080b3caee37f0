"""Names and comments with the code that they are about, and classes that a module exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_test
from toolkit.checks.code._tree import COMMENTS, function_name, function_of, name_of

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["class_of_module", "comment_above", "named_code"]


def comment_above(node: Any, path: str) -> Seen:
    """A comment with the code that it is about."""
    if is_test(path):
        return None
    after = node.next()
    while after is not None and after.kind() in (*COMMENTS, "decorator", "attribute_item"):
        after = after.next()
    inside = function_of(node)
    about = after if after is not None and after.is_named() else inside
    return {"about": about.text()[:6000]} if about is not None else None


def named_code(node: Any, path: str) -> Seen:
    """A function with its name and its code."""
    return None if is_test(path) else {"name": function_name(node), "about": node.text()[:6000]}


def class_of_module(node: Any, path: str) -> Seen:
    """A class that a module exports by name."""
    if is_test(path):
        return None
    export = node.parent()
    if path.endswith(".py"):
        return None
    if (
        export is None
        or export.kind() != "export_statement"
        or "default" in [part.text() for part in export.children()]
    ):
        return None
    head = node.text().partition("{")[0]
    decorated = any(part.kind() == "decorator" for part in (*export.children(), *node.children()))
    return (
        None
        if decorated
        else {
            "name": name_of(node),
            "head": head,
            "own": str(len(re.findall(rf"\b{re.escape(name_of(node))}\b", node.text()))),
        }
    )
