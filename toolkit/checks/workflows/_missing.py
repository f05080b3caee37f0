"""What steps and jobs name and that is not there: paths, and what commands ask for by a name."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._operands import unwrapped
from toolkit.checks._script_modes import MEND, refused
from toolkit.checks._test_folders import tests
from toolkit.checks.workflows._alternatives import after_failure
from toolkit.checks.workflows._asked import NO_WORKSPACE, lacking, only_idle
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._guards import counted_twice
from toolkit.checks.workflows._images import no_stage
from toolkit.checks.workflows._in_vain import asks_for_files
from toolkit.checks.workflows._locks import is_told_by_install
from toolkit.checks.workflows._made import first_missing, is_output, may_bring
from toolkit.checks.workflows._named_paths import WRITTEN, named_paths
from toolkit.checks.workflows._programs import absent
from toolkit.checks.workflows._swallowing import goes_on
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.references import resolve
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.checks.workflows._named_paths import Named
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["Fault", "faults_of"]

_MANY = 40
"""Missing paths of one step after which no more are told."""
_INSIDE = {"action": ("action.yml", "action.yaml", "Dockerfile"), "image": ("Dockerfile", "Containerfile")}
"""What has to lie in a folder of a kind."""
_ARRAY = regex(r"(?m)=\([ \t]*$")
"""A list of the shell that goes on over lines, which are no commands."""
_FINDS_NO = regex(r" finds no (\S+)")
_LIST = "list its folder in the workspace, or run it in that folder"
_SUFFIXES = {"module": (".js", ".cjs", ".mjs", ".json", "/index.js")}


@frozen
class Fault:
    """Something that a step or a job names and that is not there.

    Args:
        message: a whole sentence.
        text: as it is written.
        key: where it stands in the document; empty for a line of a script.
        line: the line of the script.
        severity: how bad it is.
        folder: whether a folder was asked for.
        verdict: about the path; ``None`` for what has a name only.
        cause: what others of the same cause have as well; empty for what stands for itself.
        lock: whether a cache is kept by it.
        todo: what a person does about it, where that is not to correct what is named.
        others: the same in other places of the workflow, told with it.
    """

    message: str
    text: str
    severity: Severity
    key: tuple[str | int, ...] = ()
    line: int = 0
    folder: bool = False
    verdict: Verdict | None = None
    cause: str = ""
    lock: bool = False
    todo: str = ""
    others: tuple[Fault, ...] = ()


def faults_of(context: Inspection, job: Job) -> Iterator[Fault]:
    """What a job names, or starts, and nobody has."""
    uses = job.data.get("uses")
    if isinstance(uses, str) and uses.startswith("./") and "${{" not in uses:
        verdict = resolve(context, uses, ".")
        if not verdict.fine:
            message = f"the reusable workflow {uses} {verdict.why}"
            yield Fault(message, uses, "error", (*job.path, "uses"), verdict=verdict)
    for one in absent(job):
        message = f"GitHub's runners have no {one.name}, and no step before sets it up: the step fails"
        line = 0 if one.key else one.step.line(one.line)
        yield Fault(message, one.text, "error", one.key, line, cause=f"program {one.name}")
    for step in job.steps:
        if not asks_for_files(context, step):
            yield from _of_paths(context, step)
            yield from _of_names(context, step)
            yield from _of_demands(context, step)
            yield from _of_tests(context, step)
            yield from _of_targets(context, step)
            yield from _of_modes(context, step)


def _of_modes(context: Inspection, step: Step) -> Iterator[Fault]:
    """Scripts that a step starts by their path and that may not be started, unless something before sees to that."""
    before = " ".join(str(one.data.get("run", "")) for one in step.job.steps[: step.index])
    if "chmod" in f"{before} {step.script}" or "windows" in f"{step.job.runners}" or _ARRAY.search(step.script):
        return
    for index, command in enumerate(step.commands):
        end = after_failure(step, index)
        for folder in step.folders if command.cwd is not None and not command.depth and end != "caught" else ():
            home = step.job.repository_path(posixpath.join(folder, command.cwd or "."), step.index)
            if home is not None and (path := refused(context, command.words[0], home)):
                ends = not end and not command.negated and not goes_on(step, index)
                text = f"{command.words[0]} may not be started, its mode in git is 100644: the {'step' if ends else 'command'} fails"
                severity: Severity = "warning" if _is_caught(step) or not ends else "error"
                yield Fault(text, command.text, severity, line=step.line(command.line), todo=MEND.format(path))
                break


def _of_targets(context: Inspection, step: Step) -> Iterator[Fault]:
    """Stages that actions build images to."""
    target, home = step.inputs.get("target"), str(step.inputs.get("context", "."))
    if not step.action.endswith("/build-push-action") or not isinstance(target, str) or "${{" in f"{target}{home}":
        return
    named = step.inputs.get("file")
    text = named if isinstance(named, str) else posixpath.join(home, "Dockerfile")
    path = step.job.repository_path(text, step.index) if "${{" not in text else None
    missing = no_stage(context, path, target) if path is not None else ""
    if missing:
        yield Fault(f"{missing}: the step fails", target, "error", (*step.path, "with", "target"))


def _of_paths(context: Inspection, step: Step) -> Iterator[Fault]:
    said: set[str] = set()
    for named in named_paths(step):
        verdict = _judge(context, step, named)
        if verdict is None or verdict.path in said:
            continue
        said.add(verdict.path)
        if len(said) > _MANY:
            return
        fatal = named.fatal and (bool(named.key) or not goes_on(step, named.script_index))
        breaks = "the step fails" if fatal else "nothing is cached" if named.kind == "lock" else "the command fails"
        shown = named.text if named.bases == (".",) else f"{named.text} (from {named.bases[0]})"
        what = f"{shown} has no Dockerfile" if _is_there(context, verdict) else f"{shown} {verdict.why}"
        yield Fault(
            f"{named.what}: {what}; {breaks}",
            named.text,
            "warning" if _is_caught(step) or not fatal else "error",
            named.key,
            0 if named.key else _line_of(step, named.line, named.text),
            named.kind in ("folder", "image"),
            verdict,
            lock=named.kind == "lock",
        )


def _of_names(context: Inspection, step: Step) -> Iterator[Fault]:
    """Scripts, workspaces, targets and crates that a command asks for."""
    for index, command in _commands(step):
        end = after_failure(step, index)
        hushed, caught = end == "hushed", end == "caught" or command.before == "||"
        if command.depth or command.negated or caught or command.cwd is None:
            continue
        for folder in step.folders:
            home = step.job.repository_path(posixpath.join(folder, command.cwd), step.index)
            # What is asked for in a folder that is not there is not looked for above it.
            there = home is not None and (home == "." or home in context.inventory.folders)
            missing = lacking(context, command, home) if home is not None and there else ""
            project = _FINDS_NO.search(missing)
            manifest = project[1] if project else missing.partition(" ")[0]
            if "compose" in manifest and "COMPOSE_FILE" in step.job.workflow.document.text.content:
                break
            if missing and not may_bring(step, step.commands[:index], manifest, posixpath.basename(manifest)):
                idle = only_idle(missing)
                ends = not hushed and not goes_on(step, index)
                severity: Severity = "warning" if _is_caught(step) or idle or not ends else "error"
                text = missing if idle else f"{missing}: the {'step' if ends else 'command'} fails"
                cause = f"{manifest} {home}" if project else missing if missing.startswith(NO_WORKSPACE) else ""
                line = _line_of(step, command.line, next(iter(re.findall(r"'([^']+)'", missing)), ""))
                todo = _LIST if " is in none" in missing else ""
                yield Fault(text, command.text, severity, line=line, cause=cause, todo=todo)
                break


def _of_demands(context: Inspection, step: Step) -> Iterator[Fault]:
    """Files without which a script ends, and that are asked for by their path from the root where it works below."""
    for command, path, home in counted_twice(context, step):
        text = f"{path} is counted from {home}, where it is not: the step always ends there"
        line, todo = _line_of(step, command.line, path), f"write {posixpath.relpath(path, home)} in place of {path}"
        yield Fault(text, command.text, "warning" if _is_caught(step) else "error", line=line, todo=todo)


def _commands(step: Step) -> Iterator[tuple[int, Simple]]:
    """The commands of a step; those of cargo once for each value that a matrix puts into one of their words."""
    for index, command in enumerate(step.commands):
        open_ = [word for word in command.words if word.startswith("${{")] if command.words[0] == "cargo" else []
        for value in step.expand(open_[0]) if len(open_) == 1 else ():
            words = tuple(value if word == open_[0] else word for word in command.words)
            yield index, replace(command, words=words)
        if len(open_) != 1:
            yield index, command


def _of_tests(context: Inspection, step: Step) -> Iterator[Fault]:
    """Folders of tests that a runner of JavaScript is given and that nothing has in its name."""
    for index, command in enumerate(step.commands):
        end = after_failure(step, index)
        hushed, caught = end == "hushed", end == "caught" or command.before == "||"
        if command.depth or command.negated or caught or command.cwd is None or len(step.folders) != 1:
            continue
        home = step.job.repository_path(posixpath.join(step.folders[0], command.cwd), step.index)
        for word, text in tests(context, unwrapped(command.words), home) if home is not None else ():
            path = path_from(home or ".", word)
            if not may_bring(step, step.commands[:index], path, first_missing(context, path)):
                ends = not hushed and not goes_on(step, index)
                severity: Severity = "warning" if _is_caught(step) or not ends else "error"
                told = f"{text}: the {'step' if ends else 'command'} fails"
                yield Fault(told, command.text, severity, line=_line_of(step, command.line, word))


def _line_of(step: Step, index: int, word: str) -> int:
    """The line of a word in a command, which may go on over several lines, or be folded into one."""
    document, first = step.job.workflow.document, step.line(index)
    place, node = document.place((*step.path, "run")), document.node((*step.path, "run"))
    if place is None or node is None or not word:
        return first
    literal = node.resolved.style == "|"
    for number, line in enumerate(document.text.content[: place.end].split("\n")[first - 1 :], first):
        if word in line:
            return number
        if literal and not line.rstrip().endswith("\\"):
            return first
    return first


def _is_caught(step: Step) -> bool:
    return is_on(step.data.get("continue-on-error")) or is_on(step.job.data.get("continue-on-error"))


def _judge(context: Inspection, step: Step, named: Named) -> Verdict | None:
    """The verdict about a path, if it is surely wrong in every folder it may count from."""
    verdicts = []
    for base in named.bases:
        # A lock that is named before the checkout is looked for when it is not there yet, whatever its path.
        before = None if named.kind == "lock" else step.index
        home = step.job.repository_path(posixpath.join(base, named.text), before)
        if home is None and named.kind == "action" and not _comes_from_elsewhere(step):
            home = posixpath.normpath(named.text)
        if home is None or home.startswith("../") or (home != "." and is_output(home, context.inventory.folders)):
            return None
        folders = tuple(folder for folder in step.job_folders if folder != ".")
        verdict = resolve(context, home, ".", bases=folders, suffixes=_SUFFIXES.get(named.kind, ()))
        if named.kind == "lock" and is_told_by_install(context, step.job, home):
            return None
        if _has_inside(context, named, home) or (verdict.fine and named.kind not in _INSIDE):
            return None
        if verdict.fine and named.kind == "image" and verdict.kind != "exists":
            return None
        missing = first_missing(context, verdict.path)
        before_it = () if named.key else step.commands[: named.script_index]
        if may_bring(step, before_it, verdict.path, missing, anything=_may_be_made(context, named, verdict)):
            return None
        verdicts.append(verdict)
    return verdicts[0] if verdicts else None


def _comes_from_elsewhere(step: Step) -> bool:
    """Whether a step before may have brought the files in which an action is looked for."""
    earlier = step.job.steps[: step.index]
    return any("checkout" in one.action or "artifact" in one.action or one.data.get("run") for one in earlier)


def _may_be_made(context: Inspection, named: Named, verdict: Verdict) -> bool:
    """Whether any program before is taken to make a path: it is copied, or git ignores it as what is made."""
    if verdict.kind == "ignored":
        return named.kind == "folder"
    if named.what == WRITTEN:
        return True
    moved = verdict.near and posixpath.basename(verdict.near) == posixpath.basename(verdict.path)
    beside = posixpath.dirname(verdict.path)
    return named.what == "cp" and not (moved and beside in context.inventory.folders)


def _has_inside(context: Inspection, named: Named, home: str) -> bool:
    names = _INSIDE.get(named.kind, ())
    return any(resolve(context, posixpath.join(home, name)).fine for name in names)


def _is_there(context: Inspection, verdict: Verdict) -> bool:
    return verdict.kind == "exists" and verdict.path in (*context.inventory.folders, ".")
