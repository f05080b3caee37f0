"""Scripts in which a test or a build may fail and the script succeeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._shell import CLOSING, commands
from toolkit.checks.workflows._alternatives import is_report, is_true, runs_again, succeeds_instead
from toolkit.checks.workflows._functions import end_of
from toolkit.checks.workflows._kept import assigned, is_read, shows, status_is_read
from toolkit.checks.workflows._proving import is_probe, publishes, weight
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step
    from toolkit.model import Severity

__all__ = ["Swallowed", "goes_on", "only_prints", "swallowed"]

_LENIENT = {
    "--exit-zero": frozenset({"flake8", "pylint", "ruff", "pyright", "mypy"}),
    "--issues-exit-code=0": frozenset({"golangci-lint"}),
    "-i": frozenset({"make"}),
    "--ignore-errors": frozenset({"make"}),
}
"""Options by which commands succeed whatever they find."""
_SHOWING = frozenset({"tee", "cat", "tail", "head", "ts", "sed", "xcpretty"})
"""Programs at the end of a pipe that succeed whatever they are given."""
_BEHIND = regex(r"\)\s*&(?!&)")
_ANNOTATES = regex(r"::(?:warning|error|notice)\b")
"""What GitHub shows on the page of the run: whoever wrote it decided that people look there."""


@frozen
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


def swallowed(
    script: str, *, stops: bool, pipes: bool = True, outputs: bool = True, probes: bool = False
) -> Iterator[Swallowed]:
    """Every command of a script whose failure is lost.

    Args:
        script: of sh or bash.
        stops: whether the shell ends at a command that fails (``-e``) from the start.
        pipes: whether the status of a pipe is that of any of its parts.
        outputs: whether anything asks for the outputs of the step.
        probes: whether the step says that it looks whether something answers, so that a request proves it.
    """
    script = script if outputs else script.replace("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    found = commands(script)
    yield from _in_background(script, found)
    for index, command in enumerate(found):
        one = _of_command(script, found, index, stops=stops, pipes=pipes)
        if one is None and probes and is_probe(command):
            one = _of_chain(script, command, found[index + 1 :], "warning")
            probes = one is None  # the first of a step stands for all
        if one is not None:
            how, evidence, severity = one
            yield Swallowed(command, how, evidence, severity)


def _in_background(script: str, found: tuple[Simple, ...]) -> Iterator[Swallowed]:
    """Commands that a script only waits for all together: such a ``wait`` always succeeds. The first stands for all."""
    waits = [one for one in found if one.words[0] == "wait"]
    if not waits or any(len(one.words) > 1 for one in waits):
        return
    lines = script.splitlines()
    lost = [
        (one, severity)
        for one in found
        if (one.after == "&" or (one.after == ")" and _BEHIND.search(lines[one.line])))
        and (severity := weight(one)) is not None
    ]
    if lost:
        first, severity = min(lost, key=lambda item: item[1] != "error")
        more = f" ({len(lost) - 1} more here)" if len(lost) > 1 else ""
        how = f"`wait` without a process succeeds whatever became of what runs in the background{more}"
        yield Swallowed(first, how, f"{first.text[:80]} & ... wait", severity)


def _of_command(
    script: str, found: tuple[Simple, ...], index: int, *, stops: bool, pipes: bool
) -> tuple[str, str, Severity] | None:
    command, rest = found[index], found[index + 1 :]
    text = command.text[:80]
    lenient = next((one for one, tools in _LENIENT.items() if one in command.words and tools & {*command.words}), "")
    if lenient:
        strict = any(one.words[0] == command.words[0] and lenient not in one.words for one in found[:index])
        return "an option lets it succeed whatever it finds", text, "info" if strict else "warning"
    severity = weight(command)
    if severity is None or (command.negated and not command.tested):
        piped = severity is None and command.after == "|" and not pipes and publishes(command)
        return _of_pipe(script, found, index) if piped else None
    if command.tested:
        return _of_condition(script, command, rest, severity)
    if _has_alternative(command, rest):
        return _of_chain(script, command, rest, severity)
    if command.after == "|":
        return None if pipes else _of_pipe(script, found, index)
    return _alone(script, found, index, stops=stops)


def _has_alternative(command: Simple, rest: tuple[Simple, ...]) -> bool:
    """Whether something else runs where a command fails; a print of success may stand between them, and changes nothing."""
    closes_group = command.after in (")", ";", "\n") and bool(rest) and rest[0].before == "||"
    return command.after == "||" or closes_group or _is_printed(command, rest)


def _is_printed(command: Simple, rest: tuple[Simple, ...]) -> bool:
    return command.after == "&&" and bool(rest) and rest[0].after == "||" and shows(rest[0])


def _of_chain(
    script: str, command: Simple, rest: tuple[Simple, ...], severity: Severity
) -> tuple[str, str, Severity] | None:
    """A command with an alternative that succeeds."""
    text = command.text[:80]
    if not _has_alternative(command, rest) or "GITHUB_STEP_SUMMARY" in text or runs_again(script, command):
        return None
    printed = _is_printed(command, rest)
    lost = succeeds_instead(script, *((rest[0], rest[1:]) if printed else (command, rest)))
    how = f"{text} && {rest[0].text[:40]} || {lost}" if printed else f"{text} || {lost}"
    slight = is_report(command, severity) or _ANNOTATES.search(lost) is not None
    return ("its failure is swallowed", how, "info" if slight else severity) if lost else None


def _alone(script: str, found: tuple[Simple, ...], index: int, *, stops: bool) -> tuple[str, str, Severity] | None:
    """A command that stands by itself, neither in a pipe nor in the background."""
    command = found[index]
    if command.before == "|" or command.after == "&":
        return None
    if weight(command) == "error":
        return _forgotten(script, found, index, stops=stops)
    return _ended_well(script, found, index)


def _of_pipe(script: str, found: tuple[Simple, ...], index: int) -> tuple[str, str, Severity] | None:
    """A command whose output goes into one that only shows it, whose status is then taken for its own."""
    safe = any("pipefail" in one.text for one in found[:index] if one.words[0] in ("set", "shopt"))
    following = index + 1
    while following < len(found) and found[following].after == "|":
        following += 1
    last = found[following] if following < len(found) else None
    if safe or last is None or last.before != "|" or last.words[0] not in _SHOWING:
        return None
    if status_is_read(script, found[index], _next_of_weight(found, following), r"\$\{PIPESTATUS"):
        return None
    how = "the default shell takes the exit code of the last command of a pipe (no pipefail)"
    return how, f"{found[index].text[:80]} | {last.text[:40]}", "warning"


def _next_of_weight(found: tuple[Simple, ...], index: int) -> Simple | None:
    return next((one for one in found[index + 1 :] if weight(one) is not None), None)


def _of_condition(
    script: str, command: Simple, rest: tuple[Simple, ...], severity: Severity
) -> tuple[str, str, Severity] | None:
    """A command that only decides what is printed."""
    inside = []
    for one in rest:
        if one.depth < command.depth:
            break
        inside.append(one)
    if command.after in ("&&", "||", "|") or not inside or not all(shows(one) for one in inside):
        return None
    if any(is_true(one) and one.words[0] == "exit" for one in inside) and not rest[-1].depth and _fails(rest[-1]):
        return None  # a loop that tries again
    outside = rest[len(inside)].line if len(rest) > len(inside) else inside[-1].line + 2
    if is_read(script, assigned(script, command.line, max(inside[-1].line, outside - 1))):
        return None
    level: Severity = "info" if any(_ANNOTATES.search(one.text) for one in inside) else severity
    return "its result only decides what is printed", f"if {command.text[:60]}: {inside[0].text[:40]}", level


def _forgotten(script: str, found: tuple[Simple, ...], index: int, *, stops: bool) -> tuple[str, str, Severity] | None:
    """A command that is not the last one, in a shell that goes on."""
    command, rest = found[index], [one for one in found[index + 1 :] if one.words[0] not in CLOSING]
    if (end := end_of(script.splitlines(), command.line)) is not None:
        rest = [one for one in rest if one.line <= end and one.line > command.line]
    if not rest or command.depth or any(_switch(one) == "-" for one in rest):
        return None
    evidence = f"{command.text[:60]} ... {rest[-1].text[:40]}"
    switches = [sign for one in found[:index] if (sign := _switch(one))]
    if not stops if not switches else switches[-1] == "+":
        if status_is_read(script, command, _next_of_weight(found, index)):
            return None
        if all(shows(one) or one.words[0] in ("[", "[[", "test") for one in rest):
            return "the shell goes on after it (no -e), and the last command succeeds", evidence, "error"
        is_last = all(weight(one) is None for one in rest)
        return (
            None
            if is_last
            else ("the shell goes on after it (no -e), and only the last command counts", evidence, "warning")
        )
    if command.after == ";" and is_true(rest[0]):
        return "whoever wrote it meant so, and only the shell's own -e still ends the step", evidence, "info"
    return None


def _ended_well(script: str, found: tuple[Simple, ...], index: int) -> tuple[str, str, Severity] | None:
    """A linter or the like between ``set +e`` and ``exit 0``: the first of them stands for all."""
    command, rest = found[index], found[index + 1 :]
    switches = [at for at, one in enumerate(found[:index]) if _switch(one)]
    if not switches or _switch(found[switches[-1]]) != "+" or not rest or not is_true(rest[-1]):
        return None
    between = (*found[switches[-1] + 1 : index], *rest[:-1])
    if command.depth or rest[-1].depth or not all(shows(one) or weight(one) for one in between):
        return None
    if any(weight(one) for one in found[switches[-1] + 1 : index]) or status_is_read(
        script, command, _next_of_weight(found, index)
    ):
        return None
    how = "the shell goes on after it (set +e), and the script ends with success"
    return how, f"{command.text[:60]} ... {rest[-1].text[:40]}", "warning"


def _fails(command: Simple) -> bool:
    """Whether a command is there to fail."""
    return command.words[0] == "false" or (command.words[0] == "exit" and command.words[1:] not in ((), ("0",)))


def _switch(command: Simple) -> str:
    """``-`` where a command switches the end at failures on, ``+`` where it switches it off."""
    if command.words[0] != "set":
        return ""
    match = re.search(r"(?P<sign>[-+])(?:\w*e\b|\w*e\w*|o errexit)", command.text)
    return match["sign"] if match else ""


def goes_on(step: Step, index: int) -> bool:
    """Whether a script surely or perhaps goes on after one of its commands fails, so that only the last one counts.

    After ``set +e``, in a shell without ``-e``, before a pipe where no ``pipefail`` is in force (GitHub's default shell has
    none, ``shell: bash`` has), and in shells of Windows, which look at programs' results at the end only.
    """
    found = step.commands
    if found[index].after == "|" and step.shell != "bash":
        return not any("pipefail" in text for text in (step.shell, *(one.text for one in found[:index])))
    while index + 1 < len(found) and found[index].after == "&&":
        index += 1
    if index + 1 >= len(found):
        return False
    switches = [sign for one in found[:index] if (sign := _switch(one))]
    if switches:
        return switches[-1] == "+"
    own = "{0}" in step.shell and not re.search(r"\s-\w*e", step.shell)
    return own or (not step.is_posix and bool(step.shell or not step.job.on_others))


def only_prints(script: str) -> bool:
    """Whether a script does nothing but print: into no file, and nothing that is computed."""
    found = commands(script)
    return bool(found) and all(
        (one.words[0] in ("echo", "printf") or is_true(one)) and not re.search(r">|\$\(|`|::error", one.text)
        for one in found
    )
