"""Terraform's language: blocks and attributes with positions, expressions kept as text.

Expressions are not evaluated: a reader of references needs the attribute's place, its literal value
if it is one, and the calls of functions that read files. See ``docs/decisions/hcl-reader.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.documents._hcl_texts import string_end, unescaped
from toolkit.documents._text import MAX_DEPTH, DocumentError, Text, decode
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Attribute", "Block", "Call", "Document", "parse"]

_BLANK = regex(r"(?:[ \t\r]+|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SPACE = regex(r"(?:[ \t\r\n]+|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NAME = regex(r"[^\W\d][\w-]*")
_HEREDOC = regex(r"<<-?([^\W\d][\w-]*)[ \t]*\r?\n")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_SINGLE = "a block on one line holds one argument and no block"


@frozen
class Attribute:
    """``name = expression``; offsets are in characters, the line is 1-based.

    Args:
        expression: as written, without the blanks around it.
        literal: the text of a quoted string without interpolation, else ``None``.
    """

    name: str
    expression: str
    line: int
    start: int
    end: int
    literal: str | None


@frozen
class Block:
    """``type "label" ... { body }``; the line is 1-based."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of a name, not of nested blocks."""
        return next((item for item in self.attributes if item.name == name), None)

    def walk(self) -> Iterator[Block]:
        """The block itself and all within it."""
        stack = [self]
        while stack:
            block = stack.pop()
            yield block
            stack.extend(reversed(block.blocks))


@frozen
class Call:
    """A function call whose first argument is a string: ``file("${path.module}/x")``."""

    function: str
    argument: str
    line: int


