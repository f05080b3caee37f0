"""Errors that are taken and dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._effects import says_why
from toolkit.checks.code._excuses import excuse, is_best_effort, is_noted, is_noticed
from toolkit.checks.code._losses import answered, answered_alike, is_farewell, lost
from toolkit.checks.code._tree import COMMENTS, FUNCTIONS, body_of, function_of, own, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = [
    "empty_arm",
    "empty_catch",
    "empty_except",
    "empty_rejection",
    "empty_suppress",
    "mute_event",
    "mute_failure",
]

_NARROW = regex(
    r"(?:\w+\.)*(?:RequestException|HTTPError|HTTPStatusError|ClientError|BotoCoreError|SQLAlchemyError|DatabaseError|OperationalError|DBAPIError|PyMongoError|SMTPException|StripeError"
    r"|TransportError|APIError|KafkaError|AMQPError|ConnectionError|OSError|IOError|URLError|RPCException)"
)
"""Errors of what is reached over a wire or a disk; others are mostly questions: is it there, is it a number."""
_EVERYTHING = regex(r"(?:builtins\.)?(?:Base)?Exception")
_YES = regex(
    r"return\s+(?:(?:Some|Ok)?\(?\s*[tT]rue\s*\)?|(?:\w+(?:\.\w+)*\()?\s*\{\s*[\"']?(?:ok|success|status|sent|saved|received|processed|accepted)[\"']?\s*:\s*(?:[tT]rue|[\"'](?:ok|success|sent|saved)[\"'])[^{}]*\}\s*\)?)\s*;?",
)
"""What tells the caller that all went well."""
_NO_ANSWER = regex(r"return\s*(?:[nN]one|null|undefined|[fF]alse|\[\]|\{\}|[\"'`]?0?[\"'`]?)?\s*;?")
_TAKES_BACK = regex(r"(?:await\s+)?[\w.]+\.rollback\(\)\s*;?")
_NOTHING = regex(r"return\s*;?")
_EMPTY = frozenset({"undefined", "null", "{}", "void 0", "noop", "_.noop", "lodash.noop"})
_OPTIONAL = regex(
    r"(?i)\bNone\b|\bOptional\b|\bAny\b|\bobject\b|\bNoReturn\b|\bIterator\b|\bGenerator\b|\bIterable\b|\bAsync\w+\b"
)
_LOST_EVENT = {"what": "swallowed", "grade": ""}
_OF_ALL = regex(r"(?i)unhandledRejection|uncaughtException")
_LIVES_ON = regex(
    r"(?i)(?:^|[._])(?:\w*(?:worker|queue|consumer|producer|subscriber|publisher|source|feed|redis|pool|client|database|db|broker|bus|channel|connection|ws|scheduler))$"
)
"""Names of what works on for as long as the program does: where it fails, nothing else tells of it."""
_STATEMENTS = ("INSERT ", "UPDATE ", "DELETE ", "REPLACE ")
_TIDIES = regex(r"(?i)\.(?:update|delete)_?Many\(|\b(?:lt|lte|before)\s*:\s*(?:new Date|now)\b|\bexpire")
"""What looks after many rows at once, or after those whose time is over."""
_NOTIFIES = regex(r"(?i)notif|slack|discord|telegram|toast|alert")
_HEAD = 60
_READS = regex(r"Ok\s*\(\s*(?:_\w*|\(\s*\))\s*\)")


def _seen(where: str, what: str, *, info: bool = True, yes: bool = False) -> Seen:
    """What is told of a handler: a warning if something is lost, otherwise nothing or a word for those who want to know."""
    if what:
        return {"name": where, "what": "swallowed", "lost": what, "grade": "", "yes": "1" if yes else ""}
    return {"name": where, "what": "swallowed", "lost": "", "grade": "info"} if info else None


def empty_catch(node: Any, path: str) -> Seen:
    """A ``catch`` with nothing in it, not even a word why, or that says that all went well."""
    body, around = body_of(node), node.parent()
    tried = around.field("body") if around is not None else None
    if body is None or tried is None:
        return None
    found = statements(body)
    if said := " ".join(one.text() for one in body.children() if one.kind() in COMMENTS):
        return _excused("catch", around, tried, path, said) if not found else None
    yes = (len(found) == 1 and _says_yes(found[0])) or _answers_alike(tried, found)
    if found and not yes and not (len(found) == 1 and _NOTHING.fullmatch(found[0].text())):
        return None
    if is_noticed(around) or is_noted(around):
        return None
    what = "" if is_best_effort(around) or _asks_by_post(tried) else lost(tried, path)
    what = what or _answered(around, tried, path) or (answered_alike(tried, found[0], path) if yes else "")
    return _seen("catch", what, info=not found and not is_farewell(tried), yes=yes)


def empty_except(node: Any, path: str) -> Seen:
    """An ``except`` that only passes, or says that all went well."""
    around, parts = node.parent(), node.named_children()
    block = next((one for one in parts if one.kind() == "block"), None)
    caught = (
        next((one.text() for one in parts if one.kind() not in ("block", *COMMENTS)), "").partition(" as ")[0].strip()
    )
    found = statements(block) if block is not None else []
    tried = around.field("body") if around is not None and around.kind() == "try_statement" else None
    if not found or tried is None:
        return None
    yes = (len(found) == 1 and _says_yes(found[0])) or _answers_alike(tried, found)
    if not yes and (len(found) != 1 or found[0].text() not in ("pass", "...")):
        return None
    wide = not caught or _EVERYTHING.fullmatch(caught) is not None
    if said := _words(node, block):
        return _excused("except", around, tried, path, said) if wide and not yes else None
    if not wide and not yes and _falls_off(around, tried):
        first = tried.text().strip().split("\n")[0][:60].rstrip(":")
        return {"name": "except", "what": "swallowed", "lost": f"`{first}`", "grade": "", "none": "1"}
    kinds = [one for one in re.split(r"[\s,()]+", caught) if one]
    if is_noticed(around) or is_noted(around) or not (wide or all(_NARROW.fullmatch(one) for one in kinds)):
        return None
    what = "" if is_best_effort(around) else lost(tried, path)
    info = wide and not yes and not is_farewell(tried)
    return _seen("except", what or _answered(around, tried, path), info=info, yes=yes)


def _answers_alike(tried: Any, found: list[Any]) -> bool:
    """Whether a handler gives the one answer of its ``try``, perhaps after it has taken back what was begun: nobody can tell that it failed."""
    last = next(reversed(statements(tried)), None)
    if last is None or not found or last.kind() != "return_statement" or _NO_ANSWER.fullmatch(last.text()):
        return False
    if [one.kind() for one in own(tried)].count("return_statement") > 1:
        return False
    return found[-1].text() == last.text() and all(_TAKES_BACK.fullmatch(one.text()) for one in found[:-1])


def _asks_by_post(tried: Any) -> bool:
    """Whether what is tried is a request whose answer is put into a name from outside: without it that holds what it held."""
    text = tried.text()
    held = (one.field("left") for one in own(tried) if one.kind() == "assignment_expression")
    outside = (one.text() for one in held if one is not None and one.kind() == "identifier")
    return ".json(" in text and any(not re.search(rf"\b(?:let|const|var)\s+{one}\b", text) for one in outside)


def _answered(around: Any, tried: Any, path: str) -> str:
    return "" if is_best_effort(around) else answered(around, tried, path)


def _says_yes(answer: Any) -> bool:
    """Whether an answer is that all went well, without a word that something did not."""
    text = answer.text()
    return _YES.fullmatch(text) is not None and re.search(r"(?i)false|error|fail|warn|skip|null|none", text) is None


def _words(node: Any, block: Any) -> str:
    """What comments within a handler, or behind its last line, say."""
    after = block.next() or node.next()
    comments = [*block.children(), *node.children(), *([after] if after is not None else [])]
    near = (one for one in comments if one.kind() in COMMENTS and one.range().start.line <= block.range().end.line)
    return " ".join(one.text() for one in near)


def _excused(where: str, around: Any, tried: Any, path: str, said: str) -> Seen:
    """What is lost where a comment says only that it may fail, a word of information; or that somebody is still to be told."""
    if is_noticed(around) or is_noted(around) or is_best_effort(around):
        return None
    what = lost(tried, path)
    how = excuse(said, statement=what.startswith(_STATEMENTS)) if what else {}
    return {"name": where, "what": "swallowed", "lost": what, **how} if how else None


def _falls_off(around: Any, tried: Any) -> bool:
    """Whether a function that promises a value ends behind a ``try`` whose handler only passes: it gives ``None``."""
    function, held = function_of(around), around.parent()
    promised = function.field("return_type") if function is not None else None
    whole = held is not None and held.parent() is not None and held.parent().kind() == "function_definition"
    last = next(reversed(statements(held)), None) if whole else None
    if promised is None or last is None or last.range() != around.range() or _OPTIONAL.search(promised.text()):
        return False
    ends = next(reversed(statements(tried)), None)
    only = [one.kind() for one in around.children()].count("except_clause") == 1
    return only and ends is not None and ends.kind() == "return_statement" and bool(ends.named_children())


def empty_suppress(node: Any, path: str) -> Seen:
    """``with suppress(Exception)`` around what has to be heard of."""
    body = node.field("body")
    if body is None or is_best_effort(node) or any(one.kind() in COMMENTS for one in body.children()):
        return None
    return _seen("suppress", lost(body, path), info=False)


def empty_rejection(node: Any, path: str) -> Seen:
    """A promise whose failure is dropped: ``.catch(() => {})``, and the second function of ``.then``."""
    callee, arguments = node.field("function"), node.field("arguments")
    given = [one for one in arguments.named_children() if one.kind() not in COMMENTS] if arguments is not None else []
    promise = callee.field("object") if callee is not None else None
    if promise is None or not given or not _is_empty(given[-1]):
        return None
    method = callee.field("property").text()
    if len(given) != (1 if method == "catch" else 2):
        return None
    body = body_of(given[-1])
    used = not _is_dropped(node)
    if used and (body is None or body.kind() != "statement_block"):
        return None  # ``null`` in place of a value is an answer, which is asked for
    call = promise.text() if not used and not is_best_effort(node) else ""
    waited = node.parent() is not None and node.parent().kind() == "await_expression"
    call = "" if not waited and _NOTIFIES.search(promise.text()[:_HEAD]) else call  # nobody waits for news, on purpose
    thrown = node.parent() is not None and node.parent().kind() == "unary_expression"
    call = (
        "" if thrown and _TIDIES.search(promise.text()) else call
    )  # ``void``: what is put right here is put right the next time
    seen = _seen("catch", lost(promise, path, waited=waited) if call else "")
    return {**seen, "line": str(callee.field("property").range().start.line + 1)} if seen is not None else None


def mute_event(node: Any, _path: str) -> Seen:
    """A listener for errors that does nothing with them: ``worker.on("error", () => {})``, ``socket.onerror = ...``."""
    if node.kind() == "assignment_expression":
        target, function = node.field("left"), node.field("right")
        source, event = target.field("object"), target.field("property").text().removeprefix("on")
    else:
        callee, arguments = node.field("function"), node.field("arguments").named_children()
        source, event, function = callee.field("object"), arguments[0].text().strip("\"'`"), arguments[-1]
    if source is None or not _is_empty(function) or is_noted(node) or is_best_effort(node):
        return None
    whose = source.text()[:60]
    if _OF_ALL.fullmatch(event):
        return {**_LOST_EVENT, "name": f"listener of {event}", "lost": "anything in this program"}
    return {**_LOST_EVENT, "name": f"listener of {event}", "lost": whose} if _LIVES_ON.search(whose) else None


def _is_empty(function: Any) -> bool:
    """Whether a function does and gives nothing, and says no word why."""
    if function.kind() not in FUNCTIONS:
        return function.text() in ("noop", "_.noop", "lodash.noop")
    body = body_of(function)
    if body is None or says_why(function):
        return False
    if body.kind() != "statement_block":
        return body.text() in _EMPTY
    return not statements(body) and not any(one.kind() in COMMENTS for one in body.children())


def _is_dropped(call: Any) -> bool:
    """Whether nothing is done with what a promise gives."""
    for one in up(call):
        if one.kind() == "expression_statement":
            return True
        if one.kind() == "unary_expression" and one.text().startswith("void"):
            return True
        if one.kind() not in ("await_expression", "parenthesized_expression", "member_expression", "call_expression"):
            return False
        if one.kind() == "call_expression" and not re.search(
            r"\.(?:finally|then|catch)$", one.field("function").text()[-8:]
        ):
            return False
    return False


def mute_failure(node: Any, _path: str) -> Seen:
    """``onError: () => {}`` of a mutation: what was to be changed is not, and nobody is told."""
    function = node if node.kind() == "method_definition" else node.field("value")
    around = node.parent()
    if function is None or around is None or around.kind() != "object" or not _is_empty(function):
        return None
    keys = {key.text() for one in around.named_children() if (key := one.field("key") or one.field("name")) is not None}
    call = next((one for one in up(around) if one.kind() == "call_expression"), None)
    callee = call.field("function").text() if call is not None else ""
    changes = "mutationFn" in keys or re.search(r"(?:^|\.)(?:mutate(?:Async)?|useMutation|\w+Mutation)$", callee)
    if not changes or keys & {"throwOnError"}:
        return None
    return _seen("onError", "the mutation")


def empty_arm(node: Any, path: str) -> Seen:
    """Rust: ``Err(_) => {}``, ``if let Err(_) = x {}``, ``let _ = x`` and ``x.ok();``."""
    kind = node.kind()
    if kind in ("match_arm", "if_expression") and any(one.kind() in COMMENTS for one in own(node)):
        return None
    around = next((one for one in up(node) if one.kind() == "match_expression"), None) if kind == "match_arm" else node
    tried = _tried_in(around)
    if around is None or tried is None:
        return None
    yes = kind == "match_arm" and node.field("value").text() == "Ok(())"
    info = kind == "if_expression" or (kind == "match_arm" and not yes)
    outer = next((one for one in (around, *up(around)) if one.kind() == "expression_statement"), around)
    counts = kind != "match_arm" or _READS.search(around.text())
    excused = not counts or is_best_effort(around) or is_best_effort(outer)
    what = "" if excused else lost(tried, path, shown=info or yes)
    if kind == "let_declaration" and tried.kind() != "await_expression" and not what.startswith(_STATEMENTS):
        return None  # what is thrown away may be no ``Result``
    return _seen("Err arm" if kind == "match_arm" else "handling", what, info=info, yes=yes)


def _tried_in(around: Any) -> Any:
    """The expression of Rust whose failure is dropped."""
    kind = around.kind() if around is not None else ""
    if kind == "expression_statement":  # ``x.ok();``
        asked = around.named_children()[0].field("function")
        return asked.field("value") if asked is not None and asked.text().endswith(".ok") else None
    holder = around.field("condition") if kind == "if_expression" else around
    return holder.field("value") if holder is not None else None
