"""Workflows that GitHub refuses, or whose expressions are always empty."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.workflows._expand import values
from toolkit.checks.workflows._external import actionlint
from toolkit.checks.workflows._model import Step, needed
from toolkit.checks.workflows._refusals import refusals
from toolkit.checks.workflows._situations import EVENTS
from toolkit.checks.workflows._workflows import every_workflow, workflows
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Workflow
    from toolkit.model import Finding, Severity

_TOP = ("name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs")
_JOB = (
    "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env", "defaults", "steps",
    "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets", "snapshot",
)  # fmt: skip
_STEP = (
    "id",
    "if",
    "name",
    "uses",
    "run",
    "working-directory",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
)
_CRON_FIELD = re.compile(r"(?:\*|\?|[\w]+(?:-\w+)?)(?:/\d+)?(?:,(?:\*|\w+(?:-\w+)?)(?:/\d+)?)*", re.ASCII)
_OPEN = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_ASKED = re.compile(r"(?<![\w.'-])(?P<scope>needs|steps|matrix)\.(?P<name>[A-Za-z_][\w-]*)")
_STRING = re.compile(r"'(?:[^']|'')*'")
_EMPTY = re.compile(r"^property \"[^\"]*\" is not defined")
_CAST = re.compile(r"not assignable|potentially untrusted|cannot be compared|should not be evaluated")
_TOLD_ELSEWHERE = re.compile(
    r"potentially untrusted|runner of \"actions/(?:upload-artifact|download-artifact)@v[123]|label \"(?:ubuntu-(?:16|18|20)\.04|macos-1[0-3]\S*|windows-201[69])\""
    r"|workflow command \"(?:set-env|add-path)\"|property \"\w+\" is not defined in object type \{action:"
)
"""What ``workflow-insecure``, ``workflow-service-retired`` and ``workflow-guard-never-true`` speak of themselves."""
_REFUSED = frozenset({"syntax-check", "expression", "job-needs", "id", "events", "shell-name", "matrix"})
_BITES = frozenset({"glob", "workflow-call", "deprecated-commands", "if-cond", "env-var"})
_INPUT = re.compile(r"missing input|is not defined in action|required input")


class WorkflowInvalid(Check):
    """GitHub refuses the workflow, or an expression in it is always empty.

    What it checks:
        ``needs`` of jobs that do not exist or that need each other, jobs without ``runs-on``, steps with neither or both of
        ``uses`` and ``run``, step ids given twice, misspelt keys and events, schedules that are none, calls of workflows
        without ``workflow_call``, filters, permissions, inputs and types that do not exist, jobs without steps, conditions that
        cannot be read or that use what is not known there (``secrets`` in ``if``, ``env`` in that of a job), unclosed expressions, conditions with text around ``${{ }}``, and ``needs.x``, ``steps.x`` and ``matrix.x`` of what the job does
        not have. Where ``actionlint`` is on the search path, its findings are added.

    Why it matters:
        GitHub does not start any job of a workflow that it refuses, and tells it only on a page that nobody opens. An
        expression of an unknown name is empty without a word.

    How to fix:
        Correct the name. ``actionlint`` explains its own findings.

    Fix safety:
        Manual: the name that was meant is told where one is near.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        said: set[tuple[str, int]] = set()
        for workflow in workflows(context):
            if "jobs" not in workflow.data and "on" not in workflow.data:
                continue
            for where, message, evidence, severity in _faults(context, workflow):
                line = where if isinstance(where, int) else workflow.document.line(where)
                said.add((workflow.path, line))
                yield self._finding(context, workflow.path, line, message, evidence, severity)
        told: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for item in actionlint(context, [one.path for one in workflows(context)]) or ():
            line = item.get("line", 0)
            path, kind = str(item.get("filepath", "")), str(item.get("kind", ""))
            if not isinstance(line, int) or (path, line) in said:
                continue
            text = " ".join(str(item.get("message", "")).split())
            if _TOLD_ELSEWHERE.search(text):
                continue
            level = _graded(kind, text)
            if level == "info":
                told.setdefault((path, kind), []).append((line, text))
                continue
            said.add((path, line))
            yield self._finding(context, path, line, text, f"actionlint: {kind}", level)
        for (path, kind), items in told.items():
            line, text = items[0]
            more = f" (and {len(items) - 1} more of this kind)" if len(items) > 1 else ""
            yield self._finding(context, path, line, f"{text}{more}", f"actionlint: {kind}", "info")

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, message: str, evidence: str, severity: Severity
    ) -> Finding:
        fix = Fix("correct the name or the key", "manual")
        return self.finding(context, path, message, line=line, evidence=evidence[:160], severity=severity, fixes=(fix,))


