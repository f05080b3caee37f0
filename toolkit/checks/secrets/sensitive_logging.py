"""Whole headers or bodies of requests that go into logs."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._literals import Literals
from toolkit.checks._search import files_with
from toolkit.checks._standing import is_idle
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._at_home import DETAILED, not_at_home, only_at_home
from toolkit.checks.secrets._credentials_given import LOGIN_WORDS, may_hold_credentials
from toolkit.checks.secrets._held_names import by_name, is_of_a_clock, kept
from toolkit.checks.secrets._kept_settings import SETTING_WORDS, holds_a_word, may_show_settings, settings
from toolkit.checks.secrets._log_words import CLEANED, GLOBS, named_secret
from toolkit.checks.secrets._request_parts import any_call, calls, loops, may_hold, payload, whole
from toolkit.checks.secrets._request_words import WORDS
from toolkit.checks.secrets._script_text import blanked
from toolkit.checks.secrets._values import is_trial, lowered, told_once_a_file, without_secrets
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.path_names import is_kept_only
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_SECRET_WORDS = (
    "token", "passw", "passphrase", "secret", "private_key", "privatekey", "api_key", "apikey", "mnemonic", "seed_phrase", "seedphrase",
    "authorization", "cookie", "environ", "env::vars", ".env", "x-auth-token", "x-api-key", "database_url", "db_url", "mongodb_ur", "mongo_ur", "redis_url", "amqp_url",
    "databaseurl", "dburl", "mongouri", "mongodburi", "_dsn", "connection_string", "connectionstring", "otp", "resetcode", "reset_code", "mfacode", "mfa_code", "factorcode", "factor_code", "timecode", "time_code", "logincode", "login_code",
)  # fmt: skip
"""In lower case: what is secret by its name has one of them, and behind a call that writes on its line."""
_SECRETS = Literals(_SECRET_WORDS)
_WRITES = regex(r"(?:log|print|sentry|info|debug|warn|error|trace|dbg|fatal|panic|dir)[\w.!:]{0,40}\s?\(")
"""Of calls that write in lower case: quick, and whether it is one is looked at afterwards."""
_LONGEST_LINE = 4_000
"""Characters; longer lines are made by programs."""
_BY_HAND = regex(
    r"(?:^|/)(?:[\w-]*scripts?|seeds?|(?:[\w-]+[-_])?cli(?:[-_][\w-]+)?|gen|bin|tools)(?:/|$)"
    r"|(?:^|/)(?:[\w-]*[-_])?(?:seed|cli|setup|mint|generate)(?=[-_.A-Z])[\w.-]*$|(?:^|/)create[-_][\w.-]*$"
)
"""Programs that people start, and which show them a key on purpose."""
_OF_WALLET = regex(r"(?i)(?:private|secret)_?key|mnemonic|seed_?phrase")
_SHOWS_KEYS = regex(r"(?i)gen|creat|new|setup|init|wallet|key|vanity|grind|export|show|convert|decode|print|mint|seed")
"""Names of programs that are there to make or show a key."""
_AT_HOME = regex(
    r"(?i)\bif\s?(?:\(\s?(?:(?P<bare>!\s?[\w.?]{0,60}(?:db|database|kv|d1|platform|env)[\w.?]{0,20})|(?:\w{1,20}\.){0,2}(?:is_?)?(?:dev|debug|verbose)\w{0,20}|import\.meta\.env\.DEV|[^()\n]{0,80}_ENV[^()\n]{1,12}develop[^()\n]{0,20})\s?\)"
    r"|\s(?:\w{1,20}\.){0,3}(?:is_?)?(?:debug|verbose)\w{0,20}(?=\s?\{))\s{0,20}(?:\{(?:[^{}]|\{[^{}]{0,120}\}){0,200})?\Z"
)
"""A branch for a machine of one's own: in development, or where there is no database; or one that somebody asks for to see what happens."""
_SHOWN_ONCE = regex(
    r"(?i)\bcopy (?:it |this |them )?now\b|\bsave (?:this|it|these|them)\b|\bnot (?:be )?(?:stored|shown again|displayed again)\b|\bshown (?:only )?once\b|\bwon't (?:be shown|see (?:it|this)) again\b|\b(?:store|keep) (?:it|this|these|them) (?:safe|secure)"
)
"""What a program says that shows a secret on purpose, to whom it is for."""
_FOR_ONE_RUN = regex(
    r"(?i)\b(?:ephemeral|temporary|one-time|initial)\b[^\"'`{}]{0,30}\b(?:token|password|key|secret)\b"
)
"""What nobody could know if the program did not say it."""
_SENT = regex(r"(?i)passw(?!ordless)|passphrase|mnemonic|seed_?phrase|private_?key|card_?number|\bcvv|refresh_?token")
"""What a source names that takes secrets from whom it serves."""
_PERSONAL = regex(
    r"(?i)mail|phone|mobile|(?:first|last|full|display|user|legal|sur|given|family)_?name|^name$|address|street|passw|token|secret|key$|ssn|iban|birth|card|cvv"
    r"|message|comment|note|customer|contact|user|account|wallet|signature|pin$|otp|code$|^bio$|location|^ip|session|answer|query|prompt"
)
"""Fields in which people send something of their own."""
_PEOPLE_SAY = regex(
    r"(?i)mail|phone|mobile|(?:first|last|full|display|user)_?name|street|iban|birth|customer|otp|prompt|answer"
)
_OF_PEOPLE = regex(
    r"(?i)middleware|interceptor|filter|handler|error|valid|auth|user|account|profile|customer|client|contact|complaint|form|chat|agent|assistant|message|order|booking"
    r"|reservation|lead|support|feedback|survey|checkout|payment"
)
"""Words of sources, and of their names, that take what people write, or whatever anybody sends."""
_BLOCK = 400
"""Characters before a call in which its branch begins."""
_OF_A_LOG = regex(r"\.(?:post|put|all)\(\s*[\"'`](?P<route>[^\"'`\n]{0,200})[\"'`]")
_KEEPS = regex(
    r"(?i)(?<![a-z])(?:logs?|logging|events?|track(?:ing)?|telemetry|analytics|ingest|collect|metrics)(?![a-z])"
)
"""Routes that are there to keep what people send."""
_ROUTE = 3_000
"""Characters before a call in which the route stands that it belongs to."""
_SIZES = regex(r"(?i)length|\blen\(|typeof|\btype\(|\bsize\b")
_FEW = 50
_GIVEN = regex(r"[\"']?\]?\s*(?::\s*\w+\s*)?=\s*(?:\"[^\"{$]*\"|'[^'{$]*'|`[^`$]*`);?\s*$")
"""What gives a name a text of the source, behind the name."""
_MESSAGES = {
    "all headers": "all headers of a request are {}, tokens and cookies included",
    "the whole body": "the whole body of a request is {}, with whatever people send",
    "a whole request": "a whole request is {}, with its headers, tokens and cookies",
    "the whole event": "a whole event is {}, with whatever its messages hold",
    "an unread event": "a whole event is {}, with all headers of a request where one starts the function",
    "settings": "an object of settings is {} whole, with a secret of the environment in it",
    "a login": "what somebody logs in with is {} whole, the password included",
}
_UNREAD = _MESSAGES["an unread event"].format("logged")
_UNSURE = frozenset({"a login", "the whole event", "an unread event", "settings"})
"""What is a warning: nobody knows what is in it, or who reads it."""


