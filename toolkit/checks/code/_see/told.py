"""Functions that tell of work in place of doing it, answer with data that are made up by their name, and mocks that serve everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import is_test
from toolkit.checks.code._effects import callees
from toolkit.checks.code._fake_words import ADMITS, SIMULATES, WORKED_OUT
from toolkit.checks.code._paths import is_pretence
from toolkit.checks.code._pretence import answers, called, given_name, is_honest, owner_of, owns_up, pretends, within
from toolkit.checks.code._see.fakes import LOGS, NOTES, PROMISES
from toolkit.checks.code._see.verdicts import SAYS
from toolkit.checks.code._tree import (
    AWAITS,
    BRANCHES,
    COMMENTS,
    FUNCTIONS,
    above,
    below,
    function_of,
    is_conditional,
    name_of,
    own,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["fake_data", "fake_due", "fake_logged", "fake_outcome", "fake_said", "fake_stand_in"]

_TELLS = regex(
    r"(?:console|(?:this\.|self\.)?_?(?:log|logger|logging)|tracing)(?:(?:\.|::)\w+)+|print|println|(?:tracing::|log::)?(?:info|warn|debug)|JSON\.stringify|json\.dumps|str|String|Promise\.resolve|Ok"
)
_BUILT_IN = regex(r"(?:Date|Math|JSON|Object|Number|String|Promise|res|response)\b")
_PASSING = regex(
    r"^(?:Date|Math|JSON|Object|Number|crypto|uuid\w*|nanoid|datetime|time|resolve|setTimeout|dict|len)\b|\.(?:toISOString|toString|isoformat|json|status|send|push|append|set\w*)$|^set[A-Z]"
)
"""What only puts an answer together."""
_WENT_WELL = regex(r"(?i)^return\b[^;]*[\"']?\b(?:success|ok)[\"']?\s*:\s*true\b")
_MADE_UP = regex(r"(?i)^f?[\"'`](?:\w{0,12}[_-])?(?:mock|fake|dummy|placeholder)")
_OWNS_UP = regex(r"(?i)\bplaceholder\b|\bmock(?:ed)?\b|\bfake\b|\bdummy\b|\bsimulat\w+|\bin production\b")
_CHECKS = regex(r"(?i)\b(?:safe_?)?(?:parse|validate)\w*$")
"""What only looks at what was given."""


def fake_due(node: Any, path: str) -> Seen:
    """A note on work that is still due, and below it nothing but an answer that says that all went well."""
    function = function_of(node)
    if function is None or is_honest(function, path):
        return None
    if not {one.kind() for one in within(node, function)} & BRANCHES <= {"try_statement"}:
        return None
    after = node.next()
    for _ in range(NOTES * 2):
        if after is None or after.kind() == "return_statement":
            break
        after = after.next() if after.kind() in (*COMMENTS, "lexical_declaration") else None
    name = called(function)
    if after is None or not name or not _WENT_WELL.search(after.text()):
        return None
    calls = [one for one in callees(function) if not _CHECKS.search(one)]
    waits = any(one.kind() in AWAITS for one in own(function))
    reached = [one for one in calls if not _TELLS.fullmatch(one) and not one.startswith(("Date", "Math", "crypto"))]
    return None if reached or waits else pretends(function, name, "says that all went well")


def fake_stand_in(node: Any, path: str) -> Seen:
    """A mock that all of a module calls, with a note that it is there for now."""
    declared = node.next()
    if declared is None or is_test(path) or is_pretence(path) or function_of(node) is not None:
        return None
    found = re.match(r"(?:export\s+)?(?:const|let|(?:async\s+)?function)\s+(mock[A-Z]\w*)", declared.text()[:120])
    top = list(up(node))[-1].text() if found else ""
    if found is None or len(re.findall(rf"(?<![\w.]){found[1]}\(", top.replace(found[0], "", 1))) < 1:
        return None
    line = str(declared.range().start.line + 1)
    return {
        "name": found[1],
        "partial": "",
        "pretends": "stands in for the real one in all that calls it",
        "line": line,
    }


def fake_logged(node: Any, path: str) -> Seen:
    """A comment that says what is only simulated, above a statement that writes to a log: so it is told, and not done."""
    function, after = function_of(node), node.next()
    for _ in range(NOTES):
        after = after.next() if after is not None and after.kind() in COMMENTS else after
    if function is None or after is None or is_honest(function, path) or not SAYS.match(after.text()):
        return None
    name = called(function)
    works = _goes_on(after) or _gives_result(after, function) or owns_up(answers(function))
    if works or not PROMISES.match(name) or not (SIMULATES.search(node.text()) or ADMITS.search(node.text())):
        return None
    return pretends(function, name, "only logs what it would do")


def _goes_on(said: Any) -> bool:
    """Whether one of the next statements reaches something, and does not only tell or answer."""
    further = said.next()
    for _ in range(NOTES):
        if further is None:
            return False
        if any(one.kind() in AWAITS for one in own(further)) or any(
            not _TELLS.fullmatch(one) and not _PASSING.search(one) for one in callees(further)
        ):
            return True
        further = further.next()
    return False


def _gives_result(said: Any, function: Any) -> bool:
    """Whether the statement behind answers with what a call, which was waited for, has given."""
    further = said.next()
    found = re.match(r"return\s+(\w+)\.", further.text()) if further is not None else None
    return found is not None and re.search(rf"\b{found[1]}\s*=\s*await\b", function.text()) is not None


def fake_data(node: Any, path: str) -> Seen:
    """An answer by a name that owns up to being made up: what is always given, or where the real one could not be had."""
    function = function_of(node)
    if function is None or is_honest(function, path):
        return None
    name = called(function) or given_name(function)
    above = [one.kind() for one in within(node, function)]
    failing = "catch_clause" in above or "except_clause" in above
    if not name or (not failing and is_conditional(node) and not set(above) & BRANCHES <= {"try_statement"}):
        return None
    if _is_made_of_input(node, function) or _hands_on(node, function):
        return None
    if node.text().removeprefix("return").strip(" ;\n") == owner_of(function):
        return None  # it gives itself, so that calls may follow on each other
    return pretends(function, name, "answers with made-up data" + (" where it fails" if failing else ""))


def _is_made_of_input(answer: Any, function: Any) -> bool:
    """Whether an answer is made of a value that a call has worked out of what the function was given, whatever it is called."""
    found, taken = re.match(r"return\s+(\w+)\.\w+\(", answer.text()), function.field("parameters")
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    made = re.search(rf"(?:const|let)\s+{found[1]}\s*=[^;]{{1,600}}", function.text()) if found is not None else None
    words = set(re.findall(r"[A-Za-z_]\w*", made[0].partition("(")[2])) if made is not None else set()
    return made is not None and WORKED_OUT.match(made[0]) is not None and not given.isdisjoint(words)


def _hands_on(answer: Any, function: Any) -> bool:
    """Whether an answer is an object a method of which hands on what it is given: what it stands in for is the form, not the work."""
    name = answer.text().removeprefix("return").strip(" ;\n")
    made = (one for one in own(function) if one.kind() == "variable_declarator" and name_of(one) == name)
    methods = (one for holder in made for one in below(holder) if one.kind() in FUNCTIONS)
    return any(_passes_on(one) for one in methods)


def _passes_on(method: Any) -> bool:
    """Whether a function calls something that does not only tell with what it was given."""
    taken = method.field("parameters")
    given = set(re.findall(r"[A-Za-z_]\w*", taken.text())) if taken is not None else set()
    for call in own(method):
        callee, told = call.field("function"), call.field("arguments")
        reaches = call.kind() == "call_expression" and callee is not None and not _TELLS.fullmatch(callee.text())
        if reaches and told is not None and not given.isdisjoint(re.findall(r"[A-Za-z_]\w*", told.text())):
            return _BUILT_IN.match(callee.text()) is None
    return False


def fake_outcome(node: Any, path: str) -> Seen:
    """A signature or hash of a transaction that is written down or put together, with a word that it is made up: nothing has been sent."""
    function = function_of(node)
    value = node.field("value") or node.field("right")
    if function is None or value is None or is_honest(function, path):
        return None
    holder = node if node.kind() == "assignment" else node.parent()
    holder = (
        holder.parent() if holder.parent() is not None and holder.parent().kind() == "expression_statement" else holder
    )
    after = holder.next()
    behind = after is not None and after.kind() in COMMENTS and after.range().start.line == holder.range().end.line
    said = [one.text() for one in (*above(holder, COMMENTS), *([after] if behind else []))]
    made_up = _MADE_UP.search(value.text()) is not None
    if not (made_up or any(_OWNS_UP.search(one) for one in said)) or not called(function):
        return None
    return pretends(function, called(function), "makes up the transaction")


def fake_said(node: Any, path: str) -> Seen:
    """A function that only tells a log what it would do."""
    function = function_of(node)
    if function is None or is_honest(function, path) or is_conditional(node):
        return None
    name = called(function)
    said = [callee for callee in callees(function) if not _TELLS.fullmatch(callee)]
    if (
        not name
        or said
        or LOGS.search(name)
        or owns_up(answers(function))
        or not any(one.kind() in ("call_expression", "call") for one in own(function))
    ):
        return None
    return pretends(function, name, "only logs what it would do")
