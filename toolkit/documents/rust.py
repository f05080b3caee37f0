"""Rust sources read without a compiler: comments and texts blanked, modules and attributes found by offset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.documents._text import DocumentError, decode
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.documents._text import Text

__all__ = ["Document", "attributes", "block", "is_for_tests", "parse"]

_TOKEN = regex(
    r"//[^\n]*|/\*|b?r(?P<hashes>#*)\"|b?\"(?:\\.|[^\"\\])*(?:\"|\\?\Z)|b?'(?:\\(?:x..|u\{[^}]*\}|.)|[^'\\\n])'",
    re.DOTALL,
)
_COMMENT_PART = regex(r"/\*|\*/")
_VISIBLE = regex(r"[^\n]")


class Document:
    """One Rust file.

    Args:
        text: as it is.
        code: of the same length, comments and the insides of texts blanked.
        uncommented: of the same length, only comments blanked.
    """

    __slots__ = ("code", "text", "uncommented")

    def __init__(self, text: Text, code: str, uncommented: str) -> None:
        self.text = text
        self.code = code
        self.uncommented = uncommented


def parse(source: bytes | str) -> Document:
    """Read a Rust file.

    Args:
        source: the file's bytes or text.

    Raises:
        DocumentError: it is no text, or too large.
    """
    text = decode(source, strict=False)
    if "\0" in text.content:
        raise DocumentError("not a text")
    code: list[str] = []
    uncommented: list[str] = []
    at = 0
    raw = text.content
    while (token := _TOKEN.search(raw, at)) is not None:
        before, found = raw[at : token.start()], token[0]
        end = _end(raw, token)
        whole = raw[token.start() : end]
        blank = _VISIBLE.sub(" ", whole)
        comment = found.startswith("/")
        code += [before, blank if comment else _hollow(whole)]
        uncommented += [before, blank if comment else whole]
        at = end
    return Document(text, "".join([*code, raw[at:]]), "".join([*uncommented, raw[at:]]))


def _hollow(literal: str) -> str:
    """A literal with its quotes and nothing in it."""
    if len(literal) < 2:
        return literal
    return literal[0] + _VISIBLE.sub(" ", literal[1:-1]) + literal[-1]


def _end(raw: str, token: re.Match[str]) -> int:
    """Where a comment or a text ends; the file's end if it never does."""
    found = token[0]
    if found == "/*":
        depth, at = 1, token.end()
        while depth and (part := _COMMENT_PART.search(raw, at)) is not None:
            depth += 1 if part[0] == "/*" else -1
            at = part.end()
        return len(raw) if depth else at
    if token["hashes"] is not None:
        stop = raw.find('"' + token["hashes"], token.end())
        return len(raw) if stop < 0 else stop + 1 + len(token["hashes"])
    return token.end()


_BRACE = regex(r"[{}]")
_ATTRIBUTE_END = regex(r"\]\s*(?:pub(?:\s*\([^)]*\))?\s*)?\Z")


def attributes(code: str, offset: int) -> str:
    """The attributes right before an item, as one text.

    Args:
        code: of :class:`Document`.
        offset: where the item's keyword (after ``pub``) begins.
    """
    found = []
    stop = offset
    while (end := _ATTRIBUTE_END.search(code, max(0, stop - 400), stop)) is not None:
        depth, at = 1, end.start()
        while depth and at > 0:
            at -= 1
            depth += {"]": 1, "[": -1}.get(code[at], 0)
        start = code.rfind("#", 0, at + 1)
        if start < 0 or code[start:at].strip("#! \n"):
            break
        found.append(code[start : end.start() + 1])
        stop = start
    return " ".join(reversed(found))


_NOT = regex(r"\bnot\s*\([^()]*\)")
_FOR_TESTS = regex(r"\btest\b|\"(?:tests?|testing|test[-_]?utils|test[-_]?helpers|mocks?)\"")


def is_for_tests(condition: str) -> bool:
    """Whether what a ``cfg`` is given holds where tests are compiled, and nowhere else: ``test``, or a feature that is called after them."""
    return _FOR_TESTS.search(_NOT.sub("", condition)) is not None


def block(code: str, offset: int) -> tuple[int, int] | None:
    """The range inside the braces that open at or after an offset; ``None`` if they never close."""
    start = code.find("{", offset)
    if start < 0:
        return None
    depth = 0
    for match in _BRACE.finditer(code, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return start + 1, match.start()
    return None
