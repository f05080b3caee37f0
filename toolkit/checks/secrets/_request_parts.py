"""Whole requests in sources: which calls keep something, and which names hold all headers or a whole body."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._literals import Literals
from toolkit.checks.secrets._asked import shown_match
from toolkit.checks.secrets._log_words import CLEANED, SEND, STORE, any_log_call, log_calls
from toolkit.checks.secrets._request_words import BODIES, EACH_HEADER, HEADERS, NEAR, WORDS
from toolkit.checks.secrets._script_text import arguments_at, block_end, brackets
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Call", "any_call", "calls", "loops", "may_hold", "payload", "whole"]

_TO_LOG = regex(
    r"(?<![a-z])logs?(?![a-z])|log(?:ger|ging|stash|tail|flare)|audit|telemetry|ingest|analytics|collector|sentry",
    re.IGNORECASE,
)
_TO_LOG_ALONE = regex(r"(?<![a-z])logs?(?![a-z])|log(?:ger|ging|stash|tail|flare)|audit", re.IGNORECASE)
"""Addresses that keep what they get; others do something with a body."""
_OF_AN_OBJECT = regex(r"\b(?:onlyIf|httpMetadata)\s*:\s*[^,}]{1,200}")
"""Settings of R2, which takes the few headers from a request that it knows."""
_OF_A_CALL = regex(r"\b(?:init|options|opts|config|params)\??\.headers\b")
"""Headers that a caller gives to a call, as it passes them on: nobody's request has come in with them."""
_OPTION = regex(r"(?<![\w.$])headers\s*(?::\s*headers\s*)?(?=[,}])")
"""The headers of the call itself, by a name that does not say whose they are."""
_SIGNS_OF_LOOPS = (".headers.forEach", ".headers)", ".headers.entries())")
_OF_HEADERS = ("eader", "ookies", "OOKIES", "META", "DumpRequest", ".config")
_OF_BODIES = ("ody", "await", ".get_", ".data", ".form", ".POST")
"""Of these one is in all that the two expressions find, which begin with any object and are slow: few arguments hold one."""
_NEAR_WORDS = Literals(WORDS)
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


def may_hold(content: str) -> bool:
    """Whether a whole request is named anywhere: looked for only around the words that each such name holds."""
    held = _NEAR_WORDS.held(content)
    for words, expressions in NEAR if held else ():
        for word in held.intersection(words):
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
    return any_log_call(content) or next(_keeping(content), None) is not None


def _calls(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, begin and bracket of every call that may keep something."""
    yield from (("log", *call) for call in log_calls(text))
    yield from _keeping(text)


def _keeping(text: str) -> Iterator[tuple[str, int, int]]:
    """Calls that may keep something elsewhere than in a log."""
    for kind, word, expression in (("store", ".put", STORE), ("send", "fetch", SEND)):
        if word in text:
            yield from ((kind, match.start(), match.end()) for match in expression.finditer(text))


def payload(inside: str, sink: str) -> str:
    """What a call is given to keep, as long as before: without the headers of the call itself."""
    return _OPTION.sub(lambda match: " " * len(match[0]), inside) if sink == "send" else inside


def whole(inside: str, sink: str, address: str) -> str:
    """What a call is given as it is: all headers, or where it is written down the whole body."""
    own = {"store": _OF_AN_OBJECT, "send": _OF_A_CALL}.get(sink)
    given = own.sub("", inside) if own else inside
    if any(word in given for word in _OF_HEADERS) and shown_match(HEADERS, given, given):
        return "all headers"
    if not any(word in inside for word in _OF_BODIES):
        return ""
    keeps = sink == "log" or (sink == "send" and _TO_LOG_ALONE.search(address.partition(",")[0]))
    return "the whole body" if keeps and shown_match(BODIES, inside, inside) else ""


def loops(text: str) -> Iterator[tuple[int, int]]:
    """Calls that write down each header of a request, none left out: start and end."""
    if not any(sign in text for sign in _SIGNS_OF_LOOPS):
        return
    closed = brackets(text)
    for match in islice(EACH_HEADER.finditer(text), _MOST):
        body = text.find("{", match.end()) if match[0].startswith("for") else match.end()
        end = block_end(text, body + 1) if match[0].startswith("for") else arguments_at(closed, match.end())[1]
        inner = text[body:end]
        call = next(iter(log_calls(inner)), None)
        if call and not re.search(r"\bif\b|\?|includes\(|continue", inner) and not CLEANED.search(inner):
            yield body + call[0], body + call[1] + 40
