"""Small questions about the syntax tree of Python, for what reads tables from it."""

from __future__ import annotations

import ast

__all__ = ["called", "filled", "keyword", "literal"]


def literal(node: ast.AST | None) -> str:
    """A text as it is written; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def filled(node: ast.AST) -> str:
    """A text with ``{}`` for what is filled in; empty for anything else."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(literal(part) or "{}" for part in parts)


def called(node: ast.AST | None) -> str:
    """The last part of the name of what is called."""
    function = node.func if isinstance(node, ast.Call) else None
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def keyword(call: ast.Call, name: str) -> ast.AST | None:
    """What a call gives for one of its parameters by name; ``None`` for nothing."""
    return next((one.value for one in call.keywords if one.arg == name), None)
