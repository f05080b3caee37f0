"""What a function could do to the world around it, told by what it calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import COMMENTS, own
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["callees", "forwards", "is_idle", "is_inert", "says_why", "waits_for_input"]

_INERT = regex(
    r"(?:console|logger|log|logging|Logger|tracing|Math|Date|JSON|Object|Number|String|Boolean|Array|Promise|random|crypto|datetime|time|uuid|Ok|Err|Some|vec|format|println"
    r"|eprintln|info|warn|debug|print|msg|Vec|HashMap|Duration|Utc|Instant|SystemTime|asyncio|_?log(?:ger)?)"
    r"(?:(?:\?\.|\.|::)\w+(?:\(\))?)*"
    r"|(?:this|self)\.(?:_?log(?:ger)?)\.\w+|setTimeout|resolve|reject|sleep|delay|wait|parseInt|parseFloat|uuidv4|nanoid|randomUUID|tokio::time::sleep|std::time::\S+"
    r"|(?:serde_json::)?json|(?:chrono::)?(?:Utc|Local)::now|(?:query|params|body|payload|args|form)\.(?:get|into_inner)(?:\([^()]*\))?(?:\.\w+(?:\([^()]*\))?)*|HttpResponse::\w+(?:\(\))?(?:\.json)?"
    r"|(?:req|request|c\.req|ctx\.request)\.(?:json|text|formData|parseBody)"
    r"|(?:(?:self|this)\.)?\w*[cC]ache\.(?:delete|del|invalidate|clear)"
    r"|(?:c|ctx|res|reply|response|NextResponse|Response)\.(?:json|send|text|(?:status|code)(?:\(\d+\)(?:\.(?:json|send))?)?)|jsonify|range|int|float|str|len|list|dict|round|Response|Error"
    r"|.*\.(?:toString|toFixed|toISOString|substring|slice|padStart|padEnd|join|push|getTime|hex|isoformat|to_string|to_owned|into|clone|append|repeat|toLowerCase|substr|elapsed|as_str|unwrap_or)"
)
_KEEPS = regex(r"(?:this|self)\.\w+\.(?:push|append|extend|add|set|insert|repeat)$")
"""What is put into an object's own list stays there: that is work."""
_SPEAKS = (
    r"(?:console|(?:this\.|self\.|self\.__class__\.)?_?(?:log|logger|logging)|Logger|tracing|log)(?:(?:\.|::)\w+)+|print|println|eprintln|dbg|msg"
    r"|(?:tracing::|log::)?(?:info|warn|debug|error|trace)|JSON\.(?:stringify|parse)|String|str|repr|len|Date(?:\.now)?|newDate\(\)\.toISOString|datetime\.(?:now|utcnow)|json\.(?:dumps|loads)|time\.time"
)
_ACKNOWLEDGES = (
    r"\w+(?:\.\w+)*\??\.(?:ack|ackAll|acknowledge|preventDefault|stopPropagation|commitOffsets?|basic_ack|noAck)"
    r"|(?:\w+\.)?(?:res|response|reply|ctx|c|NextResponse|Response)\.(?:status|sendStatus|json|send|end|text|code|body)(?:\(\s*\d*\s*\)\.(?:json|send|end|text))?"
    r"|Response|jsonify|JSONResponse|HttpResponse|JsonResponse|Ok|NextResponse"
    r"|(?:\w+\.)?(?:req|request|c\.req|event|message|msg|record|job|m)(?:\.\w+)*\??\.(?:json|text|toString|decode|formData|body|value|get)"
    r"|\w+(?:\??\.\w+)*\??\.(?:toString|toISOString|decode|forEach|to_string|length|get)"
)
_IDLE = regex(f"{_SPEAKS}|{_ACKNOWLEDGES}")
_ADDRESS = regex(r"\(\s*[\"'`](?:/|https?:|\$\{)")
_CHANGES = frozenset(
    {
        "assignment_expression", "augmented_assignment_expression", "augmented_assignment", "update_expression", "throw_statement", "raise_statement",
        "delete_statement", "yield_expression", "yield", "jsx_element", "jsx_self_closing_element", "import_statement", "assert_statement",
        "unsafe_block", "compound_assignment_expr", "try_expression", "with_statement", "if_statement", "if_expression", "switch_statement",
        "match_statement", "match_expression", "try_statement", "await_expression", "await",
    }
)  # fmt: skip
"""Statements and expressions that make more of a function than words and an answer."""
_ASSIGNS = ("assignment", "assignment_expression")
_MEMBERS = (
    "attribute",
    "member_expression",
    "field_expression",
    "subscript",
    "subscript_expression",
    "index_expression",
)
_ANSWERED = frozenset({"ctx", "c", "context", "req", "request", "res", "reply", "response"})
"""Parameters by which a route answers."""
_UNFINISHED = regex(r"(?i)\b(?:todo|fixme|xxx|yet|later|placeholder|implement\w*|coming|soon|stub|nothing|empty)\b")


