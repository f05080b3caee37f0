"""Shell scripts, split into simple commands: enough to see what runs where, nothing is expanded."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TESTS", "Simple", "commands"]

_HEREDOC = regex(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_SIMPLE = regex(r"[\w./:=@%+,~^-]+(?=[ \t\r\n])")
_PLAIN = regex(r"[^ \t\r\n;|&()\\'\"`$]+")
_BLANK = regex(r"[ \t\r]+")
_QUOTED = regex(r"[^\\\"`]+")
_OPERATOR = regex(r"&&|\|\||;;|[;|&()\n]")
_OPENING = ("if", "for", "while", "until", "case", "select")
TESTS = ("[", "[[", "test")
"""Programs that only ask."""
_CLOSING = ("fi", "done", "esac")
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
        for kind, text, at in _tokens(script):
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
            elif head in _CLOSING:
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


def _tokens(script: str) -> Iterator[tuple[str, str, int]]:
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
