"""Workflows that GitHub refuses, or whose expressions are always empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.workflows._calls import faults_of_calls
from toolkit.checks.workflows._conditions import EXPRESSION
from toolkit.checks.workflows._dependabot import DEPENDABOT
from toolkit.checks.workflows._expand import values
from toolkit.checks.workflows._external import actionlint, is_near
from toolkit.checks.workflows._names import faults_of_names
from toolkit.checks.workflows._path_filters import of_events
from toolkit.checks.workflows._refusals import refusals
from toolkit.checks.workflows._shape import faults_of_shape
from toolkit.checks.workflows._workflows import is_workflow, scripted, workflows
from toolkit.expressions import regex
from toolkit.model import Fix, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Workflow
    from toolkit.checks.workflows._names import Fault
    from toolkit.model import Finding, Severity

_EMPTY = regex(r"^property \"(?P<name>[^\"]*)\" is not defined")
_LISTS = regex(r"\. available [\w ]+ are |\. update the action|\. \"\w+\" is only available in |\. see https:")
"""Where what could stand there begins, which may be a hundred names."""
_CAST = regex(r"not assignable|potentially untrusted|cannot be compared|should not be evaluated")
_TOLD_ELSEWHERE = regex(
    r"potentially untrusted|runner of \"actions/(?:upload-artifact|download-artifact)@v[123]|label \"(?:ubuntu-(?:16|18|20)\.04|macos-1[0-3]\S*|windows-201[69])\""
    r"|workflow command \"(?:set-env|add-path|set-output|save-state)\"|property \"\w+\" is not defined in object type \{action:"
    r"|is duplicated in|could not read reusable workflow|constant expression \"false\""
    r"|property \"result\" is not defined in object type \{outputs:"
    r"|unexpected key \"queue\" for \"concurrency\""
)
"""What other checks speak of themselves, and what is not so: ``jobs.x.result`` is there in outputs of a
workflow, and ``queue`` is a key of ``concurrency`` since May 2026, which actionlint up to 1.7.12 does not know."""
_REFUSED = frozenset({"syntax-check", "expression", "job-needs", "id", "events", "shell-name", "matrix"})
_BITES = frozenset({"glob", "workflow-call", "deprecated-commands", "if-cond", "env-var"})
_INPUT = regex(r"missing input|is not defined in action|required input")
_EXCLUDES_NOTHING = regex(r'"exclude" does not match')
"""A row that is taken out and is not there: GitHub passes over it."""


class WorkflowInvalid(Check):
    """GitHub refuses the workflow, or an expression in it is always empty.

    What it checks:
        ``needs`` of jobs that do not exist or that need each other, jobs without ``runs-on``, steps with neither or both of
        ``uses`` and ``run``, step ids given twice, misspelt keys, events and labels of GitHub's runners, schedules that are none,
        filters, permissions, shells, inputs and types that do not exist, jobs without steps, conditions that
        cannot be read, contexts and functions that are not known where they stand (``secrets`` in ``if``, ``runner`` in the ``env`` of a job), unclosed
        expressions, conditions with text around ``${{ }}``, functions and contexts that expressions do not have; members of ``needs``,
        ``steps``, ``matrix``, ``inputs`` and ``github`` that are not there, secrets that no caller hands to a workflow which is only called, and outputs that no job or step sets. Of calls:
        workflows without ``workflow_call``, inputs and secrets that the callee does not know or that it requires, inputs of
        actions that are nearly right. Composite actions are read like jobs. Files
        without anything in them. Where ``actionlint`` is on the search path, its
        findings are added.

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
        yield from self._empty(context)
        said: dict[str, set[int]] = {}
        names: set[tuple[str, str]] = set()
        for workflow in scripted(context):
            if not _is_meant(workflow):
                continue
            told: dict[tuple[str, str, Severity], list[int]] = {}
            for where, message, evidence, severity in _faults(context, workflow):
                line = where if isinstance(where, int) else workflow.document.line(where)
                names.update((workflow.path, part) for part in evidence.split("."))
                told.setdefault((message, evidence, severity), []).append(line)
            for (message, evidence, severity), (line, *others) in told.items():
                said.setdefault(workflow.path, set()).update((line, *others))
                more = f" (so in line {', '.join(map(str, others))})" if others else ""
                yield self._finding(context, workflow.path, line, f"{message}{more}", evidence, severity)
        yield from self._linted(context, said, names)

    def _empty(self, context: Inspection) -> Iterator[Finding]:
        """Files with nothing in them, or with comments only: those that were made together are mended together."""
        tracked = context.inventory.tracked_set
        listed = [path for path in context.below(".github") if is_workflow(path) or path in DEPENDABOT]
        found: dict[tuple[str, Severity], list[str]] = {}
        for path in sorted(tracked.intersection(listed)):
            text = text_of(context, path, errors="replace") if context.shows(path) else "-"
            lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
            empty = all(line.lstrip().startswith("#") or line.strip() == "---" for line in lines)
            if empty and (lines or path not in DEPENDABOT):  # of an empty one of Dependabot config-unparsable tells
                what = "has comments only" if lines else "is empty"
                found.setdefault((what, "warning" if lines else "error"), []).append(path)
        for (what, severity), (path, *others) in found.items():
            more = f" (so is it with {', '.join(others)})" if others else ""
            row = self._finding(context, path, 1, f"the file {what}: GitHub refuses it{more}", what, severity)
            yield replace(row, related=tuple(Place(other, 1) for other in others))

    def _linted(self, context: Inspection, said: dict[str, set[int]], names: set[tuple[str, str]]) -> Iterator[Finding]:
        """What actionlint adds: nothing near what is told already, which it places a little differently."""
        told: dict[tuple[str, str, Severity, str], list[tuple[int, str]]] = {}
        linted: set[tuple[str, int]] = set()
        # A file with a key given twice is refused for that, which config-unparsable tells.
        sound = [one.path for one in workflows(context) if _is_meant(one) and not one.document.duplicates]
        items = actionlint(context, sound) or []
        if any(item.get("kind") == "glob" for item in items):  # workflow-reference-missing tells what matches nothing
            linted |= {(one.path, dead.line) for one in workflows(context) for dead in of_events(context, one)}
        for item in items:
            line, path, kind = item.get("line", 0), str(item.get("filepath", "")), str(item.get("kind", ""))
            text = _LISTS.split(" ".join(str(item.get("message", "")).split()))[0]
            if not isinstance(line, int) or (path, line) in linted or _TOLD_ELSEWHERE.search(text):
                continue
            empty = _EMPTY.search(text)
            if is_near(line, said.get(path, ())) or (empty and (path, empty["name"]) in names):
                continue
            level = _graded(kind, text)
            if level != "info":
                linted.add((path, line))
            told.setdefault((path, kind, level, "" if level == "info" else text), []).append((line, text))
        for (path, kind, level, _), (first, *others) in told.items():
            line, text = first
            more = f" (and {len(others)} more of this kind)" if others else ""
            row = self._finding(context, path, line, f"{text}{more}", f"actionlint: {kind}", level)
            yield replace(row, related=tuple(Place(path, other) for other, _ in others))

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, message: str, evidence: str, severity: Severity
    ) -> Finding:
        todo = "take a newer version of the action" if "too old to run" in message else "correct the name or the key"
        fix = Fix(todo, "manual")
        return self.finding(context, path, message, line=line, evidence=evidence[:160], severity=severity, fixes=(fix,))


