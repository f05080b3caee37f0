"""Scripts in which a test or a build may fail and the script succeeds."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks._shell import commands
from toolkit.checks.workflows._proving import weight
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step
    from toolkit.model import Severity

__all__ = ["Swallowed", "only_prints", "says_it_is_optional", "swallowed"]

_INNOCENT = regex(r"GITHUB_OUTPUT|GITHUB_ENV|PIPESTATUS|\$\?|::set-output|GITHUB_STEP_SUMMARY")
"""Scripts that keep the result for later."""
_ASSIGNED = regex(r"\|\|\s*(?P<name>\w+)=")
_LENIENT = {
    "--exit-zero": frozenset({"flake8", "pylint", "ruff", "pyright", "mypy"}),
    "--issues-exit-code=0": frozenset({"golangci-lint"}),
    "-i": frozenset({"make"}),
    "--ignore-errors": frozenset({"make"}),
}
"""Options by which commands succeed whatever they find."""
_TRYING = regex(
    r"experimental|nightly|optional|allow(?:ed)?[ _-]?(?:to[ _-])?fail|non-?blocking|advisory|canary|beta"
    r"|best[ -]effort|informational|flaky|may fail|soft|report|preview|benchmark|coverage|smoke-only",
    re.IGNORECASE,
)
_CLOSING_WORDS = ("fi", "done", "esac")


@dataclass(frozen=True, slots=True)
class Swallowed:
    """A command whose failure is lost.

    Args:
        command: the one that cannot fail.
        how: why it cannot, in words.
        evidence: as written.
        severity: how bad it is.
    """

    command: Simple
    how: str
    evidence: str
    severity: Severity


def swallowed(script: str, *, stops: bool, pipes: bool = True) -> Iterator[Swallowed]:
    """Every command of a script whose failure is lost; nothing where the script keeps results for later.

    Args:
        script: of sh or bash.
        stops: whether the shell ends at a command that fails (``-e``) from the start.
        pipes: whether the status of a pipe is that of any of its parts.
    """
    if _INNOCENT.search(script):
        return
    found = commands(script)
    for index, command in enumerate(found):
        one = _of_command(script, found, index, stops=stops, pipes=pipes)
        if one is not None:
            how, evidence, severity = one
            yield Swallowed(command, how, evidence, severity)


def _of_command(
    script: str, found: tuple[Simple, ...], index: int, *, stops: bool, pipes: bool
) -> tuple[str, str, Severity] | None:
    command, rest = found[index], found[index + 1 :]
    text = command.text[:80]
    if any(option in command.words and tools.intersection(command.words) for option, tools in _LENIENT.items()):
        return "an option lets it succeed whatever it finds", text, "warning"
    severity = weight(command)
    if severity is None or (command.negated and not command.tested):
        return None
    if command.tested:
        return _of_condition(command, rest, severity)
    if command.after == "||":
        lost = _succeeds_instead(script, command, rest)
        return ("its failure is swallowed", f"{text} || {lost}", severity) if lost else None
    if command.after == "|":
        return None if pipes or severity != "error" else _of_pipe(found, index)
    alone = severity == "error" and command.before != "|"
    return _forgotten(found, index, stops=stops) if alone else None


def _of_pipe(found: tuple[Simple, ...], index: int) -> tuple[str, str, Severity] | None:
    """A command whose output goes into ``tee``, whose status is then taken for its own."""
    safe = any("pipefail" in one.text for one in found[:index] if one.words[0] == "set")
    last = found[index + 1] if index + 1 < len(found) else None
    if safe or last is None or last.words[0] != "tee":
        return None
    how = "the default shell takes the exit code of the last command of a pipe (no pipefail)"
    return how, f"{found[index].text[:80]} | {last.text[:40]}", "warning"


def _of_condition(command: Simple, rest: tuple[Simple, ...], severity: Severity) -> tuple[str, str, Severity] | None:
    """A command that only decides what is printed."""
    inside = []
    for one in rest:
        if one.depth < command.depth:
            break
        inside.append(one)
    if command.after in ("&&", "||", "|") or not inside or not all(_always_succeeds(one) for one in inside):
        return None
    return "its result only decides what is printed", f"if {command.text[:60]}: {inside[0].text[:40]}", severity


def _succeeds_instead(script: str, command: Simple, rest: tuple[Simple, ...]) -> str:
    """The alternative of a failed command, if it succeeds; empty if the failure is told after all."""
    following = rest[0] if rest else None
    if following is None or following.before != "||":
        # A word with `=` is no command of its own.
        kept = _ASSIGNED.search(script)
        if kept is None or re.search(rf"\$\{{?{kept['name']}\b", script[kept.end() :]):
            return ""
        return f"{kept['name']}="
    words = following.words
    if _is_true(following):
        return following.text
    if words[0] not in ("echo", "printf"):
        return ""
    # `|| echo ... && exit 1`, `|| { echo ...; echo ...; exit 1; }`: the failure is told after all.
    last = next((one for one in rest if one.words[0] not in ("echo", "printf")), None)
    if ">" in following.text or (last is not None and (_fails(last) or _tries_again(command, rest, last))):
        return ""
    return following.text[:40]


def _tries_again(command: Simple, rest: tuple[Simple, ...], last: Simple) -> bool:
    """Whether what follows the prints of an alternative gives it a result of its own."""
    goes_on = rest[rest.index(last) - 1].after == "&&" or last.words[:2] == command.words[:2]
    return goes_on and not _is_true(last)


def _fails(command: Simple) -> bool:
    return command.words[0] in ("exit", "return", "false") and command.words != ("exit", "0")


def _forgotten(found: tuple[Simple, ...], index: int, *, stops: bool) -> tuple[str, str, Severity] | None:
    """A command that is not the last one, in a shell that goes on."""
    command, rest = found[index], [one for one in found[index + 1 :] if one.words[0] not in _CLOSING_WORDS]
    if not rest or command.depth or any(_switch(one) == "-" for one in rest):
        return None
    evidence = f"{command.text[:60]} ... {rest[-1].text[:40]}"
    switches = [sign for one in found[:index] if (sign := _switch(one))]
    if not stops if not switches else switches[-1] == "+":
        if all(_always_succeeds(one) for one in rest):
            return "the shell goes on after it (no -e), and the last command succeeds", evidence, "error"
        is_last = all(weight(one) is None for one in rest)
        return (
            None
            if is_last
            else ("the shell goes on after it (no -e), and only the last command counts", evidence, "warning")
        )
    if command.after == ";" and _is_true(rest[0]):
        return "whoever wrote it meant so, and only the shell's own -e still ends the step", evidence, "info"
    return None


def _switch(command: Simple) -> str:
    """``-`` where a command switches the end at failures on, ``+`` where it switches it off."""
    if command.words[0] != "set":
        return ""
    match = re.search(r"(?P<sign>[-+])(?:\w*e\b|\w*e\w*|o errexit)", command.text)
    return match["sign"] if match else ""


def _is_true(command: Simple) -> bool:
    return posixpath.basename(command.words[0]) in ("true", ":") or command.words == ("exit", "0")


def _always_succeeds(command: Simple) -> bool:
    return command.words[0] in ("echo", "printf") or _is_true(command)


def only_prints(script: str) -> bool:
    """Whether a script does nothing but print: into no file, and nothing that is computed."""
    found = commands(script)
    return bool(found) and all(_always_succeeds(one) and not re.search(r">|\$\(|`|::error", one.text) for one in found)


def says_it_is_optional(step: Step) -> bool:
    """Whether a step or its job says that it is optional."""
    names = (step.data.get("name"), step.data.get("id"), step.job.data.get("name"), step.job.id, step.job.workflow.name)
    return any(isinstance(name, str) and _TRYING.search(name) for name in names)
