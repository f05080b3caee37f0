"""What becomes of the status of a command: whether anything is decided by it, or it is only shown."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.checks._shell import TESTS, commands
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks._shell import Simple

__all__ = ["assigned", "is_read", "shows", "status_is_read"]

_ASSIGNED = regex(r"(?<![\w$])(?P<name>[A-Za-z_]\w*)\+?=")
_STATUS = regex(r"(?<![\w$])(?P<name>[A-Za-z_]\w*)=[\"']?\$(?:\?|\{\?\})")
_NOWHERE = regex(r"\d*>>?\s*(?:&[12]|/dev/(?:null|stderr|stdout|tty)|\$\{?GITHUB_STEP_SUMMARY\}?)")
"""Where prints go that nothing reads but people."""


def shows(command: Simple) -> bool:
    """Whether a command only tells people something and succeeds."""
    if command.words[0] not in ("echo", "printf"):
        return command.words[0].rpartition("/")[2] in ("true", ":") or command.words == ("exit", "0")
    return ">" not in _NOWHERE.sub("", command.text)


def assigned(script: str, first: int, last: int) -> frozenset[str]:
    """The variables that get values on some lines of a script."""
    return frozenset(match["name"] for match in _ASSIGNED.finditer("\n".join(script.splitlines()[first : last + 1])))


@lru_cache(maxsize=256)
def is_read(script: str, names: frozenset[str]) -> bool:
    """Whether something is decided by one of these variables, or handed on: more than shown to people."""
    if not names:
        return False
    use = re.compile(rf"\$\{{?(?:{'|'.join(map(re.escape, sorted(names)))})\b")
    return _is_used(script, use) or (
        "((" in script and re.search(rf"\(\([^()\n]*\b(?:{'|'.join(map(re.escape, names))})\b", script) is not None
    )


def status_is_read(script: str, command: Simple, following: Simple | None, what: str = r"\$(?:\?|\{\?\})") -> bool:
    """Whether anything is decided by the status of a command.

    Args:
        script: the whole of it.
        command: the one in question.
        following: the next one whose status is of interest; what stands behind it asks for that one's.
        what: how the status is asked for.
    """
    lines = script.splitlines()
    end = following.line + 1 if following is not None and following.line > command.line else len(lines)
    part = "\n".join(lines[command.line : end])
    if re.search(what, part) is None:
        return False
    status = regex(rf"(?<![\w$])(?P<name>[A-Za-z_]\w*)=[\"']?{what}") if "PIPE" in what else _STATUS
    kept = frozenset(match["name"] for match in status.finditer(part))
    return is_read(script, kept) or _is_used(part, re.compile(what), kept)


def _is_used(script: str, use: re.Pattern[str], kept: frozenset[str] = frozenset()) -> bool:
    """Whether a text stands where it decides something: in a command that does more than show it, in another variable."""
    if "<<" in script:
        return use.search(script) is not None  # a program may stand in a heredoc
    passed_on = re.compile(
        rf"(?:^|[;&|({{]|\b(?:then|else|do|export|local))[ \t]*(?P<name>[A-Za-z_]\w*)=[^\s;&|]{{0,200}}?(?:{use.pattern})",
        re.MULTILINE,
    )
    if any(match["name"] not in kept for match in passed_on.finditer(script)):
        return True
    found = commands(script)
    return any(use.search(one.text) and not _only_shown(found, index) for index, one in enumerate(found))


def _only_shown(found: tuple[Simple, ...], index: int) -> bool:
    """Whether what a command is told only decides what is printed."""
    command, rest = found[index], found[index + 1 :]
    if shows(command):
        return True
    if command.branches[-1:] == ("if",) or command.tested:
        inside = []
        for one in rest:
            if one.depth < command.depth:
                break
            inside.append(one)
        return bool(inside) and all(shows(one) or one.words[0] in TESTS for one in inside)
    if command.words[0] in TESTS:
        chained = rest[0] if rest and command.after in ("&&", "||") else None
        return chained is not None and shows(chained) and chained.after not in ("&&", "||")
    return False
