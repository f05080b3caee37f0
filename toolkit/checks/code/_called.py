"""Which functions nothing in the repository calls, told by where their names stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._standing import is_idle
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.code._see.verdicts import EVERYTHING
from toolkit.checks.code._subjects import CRITICAL
from toolkit.checks.code._uses import uses
from toolkit.expressions import regex
from toolkit.places import home_of, inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match

__all__ = ["lets_everybody_in", "with_callers"]

_READ = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".py", ".go")
_ASKING = (*_READ, ".rs", ".vue", ".svelte", ".java", ".kt")
_DECLARES = (
    r"\s*(?:(?:export|default|async|public|private|protected|static|override|abstract|readonly|pub(?:\([^)\n]*\))?|const|let|var|unsafe)\s+)*"
    r"(?:(?:def|fn|function\*?|func(?:\s*\([^)\n]*\))?)\s+%s\b|%s\s*\??\s*(?:<[^<>\n]*>)?\([^;]*(?:\{|\)\s*(?::|->)[^;\n]*;?|\(|,)\s*$|%s\s*(?:[:=].*(?:=>|\bfunction\b|\blambda\b).*|\?\s*:.*)$)"
)
"""The head of a function, a method, or what an interface asks for."""
_SPOKEN = regex(r"\s*(?://|\*|/\*|#|import\b|from\b|export\s*\{|\}\s*from\b)")
_WORD = regex(r"[\w$]+")
_SENTENCE = regex(r"([\"'`])[^\"'`\n]* [^\"'`\n]*\1")
_NOT_ONE = ("hollow", "several", "whole", "soon", "partial", "uncalled")
"""What a match has that is no single function which does nothing."""
_PRIVATE = regex(r"\"private\"\s*:\s*true")
_SPOKEN_OF = 3
"""Further places of a name that may only speak of it: comments, and what it writes to a log."""
_MOST = 40
"""Names up to which a search for them is faster than reading every source; more in one repository are taken to be called."""
_BY_PLACE = regex(r"(?i)(?:^|/)(?:migrations?|seeds?|commands?|plugins?|functions)/")
"""Folders whose functions a framework finds by itself."""
_BY_NAME = regex(
    r"__\w+__|[A-Z]{2,7}|main|default|middleware|config|load|loader|action|headers|register|handler|\w*_handler|lambda_\w+|get(?:Static|ServerSide|InitialProps)\w*"
    r"|generate(?:Metadata|StaticParams|Viewport)|(?:pre|post)[A-Z]\w*|on[A-Z]\w*|ng[A-Z]\w*|use|handle|validate|canActivate|intercept|transform|init|setup|up|down|test_?\w*|visit_\w+"
)
"""Names by which a runtime or a framework finds functions."""
_OPENS = regex(
    r"(?i)_?(?:verify|check|validate|is_?valid)\w*?(?:signature|saml|totp|otp|2fa|mfa|jwt|proof|password|credentials?|webhook|(?:access|auth\w*)_?token|token$)"
)
"""Names of functions that let somebody in, or take what he sent for his."""
_HERITAGE = regex(r"\b(?:extends|implements)\b|\(\s*(?!object\s*\)|\))\w")


def with_callers(context: Inspection, found: Sequence[Match]) -> list[Match]:
    """Stubs, of which those that pretend and that nothing calls have ``unused``, or ``uncalled`` where no other module could.

    Args:
        context: the run.
        found: stubs.
    """
    defined = Counter(one.captures.get("name", "") for one in found)
    asked = [one for one in found if one.path.endswith(_READ) and one.captures.get("pretends")]
    asked = [one for one in asked if _is_called_by_name(text_of(context, one.path, errors="replace"), one)]
    names = {one.captures["name"] for one in asked}
    counted = uses(context, names, (".go",)).counted if len(names) <= _MOST else {}
    lone = {name for name, count in counted.items() if count <= defined[name]}
    named = {name for name, count in counted.items() if defined[name] < count <= defined[name] + _SPOKEN_OF}
    lone |= named - _asked(context, named)
    places = {(one.path, one.line) for one in asked if one.captures["name"] in lone}
    marked = [_marked(context, one) if (one.path, one.line) in places else one for one in found]
    marked = [
        replace(one, captures={**one.captures, "unused": "1"})
        if lets_everybody_in(one) and not _asked(context, {one.captures["name"]})
        else one
        for one in marked
    ]
    marked = [
        replace(one, captures={**one.captures, "uncalled": "1"})
        if not any(map(one.captures.get, _NOT_ONE)) and is_idle(context, one.path)
        else one
        for one in marked
    ]
    return _left_over(context, marked)


def _left_over(context: Inspection, found: Sequence[Match]) -> list[Match]:
    """Stubs, of which those of an application that no line of its sources calls are ``uncalled``: nobody takes them for real. What would hurt most stays."""
    lone = {
        (one.path, one.line): one.captures["name"]
        for one in found
        if one.path.endswith(_READ)
        and not any(map(one.captures.get, _NOT_ONE))
        and not CRITICAL.search(one.captures.get("name", ""))
        and _is_of_application(context, one.path)
        and _is_called_by_name(text_of(context, one.path, errors="replace"), one)
    }
    asked = _asked(context, set(lone.values()))
    return [
        replace(one, captures={**one.captures, "uncalled": "1"})
        if lone.get((one.path, one.line), "") not in {"", *asked}
        else one
        for one in found
    ]


def _is_of_application(context: Inspection, path: str) -> bool:
    """Whether a source belongs to a package that is not published, so that nobody else calls what is in it."""
    manifest = inside(home_of(context, path, ("package.json",)), "package.json")
    return context.is_file(manifest) and _PRIVATE.search(text_of(context, manifest, errors="replace")) is not None


def lets_everybody_in(match: Match) -> bool:
    """Whether a function that is asked by its name whether somebody may come in says yes to everything."""
    return match.captures.get("pretends") == EVERYTHING and _OPENS.match(match.captures["name"]) is not None


def _asked(context: Inspection, names: set[str]) -> set[str]:
    """The functions that a line of a source other than a test names, and neither declares nor speaks of."""
    asked: set[str] = set()
    declared = {name: re.compile(_DECLARES.replace("%s", re.escape(name))) for name in names}
    for path in holding(context, names) if names else ():
        if is_test(path) or not path.endswith(_ASKING):
            continue
        for line in text_of(context, path, errors="replace").split("\n"):
            found = names.intersection(_WORD.findall(line)) - asked
            found = found.intersection(_WORD.findall(_SENTENCE.sub("", line))) if found else found
            asked |= {name for name in found if declared[name].match(line) is None and _SPOKEN.match(line) is None}
    return asked


def _marked(context: Inspection, match: Match) -> Match:
    """A stub that nothing calls; where no other module could call it, it is left over for certain."""
    text, name = text_of(context, match.path, errors="replace"), re.escape(match.captures["name"])
    own = re.search(rf"(?m)^(?:async )?function {name}\b", text) and re.search(r"(?m)^export\b", text)
    handed = re.search(rf"\bexport\s*\{{[^}}]{{0,2000}}\b{name}\b|\bexports?\b[^\n]{{0,200}}\b{name}\b", text)
    mark = "uncalled" if own and not handed else "unused"
    return replace(match, captures={**match.captures, mark: "1"})


def _is_called_by_name(text: str, match: Match) -> bool:
    """Whether a function would be called by its name, and not by a framework that finds it by a decorator, a base class, its place or its name."""
    name, owner = match.captures.get("name", ""), match.captures.get("of") or match.captures.get("owner") or ""
    if not name.isidentifier() or name == "function" or _BY_NAME.fullmatch(name) or _BY_PLACE.search(match.path):
        return False
    above = text.splitlines()[: match.line][::-1]
    head = re.compile(rf"(?<![\w.]){re.escape(name)}\b(?! *\.)")
    at = next((number for number, line in enumerate(above) if head.search(line)), None)
    if at is None or above[at].startswith("func (") or re.search(rf"\bexport default\b[^\n]{{0,200}}\b{name}\b", text):
        return False
    if any(line.lstrip().startswith("@") for line in takewhile(str.strip, above[at + 1 : at + 9])):
        return False
    if not owner:
        return True
    held = re.search(rf"(?m)^[ \t]*(?:export (?:default )?)?class {re.escape(owner)}\b([^\n{{]*)", text)
    return held is not None and _HERITAGE.search(held[1]) is None