Fault = tuple[tuple[str | int, ...] | int, str, str, "Severity"]


def _faults(context: Inspection, workflow: Workflow) -> Iterator[Fault]:
    jobs = workflow.data.get("jobs")
    if "on" not in workflow.data or not isinstance(jobs, dict) or not jobs:
        what = "on" if "on" not in workflow.data else "jobs"
        yield (), f"the workflow has no {what!r}: GitHub refuses it", ", ".join(workflow.data), "error"
        return
    yield from _keys(workflow.data, _TOP, (), "a workflow")
    yield from _events(workflow)
    yield from _cycles(workflow)
    yield from _expressions(workflow)
    for path, message, evidence in refusals(workflow):
        yield path, f"{message}: GitHub refuses the workflow", evidence, "error"
    for job in workflow.jobs:
        yield from _keys(job.data, _JOB, job.path, "a job")
        yield from _job(context, workflow, job)


def _graded(kind: str, text: str) -> Severity:
    """Labels of one's own runners and versions that still run are only told."""
    if kind == "expression" and _CAST.search(text):
        return "info"
    if kind in _REFUSED:
        return "warning" if _EMPTY.search(text) else "error"
    return "warning" if kind in _BITES or (kind == "action" and _INPUT.search(text)) else "info"


def _keys(data: dict[str, Any], known: tuple[str, ...], path: tuple[str | int, ...], what: str) -> Iterator[Fault]:
    for key in data:
        if key in known or key == "<<":
            continue
        near = difflib.get_close_matches(key.lower().replace("_", "-"), known, 1, 0.75)
        hint = f"; {near[0]!r} is" if near else ""
        yield (
            (*path, key),
            f"{key!r} is no key of {what}{hint}: GitHub refuses the workflow",
            key,
            "error" if near else "warning",
        )


def _events(workflow: Workflow) -> Iterator[Fault]:
    for event in workflow.triggers:
        if event not in EVENTS:
            near = difflib.get_close_matches(event.lower(), EVENTS, 1, 0.75)
            hint = f"; {near[0]!r} is" if near else ""
            yield ("on", event), f"{event!r} is no event{hint}", event, "error" if near else "warning"
    given = workflow.document.get(("on", "schedule"))
    for index, item in enumerate(given if isinstance(given, list) else ()):
        cron = item.get("cron") if isinstance(item, dict) else None
        if isinstance(cron, str) and "${{" not in cron:
            fields = cron.split()
            if len(fields) != 5 or not all(_CRON_FIELD.fullmatch(field) for field in fields):
                yield ("on", "schedule", index), f"{cron!r} is no schedule of five fields", cron, "error"


def _job(context: Inspection, workflow: Workflow, job: Job) -> Iterator[Fault]:
    data = job.data
    uses = data.get("uses")
    if "runs-on" not in data and "uses" not in data:
        yield job.path, f"job {job.id} has no runs-on: GitHub refuses the workflow", job.id, "error"
    if isinstance(uses, str) and uses.startswith("./") and not _may_be_called(context, uses):
        yield (*job.path, "uses"), f"{uses} is not made to be called: it has no workflow_call", uses, "error"
    for other in needed(job):
        if other not in (workflow.data.get("jobs") or {}):
            names = [one.id for one in workflow.jobs]
            near = difflib.get_close_matches(other, names, 1, 0.6)
            hint = f"; {near[0]!r} is" if near else ""
            key = (*job.path, "needs")
            yield _line_of(workflow, key, other), f"job {job.id} needs {other!r}, which is no job{hint}", other, "error"
    seen: set[str] = set()
    for step in job.steps:
        yield from _step(step)
        name = step.data.get("id")
        if isinstance(name, str):
            if name.lower() in seen:
                yield (*step.path, "id"), f"the id {name!r} is given twice in job {job.id}", name, "error"
            seen.add(name.lower())


