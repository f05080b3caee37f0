"""See :class:`UnsupportedClaim`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks._standing import is_idle
from toolkit.checks._texts import text_of
from toolkit.checks.code._claimed_places import MANIFESTS, has_sources, has_tests, name_of, place_of, scope_of
from toolkit.checks.code._claims import FINISHED, TESTED, claims, rows
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
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
_Said = tuple[int, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Line, words, kind, part, words of the section, names, and the words beside a claim."""
_Row = tuple[int, str]
_UNTESTED = "no file of tests"
_STEP = regex(
    r"(?:phase|story|sprint|milestone|epic|task|step|week|day|part|iteration|stage)s?[-_ ]?\d|(?:bug[-_ ]?|hot)?fix(?:es)?(?![a-z])|migrat(?:ion|e)|clean-?up|refactor|upgrade",
    re.IGNORECASE,
)
"""Names of documents about one step of the work."""
_REPAIR = regex(
    r"(?i)(?:^|[-_ ])(?:(?:bug[-_ ]?|hot)?fix(?:es)?|migrations?|clean-?up|refactor(?:ing)?|upgrade)(?=[-_ .\d])"
)
"""Names of documents about something that was put right: what they call ready is that."""
_FOR_ALL = regex(
    r"(?i)stat(?:us|e)|report|summary|complet|ready|readiness|audit|launch|progress|final|overview|index|release|achievement|submission"
)
"""Names of documents that say how far the work has come."""
_PRAISE = regex(r"(?i)(?:production[- ]grade|battle[- ]tested)$")
"""Words that praise, and claim nothing that a stub contradicts."""
_SAYS_SO = regex(
    r"(?i)\bnot (?:yet )?(?:fully )?implemented\b|^#+ .*\b(?:known (?:limitation|issue|gap)s?|not (?:yet )?done|still missing)\b",
    re.MULTILINE,
)
"""Words by which a document says itself what is not there."""
_OF_WORK = regex(r"(?i)(?:implementation|status)\b")
"""Claims by which a summary says that a piece of work was done."""


class UnsupportedClaim(Check):
    """A document says that something is finished, and its code has stubs or no tests.

    What it checks: Sentences, headings, badges and lines of a status that call the work production-ready, complete, free of mocks or ready to launch,
        rows and boxes that are ticked, beside stubs in the code that they speak of; passing tests and a coverage where there is no test. Denials,
        plans, prompts, archives, claims about parts without a stub, and stubs in modules that nothing loads stay quiet. It is a warning where a README or a document on the state of the work says it
        of the whole, beside several stubs or one of what hurts most, or where what is claimed and a stub have a name in common, and ``info`` everywhere else: where only a part, a step or a bug is said to be
        done. Of several documents on one whole, or on one part with the same stub, the one that is read first counts. A document that says what is not
        implemented is told as information.
    Why it matters: People deploy, audit and pay by such lines. The next engineer loses days to find out that they are not true.
    How to fix: Write what is missing, or say in the document what is.
    Fix safety: Manual. Either the code or the sentence has to change.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        # What nothing loads is no part of what a document speaks of.
        lacking = [one for one in missing(context) if not (context.is_foreign(one.path) or is_idle(context, one.path))]
        told: set[str] = set()
        read: set[str] = set()
        parts: Counter[str] = Counter()
        guides = context.inventory.named("README.md")
        # One in a folder of documents names a part: only beside code it names a whole.
        homes = [path for path in guides if has_sources(context, folder_of(path))]
        names = {word for path in homes for word in context.fact(name_of, path)}
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
                    fault = finding.message.partition("', but")[2]
                    untested = finding.evidence == _UNTESTED
                    single = bool(part) and is_named_after_part(path)
                    cause = fault if untested else finding.evidence.partition(";")[0] if single else about
                    fits = untested or _is_sure(finding, weighed, hits, names, is_own=folder_of(path) == scope)
                    said = _SAYS_SO.search(text_of(context, path, errors="replace")) is not None and not untested
                    tells = fits and not said and cause not in told and parts[about] < _ENOUGH
                    yield finding if tells else replace(finding, severity="info")
                    told.update({cause} if fits else ())
                    parts[about] += tells and single

    def _told(
        self, context: Inspection, path: str, hits: list[Match], found: list[_Said], ticked: list[_Row]
    ) -> Iterator[Finding]:
        """What the code does not bear out, the most general claim first."""
        scope = scope_of(context, path)
        for line, text, kind, about, near, named, _ in sorted(found, key=_breadth):
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


def _breadth(said: _Said) -> tuple[bool, bool, bool]:
    """Those that are about the whole, and mean it, come first."""
    return bool(said[3]), bool(said[6]), _PRAISE.search(said[1]) is not None


def _is_sure(finding: Finding, found: list[_Said], hits: list[Match], names: set[str], *, is_own: bool) -> bool:
    """Whether a claim and the stubs beside it are certainly about the same: it is narrowed down to what the name of one says, or speaks for all."""
    path, said = finding.path, next((one for one in found if one[0] == finding.line), None)
    if said is None:
        return True  # a row about the stub itself
    name = path.rpartition("/")[2]
    if _REPAIR.search(name) and not name.lower().startswith("readme"):
        return False
    first = name.lower().startswith("readme") and (is_own or path.count("/") <= 1)
    around = names | telling(re.findall(r"[A-Za-z]{4,}", folder_of(path).replace("_", " ")), 4)
    narrow = (frozenset(said[3]) | frozenset(said[6])) - around  # in its own folder a part is the whole
    if not narrow and not first:
        narrow = telling(re.findall(r"[A-Za-z]{4,}", name.partition(".")[0].replace("_", " ")), 4) - around
    if narrow:
        places = (f"{one.path.rpartition('/')[2]} {one.captures.get('name', '')}" for one in hits)
        return any(closeness(narrow, place)[0] >= min(len(narrow), 2) for place in places)
    several = len(hits) > 1 or any(closeness(frozenset(), _place(one))[1] for one in hits)
    speaks = several and (first or (_FOR_ALL.search(name) is not None and _STEP.search(name) is None))
    modest = _OF_WORK.match(said[1]) is not None and re.search(r"(?i)summary|session|changes", name) is not None
    return speaks and not modest and _PRAISE.search(said[1]) is None


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
            tuple(sorted(one.beside)),
        )
        for one in islice(claims(path, text), _MOST)
    )
    ticked = tuple((number, line[:300]) for number, line in islice(rows(path, text), _MOST_ROWS))
    subject = tuple(sorted(title(path, text))) if found else ()
    return found, ticked, subject, bool(subject) and is_of_part(path, text)
