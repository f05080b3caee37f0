"""Where the keys and values of a valid TOML text stand: one pass over statements, values skipped by regex."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.documents._tree import Path, Place
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.documents._text import Text

_SPACE = regex(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK = regex(r"[ \t]*")
_BARE = regex(r"[A-Za-z0-9_-]+")
_STRING = regex(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_OTHER = regex(r"[^\s,\]}#]+(?: (?=\d\d:)[^\s,\]}#]+)?")
"""Numbers, truth values and dates; a date and a time may be parted by one blank."""


@dataclass(slots=True)
class Table:
    """A ``[table]`` or ``[[table]]`` header with the end of its last statement."""

    path: Path
    start: int
    end: int


@dataclass(slots=True)
class Layout:
    """Places of values by path, tables in the order of the file, and where a header's first key may go."""

    places: dict[Path, Place] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)


class _Locator:
    def __init__(self, text: Text) -> None:
        self.content = text.content
        self.at = 0
        self.layout = Layout()
        self.counts: dict[Path, int] = {}
        self.base: Path = ()

    def run(self) -> Layout:
        self.layout.tables.append(Table((), 0, 0))
        self._skip(_SPACE)
        while self.at < len(self.content):
            before = self.at
            if self.content[self.at] == "[":
                self._header()
            else:
                self._statement(self.base)
                self.layout.tables[-1].end = self.at
            self._skip(_SPACE)
            if self.at == before:  # not TOML; the text was not checked before
                break
        return self.layout

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.content, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def _header(self) -> None:
        start = self.at
        double = self.content.startswith("[[", start)
        self.at += 2 if double else 1
        self._skip(_BLANK)
        key_start = self.at
        steps = self._key()
        key_end = self.at
        self._skip(_BLANK)
        self.at += 2 if double else 1
        path = self._resolve(steps, double=double)
        self.base = path
        self.layout.tables.append(Table(path, start, self.at))
        place = Place(start, self.at, key_start, key_end)
        self.layout.places[path] = place
        for length in range(1, len(path)):
            self.layout.places.setdefault(path[:length], place)

    def _resolve(self, steps: list[str], *, double: bool) -> Path:
        """The header's path with the indexes of the arrays of tables it goes through."""
        path: Path = ()
        for step in steps[:-1]:
            path = (*path, step)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        path = (*path, steps[-1])
        if double:
            self.counts[path] = self.counts.get(path, 0) + 1
            path = (*path, self.counts[path] - 1)
        return path

    def _key(self) -> list[str]:
        steps = []
        while True:
            self._skip(_BLANK)
            if self.content[self.at : self.at + 1] in ('"', "'"):
                steps.append(_unquoted(self._skip(_STRING)))
            else:
                steps.append(self._skip(_BARE))
            end = self.at
            self._skip(_BLANK)
            if self.content[self.at : self.at + 1] != ".":
                self.at = end
                return steps
            self.at += 1

    def _statement(self, base: Path) -> None:
        key_start = self.at
        path = (*base, *self._key())
        key_end = self.at
        self._skip(_BLANK)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        start = self.at
        self._value(path)
        place = Place(start, self.at, key_start, key_end)
        self.layout.places[path] = place
        for length in range(len(base) + 1, len(path)):
            self.layout.places.setdefault(path[:length], place)

    def _value(self, path: Path) -> None:
        char = self.content[self.at : self.at + 1]
        if char == "[":
            self._array(path)
        elif char == "{":
            self._inline(path)
        elif char in ('"', "'") and char:
            self._skip(_STRING)
        else:
            self._skip(_OTHER)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._more("]"):
            before = self.at
            item = (*path, index)
            self._value(item)
            self.layout.places[item] = Place(before, self.at)
            index += 1
            if self.at == before:
                break

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._more("}"):
            before = self.at
            self._statement(path)
            if self.at == before:
                break

    def _more(self, closing: str) -> bool:
        """Skip to the next item; step over the end if there is none."""
        self._skip(_SPACE)
        while self.content[self.at : self.at + 1] == ",":
            self.at += 1
            self._skip(_SPACE)
        if self.at < len(self.content) and self.content[self.at] != closing:
            return True
        self.at += 1
        return False


def _unquoted(quoted: str) -> str:
    import tomllib

    return str(tomllib.loads(f"k = {quoted}")["k"]) if quoted else ""


def locate(text: Text) -> Layout:
    """The layout of a text that ``tomllib`` has accepted."""
    return _Locator(text).run()
