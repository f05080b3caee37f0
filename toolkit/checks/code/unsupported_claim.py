"""See :class:`UnsupportedClaim`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._claimed_places import MANIFESTS, has_sources, has_tests, name_of, place_of, scope_of
from toolkit.checks.code._claims import FINISHED, TESTED, claims, rows
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S
from toolkit.checks.code._stubs import missing
from toolkit.checks.code._subjects import (
    area_of,
    closeness,
    is_claimed,
    is_named_after_part,
    is_of_part,
    is_part_of,
    telling,
    title,
)
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.model import Finding


_ENOUGH = 2
"""Documents about parts of one whole, from which on the others are only worth knowing."""
_MOST_ROWS = 400
_MOST = 60
_Said = tuple[int, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Line, words, kind, part, words of the section, and names of a claim."""
_Row = tuple[int, str]
_UNTESTED = "no file of tests"
_STEP = regex(
    r"(?:phase|story|sprint|milestone|epic|task|step|week|day|part|iteration|stage)s?[-_ ]?\d|(?:bug[-_ ]?|hot)?fix(?:es)?(?![a-z])|migrat(?:ion|e)|clean-?up|refactor|upgrade",
    re.IGNORECASE,
)
"""Names of documents about one step of the work."""
_SUMMARY = regex(r"summary|session|implementation|changes", re.IGNORECASE)
"""Names of documents about what somebody has done, of which it is then said that it is done."""
_OF_ALL = regex(r"production|100 ?%|\bready\b|\bfully\b|\beverything\b|\ball\b", re.IGNORECASE)
"""Words of claims that say more than that a piece of work was done."""


