"""Loggers that come back to themselves by way of other functions of their module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.code._module_calls import ANY, LEVELS, Module
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._module_calls import Bound, Key
    from toolkit.checks.code._tree import Seen

__all__ = ["circle"]

_SAYS = regex(r"_?log_?(?:[A-Z]|(?<=_)[a-z])\w*")
"""Names of functions of a module that log: ``logWarn``, ``log_error``."""
_ASKS_LEVEL = regex(r"(?i)\bif\s?\(\s?!?\s?(?:this|self)\._?(?:should_?log|is_?(?:level_?)?enabled|is_?level|can_?log)")


def circle(node: Any, _path: str) -> Seen:
    """A way from a function that logs through others of its module back to itself, with no condition on it."""
    sure = Module(node)
    text = node.text()
    modules = [sure, *([Module(node, failing=True)] if "catch" in text else [])]
    modules += [Module(node, dropping=True)] if _ASKS_LEVEL.search(text) else []
    for module in modules:
        for start in sorted(module.functions, key=lambda key: module.functions[key].range().start.index):
            way = (
                _way_back(module, start) if start[1] in LEVELS or start[0] == "console" or _SAYS.match(start[1]) else []
            )
            if way and not _is_told(sure, start, way):
                return _seen(start, way, "failing" if module.failing else "warning" if module.dropping else "")
    return None


def _seen(start: Key, way: list[tuple[Key, Any]], grade: str) -> dict[str, str]:
    """What is told of a circle, at the call that closes it."""
    names = " -> ".join(_shown(one) for one in (start, *(one for one, _ in way)))
    last = way[-1][1]
    line = str(last.range().start.line + 1)
    return {"name": _shown(start), "logger": "1", "circle": names, "grade": grade, "line": line, "call": last.text()}


def _shown(key: Key) -> str:
    return f"{key[0]}.{key[1]}".strip(".") if key[1] != ANY else f"{key[0]}[level]"


def _is_told(module: Module, start: Key, way: list[tuple[Key, Any]]) -> bool:
    """Whether it is a function that calls itself, or two methods of a class without a condition: they are told one by one."""
    direct = len(way) == 1 and way[0][0][1] != ANY
    words = [call.field("function").text().partition(".")[0] for _, call in way]
    if direct:
        return start in module.from_(start)
    if len(way) != 2 or not all(word in ("this", "self") for word in words):
        return False
    return way[0][0] in module.from_(start) and start in module.from_(way[0][0])


def _way_back(module: Module, start: Key) -> list[tuple[Key, Any]]:
    """The calls from a function to itself, as what is called and the call; the shortest way."""
    ways: list[list[tuple[Key, Any]]] = [[(target, call)] for target, call in module.from_(start).items()]
    seen: set[tuple[Key, Bound]] = set()
    while ways:
        way = ways.pop(0)
        here, bound = way[-1][0], module.given(*way[-1])
        if here == start:
            return way
        if (here, bound) in seen:
            continue
        seen.add((here, bound))
        if here[1] == ANY:
            levels = module.levels(here[0])
            if start in levels and all(_goes_through(module, one, [key for key, _ in way]) for one in levels):
                return way
            continue
        ways += [[*way, (target, call)] for target, call in module.from_(here, bound).items()]
    return []


def _goes_through(module: Module, level: Key, way: list[Key]) -> bool:
    """Whether a function of a level goes the same way as the others of its object."""
    return any(one in module.from_(level) for one in way if one[1] != ANY) or any(
        one[1] == ANY for one in module.from_(level)
    )
