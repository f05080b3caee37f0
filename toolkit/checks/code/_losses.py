"""What is lost when a call fails and nobody hears of it: a write, a message or a payment, rather than a look or a good-bye."""

from __future__ import annotations

from typing import Any

from toolkit.checks.code._excuses import FAREWELL, following
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._pretence import called
from toolkit.checks.code._tree import (
    FUNCTIONS,
    statements,
    up,
)
from toolkit.checks.code._tried_calls import Call, calls
from toolkit.expressions import regex

__all__ = ["answered", "answered_alike", "is_farewell", "lost"]

_MATTERS = regex(
    r"(?i)(?:^|_)(?:charge|capture|refund|pay(?!load)\w*|transfer|withdraw|deposit|settle|commit|insert(?:_?(?:one|many))?|save|upsert|bulk_?(?:create|write|insert)"
    r"|send_?(?:e?mail|transaction|raw_?transaction|message|notification|and_?confirm\w*|invoice|receipt)|forward(?:_?[A-Za-z]+)?_?(?:inbound|event|message|webhook|job)s?|publish|enqueue\w*|dispatch_?job|create_?(?:order|payment|user|invoice|charge|transfer|payment_?intent)"
    r"|update_?(?:one|many|balance|order|user|status)|delete_?(?:one|many|user)|migrate|confirm_?(?:payment|order)|write_?(?:record|audit|ledger)|put_?object|upload_?file\w*)$"
)
"""The last part of calls whose failure somebody has to hear of, however they are made."""
_HELD = regex(
    r"(?i)^(?:reserve|release|free|cancel|un_?reserve)_?(?:all_?)?(?:margin|funds?|balances?|credits?|stock|inventory|seats?|slots?|rooms?|bookings?|reservations?|orders?|payments?|escrow|holds?|appointments?)$"
)
"""Calls that hold something for a customer or give it back: it stays held if they fail."""
_HELD_FOR = regex(
    r"(?i)margin|fund|balance|credit|stock|inventory|seat|room|book|reserv|order|payment|escrow|appointment|parking"
)
_SPREADS = regex(r"(?i)publish|enqueue|send_?(?:message|notification)|^(?:update|delete|save|upsert|insert)")
"""Of these, whoever throws the result away in so many words may have meant it."""
_WRITES = regex(
    r"(?:create|update|delete|remove|destroy|put|post|patch|send|upload|persist|save|insert|upsert|submit|heartbeat|notify|approve|cancel|grant|revoke|restore|archive|charge|refund"
    r"|mark|deduct|credit|debit|increment|decrement|bulk|enqueue|schedule|assign)(?![a-z])\w*|record_?(?:[A-Z]\w*)?(?:[sS]ubmission|[pP]ayment|[tT]ransaction|[oO]rder|[dD]eposit|[wW]ithdrawal|[tT]ransfer|[sS]ettlement|[vV]ote|[bB]alance|[tT]rade)s?|(?:xadd|lpush|rpush|writeFile|write_text|write_bytes|commit|execute|executemany|executeRaw|set_?(?:[kK]ey|[vV]alue|[rR]ecord))"
)
"""The last part of calls that change something, if they are waited for or made by a client."""
_FILES = regex(r"(?:std\.|tokio\.)?fs\.(?:write|rename|copy)")
"""Rust's ways to write a file."""
_SHOWS = regex(
    r"(?:update|remove|create)(?:View|Dialog|Modal|State|Object|Element|Layer|Marker|Window|Tab|Badge|Title|Status[A-Z]?\w*Bar)\w*|create_subprocess_\w+|scheduleOn\w+|markFor\w+|\w+(?:Sync|Locally|View)"
)
_READS_ON = regex(
    r"\.(?:get|find|list|read|fetch|check|is|has|simulate|estimate)[A-Z_]\w*\."
    r"|(?:^|\.)(?:headers|params|cookies|kwargs|options|environ|meta(?:data)?|registry|dict)\.\w+$"
)
"""What is sent only asks: ``rpc.getHealth().send()``; or what is changed is an object in memory: ``session.headers.update``."""
_CLIENT = regex(
    r"(?i)(?:^|\.|_)(?:requests|httpx|session|db|database|cursor|cur|conn|connection|client|api|http|axios|repo\w*|repository|storage|bucket|blob|s3|stripe|mailer|smtp|queue|producer|service|table|collection|mongo\w*|supabase|\w+_(?:repo|repository|client|api|service|queue|db))\."
)
_OF_ANOTHER = regex(
    r"(?i)(?:^|\.)(?:\w*cache\w*|\w*redis\w*|\w*(?:local|session|async)_?(?:storage|store)|body|window|document|navigator|analytics|posthog|gtag|mixpanel|amplitude|segment|telemetry|sentry"
    r"|\w*metrics?|statsd|toast|console|_?logg?(?:er|ing)?|ws|\w*websocket\w*|\w*socket|io|haptics\w*|audio|sound|player|clipboard|te?mp\w*|interaction|message|msg|ctx|bot|channel|\w*notifier|\w*alerter|slack\w*|discord\w*|telegram\w*|reply|thread|tx|\w+_tx"
    r"|\w*sender|chan|\w*bus|\w*emitter|\w*hub|mqttc?|mqtt_?client|page|browser|editor|map|chart|chrome|process|proc|child|\w*reader|\w*stream|\w*controller|iterator|timer|rl|watcher|keyboard|permissions?|splash\w*|lock|mutex|semaphore|progress|spinner)\."
)
"""What a call may be made to and fail: it is for the looks, or something else makes up for it."""
_STATEMENT = regex(
    r"(?is)[\"'`]\s*(insert\s+(?:or\s+\w+\s+)?into|update(?=\s+[\w.\"]+\s+set\s)|delete\s+from|replace\s+into)\s+([\w.\"]+)[\s(]"
)
_QUESTION = regex(
    r"(?i)[\"'`]\s*(?:select|show|pragma|explain|with|set|listen|notify|analyze|vacuum|ping|drop|create|insert\s+or\s+ignore)\b"
)
_KEEPS = regex(
    r"(?i)(?:^|\.)(?:keychain|keytar|\w*secure_?(?:store|storage)|encrypted_?storage)\.(?:set|save)\w*|(?:^|\.)(?:set|add|update|delete)Doc"
)
"""What puts a secret into the safe of a device, or a document into Firestore: nothing else holds it."""
_HOLDS = regex(r"(?:window\.|globalThis\.)?localStorage\.setItem")
_SECRET = regex(r"(?i)\b(?:encrypted|cipher)\w*|mnemonic|private_?key|secret_?key|seed_?phrase|key_?pair")
"""What is gone for good if the browser does not keep it."""
_WEBHOOK = regex(r"(?i)web_?-?hook")
_HANDLES = regex(r"(?:handle|process)(?![a-z])\w*")
_METHOD = regex(r"(?i)\bmethod\s*:\s*[\"'`](POST|PUT|PATCH|DELETE)[\"'`]|\bMethod::(POST|PUT|PATCH|DELETE)\b")
_REQUEST = regex(r"(?i)[\w.]{0,80}(?:request|fetch|send|call)\(\s*[\"'](?:(POST|PUT|PATCH|DELETE))[\"']()")
"""A request whose method is its first argument."""
_RENAMES = regex(r"(?:fs\.|fsp\.|fs\.promises\.)?rename(?:Sync)?|os\.(?:rename|replace)")
"""What puts a file that has been written into its place."""
_PASSING = regex(r"(?i)cache|lock|log\b|logs\b|backup|\.bak|\.old")
_BUILT = regex(r"((?:\w+\.)*(?:\w*[dD]b|database|drizzle|kysely)\.(?:update|insert|insertInto|updateTable))\b")
"""The beginning of a statement that a builder of queries puts together, of which the last call says nothing; deletions mostly clean up."""
_MINOR_ROWS = regex(
    r"(?i)(?:insert|update|delete|into|table|from)\(\s*[\"'`]?(?:\w+\.)*\w*(?:logs?|telemetry|analytics|cached?|views?|metrics?|events?|activit(?:y|ies)|usages?|sessions?|heartbeats?|traces?)[\"'`]?\s*\)"
)
_DRAINS = regex(r"drain|end|quit|\$disconnect|destroy|close\w*|unref|removeAllListeners|unsubscribe\w*")
_ASKS = regex(
    r"(?:get|find|list|read|fetch|check|is|has|load|query|count|select|exists|lookup|search|validate|parse|json|text|sleep|delay|wait)(?![a-z])"
)
_WENT_WELL = regex(
    r"(?:\.(?:json|send)\(\s*|^return\s+(?:[\w.]+\(\s*)?)\{\s*[\"']?(?:ok|success)[\"']?\s*:\s*[tT]rue\b|\.sendStatus\(20[0-4]\)|^return True\b"
)
"""An answer that says that all went well."""
_MINOR = regex(
    r"(?i)track|analytics|telemetry|beacon|metric|[/_-]logs?\b|log-?out|sign-?out|/ping|typing|presence|read-?receipt|mark_?-?(?:all_?-?)?(?:as_?-?)?read|view|impression|warm|revalidat|health|cache|lock|clients?/|webpush/subscribe|/(?:editMessage\w*|deleteMessage|answerCallbackQuery|sendChatAction|setMessageReaction)\b"
)
"""In what a request is sent to: nobody misses it."""
_INTO_CACHE = regex(r"(?i)[\w.]+\(\s*(?:\w+\.)*\w*cache\w*\s*,")
"""A call that is given a cache first."""
_MINOR_TABLE = regex(r"(?i)(?<!audit_)logs?\"?$|telemetry|analytics|_cache\"?$|(?:page|profile)_?views")
_MINOR_PLACE = regex(
    r"(?i)(?:^|[/_.-])(?:metrics?|analytics|telemetry|loggers?|logging|monitoring|observability|track(?:ing|er)|cache|posthog|sentry)(?=[/_.-])"
)
"""Files about what nobody waits for."""
_LAST_SEEN = regex(r"(?i)\blast_?(?:seen|active|activity|used|login|notified|notification|visit\w*|read)")
_COUNTED = r"\w*(?:count|views?|plays?|clicks?|impressions?|downloads?|hits|visits?|shares?|opens?|usage)"
_COUNTS = regex(
    rf"(?i)\bdata\s*:\s*\{{\s*{_COUNTED}\s*:\s*\{{\s*increment\s*:\s*1\s*\}}\s*,?\s*\}}|\$inc[\"']?\s*:\s*\{{\s*[\"']?{_COUNTED}[\"']?\s*:\s*1\s*\}}"
    rf"|\bset\s+[\"`]?({_COUNTED})[\"`]?\s*=\s*(?:coalesce\()?[\"`]?\1[\"`]?(?:\s*,\s*0\))?\s*\+\s*1\s*(?:where\b|[\"'`])"
)
"""What adds one to a count of looks, and does nothing else."""
_OF_VIEWS = regex(
    r"(?i)(?:^|\.)\w*(?:views?|clicks?|impressions?|page_?visits?|telemetry|analytics|metrics?|heartbeats?)\.(?:create|upsert|insert|update|save|add)\w*$"
)
_ONLY_SEEN = regex(
    r"(?i)\b(?:data|set)\s*[:(]\s*\{\s*last_?(?:seen|active|activity|used|login|visit\w*|read)\w*\s*:\s*[^{},]{1,60},?\s*\}"
)
_TAKEN = regex(r"\b(?:map_err|inspect_err|unwrap_or_else|or_else|tap_err)\b")
"""Rust: a failure is looked at before the result is thrown away."""
_TEXTS = regex(r"[\"'`][^\"'`\n]{1,120}")


