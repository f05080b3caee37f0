"""Shell scripts as words and operators: quotes are taken off, comments and heredocs left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["tokens"]

_HEREDOC = regex(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_SIMPLE = regex(r"[\w./:=@%+,~^-]+(?=[ \t\r\n])")
_PLAIN = regex(r"[^ \t\r\n;|&()\\'\"`$]+")
_BLANK = regex(r"[ \t\r]+")
_QUOTED = regex(r"[^\\\"`]+")
_OPERATOR = regex(r"&&|\|\||;;|[;|&()\n]")


def tokens(script: str) -> Iterator[tuple[str, str, int]]:
    """Words and operators with their 0-based lines."""
    at, line = 0, 0
    heredocs: list[str] = []
    while at < len(script):
        char = script[at]
        if match := _SIMPLE.match(script, at):
            yield "word", match[0], line
            at = match.end()
        elif match := _BLANK.match(script, at):
            at = match.end()
        elif script.startswith("\\\n", at):
            at, line = at + 2, line + 1
        elif char == "#":
            end = script.find("\n", at)
            at = len(script) if end < 0 else end
        elif match := _HEREDOC.match(script, at):
            heredocs.append(match[2])
            at = match.end()
        elif match := _OPERATOR.match(script, at):
            yield "operator", match[0], line
            at = match.end()
            if char == "\n":
                line += 1
                while heredocs:
                    at, line = _after_heredoc(script, at, line, heredocs.pop(0))
        else:
            word, end = _word(script, at)
            yield "word", word, line
            line += script.count("\n", at, end)
            at = end
    yield "operator", "\n", line


def _after_heredoc(script: str, at: int, line: int, mark: str) -> tuple[int, int]:
    while at < len(script):
        end = script.find("\n", at)
        end = len(script) if end < 0 else end
        body = script[at:end].strip()
        at, line = min(end + 1, len(script)), line + 1
        if body == mark:
            break
    return at, line


def _word(script: str, start: int) -> tuple[str, int]:
    """A word without its quotes, and where it ends; ``$( )`` and ``${ }`` stay as they are written."""
    parts: list[str] = []
    at = start
    while at < len(script):
        char = script[at]
        if char in " \t\r\n;|&()":
            if char == "&" and parts and parts[-1].endswith((">", "<")):  # 2>&1
                parts.append(char)
                at += 1
                continue
            break
        if char == "\\" and at + 1 < len(script):
            parts.append("" if script[at + 1] == "\n" else script[at + 1])
            at += 2
        elif char in "'\"`":
            end = _quote_end(script, at)
            parts.append(script[at + 1 : end] if char != "`" else script[at : end + 1])
            at = end + 1
        elif char == "$" and script[at + 1 : at + 2] in ("(", "{"):
            end = _bracket_end(script, at + 1)
            parts.append(script[at:end])
            at = end
        else:
            match = _PLAIN.match(script, at)
            parts.append(match[0] if match else char)
            at += len(parts[-1])
    return "".join(parts), max(at, start + 1)


def _quote_end(script: str, at: int) -> int:
    quote = script[at]
    if quote == "'":
        end = script.find(quote, at + 1)
        return end if end >= 0 else len(script)
    end = at + 1
    while end < len(script) and script[end] != quote:
        match = _QUOTED.match(script, end)
        end = match.end() if match else end + (2 if script[end] == "\\" else 1)
    return min(end, len(script))


def _bracket_end(script: str, at: int) -> int:
    opening, closing = script[at], {"(": ")", "{": "}"}[script[at]]
    depth = 0
    for end in range(at, len(script)):
        depth += {opening: 1, closing: -1}.get(script[end], 0)
        if depth == 0:
            return end + 1
    return len(script)
