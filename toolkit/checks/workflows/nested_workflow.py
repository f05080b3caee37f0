"""Workflows that lie where GitHub never looks."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks.workflows._misplaced import OTHER_SERVICES, lost_workflows, pipelines_below
from toolkit.checks.workflows._nested import grade, looks_like_workflow, nested_files
from toolkit.checks.workflows._workflows import FOLDER
from toolkit.expressions import regex
from toolkit.model import Fix, RunCommand
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_NESTED = regex(r"workflows/[^/]+\.ya?ml")

_NAMED = 20
"""Files of one tree that the evidence names."""


class NestedWorkflow(Check):
    """A workflow lies where GitHub never runs it.

    What it checks:
        Workflow files in the ``.github/workflows`` of a folder below the root, also where that folder's name is misspelt
        or marks a copy; at the root, files in a subfolder of ``.github/workflows``, in a folder that is called
        otherwise (``.github/workflow``, ``.github/Workflows``, ``github/workflows``, ``workflows``), directly in
        ``.github``, and with an ending such as ``.yml.disabled``. Configurations of GitLab, CircleCI, Travis and
        Bitbucket below the root, which those services do not read either. Composite actions are called by their path and are
        right wherever they lie. The workflows of a tree that others maintain, or that people copy, are one finding.

    Why it matters:
        GitHub reads only files directly in ``.github/workflows`` of the root. The tests and deployments that a nested
        workflow promises never happen, and nothing says so.

    How to fix:
        ``invoke relocate-workflows`` moves it to the root with its paths, filters and working directories rewritten;
        or delete it if the root has a workflow that does the same.

    Fix safety:
        Safe: the move is shown before, can be undone, and leaves alone what belongs to others. In examples and in
        packages that are published from elsewhere it is left to a person, and so is what lies in a misspelt folder.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        copies: dict[str, list[str]] = {}
        for path, owner, inner in nested_files(context):
            if not _NESTED.fullmatch(inner) or not looks_like_workflow(context, path):
                continue
            if context.is_foreign(path) or grade(context, owner):
                tree = next((one for one in copies if below(one, owner)), owner)
                copies.setdefault(tree, []).append(path)
            else:
                yield self._below(context, [path], owner)
        for owner, paths in copies.items():
            yield self._below(context, paths, owner)
        for path, why, severity in lost_workflows(context):
            yield self.finding(
                context,
                path,
                f"GitHub runs only *.yml and *.yaml files directly in {FOLDER}: this workflow never runs",
                line=1,
                evidence=why,
                severity=severity,
                fixes=(Fix(f"move it to {FOLDER} under a name that ends with .yml, or delete it", "manual"),),
            )
        for path, owner, inner in pipelines_below(context):
            yield self._pipeline(context, path, owner, OTHER_SERVICES[inner])

    def _below(self, context: Inspection, paths: list[str], owner: str) -> Finding:
        """A workflow below the root; all those of a tree that others maintain are one finding."""
        reason = grade(context, owner)
        command = RunCommand(
            ("invoke", "relocate-workflows", "--only", owner), ".", f"GitHub never runs {owner}/{FOLDER}"
        )
        moving = f"move it to {FOLDER} at the root, with {owner} as working directory"
        move = Fix(advised(context, moving, f"invoke relocate-workflows --only {owner}"), "safe", (command,))
        more = [path.removeprefix(f"{owner}/") for path in paths[1:]]
        leave = Fix(f"delete it here, or move it to {FOLDER} at the root", "manual")
        return self.finding(
            context,
            paths[0],
            f"GitHub runs only workflows in the root's {FOLDER}: {f'these {len(paths)} never run' if more else 'this one never runs'}",
            line=1,
            evidence=(reason or f"it lies in {owner}") + (f"; so do {', '.join(more[:_NAMED])}" if more else ""),
            severity="info" if reason else None,
            fixes=(leave,) if reason or context.is_foreign(paths[0]) else (move,),
        )

    def _pipeline(self, context: Inspection, path: str, owner: str, service: str) -> Finding:
        reason = grade(context, owner)
        return self.finding(
            context,
            path,
            f"{service} reads its configuration at the root only: this one runs nothing",
            line=1,
            evidence=reason or f"it lies in {owner}, and no configuration at the root names it",
            severity="info" if reason else "warning",
            fixes=(Fix(f"include it from the root's {posixpath.basename(path)}, or delete it", "manual"),),
        )