def lost(tried: Any, path: str, *, waited: bool = False, shown: bool = True) -> str:
    """What somebody has to hear of if it fails, in a few words: the first such call of what is tried; empty for none.

    Args:
        tried: the block or expression whose failure is dropped.
        path: of the file; what scripts lose is seen by whoever runs them.
        waited: whether somebody waits for the whole.
        shown: whether a handler is there: where a result is thrown away in so many words, only what matters by its name counts.
    """
    every = (one._replace(awaited=one.awaited or waited) for one in calls(tried))
    return next((found for one in every if (found := _loss(one, path, shown=shown))), "") if not is_script(path) else ""


def is_farewell(tried: Any) -> bool:
    """Whether all that is tried is a good-bye: closing, disconnecting, unlocking."""
    found = list(calls(tried))
    return bool(found) and all(FAREWELL.search(one.last) or _DRAINS.fullmatch(one.last) for one in found)


def answered(around: Any, tried: Any, path: str) -> str:
    """What a ``try`` waits for, if the statement behind it answers that all went well: whoever asked takes it for done."""
    after = following(around)
    if after is None or is_script(path) or not _WENT_WELL.search(after.text()[:300]):
        return ""
    asked = (one for one in calls(tried) if one.awaited and not FAREWELL.search(one.last))
    asked = (one for one in asked if not _QUESTION.search(one.text))
    return next((one.path[-60:] for one in asked if not (_ASKS.match(one.last) or _OF_ANOTHER.search(one.path))), "")


