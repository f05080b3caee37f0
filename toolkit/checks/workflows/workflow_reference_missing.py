"""Paths in workflows that no clone has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._artifacts import missing_artifacts
from toolkit.checks.workflows._dependabot import DEPENDABOT, lost_folders
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._image_tags import untagged
from toolkit.checks.workflows._lost import finding_of, lost, once
from toolkit.checks.workflows._owners import lost_owned
from toolkit.checks.workflows._path_filters import of_actions, of_events
from toolkit.checks.workflows._workflows import is_called, scripted
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._missing import Fault
    from toolkit.checks.workflows._model import Workflow
    from toolkit.checks.workflows._path_filters import DeadFilter
    from toolkit.model import Finding


_FILTERS = 3
"""Filters of one workflow that match nothing, up to which those that fail for different reasons are told apart."""


class WorkflowReferenceMissing(Check):
    """A workflow names a file or folder that is not in the repository.

    What it checks:
        ``working-directory``, ``uses: ./...`` of actions and reusable workflows, version files and other inputs that name
        files (those of ``.../build-push-action``, copies by ``scp``), scripts that are run, also by a launcher (``npx``,
        ``pnpm exec``, ``uv run``), ``cd``, ``cp``, ``-r``, ``-f``, ``--prefix`` and the like, arguments of ``pytest``,
        ``vitest``, ``go`` and ``docker build``, stages that an image is built to, charts, scripts of ``package.json``,
        workspaces, targets of ``make``, recipes of ``just``, tasks of ``task`` and crates that are asked for by a name, the project itself (``cargo clippy`` where
        no ``Cargo.toml`` lies at or above), programs that GitHub's runners do not have and no step sets up (``pnpm``,
        ``bun``, ``uv``), artifacts that no job before uploads, images that are asked for by the whole commit where ``docker/metadata-action`` gives them its first digits, path filters under which nothing lies, those of ``dorny/paths-filter`` too, folders that Dependabot is
        sent to, and paths that CODEOWNERS gives to somebody. Folders of checkouts, matrix values (the row is told) and
        ``cd`` are followed, and composite actions are read where a workflow calls them. What an earlier step may have made,
        build outputs, and what stands behind a condition is not judged, nor are jobs that never run. A folder that is not there is told once; a
        lost lock of a cache is ``workflow-cache-without-lock``'s, unless its whole folder is lost.

    Why it matters:
        The step fails when it is reached, often in the one job that nobody watches; a filter that matches nothing means
        that the workflow does not run for the change it was written for.

    How to fix:
        Correct the path, usually to where the folder was moved, or remove the step.

    Fix safety:
        Unsafe: the path that is most like it is written, and a file of the same name elsewhere may be another program's.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        found: list[tuple[Workflow, Fault]] = []
        yield from _repeated(one for workflow in scripted(context) for one in self._filters(context, workflow))
        for workflow in scripted(context):
            if workflow.is_library and not is_called(context, workflow):
                continue
            found += [(workflow, fault) for fault in lost(context, workflow) if not fault.lock]
            for step, name, why in missing_artifacts(context, workflow):
                yield self.finding(
                    context,
                    workflow.path,
                    f"{why}: the step fails",
                    line=workflow.document.position((*step.path, "with", "name")),
                    evidence=f"name: {name}",
                    severity="warning" if is_on(step.data.get("continue-on-error")) else "error",
                    fixes=(Fix("name an artifact that a job before uploads, and need that job", "manual"),),
                )
            for step, (line, *more), image in untagged(context, workflow):
                yield self.finding(
                    context,
                    workflow.path,
                    f"{image} is no tag that docker/metadata-action gives (type=sha takes the first seven digits of the commit): the image is not found",
                    line=line,
                    evidence="; ".join(
                        (step.uses or str(step.data.get("name", "run")), *(f"line {at}" for at in more))
                    ),
                    severity="warning" if is_on(step.data.get("continue-on-error")) else "error",
                    fixes=(
                        Fix(
                            "add format=long to type=sha, with an empty prefix, or name a tag that is pushed", "manual"
                        ),
                    ),
                )

        for workflow, fault, others in once(context, found):
            yield finding_of(self, context, workflow, fault, others)
        for path, line, text, why in (*lost_folders(context), *lost_owned(context)):
            yield self.finding(
                context,
                path,
                why,
                line=line,
                evidence=text,
                severity="warning" if path in DEPENDABOT else "info",  # an owner of nothing stops nobody
                fixes=(Fix("correct the path, or remove what names it", "manual"),),
            )

    def _filters(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        found = [*of_events(context, workflow), *(one for step in workflow.steps for one in of_actions(context, step))]
        grave = [one for one in found if one.severity == "warning"]
        causes: dict[str, list[DeadFilter]] = {}
        for one in grave:  # what many were for is gone
            causes.setdefault("" if len(grave) > _FILTERS else one.message.replace(repr(one.pattern), ""), []).append(
                one
            )
        found = [*(_as_one(alike) for alike in causes.values()), *(one for one in found if one not in grave)]
        for one in found:
            yield self.finding(
                context,
                workflow.path,
                one.message,
                line=one.line,
                evidence=one.pattern,
                severity=one.severity,
                fixes=(Fix("correct the pattern, or remove it", "manual"),),
            )


def _as_one(alike: list[DeadFilter]) -> DeadFilter:
    """The first of some filters, with the lines of the others."""
    first, *others = alike
    lines = ", ".join(f"{one.line}" for one in others)
    more = f"do {len(others)} more (lines {lines}) match" if others[1:] else f"does that of line {lines} match"
    return replace(first, message=f"{first.message}; neither {more} anything") if others else first


def _repeated(found: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for what several workflows filter by in vain in the same words."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        groups.setdefault((one.severity, one.message), []).append(one)
    for first, *others in groups.values():
        more = f"; so in {len(others)} more workflow{'s' if others[1:] else ''}"
        places = tuple(dict.fromkeys(place for one in (first, *others) for place in one.places))
        yield replace(first, message=first.message + more, related=places[1:]) if others else first
