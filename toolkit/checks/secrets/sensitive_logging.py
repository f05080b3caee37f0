"""Whole headers or bodies of requests that go into logs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks.secrets._script_text import arguments_at, blanked, block_end
from toolkit.checks.secrets._values import is_trial
from toolkit.context import Unreadable
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_GLOBS = ("*.ts", "*.tsx", "*.mts", "*.cts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.py")
_WORDS = (
    ".headers",
    ".body",
    ".text()",
    ".json()",
    ".formData()",
    "get_data(",
    "get_json(",
    ".rawBody",
    ".rawHeaders",
    ".data",
    ".form",
)
_REQUEST = (
    r"(?:(?:this|ctx|context|c|event|evt|e|args)\.)?(?:\b_?req(?:uest)?\b|\b\w*[a-z]Request\b|\bincoming\b)(?:\.raw)?"
)
_END = r"(?!\s*(?:\?\.|\.|\[|\w))"
_HEADERS = re.compile(
    rf"Object\.fromEntries\(\s*(?:\[\.\.\.\s*)?{_REQUEST}\.headers(?:\.entries\(\))?\s*\]?\s*\)|\[\s*\.\.\.\s*{_REQUEST}\.headers"
    rf"|{_REQUEST}\.(?:headers|rawHeaders){_END}|(?:dict|str|repr)\(\s*{_REQUEST}\.headers\s*\)|{_REQUEST}\.headers\.(?:toJSON|entries|raw)\(\)"
)
_BODIES = re.compile(
    rf"{_REQUEST}\.(?:body|rawBody){_END}|await\s+{_REQUEST}(?:\.clone\(\))?\.(?:text|json|formData|body)\(\){_END}"
    rf"|{_REQUEST}\.get_(?:data|json)\(\)|{_REQUEST}\.(?:data|form){_END}"
)
_LOG = re.compile(
    r"\b(?:console\.(?:log|info|warn|error|debug|trace|dir)|(?:[\w$]+\.)*[\w$]*[lL]og(?:ger|ging)?\.(?:log|info|warn|warning|error|debug|trace"
    r"|fatal|exception|critical)|print|pprint)\s*(?=\()"
)
_STORE = re.compile(
    r"\b(?:env|this\.env|c\.env)\.[\w$]+\.put\s*(?=\()|\b[\w$.]*(?:R2|KV|r2|kv|[bB]ucket|BUCKET|[aA]udit|AUDIT)[\w$]*\.put\s*(?=\()"
)
_SEND = re.compile(r"\bfetch\s*(?=\()")
_TO_LOG = re.compile(r"log|audit|telemetry|webhook|ingest|analytics|collector|sentry", re.IGNORECASE)
_CLEANED = re.compile(
    r"redact|sanit[iz]|mask|scrub|filter|strip|omit|pick|clean|allow|safe|without|exclude|hash|Object\.keys|\.keys\(|length|typeof|size|Boolean",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::[^=;\n]+)?=\s*|^[ \t]*(?P<python>\w+)\s*=\s*(?=\S)", re.MULTILINE
)


class SensitiveLogging(Check):
    """All headers or the whole body of a request go into a log.

    What it checks:
        In JavaScript, TypeScript and Python: calls of ``console``, of loggers and of ``print`` whose arguments hold all
        headers of a request (``request.headers``, ``Object.fromEntries(request.headers)``, ``[...request.headers]``) or its
        whole body, written there or kept in a variable before; all headers also where they are stored (``put`` of R2, KV
        and buckets) or sent to a log's address. One header (``headers.get("x")``) is fine, and so is what goes through
        something called redact, sanitize, mask, filter and the like. A tokenizer decides, which knows strings and
        comments and counts brackets: no parser is needed.

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
        for path in files_with(context, _WORDS, _GLOBS):
            if path.endswith((".min.js", ".d.ts")):
                continue
            try:
                content = context.read(path).decode("utf-8", "surrogateescape")
            except Unreadable:
                continue
            if _may_hold(content) and (_LOG.search(content) or _STORE.search(content) or _SEND.search(content)):
                yield from self._of_file(context, path, content)

    def _of_file(self, context: Inspection, path: str, content: str) -> Iterator[Finding]:
        text = blanked(content, python=path.endswith(".py"))
        kept = list(_kept(text))
        for sink, at, start, end in _sinks(text, content):
            inside = text[start:end]
            if _CLEANED.search(inside):
                continue
            what = "all headers" if _HEADERS.search(inside) else ""
            if not what and sink == "log" and _BODIES.search(inside):
                what = "the whole body"
            what = what or _by_name(kept, inside, start, sink)
            if what:
                yield self._finding(context, path, content.count("\n", 0, at) + 1, sink, what, content[at:end])

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


def _may_hold(content: str) -> bool:
    """Whether a whole request is named anywhere: looked for only around the words that each such name holds."""
    for word in _WORDS:
        at = content.find(word)
        while at >= 0:
            near = content[max(at - 80, 0) : at + 40]
            if _HEADERS.search(near) or _BODIES.search(near):
                return True
            at = content.find(word, at + 1)
    return False


def _sinks(text: str, content: str) -> Iterator[tuple[str, int, int, int]]:
    """Kind, offset, and start and end of the arguments of every call that keeps something."""
    for kind, expression in (("log", _LOG), ("store", _STORE), ("send", _SEND)):
        for match in expression.finditer(text):
            start, end = arguments_at(text, match.end())
            if kind != "send" or _TO_LOG.search(content[start : start + 120].partition(",")[0]):
                yield kind, match.start(), start, end


def _kept(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Names that hold all headers or a whole body: name, what, from where and to where they are known."""
    for match in _NAMED.finditer(text):
        name = match["name"] or match["python"]
        rest = text[match.end() : match.end() + 300]
        for what, expression in (("all headers", _HEADERS), ("the whole body", _BODIES)):
            found = expression.match(rest)
            if found and not _CLEANED.search(name):
                yield name, what, match.end(), block_end(text, match.end())


def _by_name(kept: list[tuple[str, str, int, int]], inside: str, at: int, sink: str) -> str:
    for name, what, start, end in kept:
        if start < at < end and (sink == "log" or what == "all headers"):
            used = re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$]|\s*(?:\.|\?\.|\[|:))", inside)
            if used:
                return what
    return ""