class SensitiveLogging(Check):
    """All headers or the whole body of a request go into a log.

    What it checks:
        In JavaScript, TypeScript, Python, Go and Rust: calls of ``console``, of loggers, of ``print`` and of Sentry whose arguments hold all
        headers of a request (``request.headers``, ``Object.fromEntries(request.headers)``, ``[...request.headers]``) or its
        whole body, written there or kept in a variable before; all headers also where they are stored (``put`` of R2, KV
        and buckets) or sent to a log's address. One header (``headers.get("x")``) is fine, and so is what goes through
        something called redact, sanitize, mask, filter and the like. A tokenizer decides, which knows strings and
        comments and counts brackets: no parser is needed. A body is a warning where its source names nothing secret that people
        send (a password, a mnemonic, a card): nobody knows what is in it; where the fields that the source takes out of it are none of a person, or neither the source nor its path says that people write there, it is information, as is what stands in a
        branch for debugging, in a folder that only keeps things, or in a module that nothing loads. Objects that were given an ``Authorization`` header or an API key are
        followed to a log in the same scope, and objects of settings with a secret of the environment from the source that makes them to those that import it.
        Such settings, whole events that carry messages (SQS, SNS, Kinesis), and what somebody logs in with (by its type: ``LoginDto``), are warnings.

        What is secret by its name (a password, an access token, a private key, the address of a data store, a variable of the environment, the
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
        yield from told_once_a_file(self._all(context))

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(
            context, (*WORDS, *LOGIN_WORDS, *_SECRET_WORDS, *SETTING_WORDS), GLOBS, ignore_case=True
        ):
            made = path.endswith(".js") and context.is_file(f"{path[:-2]}ts")  # compiled, and kept beside its source
            if path.endswith((".min.js", ".d.ts")) or made or context.is_foreign(path):
                continue
            # What is told of settings hangs on the source that makes them.
            own = not context.fact(_names_settings, path)
            look = self.found_in(context, path, self._in_file) if own else self._in_file(context, path)
            found = [one for one in look if one.message != _UNREAD or not is_of_a_clock(context)]
            aside = found and (
                is_idle(context, path) or any(is_kept_only(up, context.is_file) for up in upward(folder_of(path)))
            )
            yield from (replace(one, severity="info") for one in found) if aside else found

    def _in_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        content = text_of(context, path)
        if any_call(content):
            requests = may_hold(content)
            if requests or _may_name(content) or may_hold_credentials(content) or may_show_settings(content):
                yield from self._of_file(context, path, content, requests=requests)

    def _of_file(self, context: Inspection, path: str, content: str, *, requests: bool) -> Iterator[Finding]:
        language = path.rpartition(".")[2]
        text = blanked(content, language)
        further = settings(context, path, text, content)
        names = kept(text, content, language, requests=requests, further=further)
        told = -1
        for sink, at, start, end in calls(text, content):
            inside = not_at_home(_without_sizes(payload(text[start:end], sink)), content[start:end], content)
            if CLEANED.search(inside) or (sink == "log" and at < told):
                continue  # a field of a log that is told already
            what = whole(inside, sink, content[start : start + 120]) or by_name(names, inside, start, sink)
            named = named_secret(inside, content[start:end], content) if sink == "log" and not is_trial(path) else ""
            if named and not what and not _is_literal(content, at, named):
                yield self._of_name(context, path, content, (at, end, named))
            if what and not (sink == "send" and what == "the whole body" and _is_for_a_log(content, at)):
                found = self._finding(context, path, line_at(content, at), sink, what, content[at:end])
                if is_idle(context, path) or (found.severity == "warning" and _at_home(content, at)):
                    found = replace(found, severity="info")
                elif found.severity == "error":
                    bodies = {one.name for one in names if one.what == "the whole body" and one.name in inside}
                    found = replace(found, severity=_lessened(content, at, what, bodies, path))
                yield found
            told = end if (named or what) and sink == "log" else told
        for at, end in loops(text):
            yield self._finding(context, path, line_at(content, at), "log", "all headers", content[at:end])

    def _of_name(self, context: Inspection, path: str, content: str, found: tuple[int, int, str]) -> Finding:
        at, end, secret = found
        return self.finding(
            context,
            path,
            f"{secret} is logged",
            line=line_at(content, at),
            evidence=without_secrets(" ".join(content[at:end].split())[:120]),
            severity="info"
            if _SHOWN_ONCE.search(content)
            or _FOR_ONE_RUN.search(content, at, end)
            or _AT_HOME.search(content, max(at - _BLOCK, 0), at)
            or (_BY_HAND.search(path) and not (_OF_WALLET.search(secret) and not _SHOWS_KEYS.search(path)))
            else "warning",
            fixes=(Fix("log that it is there, or its last characters, never the value", "manual"),),
        )

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, sink: str, what: str, source: str
    ) -> Finding:
        how = {"log": "logged", "store": "stored", "send": "sent to a log"}[sink]
        return self.finding(
            context,
            path,
            _MESSAGES[what].format(how),
            line=line,
            evidence=without_secrets(" ".join(source.split())[:120]),
            severity="info" if is_trial(path) else "warning" if what in _UNSURE else "error",
            fixes=(Fix("log the fields that are needed, or drop the others first", "manual"),),
        )


def _lessened(content: str, at: int, what: str, bodies: set[str], path: str) -> Severity:
    """How grave it is that something whole is kept, by the branch it is in and by what its source takes from people.

    Args:
        content: the source.
        at: of the call.
        what: is kept.
        bodies: names of whole bodies that the call is given.
        path: of the source.
    """
    if _at_home(content, at):
        return "info"
    if what != "the whole body" or _SENT.search(content):
        return "warning" if _AT_HOME.search(content, max(at - _BLOCK, 0), at) else "error"
    if DETAILED.match(content, at):
        return "info"
    fields = [field for name in bodies for field in _fields(content, name)]
    if not fields:  # what is in it, only its source and what that is for can say
        return "warning" if _OF_PEOPLE.search(path) or _PEOPLE_SAY.search(content) else "info"
    return "warning" if any(map(_PERSONAL.search, fields)) else "info"


def _at_home(content: str, at: int) -> bool:
    """Whether a call is made on a machine of one's own only, by the branch around it."""
    branch = _AT_HOME.search(content, max(at - _BLOCK, 0), at)
    return (branch is not None and not branch["bare"]) or only_at_home(content, at)


