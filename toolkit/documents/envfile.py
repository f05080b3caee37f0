"""dotenv files: names, values and lines. Values may be secrets: whoever shows them redacts them."""

from __future__ import annotations

import re

from toolkit.documents._text import decode
from toolkit.documents._tree import Duplicate
from toolkit.expressions import regex
from toolkit.values import frozen

__all__ = ["Document", "Variable", "parse"]

_ASSIGNMENT = regex(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*
        (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|`(?P<back>[^`]*)`|(?P<bare>[^\r\n]*))""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ESCAPE = regex(r"\\(.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


@frozen
class Variable:
    """One assignment; the line is 1-based."""

    name: str
    value: str
    line: int


@frozen
class Document:
    """A dotenv file, its variables in their order, equal names included; lines that are no assignment are passed over."""

    variables: tuple[Variable, ...]

    @property
    def data(self) -> dict[str, str]:
        """Values by name; the last of equal names wins."""
        return {item.name: item.value for item in self.variables}

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Names given twice."""
        first: dict[str, int] = {}
        return tuple(
            Duplicate((item.name,), item.line, first[item.name])
            for item in self.variables
            if first.setdefault(item.name, item.line) != item.line
        )

    def line(self, name: str) -> int:
        """The 1-based line of the last assignment of a name; 0 if there is none."""
        return max((item.line for item in self.variables if item.name == name), default=0)


def parse(source: bytes | str) -> Document:
    """Read a dotenv file.

    Raises:
        DocumentError: beyond the bounds.
    """
    text = decode(source, strict=False)
    content = text.content
    variables: list[Variable] = []
    at = 0
    while at < len(content):
        match = _ASSIGNMENT.match(content, at)
        if match is not None:
            variables.append(Variable(match["name"], _value(match), text.line(match.start("name"))))
        end = content.find("\n", match.end() if match else at)
        at = len(content) if end < 0 else end + 1
    return Document(tuple(variables))


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return _ESCAPE.sub(lambda found: _CONTROLS.get(found[1], found[1]), match["double"])
    for group in ("single", "back"):
        if match[group] is not None:
            return match[group]
    return re.split(r"(?:^|\s)#", match["bare"], maxsplit=1)[0].strip()
