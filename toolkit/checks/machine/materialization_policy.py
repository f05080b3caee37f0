"""What a read of an evicted file does in programs started from here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix
from toolkit.system.darwin import Policy
from toolkit.system.dataless import inherited, seam
from toolkit.system.owner import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class MaterializationPolicy(Check):
    """Programs started from here cannot read evicted files, or wait for them without a limit.

    What it checks:
        The I/O policy for dataless files that this process was started with (``getiopolicy_np``), where the
        repository lies in a folder that a cloud keeps. macOS only.

    Why it matters:
        Under OFF, the policy of launchd jobs (CI runners, agents, cron), reading an evicted file fails at once with
        errno 11, "Resource deadlock avoided"; tools take it for a broken file. Under ON, the policy of a terminal,
        the read waits for the provider without any limit of time.

    How to fix:
        For a launchd job: ``<key>MaterializeDatalessFiles</key><true/>`` in its plist. In either case
        ``invoke hydrate`` first, or ``invoke evacuate`` for good.

    Fix safety:
        Manual: the policy belongs to whoever starts the program.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask for the policy where it matters."""
        provider = seam(context.root)
        if not provider.capable:
            return
        home = Path(context.variables.get("HOME") or os.path.expanduser("~"))
        owner = identify(context.root, home)
        if owner is None and provider.switch == "darwin":
            return
        place = owner.name if owner else "a cloud"
        if inherited(context.root) is Policy.ON:
            yield self.finding(
                context,
                ".",
                f"the repository lies in {place}, and programs started here wait without a limit for evicted files",
                evidence="policy ON",
                severity="info",
                fixes=(Fix("invoke hydrate, before anything else reads", "manual"),),
            )
        else:
            yield self.finding(
                context,
                ".",
                f"the repository lies in {place}, and programs started here fail on evicted files (errno 11)",
                evidence="policy OFF, as launchd jobs have it",
                fixes=(Fix("set MaterializeDatalessFiles in the job's plist, or invoke hydrate first", "manual"),),
            )
