"""A git that lacks what the toolkit and its checks ask of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.errors import CannotCheckError
from toolkit.model import Fix
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

MINIMUM = (2, 25)
"""Ubuntu 20.04's: partial clones that work, ``sparse-checkout``, ``--pathspec-from-file``."""
WRONG_BELOW = (2, 15)
"""Before 2.15 ``GIT_OPTIONAL_LOCKS`` is unknown: a check that only reads takes the lock of the index."""
_TIMEOUT_S = 10.0


class GitTooOld(Check):
    """The git on the search path is too old.

    What it checks:
        What ``git version`` says: older than 2.25 is a warning, older than 2.15 an error.

    Why it matters:
        Before 2.15 reading commands write to the index, so that a doctor run beside a commit makes the commit
        fail. Before 2.25 partial clones and sparse checkouts lose track of objects, and options that tasks use
        are missing.

    How to fix:
        Install a newer git; the toolkit's shells bring one.

    Fix safety:
        Manual: it is a program of the machine.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask git for its version.

        Raises:
            CannotCheckError: there is no git, or it does not say.
        """
        done = git.expect(git.git(context.root, "version", timeout_s=_TIMEOUT_S))
        found = re.search(r"(\d+)\.(\d+)", done.text)
        if found is None:
            raise CannotCheckError("git does not say its version")
        version = (int(found[1]), int(found[2]))
        if version < MINIMUM:
            need = ".".join(map(str, MINIMUM))
            yield self.finding(
                context,
                ".",
                f"git {found[0]} is here, {need} or later is needed",
                evidence=done.text.strip(),
                severity="error" if version < WRONG_BELOW else "warning",
                fixes=(Fix(f"install git {need} or later", "manual"),),
            )
