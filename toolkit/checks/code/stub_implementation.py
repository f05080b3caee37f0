"""See :class:`StubImplementation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S
from toolkit.checks.code._stubs import stubs
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class StubImplementation(Check):
    """A function is not implemented, and says so, does nothing, or pretends.

    What it checks: ``todo!``, ``unimplemented!``, ``NotImplementedError``, thrown, returned and shown "not implemented" (status 501 too), empty bodies
        with a note that says so, functions whose own comment admits that something else belongs there and that do nothing else, verdicts by
        chance, and verifications that always say yes. Abstract methods, mocks, demonstrations, tests, generated and compiled files stay quiet;
        a branch that is missing is ``info``.
    Why it matters: The call compiles and fails when a user makes it, or worse: it succeeds, and nothing has happened.
    How to fix: Write it, or remove what calls it, so that its absence is seen when building.
    Fix safety: Manual. The code has to be written.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in stubs(context):
            name = match.captures.get("name", "")
            partial = bool(match.captures.get("partial"))
            yield self.finding(
                context,
                match.path,
                f"{name} only pretends: it {match.captures['pretends']}, and its callers take that for real."
                if match.captures.get("pretends")
                else (
                    f"A branch of {name or 'this code'} is not implemented."
                    if partial
                    else f"{name or 'This'} is not implemented: every call fails or does nothing."
                ),
                line=(match.line, match.column),
                evidence=" ".join(match.text.split())[:160],
                severity="info" if partial and not match.text.startswith("todo!") else "warning",
                fixes=(Fix("write it, or remove what calls it", "manual"),),
            )
