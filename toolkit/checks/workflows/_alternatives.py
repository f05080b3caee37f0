"""What stands behind the ``||`` of a command: whether it succeeds in its place, or tells the failure after all."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

from toolkit.checks._shell import commands
from toolkit.checks.workflows._kept import assigned, is_read, shows
from toolkit.checks.workflows._proving import is_deployment, looks_for_faults
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step
    from toolkit.model import Severity

__all__ = ["after_failure", "is_report", "is_true", "runs_again", "succeeds_instead", "swallowed_scans"]

_STARTS = ("run", "exec", "-m", "workspace", "--filter", "-C", "--prefix")
"""Words behind which a program is told what to run."""
_CHECKS = frozenset({"--check", "-c", "--list-different", "-l", "--verify", "--diff"})
_WRITES = frozenset({"--write", "-w", "--fix"})
_ASSIGNED = regex(r"\|\|\s*(?P<name>\w+)=")


def succeeds_instead(script: str, command: Simple, rest: tuple[Simple, ...]) -> str:
    """The alternative of a failed command, if it succeeds; empty if the failure is told after all."""
    following = rest[0] if rest else None
    end = following.line if following is not None else command.line
    if following is None or following.before != "||":
        # A word with `=` is no command of its own.
        lines = script.splitlines()[command.line : end + 1]
        kept = _ASSIGNED.search("\n".join(lines))
        return f"{kept['name']}=" if kept and not is_read(script, frozenset({kept["name"]})) else ""
    if is_true(following):
        return "" if _is_read_from_a_file(command, rest) else following.text
    if following.words[0] not in ("echo", "printf"):
        return following.text[:40] if _rewrites(command, following) else ""
    # `|| echo ... && exit 1`, `|| { echo ...; cat ...; exit 1; }`, `|| { echo ...; FAILED=1; }`: the failure is told after all.
    last = next((one for one in rest if one.words[0] not in ("echo", "printf")), None)
    if not shows(following) or (last is not None and (_fails(last) or _tries_again(command, rest, last))):
        return ""
    group = _group_behind(script.splitlines()[command.line :])
    if any(_fails(one) for one in commands(group)) or is_read(script, assigned(group, 0, group.count("\n"))):
        return ""
    return following.text[:40]


def _rewrites(command: Simple, following: Simple) -> bool:
    """Whether the alternative of a check is the same tool that writes what was checked: then it is always right."""
    checks = _CHECKS.intersection(command.words)
    same = [word for word in command.words if word not in checks]
    return bool(checks) and [word for word in following.words if word not in _WRITES] == same


def runs_again(script: str, command: Simple) -> bool:
    """Whether a script runs a command once more to look at what it prints, and may fail for that."""
    behind = "\n".join(script.splitlines()[command.line + 1 :])
    again = re.search(rf"(?:\$\(|`)\s*{re.escape(' '.join(command.words[:2]))}(?![\w-])", behind)
    return again is not None and re.search(r"\bexit [1-9$]", behind) is not None


def _group_behind(lines: list[str]) -> str:
    """The alternative on the first of some lines: what stands behind ``||``, with all lines of its group."""
    text = "\n".join(lines[:200])
    behind = text.partition("||")[2].lstrip()
    if behind[:1] not in ("{", "("):
        return behind.partition("\n")[0]
    opening, closing, depth = behind[0], {"{": "}", "(": ")"}[behind[0]], 0
    for at, char in enumerate(behind):
        depth += {opening: 1, closing: -1}.get(char, 0)
        if depth == 0:
            return behind[1:at]
    return behind[1:]


def is_report(command: Simple, severity: Severity) -> bool:
    """Whether what a command finds is written down for somebody to read."""
    into_file = re.search(r"(?<![\d&>])>>?(?!>|\s*(?:&|/dev/))|--output-file\b", command.text) is not None
    return into_file and severity != "error" and not is_deployment(command)


def _is_read_from_a_file(command: Simple, rest: tuple[Simple, ...]) -> bool:
    """Whether what a command wrote into a file is read by one that may fail."""
    written = re.search(r"(?<!\d)>\s*([\w./$-]+)|--(?:output(?:-file)?|json|outputFile)[= ]([\w./-]+)", command.text)
    name = next((one for one in written.groups() if one), "") if written else ""
    readers = ("cat", "tail", "head", "ls", "rm", "mv", "cp", "sed", "less", "wc")
    return bool(name) and any(
        name in one.text and not shows(one) and one.words[0] not in readers for one in rest if one.before != "||"
    )


def _tries_again(command: Simple, rest: tuple[Simple, ...], last: Simple) -> bool:
    """Whether what follows the prints of an alternative gives it a result of its own."""
    named = 3 if command.words[1:2] and command.words[1] in _STARTS else 2
    goes_on = rest[rest.index(last) - 1].after == "&&" or last.words[:named] == command.words[:named]
    return goes_on and not is_true(last)


def _fails(command: Simple) -> bool:
    return command.words[0] in ("exit", "return", "false") and command.words != ("exit", "0")


def after_failure(step: Step, index: int) -> Literal["", "hushed", "caught"]:
    """What becomes of the failure of a command: told (``exit 1`` in its alternative, too), hushed, or something else runs."""
    command, following = step.commands[index], step.commands[index + 1 : index + 2]
    if command.after != "||":
        return ""
    if any(_fails(one) for one in commands(_group_behind(step.script.splitlines()[command.line :]))):
        return ""
    return "hushed" if any(one.before == "||" and (is_true(one) or shows(one)) for one in following) else "caught"


def is_true(command: Simple) -> bool:
    """Whether a command does nothing but succeed."""
    return posixpath.basename(command.words[0]) in ("true", ":") or command.words == ("exit", "0")


def swallowed_scans(script: str) -> list[Simple]:
    """The scanners of a script whose failure an alternative swallows that succeeds, but those that write a report."""
    found = commands(script)
    return [
        one
        for index, one in enumerate(found)
        if one.after == "||"
        and looks_for_faults(one)
        and not is_report(one, "warning")
        and succeeds_instead(script, one, found[index + 1 :])
    ]
