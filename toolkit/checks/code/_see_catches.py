"""Errors that are taken and dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._effects import callees, says_why
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._tree import COMMENTS, FUNCTIONS, body_of, statements
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["empty_catch", "empty_except", "empty_rejection"]

_MATTERS = regex(
    r"(?i)(?:^|\.|_)(?:charge|capture|refund|pay\w*|payout|transfer|withdraw|deposit|settle|commit|insert(?:_?(?:one|many))?|save|upsert|bulk_?(?:create|write|insert)"
    r"|send_?(?:e?mail|transaction|raw_?transaction|message|notification|and_?confirm\w*|invoice|receipt)|publish|enqueue|dispatch_?job|create_?(?:order|payment|user|invoice|charge|transfer|payment_?intent)"
    r"|update_?(?:one|many|balance|order|user|status)|delete_?(?:one|many|user)|migrate|confirm_?(?:payment|order|transaction)|write_?(?:record|audit|ledger))$"
)
"""Calls whose failure somebody has to hear of."""
_CALLED = regex(
    r"(?:localStorage|sessionStorage|window|document|navigator|analytics|posthog|gtag|cache|redis|telemetry|sentry|metrics|toast|console|logger|ws|socket)\b",
    re.IGNORECASE,
)


def _lost(calls: list[str]) -> str:
    """The first call whose failure matters."""
    return next((one for one in calls if _MATTERS.search(one.replace("()", "")) and not _CALLED.match(one)), "")


def _seen(where: str, calls: list[str], path: str) -> Seen:
    lost = "" if is_script(path) else _lost(calls)
    return {"name": where, "what": "swallowed", "lost": lost[-60:], "grade": "" if lost else "info"}


def empty_catch(node: Any, path: str) -> Seen:
    """A ``catch`` with nothing in it, not even a word why."""
    body, around = body_of(node), node.parent()
    if body is None or around is None or statements(body) or any(one.kind() in COMMENTS for one in body.children()):
        return None
    tried = around.field("body")
    return _seen("catch", list(callees(tried)), path) if tried is not None else None


def empty_except(node: Any, path: str) -> Seen:
    """An ``except`` for everything that only passes."""
    around, parts = node.parent(), node.named_children()
    block = next((one for one in parts if one.kind() == "block"), None)
    caught = next((one.text() for one in parts if one.kind() not in ("block", *COMMENTS)), "")
    if block is None or around is None or not re.fullmatch(r"(?:(?:Base)?Exception(?:\s+as\s+\w+)?)?", caught):
        return None
    found = statements(block)
    after = block.next() or node.next()
    comments = [*block.children(), *node.children(), *([after] if after is not None else [])]
    noted = any(one.kind() in COMMENTS and one.range().start.line <= block.range().end.line for one in comments)
    if len(found) != 1 or found[0].kind() != "pass_statement" or noted:
        return None
    tried = around.field("body")
    return _seen("except", list(callees(tried)), path) if tried is not None else None


def empty_rejection(node: Any, path: str) -> Seen:
    """A promise whose failure is dropped: ``.catch(() => {})``."""
    callee, arguments = node.field("function"), node.field("arguments")
    given = arguments.named_children() if arguments is not None else []
    if callee is None or len(given) != 1 or given[0].kind() not in FUNCTIONS:
        return None
    body = body_of(given[0])
    if body is None or body.kind() != "statement_block" or statements(body) or says_why(given[0]):
        return None
    if any(one.kind() in COMMENTS for one in body.children()):
        return None
    promise = callee.field("object")
    made = promise.field("function") if promise is not None and promise.kind() == "call_expression" else None
    return _seen("catch", ["".join(made.text().split())] if made is not None else [], path)
