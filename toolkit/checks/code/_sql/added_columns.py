"""Functions that add a column to the table that they are given: what their calls name."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at
from toolkit.checks.code._sql.changes import ADD, ALL, OPEN
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._sql.changes import Change

__all__ = ["added_by_calls"]

_HOLE = r"[\"`\[\\]*(?:\$?\{\s*(\w+)\s*\}|[\"'`]\s*\+\s*(\w+)\s*\+\s*[\"'`])[\"`\]\\]*"
_ADDS = regex(
    rf"(?i)alter\s+table\s+(?:if\s+exists\s+)?{_HOLE}\s+add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?:{_HOLE}|(\w+))(?:\s|[\"'`;$])"
)
_FUNCTION = regex(
    r"(?m)^[ \t]*(?P<before>(?:(?:export|default|async|private|static|const|let|def|function)\s+)*)(?P<name>#?\w+)\s*(?:=\s*(?:async\s*)?)?\((?P<taken>[^()]*)\)\s*(?:(?::|->)[^{=\n]*)?(?:\{|=>|:[ \t]*$)"
)
_WITHIN = 4_000
"""Characters above a statement in which its function begins."""
_PARAMETER = regex(r"(?:^|,)\s*(\w+)")
_OTHERS = frozenset(("self", "cls"))
_GIVEN = regex(r"\(((?:[^()\"'`]|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|\([^()]*\)){0,400})\)")
_ARGUMENT = regex(r"(?:[^,()\"'`\[\]{}]|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\})+")
_LITERAL = regex(r"\s*[\"'`](\w+)[\"'`]\s*")
_MOST = 500


def added_by_calls(text: str, start: int) -> list[Change] | None:
    """What the calls of the function add in which an ``ALTER TABLE`` stands whose table and column are parameters; ``None`` if others may call it too."""
    adds = _ADDS.match(text, start)
    around = [*_FUNCTION.finditer(text, max(start - _WITHIN, 0), start)] if adds else []
    table = adds[1] or adds[2] if adds else ""
    holder = next((one for one in reversed(around) if table in _PARAMETER.findall(one["taken"])), None)
    if adds is None or holder is None or not _is_own(holder, text):
        return None
    names = [one for one in _PARAMETER.findall(holder["taken"]) if one not in _OTHERS]
    return list(_changes(text, holder, names.index(table), names, adds[3] or adds[4] or adds[5]))


def _is_own(holder: re.Match[str], text: str) -> bool:
    """Whether nothing outside of a file calls a function of it: by its modifiers, or by its name."""
    name, before = holder["name"], holder["before"]
    if "export" in before:
        return False
    if "def" in before.split():
        return name.startswith("_")
    if not {"function", "const", "let", "private"} & {*before.split()} and not name.startswith(("#", "_")):
        return False  # a method that everybody may call
    return re.search(rf"\bexports?\b[^;\n]*[{{,.\s]{re.escape(name)}\b", text) is None


def _changes(text: str, holder: re.Match[str], at: int, names: list[str], column: str) -> Iterator[Change]:
    """What each call adds: the column that it names, any where it names none, and to every table where it names no table."""
    beside = names.index(column) if column in names else -1
    calls = re.finditer(rf"(?<![\w$]){re.escape(holder['name'])}(?=\()", text)
    for call in islice(calls, _MOST):
        if call.start() == holder.start("name"):
            continue
        found = _GIVEN.match(text, call.end())
        given = _ARGUMENT.findall(found[1]) if found else []
        literals = [match[1].lower() if (match := _LITERAL.fullmatch(one)) else "" for one in given]
        table = literals[at] if at < len(literals) else ""
        named = column.lower() if beside < 0 else literals[beside] if beside < len(literals) else ""
        yield (ADD if named else OPEN), table or ALL, (named,) if named else (), line_at(text, call.start())