def callees(function: Any) -> Iterator[str]:
    """What a function and those within it call, construct or expand, blanks aside."""
    for one in own(function, deep=True):
        found = one.field("function") if one.kind() in ("call_expression", "call") else None
        found = one.field("constructor") if one.kind() == "new_expression" else found
        found = one.field("macro") if one.kind() == "macro_invocation" else found
        if found is not None:
            yield "".join(found.text().split())


_FORWARDS = regex(
    r"next|(?:self|this)\.(?:service|inner|next|srv)\.call|call_next|(?:srv|next|handler|nextHandler)\.(?:call|run|handle)|Box::pin|Ok|next\.ServeHTTP"
)
"""What a middleware calls to let something through."""


def forwards(function: Any) -> bool:
    """Whether all that a function does is to pass on what it got."""
    found = [callee for callee in callees(function) if not _IDLE.fullmatch(callee)]
    return bool(found) and all(_FORWARDS.fullmatch(callee) for callee in found)


def is_inert(function: Any) -> bool:
    """Whether nothing that a function calls could reach anything outside of it."""
    if any(not _INERT.fullmatch(callee) or _KEEPS.match(callee) for callee in callees(function)):
        return False
    if any(_keeps(one, function) for one in own(function, deep=True) if one.kind() in _ASSIGNS):
        return False
    marks = ("jsx_element", "jsx_self_closing_element", "jsx_fragment", "unsafe_block")
    return all(one.kind() not in marks for one in own(function, deep=True))


def _keeps(assignment: Any, function: Any) -> bool:
    """Whether a function puts what it was given into an object, or changes what it was given: that is work."""
    left, right, taken = assignment.field("left"), assignment.field("right"), function.field("parameters")
    if left is None or right is None or taken is None or left.kind() not in _MEMBERS:
        return False
    names = set(re.findall(r"[A-Za-z_]\w*", taken.text())) - {"self", "this", "cls"}
    first, _, inner = left.text().partition(".")
    if first in names - _ANSWERED and "." in inner:
        return True
    return not names.isdisjoint(re.findall(r"[A-Za-z_]\w*", right.text()))


def is_idle(function: Any) -> bool:
    """Whether a function at most writes to a log, acknowledges what it got, or gives a fixed answer."""
    for one in own(function, deep=True):
        if one.kind() in _CHANGES and not waits_for_input(one):
            return False
        if one.kind() == "assignment" and one.field("left").kind() != "identifier":  # Python's names are harmless
            return False
    return all(_IDLE.fullmatch(callee) for callee in callees(function))


def waits_for_input(node: Any) -> bool:
    """Whether an ``await`` only unpacks what came in."""
    if node.kind() not in ("await_expression", "await"):
        return False
    call = node.named_children()[0] if node.named_children() else None
    callee = call.field("function") if call is not None and call.kind() in ("call_expression", "call") else None
    given = call.field("arguments") if call is not None else None
    if given is not None and _ADDRESS.match(given.text()):
        return False  # a client asks for what is there
    return callee is not None and _IDLE.fullmatch("".join(callee.text().split())) is not None


def says_why(function: Any) -> bool:
    """Whether a comment in a function explains it, and does not only put it off."""
    comments = [one.text() for one in own(function) if one.kind() in COMMENTS]
    return any(not _UNFINISHED.search(one) for one in comments)
