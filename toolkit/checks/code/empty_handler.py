"""See :class:`EmptyHandler`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks._texts import text_of
from toolkit.checks.code._paths import is_shown_in
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.expressions import regex
from toolkit.model import Fix, Place
from toolkit.places import folder_of
from toolkit.specifiers import SOURCES, last_part, resolved, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.model import Finding, Severity

_LOSES = {
    "queue": "messages are taken and lost",
    "scheduled": "the schedule runs nothing",
    "email": "mails are taken and lost",
    "alarm": "the alarm does nothing",
    "webhook": "the sender is told that all is well, and sends no second time",
    "click": "pressing it does nothing",
}

_GENERAL = regex(
    r"(?i)^(?:the \w+ of |\W*)?(?:\w+\.)?(?:axios|fetch|api|client|http|requests?|db|session|fs|save|commit|put|post|send|update|delete|insert|create)(?:\.\w+)?$"
    r"|^\w+$|^(?:INSERT|UPDATE|DELETE|REPLACE)"
)
"""Calls that say nothing of what is lost: two of them are two causes."""
_TELLS = regex(r"\bcatch\b\s*(?:\([^()]*\)\s*)?\{[^{}]*\b(?:\w*[lL]og(?:ger)?|console)\.(?:warn|error|info|fatal)\b")
_OF_ACCESS = regex(
    r"(?i)auth|access|permi|token|jwt|sign|session|user|member|account|admin|owner|log_?in|role|password|allow|entitle|guard|captcha|secret|key|trusted|manage|edit|delete|write|activate"
)
"""Names of functions that say who may come in."""
_MANY = 6
"""Losses in one file, above which they are told together: there it is a habit."""
_HABIT = 12
"""Places that drop the same call, above which they are one thing wherever they lie."""


class EmptyHandler(Check):
    """A handler takes its input and does nothing with it.

    What it checks: Handlers of queues, schedules, mails and alarms of edge workers, listeners of queues and buses (BullMQ, Kafka, AMQP, Pub/Sub),
        cron jobs, tasks and signals of Python, functions for SQS, decorated methods of NestJS, and webhooks, that are empty or only log, acknowledge
        and answer; empty routes; buttons whose ``onClick`` is empty. Errors that are caught and dropped (``catch {}``, ``.catch(() => null)``,
        ``except: pass``, ``suppress``, ``Err(_) => {}``, ``let _ =``, ``if err != nil {}``, ``onError: () => {}``, ``worker.on("error", () => {})``,
        ``onerror``, ``unhandledRejection``) or answered with success: a warning if what failed is a payment, a write, a deletion or a message,
        otherwise one ``info`` for each file. Logins, permissions and verifications that answer yes if they fail, or where their secret is not set. A comment that says why, good-byes, caches and counting, and a log that what is called writes itself, keep it quiet; one that only says that it may fail makes it information, and one that puts the report off excuses nothing.
    Why it matters: The sender counts the message, the request or the write as done: nothing is retried, and the data are gone.
    How to fix: Call the code that was written for it, or remove the handler, so that the platform keeps or refuses the input. Let an
        error that matters through, or report it.
    Fix safety: Manual. What the handler should do has to be written.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        harmless: dict[str, list[Match]] = {}
        lost: dict[str, list[Match]] = {}
        for match in matches(context, self.id):
            if is_shown_in(match.path):
                continue  # shows how something is used
            if match.captures.get("grade") == "info" and match.captures.get("lost"):
                told = f"If {match.captures['lost']} fails, nobody hears of it: a comment says only that it may."
                yield self._finding(context, match, told, severity="info")
            elif match.captures.get("grade") == "info":
                harmless.setdefault(match.path, []).append(match)
            elif match.captures.get("what") == "swallowed":
                if not _is_told_inside(context, match):
                    lost.setdefault(match.path, []).append(match)
            else:
                yield self._finding(context, match, _told(match))
        alike: dict[tuple[str, str, bool], list[Finding]] = {}
        for found in lost.values():
            shown = found if len(found) <= _MANY else found[:1]
            also = "" if shown is found else f" The same in {len(found) - 1} more places: line {_lines(found[1:])}."
            firsts = {match.text: match.line for match in reversed(shown)}
            for match in shown:
                general = _GENERAL.search(match.captures["lost"])
                at = firsts[match.text] if "(" in match.text else match.line
                copied = f"{match.path.rpartition('/')[2]}:{at} {match.text}"
                place = copied if general else folder_of(match.path)
                key = _told(match) + also, place, context.is_foreign(match.path)
                row = self._finding(context, match, key[0])
                hidden = () if shown is found else tuple(Place(one.path, one.line) for one in found[1:])
                alike.setdefault(key, []).append(replace(row, related=hidden))
        yield from map(_once, _habits(alike))
        for found in harmless.values():
            told = f"Errors are dropped without a word: {len(found)} in this file (line {_lines(found)})."
            row = self._finding(context, found[0], told, severity="info")
            yield replace(row, related=tuple(Place(one.path, one.line) for one in found[1:]))

    def _finding(self, context: Inspection, match: Match, message: str, *, severity: Severity = "warning") -> Finding:
        swallowed = match.captures.get("what") in ("swallowed", "open")
        title = (
            "let the error through, or report it"
            if swallowed
            else "call the code that was written for it, or remove the handler"
        )
        return self.finding(
            context,
            match.path,
            message,
            line=(match.line, match.column),
            evidence=" ".join(match.text.split())[:160],
            severity=severity,
            fixes=(Fix(title, "manual"),),
        )


