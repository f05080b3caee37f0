"""What excuses a handler that drops an error: its place, a word beside it, or the code behind it that tells the failure from the success."""

from __future__ import annotations

from typing import Any

from toolkit.checks.code._tree import (
    COMMENTS,
    FAILS,
    FUNCTIONS,
    above,
    body_of,
    function_name,
    function_of,
    own,
    statements,
    up,
)
from toolkit.checks.code._tried_calls import is_flagged
from toolkit.expressions import regex

__all__ = ["FAREWELL", "excuse", "following", "is_best_effort", "is_noted", "is_noticed"]

FAREWELL = regex(
    r"(?i)(?:^|_|\b)(?:close|clean_?up|clear|dispose|tear_?down|shut_?down|stop|abort|kill|terminate|disconnect|un(?:subscribe|register|link|lock|mount)|rollback|release|rm|rmdir|rmtree|log_?out|sign_?out"
    r"|mark_?\w*?(?:[rR]ead|[sS]een|[vV]iewed)|track|analytics|telemetry|ping|log|beacon|cache|pre_?fetch|warm|prewarm|revoke(?:Object|Token|Session)|flush_?logs?|exit|dismiss|hide|typing|presence|increment_?(?:access|views?|hits?|usage|counters?|stats?)|bump|touch|warm_?up)(?:$|_|(?=[A-Z])|\b)"
    r"|(?:Cleanup|CleanUp|Cache|Cached|Logout|SignOut|Telemetry|Analytics|Log|Event|Tracking|Metrics?)(?:$|(?=[A-Z_]))"
)
"""Names of functions and calls that may fail: good-byes, counting, and looking ahead."""
_SAYS_WHY = regex(
    r"(?i)best[- ]effort|fire[- ]and[- ]forget|\bclean(?:ing)?[- _]?up\b|\bprun(?:e|ing)\b|\bevict|housekeeping|\bback-?fill|ignor|non[- ]?(?:critical|fatal|blocking|essential)|not (?:critical|fatal|essential|required)|optional|swallow|silent|may fail|can fail|don'?t care|okay if|ok if|no[- ]?op\b"
    r"|don'?t (?:block|fail|break|throw|crash)|must not (?:block|fail|break)|never (?:block|fail|break|throw|crash)|in (?:the )?background|already (?:exists|present|there|gone|deleted|closed|logged|reported)"
)
_EXPLAINS = regex(
    r"(?i)already|exist|duplicate|conflict|unique|\bretr(?:y|ie)|\bnext\b|fall(?:s|ing)?[- ]?back|\bold(?:er)?\b|legacy|migrat|clean|prun|\blog(?:s|ged|ging)?\b|\bcount|metric"
    r"|analytic|telemetry|report|handled|caller|\brace\b|\bso that\b|because|\bsince\b"
)
"""What explains why nothing is lost, rather than that it may be."""
_PUTS_OFF = regex(
    r"(?i)\b(?:todo|fixme|xxx)\b|\bfor now\b|\b(?:could|should) (?:be )?(?:display|show|report|log|handle|notify|surface|tell)\w*"
)
"""What says that a failure is to be reported, but is not yet."""
_PARAGRAPH = 2
"""Statements above one, without a blank line between, whose comment is about it as well."""
_BARE = regex(
    r"(?i)[\W_]*(?:(?:intentionally )?(?:ignor\w*|swallow\w*|silent\w*|skip\w*|nothing(?: to do)?|no-?op|empty))(?: (?:it|this|any|the|all|errors?|failures?|exceptions?|silently|here))*[\W_]*"
)
_STARTS = regex(
    r"(?i)(?:start|run|register|subscribe|setup|init)_?\w*(?:worker|consumer|listener|subscriber|processor|server)s?\Z"
)
"""Names of functions that give others to a queue: what these do is theirs."""
_LEAVES = frozenset({"break_statement", "continue_statement", "return_statement"})
_SETS = regex(r"\w+\s*(?:=\s*[Tt]rue|\+=\s*1|\+\+)\s*;?")
_PARTS = frozenset({"else_clause", "elif_clause", "switch_case", "switch_default", "case_clause", "match_arm"})
_HANDS_FAILURE = regex(r"\.catch\Z")
_HANDLERS = frozenset({"catch_clause", "except_clause", "finally_clause"})


