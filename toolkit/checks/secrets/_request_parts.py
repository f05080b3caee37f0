"""Whole requests in sources: which calls keep something, and which names hold all headers or a whole body."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.secrets._log_words import (
    BODIES,
    CLEANED,
    EACH_HEADER,
    HEADERS,
    NAMED,
    NEAR,
    PARAMETERS,
    SEND,
    STORE,
    TAKEN,
    log_calls,
)
from toolkit.checks.secrets._script_text import arguments_at, block_end, brackets
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Call", "Kept", "any_call", "by_name", "calls", "kept", "loops", "may_hold", "whole"]

_TO_LOG = regex(
    r"(?<![a-z])logs?(?![a-z])|log(?:ger|ging|stash|tail|flare)|audit|telemetry|webhook|ingest|analytics|collector|sentry",
    re.IGNORECASE,
)
_TO_LOG_ALONE = regex(r"(?<![a-z])logs?(?![a-z])|log(?:ger|ging|stash|tail|flare)|audit", re.IGNORECASE)
"""Addresses that keep what they get; others do something with a body."""
_GATEWAY = regex(
    r"event\.(?:headers|httpMethod|requestContext|rawPath|pathParameters|queryStringParameters)|event(?:\.get\()?\[?[\"']headers|APIGateway"
)
_SIGNS_OF_LOOPS = (".headers.forEach", ".headers)", ".headers.entries())")
_WRAPPED = regex(r"\A(?:httputil\.|io\.|(?:JSON\.stringify|structuredClone|json\.dumps|string|String|str)\(\s{0,40})")
"""What leaves a request as it is."""
_MOST = 2_000
"""Calls that are looked at in one file; more are in files that programs wrote."""


class Call(NamedTuple):
    """A call that keeps something.

    Args:
        sink: ``log``, ``store`` or ``send``.
        at: its offset.
        start: of its arguments.
        end: of its arguments.
    """

    sink: str
    at: int
    start: int
    end: int


class Kept(NamedTuple):
    """A name that holds all headers or a whole body, and where it is known."""

    name: str
    what: str
    start: int
    end: int


def may_hold(content: str) -> bool:
    """Whether a whole request is named anywhere: looked for only around the words that each such name holds."""
    for words, expressions in NEAR:
        for word in words:
            at = content.find(word)
            while at >= 0:
                near = content[max(at - 80, 0) : at + 60]
                if any(expression.search(near) for expression in expressions):
                    return True
                at = content.find(word, at + 1)
    return False


def calls(text: str, content: str) -> Iterator[Call]:
    """Every call that keeps something."""
    closed = brackets(text)
    for sink, at, bracket in islice(_calls(text), _MOST):
        start, end = arguments_at(closed, bracket)
        if sink != "send" or _TO_LOG.search(content[start : start + 120].partition(",")[0]):
            yield Call(sink, at, start, end)


def any_call(content: str) -> bool:
    """Whether a source has a call that may keep something."""
    return next(_calls(content), None) is not None


def _calls(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, begin and bracket of every call that may keep something."""
    yield from (("log", *call) for call in log_calls(text))
    for kind, word, expression in (("store", ".put", STORE), ("send", "fetch", SEND)):
        if word in text:
            yield from ((kind, match.start(), match.end()) for match in expression.finditer(text))


def kept(text: str, content: str) -> list[Kept]:
    """Every name that holds all headers or a whole body, and every name that then holds one of these."""
    first = [*_assigned(text), *_taken(text), *_parameters(text, content)]
    return [*first, *_handed_on(text, first)] if first else first


def _assigned(text: str) -> Iterator[Kept]:
    for match in islice(NAMED.finditer(text), _MOST):
        name = match["name"] or match["python"]
        rest = _WRAPPED.sub("", text[match.end() : match.end() + 300])
        made = rest.startswith("{")
        if made:
            rest = rest[: block_end(rest, 1)]
        for what, expression in (("all headers", HEADERS), ("the whole body", BODIES)):
            if (expression.search(rest) if made else expression.match(rest)) and not CLEANED.search(name):
                yield Kept(name, what, match.end(), block_end(text, match.end()))


