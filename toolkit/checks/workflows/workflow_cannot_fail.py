"""Tests and builds whose failure the workflow swallows."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._asked import lacking
from toolkit.checks.workflows._called_scripts import swallowed_in_scripts
from toolkit.checks.workflows._continued import continued
from toolkit.checks.workflows._in_vain import in_vain
from toolkit.checks.workflows._only_printing import only_printing
from toolkit.checks.workflows._optional import (
    is_asked_later,
    is_excused,
    is_reported,
    says_it_is_optional,
    stands_aside,
)
from toolkit.checks.workflows._pipelines import swallowed_in_pipelines
from toolkit.checks.workflows._proving import RUNS_TESTS, weight
from toolkit.checks.workflows._regardless import regardless
from toolkit.checks.workflows._swallowing import swallowed
from toolkit.checks.workflows._unfailing import Unfailing
from toolkit.checks.workflows._whole_jobs import swallowing_all
from toolkit.checks.workflows._workflows import scripted
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.model import Finding

_LIMIT = regex(r"fail-under|threshold", re.IGNORECASE)
_AFTER_FAILURE = regex(r"\s*(?:\$\{\{)?\s*failure\(\)\s*(?:&&[^|]*)?(?:\}\})?\s*\Z")
_TEST_FILE = regex(r"\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)__tests__/")
_NO_SCRIPT = " has no script "
_PROBES = regex(r"(?i)\b(?:verif(?:y|ication)|health|smoke|sanity)")
"""Steps whose request is the test."""


class WorkflowCannotFail(Check):
    """A failing test, build or lint does not fail the workflow.

    What it checks:
        Tests, builds, type checks, linters, installs, deployments and migrations followed by ``|| true``, ``|| :``, ``|| exit 0`` or
        ``|| echo ...``; after ``set +e`` followed by something else; whose result only decides what is printed; in the
        background before a ``wait`` that names no process; with ``continue-on-error: true``, ``--exit-zero`` or ``make -i``; without
        tests and with ``--passWithNoTests``; or piped into ``tee``, ``tail`` and the like in a shell without ``pipefail``, which the default one is.
        The same in the shell scripts, the targets of make and the scripts of ``package.json`` that a workflow runs (there also a test
        that only prints), and in the pipelines of GitLab, CircleCI, Azure, Bitbucket and Cloud Build. Jobs that look for faults and swallow
        all they find (a scanner beside other work is information); jobs and steps named for tests, health checks and the like that only print; jobs that deploy, or sum up, whatever became of those they
        need. Quiet where something is decided by the result (``steps.ID.outcome``, ``$?``, an output, an action that judges reports),
        for clean-up and for reports, for steps whose folder no clone has or that look for it first, and for what a name or a comment calls experimental, optional or advisory; a test that only
        a comment excuses is information, and so are a step of linters with ``continue-on-error`` and what is told on the page of the
        run (``|| echo "::warning::..."``).

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
                # A step that never does its work is told by what it lacks.
                vain = [_lines(step) for step in job.steps if step.data.get("run") and in_vain(context, step)]
                for one in _of_job(context, job):
                    if not any(one.line in lines for lines in vain):
                        yield self._told(context, workflow.path, one)
        for script in swallowed_in_scripts(context):
            name = " ".join(script.lost.command.words[:3])
            text = f"`{name}`, which {script.workflow} runs, cannot fail: {script.lost.how}"
            one = Unfailing(script.line, text, script.lost.evidence, script.lost.severity)
            yield self._told(context, script.path, one)
        for path, line, lost in swallowed_in_pipelines(context):
            text = f"`{' '.join(lost.command.words[:3])}` cannot fail: {lost.how}"
            yield self._told(context, path, Unfailing(line, text, lost.evidence, lost.severity))

    def _told(self, context: Inspection, path: str, one: Unfailing) -> Finding:
        fixes = (Fix(one.todo, "manual"),)
        return self.finding(
            context, path, one.text, line=one.line, evidence=one.evidence, severity=one.severity, fixes=fixes
        )


def _lines(step: Step) -> range:
    """The lines of a step."""
    document = step.job.workflow.document
    place = document.place(step.path)
    return range(document.text.line(place.start), document.text.line(place.end) + 1) if place else range(0)


def _of_job(context: Inspection, job: Job) -> Iterator[Unfailing]:
    for step in job.steps:
        if _AFTER_FAILURE.match(str(step.data.get("if", ""))) or says_it_is_optional(step):
            continue  # after a failure the job has failed already
        yield from _swallowed(context, step)
        yield from _without_tests(context, step)
    yield from continued(job)
    yield from swallowing_all(job)
    yield from only_printing(job)
    yield from regardless(job)


def _swallowed(context: Inspection, step: Step) -> Iterator[Unfailing]:
    """Commands of a step whose failure is lost in its script; of a script that is not there another check tells."""
    shell = step.shell
    own = "{0}" in shell and not re.search(r"\s-\w*e", shell)
    pipes = shell == "bash" or "pipefail" in shell
    aside, excused = stands_aside(step), is_excused(step)
    probes = _PROBES.search(str(step.data.get("name", ""))) is not None
    for one in swallowed(step.script, stops=not own, pipes=pipes, outputs=is_asked_later(step), probes=probes):
        if aside and (weight(one.command) != "error" or not (excused or _LIMIT.search(one.command.text))):
            continue
        if is_reported(step, one.command) or _is_lacking(context, step, one.command):
            continue
        text = f"`{' '.join(one.command.words[:3])}` in job {step.job.id} cannot fail: {one.how}"
        yield Unfailing(step.line(one.command.line), text, one.evidence, "info" if excused else one.severity)


def _without_tests(context: Inspection, step: Step) -> Iterator[Unfailing]:
    """Runners of tests that are told to pass without any, where there are none."""
    for one in step.commands:
        asked = "--passWithNoTests" in one.words and RUNS_TESTS.match(one.text)
        if asked and not _has_tests(context, step, one):
            text = f"`{one.text[:60]}` in job {step.job.id} cannot fail: there are no tests, and it is told to pass without"
            yield Unfailing(step.line(one.line), text, one.text[:120])


def _is_lacking(context: Inspection, step: Step, command: Simple) -> bool:
    """Whether a command asks for a script that its package does not have."""
    homes = _homes(step, command)
    return bool(homes) and all(home is not None and _NO_SCRIPT in lacking(context, command, home) for home in homes)


def _homes(step: Step, command: Simple) -> list[str | None]:
    return [step.job.repository_path(posixpath.join(folder, command.cwd or "."), step.index) for folder in step.folders]


def _has_tests(context: Inspection, step: Step, command: Simple) -> bool:
    """Whether any file below the folder of a command is a test by its name."""
    homes = _homes(step, command)
    return not homes or any(
        home is None or any(_TEST_FILE.search(path) for path in context.below(home)) for home in homes
    )
