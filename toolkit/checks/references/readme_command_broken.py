"""See :class:`ReadmeCommandBroken`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._pages.commands import lost_commands
from toolkit.checks.references._repair import by_hand, reword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.references._pages.commands import Lost
    from toolkit.model import Finding, Fix

_SINGLY = 2
"""Commands of one page that lack things of one kind, up to which each has a finding of its own."""
_NAMED = 24
"""Places that the evidence names."""


class ReadmeCommandBroken(Check):
    """A README tells its reader to type a command that fails in a fresh clone.

    What it checks: Commands in fenced blocks of shell, in READMEs, CONTRIBUTING and the guides by which people set a project up (setup,
        installation, quick start, development, deployment) of the living project: scripts that package managers are asked for, also
        in another folder or workspace; installs, builds and compose where no manifest is; folders of ``cd``; files that ``node``, ``python``,
        ``bash``, ``cp``, ``chmod``, ``kubectl apply -f``, ``docker compose -f``, ``pip install -r`` and the like are given; targets of ``make``, recipes of ``just`` and tasks of ``task``; services of
        compose; crates and programs of cargo. A command may be meant for the root, for the folder of the page or one
        above, for where a ``cd`` before has led, and for a project that the text before it names: what works in one of them is fine.
        What the page makes, fetches or tells to write before is left alone, and so are placeholders, other repositories, shells of
        other machines, blocks that let the reader choose where, and headings of another time (migration, legacy, roadmap). What
        one folder or manifest lacks for many commands of a page is one finding.
    Why it matters: The first thing that a new engineer does is to type the commands of the README.
    How to fix: Correct the command, add what it needs, or take it out of the page.
    Fix safety: Unsafe. A name that is only spelt otherwise, or a file of the same name in a folder below, is written in place.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        causes: dict[str, list[Lost]] = {}
        for one in lost_commands(context):
            causes.setdefault(one.one.gone or one.one.text, []).append(one)
        kinds: dict[tuple[str, str], list[list[Lost]]] = {}
        for found in causes.values():
            kinds.setdefault((found[0].path, _kind(found[0])), []).append(found)
        for groups in kinds.values():
            if len(groups) > _SINGLY:
                yield self._many(context, groups)
            else:
                yield from (self._told(context, found) for found in groups)

    def _told(self, context: Inspection, found: list[Lost]) -> Finding:
        """One finding for what commands lack alike."""
        first, *others = found
        said = f"`{first.command[:120]}` fails: {first.one.text}."
        if any(one.one.text != first.one.text for one in others):
            more = f"{len(others)} more command{'s' * (len(others) > 1)} fail"
            said = f"`{first.command[:120]}` and {more}: the folder {first.one.gone} does not exist."
        return self.finding(
            context,
            first.path,
            said,
            line=first.line,
            evidence="; ".join(_shown(one, first.path) for one in found[:_NAMED]),
            fixes=_fixes(context, found),
            related=[(one.path, one.line) for one in found],
        )

    def _many(self, context: Inspection, groups: list[list[Lost]]) -> Finding:
        """One finding for a page that was written for another state of a manifest, or of a folder."""
        found = sorted(
            (one for group in groups for one in group), key=lambda one: (one.path != groups[0][0].path, one.line)
        )
        first = groups[0][0]
        return self.finding(
            context,
            first.path,
            f"{len(groups)} commands of this page fail, the first of them `{first.command[:120]}`: {first.one.text}.",
            line=first.line,
            evidence="; ".join(_shown(one, first.path) for one in found[:_NAMED]),
            fixes=by_hand("correct the commands, add what they need, or take them out of the page"),
            related=[(one.path, one.line) for one in found],
        )


def _kind(lost: Lost) -> str:
    """What is lacking, without its name."""
    return lost.one.text.partition(";")[0].replace(lost.one.word, "")


def _shown(one: Lost, path: str) -> str:
    return f"{f'line {one.line}' if one.path == path else f'{one.path}:{one.line}'}: {one.command[:120]}"


def _fixes(context: Inspection, found: list[Lost]) -> tuple[Fix, ...]:
    """The other word where it is sure, else what a person may do."""
    one = found[0].one
    places = dict.fromkeys((lost.path, lost.line) for lost in found)
    sure = one.near and all(lost.one.near == one.near for lost in found)
    return (reword(context, places, one.word, one.near) if sure else ()) or by_hand(one.todo)
