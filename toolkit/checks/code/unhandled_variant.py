"""See :class:`UnhandledVariant`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._asking import is_asked
from toolkit.checks.code._decisions import unenforced
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.checks.code._union_cases import (
    acts_on,
    falls,
    is_given,
    is_produced,
    is_restricted,
    is_written_down,
    texts_naming,
)
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import MANIFESTS
from toolkit.places import home_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.model import Finding


_SHOWS = regex(r"(?i)(?:status|state|mode|level)$")
"""What is mostly shown, and seldom acted on in each of its cases."""
_PASSES = regex(
    r"(?i)(?:(?:allow|pass|permit|none|ok|okay|continue|proceed|no-?op)(?:e?d|t?ed)?|init|idle|skip(?:ped)?|ignored?|unknown|default|view|read|log|monitor)"
)
"""What is right to do nothing about."""


class UnhandledVariant(Check):
    """A case is produced, and the code that acts on the cases lets it through.

    What it checks: TypeScript unions of three or more texts named like an action, a kind, a status or a decision; a function that asks for two of
        them by ``if`` or ``switch``, without an else or default, and ends with nothing or with what one of the asked cases gets; of decisions also a
        default that gives what a case gets. A member that is produced somewhere, or restricts somebody and is recorded where it comes in, and asked
        for nowhere is told: as a warning where it restricts somebody, or is given to the very function that does nothing about it, else as information. Also decisions of firewalls and
        limiters (``challenge``, ``captcha``, ``throttle`` ...) as values of ``action``, ``decision``, ``verdict`` or as members of an enum of such a
        name, in any of the languages, of which only a sibling such as ``block`` is asked for; what a
        function that decides returns is one too, and lists of what there is (``Literal``, ``z.enum``) ask for nothing. A function that hands the value
        on whichever it is (``emit``, ``send``, the body of a request) lets no case through, and what any source of the repository asks for is carried out.
    Why it matters: The case is recorded as if it worked: a firewall that decides to challenge a visitor, and lets him in.
    How to fix: Handle the case, or end with a branch that refuses what it does not know (``const rest: never = action``).
    Fix safety: Manual. What the case should do has to be decided.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        found = matches(context, self.id)
        unions = [one for one in found if "members" in one.captures]
        acting = [one for one in found if "compared" in one.captures]
        texts = texts_naming(context, {one.captures["name"] for one in unions})
        told: set[tuple[str, str]] = set()
        for one in unions:
            name, members = one.captures["name"], one.captures["members"].split()
            asking = [match for match in acting if acts_on(context, match, one, texts)]
            naming = [text for text in texts.values() if name in text] if asking else ()
            about = [text.replace(one.text, "") for text in naming if re.search(rf"\b{name}\b", text)]
            lost = [
                member
                for member in members
                if asking
                and not any(member in match.captures.get("beside", "").split() for match in asking)
                and not _PASSES.fullmatch(member)
                and falls(member, members, asking, name)
                and not any(is_asked(member, text, any_list=True) for text in about)
                and (any(is_produced(member, text) for text in about) or is_written_down(member, asking, name))
            ]
            if lost:
                told.update((home_of(context, one.path, MANIFESTS), member) for member in lost)
                certain = any(is_restricted(member, name) or is_given(context, member, asking) for member in lost)
                yield self._finding(context, one, lost, asking[0], is_certain=certain)
        for left in unenforced(context):
            if (home_of(context, left.path, MANIFESTS), left.member) not in told:
                yield self.finding(
                    context,
                    left.path,
                    f"{left.member!r} of {left.name} is decided here, and acted on nowhere: it passes as if it were allowed.",
                    line=left.line,
                    evidence=f"{left.enforced!r} is asked for in {left.place}, {left.member!r} in no source",
                    fixes=(Fix(f"handle {left.member!r}, or refuse what is not known", "manual"),),
                )

    def _finding(
        self, context: Inspection, union: Match, lost: list[str], asking: Match, *, is_certain: bool
    ) -> Finding:
        member, names = lost[0], " and ".join(map(repr, lost))
        offset = max(re.search(rf"[\"']{re.escape(member)}[\"']", union.text).start() if member in union.text else 0, 0)  # type: ignore[union-attr]
        asked = ", ".join(dict.fromkeys(asking.captures["compared"].split()))
        return self.finding(
            context,
            union.path,
            f"{names} of {union.captures['name']} may come, but {asking.path}:{asking.captures.get('at', asking.line)} acts on {asked} only.",
            line=union.line + union.text.count("\n", 0, offset),
            evidence=f"{asking.captures['subject']} is asked for {asked}",
            severity="warning" if is_certain and not _SHOWS.search(union.captures["name"]) else "info",
            fixes=(Fix(f"handle {names}, or refuse what is not known", "manual"),),
        )
