"""Runners and actions that GitHub has switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._retired import of_action, of_job
from toolkit.checks.workflows._workflows import scripted
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._retired import Retired
    from toolkit.model import Finding


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
        Manual: a newer image has other tools, a newer action other rules.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in scripted(context):
            found = [one for job in workflow.jobs for one in of_job(job)]
            yield from self._told(context, workflow.path, found)
        for path in context.named("action.yml", "action.yaml"):
            yield from self._told(context, path, of_action(context, path))

    def _told(self, context: Inspection, path: str, found: Iterable[Retired]) -> Iterator[Finding]:
        """One finding for what a file uses in several places: it is mended at once."""
        places: dict[Retired, list[tuple[int, int]]] = {}
        for one in found:
            places.setdefault(one._replace(line=(0, 0)), []).append(one.line)
        for old, lines in places.items():
            rest = ", ".join(str(number) for number in dict.fromkeys(line for line, _ in lines[1:]))
            yield self.finding(
                context,
                path,
                old.text,
                line=lines[0],
                evidence=old.evidence + (f"; also in lines {rest}" if rest else ""),
                severity=old.severity,
                fixes=(Fix(old.todo, "manual"),),
            )
