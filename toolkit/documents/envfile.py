"""dotenv files: names, values and lines. Values may be secrets: whoever shows them redacts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.documents._text import LIMIT_BYTES, decode
from toolkit.documents._tree import Duplicate
from toolkit.expressions import regex

__all__ = ["Document", "Variable", "parse"]

_ASSIGNMENT = regex(
    r"""^[ \t]*(?P<export>export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*
        (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|`(?P<back>[^`]*)`|(?P<bare>[^\r\n]*))""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_LINE = regex(r"[^\n]*\n?")
_ESCAPE = regex(r"\\(.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One assignment; ``quote`` is the quote it is written with, or empty. The line is 1-based."""

    name: str
    value: str
    line: int
    quote: str
    exported: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A dotenv file.

    Args:
        variables: in the order of the file, equal names included.
        malformed: lines that are no assignment, comment or blank.
    """

    variables: tuple[Variable, ...]
    malformed: tuple[int, ...]

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


def parse(source: bytes | str, *, limit: int = LIMIT_BYTES) -> Document:
    """Read a dotenv file.

    Raises:
        DocumentError: beyond the bounds.
    """
    text = decode(source, limit=limit, strict=False)
    content = text.content
    variables: list[Variable] = []
    malformed: list[int] = []
    at = 0
    while at < len(content):
        match = _ASSIGNMENT.match(content, at)
        if match is None:
            line = _LINE.match(content, at)
            body = line[0].strip() if line else ""
            if body and not body.startswith("#"):
                malformed.append(text.line(at))
        else:
            variables.append(_variable(match, text.line(match.start("name"))))
        end = content.find("\n", match.end() if match else at)
        at = len(content) if end < 0 else end + 1
    return Document(tuple(variables), tuple(malformed))


def _variable(match: re.Match[str], line: int) -> Variable:
    exported = match["export"] is not None
    if match["double"] is not None:
        value = _ESCAPE.sub(lambda found: _CONTROLS.get(found[1], found[1]), match["double"])
        return Variable(match["name"], value, line, '"', exported)
    for group, quote in (("single", "'"), ("back", "`")):
        if match[group] is not None:
            return Variable(match["name"], match[group], line, quote, exported)
    value = re.split(r"(?:^|\s)#", match["bare"], maxsplit=1)[0].strip()
    return Variable(match["name"], value, line, "", exported)
