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

    What it checks: ``todo!`` and ``unimplemented!``; ``raise NotImplementedError`` of a function; ``throw new Error("not implemented")``;
        bodies that hold a TODO and nothing else. Functions that pretend: whose comments admit it ("in production this would", "mock data", "TODO:
        verify") while nothing in them could do the work; answers written down right below such a comment; pauses that stand for a request; verdicts and
        measurements left to chance; a ``verify`` that always says yes. Abstract methods, protocols, texts such as "subclasses must", tests and mocks stay quiet. Where only
        one branch of a function is missing it is told as ``info``, but for ``todo!``, which nobody writes to stay.
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
