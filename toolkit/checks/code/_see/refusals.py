"""Functions that answer that they are not implemented, whatever they are asked."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._effects import callees
from toolkit.checks.code._pretence import called, given_name, is_honest
from toolkit.checks.code._tree import CLASSES, COMMENTS, body_of, function_of, is_conditional, own, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["fake_refusal"]


_HELPS = regex(
    r"(?i)not_?(?:yet_?)?implemented|unimplemented|unsupported|coming_?soon|fallback|not_?found|status_?code"
)
"""Names of what others call to say it."""
_MOVED = regex(r"(?i)\binstead\b|deprecated|no longer|\bremoved\b|\bmoved\b|\bdisabled\b|not supported|unsupported")
"""What says that it is never to be done here."""
_ELSEWHERE = regex(r"(?i)[-;:,.(\u2013\u2014]\s*(?:please )?(?:use|override) [\w-]")
"""What names what is to be called in its place, or to be written over it."""
_NOT_WRITTEN = regex(r"(?i)not (?:yet |been |fully )?implement|unimplemented|coming soon")
_MEANT = regex(r"(?i)\bdeliberate|\bon purpose\b|\bby design\b|\bintention")
_MOST = 3
"""Statements of a function that tells a log first, and answers."""
_SHOWN = regex(r"(?:\w+\.)*(?:alert|toast(?:\.\w+)?|show\w*|notify\w*|message\w*(?:\.\w+)?)", re.IGNORECASE)
"""What shows somebody something on a screen."""
_SAYS = regex(
    r"(?:.*\.)?(?:json|send|status\([^()]*\)\.(?:json|send|text)|status|text|reject|log|info|warn|error|debug|alert|toast(?:\.\w+)?|show\w*|end|code|body|message\w*|notify\w*|secho|echo|print)"
    r"|\w*(?:Error|Exception|Response|Toast|Alert)|alert|toast|print|e?println|jsonify|reject|Err|Ok|Some|Json|anyhow!?|format|bail|\w+Error::\w+|anyhow::anyhow|panic|errors\.New|fmt\.\w+"
    r"|(?:\w+::)*HttpResponse::\w+(?:\(\)\.\w+)?|(?:serde_json::)?json|(?:\w+::)?Status::\w+|(?:tracing|log)::\w+|status\.Errorf?|http\.Error"
    r"|.*\.(?:into_response|into|to_string|warning|sendStatus|writeHead|WriteHeader|Header(?:\(\)\.(?:Set|Add))?|Write|header|Println|Printf|Warn|Info)"
)
"""What tells somebody something."""


_COMMANDS = regex(r"\.command\(\s*[\"'`]([\w:-]+)")


def fake_refusal(node: Any, path: str) -> Seen:
    """A function in which nothing happens but that somebody is told that it is not implemented, or comes soon."""
    function = function_of(node)
    if function is None or is_honest(function, path) or is_conditional(node):
        return None
    name = called(function) or given_name(function) or _command(function)
    if name.endswith("*") or (node.kind() == "number" and not _is_status(node)):
        return None
    said = node.kind() in ("string", "template_string")
    thrown = (one.text() for one in own(function) if one.kind() == "throw_statement")
    if said and any(map(_NOT_WRITTEN.search, thrown)):
        return None  # the rule for what is thrown has seen it
    if (
        name in ("", "constructor")
        or _HELPS.search(name)
        or _is_of_error(function)
        or _ELSEWHERE.search(node.text())
        or (not said and _MOVED.search(function.text()))
        or not _only_says(function, 1 if node.kind() in ("raise_statement", "return_statement") else _MOST)
    ):
        return None
    if said and not list(callees(function)):
        return None
    call = next((one.field("function") for one in up(node) if one.kind() == "call_expression"), None)
    shown = call is not None and _SHOWN.fullmatch(call.text()) is not None
    soon = "1" if shown and re.search(r"(?i)coming soon", node.text()) else ""
    meant = "1" if any(_MEANT.search(one.text()) for one in own(function) if one.kind() in COMMENTS) else ""
    return {"name": name, "partial": "", "function": str(function.range().start.index), "soon": soon, "meant": meant}


def _is_status(node: Any) -> bool:
    """Whether a number is the status of an answer."""
    holder = node.parent()
    if holder is not None and holder.kind() == "pair":
        return re.fullmatch(r"[\"']?status(?:Code)?[\"']?", holder.field("key").text()) is not None
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return (
        callee is not None
        and re.search(r"\.(?:status|sendStatus|code|writeHead|json|text|send)$", callee.text()) is not None
    )


def _is_of_error(function: Any) -> bool:
    """Whether a function belongs to a class of errors, which has its own message."""
    around = next((one for one in up(function) if one.kind() in CLASSES), None)
    head = re.split(r"[{:]", around.text(), maxsplit=1)[0] if around is not None else ""
    return re.search(r"(?:Error|Exception)\b", head) is not None


def _only_says(function: Any, most: int) -> bool:
    """Whether a function of some statements at most calls nothing but what tells somebody something."""
    body = body_of(function)
    if body is None or (body.kind() in ("statement_block", "block") and len(statements(body)) > most):
        return False
    return not _draws(function) and all(_SAYS.fullmatch(callee) for callee in callees(function))


def _to(node: Any, function: Any) -> Iterator[Any]:
    """The ancestors of a node below a function."""
    return takewhile(lambda one: one.range() != function.range(), up(node))


def _command(function: Any) -> str:
    """The command of a command line whose action a function is: ``program.command("deploy").action(() => ...)``."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if callee is None or not callee.text().endswith(".action"):
        return ""
    named = _COMMANDS.findall(callee.text())
    return f"The command {named[-1]}" if named else ""


def _draws(function: Any) -> bool:
    """Whether a function makes a part of a page, where the words are for the reader."""
    return any(one.kind().startswith("jsx_") for one in own(function, deep=True))
