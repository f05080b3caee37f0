"""Which functions nothing in the repository calls, told by where their names stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.code._uses import uses
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match

__all__ = ["with_callers"]

_READ = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".py", ".go")
_MOST = 40
"""Names up to which a search for them is faster than reading every source; more in one repository are taken to be called."""
_BY_PLACE = regex(r"(?i)(?:^|/)(?:migrations?|seeds?|commands?|plugins?|functions)/")
"""Folders whose functions a framework finds by itself."""
_BY_NAME = regex(
    r"__\w+__|[A-Z]{2,7}|main|default|middleware|config|load|loader|action|headers|register|handler|\w*_handler|lambda_\w+|get(?:Static|ServerSide|InitialProps)\w*"
    r"|generate(?:Metadata|StaticParams|Viewport)|(?:pre|post)[A-Z]\w*|on[A-Z]\w*|ng[A-Z]\w*|use|handle|validate|canActivate|intercept|transform|init|setup|up|down|test_?\w*|visit_\w+"
)
"""Names by which a runtime or a framework finds functions."""
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
    places = {(one.path, one.line) for one in asked if one.captures["name"] in lone}
    return [_marked(context, one) if (one.path, one.line) in places else one for one in found]


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
