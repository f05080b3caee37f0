"""Quoted strings of Terraform's language, which may hold expressions with strings of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents._text import MAX_DEPTH
from toolkit.expressions import regex

if TYPE_CHECKING:
    import re

__all__ = ["string_end", "unescaped"]

_ESCAPE = regex(r'\\([nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([$%])\2\{')
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def string_end(content: str, start: int) -> int:
    """The offset behind the quoted string that begins at an offset; -1 if it does not end on its line."""
    stack = ['"']
    at = start + 1
    while at < len(content):
        char = content[at]
        if stack[-1] == '"' and char == "\n":
            break
        at += _in_string(content, at, stack) if stack[-1] == '"' else _in_template(char, stack)
        if not stack:
            return at
        if len(stack) > MAX_DEPTH:
            break
    return -1


def _in_string(content: str, at: int, stack: list[str]) -> int:
    if content[at] == "\\":
        return 2
    if content[at] == '"':
        stack.pop()
        return 1
    if content[at : at + 3] in ("$${", "%%{"):
        return 3
    if content[at : at + 2] in ("${", "%{"):
        stack.append("}")
        return 2
    return 1


def _in_template(char: str, stack: list[str]) -> int:
    if char == '"':
        stack.append('"')
    elif char == "{":
        stack.append("}")
    elif char == "}":
        stack.pop()
    return 1


def unescaped(body: str) -> str:
    """What a string says, of what stands between its quotes."""

    def one(match: re.Match[str]) -> str:
        if match[2]:
            return match[2] + "{"
        code = match[1]
        if len(code) == 1:
            return _CONTROLS.get(code, code)
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else match[0]

    return _ESCAPE.sub(one, body)
