"""Verdicts and measurements that nothing stands behind: they are left to chance, or are always yes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._fake_words import DELEGATES
from toolkit.checks.code._pretence import called, is_honest, notes_of, pretends
from toolkit.checks.code._tree import FUNCTIONS, body_of, function_name, function_of, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["EVERYTHING", "JUDGES", "SAYS", "fake_chance", "fake_verdict", "says_yes"]

EVERYTHING = "says yes to everything"

JUDGES = regex(
    r"(?:verify|authenticate|authori[sz]e)(?![a-z])\w*|check_?(?:[Ss]ignature|[Pp]roof|[Aa]uth|[Pp]ermission|[Aa]ccess|[Tt]oken|[Pp]ayment)\w*"
    r"|attest\w*|has_?(?:[Pp]ermission|[Aa]ccess|[Rr]ole)\w*|is_?(?:[Pp]ermitted|[Ee]ntitled)\w*"
    r"|is_?(?:[Aa]uthori[sz]ed|[Aa]uthenticated|[Vv]alid_?(?:[Ss]ignature|[Pp]roof|[Tt]oken))|validate_?(?:[Ss]ignature|[Tt]oken|[Pp]roof|[Pp]ayment|[Tt]ransaction|[Jj][Ww][Tt]|[Ss]ession)\w*"
)
_YES = regex(
    r"(?:return\s+)?(?:true|True|Ok\(true\)|Ok\(\(\)\)|Promise\.resolve\(true\)|\{\s*[\"']?(?:valid|success|verified|ok|authorized|isValid)[\"']?\s*:\s*[tT]rue,?\s*\});?"
)
_MEASURES = regex(
    r"\w+(?:_?[Ss]core|_?[Cc]onfidence|_?[Rr]evenue|_?[Bb]alance)|(?:get|fetch|calculate|compute|measure|estimate|predict|score|analy[sz]e|evaluate|assess|query|check|verify)_?[A-Z_a-z]\w*"
)
SAYS = regex(
    r"(?:await\s+)?(?:(?:console|_?log(?:ger|ging)?|(?:this|self)\._?log(?:ger)?|tracing|log)(?:\.|::)\w+!?|print(?:ln!)?|(?:info|debug|warn|println)!|(?:time\.|asyncio\.)?sleep|delay)\s*\("
)
"""Statements that only write to a log, or wait."""
_BY_CHANCE = regex(
    r"(?i)rand|jitter|delay|backoff|noise|colou?r|(?:_|\b)id$|Id$|seed|sampl|position|offset|angle|nonce|hash|shuffle|dice|roll|spawn|particle|name|avatar|emoji|quote|tip|weight|interval|ttl|timeout|port|style|size|rotation|velocity"
)
_PLAYS = regex(r"(?i)scenario|simulat|demo(?!graph|cra|te)|mock|sample(?:_?data)?$|seed")
"""Names of functions that make up what is shown."""
_CHANCE = regex(r"Math\.random\(\)|\brandom\.(?:random|uniform|randint|choice|gauss)\(|\brand::random\b")


def fake_chance(node: Any, path: str) -> Seen:
    """A verdict or a measurement that is left to chance."""
    function = node if node.kind() in FUNCTIONS else function_of(node)
    if function is None or is_honest(function, path):
        return None
    name = called(function)
    if any(_PLAYS.search(function_name(one)) for one in up(node) if one.kind() in FUNCTIONS):
        return None
    if node.kind() in FUNCTIONS:
        body = body_of(node)
        found = statements(body) if body is not None and body.kind() in ("statement_block", "block") else [body]
        if len(found) != 1 or found[0] is None or not _MEASURES.fullmatch(name) or _BY_CHANCE.search(name):
            return None
        text = re.sub(r"^return\s+", "", found[0].text())
        text = re.sub(r"^(?:[\d.\s+*(-]|Math\.(?:floor|round|ceil)|Number)+", "", text)
        return pretends(function, name, "answers by chance") if _CHANCE.match(text) else None
    return pretends(function, name or "this code", "decides by chance")


def fake_verdict(node: Any, path: str) -> Seen:
    """A function that is to verify something and always says yes."""
    name = function_name(node)
    if not JUDGES.fullmatch(name):
        return None
    body = body_of(node)
    parameters = node.field("parameters")
    if body is None or is_honest(node, path):
        return None
    given = parameters.named_children() if parameters is not None else []
    found = statements(body) if body.kind() in ("statement_block", "block") else [body]
    found = [one for one in found[:-1] if not SAYS.match(one.text())] + found[-1:]
    if not [one for one in given if one.text() not in ("self", "&self", "cls")] or len(found) != 1:
        return None
    if not _YES.fullmatch(found[0].text().strip()):
        return None
    elsewhere = any(DELEGATES.search(one) for one in notes_of(node))
    return {**(pretends(node, name, EVERYTHING) or {}), "elsewhere": "1" if elsewhere else ""}


def says_yes(name: str, found: list[Any]) -> bool:
    """Whether a function that is to verify something has no other answer than yes."""
    return (
        JUDGES.fullmatch(name) is not None and bool(found) and all(_YES.fullmatch(one.text().strip()) for one in found)
    )
