"""A tolerant JSON reader that keeps offsets; a stack instead of recursion, one pass."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from toolkit.documents._text import MAX_DEPTH, DocumentError
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.documents._text import Text

_SPACE = regex(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = regex(r'"(?:[^"\\\n]|\\.)*"|' r"'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_WORD = regex(r"[^\s,:\[\]{}\"'/]+")
_NUMBER = regex(r"[-+]?(?:0[xX](?P<hex>[0-9a-fA-F]+)|(?P<int>\d+)|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_WORDS = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "+Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
_ESCAPE = regex(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}

Key = tuple[int, int]


@dataclass(slots=True, eq=False)
class Node:
    """A value with its character offsets; entries are (step, key offsets or ``None``, value)."""

    kind: Literal["object", "array", "scalar"]
    start: int
    end: int = -1
    entries: list[tuple[str | int, Key | None, Node]] = field(default_factory=list)

    def child(self, step: str | int) -> tuple[Key, Node] | None:
        """Key offsets (-1 in a list) and node of an entry; the last of equal keys, as in data."""
        if self.kind == "array":
            if isinstance(step, int) and 0 <= step < len(self.entries):
                return (-1, -1), self.entries[step][2]
            return None
        for name, key, node in reversed(self.entries):
            if name == step and key is not None:
                return key, node
        return None


def scan(text: Text) -> tuple[Node, Any]:
    """The root node and the plain data.

    Raises:
        DocumentError: not readable even with comments, trailing commas, single quotes and bare keys.
    """
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.content = text.content
        self.at = 0
        self.open: list[tuple[Node, Any]] = []

    def run(self) -> tuple[Node, Any]:
        root, data = self._value()
        while self.open:
            self._step()
        self._space()
        if self.at < len(self.content):
            raise self._error("text after the value")
        return root, data

    def _error(self, message: str, at: int | None = None) -> DocumentError:
        return self.text.error(f"not JSON: {message}", self.at if at is None else at)

    def _space(self) -> str:
        match = _SPACE.match(self.content, self.at)
        self.at = match.end() if match else self.at
        return self.content[self.at : self.at + 1]

    def _step(self) -> None:
        """Read the next entry or the end of the innermost open value."""
        node, data = self.open[-1]
        char = self._space()
        if node.entries and char == ",":
            self.at += 1
            char = self._space()
        elif node.entries and char not in ("]", "}"):
            raise self._error("expected a comma")
        if char == ("]" if node.kind == "array" else "}"):
            self.at += 1
            node.end = self.at
            self.open.pop()
            return
        step: str | int = len(data)
        key: Key | None = None
        if node.kind == "object":
            step, key = self._key(char)
        entry = len(node.entries)
        node.entries.append((step, key, node))  # holds the place while the value is read
        child, value = self._value()
        node.entries[entry] = (step, key, child)
        if isinstance(data, list):
            data.append(value)
        else:
            data[step] = value

    def _key(self, char: str) -> tuple[str, Key]:
        start = self.at
        name = self._string() if char in ('"', "'") and char else self._word()
        end = self.at
        if self._space() != ":":
            raise self._error("expected a colon")
        self.at += 1
        return name, (start, end)

    def _word(self) -> str:
        match = _WORD.match(self.content, self.at)
        if match is None:
            raise self._error("expected a key" if self.content[self.at : self.at + 1] else "the file ends too early")
        self.at = match.end()
        return match[0]

    def _value(self) -> tuple[Node, Any]:
        char = self._space()
        start = self.at
        if char in ("{", "[") and char:
            if len(self.open) >= MAX_DEPTH:
                raise self._error(f"nested deeper than {MAX_DEPTH} levels")
            self.at += 1
            node = Node("object" if char == "{" else "array", start)
            data: Any = {} if char == "{" else []
            self.open.append((node, data))
            return node, data
        value = self._string() if char in ('"', "'") and char else self._scalar()
        return Node("scalar", start, self.at), value

    def _string(self) -> str:
        match = _STRING.match(self.content, self.at)
        if match is None:
            raise self._error("a string without its end")
        self.at = match.end()
        if match[0][0] == '"':
            try:
                return str(json.loads(match[0], strict=False))
            except ValueError:
                pass  # an escape that only JSON5 knows
        return _ESCAPE.sub(_unescape, match[0][1:-1])

    def _scalar(self) -> Any:
        start = self.at
        if not self.content[start : start + 1]:
            raise self._error("the file ends too early")
        match = _WORD.match(self.content, start)
        word = match[0] if match else ""
        if word in _WORDS:
            self.at += len(word)
            return _WORDS[word]
        number = _NUMBER.fullmatch(word)
        if number is None or len(word) > 4000:  # Python refuses longer integers by default
            raise self._error("expected a value")
        self.at += len(word)
        if number["hex"]:
            return int(number["hex"], 16) * (-1 if word[0] == "-" else 1)
        return int(word) if number["int"] else float(word)


def _unescape(match: re.Match[str]) -> str:
    body = match[1]
    if len(body) > 1 and body[0] in "ux":
        return chr(int(body[1:], 16))
    return _SHORT.get(body, body)
