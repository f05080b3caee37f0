"""Repositories in which nothing ever runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks.workflows._nested import grade, nested_files
from toolkit.checks.workflows._workflows import FOLDER, is_workflow
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_OTHER_SERVICES = (
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "Jenkinsfile",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".cirrus.yml",
    "cloudbuild.yaml",
    "appveyor.yml",
    ".appveyor.yml",
    "buildspec.yml",
    ".semaphore/semaphore.yml",
    ".buildkite/pipeline.yml",
    ".teamcity/settings.kts",
    ".forgejo/workflows",
    ".gitea/workflows",
    ".woodpecker",
    ".buildkite",
    ".tekton",
    ".prow",
    ".ci",
    "ci",
)


class NoRootWorkflow(Check):
    """All workflows are nested: GitHub runs nothing at all.

    What it checks:
        Workflows of the repository's own lie in folders below the root, and the root has none. Where there is neither
        a nested workflow nor any other service's configuration, the lack of automation is told as information.

    Why it matters:
        The nested files look like automation, and no push is ever tested.

    How to fix:
        ``invoke relocate-workflows`` moves the nested ones; or write one that runs ``invoke ci``.

    Fix safety:
        Manual: each nested workflow has a fix of its own; a new workflow is a decision.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        inventory = context.inventory
        if any(is_workflow(path) for path in context.below(FOLDER)) or FOLDER in inventory.links:
            return
        other = next((name for name in _OTHER_SERVICES if name in inventory.files or name in inventory.folders), "")
        nested = sorted(
            path
            for path, owner, inner in nested_files(context)
            if inner.startswith("workflows/") and not context.is_foreign(path) and not grade(context, owner)
        )
        if nested:
            yield self.finding(
                context,
                FOLDER if FOLDER in inventory.folders else ".",
                "no workflow lies at the root: GitHub runs none of the nested ones",
                evidence=f"{len(nested)} nested: {', '.join(nested[:3])}{' ...' if len(nested) > 3 else ''}",
                severity="warning" if other else "error",
                fixes=(
                    Fix(advised(context, f"move them to {FOLDER} at the root", "invoke relocate-workflows"), "manual"),
                ),
            )
        elif not other and (count := len(context.subprojects)):
            yield self.finding(
                context,
                ".",
                "no continuous integration is configured: nothing tests a change",
                evidence=f"{count} subproject{'s' if count != 1 else ''}",
                severity="info",
                fixes=(Fix("write a workflow that tests what a change affects", "manual"),),
            )
