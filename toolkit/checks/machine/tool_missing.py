"""Programs that this repository needs and the machine lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.machine._tools import needed, path_of
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_FETCHED = frozenset({"node", "python", "rust", "pnpm", "npm", "yarn", "bun", "uv", "agave", "anchor", "surfpool"})
"""What the provider ``pinned`` can fetch, where it is allowed to."""


class ToolMissing(Check):
    """A program that an install runs is not on the search path.

    What it checks:
        The tools that ``[toolchain]`` names and those that installs of the subprojects run, against ``PATH``.
        Nothing is started.

    Why it matters:
        A bootstrap with ``--provider host`` fails at once. With the pinned provider or Nix the toolkit brings the
        tool itself (then this is only worth knowing): outside of its shell a command typed by hand still fails.

    How to fix:
        Work inside ``toolkit shell`` or ``nix develop``, or install the tool.

    Fix safety:
        Manual: nothing is installed on a machine unasked.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look each needed program up."""
        host_only = context.settings.bootstrap.provider == "host"
        for need in needed(context):
            if path_of(context, need.tool):
                continue
            fetched = need.tool in _FETCHED and not host_only
            version = f" {need.spec}" if need.spec else ""
            ending = (
                "bootstrap brings it, commands outside of the toolkit's shell fail" if fetched else "nothing brings it"
            )
            fatal = need.required and host_only
            yield self.finding(
                context,
                ".",
                f"{need.tool}{version} is needed and is not on PATH: {ending}",
                evidence=f"asked for by {need.why}",
                severity="info" if fetched or not need.required else "error" if fatal else "warning",
                fixes=(Fix("work inside `toolkit shell`" if fetched else f"install {need.tool}", "manual"),),
            )
