"""Loggers that come back to themselves by way of other functions of their module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import CLASSES, ENDS, FUNCTIONS, below, body_of, name_of, own, up

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["circle"]

Key = tuple[str, str]
"""A function: the object, class or ``console`` that it belongs to, empty for the module, and its name."""
_LEVELS = frozenset(
    ("log", "info", "warn", "warning", "error", "debug", "trace", "fatal", "verbose", "critical", "exception")
)
_ANY = "*"
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


class _Module:
    """The functions of a module and what each always calls."""

    def __init__(self, root: Any) -> None:
        self.functions: dict[Key, Any] = {}
        self.kinds: dict[str, str] = {}
        for node in (root, *below(root)):
            self._note(node)
        self.calls: dict[Key, dict[Key, Any]] = {}

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

    def from_(self, key: Key) -> dict[Key, Any]:
        """What a function always calls of this module, with the calls."""
        if key not in self.calls:
            function = self.functions[key]
            self.calls[key] = self._sure(body_of(function), key, 0) if body_of(function) is not None else {}
        return self.calls[key]

    def _sure(self, node: Any, key: Key, depth: int) -> dict[Key, Any]:
        kind = node.kind()
        if depth > _DEEPEST or kind in _STOPS:
            return {}
        if kind in _EITHER:
            then, other = node.field("consequence"), node.field("alternative")
            if then is None or other is None:
                return {}
            here, there = self._sure(then, key, depth + 1), self._sure(other, key, depth + 1)
            return {one: call for one, call in here.items() if one in there}
        if kind in _SHORT:
            left = node.field("left")
            return self._sure(left, key, depth + 1) if left is not None else {}
        found: dict[Key, Any] = {}
        target = self._target(node, key) if kind in ("call_expression", "call") else None
        if target is not None:
            found[target] = node
        for one in node.children():
            for called, call in self._sure(one, key, depth + 1).items():
                found.setdefault(called, call)
            if kind in _BLOCKS and (one.kind() in ENDS or any(inner.kind() in ENDS for inner in own(one))):
                break
        return found

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
        return (owner, _ANY) if index is not None and len(self.levels(owner)) > 1 else None

    def _is_given(self, key: Key, name: str) -> bool:
        """Whether a name is one of a function's parameters."""
        taken = self.functions[key].field("parameters") or self.functions[key].field("parameter")
        return taken is not None and re.search(rf"\b{re.escape(name)}\b", taken.text()) is not None

    def levels(self, owner: str) -> list[Key]:
        """The functions of an object that are called like levels of a log."""
        return [one for one in self.functions if one[0] == owner and one[1] in _LEVELS]


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


def circle(node: Any, _path: str) -> Seen:
    """A way from a function that logs through others of its module back to itself, with no condition on it."""
    module = _Module(node)
    for start in module.functions:
        if start[1] in _LEVELS or start[0] == "console":
            way = _way_back(module, start)
            if way and not _is_told(way):
                calls = [call for _, call in way]
                first = min(calls, key=lambda one: one.range().start.line)
                names = " -> ".join(_shown(one) for one in (start, *(one for one, _ in way)))
                return {
                    "name": _shown(start),
                    "logger": "1",
                    "circle": names,
                    "line": str(first.range().start.line + 1),
                    "call": first.text(),
                }
    return None


def _shown(key: Key) -> str:
    return f"{key[0]}.{key[1]}".strip(".") if key[1] != _ANY else f"{key[0]}[level]"


def _is_told(way: list[tuple[Key, Any]]) -> bool:
    """Whether it is a function that calls itself, or two methods of a class: they are told one by one."""
    direct = len(way) == 1 and way[0][0][1] != _ANY
    words = [call.field("function").text().partition(".")[0] for _, call in way]
    return direct or (len(way) == 2 and all(word in ("this", "self") for word in words))


def _way_back(module: _Module, start: Key) -> list[tuple[Key, Any]]:
    """The calls from a function to itself, as what is called and the call; the shortest way."""
    ways: list[list[tuple[Key, Any]]] = [[(target, call)] for target, call in module.from_(start).items()]
    seen: set[Key] = set()
    while ways:
        way = ways.pop(0)
        here = way[-1][0]
        if here == start:
            return way
        if here in seen:
            continue
        seen.add(here)
        if here[1] == _ANY:
            levels = module.levels(here[0])
            if start in levels and all(_goes_through(module, one, [key for key, _ in way]) for one in levels):
                return way
            continue
        ways += [[*way, (target, call)] for target, call in module.from_(here).items()]
    return []


def _goes_through(module: _Module, level: Key, way: list[Key]) -> bool:
    """Whether a function of a level goes the same way as the others of its object."""
    return any(one in module.from_(level) for one in way if one[1] != _ANY) or any(
        one[1] == _ANY for one in module.from_(level)
    )
