"""JavaScript, TypeScript and Python with comments and strings blanked out, so that brackets can be counted."""

from __future__ import annotations

import re

__all__ = ["arguments_at", "blanked", "block_end"]

_SCRIPT = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL
)
_PYTHON = re.compile(
    r"#[^\n]*|\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL
)
_INSERTED = re.compile(r"\$\{[^{}`]*\}")
_MOST = 6_000


def blanked(content: str, *, python: bool = False) -> str:
    """The text with the content of comments and strings as blanks, of the same length; ``${...}`` stays."""

    def blank(match: re.Match[str]) -> str:
        text = match[0]
        kept = (
            {at: text[at] for found in _INSERTED.finditer(text) for at in range(found.start(), found.end())}
            if text[0] == "`"
            else {}
        )
        return "".join("\n" if char == "\n" else kept.get(at, " ") for at, char in enumerate(text))

    return (_PYTHON if python else _SCRIPT).sub(blank, content)


def arguments_at(text: str, bracket: int) -> tuple[int, int]:
    """Start and end of what stands in the round bracket that opens at an offset."""
    depth = 0
    for at in range(bracket, min(len(text), bracket + _MOST)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return bracket + 1, at
    return bracket + 1, bracket + 1


def block_end(text: str, start: int) -> int:
    """Where the block ends in which an offset lies."""
    depth = 0
    for at in range(start, min(len(text), start + 20 * _MOST)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth < 0:
                return at
    return min(len(text), start + 20 * _MOST)