def excuse(said: str, *, statement: bool) -> dict[str, str]:
    """How a comment in a handler changes what is told of a loss: nothing is where it explains it.

    Args:
        said: the comment.
        statement: whether a statement of SQL is lost that changes data: of that also a word that it may fail is told.
    """
    if _EXPLAINS.search(said):
        return {}
    if _PUTS_OFF.search(said) and not statement:
        return {"grade": "", "due": "1"}
    return {"grade": "info"} if statement or _BARE.fullmatch(said) else {}


def is_best_effort(node: Any) -> bool:
    """Whether the place of a handler says that what fails there may fail: by a word above it, by the function around it, or as part of another handler."""
    top = node
    within = function_of(node)
    for one in up(node):
        kind = one.kind()
        if kind in _HANDLERS or (kind == "match_arm" and one.text().startswith("Err(") and one is not node):
            return True
        if kind in FUNCTIONS:
            if _HANDS_FAILURE.search(_given_to(one)):
                return True
            name = function_name(one)
            if name and FAREWELL.search(name) and (one.range() == within.range() or not _STARTS.match(name)):
                return True
            if name:
                break
        if kind.endswith(("_statement", "_declaration")) and top is node:
            top = one
    after = following(top)
    if after is not None and after.kind() in FAILS:
        return True  # whoever called hears of a failure anyhow: what is dropped cleans up behind it
    return is_noted(node) or (top is not node and is_noted(top))


def _given_to(function: Any) -> str:
    """The call that a function is given to, as far as its name."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return callee.text() if callee is not None else ""


def is_noted(node: Any) -> bool:
    """Whether a comment right above a node, or behind it on its line, says that it may fail."""
    before, after, here = node.prev(), node.next(), node.range()
    behind = after is not None and after.kind() in COMMENTS and after.range().start.line == here.end.line
    said = [after.text()] if behind else []
    inner = (*node.children(), *(one for part in node.children() if part.kind() == "block" for one in part.children()))
    said += [one.text() for one in inner if one.kind() in COMMENTS and one.range().start.line == here.start.line]
    first, holder = here.start.line, node.parent()
    if before is None and holder is not None and holder.kind() == "block":
        before = holder.prev()  # Python's parser keeps what is above the first statement outside of the block
    for _ in range(_PARAGRAPH):  # a comment at the head of a paragraph is about what it does together
        if before is None or before.kind() in COMMENTS or before.range().end.line + 1 != first:
            break
        first, before = before.range().start.line, before.prev()
    for one in (before, *above(before, COMMENTS)) if before is not None else ():
        if one.kind() not in COMMENTS or one.range().end.line + 1 < first:
            break
        said.append(one.text())
        first = one.range().start.line
    return any(_SAYS_WHY.search(one) for one in said)


def is_noticed(around: Any) -> bool:
    """Whether the code behind a ``try`` tells the failure from the success: it fails itself, success never gets there, or says that it did."""
    body = body_of(around)
    last = next(reversed(statements(body)), None) if body is not None else None
    after = following(around)
    if any(one.kind() == "else_clause" for one in around.children()) or (after is not None and after.kind() in FAILS):
        return True
    if last is None or (after is not None and last.kind() == "return_statement" and after.text() == last.text()):
        return False
    if last.kind() in _LEAVES:
        return after is not None or last.kind() != "return_statement"
    if (
        after is not None
        and after.kind() == "return_statement"
        and any(one.kind() == "return_statement" for one in own(body))
    ):
        return True  # what was found is answered within, and another answer stands behind
    return _SETS.fullmatch(last.text()) is not None or is_flagged(around, body)


def following(statement: Any) -> Any:
    """The statement that is come to after another, in the same function."""
    for one in (statement, *up(statement)):
        if one.kind() in FUNCTIONS:
            return None
        after = one.next()
        while after is not None and (after.kind() in COMMENTS or not after.is_named()):
            after = after.next()
        if after is not None and one.kind() not in _HANDLERS | _PARTS:
            return after
    return None
