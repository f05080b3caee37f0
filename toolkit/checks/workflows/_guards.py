"""Tests in scripts that decide whether anything happens: for files, folders, and texts in files."""

from __future__ import annotations

import posixpath
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._shell import TESTS
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step

__all__ = ["Guard", "counted_twice", "guards"]

_PATH = regex(r"[\w@./+-]+")
_GLOB = regex(r"[\w@./+*?-]+")
_KINDS = frozenset({"-f", "-d", "-e", "-s", "-r", "-x", "-L", "-h"})
_GREP = regex(r"-[qisEFw]*q[qisEFw]*|--quiet|--silent")
_PLAIN = regex(r"[\w \"':@/,=&-]+")
"""A pattern that means itself."""


@frozen
class Guard:
    """A test that other commands wait for.

    Args:
        command: the test.
        index: its place among the commands of the script.
        path: the file, folder or pattern of files that is looked for.
        text: what the file has to hold; empty where its being there is enough.
        idle: what happens where the test fails: nothing, or only prints.
    """

    command: Simple
    index: int
    path: str
    text: str = ""
    idle: bool = True


def guards(commands: tuple[Simple, ...]) -> Iterator[Guard]:
    """The tests of a script without which what follows does not run."""
    for index, command in enumerate(commands):
        wanted = _wanted(command)
        if wanted is None or command.before in ("||", "|"):
            continue
        path, text, negated = wanted
        rest = commands[index + 1 :]
        if negated != command.negated:
            if _ends(command, rest):
                yield Guard(command, index, path, text)
        elif _decides(command):
            if command.after != "||":
                yield Guard(command, index, path, text, _is_idle(command, rest))
        elif command.after == "&&":
            chained = rest[0] if rest else None
            closing = bool(rest) and rest[0].after == "||" and not (len(rest) > 1 and _prints(rest[1]))
            if chained is not None and not closing:
                yield Guard(command, index, path, text)


def counted_twice(context: Inspection, step: Step) -> Iterator[tuple[Simple, str, str]]:
    """The tests that end a script as failed and name a file of the repository from its root, in a folder above that file: test, path and folder."""
    for command, path in _demands(step.commands):
        for folder in step.folders[:1] if command.cwd is not None else ():
            home = step.job.repository_path(posixpath.join(folder, command.cwd or "."), step.index)
            below = home not in (None, ".") and path.startswith(f"{home}/") and context.is_file(path)
            if home and below and not context.is_file(path_from(home, path)):
                yield command, path, home


def _demands(commands: tuple[Simple, ...]) -> Iterator[tuple[Simple, str]]:
    """The tests of a script that end it as failed where a path is not there: the test, and the path."""
    for index, command in enumerate(commands[:-1]):
        wanted = _wanted(command) if command.words[0] in TESTS else None
        if wanted is None:
            continue
        path, _, negated = wanted
        absent, rest = negated != command.negated, commands[index + 1 :]
        if command.branches == ("if",) and command.after not in ("&&", "||"):
            inside = _inside(command, rest) if absent else []
            if inside and _fails(inside[-1]):
                yield command, path
        elif not command.depth and command.after == ("&&" if absent else "||") and _fails(rest[0]):
            yield command, path


def _inside(command: Simple, rest: tuple[Simple, ...]) -> list[Simple]:
    """What runs where the condition of an ``if`` holds."""
    depth = command.depth
    block = takewhile(lambda one: one.depth >= depth, rest)
    return [one for one in block if _branch(one, command) == "then"]


def _fails(command: Simple) -> bool:
    """Whether a command ends the script as failed."""
    return command.words[0] == "exit" and command.words[1:] not in ((), ("0",))


def _decides(command: Simple) -> bool:
    """Whether a command stands in the condition of an ``if``."""
    return command.branches[-1:] == ("if",)


def _wanted(command: Simple) -> tuple[str, str, bool] | None:
    """What a test looks for: path, text in it, whether it is negated inside."""
    words = [word for word in command.words if word not in ("]", "]]")]
    head, rest = words[0] if words else "", words[1:]
    if head in ("[", "[[", "test"):
        negated = rest[:1] == ["!"]
        rest = rest[1:] if negated else rest
        is_test = len(rest) == 2 and rest[0] in _KINDS and _PATH.fullmatch(rest[1])
        return (rest[1], "", negated) if is_test else None
    if head == "ls":
        named = [
            word for word in rest if not word.startswith("-") and not re.match(r"[12&]?>", word) and word != "/dev/null"
        ]
        # Without a mark it is a command that fails, and no question.
        asked = len(named) == 1 and _GLOB.fullmatch(named[0]) and re.search(r">|\*", command.text)
        return (named[0], "", False) if asked else None
    if head == "grep" and len(rest) == 3 and _GREP.fullmatch(rest[0]):
        pattern, path = rest[1:]
        return (path, pattern, False) if _PLAIN.fullmatch(pattern) and _PATH.fullmatch(path) else None
    return None


def _ends(command: Simple, rest: tuple[Simple, ...]) -> bool:
    """Whether a test that finds nothing ends the script as if all were well."""
    if command.after == "&&" and not _decides(command):
        return bool(rest) and rest[0].words == ("exit", "0")
    if not _decides(command) or command.after in ("&&", "||"):
        return False
    inside = [one for one in rest if one.depth >= command.depth and _branch(one, command) == "then"]
    return bool(inside) and inside[-1].words == ("exit", "0") and all(_prints(one) for one in inside[:-1])


def _is_idle(command: Simple, rest: tuple[Simple, ...]) -> bool:
    """Whether nothing but prints stands in the other branch of an ``if``."""
    for one in rest:
        if one.depth < command.depth:
            break
        if _branch(one, command) == "else" and not _prints(one):
            return False
    return True


def _branch(inner: Simple, outer: Simple) -> str:
    return inner.branches[outer.depth - 1]


def _prints(command: Simple) -> bool:
    """Whether a command only tells something, to people or to later steps."""
    return command.words[0] in ("echo", "printf", "true", ":") or command.words == ("exit", "0")