def _is_meant(workflow: Workflow) -> bool:
    """Whether a file among the workflows was meant for one."""
    return "jobs" in workflow.data or "on" in workflow.data or workflow.is_action


def _faults(context: Inspection, workflow: Workflow) -> Iterator[Fault]:
    jobs = workflow.data.get("jobs")
    if not workflow.is_action and ("on" not in workflow.data or not isinstance(jobs, dict) or not jobs):
        what = "on" if "on" not in workflow.data else "jobs"
        yield (), f"the workflow has no {what!r}: GitHub refuses it", ", ".join(workflow.data), "error"
        return
    yield from faults_of_shape(context, workflow)
    yield from _marks(workflow)
    yield from faults_of_names(context, workflow)
    yield from faults_of_calls(context, workflow)
    for path, message, evidence in refusals(workflow):
        yield path, f"{message}: GitHub refuses the workflow", evidence, "error"


def _marks(workflow: Workflow) -> Iterator[Fault]:
    """Expressions that are not closed, and conditions with text around them."""
    for path, value in values(workflow.data):
        if not isinstance(value, str) or "${{" not in value:
            continue
        rest = EXPRESSION.sub("", value)
        if "${{" in rest:
            yield path, "an expression is opened and never closed", value.strip()[:80], "error"
        elif path[-1:] == ("if",) and (rest or len(EXPRESSION.findall(value)) > 1):
            what = "text" if rest.strip() else "the end of the line"
            message = f"{what} around ${{{{ }}}} makes the condition a text, which is always true"
            yield path, message, value.strip()[:80], "warning"


def _graded(kind: str, text: str) -> Severity:
    """Labels of one's own runners and versions that still run are only told."""
    if kind == "expression" and _CAST.search(text):
        return "info"
    if kind == "matrix" and _EXCLUDES_NOTHING.search(text):
        return "info"
    if kind in _REFUSED:
        return "warning" if _EMPTY.search(text) else "error"
    return "warning" if kind in _BITES or (kind == "action" and _INPUT.search(text)) else "info"
