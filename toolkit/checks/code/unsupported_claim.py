"""See :class:`UnsupportedClaim`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._paths import is_test
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S
from toolkit.checks.code._stubs import stubs
from toolkit.context import Unreadable
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_CLAIM = re.compile(
    r"(?i)\bproduction[- ]ready\b|\b100\s?%\s+(?:complete|implemented|functional|done|finished|tested|(?:test )?coverage)\b"
    r"|\bfully (?:implemented|functional|tested|operational)\b|\ball (?:unit |integration |the )?tests (?:are )?pass(?:ing|ed)?\b"
)
_DENIED = re.compile(
    r"(?i)\bnot\b|n't\b|\bnever\b|\bno\b|\bnor\b|\bbefore\b|\buntil\b|\bonce\b|\bwhen\b|\bif\b|\bshould\b|\bmust\b|\bwill\b|\bmake (?:it|this|sure)\b|\bto be\b|\bgoal\b|\baim"
    r"|\btodo\b|\bwithout\b|\bensure|\bverify|\bcheck that\b|\bplanned\b|\broadmap\b|\btoward|\bbecom|\bfor (?:a )?production[- ]ready|\bneeds?\b|\?\s*$|\[ \]|\bhow to\b"
    r"|\blearn\b|\bguide\b|\bwant\b|\byou can\b|\bstill\b|\bremain"
)
_HISTORY = re.compile(
    r"(?i)(?:change-?log|history|releases?|contributing|license|security|code_of_conduct|pull_request_template)"
)
_WHOLE = frozenset({".", "docs", "doc", "reports", "report", "documentation", ".github", "status"})
_TEST_NAMES = ("#[test]", "#[tokio::test]", "def test_")


class UnsupportedClaim(Check):
    """A document says that something is finished, and its code has stubs or no tests.

    What it checks: Markdown that says production-ready, 100 % complete, fully implemented or all tests pass, against the stubs that
        ``stub-implementation`` warns of in the subproject around it, and, where tests are claimed, against there being any. A document of the root or of a
        folder of reports speaks for the whole repository. Lines that deny, plan or ask are no claims, nor is a change log.
    Why it matters: People deploy, audit and pay by such lines. The next engineer loses days to find out that they are not true.
    How to fix: Write what is missing, or say in the document what is.
    Fix safety: Manual. Either the code or the sentence has to change.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        missing = [
            one for one in stubs(context) if not one.captures.get("partial") and not context.is_foreign(one.path)
        ]
        for path in sorted(context.matching("*.md", "*.mdx", "*.markdown")):
            claim = _claim(context, path)
            if claim is None:
                continue
            line, text, of_tests = claim
            scope = _scope(context, path)
            hits = [one for one in missing if below(scope, one.path)]
            untested = of_tests and not _has_tests(context, scope)
            if not hits and not untested:
                continue
            places = [f"{one.path}:{one.line} {one.captures.get('name', '')}".strip() for one in hits]
            yield self.finding(
                context,
                path,
                f"It says {text!r}, but "
                + (
                    f"{places[0]} is a stub" + (f", and so are {len(places) - 1} more" if len(places) > 1 else "")
                    if places
                    else "there is no test"
                )
                + ".",
                line=line,
                evidence="; ".join(places[:5]) or f"no test file in {scope}",
                fixes=(Fix("write what is missing, or say in the document what is", "manual"),),
            )


def _claim(context: Inspection, path: str) -> tuple[int, str, bool] | None:
    """The first line that claims something: its number, the words, and whether they are about tests."""
    if _HISTORY.search(path.rpartition("/")[2]):
        return None
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return None
    if not _CLAIM.search(text):
        return None
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        match = _CLAIM.search(line[:2000])
        if match and not fenced and not _DENIED.search(_sentence(line[:2000], match)):
            return number, match[0], "test" in match[0].lower()
    return None


def _sentence(line: str, match: re.Match[str]) -> str:
    start = max(line.rfind(end, 0, match.start()) for end in (". ", "! ", "? ", "| "))
    stop = min((at for end in (". ", "! ", " |") if (at := line.find(end, match.end())) >= 0), default=len(line))
    return line[max(start, 0) : stop + 1]


def _scope(context: Inspection, path: str) -> str:
    """The folder that a document speaks for."""
    folder = folder_of(path)
    owner = context.owner(path)
    if owner is not None and owner.path != ".":
        members = [one for one in owner.members if below(one, path)]
        return max((owner.path, *members), key=len)
    top = folder.split("/")[0].lower()
    return "." if top in _WHOLE or folder == "." else folder


def _has_tests(context: Inspection, scope: str) -> bool:
    """Whether there is a test at all: by its name, or as Rust keeps them, within the sources."""
    paths = context.below(scope)
    if any(
        is_test(path)
        for path in paths
        if path.endswith((".ts", ".tsx", ".js", ".jsx", ".mjs", ".py", ".rs", ".go", ".sol", ".java", ".dart"))
    ):
        return True
    if any(path.endswith("_test.go") for path in paths):
        return True
    for path in paths:
        if path.endswith((".rs", ".py")):
            try:
                if any(name.encode() in context.read(path) for name in _TEST_NAMES):
                    return True
            except Unreadable:
                return True
    return inside(scope, "package.json") not in context.inventory.files and not paths
