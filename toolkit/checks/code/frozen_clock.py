"""See :class:`FrozenClock`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity


_GRADES: dict[str, Severity] = {"error": "error", "info": "info"}


class FrozenClock(Check):
    """The current time is taken once, when the module is loaded, and used for ever.

    What it checks: Module variables, static fields, fields of an hour, and properties set in a constructor, that hold the current hour, minute, day
        or month, what is made of a module's moment, today as a text, a window or range that ends now, or that are named ``now`` or ``today``, are set once and used later; defaults of
        parameters, fields and columns that call the clock when they are defined; ``Lazy``, ``lazy_static`` and ``OnceLock`` of Rust; ``useMemo`` and
        ``useState`` of React that are never set again. Years are ``info``. Starts (``startedAt``), copyrights, scripts and tests stay quiet.
    Why it matters: A process lives for weeks: what should depend on the hour depends on when it was deployed.
    How to fix: Ask for the time where it is used.
    Fix safety: Manual. The expression moves into the functions that use it.
    """

    severity = "error"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in matches(context, self.id):
            name = match.captures.get("name") or re.split(r"[\s:=]", match.text, maxsplit=1)[0]
            yield self.finding(
                context,
                match.path,
                f"{name} is the time at which this component was first shown, however long it stays."
                if match.captures.get("view")
                else f"{name} is the time at which this code was loaded, in every later call too.",
                line=(match.line, match.column),
                evidence=" ".join(match.text.split())[:160],
                severity=_GRADES.get(match.captures.get("grade", ""), "warning"),
                fixes=(Fix(f"compute {name} where it is used", "manual"),),
            )
