"""``go.mod`` and ``go.work``: directives with their lines."""

from __future__ import annotations

import re

from toolkit.documents._text import DocumentError, decode
from toolkit.expressions import regex
from toolkit.values import frozen

__all__ = ["Directive", "Document", "Replacement", "Requirement", "parse"]

_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|`[^`]*`|=>|\(|\)|[^\s()"`]+')


@frozen
class Directive:
    """One directive, blocks taken apart: ``verb words``; ``comment`` without its slashes."""

    verb: str
    words: tuple[str, ...]
    line: int
    comment: str = ""


@frozen
class Requirement:
    """A module that is required."""

    module: str
    version: str
    indirect: bool
    line: int


@frozen
class Replacement:
    """A module that another stands in for; without a version the target is a folder of the repository."""

    module: str
    version: str
    target: str
    target_version: str
    line: int

    @property
    def is_local(self) -> bool:
        """Whether the target is a path: Go asks that one begins with a dot or a slash."""
        return self.target.startswith(("./", "../", "/")) or self.target in (".", "..")


@frozen
class Document:
    """A ``go.mod`` or ``go.work`` file."""

    directives: tuple[Directive, ...]

    def _word(self, verb: str) -> str:
        return next((item.words[0] for item in self.directives if item.verb == verb and item.words), "")

    def line(self, verb: str) -> int:
        """The 1-based line of the first directive of a kind; 0 if there is none."""
        return next((item.line for item in self.directives if item.verb == verb), 0)

    @property
    def module(self) -> str:
        """The module's path; empty in a ``go.work``."""
        return self._word("module")

    @property
    def go(self) -> str:
        """The language version."""
        return self._word("go")

    @property
    def toolchain(self) -> str:
        """The suggested toolchain, for example ``go1.23.4``."""
        return self._word("toolchain")

    @property
    def uses(self) -> tuple[Directive, ...]:
        """The modules of a workspace."""
        return tuple(item for item in self.directives if item.verb == "use" and item.words)

    @property
    def requires(self) -> tuple[Requirement, ...]:
        """The required modules."""
        return tuple(
            Requirement(item.words[0], item.words[1], item.comment.split(";")[0].strip() == "indirect", item.line)
            for item in self.directives
            if item.verb == "require" and len(item.words) > 1
        )

    @property
    def replaces(self) -> tuple[Replacement, ...]:
        """The replacements."""
        found = []
        for item in self.directives:
            if item.verb == "replace" and "=>" in item.words:
                at = item.words.index("=>")
                left, right = (*item.words[:at], "", ""), (*item.words[at + 1 :], "", "")
                found.append(Replacement(left[0], left[1], right[0], right[1], item.line))
        return tuple(found)


def parse(source: bytes | str) -> Document:
    """Read a ``go.mod`` or ``go.work`` file.

    Raises:
        DocumentError: a block that does not close, or beyond the bounds.
    """
    found: list[Directive] = []
    block, opened = "", 0
    for number, line in enumerate(decode(source).content.split("\n"), 1):
        code, slashes, comment = _split(line)
        words = [_unquoted(match[0]) for match in _TOKEN.finditer(code)]
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                found.append(Directive(block, tuple(words), number, comment.strip() if slashes else ""))
        elif words[-1] == "(" and len(words) == 2:
            block, opened = words[0], number
        else:
            found.append(Directive(words[0], tuple(words[1:]), number, comment.strip() if slashes else ""))
    if block:
        raise DocumentError(f"block {block} has no end", opened, 1)
    return Document(tuple(found))


def _split(line: str) -> tuple[str, str, str]:
    """Code and comment; two slashes within a word (an address) are none."""
    match = re.search(r"(?:^|(?<=\s))//", line)
    return (line[: match.start()], "//", line[match.end() :]) if match else (line, "", "")


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] in '"`' and word[-1] == word[0] else word
