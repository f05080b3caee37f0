"""The functions of a module and what each of them always calls, of which loggers that go in a circle are found."""

from __future__ import annotations

import re
from typing import Any

from toolkit.checks.code._recursion_guards import LEVEL
from toolkit.checks.code._tree import CLASSES, ENDS, FUNCTIONS, below, body_of, name_of, own, up
from toolkit.expressions import regex

__all__ = ["ANY", "LEVELS", "Bound", "Key", "Module"]

Key = tuple[str, str]
"""A function: the object, class or ``console`` that it belongs to, empty for the module, and its name."""
Bound = tuple[tuple[str, str], ...]
"""Parameters of a function, and the texts that a call gives for them."""
_ASKED = regex(r"\(?\s*(\w+)\s*([!=]==?)\s*[\"'](\w+)[\"']\s*\)?")
LEVELS = frozenset(
    ("log", "info", "warn", "warning", "error", "debug", "trace", "fatal", "verbose", "critical", "exception")
)
ANY = "*"
"""The name of a function that is chosen by a value: ``logger[level]``."""
_DEEPEST = 60
_MOST = 400
"""Functions of a module, above which nothing is looked for."""
_STOPS = FUNCTIONS | CLASSES | frozenset(
    ("for_statement", "for_in_statement", "while_statement", "do_statement", "switch_statement", "catch_clause", "except_clause", "match_statement", "with_statement")
)  # fmt: skip
_EITHER = frozenset(("if_statement", "ternary_expression", "conditional_expression"))
_SHORT = frozenset(("binary_expression", "boolean_operator"))
_BLOCKS = frozenset(("statement_block", "block"))