@frozen
class Document:
    """A Terraform file; ``body`` is a block without type that holds everything."""

    text: Text
    body: Block

    def blocks(self, kind: str) -> tuple[Block, ...]:
        """The top-level blocks of a type, for example ``resource``."""
        return tuple(block for block in self.body.blocks if block.type == kind)

    def calls(self, *functions: str) -> tuple[Call, ...]:
        """Calls of functions whose first argument is a quoted string, which keeps its interpolation.

        Args:
            functions: names, for example ``file`` and ``templatefile``.
        """
        name = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, functions))})\(\s*")
        found = []
        for block in self.body.walk():
            for item in block.attributes:
                for match in name.finditer(self.text.content, item.start, item.end):
                    if self.text.content[match.end() : match.end() + 1] == '"':
                        end = _Reader(self.text).string_end(match.end())
                        argument = unescaped(self.text.content[match.end() + 1 : end - 1])
                        found.append(Call(match[1], argument, self.text.line(match.start())))
        return tuple(sorted(found, key=lambda call: call.line))


@dataclass(slots=True)
class _Open:
    type: str
    labels: tuple[str, ...]
    line: int
    is_single: bool = False
    """Whether something stands on the line of its opening brace: one argument is all that it may hold, on that line."""
    attributes: list[Attribute] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def close(self) -> Block:
        return Block(self.type, self.labels, self.line, tuple(self.attributes), tuple(self.blocks))


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.content = text.content
        self.at = 0
        self.open = [_Open("", (), 1)]

    def run(self) -> Block:
        while True:
            char = self._skip(_SPACE)
            if not char:
                break
            if char == "}":
                self._close()
            else:
                self._entry()
        if len(self.open) > 1:
            raise self._error(f"block {self.open[-1].type} of line {self.open[-1].line} has no end")
        return self.open[0].close()

    def _close(self) -> None:
        if len(self.open) == 1:
            raise self._error("a closing brace without a block")
        block = self.open.pop()
        if block.is_single and "\n" in self.content[block.attributes[-1].end : self.at]:
            raise self._error(_SINGLE)
        self.at += 1
        self._end_line("a block")
        self.open[-1].blocks.append(block.close())

    def _end_line(self, what: str) -> None:
        """Nothing follows on a line: Terraform refuses it, and so does everything else that reads this language."""
        if self._skip(_BLANK) not in ("", "\n"):
            raise self._error(f"the line goes on after {what}")

    def _error(self, message: str, at: int | None = None) -> DocumentError:
        return self.text.error(f"not HCL: {message}", self.at if at is None else at)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.content, self.at)
        self.at = match.end() if match else self.at
        if self.content.startswith("/*", self.at):
            raise self._error("a comment without its end")
        return self.content[self.at : self.at + 1]

    def _entry(self) -> None:
        start = self.at
        name = _NAME.match(self.content, start)
        if name is None:
            raise self._error("expected an attribute or a block")
        if self.open[-1].is_single and self.open[-1].attributes:
            raise self._error(_SINGLE)
        self.at = name.end()
        char = self._skip(_BLANK)
        if char == "=" and self.content[self.at + 1 : self.at + 2] != "=":
            self.at += 1
            self._skip(_BLANK)
            self._attribute(name[0], start)
            return
        labels = []
        while char != "{":
            labels.append(self._label(char))
            char = self._skip(_BLANK)
        if self.open[-1].is_single:
            raise self._error(_SINGLE, start)
        if len(self.open) > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels")
        self.at += 1
        self.open.append(
            _Open(name[0], tuple(labels), self.text.line(start), self._skip(_BLANK) not in ("", "\n", "}"))
        )

    def _label(self, char: str) -> str:
        start = self.at
        if char == '"':
            self.at = self.string_end(start)
            return unescaped(self.content[start + 1 : self.at - 1])
        word = _NAME.match(self.content, start)
        if word is None:
            raise self._error("expected a label, an equals sign or a brace")
        self.at = word.end()
        return word[0]

    def _attribute(self, name: str, start: int) -> None:
        begin = self.at
        end = self._expression()
        expression = self.content[begin:end]
        if not expression:
            raise self._error(f"{name} has no value")
        whole = expression[0] == '"' and self.string_end(begin) == end
        plain = whole and re.search(r"(?<![$%])[$%]\{", expression) is None
        literal = unescaped(expression[1:-1]) if plain else None
        self.open[-1].attributes.append(Attribute(name, expression, self.text.line(start), begin, end, literal))
        if not self.open[-1].is_single:
            self._end_line(name)

    def _expression(self) -> int:
        """Move behind an expression: to the end of the line, or to what closes the block around it."""
        closing: list[str] = []
        end = self.at
        while char := self._skip(_SPACE if closing else _BLANK):
            if not closing and char in "\n}":
                break
            if char == ";" or (char == "," and not closing):
                raise self._error(f"{char!r} between arguments: each wants a line of its own")
            if char == '"':
                self.at = self.string_end(self.at)
            elif heredoc := _HEREDOC.match(self.content, self.at):
                self.at = self._heredoc_end(heredoc)
            else:
                self._nest(char, closing)
                self.at += 1
            end = self.at
        if closing:
            raise self._error(f"expected {closing[-1]}")
        return end

    def _nest(self, char: str, closing: list[str]) -> None:
        if char in _CLOSING:
            closing.append(_CLOSING[char])
        elif char in ")]}" and (not closing or closing.pop() != char):
            raise self._error(f"unexpected {char}")

    def _heredoc_end(self, match: re.Match[str]) -> int:
        end = re.compile(rf"^[ \t]*{re.escape(match[1])}[ \t]*\r?$", re.MULTILINE).search(self.content, match.end())
        if end is None:
            raise self._error(f"heredoc {match[1]} has no end", match.start())
        return end.end() - (1 if self.content[end.end() - 1] == "\r" else 0)

    def string_end(self, start: int) -> int:
        """The offset behind a quoted string."""
        end = string_end(self.content, start)
        if end < 0:
            raise self._error("a string without its end", start)
        return end


def parse(source: bytes | str) -> Document:
    """Read a ``.tf``, ``.tfvars`` or ``.hcl`` file.

    Args:
        source: the file's bytes or text.

    Raises:
        DocumentError: braces, strings or heredocs that do not close, or beyond the bounds.
    """
    text = decode(source)
    return Document(text, _Reader(text).run())
