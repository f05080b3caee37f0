"""Runners and actions that GitHub has switched off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._retired import of_action, of_job
from toolkit.checks.workflows._workflows import scripted
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._retired import Retired
    from toolkit.model import EditFile, Finding


class WorkflowServiceRetired(Check):
    """A workflow uses a runner, an action, a command or a server that was switched off.

    What it checks:
        ``runs-on`` of images that were removed (matrix values included), version 3 and older of upload-artifact and
        download-artifact, versions of cache that the cache service refuses, the actions for Pages that stand on them, the commands
        ``::set-env`` and ``::add-path``; as warnings ``::set-output`` and ``::save-state``, actions of the repository for
        Node 12 and 16, and installations from ``release.solana.com``, which has no current release. Composite actions are read like
        workflows. What one file uses in several places is one finding.

    Why it matters:
        A job for a removed image waits for a runner for a day and is cancelled; a retired action fails at once. (Runners
        of one's own may bear such a label, and a GitHub Enterprise Server may keep old actions: ignore it there.)

    How to fix:
        Name an image and a version that exist. The artifact actions from version 4 on do not merge uploads of one name.

    Fix safety:
        Unsafe: a newer action may have other rules; a printed command is written to the runner's file where it is a plain
        ``echo``. Manual for images, which have other tools.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in scripted(context):
            found = [one for job in workflow.jobs for one in of_job(context, job)]
            yield from self._told(context, workflow.path, found)
        for path in context.named("action.yml", "action.yaml"):
            yield from self._told(context, path, of_action(context, path))

    def _told(self, context: Inspection, path: str, found: Iterable[Retired]) -> Iterator[Finding]:
        """One finding for what a file uses in several places: it is mended at once."""
        places: dict[Retired, list[Retired]] = {}
        for one in found:
            places.setdefault(one._replace(line=(0, 0), edit=None), []).append(one)
        for old, uses in places.items():
            rest = ", ".join(str(number) for number in dict.fromkeys(one.line[0] for one in uses[1:]))
            yield self.finding(
                context,
                path,
                old.text,
                line=uses[0].line,
                evidence=old.evidence + (f"; also in lines {rest}" if rest else ""),
                severity=old.severity,
                fixes=(_fix(old.todo, [one.edit for one in uses]),),
                related=[(path, one.line) for one in uses],
            )


def _fix(title: str, edits: Iterable[EditFile | None]) -> Fix:
    """The edits of all places as one; left to a person where one place has none."""
    known = list(edits)
    every = [edit for edit in known if edit is not None]
    if not every or len(every) < len(known):
        return Fix(title, "manual")
    spans = dict.fromkeys(span for edit in every for span in edit.spans)
    return Fix(title, "unsafe", (replace(every[0], spans=tuple(spans)),))
