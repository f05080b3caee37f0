"""Conditions that nothing can meet: on files that are not in the repository, on values that a name never has."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._shell import Simple
from toolkit.checks.workflows._conditions import is_off
from toolkit.checks.workflows._guards import Guard, guards
from toolkit.checks.workflows._made import first_missing, may_bring
from toolkit.checks.workflows._situations import explained, mended, never, of_job, of_step, situations
from toolkit.checks.workflows._workflows import workflows
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step, Workflow
    from toolkit.model import Finding, Severity

_HASHED = regex(r"(?<!!)hashFiles\(\s*'([^']+)'\s*\)(?:\s*!=\s*''|(?!\s*==))")
_GENERATES = regex(r"\b(?:generate|codegen|revision|makemigrations|scaffold|export)\b")
"""Commands before a test in its own script whose results it may look for."""
_COMMITS = regex(r"\bgit\s+(?:commit|push)\b|pull-request@|(?:auto-commit|add-and-commit|push)[\w-]*@")
_NO_COMMAND = Simple((), 0, ".", "", "")
_SAYS_SO = regex(
    r"(?i)\b(?:does not|doesn't|do not|don't) exist\b[^\n\"']{0,40}\bskip|\bnot\b[^\n\"']{0,30}\byet\b[^\n\"']{0,30}\bskip"
)
"""What a script prints where its guard does not hold: whoever wrote it knows that the thing may be missing."""
_SWITCHED_OFF = regex(r"&&\s*false\s*(?:\}\}\s*)?\Z")
_SWITCH = regex(r"[=!]=\s*'(?:true|false)'")
_MADE = regex(
    r"(?:^|/)(?:dist|build|out|target|node_modules|coverage|_?site|public|bin|tmp|temp|artifacts?|release|logs?|\.next|htmlcov"
    r"|\.venv|venv|\.cache|[\w-]*(?:reports?|results?|outputs?))(?:/|$)"
    r"|(?:^|/)[\w.-]*(?:coverage|reports?|results?|output|junit|lcov|summary|findings)[\w.-]*$"
    r"|(?:^|/)(?!requirements)[\w.-]*\.txt$|\.(?:log|out|env|xml|lcov|tar\.gz|zip|tgz|pid|sarif|patch|diff)$|(?:^|/)\.env"
    r"|(?:^|/)(?:\.changeset/(?:pre\.json|[^/]*\.md)$|(?:newsfragments|changelog\.d|\.changes|\.changelog|changesets?|\.beachball)/)",
    re.IGNORECASE,
)
"""What runs make, and what a tool adds and removes again (notes of changes are there only between two releases)."""
# What starter workflows look for to suit any repository: true or not, nothing was meant for this one.
_ADAPTS = regex(
    r"(?:requirements[\w.-]*\.txt|setup\.(?:py|cfg)|pyproject\.toml|Pipfile|poetry\.lock|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml"
    r"|bun\.lockb?|Gemfile|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Makefile|pom\.xml|build\.gradle(?:\.kts)?|composer\.json)[\"'\s)]"
)


class WorkflowGuardNeverTrue(Check):
    """A step is guarded by what is never true, so that it never does anything.

    What it checks:
        ``if [ -f X ]``, ``[ -d X ] &&``, ``test -e X``, ``[ ! -f X ] && exit 0``, ``if ls X``, ``grep -q TEXT X`` and
        ``if: hashFiles('X') != ''`` where X is a literal path or pattern that no clone has, no build makes and nothing before it in the
        job may bring, or a file without that text. A guard is not told whose other branch does more than print; guards by manifests and
        locks, as starter workflows have them, are information. Also
        conditions of steps that compare a name with what it never is: members that ``github`` does not have, events,
        systems and results that do not exist, values outside of the matrix and the choices of an input, texts
        (variables, outputs) with ``true``; and conditions that no event of ``on:`` meets, with its branches, tags, types and inputs.
        ``if: false``, ``&& false``, a setting of the file itself that switches a step off, and a script that prints that
        the thing does not exist and is skipped, are information.

    Why it matters:
        The step is green because it is empty. A moved configuration silently ends its tests.

    How to fix:
        Correct the path, or remove the guard, so that a missing file is a failure.

    Fix safety:
        Manual: what the guard was meant for is not in the file.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            yield from self._events(context, workflow)
            if workflow.is_library:
                continue
            for step in workflow.steps:
                yield from self._scripts(context, step)
                yield from self._conditions(context, step)

    def _scripts(self, context: Inspection, step: Step) -> Iterator[Finding]:
        commands = step.commands
        for guard in guards(commands):
            cwd = guard.command.cwd
            if not guard.idle or cwd is None or (_MADE.search(guard.path) and not guard.text):
                continue
            if _is_kept(step, commands[guard.index + 1 :], guard.path):
                continue
            before = commands[: guard.index]
            missing = [
                found for folder in step.folders if (found := _missing(context, step, before, (folder, cwd), guard))
            ]
            if missing and len(missing) == len(step.folders):
                level: Severity | None = "info" if _SAYS_SO.search(step.script) else None
                line, text = step.line(guard.command.line), guard.command.text
                yield self._finding(context, step, missing[0], line, text, level)

    def _events(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        """Conditions of steps that none of the workflow's events meets; what nothing at all could meet is told of without them."""
        starts = situations(workflow)
        dead = {
            job.id for job in workflow.jobs if starts and never(job.data.get("if"), of_job(job), starts) is not None
        }
        for step in workflow.steps if starts else ():
            condition, own = step.data.get("if"), of_step(step)
            why = None if condition is None or step.job.id in dead else never(condition, own, starts)
            off = is_off(condition)
            if why is None or (not off and never(condition, own) is not None):
                continue
            name = str(step.data.get("name") or step.uses or f"number {step.index + 1}")[:60]
            why = explained(why, condition)
            because = f" ({why})" if why else ""
            unmet = f"never runs: no event of this workflow meets its condition{because}"
            yield self.finding(
                context,
                workflow.path,
                f"step {name!r} of job {step.job.id} {'is switched off' if off else unmet}",
                line=workflow.document.position((*step.path, "if")),
                evidence=f"if: {' '.join(str(condition).split())}; on: {', '.join(workflow.triggers)}",
                severity="info" if off else None,
                fixes=(Fix(mended(why), "manual"),),
            )

    def _conditions(self, context: Inspection, step: Step) -> Iterator[Finding]:
        condition = step.data.get("if")
        if not isinstance(condition, str) or is_off(condition):
            return
        why = never(condition, of_step(step))
        if why is not None:
            line = step.job.workflow.document.position((*step.path, "if"))[0]
            switch = (why.startswith("env.") and _SWITCH.search(condition)) or _SWITCHED_OFF.search(condition)
            yield self._finding(
                context,
                step,
                explained(why, condition) or "nothing meets the condition",
                line,
                f"if: {' '.join(condition.split())}",
                "info" if switch else None,
            )
            return
        match = _HASHED.search(condition) if "||" not in condition else None
        if match and not _MADE.search(match[1]) and not (match[1].startswith("**/") and _ADAPTS.search(match[0])):
            missing = _missing(context, step, (), (".", "."), Guard(_NO_COMMAND, 0, match[1]))
            if missing:
                line = step.job.workflow.document.position((*step.path, "if"))[0]
                yield self._finding(context, step, missing, line, match[0])

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, step: Step, why: str, line: int, evidence: str, severity: Severity | None = None
    ) -> Finding:
        return self.finding(
            context,
            step.job.workflow.path,
            f"the guard is never true: {why}",
            line=line,
            evidence=evidence,
            severity=severity or ("info" if _ADAPTS.search(evidence) else None),
            fixes=(Fix("correct the guard, or remove it", "manual"),),
        )


