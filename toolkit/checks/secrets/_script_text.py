"""Sources of JavaScript, TypeScript, Python, Go and Rust with comments and strings blanked out, so that brackets can be counted."""

from __future__ import annotations

import re
from collections import deque

from toolkit.expressions import regex
from toolkit.texts import blank

__all__ = ["arguments_at", "blanked", "block_end", "body_start", "brackets", "scope_end"]

_SCRIPT = regex(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL)
_PYTHON = regex(
    r"#[^\n]*|[rRbBfF]{0,2}(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')",
    re.DOTALL,
)
_RUST = regex(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_INSERTED = {
    "`": regex(r"\$\{[^{}`]*(?:\{[^{}`]*\}[^{}`]*)?\}"),
    "f": regex(r"\{[^{}]*\}"),
    "rs": regex(r"\{\w+(?::[?#]+)?\}"),
}
"""What stands in a text and is code, by the text's first character or the language."""
_ROUND = regex(r"[()]")
_CURLY = regex(r"[{}]")
_SPACES = regex(r"[ \t]*")
_DEF = regex(r"^(?P<indent>[ \t]*)(?:async\s+)?def\s", re.MULTILINE)
_MOST = 6_000


def blanked(content: str, language: str = "ts") -> str:
    """The text with the content of comments and strings as blanks, of the same length; what is put into a text stays.

    Args:
        content: a source.
        language: the ending of its name; ``py`` and ``rs`` have rules of their own.
    """

    def without(match: re.Match[str]) -> str:
        text = match[0]
        inserted = _INSERTED.get("rs" if language == "rs" and text[0] == '"' else text[0].lower())
        kept, end = "", 0
        for found in inserted.finditer(text) if inserted else ():
            kept += blank(text[end : found.start()]) + found[0]
            end = found.end()
        return kept + blank(text[end:])

    return {"py": _PYTHON, "rs": _RUST}.get(language, _SCRIPT).sub(without, content)


def brackets(text: str) -> dict[int, int]:
    """Where each round bracket that opens is closed; those that never are, are left out."""
    found: dict[int, int] = {}
    open_ones: list[int] = []
    for match in _ROUND.finditer(text):
        if match[0] == "(":
            open_ones.append(match.start())
        elif open_ones:
            found[open_ones.pop()] = match.start()
    return found


def arguments_at(closed: dict[int, int], bracket: int) -> tuple[int, int]:
    """Start and end of what stands in the round bracket that opens at an offset; nothing if that is very much."""
    end = closed.get(bracket, bracket + 1)
    return bracket + 1, end if end - bracket <= _MOST else bracket + 1


def block_end(text: str, start: int) -> int:
    """Where the block ends in which an offset lies."""
    depth, limit = 0, min(len(text), start + 20 * _MOST)
    for match in _CURLY.finditer(text, start, limit):
        depth += 1 if match[0] == "{" else -1
        if depth < 0:
            return match.start()
    return limit


def body_start(text: str, at: int) -> int:
    """Where the body of a function begins, from an offset among its parameters; 0 if the offset is not in such."""
    round_, curly = 0, 0
    for place in range(at, min(at + 1_500, len(text))):
        one = text[place]
        round_ += {"(": 1, ")": -1}.get(one, 0)
        curly += {"{": 1, "}": -1}.get(one, 0)
        if round_ < 0:
            return text.find("{", place, place + 400) + 1
        if curly < 0 or (one == ";" and not round_ and not curly):
            return 0
    return 0


def scope_end(text: str, start: int, end: int, language: str, *, parameter: bool = False) -> int:
    """Where a name is no longer known.

    Args:
        text: a source with comments and strings blanked out.
        start: where its declaration begins.
        end: where that ends, or somewhere in it.
        language: the ending of the file's name; Python has lines that are less indented instead of brackets.
        parameter: whether it may be one, and is then known in the function that comes next.
    """
    if language != "py":
        return block_end(text, (parameter and body_start(text, end)) or end)
    head = next(iter(deque(_DEF.finditer(text, max(start - _MOST, 0), start), maxlen=1)), None) if parameter else None
    line = text.rfind("\n", 0, start) + 1
    indent = len(head["indent"]) if head else _SPACES.match(text, line).end() - line - 1  # type: ignore[union-attr]
    if indent < 0:
        return len(text)
    after = text.find(":\n", end) if head else text.find("\n", end)
    found = re.compile(rf"^[ \t]{{0,{indent}}}[^\s)\]}}]", re.MULTILINE).search(text, after + 1 if after >= 0 else end)
    return found.start() if found else len(text)