def answered_alike(tried: Any, answer: Any, path: str) -> str:
    """What a webhook waits for whose handler of errors gives the answer of its ``try``: the sender takes it for done, and sends it no second time."""
    last = next(reversed(statements(tried)), None)
    if last is None or is_script(path) or last.text().split() != answer.text().split():
        return ""
    around = (called(one) for one in up(tried) if one.kind() in FUNCTIONS)
    if not any(_WEBHOOK.search(one) for one in (path, *around)):
        return ""
    asked = (one for one in calls(tried) if one.awaited and not _OF_ANOTHER.search(one.path))
    return next((one.path[-60:] for one in asked if _HANDLES.match(one.last) or _WRITES.fullmatch(one.last)), "")


def _loss(call: Call, path: str, *, shown: bool) -> str:
    """What is lost with one call."""
    if _HOLDS.fullmatch(call.path) and _SECRET.search(call.text):
        return call.path
    held = _HELD.search(call.last) is not None and _HELD_FOR.search(call.text[:300]) is not None
    if _COUNTS.search(call.text) or _OF_VIEWS.search(call.path) or _ONLY_SEEN.search(call.text):
        return ""
    if (
        (FAREWELL.search(call.last) and not held)
        or _OF_ANOTHER.search(call.path)
        or (not shown and _TAKEN.search(call.text))
    ):
        return ""
    if statement := _STATEMENT.search(call.text):
        words = " ".join(statement[1].upper().split())
        return (
            ""
            if words.startswith("INSERT OR IGNORE") or _MINOR_TABLE.search(statement[2]) or _LAST_SEEN.search(call.text)
            else f"{words} {statement[2].strip(chr(34))}"
        )
    if (held or _MATTERS.search(call.last) or (call.awaited and _KEEPS.fullmatch(call.path))) and (
        shown or not _SPREADS.search(call.last)
    ):
        return call.path[-60:]
    return _change(call, path) if shown and not _MINOR_PLACE.search(path) and not _is_minor(call) else ""


