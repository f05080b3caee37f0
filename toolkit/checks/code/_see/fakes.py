"""Functions that pretend: they answer with what somebody wrote down where work was promised.

A word alone proves nothing, since simulations, defaults and pure functions use the same ones. So a function is told
if its own comment admits that something else belongs there *and* nothing in it could do that work.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._answers import (
    adds_up,
    compares,
    is_content,
    is_known_lack,
    is_of_one_way,
    looks_up,
    works,
    writes_out,
)
from toolkit.checks.code._effects import forwards, is_inert, waits_for_input
from toolkit.checks.code._fake_words import (
    ADMITS,
    ADMITS_ANSWER,
    ASIDE,
    CHANCE,
    DECIDED,
    DEFAULTS,
    GUARD_TO_BE,
    LATER,
    NOTHING,
    OBSERVES,
    OWES,
    PLANS,
    REACHES,
    REFUSES,
    SIMPLER,
    SIMULATES,
    STANDS_FOR,
    WAITS,
    WORKED_OUT,
)
from toolkit.checks.code._pretence import (
    answers,
    called,
    given_name,
    is_constant,
    is_honest,
    is_shown,
    notes_of,
    owner_of,
    owns_up,
    pretends,
    replies,
)
from toolkit.checks.code._see.verdicts import EVERYTHING, says_yes
from toolkit.checks.code._tree import (
    AWAITS,
    BRANCHES,
    COMMENTS,
    FAILS,
    FUNCTIONS,
    above,
    body_of,
    function_of,
    is_conditional,
    own,
    statements,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["LOGS", "NOTES", "PROMISES", "fake_answer", "fake_note", "fake_result", "fake_wait"]

NOTES = 4
"""Comments in a row that are looked at: to go from one to the next takes time where there are thousands."""
_NEAR = 12
"""Nodes between a statement and the function that it gives a name to."""
_LONGEST = 4_000
_FEW = 2
"""Statements of a function that only answers."""
PROMISES = regex(
    r"(?i)_?(?:export|archive|send|sync|save|store|persist|delete|purge|create|update|process|compute|calculate|verify|attest|can|may|is|has|check|validate|authori[sz]e|authenticate|charge"
    r"|refund|pay|notify|publish|generate|fetch|load|get|list|count|sum|import|upload|download|schedule|enqueue|reconcile|audit|sign|encrypt|decrypt|index|rank|score|enforce|approve|resolve)(?=[_A-Z]|$)"
    r"|[A-Z]{3,6} /"
)
"""Names of functions whose answer somebody acts on, and routes."""
LOGS = regex(
    r"(?i:^_?(?:log|print|debug|trace|warn|info|audit)(?![a-z]))|^_?(?:log|print|debug|trace)[A-Z_]|^_?(?:on|handle|socket)?_?[eE](?:rror|xception)s?$"
)
"""Names of functions that are to write to a log, and do."""
_FILLED = regex(r"\$\{(\w+)\}")
_GIVEN = regex(r"[(,{]\s*(\w+)\s*(?=[?:,=)}])")
_HEARS = regex(r"ON |on[A-Z]")
"""Names of functions that hear of something: to log it is what most of them are for."""
_HANDS_BACK = regex(
    r"\b(?:props\.)?on(?!(?:Close|OpenChange|Cancel|Success|Error|Dismiss|Back)\b)([A-Z]\w*)(?:\?\.)?\(\s*([^)\s])?"
)
"""A callback that a component is given, other than one that only closes or tells that all is done."""
_LOGGER = regex(r"Log(?:ging|ger)(?=[A-Z]|$)|\w*Logger$")
"""Classes that are to log."""
_UNMOVED = regex(
    rf"{LOGS.pattern}|^(?:__init__|constructor|__new__|__post_init__|componentDidCatch|getDerivedStateFromError)$|(?i:^(?:get|render|format|pick|map|to)_?\w*(?:colou?r|style|icon|gradient|emoji|theme|badge|css|class_?name))|^(?:delay|sleep|wait|pause)$"
)
"""Names of functions that do nothing but that: they log, they construct, or are for the eye alone."""


def fake_note(node: Any, path: str) -> Seen:
    """A comment, or the documentation of a function of Python, that admits that something else belongs into a function that does nothing."""
    holder = node.parent()
    documents = node.kind() != "string" or (holder is not None and holder.kind() == "expression_statement")
    if not documents or is_shown(node, path):
        return None
    around = function_of(node)
    for function in (around, _below(node)):
        seen = _known_hollow(function, path) if function is not None else None
        if seen is not None:
            return {**seen, "line": str(function.range().start.line + 1)}
    return None


def _below(note: Any) -> Any:
    """The function that a comment stands right above of."""
    after = note.next()
    if after is None or after.range().start.line > note.range().end.line + 1:
        return None
    return next((one for one in (after, *islice(own(after), _NEAR)) if one.kind() in FUNCTIONS), None)


def _known_hollow(function: Any, path: str) -> Seen:
    """As :func:`_hollow`, asked once for all the comments of a function."""
    place, told = function.range(), _told_of(function.get_root())
    key = function.kind(), place.start.index, place.end.index
    if key not in told:
        told[key] = _hollow(function, path)
    return told[key]


@lru_cache(maxsize=1)
def _told_of(_tree: Any) -> dict[tuple[str, int, int], Seen]:
    """What is known of the functions of the tree at hand, by kind and place."""
    return {}


def _hollow(node: Any, path: str) -> Seen:
    """A function whose notes admit that something else belongs there, and that does nothing."""
    name = called(node)
    body = body_of(node)
    if not name or body is None or is_honest(node, path) or _UNMOVED.search(name) or _LOGGER.match(owner_of(node)):
        return None
    if not statements(body) or any(one.kind() in FAILS for one in statements(body)) or REFUSES.search(node.text()):
        return None  # whoever calls it hears of it
    notes = [ASIDE.sub(" ", note) for note in notes_of(node)]
    admits = any(ADMITS.search(note) for note in notes)
    simulates = any(SIMULATES.search(note) for note in notes)
    later = PROMISES.match(name) is not None and any(LATER.search(note) for note in notes)
    if not (admits or simulates or later or any(PLANS.search(note) or ADMITS_ANSWER.search(note) for note in notes)):
        return None
    if any(GUARD_TO_BE.search(note) for note in notes) and forwards(node):
        return pretends(node, name, "lets everything through")
    sent = replies(node)
    found = answers(node) or sent
    hollow = bool(found) and all(is_constant(one) for one in found)
    single = len({one.text() for one in found}) == 1
    # A handler may answer at once by design, and a placeholder may be what it is to answer.
    meant = bool(sent) and not (all(is_constant(one) for one in sent) and any(OWES.search(note) for note in notes))
    plain = not hollow and any(SIMPLER.search(note) for note in notes) and (adds_up(node) or compares(found, node))
    plain = plain or is_of_one_way(node, found)
    plain = plain or (_HEARS.match(name) is not None and any(OBSERVES.search(note) for note in notes))
    works_out = works(found, notes, node) or looks_up(found, node) or writes_out(found, notes, node)
    if plain or meant or works_out or is_known_lack(name, found) or _says_so(found, notes) or is_content(found):
        return None
    enough = admits or (hollow and (single or simulates)) or (simulates and WAITS.search(node.text()))
    how = "answers by chance" if not hollow and CHANCE.search(node.text()) else "does none of its work"
    how = EVERYTHING if says_yes(name, found) else how
    return pretends(node, name, how) if enough and is_inert(node) else None


def _has_worked(node: Any, function: Any) -> bool:
    """Whether a function waits for something before it comes to a node, other than a pause or what it was given."""
    start = node.range().start.index
    waits = (one for one in own(function) if one.is_named() and one.kind() in AWAITS and one.range().end.index < start)
    return any(not WAITS.search(one.text()[:200]) and not waits_for_input(one) for one in waits)


def _says_so(found: list[Any], notes: list[str]) -> bool:
    """Whether several answers are worked out in a plain way, or the one answer tells its reader that there is nothing."""
    several = len({one.text() for one in found}) > 1
    plain = several and any(SIMPLER.search(note) for note in notes)
    none = bool(found) and all(NOTHING.fullmatch(one.text()) for one in found)
    return plain or owns_up(found) or (none and any(DECIDED.search(note) for note in notes))


def fake_answer(node: Any, path: str) -> Seen:
    """An answer that is written down, right below a comment that says what belongs there."""
    function = function_of(node)
    before = node.prev()
    if function is None or before is None or before.kind() not in COMMENTS or is_honest(function, path):
        return None
    said = [ASIDE.sub(" ", one.text()) for one in above(node, COMMENTS)]
    name = called(function)
    branch = next((one for one in up(node) if one.kind() in BRANCHES | FUNCTIONS), None)
    open_way = branch is None or branch.kind() in ("try_statement", "catch_clause") or branch.kind() in FUNCTIONS
    if not name or not open_way or not is_constant(node) or not any(ADMITS_ANSWER.search(one) for one in said):
        return None
    found = answers(function)
    guesses = len({one.text() for one in found}) > 1 and any(DEFAULTS.search(one) for one in said)
    if (
        guesses
        or _UNMOVED.search(name)
        or _says_so(found, said)
        or (works(found, said, function) and is_inert(function))
    ):
        return None
    if _has_worked(node, function) or is_content([node]) or _is_worked_out(node, function):
        return None
    return pretends(function, name, "gives a fixed answer")


def _is_worked_out(node: Any, function: Any) -> bool:
    """Whether an answer is a text with a part that the function has made of what it was given."""
    taken, text = function.field("parameters"), function.text()
    given = _GIVEN.findall(taken.text()) if taken is not None else []
    for name in _FILLED.findall(node.text()):
        made = re.search(rf"\b(?:const|let|var)\s+{name}\s*=([^;\n]{{1,300}})", text)
        if made is not None and any(re.search(rf"\b{one}\b", made[1]) for one in given):
            return True
    return False


def fake_result(node: Any, path: str) -> Seen:
    """An answer that says that all went well, with a name in it that owns up to being made up."""
    function = function_of(node)
    if function is None or is_honest(function, path) or is_conditional(node) or not is_constant(node):
        return None
    name, body = called(function), body_of(function)
    short = body is not None and len(statements(body)) <= _FEW and is_inert(function)
    return pretends(function, name, "gives a fixed answer") if name and short else None


def fake_wait(node: Any, path: str) -> Seen:
    """An awaited pause, right below a comment that says which work it stands for."""
    function = function_of(node)
    said = list(_above(node))
    if (
        function is None
        or not said
        or is_honest(function, path)
        or is_shown(node, path)
        or not WAITS.search(node.text())
    ):
        return None
    name = called(function) or given_name(function)
    others = (
        one for one in own(function) if one.is_named() and one.kind() in AWAITS and not WAITS.search(one.text()[:200])
    )
    after = function.text()[node.range().end.index - function.range().start.index :]
    if (
        next(others, None) is not None
        or _uses_what_follows(node)
        or REACHES.search(after)
        or "*" in function.text().partition("(")[0]
    ):
        return None  # it waits, and works as well
    if any(back[2] or name.endswith(back[1]) for back in _HANDS_BACK.finditer(function.text()[:_LONGEST])):
        return None  # it waits, and hands over to who does the work
    if not name or not any(STANDS_FOR.search(one) or ADMITS.search(one) for one in said):
        return None
    return pretends(function, name, "waits in place of the work")


def _uses_what_follows(node: Any) -> bool:
    """Whether a statement below a pause works something out: it keeps what a function of its own gives."""
    after = node.next()
    for _ in range(NOTES):
        if after is None:
            return False
        if after.kind() == "lexical_declaration" and WORKED_OUT.match(after.text()):
            return True
        after = after.next()
    return False


def _above(node: Any) -> Iterator[str]:
    """The comments right above a statement."""
    yield from (one.text() for one in islice(above(node, COMMENTS), NOTES))