def _is_told_inside(context: Inspection, match: Match) -> bool:
    """Whether what is called writes its failure to a log itself, in a source that this one imports."""
    name = match.captures.get("lost", "").rpartition(".")[2]
    if not name.isidentifier() or match.captures.get("yes"):
        return False
    head = re.compile(
        rf"(?ms)^(?P<indent>[ \t]*)(?:(?:export|default|public|private|static|async|function|const)\s+)*{name}\s*(?:=\s*(?:async\s*)?)?\([^;{{}}]*\{{$(?P<body>.*?)^(?P=indent)\}}"
    )
    homes = {_home(context, written, match.path) for written in context.fact(specifiers, match.path)} - {""}
    texts = (text_of(context, home, errors="replace") for home in sorted(homes))
    return any(_TELLS.search(found["body"]) for text in texts if name in text for found in head.finditer(text))


def _home(context: Inspection, written: str, source: str) -> str:
    """The source that is imported: by its path, or by an alias whose last part is the name of one source alone."""
    if written.startswith("."):
        return resolved(context, written, source)
    named = [one for end in SOURCES for one in context.inventory.by_name.get(f"{last_part(written)}{end}", ())]
    return named[0] if len(named) == 1 else ""


def _habits(alike: dict[tuple[str, str, bool], list[Finding]]) -> Iterator[list[Finding]]:
    """What is dropped alike, by folder; where that is so in many folders it is a habit of the whole repository, and one thing."""
    rows: dict[tuple[str, bool], list[list[Finding]]] = {}
    for (message, _, foreign), found in alike.items():
        rows.setdefault((message, foreign), []).append(found)
    for groups in rows.values():
        yield from ([one for group in groups for one in group],) if len(groups) > _HABIT else groups


def _once(found: list[Finding]) -> Finding:
    """One finding for what is dropped alike in the files of one folder: somebody has copied the first."""
    first, further = found[0], found[1:]
    places = ", ".join(f"{one.path}:{one.line}" for one in further[:5])
    if not further:
        return first
    message = f"{first.message} The same in {places}{' and more' if len(further) > 5 else ''}."
    return replace(first, message=message, related=tuple(place for one in found for place in one.places)[1:])


def _lines(found: list[Match]) -> str:
    """The first lines of some matches."""
    return ", ".join(str(one.line) for one in found[:8])


def _told(match: Match) -> str:
    seen = match.captures
    name = seen.get("name") or re.sub(r"\s+", " ", match.text)[:40]
    if seen.get("what") == "open":
        why = f"Where {seen['lost']} is not set" if seen["lost"] else "If what is asked there fails"
        outcome = "everybody is let in" if _OF_ACCESS.search(name) else "what nobody looked at counts as good"
        return f"{why}, {name} answers yes: {outcome}."
    if seen.get("what") == "swallowed":
        if seen.get("none"):
            return f"If {seen['lost']} fails, the function ends without the value that it promises: the except only passes."
        if seen.get("yes"):
            return f"If {seen['lost']} fails, the {name} answers that all went well."
        rest = "only says what is to be done" if seen.get("due") else "is empty"
        return f"If {seen['lost']} fails, nobody hears of it: the {name} {rest}."
    lost = _LOSES.get(seen.get("what", "")) or _LOSES.get(name, "what it is given is dropped without a word")
    return f"The handler {name} does nothing: {lost}."