def _fields(content: str, name: str) -> Iterator[str]:
    """What a source takes out of a body: by a point, by ``get``, by names in braces."""
    body = re.escape(name)
    for match in islice(
        re.finditer(rf"\b{body}\??\.(?:get\(\s?[\"'](?P<got>\w+)|(?P<field>\w+)\b(?!\())", content), _FEW
    ):
        yield match["got"] or match["field"]
    for match in islice(re.finditer(rf"\{{([^{{}}=;]{{1,600}})\}}\s*(?::[^=;\n]{{1,80}})?=\s*{body}\b", content), _FEW):
        yield from re.findall(r"(?:^|,)\s*(\w+)", match[1])


def _without_sizes(inside: str) -> str:
    """The arguments of a call without those that only tell how long something is: they say nothing of the others."""
    for match in islice(_SIZES.finditer(inside), _FEW):
        left = max(inside.rfind(sign, 0, match.start()) for sign in ",{(\n") + 1
        right = min((at for sign in ",}\n" if (at := inside.find(sign, match.end())) >= 0), default=len(inside))
        inside = f"{inside[:left]}{' ' * (right - left)}{inside[right:]}"
    return inside


def _is_for_a_log(content: str, at: int) -> bool:
    """Whether the route that a call belongs to is there to keep what people send."""
    routes = list(islice(_OF_A_LOG.finditer(content, max(at - _ROUTE, 0), at), _FEW))
    return bool(routes) and _KEEPS.search(routes[-1]["route"]) is not None


def _is_literal(content: str, at: int, name: str) -> bool:
    """Whether the statement right above gives a name the text of the source that is logged: whoever can read that knows it."""
    above = content[max(at - _BLOCK, 0) : at].rstrip().rpartition("\n")[2]
    return (given := _GIVEN.search(above)) is not None and above[: given.start()].endswith(name)


def _names_settings(context: Inspection, path: str) -> bool:
    return holds_a_word(lowered(text_of(context, path)))


def _may_name(content: str) -> bool:
    """Whether a line writes something before the name of a secret."""
    lower = lowered(content)
    for word in _SECRETS.held(lower):
        at = lower.find(word)
        while at >= 0:
            start = lower.rfind("\n", max(at - _LONGEST_LINE, 0), at) + 1
            if _WRITES.search(lower, start, at):
                return True
            at = lower.find(
                word, lower.find("\n", at) if "\n" in lower[at : at + _LONGEST_LINE] else at + _LONGEST_LINE
            )
    return False
