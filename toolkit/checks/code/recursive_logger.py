"""See :class:`RecursiveLogger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class RecursiveLogger(Check):
    """A function calls itself, and nothing ever stops it.

    What it checks: Methods that call ``this.M`` or ``self.M`` of their own name, and functions that call themselves, on a way without a
        branch, a loop, an earlier return or a throw. Calls on other objects (``console.log`` in ``log``), of the base class and asynchronous
        loops stay quiet.
    Why it matters: The first line that is logged ends the process with a stack overflow. Mostly ``console.warn`` was replaced everywhere, in the
        logger too.
    How to fix: Call what the function was to wrap, for example ``console.warn``.
    Fix safety: Manual. What it was to call is not in the file.
    """

    severity = "error"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in matches(context, self.id):
            name = match.captures.get("name", "")
            logger = bool(match.captures.get("logger"))
            yield self.finding(
                context,
                match.path,
                f"{name} calls itself unconditionally: the first call overflows the stack.",
                line=match.line,
                evidence=" ".join(match.captures.get("call", "").split())[:160],
                severity="error" if logger else "warning",
                fixes=(
                    Fix(
                        f"call what {name} was to wrap"
                        + (f", for example console.{name}" if logger and not match.path.endswith(".py") else ""),
                        "manual",
                    ),
                ),
            )
