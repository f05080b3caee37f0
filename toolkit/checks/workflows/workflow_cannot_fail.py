"""Tests and builds whose failure the workflow swallows."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._operands import unwrapped
from toolkit.checks.workflows._called_scripts import swallowed_in_scripts
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._optional import (
    is_asked_later,
    is_excused,
    is_reported,
    says_it_is_optional,
    stands_aside,
)
from toolkit.checks.workflows._proving import RUNS_TESTS, is_deployment, weight
from toolkit.checks.workflows._swallowing import only_prints, swallowed
from toolkit.checks.workflows._whole_jobs import swallows_all
from toolkit.checks.workflows._workflows import scripted
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.model import Finding, Severity

_TESTS = regex(r"\b(?:unit[-_ ]?|integration[-_ ]?|e2e[-_ ]?)?tests?\b|\blint\b|\btype-?check\b", re.IGNORECASE)
_IS_TEST = regex(
    r"(?:run|execute|perform)?\s*(?:all|the)?\s*(?:(?:unit|integration|e2e|end-to-end|api|smoke|frontend|backend|contract|security|\w+)\s+)?"
    r"(?:tests?(?: suite)?|testing|lint(?:ing|er)?|type[ -]?check(?:s|ing)?|pytest|jest|vitest|eslint|clippy)",
    re.IGNORECASE,
)
"""Names of steps that promise a test."""
_OF_OTHERS = regex(
    r"summar|result|report|notif|info|set ?up|skip|prepare|start|finish|announce|comment|print|show", re.IGNORECASE
)
_PREPARES = (
    "actions/checkout",
    "actions/setup-",
    "actions/cache",
    "pnpm/action-setup",
    "oven-sh/setup-bun",
    "astral-sh/setup-uv",
)
_DEPLOYS = regex(r"(?:^|[-_ ])(?:deploy|release|publish|promote|ship)", re.IGNORECASE)
_PUBLISHES = regex(r"(?:npm|pnpm|yarn) publish|cargo publish|twine upload")
_LIMIT = regex(r"fail-under|threshold", re.IGNORECASE)
_SUMS_UP = regex(
    r"summar|status|gate|check|required|\ball\b|complete|succe|pass|result|final|conclu|verif|ready|green|\bok\b|\bci\b",
    re.IGNORECASE,
)
"""Names of jobs that stand for others."""
_AFTER_FAILURE = regex(r"\s*(?:\$\{\{)?\s*failure\(\)\s*(?:&&[^|]*)?(?:\}\})?\s*\Z")
_ALWAYS = regex(r"(?:\$\{\{)?\s*(?:always\(\)|!\s*cancelled\(\))\s*(?:\}\})?")


class WorkflowCannotFail(Check):
    """A failing test, build or lint does not fail the workflow.

    What it checks:
        Tests, builds, type checks, linters, installs, deployments and migrations followed by ``|| true``, ``|| :``, ``|| exit 0`` or
        ``|| echo ...``; after ``set +e`` followed by something else; whose result only decides what is printed; in the
        background before a ``wait`` that names no process; with ``continue-on-error: true``, ``--exit-zero`` or ``make -i``; without
        tests and with ``--passWithNoTests``; or piped into ``tee``, ``tail`` and the like in a shell without ``pipefail``, which the default one is.
        The same in the shell scripts and the scripts of ``package.json`` that a workflow runs. Jobs that look for faults and swallow
        all they find; jobs and steps named for tests that only print; jobs that deploy, or sum up, whatever became of those they
        need. Quiet where something is decided by the result (``steps.ID.outcome``, ``$?``, an output, an action that judges reports),
        for clean-up and for reports, and for what a name or a comment calls experimental, optional or advisory; a test that only
        a comment excuses is information.

    Why it matters:
        The check mark is green whatever the code does. People trust it, and merge what does not work.

    How to fix:
        Remove the part that swallows the failure. If the step is really optional, put it into a job of its own whose
        name says so.

    Fix safety:
        Manual: the step fails today, unseen, and a person has to mend what it finds first.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in scripted(context):
            for job in workflow.jobs:
                for step in job.steps:
                    yield from self._in_step(context, step)
                yield from self._continued(context, job)
                yield from self._idle(context, job)
                yield from self._empty(context, job)
                yield from self._regardless(context, job)
        for one in swallowed_in_scripts(context):
            name = " ".join(one.lost.command.words[:3])
            text = f"`{name}`, which {one.workflow} runs, cannot fail: {one.lost.how}"
            yield self._finding(context, one.path, one.line, text, one.lost.evidence, one.lost.severity)

    def _in_step(self, context: Inspection, step: Step) -> Iterator[Finding]:
        if _AFTER_FAILURE.match(str(step.data.get("if", ""))):
            return  # the job has failed already
        if not step.script or says_it_is_optional(step) or is_reported(step):
            return
        shell, workflow = step.shell, step.job.workflow
        own = "{0}" in shell and not re.search(r"\s-\w*e", shell)
        pipes = shell == "bash" or "pipefail" in shell
        aside, excused = stands_aside(step), is_excused(step)
        outputs = is_asked_later(step)
        for one in swallowed(step.script, stops=not own, pipes=pipes, outputs=outputs):
            if aside and (weight(one.command) != "error" or not (excused or _LIMIT.search(one.command.text))):
                continue
            name = " ".join(one.command.words[:3])
            text = f"`{name}` in job {step.job.id} cannot fail: {one.how}"
            severity = "info" if excused else one.severity
            yield self._finding(context, workflow.path, step.line(one.command.line), text, one.evidence, severity)
        for command in step.commands:
            if (
                "--passWithNoTests" in command.words
                and RUNS_TESTS.match(command.text)
                and not _has_tests(context, step, command)
            ):
                text = f"`{command.text[:60]}` in job {step.job.id} cannot fail: there are no tests, and it is told to pass without"
                yield self._finding(
                    context, workflow.path, step.line(command.line), text, command.text[:120], "warning"
                )

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self,
        context: Inspection,
        path: str,
        line: int,
        message: str,
        evidence: str,
        severity: Severity,
    ) -> Finding:
        return self.finding(
            context,
            path,
            message,
            line=line,
            evidence=evidence,
            severity=severity,
            fixes=(Fix("let the step fail, or move it into a job whose name says that it is optional", "manual"),),
        )

    def _empty(self, context: Inspection, job: Job) -> Iterator[Finding]:
        """A job or a step that says it tests and only prints."""
        scripts = [step for step in job.steps if "run" in step.data]
        printing = [step for step in scripts if step.script and only_prints(step.script)]
        names = f"{job.id} {job.data.get('name', '')} {' '.join(str(step.data.get('name', '')) for step in scripts)}"
        acts = "needs" in job.data or any(step.uses and not step.action.startswith(_PREPARES) for step in job.steps)
        # What sums up others, and what actions do, is no empty test.
        if scripts and len(printing) == len(scripts) and not acts and _TESTS.search(names):
            text = f"job {job.id} says that it tests, and only prints: it cannot fail"
            yield self._prints(context, printing[0], text)
            return
        for step in printing:
            name = str(step.data.get("name", ""))
            if "if" not in step.data and _IS_TEST.fullmatch(name.strip()) and not _OF_OTHERS.search(name):
                yield self._prints(context, step, f"step {name!r} of job {job.id} only prints: it cannot fail")

    def _prints(self, context: Inspection, step: Step, text: str) -> Finding:
        first = step.commands[0]
        return self.finding(
            context,
            step.job.workflow.path,
            text,
            line=step.line(first.line),
            evidence=first.text[:120],
            severity="warning",
            fixes=(Fix("run the tests, or remove the job", "manual"),),
        )

    def _regardless(self, context: Inspection, job: Job) -> Iterator[Finding]:
        """A job that runs whatever became of those it needs, and does not ask."""
        condition = job.data.get("if")
        if not needed(job) or not isinstance(condition, str) or not _ALWAYS.fullmatch(condition.strip()):
            return
        place = job.workflow.document.place(job.path)
        if place is None or "needs." in job.workflow.document.text.content[place.start : place.end]:
            return
        names = f"{job.id} {job.data.get('name', '')}"
        scripts = [step for step in job.steps if "run" in step.data]
        sums_up = (
            _SUMS_UP.search(names) is not None
            and len(scripts) == len(job.steps)
            and all(only_prints(one.script) for one in scripts)
        )
        deploys = _DEPLOYS.search(names) or any(
            is_deployment(one) or _PUBLISHES.match(one.text) for step in scripts for one in step.commands
        )
        if deploys or sums_up:
            what = "only prints" if sums_up else "deploys"
            yield self.finding(
                context,
                job.workflow.path,
                f"job {job.id} {what} whatever became of {', '.join(needed(job))}: it does not look at their results",
                line=job.workflow.document.position((*job.path, "if")),
                evidence=f"if: {condition}",
                severity="warning",
                fixes=(Fix("remove the condition, or ask for needs.JOB.result", "manual"),),
            )

    def _continued(self, context: Inspection, job: Job) -> Iterator[Finding]:
        """Steps that may fail, and jobs: of these the gravest command stands for all, as one linter does for others."""
        whole = is_on(job.data.get("continue-on-error"))
        steps = [one for one in job.steps if whole or is_on(one.data.get("continue-on-error"))]
        proving = [(step, found) for step in steps if (found := _proving(step, whole=whole)) is not None]
        if whole:
            proving.sort(key=lambda item: weight(item[1]) != "error")
            proving = proving[:1]
        groups: dict[tuple[str, ...], list[Step]] = {}
        for step, command in proving:
            same = unwrapped(command.words)[:2] if weight(command) != "error" else (str(step.index),)
            groups.setdefault(same, []).append(step)
        others = {group[0].index: len(group) - 1 for group in groups.values()}
        for step, command in proving:
            if step.index not in others:
                continue
            more = f" (and {others[step.index]} more here)" if others[step.index] else ""
            where = job.path if whole else step.path
            yield self._finding(
                context,
                job.workflow.path,
                job.workflow.document.position((*where, "continue-on-error"))[0],
                f"`{' '.join(command.words[:3])}` in job {job.id} cannot fail: continue-on-error is set{more}",
                f"{command.text[:80]}; continue-on-error: true",
                "info" if is_excused(step) else "warning",
            )

    def _idle(self, context: Inspection, job: Job) -> Iterator[Finding]:
        """A job that looks for faults, and none of whose steps can fail."""
        last = swallows_all(job)
        if last is not None:
            step, command = last
            text = f"job {job.id} cannot fail: whatever it finds is swallowed"
            line = step.line(command.line) if command else job.workflow.document.position((*step.path, "uses"))[0]
            yield self._finding(
                context, job.workflow.path, line, text, command.text[:120] if command else step.uses, "warning"
            )


def _proving(step: Step, *, whole: bool) -> Simple | None:
    """The first command of a step that proves something and that nobody asks about later."""
    if says_it_is_optional(step) or is_asked_later(step, whole=whole) or is_reported(step):
        return None
    found = next((one for one in step.commands if not one.negated and weight(one) and one.after != "||"), None)
    excused = found is not None and weight(found) != "error" and stands_aside(step)
    return None if excused else found


def _has_tests(context: Inspection, step: Step, command: Simple) -> bool:
    """Whether any file below the folder of a command is a test by its name."""
    homes = [
        step.job.repository_path(posixpath.join(folder, command.cwd or "."), step.index) for folder in step.folders
    ]
    return not homes or any(
        home is None or any(_TEST_FILE.search(path) for path in context.below(home)) for home in homes
    )


_TEST_FILE = regex(r"\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)__tests__/")
