"""See :class:`EmptyHandler`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._paths import is_test
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_LOSES = {
    "queue": "messages are taken and lost",
    "scheduled": "the schedule runs nothing",
    "email": "mails are taken and lost",
    "alarm": "the alarm does nothing",
}


class EmptyHandler(Check):
    """A handler takes its input and does nothing with it.

    What it checks: Empty bodies of exported ``queue``, ``scheduled``, ``email``, ``alarm``, ``fetch`` and ``tail`` handlers, of routes and message
        listeners, and of Python handlers. A comment in the body says that it is meant.
    Why it matters: The platform counts the message or request as done: nothing is retried, nothing is logged, the data are gone.
    How to fix: Call the code that was written for it, or remove the handler, so that the platform keeps or refuses the input.
    Fix safety: Manual. What the handler should do has to be written.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in matches(context, self.id):
            if is_test(match.path):
                continue
            name = match.captures.get("name") or re.sub(r"\s+", " ", match.text)[:40]
            yield self.finding(
                context,
                match.path,
                f"The handler {name} is empty: {_LOSES.get(name, 'what it is given is dropped without a word')}.",
                line=(match.line, match.column),
                evidence=" ".join(match.text.split())[:160],
                fixes=(Fix("call the code that was written for it, or remove the handler", "manual"),),
            )
