"""Programs on the search path that are not the pinned ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.machine._tools import needed, path_of, probed
from toolkit.model import Fix
from toolkit.versions import may_satisfy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class ToolMismatch(Check):
    """A program on the search path is of another version than the pinned one.

    What it checks:
        The tools that ``[toolchain]`` pins, each asked for its version in a neutral folder with downloads switched
        off, against every version that the pin allows.

    Why it matters:
        What is built and tested by hand is then not what CI builds: lock files change their format, warnings
        become errors, a failure cannot be reproduced. With ``--provider host`` a bootstrap uses exactly this tool.

    How to fix:
        Work inside ``toolkit shell`` or ``nix develop``, which put the pinned tool first, or install that version,
        or change the pin.

    Fix safety:
        Manual: nothing is installed on a machine unasked.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask all pinned tools at once."""
        pinned = [need for need in needed(context) if need.pinned and path_of(context, need.tool)]
        answers = probed(context, pinned)
        host_only = context.settings.bootstrap.provider == "host"
        for need in (one for one in pinned if one.tool in answers):
            version, path = answers[need.tool]
            if may_satisfy(version, need.spec):
                continue  # of a pin that cannot be read the settings' own reader complains
            wanted = need.spec.replace(" || ", ", ")
            yield self.finding(
                context,
                ".",
                f"{need.tool} {version} is on PATH, {wanted} is pinned: what is built by hand is not what CI builds",
                evidence=path,
                severity="error" if host_only else "warning",
                fixes=(Fix("work inside `toolkit shell` or `nix develop`", "manual"),),
            )
