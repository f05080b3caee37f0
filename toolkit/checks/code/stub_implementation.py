"""See :class:`StubImplementation`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S
from toolkit.checks.code._stubs import stubs
from toolkit.checks.code._subjects import CRITICAL
from toolkit.checks.code._uncompiled import uncompiled
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.checks.code._uncompiled import Uncompiled
    from toolkit.model import Finding, Severity


_OF_FILE = 3
"""Stubs of one file from which on they have one cause: a part that was never written."""
_MANY = 5
"""Modules of a crate that lack declarations, above which they are told together."""


class StubImplementation(Check):
    """A function is not implemented, and says so, does nothing, or pretends.

    What it checks: ``todo!``, ``unimplemented!``, ``NotImplementedError``, thrown, returned and shown "not implemented" (status 501 too), empty
        bodies with a note that says so, functions whose own comment admits that something else belongs there and that do nothing else, verdicts by
        chance, verifications that always say yes, logins that never read the password, guards that let everything through, programs of Anchor without
        an instruction, and classes of empty methods. Sources of Rust below ``src`` that no ``mod``, ``#[path]``, ``include!`` or target of
        ``Cargo.toml`` leads to, which cargo never compiles: one finding for a module, or for a crate with many. Abstract methods, mocks,
        demonstrations, tests, generated and compiled files stay quiet; of three and more in one file the first is a warning, and those that
        verify, pay or let somebody in, the others ``info``; a branch that is missing, what is announced to a user, and a ``mod`` that is a
        comment, are ``info``.
    Why it matters: The call compiles and fails when a user makes it, or worse: it succeeds, and nothing has happened.
    How to fix: Write it, or remove what calls it, so that its absence is seen when building.
    Fix safety: Manual. The code has to be written.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        soon: dict[str, list[Match]] = {}
        files: dict[str, list[Match]] = {}
        for match in stubs(context):
            (soon if match.captures.get("soon") else files).setdefault(match.path, []).append(match)
        for several in files.values():
            yield from self._of_file(context, several)
        for found in soon.values():
            names = ", ".join(one.captures["name"] for one in found[:5])
            told = f"What is to come is only announced to the user: {names}{' and more' if len(found) > 5 else ''}."
            yield self._finding(context, found[0], told, "info")
        for lost in _together(context):
            yield self._uncompiled(context, lost)

    def _of_file(self, context: Inspection, several: list[Match]) -> Iterator[Finding]:
        """The stubs of one file: of many that do not hurt most the first is a warning that counts the others."""
        graded = [(one, _grade(one)) for one in sorted(several, key=lambda one: one.line)]
        plain = [one for one, grade in graded if grade == "warning" and _may_wait(one)]
        for match, grade in graded:
            many = len(plain) >= _OF_FILE and match in plain
            first = many and match is plain[0]
            more = f" So it is with {len(plain) - 1} more functions of this file." if first else ""
            yield self._finding(context, match, _told(match) + more, "info" if many and not first else grade)

    def _uncompiled(self, context: Inspection, lost: list[Uncompiled]) -> Finding:
        """Sources that are never compiled, the largest first."""
        first, count = lost[0], sum(len(one.functions) for one in lost)
        names = f"{', '.join(first.functions[:3])}{' and others' if len(first.functions) > 3 else ''}"
        more = f"; likewise {len(lost) - 1} more files of {first.crate}" if len(lost) > 1 else ""
        return self.finding(
            context,
            first.path,
            f"No module statement leads to this file, so cargo never compiles what is in it: {names}{more}.",
            line=first.line,
            evidence=f"{first.parent} does not declare it; functions: {count} in "
            + ", ".join(one.path for one in lost),
            severity="info" if all(one.put_off for one in lost) else "warning",
            fixes=(Fix(f"declare it in {first.parent}, or remove it", "manual"),),
        )

    def _finding(self, context: Inspection, match: Match, message: str, severity: Severity) -> Finding:
        return self.finding(
            context,
            match.path,
            message,
            line=(match.line, match.column),
            evidence=" ".join(match.text.split())[:160],
            severity=severity,
            fixes=(Fix("write it, or remove what calls it", "manual"),),
        )


def _together(context: Inspection) -> Iterator[list[Uncompiled]]:
    """Sources that are never compiled, by the file that would have to declare them; those of a crate with many at once."""
    crates: dict[str, dict[tuple[str, bool], list[Uncompiled]]] = {}
    for one in sorted(uncompiled(context), key=lambda one: -one.lines):
        if context.shows(one.path, one.parent):
            crates.setdefault(one.crate, {}).setdefault((one.parent, one.put_off), []).append(one)
    for groups in crates.values():
        if len(groups) <= _MANY:
            yield from groups.values()
        else:
            yield sorted(chain.from_iterable(groups.values()), key=lambda one: (one.put_off, -one.lines))


def _may_wait(match: Match) -> bool:
    """Whether a stub acts as if, and is of no kind that hurts most."""
    return bool(match.captures.get("pretends")) and not CRITICAL.search(match.captures["name"])


def _grade(match: Match) -> Severity:
    planned = match.captures.get("name") == "main" and is_script(match.path)
    partial = planned or bool(match.captures.get("partial"))
    return "info" if partial and not match.text.startswith("todo!") else "warning"


def _told(match: Match) -> str:
    seen = match.captures
    name = seen.get("name", "")
    if seen.get("pretends"):
        return f"{name} is a placeholder: it {seen['pretends']}, and whoever calls it takes that for real."
    if seen.get("partial"):
        return f"A branch of {name or 'this code'} is not implemented."
    if seen.get("several"):
        return f"The {name} are empty: every call does nothing."
    return f"{name or 'This'} is not implemented: every call fails or does nothing."
