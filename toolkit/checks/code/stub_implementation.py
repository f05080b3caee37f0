"""See :class:`StubImplementation`."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check, Needs
from toolkit.checks.code._called import lets_everybody_in, with_callers
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.checks.code._stubs import is_limit, stubs
from toolkit.checks.code._subjects import CRITICAL
from toolkit.checks.code._uncompiled import uncompiled
from toolkit.expressions import regex
from toolkit.model import Fix, Place
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.checks.code._uncompiled import Uncompiled
    from toolkit.model import Finding, Severity


_OF_FILE = 3
"""Stubs of one file from which on they have one cause: a part that was never written."""
_PRETENCE, _CRITICAL, _EMPTY = "pretends", "pretends what hurts most", "empty"
_OF_NOTHING = frozenset({"stub-empty", "stub-pass"})
"""Refinements that see functions without a body, whose notes differ and whose cause does not."""
_SINGLY = 3
"""Folders with hollow tests up to which each is told by itself."""
_MANY = 5
"""Modules of a crate that lack declarations, above which they are told together."""


_FOR_THE_RUNNER = regex(r"(?i)placeholder|dummy|\bpass(?:es)?\b|\buntil\b|sanity|compil")
"""Tests that own up to being there only because a runner wants one."""


class _Row(NamedTuple):
    """One stub that is told, and the others of its file that are told with it."""

    match: Match
    severity: Severity
    others: tuple[Match, ...]


class StubImplementation(Check):
    """A function is not implemented, and says so, does nothing, or pretends.

    What it checks: ``todo!``, ``unimplemented!``, ``NotImplementedError``, thrown, returned and shown "not implemented" (status 501 too), empty
        bodies with a note that says so, functions whose own comment admits that something else belongs there and that do nothing else, verdicts by
        chance, verifications that always say yes, logins that never read the password, guards that let everything through, programs of Anchor without
        an instruction, classes of empty methods, and tests of which nothing is written but an assertion that is always true. Sources of Rust below ``src`` that no ``mod``, ``#[path]``, ``include!`` or target of
        ``Cargo.toml`` leads to, which cargo never compiles: one finding for a module, or for a crate with many. Abstract methods, mocks,
        demonstrations, tests, generated and compiled files stay quiet; methods of one class that refuse, functions that refuse with the same words, and those of one name that are written alike in several files, are one
        finding; what nothing in an unpublished package calls is ``info``, unless it is to pay, to sign or to let somebody in, and so is every stub of a module that nothing loads; of three and more in one file that pretend the first is a warning, and the first of those that verify, pay or let somebody in, the others ``info``;
        one that lets everybody in by its name (``verifySignature``) and always says yes is an error;
        a branch that is missing, what is announced to a user, and a ``mod`` that is a comment, are ``info``.
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
        hollow: dict[str, list[Match]] = {}
        for match in with_callers(context, stubs(context)):
            if match.captures.get("hollow"):
                hollow.setdefault(folder_of(match.path), []).append(match)
                continue
            (soon if match.captures.get("soon") else files).setdefault(match.path, []).append(match)
        alike: dict[tuple[object, ...], list[_Row]] = {}
        for row in chain.from_iterable(map(_of_file, files.values())):
            key = row.match.captures.get("name"), row.match.text, row.severity, context.is_foreign(row.match.path)
            alike.setdefault(key, []).append(row)
        for rows in alike.values():
            yield self._alike(context, rows)
        for found in soon.values():
            names = ", ".join(one.captures["name"] for one in found[:5])
            told = f"What is to come is only announced to the user: {names}{' and more' if len(found) > 5 else ''}."
            yield self._finding(context, found[0], told, "info")
        for found in _of_habit(hollow):
            yield self._hollow(context, found)
        for lost in _together(context):
            yield self._uncompiled(context, lost)

    def _alike(self, context: Inspection, rows: list[_Row]) -> Finding:
        """Stubs of one name that are written alike, of one file or several: somebody has copied the first."""
        first, further = rows[0], rows[1:]
        functions, files = len(first.others), len({one.match.path for one in further})
        more = (
            f" So {'are' if functions > 1 else 'is'} {functions} more function{'s' if functions > 1 else ''} of this file."
            if functions
            else ""
        )
        more += f" Also in {files} more file{'s' if files > 1 else ''}." if files else ""
        places = [f"{one.captures['name']} in line {one.line}" for one in first.others]
        places += [f"{one.match.path}:{one.match.line}" for one in further]
        found = self._finding(context, first.match, _told(first.match) + more, first.severity)
        here = (Place(first.match.path, one.line) for one in first.others)
        related = (*here, *(Place(one.match.path, one.match.line) for one in further))
        return replace(found, evidence="; ".join((found.evidence, *places)), related=related) if places else found

    def _hollow(self, context: Inspection, found: list[Match]) -> Finding:
        """Tests of one folder, or of all of them, that pass whatever the code does."""
        first = found[0]
        more = f" So it is with {len(found) - 1} more test{'s' if found[2:] else ''}." if found[1:] else ""
        told = f"The test {first.captures['name']!r} asserts only what is always true: it passes whatever the code does.{more}"
        places = "; ".join(f"{one.path}:{one.line}" for one in found[1:20])
        row = self._finding(context, first, told, "info" if all(map(_is_meant, found)) else "warning")
        fixes = (Fix("write the test, or remove it", "manual"),)
        related = tuple(Place(one.path, one.line) for one in found[1:])
        return replace(row, evidence=places or row.evidence, fixes=fixes, related=related)

    def _uncompiled(self, context: Inspection, lost: list[Uncompiled]) -> Finding:
        """Sources that are never compiled, the largest first."""
        first, count = lost[0], sum(len(one.functions) for one in lost)
        names = f"{', '.join(first.functions[:3])}{' and others' if len(first.functions) > 3 else ''}"
        one_crate = len({one.crate for one in lost}) == 1
        more = (
            f"; likewise {len(lost) - 1} more file{'s' if lost[2:] else ''} of {first.crate if one_crate else 'other crates'}"
            if len(lost) > 1
            else ""
        )
        return self.finding(
            context,
            first.path,
            f"No module statement leads to this file, so cargo never compiles what is in it: {names}{more}.",
            line=first.line,
            evidence=f"{first.parent} does not declare it; functions: {count} in "
            + ", ".join(one.path for one in lost),
            severity="info" if all(one.put_off for one in lost) else "warning",
            fixes=(Fix(f"declare it in {first.parent}, or remove it", "manual"),),
            causes=[f"undeclared {one}" for one in dict.fromkeys(one.parent for one in lost)] if one_crate else (),
            related=[(one.path, one.line) for one in lost],
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


def _of_file(several: list[Match]) -> Iterator[_Row]:
    """The stubs of one file: those that refuse with the same words are one, and of many that pretend the first counts the others, which are ``info``."""
    groups: dict[str, list[Match]] = {}
    whole = any(one.captures.get("whole") for one in several)
    for match in sorted(several, key=lambda one: one.line):
        cause = _cause(match)
        groups.setdefault(_PRETENCE if whole and cause == _CRITICAL else cause, []).append(match)
    for cause, found in groups.items():
        first, others = found[0], tuple(found[1:])
        many = len(found) >= _OF_FILE or bool(first.captures.get("whole"))
        apart = cause in (_PRETENCE, _CRITICAL, _EMPTY)
        yield _Row(first, _grade(first), others if many or not apart else ())
        if apart and not (many and cause == _EMPTY):
            yield from (_Row(one, "info" if many else _grade(one), ()) for one in others)


def _cause(match: Match) -> str:
    """What the stubs of a file have in common that are told together: the words of a refusal, which whoever calls it hears, or that they pretend."""
    if match.captures.get("uncalled"):
        return "uncalled"
    if _grade(match) != "warning":
        return f"{match.line}:{match.column}"
    if match.captures.get("pretends"):
        return _CRITICAL if CRITICAL.search(match.captures["name"]) else _PRETENCE
    return _EMPTY if match.rule.refine in _OF_NOTHING else match.captures.get("owner") or match.text.partition("${")[0]


def _together(context: Inspection) -> Iterator[list[Uncompiled]]:
    """Sources that are never compiled, by the file that would have to declare them; those of a crate with many at once, and one that was copied into several."""
    crates: dict[str, dict[tuple[str, bool], list[Uncompiled]]] = {}
    for one in sorted(uncompiled(context), key=lambda one: -one.lines):
        if context.shows(one.path, one.parent):
            crates.setdefault(one.crate, {}).setdefault((one.parent, one.put_off), []).append(one)
    copied: dict[object, list[Uncompiled]] = {}
    for groups in crates.values():
        if len(groups) > _MANY:
            yield sorted(chain.from_iterable(groups.values()), key=lambda one: (one.put_off, -one.lines))
            continue
        for lost in groups.values():
            content = tuple((one.path.rpartition("/")[2], one.functions, one.put_off) for one in lost)
            copied.setdefault(content, []).extend(lost)
    yield from copied.values()


def _grade(match: Match) -> Severity:
    planned = match.captures.get("name") == "main" and is_script(match.path)
    partial = planned or bool(match.captures.get("partial"))
    if match.captures.get("uncalled") or match.captures.get("elsewhere"):
        return "info"
    if lets_everybody_in(match) and not match.captures.get("unused"):
        return "error"
    return "info" if is_limit(match) or (partial and not match.text.startswith("todo!")) else "warning"


def _whole_name(match: Match) -> str:
    """The name of a function, behind that of the class or object that it belongs to."""
    seen = match.captures
    name, owner = seen.get("name", ""), seen.get("of") or seen.get("owner") or ""
    joint = "::" if match.path.endswith(".rs") else "."
    return f"{owner}{joint}{name}" if owner and name.isidentifier() and name != "function" else name


def _told(match: Match) -> str:
    seen = match.captures
    name = _whole_name(match)
    if seen.get("pretends"):
        unused = seen.get("unused") or seen.get("uncalled")
        ending = "nothing here calls it" if unused else "whoever calls it takes that for real"
        return (
            f"{'This function' if name == 'function' else name} is a placeholder: it {seen['pretends']}, and {ending}."
        )
    if seen.get("uncalled"):
        return f"{name} is not implemented, and nothing calls it."
    if seen.get("partial"):
        return f"A branch of {name or 'this code'} is not implemented."
    if seen.get("several"):
        return f"The {name} are empty: every call does nothing."
    return f"{name or 'This'} is not implemented: every call fails or does nothing."


def _of_habit(hollow: dict[str, list[Match]]) -> Iterable[list[Match]]:
    """Hollow tests by their folders; where many folders have some it is a habit, told once, those for the runner apart."""
    if len(hollow) <= _SINGLY:
        return hollow.values()
    tests = list(chain.from_iterable(hollow.values()))
    return filter(None, ([one for one in tests if _is_meant(one) is meant] for meant in (False, True)))


def _is_meant(test: Match) -> bool:
    """Whether a hollow test owns up to being there for the runner."""
    return _FOR_THE_RUNNER.search(f"{test.path} {test.captures['name']}") is not None
