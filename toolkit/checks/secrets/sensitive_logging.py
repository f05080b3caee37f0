"""Whole headers or bodies of requests that go into logs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks.secrets._log_words import (
    BODIES,
    CLEANED,
    GLOBS,
    HEADERS,
    NAMED,
    SEND,
    STORE,
    WORDS,
    log_calls,
    named_secret,
)
from toolkit.checks.secrets._script_text import arguments_at, blanked, block_end
from toolkit.checks.secrets._values import is_trial, lowered
from toolkit.context import Unreadable
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_SECRET_WORDS = (
    "token", "passw", "passphrase", "secret", "private_key", "privatekey", "api_key", "apikey", "mnemonic", "seed_phrase", "seedphrase",
    "authorization", "cookies", "environ", "process.env",
)  # fmt: skip
"""In lower case: what is secret by its name has one of them, and behind a call that writes on its line."""
_WRITES = re.compile(r"(?:log|print|sentry|info|debug|warn|error|trace|dbg|fatal|panic|dir)[\w.!:]{0,40}\s?\(")
"""Of calls that write in lower case: quick, and whether it is one is looked at afterwards."""
_LONGEST_LINE = 4_000
"""Characters; longer lines are made by programs."""
_BY_HAND = re.compile(
    r"(?:^|/)(?:[\w-]*scripts?|seeds?|[\w-]*cli[\w-]*|gen|bin|tools)(?:/|$)|(?:^|/)[\w-]*(?:seed|cli|setup|mint|create|generate)[\w.-]*$"
)
"""Programs that people start, and which show them a key on purpose."""
_TO_LOG = re.compile(r"log|audit|telemetry|webhook|ingest|analytics|collector|sentry", re.IGNORECASE)


class SensitiveLogging(Check):
    """All headers or the whole body of a request go into a log.

    What it checks:
        In JavaScript, TypeScript, Python, Go and Rust: calls of ``console``, of loggers, of ``print`` and of Sentry whose arguments hold all
        headers of a request (``request.headers``, ``Object.fromEntries(request.headers)``, ``[...request.headers]``) or its
        whole body, written there or kept in a variable before; all headers also where they are stored (``put`` of R2, KV
        and buckets) or sent to a log's address. One header (``headers.get("x")``) is fine, and so is what goes through
        something called redact, sanitize, mask, filter and the like. A tokenizer decides, which knows strings and
        comments and counts brackets: no parser is needed.

        What is secret by its name (a password, an access token, a private key, a variable of the environment, the
        Authorization header) is a warning: scripts show some on purpose.

    Why it matters:
        Authorization headers, cookies, passwords and personal data are readable for everybody who reads logs, for as long
        as logs are kept, and often leave the company.

    How to fix:
        Log the names that are needed, one by one, or send the object through a function that drops the rest.

    Fix safety:
        Manual: which fields are needed is a decision.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(context, (*WORDS, *_SECRET_WORDS), GLOBS, ignore_case=True):
            if path.endswith((".min.js", ".d.ts")) or context.is_foreign(path):
                continue
            yield from self.found_in(context, path, self._in_file)

    def _in_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        content = _content(context, path)
        if _may_hold(content) or _may_name(content):
            yield from self._of_file(context, path, content)

    def _of_file(self, context: Inspection, path: str, content: str) -> Iterator[Finding]:
        if next(_calls(content), None) is None:
            return
        text = blanked(content, path.rpartition(".")[2])
        kept = list(_kept(text))
        for sink, at, start, end in _sinks(text, content):
            inside = text[start:end]
            if CLEANED.search(inside):
                continue
            what = "all headers" if HEADERS.search(inside) else ""
            if not what and sink == "log" and BODIES.search(inside):
                what = "the whole body"
            what = what or _by_name(kept, inside, start, sink)
            named = named_secret(inside, content[start:end], content) if sink == "log" and not is_trial(path) else ""
            if named and not what:
                yield self._of_name(context, path, content, (at, end, named))
            if what:
                yield self._finding(context, path, content.count("\n", 0, at) + 1, sink, what, content[at:end])

    def _of_name(self, context: Inspection, path: str, content: str, found: tuple[int, int, str]) -> Finding:
        at, end, secret = found
        return self.finding(
            context,
            path,
            f"{secret} is logged",
            line=content.count("\n", 0, at) + 1,
            evidence=" ".join(content[at:end].split())[:120],
            severity="info" if _BY_HAND.search(path) else "warning",
            fixes=(Fix("log that it is there, or its last characters, never the value", "manual"),),
        )

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, sink: str, what: str, source: str
    ) -> Finding:
        how = {"log": "logged", "store": "stored", "send": "sent to a log"}[sink]
        return self.finding(
            context,
            path,
            f"the whole body of a request is {how}, with whatever people send"
            if "body" in what
            else f"all headers of a request are {how}, tokens and cookies included",
            line=line,
            evidence=" ".join(source.split())[:120],
            severity="info" if is_trial(path) else "error",
            fixes=(Fix("log the fields that are needed, or drop the others first", "manual"),),
        )


def _content(context: Inspection, path: str) -> str:
    try:
        return context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return ""


def _may_hold(content: str) -> bool:
    """Whether a whole request is named anywhere: looked for only around the words that each such name holds."""
    for word in WORDS:
        at = content.find(word)
        while at >= 0:
            near = content[max(at - 80, 0) : at + 40]
            if HEADERS.search(near) or BODIES.search(near):
                return True
            at = content.find(word, at + 1)
    return False


def _may_name(content: str) -> bool:
    """Whether a line writes something before the name of a secret."""
    lower = lowered(content)
    for word in _SECRET_WORDS:
        at = lower.find(word)
        while at >= 0:
            start = lower.rfind("\n", max(at - _LONGEST_LINE, 0), at) + 1
            if _WRITES.search(lower, start, at):
                return True
            at = lower.find(
                word, lower.find("\n", at) if "\n" in lower[at : at + _LONGEST_LINE] else at + _LONGEST_LINE
            )
    return False


def _sinks(text: str, content: str) -> Iterator[tuple[str, int, int, int]]:
    """Kind, offset, and start and end of the arguments of every call that keeps something."""
    for kind, at, bracket in _calls(text):
        start, end = arguments_at(text, bracket)
        if kind != "send" or _TO_LOG.search(content[start : start + 120].partition(",")[0]):
            yield kind, at, start, end


def _calls(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, begin and bracket of every call that may keep something."""
    yield from (("log", *call) for call in log_calls(text))
    for kind, word, expression in (("store", ".put", STORE), ("send", "fetch", SEND)):
        if word in text:
            yield from ((kind, match.start(), match.end()) for match in expression.finditer(text))


def _kept(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Names that hold all headers or a whole body: name, what, from where and to where they are known."""
    for match in NAMED.finditer(text):
        name = match["name"] or match["python"]
        rest = text[match.end() : match.end() + 300]
        if rest.startswith("{"):
            rest = rest[: block_end(rest, 1)]
        for what, expression in (("all headers", HEADERS), ("the whole body", BODIES)):
            found = (
                expression.search(rest)
                if rest.startswith("{")
                else expression.match(rest.removeprefix("httputil.").removeprefix("io."))
            )
            if found and not CLEANED.search(name):
                yield name, what, match.end(), block_end(text, match.end())


def _by_name(kept: list[tuple[str, str, int, int]], inside: str, at: int, sink: str) -> str:
    for name, what, start, end in kept:
        if start < at < end and (sink == "log" or what == "all headers"):
            used = re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$]|\s*(?:\.|\?\.|\[|:))", inside)
            if used:
                return what
    return ""