class UnsupportedClaim(Check):
    """A document says that something is finished, and its code has stubs or no tests.

    What it checks: Sentences, headings, badges and lines of a status that call the work production-ready, complete, free of mocks or ready to launch,
        rows and boxes that are ticked, beside stubs in the code that they speak of; passing tests and a coverage where there is no test. Denials,
        plans, prompts, archives, and claims about parts without a stub stay quiet. Of the documents that say it of one whole, or of one part with the
        same stub, the one that is read first is a warning (of parts two) and the others are ``info``, and so are documents about a part, or one numbered step, that only say
        that it is done, where no stub has to do with it.
    Why it matters: People deploy, audit and pay by such lines. The next engineer loses days to find out that they are not true.
    How to fix: Write what is missing, or say in the document what is.
    Fix safety: Manual. Either the code or the sentence has to change.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        lacking = [one for one in missing(context) if not context.is_foreign(one.path)]
        told: set[str] = set()
        read: set[str] = set()
        parts: Counter[str] = Counter()
        names = {word for path in context.inventory.named("README.md") for word in context.fact(name_of, path)}
        tops = {path.partition("/")[0] for path in context.inventory.files if "/" in path} if lacking else ()
        whole = context.fact(name_of, "README.md") if context.is_file("README.md") else ()
        folders = {word for top in tops for word in telling([top], 4)}.difference(whole)

        def order(path: str) -> tuple[int, bool, bool, str]:
            """Those that are read first, and of these the ones about the whole."""
            depth, other, name = _prominence(path)
            subject = context.fact(_said, path)[2]
            return depth, other, not (names - folders).issuperset(subject), name

        for path in sorted(context.matching("*.md", "*.mdx", "*.markdown"), key=order):
            found, ticked, subject, of_part = context.fact(_said, path)
            twin = path.lower() in read  # one document under two names that differ in their case
            read.add(path.lower())
            if (found or ticked) and not twin and not context.is_foreign(path):
                scope = scope_of(context, path)
                about = place_of(path, scope)
                part = frozenset(subject) - names
                named = part or folders.intersection(subject)
                certain = len(named) == 1 and (of_part or not named.isdisjoint(folders))
                narrow = frozenset(named if certain else ())
                near = [one for one in lacking if below(scope, one.path) and below(about, one.path)]
                hits = [one for one in near if is_part_of(narrow, _place(one))]
                weighed = [(*one[:3], one[3] or tuple(part), *one[4:]) for one in found]  # a title is of all its claims
                held = [row for row in ticked if not part or any(is_part_of(part, _place(one)) for one in hits)]
                for finding in islice(self._told(context, path, hits, weighed, held), 1):
                    said, _, fault = finding.message.partition("', but")
                    untested = finding.evidence == _UNTESTED
                    words = part.union(*(one[3] for one in found))
                    single = bool(part) and is_named_after_part(path)
                    cause = fault if untested else finding.evidence.partition(";")[0] if single else about
                    step = _STEP.search(path.rpartition("/")[2]) is not None
                    general = _OF_ALL.search(said) is not None and not (single and names) and not step
                    summed_up = _SUMMARY.search(path.rpartition("/")[2]) is not None
                    modest = summed_up and not general and not part and finding.line not in dict(held)
                    fits = untested or general or (not modest and _concerns(words, hits, is_part=bool(words) or step))
                    tells = fits and cause not in told and parts[about] < _ENOUGH
                    yield finding if tells else replace(finding, severity="info")
                    told.update({cause} if fits else ())
                    parts[about] += tells and single

    def _told(
        self, context: Inspection, path: str, hits: list[Match], found: list[_Said], ticked: list[_Row]
    ) -> Iterator[Finding]:
        """What the code does not bear out, the most general claim first."""
        scope = scope_of(context, path)
        for line, text, kind, about, near, named in sorted(found, key=lambda one: bool(one[3])):
            packages = _packages(context, named)
            contrary = [one for one in hits if is_part_of(frozenset(about), _place(one))] if kind == FINISHED else []
            contrary = [one for one in contrary if not packages or any(below(up, one.path) for up in packages)]
            contrary.sort(key=lambda one: closeness(frozenset(near), _place(one)), reverse=True)
            if contrary:
                count = len(contrary) - 1
                more = f", and so {'is one' if count == 1 else f'are {count}'} more" if count else ""
                told = f"It says {text!r}, but {_place(contrary[0])} is {_fault(contrary[0])}{more}."
                yield self._finding(context, path, line, told, contrary)
            tested = packages or {scope}
            untested = sorted(one for one in tested if not has_tests(context, one)) if kind == TESTED else []
            names = {one.rpartition("/")[2] for one in tested.difference(untested)}
            untested = [
                one for one in untested if one.rpartition("/")[2] not in names
            ]  # the other of that name is meant
            if untested:
                yield self._finding(
                    context, path, line, f"It says {text!r}, but there is no test in {untested[0]}.", []
                )
        for line, text in ticked:
            of_row = [one for one in hits if is_claimed(one.captures.get("name", ""), text)]
            if of_row:
                told = f"It says {' '.join(text.split())[:80]!r}, but {_place(of_row[0])} is {_fault(of_row[0])}."
                yield self._finding(context, path, line, told, of_row)

    def _finding(self, context: Inspection, path: str, line: int, message: str, hits: list[Match]) -> Finding:
        return self.finding(
            context,
            path,
            message,
            line=line,
            evidence="; ".join(_place(one) for one in hits[:5]) or _UNTESTED,
            fixes=(Fix("write what is missing, or say in the document what is", "manual"),),
        )


def _concerns(words: frozenset[str], hits: list[Match], *, is_part: bool) -> bool:
    """Whether a stub has to do with a document about a part of the work, or one step of it; all have with one about the whole."""
    return not is_part or any(closeness(words, _place(one))[0] for one in hits)


def _place(stub: Match) -> str:
    return f"{stub.path}:{stub.line} {stub.captures.get('name', '')}".strip()


def _fault(stub: Match) -> str:
    return "never compiled" if stub.captures.get("uncompiled") else "a stub"


def _packages(context: Inspection, named: tuple[str, ...]) -> set[str]:
    """The subprojects that a line calls by their folders' names."""
    names = {one.strip("`").rpartition("/")[2] for one in named}
    if not names:
        return set()
    folders = (folder_of(path) for name in MANIFESTS for path in context.inventory.named(name))
    return {one for one in folders if one.rpartition("/")[2] in names and has_sources(context, one)}


def _prominence(path: str) -> tuple[int, bool, str]:
    """The documents that are read first come first."""
    return path.count("/"), not path.rpartition("/")[2].lower().startswith("readme"), path


def _said(context: Inspection, path: str) -> tuple[tuple[_Said, ...], tuple[_Row, ...], tuple[str, ...], bool]:
    """The claims of a document in words, what it ticks off, what its title is about, and whether that is a part."""
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return (), (), (), False
    area = area_of(path, text) if path.lower() != "readme.md" else ""
    found = tuple(
        (
            one.line,
            one.text,
            one.kind,
            tuple(sorted(one.about or ({area} if area else ()))),
            tuple(sorted(one.near)),
            one.named,
        )
        for one in islice(claims(path, text), _MOST)
    )
    ticked = tuple((number, line[:300]) for number, line in islice(rows(path, text), _MOST_ROWS))
    subject = tuple(sorted(title(path, text))) if found else ()
    return found, ticked, subject, bool(subject) and is_of_part(path, text)
