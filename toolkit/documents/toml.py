"""TOML with positions: the standard library reads it, a scanner finds the places, edits are spans."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from toolkit.documents._text import DocumentError, Text, decode
from toolkit.documents._toml_places import Layout, locate
from toolkit.documents._tree import Path, Place, Positioned, check_depth, show
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.model import Span

__all__ = ["Document", "loads", "parse", "written"]

_WHERE = regex(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BARE = regex(r"[A-Za-z0-9_-]+")
_LONG_KEY = regex(r"(?m)^[ \t]*\[{0,2}[ \t]*(?:[A-Za-z0-9_-]++[ \t]*+\.[ \t]*+){200}")
"""A key that the parser of Python would take a time for which grows with the square of its parts."""


class Document(Positioned):
    """One TOML file; ``data`` are as ``tomllib`` gives them. Places are computed on first use."""

    __slots__ = ("_layout", "data", "text")

    def __init__(self, text: Text, data: dict[str, Any]) -> None:
        self.text = text
        self.data: dict[str, Any] = data
        self._layout: Layout | None = None

    def _places(self) -> Layout:
        if self._layout is None:
            self._layout = locate(self.text)
        return self._layout

    def place(self, path: Path) -> Place | None:
        """Where the value at a path stands; of a table its header, of a dotted parent its first key."""
        return self._places().places.get(path) if path else Place(0, len(self.text.content))

    def replace(self, path: Path, value: Any) -> Span:
        """Replace a value (no table) by a plain value; text keeps single quotes where it can.

        Raises:
            DocumentError: no value is there, or it is a table.
        """
        place = self.place(path)
        old = self.get(path)
        tables = isinstance(old, dict) or (isinstance(old, list) and any(isinstance(item, dict) for item in old))
        if place is None or not path or tables:
            raise DocumentError(f"no value to edit at {show(path)}", *self.position(path))
        literal = self.text.content[place.start] == "'" and isinstance(value, str)
        plain = literal and value.isprintable() and "'" not in value
        return self.span(place.start, place.end, f"'{value}'" if plain else written(value))

    def insert(self, path: Path, value: Any) -> Span:
        """Add a key to a table: after the table's last line, or with a new table at the end of the file.

        Raises:
            DocumentError: the key exists, or its parent is no table that has a header of its own.
        """
        *above, name = path
        parent = tuple(above)
        if self.place(path) is not None or not isinstance(self.get(parent, {}), dict):
            raise DocumentError(f"{show(path)} cannot be added", *self.position(path))
        newline = self.text.newline
        line = f"{key(str(name))} = {written(value)}"
        for table in self._places().tables:
            if table.path == parent and (parent or table.end or not self.data):
                return self._after(table.end, line, newline)
        if not parent:
            return self.span(0, 0, line + newline + newline)
        if self.get(parent) is not None and self.place(parent) is not None and self._is_written(parent):
            raise DocumentError(f"{show(parent)} is written within another table", *self.position(parent))
        header = ".".join(key(str(step)) for step in parent)
        content = self.text.content
        gap = "" if not content else newline if content.endswith("\n") else newline * 2
        return self.span(len(content), len(content), f"{gap}[{header}]{newline}{line}{newline}")

    def _after(self, end: int, line: str, newline: str) -> Span:
        """Insert a line behind the one that holds an offset, its comment included."""
        content = self.text.content
        stop = content.find("\n", end)
        if end == 0:
            return self.span(0, 0, line + newline)
        if stop < 0:
            return self.span(len(content), len(content), newline + line)
        return self.span(stop + 1, stop + 1, line + newline)

    def _is_written(self, parent: Path) -> bool:
        """Whether a table stands inline or as dotted keys, so that a header would define it twice."""
        place = self.place(parent)
        headers = self._places().tables
        return place is not None and all(table.start != place.start for table in headers)


def parse(source: bytes | str) -> Document:
    """Read a TOML file.

    Args:
        source: the file's bytes or text; a byte order mark is skipped.

    Raises:
        DocumentError: not TOML, or beyond the bounds.
    """
    text = decode(source)
    if long := _LONG_KEY.search(text.content):
        raise DocumentError("a key of too many parts", *text.position(long.start()))
    try:
        data = tomllib.loads(text.content)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        place = (int(where[1]), int(where[2])) if where and where[1] else text.position(len(text.content))
        raise DocumentError(f"not TOML: {_WHERE.sub('', str(error))}", *place) from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise DocumentError(f"not TOML: {error}") from error
    check_depth(data)
    return Document(text, data)


def loads(source: bytes | str) -> dict[str, Any]:
    """The plain data only.

    Raises:
        DocumentError: as for :func:`parse`.
    """
    return parse(source).data


def written(value: Any) -> str:
    """A plain value as TOML on one line.

    Raises:
        DocumentError: a value that TOML cannot say.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the delete character, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, dict):
        body = ", ".join(f"{key(name)} = {written(item)}" for name, item in value.items())
        return f"{{ {body} }}" if body else "{}"
    raise DocumentError(f"{type(value).__name__} cannot be written as TOML")


def key(name: str) -> str:
    """A key as TOML, quoted where it has to be."""
    return name if _BARE.fullmatch(name) else written(name)
