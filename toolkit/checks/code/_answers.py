"""What the answers of a function say of whether it works: that they are worked out, written out, looked up, or only kept in the source."""

from __future__ import annotations

import re
from typing import Any

from toolkit.checks.code._fake_words import ADMITS, CHANCE, KEPT, OWES, SIMULATES
from toolkit.checks.code._pretence import is_constant, within
from toolkit.checks.code._tree import COMMENTS, name_of, own, up
from toolkit.expressions import regex

__all__ = ["adds_up", "compares", "is_content", "is_known_lack", "is_of_one_way", "looks_up", "works", "writes_out"]

_WAYS = frozenset({"if_statement", "if_expression", "switch_case", "match_arm", "case_clause"})
_LONG = 300
_RECKONS = regex(r"(?<![*/])[*/](?![*/])")
_COMPARES = regex(r"[=!]==?|[<>]=?(?![<>])")
_ORDERS = regex(r"[<>]")
_NUMBER = regex(r"(?<![\w\"'`])\d+(?:\.\d+)?(?![\w\"'`])")
_SEVERAL_SUMS = 3
"""Products and quotients of what a function was given, which no placeholder needs."""
_TEXT = regex(r"(?:return\s+)?(?:[rfb]{0,2}|r#+)[`\"']")
_LISTED = regex(r"^((?:return\s+)?)\[\s*(?=[\"'`](?:[^\]\n]|\n)*\]\.join\()")
"""The bracket of a list of texts that are joined to one."""
_HOLES = regex(r"\$?\{([^{}]{1,80})\}")
_CAPABLE = regex(
    r"(?i)^(?:has|is|supports?|can)\w*(?:backend|support(?:ed)?|supports|available|installed|capab\w+)$|^supports[A-Z_]"
)
_NO = regex(r"^(?:return )?(?:false|False|0|\(false\))\s*;?$")
"""An answer that a thing is not there, where it is not there: whoever asks may rely on it."""
_EMPTY = regex(r"(?:return\s+)?[rfb]{0,2}(?:''|\"\"|``);?")


def works(found: list[Any], notes: list[str], function: Any) -> bool:
    """Whether a word of a comment stands beside one of several answers, which are worked out, or chosen by sums of what was given."""
    different = len({one.text() for one in found})
    told_apart = different > _SEVERAL_SUMS and not any(_NUMBER.search(one.text()) for one in found)
    if told_apart and _weighs(function, _COMPARES):
        return True  # a state is put into words, whatever the words are about
    chosen = different > _SEVERAL_SUMS and _weighs(function, _ORDERS)
    several = different > 1 and (chosen or not all(is_constant(one) for one in found))
    return several and not any(OWES.search(note) for note in notes)


def is_of_one_way(function: Any, found: list[Any]) -> bool:
    """Whether all that the comments of a function admit is of one of its ways, and what it answers on the others is worked out."""
    notes = [one for one in own(function) if one.kind() in COMMENTS]
    notes = [one for one in notes if any(words.search(one.text()) for words in (ADMITS, SIMULATES, OWES))]
    ways = [next((up for up in within(one, function) if up.kind() in _WAYS), None) for one in notes]
    spans = [(way.range().start.index, way.range().end.index) for way in ways if way is not None]
    if not spans or len(spans) < len(ways):
        return False
    return any(
        not is_constant(one) and not any(start <= one.range().start.index < end for start, end in spans)
        for one in found
    )


def writes_out(found: list[Any], notes: list[str], function: Any) -> bool:
    """Whether every answer is a text into which a function puts what it was given, and no comment owes more: an address, a name, a line."""
    taken = function.field("parameters")
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    filled = [set(re.findall(r"[A-Za-z_]\w*", " ".join(_HOLES.findall(one.text())))) for one in found]
    texts = all(_TEXT.match(one.text()) for one in found)
    return bool(found) and texts and all(given & one for one in filled) and not any(OWES.search(one) for one in notes)


def _weighs(function: Any, how: re.Pattern[str]) -> bool:
    """Whether a function compares what it was given, or what it took out of that, in more than one condition."""
    taken, found = function.field("parameters"), list(own(function))
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    for one in found:
        kept = one.field("value") if one.kind() == "variable_declarator" else None
        if kept is not None and not given.isdisjoint(re.findall(r"[A-Za-z_]\w*", kept.text())):
            given.add(name_of(one))
    conditions = (one.field("condition") for one in found if one.kind() in ("if_statement", "elif_clause"))
    compared = [one for one in conditions if one is not None and how.search(one.text())]
    return sum(not given.isdisjoint(re.findall(r"[A-Za-z_]\w*", one.text())) for one in compared) > 1


def adds_up(function: Any) -> bool:
    """Whether a function works its answer out step by step, of what it was given perhaps, and leaves nothing to chance."""
    if CHANCE.search(function.text()) is not None:
        return False
    taken = function.field("parameters")
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    found = list(own(function))
    sums = [one.text() for one in found if one.kind() in ("binary_expression", "binary_operator")]
    reckoned = [one for one in sums if _RECKONS.search(one) and given.intersection(re.findall(r"[A-Za-z_]\w*", one))]
    steps = any(one.kind() in ("augmented_assignment_expression", "augmented_assignment") for one in found)
    chosen = (one.text() for one in found if one.kind().endswith("_comprehension") and " if " in one.text())
    return (
        steps
        or len(reckoned) >= _SEVERAL_SUMS
        or any(len(given.intersection(re.findall(r"[A-Za-z_]\w*", one))) > 1 for one in chosen)
    )


def is_content(found: list[Any]) -> bool:
    """Whether all that is answered is texts, and long ones where there is any: they are what was promised, only kept in the source."""
    told = [_LISTED.sub(r"\1", one.text()) for one in found]
    written = [text for text in told if not _EMPTY.fullmatch(text)]
    return bool(written) and all(len(text) > _LONG and _TEXT.match(text) for text in written)


def looks_up(found: list[Any], function: Any) -> bool:
    """Whether every answer is what the object or the module keeps, or whether something is among it: that is all that it says it does."""
    if not found or all(KEPT.fullmatch(one.text().strip()) for one in found):
        return bool(found)
    names = {one.text().removeprefix("return").strip(" ;") for one in found}
    name = names.pop() if len(names) == 1 else ""
    filled = rf"\bimport[^\n]*\b{name}$|\b{name}(?:\.(?:push|set|add|unshift|append)\(|\[[^\]\n]+\]\s*=(?!=))"
    return name.isidentifier() and re.search(filled, list(up(function))[-1].text(), re.MULTILINE) is not None


def compares(found: list[Any], function: Any) -> bool:
    """Whether every answer is a comparison of what a function was given: it judges, in a plain way perhaps."""
    taken = function.field("parameters")
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    texts = [one.text() for one in found]
    return bool(texts) and all(
        _COMPARES.search(one) and not given.isdisjoint(re.findall(r"[A-Za-z_]\w*", one)) for one in texts
    )


def is_known_lack(name: str, found: list[Any]) -> bool:
    """Whether a function that is asked whether a thing is there always says no: it is not, and whoever asks goes another way."""
    return bool(found) and _CAPABLE.search(name) is not None and all(_NO.search(one.text()) for one in found)