def _handed_on(text: str, names: list[Kept]) -> Iterator[Kept]:
    """Names for an object, a text or a copy of what another name holds: ``const copy = { ...body }``."""
    for match in islice(NAMED.finditer(text), _MOST):
        name = match["name"] or match["python"]
        rest = text[match.end() : match.end() + 300]
        wrapped = _WRAPPED.match(rest)
        inner = rest[wrapped.end() :] if wrapped else rest
        inner = inner[: block_end(inner, 1)] if inner.startswith("{") else inner.partition("\n")[0]
        if inner.startswith("{") or wrapped:
            what = by_name(names, inner, match.end(), "log")
            if what and not CLEANED.search(name) and not CLEANED.search(inner):
                yield Kept(name, what, match.end(), block_end(text, match.end()))


def whole(inside: str, sink: str, address: str) -> str:
    """What a call is given as it is: all headers, or where it is written down the whole body."""
    if HEADERS.search(inside):
        return "all headers"
    keeps = sink == "log" or (sink == "send" and _TO_LOG_ALONE.search(address.partition(",")[0]))
    return "the whole body" if keeps and BODIES.search(inside) else ""


def _taken(text: str) -> Iterator[Kept]:
    """Names that a destructured request gives: ``const { headers, body: payload } = req``."""
    for match in islice(TAKEN.finditer(text), _MOST) if "= req" in text else ():
        for part in match["names"].split(","):
            field, _, name = (one.strip() for one in part.partition(":"))
            what = {"headers": "all headers", "body": "the whole body", "rawBody": "the whole body"}.get(field, "")
            if what:
                yield Kept(name or field, what, match.end(), block_end(text, match.end()))


def _parameters(text: str, content: str) -> Iterator[Kept]:
    for what, words, expression in PARAMETERS:
        if not any(word in text for word in words):
            continue
        for match in islice(expression.finditer(text), _MOST):
            name = next(one for one in match.groupdict().values() if one)
            if name == "event" and not _GATEWAY.search(content):
                break
            start = match.end() if match.groupdict().get("python") else text.find("{", match.end()) + 1
            if start:
                end = _python_end(text, start) if match.groupdict().get("python") else block_end(text, start)
                yield Kept(name, what, start, end)


def _python_end(text: str, start: int) -> int:
    """Where a function of the outermost level ends: at the next line that is not indented."""
    found = re.compile(r"^[^\s#)]", re.MULTILINE).search(text, text.find("\n", start) + 1)
    return found.start() if found else len(text)


def loops(text: str) -> Iterator[tuple[int, int]]:
    """Calls that write down each header of a request, none left out: start and end."""
    if not any(sign in text for sign in _SIGNS_OF_LOOPS):
        return
    closed = brackets(text)
    for match in islice(EACH_HEADER.finditer(text), _MOST):
        body = text.find("{", match.end()) if match[0].startswith("for") else match.end()
        end = block_end(text, body + 1) if match[0].startswith("for") else arguments_at(closed, match.end())[1]
        inner = text[body:end]
        call = next(log_calls(inner), None)
        if call and not re.search(r"\bif\b|\?|includes\(|continue", inner) and not CLEANED.search(inner):
            yield body + call[0], body + call[1] + 40


def by_name(names: list[Kept], inside: str, at: int, sink: str) -> str:
    for name, what, start, end in names:
        if start < at < end and (sink != "store" or what == "all headers"):
            used = re.search(
                rf"(?:(?<=\.\.\.)|(?<![\w$.])){re.escape(name)}(?:\.entries\(\))?(?![\w$]|\s*(?:\.|\?\.|\[|:))", inside
            )
            if used:
                return what
    return ""
