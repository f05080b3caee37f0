"""Workflows that lie where GitHub never looks."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._nested import grade, nested_files
from toolkit.checks.workflows._workflows import FOLDER
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.model import Fix, RunCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_NESTED = re.compile(r"workflows/[^/]+\.ya?ml")
_SET_ASIDE = re.compile(r"\.github/(?:workflows[^/]*/.+|[^/]*workflows[^/]*/.+)")
_ENDING = re.compile(r"\.ya?ml(?:[._~-]?(?:disabled|off|bak|backup|old|orig|inactive|save|skip)?[~]?)?", re.IGNORECASE)


class NestedWorkflow(Check):
    """A workflow lies where GitHub never runs it.

    What it checks:
        Workflow files in the ``.github/workflows`` of a folder below the root; at the root, files in a subfolder of
        ``.github/workflows``, in a renamed copy of it, and with an ending such as ``.yml.disabled``. Composite actions
        are called by their path and are right wherever they lie.

    Why it matters:
        GitHub reads only files directly in ``.github/workflows`` of the root. The tests and deployments that a nested
        workflow promises never happen, and nothing says so.

    How to fix:
        ``invoke relocate-workflows`` moves it to the root with its paths, filters and working directories rewritten;
        or delete it if the root has a workflow that does the same.

    Fix safety:
        Safe: the move is shown before, can be undone, and leaves alone what belongs to others. In examples and in
        packages that are published from elsewhere it is left to a person.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for path, owner, inner in nested_files(context):
            if _NESTED.fullmatch(inner) and _looks_like_one(context, path):
                yield self._below(context, path, owner)
        for path in context.below(".github"):
            if (
                _SET_ASIDE.fullmatch(path)
                and (context.focus is None or path in context.focus)
                and path in context.inventory.tracked_set
            ):
                yield from self._aside(context, path)

    def _below(self, context: Inspection, path: str, owner: str) -> Finding:
        reason = grade(context, owner)
        command = RunCommand(
            ("invoke", "relocate-workflows", "--only", owner), ".", f"GitHub never runs {owner}/{FOLDER}"
        )
        move = Fix(f"invoke relocate-workflows --only {owner}", "safe", (command,))
        leave = Fix("delete it here, or move it to the root by invoke relocate-workflows", "manual")
        return self.finding(
            context,
            path,
            f"GitHub runs only workflows in the root's {FOLDER}: this one never runs",
            line=1,
            evidence=reason or f"it lies in {owner}",
            severity="info" if reason else None,
            fixes=(leave,) if reason else (move,),
        )

    def _aside(self, context: Inspection, path: str) -> Iterator[Finding]:
        folder, name = posixpath.split(path)
        ending = _ENDING.search(name)
        if ending is None or ending.end() != len(name) or not _looks_like_one(context, path):
            return
        plain = name.endswith((".yml", ".yaml"))
        if folder == FOLDER and plain:
            return
        inside = plain and folder.startswith(f"{FOLDER}/") and not re.search("disabled|old|backup|archive", folder)
        yield self.finding(
            context,
            path,
            f"GitHub runs only *.yml and *.yaml files directly in {FOLDER}: this workflow never runs",
            line=1,
            evidence=f"it lies in {folder}" if plain else f"its name ends with {ending[0]}",
            severity="warning" if inside else "info",
            fixes=(Fix(f"move it to {FOLDER} under a name that ends with .yml, or delete it", "manual"),),
        )


def _looks_like_one(context: Inspection, path: str) -> bool:
    """Whether it is a workflow, as far as it can be read."""
    try:
        data = context.document(path, yaml.parse).data
    except Unreadable:
        return path.endswith((".yml", ".yaml"))
    return isinstance(data, dict) and "jobs" in data