def _is_kept(step: Step, after: tuple[Simple, ...], path: str) -> bool:
    """Whether a script makes the file that it has asked for, and its job commits what it changed: the next run has it."""
    written = re.compile(rf"(?:>|\b(?:mv|cp|tee)\s[^\n]{{0,200}}[\s/])[ ]*[\"']?(?:\./)?{re.escape(path)}[\"']?\s*$")
    made = any(written.search(one.text) for one in after)
    return made and any(_COMMITS.search(f"{one.uses or ''} {one.data.get('run', '')}") for one in step.job.steps)


def _missing(
    context: Inspection, step: Step, before: tuple[Simple, ...], folders: tuple[str, str], guard: Guard
) -> str:
    """Why a guard never holds in a folder; empty where it may."""
    path = posixpath.join(*folders, guard.path)
    home = step.job.repository_path(path, step.index)
    if home is None:
        return ""
    verdict = resolve(context, home)
    if any(_GENERATES.search(one.text) for one in before) or may_bring(
        step, before, home, first_missing(context, home)
    ):
        return ""
    if guard.text:
        return f"{home} does not hold {guard.text!r}" if _lacks(context, home, guard.text) else ""
    return f"{home} {verdict.why}" if verdict.kind in ("missing", "elsewhere") else ""


def _lacks(context: Inspection, path: str, text: str) -> bool:
    try:
        return path in context.inventory.tracked_set and text.encode() not in context.read(path)
    except Unreadable:
        return False
