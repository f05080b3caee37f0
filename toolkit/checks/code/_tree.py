"""The syntax tree of a source: who is around a node, what a function is called, whether it always comes to a node.

What a rule alone cannot say about a match is said by the functions of ``_see_*``: each takes the node, and drops it (``None``) or adds what it saw.
They run while a file's tree is alive, so that no tree is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = [
    "AWAITS",
    "BRANCHES",
    "CLASSES",
    "COMMENTS",
    "ENDS",
    "FAILS",
    "FUNCTIONS",
    "Seen",
    "above",
    "below",
    "body_of",
    "function_name",
    "function_of",
    "is_abstract",
    "is_conditional",
    "is_method",
    "may_end_before",
    "name_of",
    "own",
    "statements",
    "up",
]

Seen = dict[str, str] | None
FUNCTIONS = frozenset(
    {
        "function_declaration", "function_expression", "function", "arrow_function", "method_definition", "generator_function",
        "generator_function_declaration", "function_definition", "lambda", "function_item", "closure_expression", "method_declaration", "func_literal",
    }
)  # fmt: skip
CLASSES = frozenset(
    {"class_declaration", "abstract_class_declaration", "class", "class_definition", "impl_item", "trait_item"}
)
BRANCHES = frozenset(
    {
        "if_statement", "switch_statement", "switch_case", "switch_default", "ternary_expression", "conditional_expression", "for_statement",
        "for_in_statement", "while_statement", "do_statement", "try_statement", "catch_clause", "except_clause", "match_arm", "match_statement",
        "case_clause", "if_expression", "match_expression", "for_expression", "while_expression", "binary_expression", "boolean_operator",
        "else_clause", "elif_clause", "let_chain", "with_statement", "assignment_pattern",
    }
)  # fmt: skip
FAILS = frozenset({"throw_statement", "raise_statement"})
AWAITS = frozenset({"await_expression", "await"})
_NEAR = 20
"""Comments, attributes and decorators that are looked at above one thing."""
ENDS = frozenset({"return_statement", "throw_statement", "raise_statement", "yield_expression", "yield"})
COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_ABSTRACT_NAME = regex(r"(?:^|_)(?:Abstract|Base|I(?=[A-Z]))|(?:Base|Mixin|Interface|Protocol|Abstract|ABC|Trait)$")
_ABSTRACT_BASE = regex(r"\b(?:ABC|ABCMeta|Protocol|Interface)\b")


def up(node: Any) -> Iterator[Any]:
    """The ancestors, the nearest first."""
    found = node.parent()
    while found is not None:
        yield found
        found = found.parent()


def above(node: Any, kinds: Container[str]) -> Iterator[Any]:
    """What stands right before a node, nearest first, as long as it is of some kinds.

    Few of it are looked at: each step goes through all that the parent holds, and a file may begin with thousands of comments.
    """
    before = node.prev()
    for _ in range(_NEAR):
        if before is None or before.kind() not in kinds:
            return
        yield before
        before = before.prev()


def below(node: Any) -> Iterator[Any]:
    """Every node below, in no order."""
    pending = node.children()
    while pending:
        found = pending.pop()
        yield found
        pending += found.children()


def own(function: Any, *, deep: bool = False) -> Iterator[Any]:
    """Every node of a function, in the order of the text.

    Args:
        function: the function.
        deep: also what functions within it hold.
    """
    pending = list(reversed(function.children()))
    while pending:
        found = pending.pop()
        yield found
        if deep or found.kind() not in FUNCTIONS:
            pending += reversed(found.children())


def function_of(node: Any) -> Any:
    """The innermost function around a node."""
    return next((one for one in up(node) if one.kind() in FUNCTIONS), None)


def name_of(node: Any) -> str:
    """The name that a definition has; empty for none."""
    field = node.field("name")
    return field.text() if field is not None else ""


def function_name(node: Any) -> str:
    """The name of a function: its own, or that of what it is given to."""
    own = name_of(node)
    if own:
        return own
    holder = node.parent()
    if holder is not None and holder.kind() in (
        "variable_declarator",
        "public_field_definition",
        "field_definition",
        "pair",
    ):
        field = holder.field("name") or holder.field("property") or holder.field("key")
        return field.text() if field is not None else ""
    return ""


def is_conditional(node: Any) -> bool:
    """Whether something between a node and the function around it decides if it runs."""
    for one in up(node):
        if one.kind() in FUNCTIONS:
            return False
        if one.kind() in BRANCHES:
            return True
    return False


def statements(body: Any) -> list[Any]:
    """The statements of a body, without comments and a documentation text."""
    found = [one for one in body.named_children() if one.kind() not in COMMENTS]
    if (
        found
        and found[0].kind() == "expression_statement"
        and found[0].named_children()[:1]
        and found[0].child(0).kind() == "string"
    ):
        return found[1:]
    return found


def body_of(function: Any) -> Any:
    """The body of a function; ``None`` where there is no function, or none is written."""
    return function.field("body") if function is not None else None


def is_abstract(function: Any) -> bool:
    """Whether a method waits for a subclass: by its class's bases, name or modifiers."""
    around = next((one for one in up(function) if one.kind() in CLASSES), None)
    if around is None:
        return False
    head = around.text().partition("{" if "{" in around.text() else ":")[0]
    decorated = function.parent()
    marked = (
        decorated is not None
        and decorated.kind() == "decorated_definition"
        and re.search(r"@\S*(?:abstract|overload)", decorated.text())
    )
    return bool(
        marked
        or _ABSTRACT_NAME.search(name_of(around))
        or _ABSTRACT_BASE.search(head)
        or around.kind() == "abstract_class_declaration"
    )


def may_end_before(node: Any, function: Any) -> bool:
    """Whether the function can return, throw or yield before it comes to a node."""
    start = node.range().start.index
    for one in below(function):
        if one.kind() in ENDS and one.range().start.index < start and one.range().end.index <= start:
            return True
    return False


def is_method(function: Any) -> bool:
    """Whether a function of Python belongs to a class."""
    around = next((one for one in up(function) if one.kind() in ("class_definition", "function_definition")), None)
    return around is not None and around.kind() == "class_definition"
