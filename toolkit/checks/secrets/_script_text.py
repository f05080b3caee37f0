"""Sources of JavaScript, TypeScript, Python, Go and Rust with comments and strings blanked out, so that brackets can be counted."""

from __future__ import annotations

import re

__all__ = ["arguments_at", "blanked", "block_end"]

_SCRIPT = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL
)
_PYTHON = re.compile(
    r"#[^\n]*|[rRbBfF]{0,2}(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')",
    re.DOTALL,
)
_RUST = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_INSERTED = {"`": re.compile(r"\$\{[^{}`]*\}"), "f": re.compile(r"\{[^{}]*\}"), "rs": re.compile(r"\{\w+(?::[?#]+)?\}")}
"""What stands in a text and is code, by the text's first character or the language."""
_CHARACTER = re.compile(r"[^\n]")
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
        blank, end = "", 0
        for found in inserted.finditer(text) if inserted else ():
            blank += _CHARACTER.sub(" ", text[end : found.start()]) + found[0]
            end = found.end()
        return blank + _CHARACTER.sub(" ", text[end:])

    return {"py": _PYTHON, "rs": _RUST}.get(language, _SCRIPT).sub(without, content)


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