def _change(call: Call, path: str) -> str:
    """What is lost with a call that is not known by its name alone: a request, a file, or what changes something out there."""
    if _LAST_SEEN.search(call.text) or _QUESTION.search(call.text):
        return ""
    built = _BUILT.match(call.path) if call.awaited else None
    if built and call.path != built[1]:
        minor = _MINOR_ROWS.search(call.text[:200]) or "onConflictDoNothing" in call.path
        return "" if minor else built[1]
    request = _METHOD.search(call.text) if call.awaited else None
    request = request or (_REQUEST.match(call.text) if call.awaited or path.endswith(".py") else None)
    if request:
        return f"the {request[1] or request[2]} of {call.path[-40:]}"
    file = path.endswith(".rs") and _FILES.fullmatch(call.path)
    renames = _RENAMES.fullmatch(call.path) is not None and not _PASSING.search(call.text)
    last = call.last[:1].lower() + call.last[1:] if path.endswith(".go") else call.last
    writes = _WRITES.fullmatch(last) and not _SHOWS.fullmatch(last) and not _READS_ON.search(call.path)
    return call.path[-60:] if file or renames or (writes and _is_sent(call, path)) else ""


def _is_sent(call: Call, path: str) -> bool:
    """Whether a call that changes something reaches beyond this process."""
    return call.awaited or (path.endswith((".py", ".rs", ".go")) and _CLIENT.search(call.path) is not None)


def _is_minor(call: Call) -> bool:
    """Whether the texts of a call, of an address above all, are about what nobody misses."""
    return _INTO_CACHE.match(call.text) is not None or any(
        _MINOR.search(one) for one in _TEXTS.findall(call.text[:300])
    )
