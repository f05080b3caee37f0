"""What steps and jobs name and that is not there: paths, and what commands ask for by a name."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.checks.workflows._asked import lacking
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._made import first_missing, is_output, may_bring
from toolkit.checks.workflows._named_paths import named_paths
from toolkit.expressions import regex
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.checks.workflows._named_paths import Named
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["Fault", "by_cause", "faults_of"]

_MANY = 40
"""Missing paths of one step after which no more are told: such a script is generated."""
_INSIDE = {"action": ("action.yml", "action.yaml", "Dockerfile"), "image": ("Dockerfile", "Containerfile")}
"""What has to lie in a folder of a kind."""
_SUFFIXES = {"module": (".js", ".cjs", ".mjs", ".json", "/index.js")}
_LOOKS = regex(r"(?:\[|\btest)\s+!?\s*-[defrsx]\s")


@dataclass(frozen=True, slots=True)
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
    """

    message: str
    text: str
    severity: Severity
    key: tuple[str | int, ...] = ()
    line: int = 0
    folder: bool = False
    verdict: Verdict | None = None


def faults_of(context: Inspection, job: Job) -> Iterator[Fault]:
    uses = job.data.get("uses")
    if isinstance(uses, str) and uses.startswith("./") and "${{" not in uses:
        verdict = resolve(context, uses, ".")
        if not verdict.fine:
            message = f"the reusable workflow {uses} {verdict.why}"
            yield Fault(message, uses, "error", (*job.path, "uses"), verdict=verdict)
    for step in job.steps:
        if not _asks_for_files(step):
            yield from _of_paths(context, step)
            yield from _of_names(context, step)


def _asks_for_files(step: Step) -> bool:
    """Whether a step only runs where a file is there: by ``hashFiles``, or by the output of a step that looked for it."""
    condition = f"{step.data.get('if')} {step.job.data.get('if')}"
    asked = set(re.findall(r"steps\.([\w-]+)\.outputs", condition))
    looks = (one for one in step.job.steps[: step.index] if one.data.get("id") in asked)
    return "hashFiles" in condition or any(_LOOKS.search(one.script) for one in looks)


def _of_paths(context: Inspection, step: Step) -> Iterator[Fault]:
    said: set[str] = set()
    for named in named_paths(step):
        verdict = _judge(context, step, named)
        if verdict is None or verdict.path in said:
            continue
        said.add(verdict.path)
        if len(said) > _MANY:
            return
        breaks = (
            "the step fails" if named.fatal else "nothing is cached" if named.kind == "lock" else "the command fails"
        )
        shown = named.text if named.bases == (".",) else f"{named.text} (from {named.bases[0]})"
        what = f"{shown} has no Dockerfile" if _is_there(context, verdict) else f"{shown} {verdict.why}"
        yield Fault(
            f"{named.what}: {what}; {breaks}",
            named.text,
            "warning" if _is_caught(step) or not named.fatal else "error",
            named.key,
            0 if named.key else step.line(named.line),
            named.kind in ("folder", "image"),
            verdict,
        )


def _of_names(context: Inspection, step: Step) -> Iterator[Fault]:
    """Scripts, workspaces, targets and crates that a command asks for."""
    for index, command in enumerate(step.commands):
        caught = "||" in (command.before, command.after)
        if command.depth or command.negated or caught or command.cwd is None:
            continue
        for folder in step.folders:
            home = step.job.repository_path(posixpath.join(folder, command.cwd), step.index)
            missing = lacking(context, command, home) if home is not None else ""
            manifest = missing.partition(" ")[0]
            if missing and not may_bring(step, step.commands[:index], manifest, posixpath.basename(manifest)):
                severity: Severity = "warning" if _is_caught(step) else "error"
                yield Fault(f"{missing}: the step fails", command.text, severity, line=step.line(command.line))
                break


def _is_caught(step: Step) -> bool:
    return is_on(step.data.get("continue-on-error")) or is_on(step.job.data.get("continue-on-error"))


def by_cause(faults: Iterable[Fault]) -> list[Fault]:
    """One fault for each thing that is missing: what lies in a missing folder is missing because of it."""
    found = list(faults)
    folders = {one.verdict.path for one in found if one.folder and one.verdict and one.verdict.kind != "exists"}
    groups: dict[object, list[Fault]] = {}
    for one in found:
        path = one.verdict.path if one.verdict else ""
        cause = min((folder for folder in folders if f"{path}/".startswith(f"{folder}/")), key=len, default=path)
        # What a matrix puts into one place is one fault, too.
        same = next((key for key, group in groups.items() if one.key and group[0].key == one.key), None)
        groups.setdefault(same or (cause or (one.message, one.line)), []).append(one)
    return [_with_more(group) for group in groups.values()]


def _with_more(group: list[Fault]) -> Fault:
    first = group[0]
    if len(group) == 1:
        return first
    paths = dict.fromkeys(one.verdict.path for one in group if one.verdict)
    more = (
        f"; so do {', '.join(list(paths)[1:6])}" if first.key and len(paths) > 1 and group[1].key == first.key else ""
    )
    count = len(group) - 1
    return replace(first, message=first.message + (more or f" ({count} more place{'s' * (count > 1)} here)"))


def _judge(context: Inspection, step: Step, named: Named) -> Verdict | None:
    """The verdict about a path, if it is surely wrong in every folder it may count from."""
    verdicts = []
    for base in named.bases:
        # A lock that is named before the checkout is looked for when it is not there yet, whatever its path.
        before = None if named.kind == "lock" else step.index
        home = step.job.repository_path(posixpath.join(base, named.text), before)
        if home is None or home.startswith("../") or (home != "." and is_output(home, context.inventory.folders)):
            return None
        folders = tuple(folder for folder in step.job_folders if folder != ".")
        verdict = resolve(context, home, ".", bases=folders, suffixes=_SUFFIXES.get(named.kind, ()))
        if _has_inside(context, named, home) or (verdict.fine and named.kind not in _INSIDE):
            return None
        if verdict.kind == "ignored" and named.kind == "folder":
            return None
        if verdict.fine and named.kind == "image" and verdict.kind != "exists":
            return None
        missing = first_missing(context, verdict.path)
        before_it = () if named.key else step.commands[: named.script_index]
        if may_bring(step, before_it, verdict.path, missing, anything=named.what == "cp"):
            return None
        verdicts.append(verdict)
    return verdicts[0] if verdicts else None


def _has_inside(context: Inspection, named: Named, home: str) -> bool:
    names = _INSIDE.get(named.kind, ())
    return any(resolve(context, posixpath.join(home, name)).fine for name in names)


def _is_there(context: Inspection, verdict: Verdict) -> bool:
    return verdict.kind == "exists" and verdict.path in (*context.inventory.folders, ".")
