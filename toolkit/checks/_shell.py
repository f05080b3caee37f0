"""Shell scripts, split into simple commands: enough to see what runs where, nothing is expanded."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._shell_tokens import tokens
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CLOSING", "TESTS", "Simple", "commands"]

_OPENING = ("if", "for", "while", "until", "case", "select")
TESTS = ("[", "[[", "test")
"""Programs that only ask."""
CLOSING = ("fi", "done", "esac")
"""Words that end an ``if``, a loop or a ``case``."""
_CONDITIONS = ("if", "elif", "while", "until")
_BRANCHES = ("then", "elif", "else")
_GLUE = ("then", "do", "else", "elif", "{", "}", "!", "time", "exec", "command")
_RUNNING = ("timeout", "xvfb-run", "nohup", "nice", "env", "sudo")
"""Programs that run another one."""
_OPERAND = regex(r"-.*|\d+(?:\.\d+)?[smhd]?|(?:SIG)?(?:TERM|KILL|INT)")
"""What stands between ``timeout`` or ``nice`` and the program that they run."""
_MAX_CHARS, _MAX_COMMANDS, _MAX_DEPTH = 100_000, 1_000, 100
"""Longer and deeper scripts are generated; nobody reads findings in them."""
_MAX_COMMAND = 4_000
"""Nor in longer commands, which expressions with several parts would take too long for."""


@frozen
class Simple:
    """One command of a script.

    Args:
        words: unquoted, leading assignments left out.
        line: 0-based line of the script on which it begins.
        cwd: the folder it runs in, relative to the script's; ``None`` if that cannot be told.
        before, after: the operators around it (``&&``, ``||``, ``|``, ``;``, a line end ...).
        branches: the ``if``, loops and ``case`` that enclose it, each by its word; of an ``if`` what follows its condition is
            ``then``, and what follows that ``else``. It may not run at all.
        negated: ``!`` stands before it.
        tested: it is the condition of an ``if`` or a loop.
    """

    words: tuple[str, ...]
    line: int
    cwd: str | None
    before: str
    after: str
    branches: tuple[str, ...] = ()
    negated: bool = False
    tested: bool = False

    @property
    def depth(self) -> int:
        """How many ``if``, loops and ``case`` enclose it."""
        return len(self.branches)

    @property
    def text(self) -> str:
        """The command as one line, for evidence."""
        return " ".join(self.words)


@lru_cache(maxsize=1024)
def commands(script: str) -> tuple[Simple, ...]:
    """The simple commands of a POSIX shell script, in their order; heredocs and comments are left out."""
    if len(script) > _MAX_CHARS:
        return ()
    reader = _Reader()
    found = tuple(islice(reader.read(script), _MAX_COMMANDS + 1))
    return found if len(found) <= _MAX_COMMANDS and not reader.too_deep else ()


class _Block(NamedTuple):
    """An ``if``, loop or ``case`` that is open.

    Args:
        outer: the folder before it.
        ends: the folders to which its branches led so far.
        words: those that began its branches: without ``else`` none of them may run.
    """

    outer: str | None
    ends: list[str | None]
    words: list[str]


class _Reader:
    """Follows ``cd`` and control structures through a script."""

    def __init__(self) -> None:
        self.cwd: str | None = "."
        self.groups: list[str | None] = []
        self.braces: list[str | None] = []
        self.blocks: list[_Block] = []
        self.branches: list[str] = []
        self.too_deep = False

    def read(self, script: str) -> Iterator[Simple]:
        before = "\n"
        words: list[str] = []
        line = 0
        for kind, text, at in tokens(script):
            if self.too_deep:
                return
            if kind == "word":
                if not words:
                    line = at
                words.append(text)
                continue
            if words:
                self._brace(words, before)
                found = self._command(words, line, before, text)
                if found is not None and sum(map(len, found.words)) <= _MAX_COMMAND:
                    yield found
                    self._follow(found)
                opens, words = words == ["{"], []
                if opens and text == "\n":
                    continue  # what stands before a group stands before its first command
            self._group(text)
            before = before if text == "(" else text

    def _command(self, words: list[str], line: int, before: str, after: str) -> Simple | None:
        negated = tested = False
        at = 0
        while at < len(words):
            head = words[at]
            tested = tested or head in _CONDITIONS
            if head in _OPENING:
                self._open(head)
                if head in ("for", "case", "select") or self.too_deep:
                    return None
            elif head in CLOSING:
                self._close()
                return None
            elif head == "!":
                negated = True
            elif head in _BRANCHES and self.branches:
                self._turn(head)
            elif head not in (*_GLUE, *_RUNNING) and not re.match(r"\w+\+?=", head):
                break
            at += 1
            while at < len(words) and head in _RUNNING and _OPERAND.fullmatch(words[at]):
                at += 1
        inside = tuple(self.branches)
        rest = tuple(words[at:])
        if after == ")" and inside[-1:] == ("case",) and not self.groups:
            return None  # a pattern
        return Simple(rest, line, self.cwd, before, after, inside, negated, tested) if rest else None

    def _open(self, word: str) -> None:
        self.blocks.append(_Block(self.cwd, [], []))
        self.branches.append(word)
        self.too_deep = self.too_deep or len(self.blocks) > _MAX_DEPTH

    def _close(self) -> None:
        """Leave a block: in the folder to which every way through it leads."""
        block = self.blocks.pop() if self.blocks else _Block(self.cwd, [], [])
        ends = {*block.ends, self.cwd}
        if "else" not in block.words:
            ends.add(block.outer)
        self.cwd = self.cwd if len(ends) == 1 else None
        self.branches = self.branches[:-1]

    def _turn(self, word: str) -> None:
        """Go on to another branch of an ``if``."""
        if self.branches[-1] == "if" and word == "then":
            self.branches[-1] = "then"
        elif self.branches[-1] in ("then", "else") and word != "then":
            self.branches[-1] = "else"
            block = self.blocks[-1]
            block.words.append(word)
            block.ends.append(self.cwd)
            self.cwd = block.outer

    def _follow(self, command: Simple) -> None:
        head = command.words[0]
        if head in ("pushd", "popd"):
            self.cwd = None
        elif head == "cd":
            target = next((word for word in command.words[1:] if not word.startswith("-")), "")
            known = target and not re.search(r"[$`*~]", target) and not target.startswith("/") and self.cwd is not None
            certain = known and command.before not in ("|", "||") and command.after not in ("|", "&")
            self.cwd = path_from(self.cwd or ".", target) if certain else None

    def _brace(self, words: list[str], before: str) -> None:
        """Enter or leave ``{ }``: what a function does to the folder holds where it is called, not behind it."""
        if words[0] == "{":
            self.braces.append(self.cwd if before == ")" else "")
        elif words[0] == "function" and words[-1] == "{":
            self.braces.append(self.cwd)
        elif words[0] == "}" and self.braces:
            outer = self.braces.pop()
            self.cwd = self.cwd if outer == "" else outer

    def _group(self, operator: str) -> None:
        if operator == "(":
            self.groups.append(self.cwd)
        elif operator == ")" and self.groups:
            self.cwd = self.groups.pop()
