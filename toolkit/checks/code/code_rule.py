"""See :class:`CodeRule`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class CodeRule(Check):
    """Code matches a rule that this repository has written itself.

    What it checks: The YAML files of the folder that ``rules`` in ``[checks]`` of toolkit.toml names: ast-grep's rules for TypeScript, JavaScript, Rust,
        Python and Go, with a message and a severity. A rule with ``check: ID`` adds to that check instead.
    Why it matters: What a team agreed on, and no linter knows.
    How to fix: As the rule's message says.
    Fix safety: Manual. The rule says what to do.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in matches(context, self.id):
            yield self.finding(
                context,
                match.path,
                match.rule.message,
                line=(match.line, match.column),
                evidence=f"{match.rule.id}: {' '.join(match.text.split())[:160]}",
                severity=match.rule.severity,
                fixes=(Fix(f"do what the rule {match.rule.id} asks for", "manual"),),
            )
