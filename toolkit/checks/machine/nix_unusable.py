"""A flake that this machine cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix
from toolkit.system import nix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding
    from toolkit.system.nix import NixError

_TIMEOUT_S = 20.0
_ELSEWHERE = ("hook-removed",)
"""Problems that another check tells (``shell-hook-missing``)."""


class NixUnusable(Check):
    """The repository has a flake, and Nix is missing here or does not work.

    What it checks:
        Whether a Nix that knows flakes runs, and whether its daemon and store answer (a constant is evaluated, no
        file of the repository). Only where there is a ``flake.nix``.

    Why it matters:
        ``nix develop`` and direnv give no environment, so that everything is built with whatever is on the search
        path. Without any Nix the pinned provider still works; with a broken one commands fail half-way.

    How to fix:
        What Nix's own message asks for: start the daemon, free the store's disk, allow flakes, upgrade. Or go on
        with ``--provider pinned``.

    Fix safety:
        Manual: it concerns the machine, not the repository.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Find Nix and have it evaluate a constant."""
        wanted = context.settings.bootstrap.provider == "nix"
        if not wanted and not context.absolute("flake.nix").is_file():
            return
        problem = _problem(context)
        if problem is None or problem.problem in _ELSEWHERE:
            return
        absent = problem.problem == "absent"
        yield self.finding(
            context,
            "flake.nix",
            problem.message,
            evidence=problem.problem,
            severity="error" if wanted else "info" if absent else "warning",
            fixes=(Fix(problem.hint, "manual"),) if problem.hint else (),
        )


def _problem(context: Inspection) -> NixError | None:
    found = nix.find()
    if found is None:
        return nix.absence()
    try:
        nix.check_version(found)
        found.run("eval", "--expr", "1", cwd=context.root, timeout_s=_TIMEOUT_S)
    except nix.NixError as error:
        return error
    return None