class Module:
    """The functions of a module and what each always calls.

    Args:
        failing: whether what is tried fails, so that its handler is come to.
        dropping: whether the level of the log drops or lets through, as it suits the circle.
    """

    def __init__(self, root: Any, *, failing: bool = False, dropping: bool = False) -> None:
        self.failing, self.dropping = failing, dropping
        self.bound: dict[str, str] = {}
        self.functions: dict[Key, Any] = {}
        self.kinds: dict[str, str] = {}
        for node in (root, *below(root)):
            self._note(node)
        self.calls: dict[tuple[Key, Bound], dict[Key, Any]] = {}

    def _note(self, node: Any) -> None:
        kind = node.kind()
        if kind in ("function_declaration", "function_definition"):
            self._keep(_owner_of(node), name_of(node), node)
        elif kind in ("method_definition", "public_field_definition", "field_definition", "pair"):
            self._member(node)
        elif kind == "variable_declarator":
            value, name = node.field("value"), name_of(node)
            if value is not None and value.kind() in FUNCTIONS:
                self._keep("", name, value)
            made = value.field("constructor") if value is not None and value.kind() == "new_expression" else None
            if made is not None:
                self.kinds[name] = made.text()
        elif kind == "assignment_expression":
            left, right = node.field("left"), node.field("right")
            if (
                left is not None
                and left.kind() == "member_expression"
                and right is not None
                and right.kind() in FUNCTIONS
            ):
                restored = re.search(rf"(?<![\w.]){re.escape(left.text())}\s*=(?!=)", right.text())
                owner = left.field("object").text().rpartition(".")[2]
                if not restored:
                    self._keep(owner, left.field("property").text(), right)

    def _member(self, node: Any) -> None:
        """A method, or a function in a field."""
        function = node if node.kind() == "method_definition" else node.field("value")
        key = node.field("key") or node.field("name") or node.field("property")
        if function is not None and key is not None and function.kind() in FUNCTIONS:
            self._keep(_owner_of(node), key.text().strip("\"'"), function)

    def _keep(self, owner: str | None, name: str, function: Any) -> None:
        if owner is not None and name and len(self.functions) < _MOST:
            self.functions.setdefault((owner, name), function)

    def from_(self, key: Key, bound: Bound = ()) -> dict[Key, Any]:
        """What a function always calls of this module, with the calls; given some texts for its parameters."""
        if (key, bound) not in self.calls:
            body, self.bound = body_of(self.functions[key]), dict(bound)
            self.calls[key, bound] = self._sure(body, key, 0) if body is not None else {}
        return self.calls[key, bound]

    def given(self, target: Key, call: Any) -> Bound:
        """The parameters of a function that a call gives a text to, and that nothing sets again."""
        function = self.functions.get(target)
        taken = function.field("parameters") if function is not None else None
        given = call.field("arguments")
        if taken is None or given is None:
            return ()
        names = [re.split(r"[?:=\s]", one.text())[0] for one in taken.named_children()]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        texts = [
            (name, one.text().strip("\"'"))
            for name, one in zip(names, given.named_children(), strict=False)
            if one.kind() == "string"
        ]
        return tuple(
            one for one in texts if not re.search(rf"\b{re.escape(one[0])}\s*=(?!=)", body_of(function).text())
        )

    def _known(self, condition: Any) -> bool | None:
        """Whether a condition holds by the texts that are given; ``None`` if they do not say."""
        match = _ASKED.fullmatch(condition.text()) if condition is not None else None
        if match is None or match[1] not in self.bound:
            return None
        return (self.bound[match[1]] == match[3]) == (match[2][0] == "=")

    def _chosen(self, switch: Any) -> list[Any]:
        """The statements of the case that a ``switch`` comes to by the texts that are given; none if they do not say."""
        value = self.bound.get(switch.field("value").text().strip("()"))
        cases = (
            [one for one in switch.field("body").children() if one.kind() == "switch_case"] if value is not None else []
        )
        case = next((one for one in cases if one.field("value").text().strip("\"'") == value), None)
        return case.named_children()[1:] if case is not None else []

    def _sure(self, node: Any, key: Key, depth: int) -> dict[Key, Any]:
        """The calls of this module that a node always comes to."""
        kind, parts = node.kind(), self._parts(node)
        if depth > _DEEPEST:
            return {}
        if parts is None and kind in _EITHER:
            here, there = (self._sure(node.field(name), key, depth + 1) for name in ("consequence", "alternative"))
            return {one: call for one, call in here.items() if one in there}
        found: dict[Key, Any] = {}
        target = self._target(node, key) if kind in ("call_expression", "call") else None
        if target is not None:
            found[target] = node
        for one in node.children() if parts is None else parts:
            for called, call in self._sure(one, key, depth + 1).items():
                found.setdefault(called, call)
            if kind in _BLOCKS and self._may_end(one):
                break
        return found

    def _parts(self, node: Any) -> list[Any] | None:
        """What is come to of a node that need not come to all of its parts; ``None`` for others, and where one of two parts is."""
        kind = node.kind()
        found: list[Any] = []
        if kind == "switch_statement" and self.bound:
            found = self._chosen(node)
        elif kind == "catch_clause" and self.failing:
            found = [node.field("body")]
        elif kind in _SHORT:
            found = [node.field("left")]
        elif kind in _EITHER:
            then, other = node.field("consequence"), node.field("alternative")
            known = True if self._is_dropped(node) else self._known(node.field("condition"))
            if known is None and then is not None and other is not None:
                return None
            found = [] if known is None else [then if known else other]
        elif kind not in _STOPS:
            return None
        return [one for one in found if one is not None]

    def _may_end(self, statement: Any) -> bool:
        """Whether a function may end with a statement."""
        guard = statement.kind() == "if_statement"
        drops = guard and self._is_dropped(statement) and "(" not in statement.field("consequence").text()
        passed = drops or (guard and self._known(statement.field("condition")) is False)
        return not passed and (statement.kind() in ENDS or any(one.kind() in ENDS for one in own(statement)))

    def _is_dropped(self, node: Any) -> bool:
        """Whether an ``if`` asks for nothing but the level of the log."""
        condition = node.field("condition") if self.dropping else None
        return condition is not None and LEVEL.fullmatch(condition.text()) is not None

    def _target(self, call: Any, key: Key) -> Key | None:
        """The function of this module that a call is of."""
        callee = call.field("function")
        kind = callee.kind() if callee is not None else ""
        if kind == "identifier":
            return (
                ("", callee.text())
                if ("", callee.text()) in self.functions and not self._is_given(key, callee.text())
                else None
            )
        holder = (
            callee.field("object") or callee.field("value")
            if kind in ("member_expression", "attribute", "subscript_expression")
            else None
        )
        if holder is None:
            return None
        owner = key[0] if holder.text() in ("this", "self") else self.kinds.get(holder.text(), holder.text())
        name = callee.field("property") or callee.field("attribute")
        if name is not None:
            return (owner, name.text()) if (owner, name.text()) in self.functions else None
        index = callee.field("index")
        text = index.text().strip("\"'`") if index is not None else ""
        if index is not None and index.kind() == "string":
            return (owner, text) if (owner, text) in self.functions else None
        return (owner, ANY) if index is not None and len(self.levels(owner)) > 1 else None

    def _is_given(self, key: Key, name: str) -> bool:
        """Whether a name is one of a function's parameters."""
        taken = self.functions[key].field("parameters") or self.functions[key].field("parameter")
        return taken is not None and re.search(rf"\b{re.escape(name)}\b", taken.text()) is not None

    def levels(self, owner: str) -> list[Key]:
        """The functions of an object that are called like levels of a log."""
        return [one for one in self.functions if one[0] == owner and one[1] in LEVELS]


def _owner_of(node: Any) -> str | None:
    """What a function is a part of: a class, an object with a name, or the module; ``None`` for anything else."""
    for one in up(node):
        kind = one.kind()
        if kind in CLASSES:
            return name_of(one)
        if kind in FUNCTIONS:
            return "" if node.kind() == "function_declaration" else None
        if kind == "object":
            holder = one.parent()
            while holder is not None and holder.kind() in (
                "as_expression",
                "satisfies_expression",
                "parenthesized_expression",
            ):
                holder = holder.parent()
            return name_of(holder) if holder is not None and holder.kind() == "variable_declarator" else None
    return ""