def _step(step: Step) -> Iterator[Fault]:
    both = [key for key in ("uses", "run") if key in step.data]
    if len(both) != 1:
        what = "both uses and run" if both else "neither uses nor run"
        yield (
            step.path,
            f"step {step.index + 1} of job {step.job.id} has {what}: GitHub refuses the workflow",
            what,
            "error",
        )
    yield from _keys(step.data, _STEP, step.path, "a step")


def _may_be_called(context: Inspection, uses: str) -> bool:
    found = [one for one in every_workflow(context) if one.path == uses.removeprefix("./")]
    return not found or "workflow_call" in found[0].triggers


def _cycles(workflow: Workflow) -> Iterator[Fault]:
    needs = {job.id: needed(job) for job in workflow.jobs}
    done: set[str] = set()
    for start in needs:
        if start not in done and (cycle := _cycle(needs, start, done)):
            yield ("jobs", start, "needs"), f"jobs need each other: {' -> '.join(cycle)}", start, "error"
            return


def _cycle(needs: dict[str, list[str]], start: str, done: set[str]) -> list[str]:
    trail: list[str] = []
    stack: list[tuple[str, int]] = [(start, 0)]
    while stack:
        name, index = stack.pop()
        if index == 0:
            trail.append(name)
        if index < len(needs.get(name, ())):
            stack.append((name, index + 1))
            following = needs[name][index]
            if following in trail:
                return [*trail[trail.index(following) :], following]
            if following not in done:
                stack.append((following, 0))
        else:
            done.add(name)
            trail.pop()
    return []


def _expressions(workflow: Workflow) -> Iterator[Fault]:
    known = {(job.id, scope): names for job in workflow.jobs for scope, names in _names(job).items()}
    for path, value in values(workflow.data):
        if not isinstance(value, str) or ("${{" not in value and path[-1:] != ("if",)):
            continue
        rest = _OPEN.sub("", value)
        if "${{" in rest:
            yield path, "an expression is opened and never closed", value.strip()[:80], "error"
            continue
        if path[-1:] == ("if",) and "${{" in value and (rest.strip() or len(_OPEN.findall(value)) > 1):
            yield (
                path,
                "text around ${{ }} makes the condition a text, which is always true",
                value.strip()[:80],
                "warning",
            )
        inside = len(path) > 2 and path[0] == "jobs"
        for text in (value,) if path[-1:] == ("if",) and "${{" not in value else _OPEN.findall(value):
            for match in _ASKED.finditer(_STRING.sub("''", text)) if inside else ():
                names = known.get((str(path[1]), match["scope"]))
                if names is not None and match["name"].lower() not in names:
                    near = difflib.get_close_matches(match["name"], sorted(names), 1, 0.6)
                    hint = f"; {near[0]!r} is" if near else ""
                    what = {"needs": "a job it needs", "steps": "the id of a step", "matrix": "in its matrix"}
                    message = f"{match[0]} is always empty: {match['name']!r} is not {what[match['scope']]}{hint}"
                    yield _line_of(workflow, path, match[0]), message, match[0], "warning"


def _names(job: Job) -> dict[str, set[str]]:
    """The names that ``needs.``, ``steps.`` and ``matrix.`` have in a job; left out where they are computed."""
    found = {"needs": {name.lower() for name in needed(job)}}
    steps = job.data.get("steps")
    if isinstance(steps, list) and all(isinstance(step, dict) for step in steps):
        found["steps"] = {str(step.data["id"]).lower() for step in job.steps if "id" in step.data}
    strategy = job.data.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, dict) else None
    if matrix is None and strategy is None:
        found["matrix"] = set()
    elif isinstance(matrix, dict) and isinstance(matrix.get("include", []), list):
        include = [item for item in matrix.get("include", []) if isinstance(item, dict)]
        found["matrix"] = {str(key).lower() for item in (matrix, *include) for key in item}
    if isinstance(job.data.get("needs"), str) and "${{" in job.data["needs"]:
        del found["needs"]
    return found


def _line_of(workflow: Workflow, path: tuple[str | int, ...], text: str) -> int:
    place = workflow.document.place(path)
    at = workflow.document.text.content.find(text, place.start, place.end) if place else -1
    return workflow.document.text.line(at) if at >= 0 else workflow.document.line(path)
