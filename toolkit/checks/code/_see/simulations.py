"""Functions that only act as if: they wait in place of the work, and say that it is done, without a word that owns up to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._effects import callees, is_inert
from toolkit.checks.code._fake_words import WAITS
from toolkit.checks.code._pretence import answers, called, is_constant, is_honest, pretends
from toolkit.checks.code._tree import body_of, function_of, is_conditional
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["fake_metrics", "fake_submit", "fake_success"]

_ACTS = regex(
    r"_?(?i:(?:process|handle|execute|make|do|submit|create)?_?(?:charge|pay|payment|refund|transfer|withdraw|withdrawal|payout|deposit|mint|burn|stake|unstake|swap|bridge|deploy|broadcast|publish|transcribe"
    r"|send_?(?!success|response|error|json|ok|result|reply|status)|submit|settle|purchase|checkout|verify|validate_?(?:identity|document|payment|kyc)|upload|sync|revoke|cancel|delete|register|provision|backup|restore|notify|transaction))"
    r"(?:$|(?=[A-Z_])|(?<=end))\w*"
)
"""Names of functions that change something out there, or have somebody examined."""
_BUILDS = regex(
    r"(?i)build|format|payload|template|message$|response|result|schema|to_?json|wait|poll|estimate|preview|quote|default|next|hash$"
)
"""Names of functions that only put an answer together."""
_DONE = regex(
    r"(?i)[\"']?\b(?:success|ok|sent|paid|verified|confirmed|delivered|settled|approved|is_?valid|revoked|cancell?ed|deleted|registered)\b[\"']?\s*[:=]\s*true\b"
    r"|[\"']?\b(?:status|state)\b[\"']?\s*[:=]\s*[\"'](?:success\w*|completed?|confirmed|sent|settled|delivered|paid|approved|verified|submitted|deployed|published|processed|synced|done|ok)[\"']"
)
"""What says that it has been done."""
_PROOF = regex(
    r"(?i)\b(?:tx|txn|transaction|message|payment|refund|charge|order|receipt|transfer|payout|deployment|confirmation|submission|batch)_?(?:id|hash|sig(?:nature)?|ref(?:erence)?)?\b[\"']?\s*[:,}]|\b(?:s?id|hash|signature|reference)\b[\"']?\s*:"
)
"""What an answer shows for it: the number of what is said to have been made."""
_MADE_UP = regex(
    r"Math\.random|random\.|\brand::|uuid|randomUUID|nanoid|Date\.now|time\.time|datetime\.|[\"'`][\w-]*\d{2,}[\w-]*[\"'`]|token_hex"
)
_KEEPS_STATE = regex(r"(?:this|self)\.\w+\s*(?:\[[^\]\n]*\]\s*)?=(?!=)|\b(?:push|append|set|add|insert)\(")


def fake_success(node: Any, path: str) -> Seen:
    """A function that says that something was sent, paid or made, with a number for it, and reaches nothing."""
    name, body = called(node), body_of(node)
    if not _ACTS.fullmatch(name) or _BUILDS.search(name) or body is None or is_honest(node, path) or not _takes(node):
        return None
    waits = WAITS.search(body.text()) is not None
    found = answers(node)
    if not found or not is_inert(node) or _KEEPS_STATE.search(body.text()):
        return None
    told = found[-1].text()
    inside = re.fullmatch(r"(?:return\s+)?(?:Ok\()?\(?(?:[\w:]+\s*)?\{.*\}\)?\)?;?", told, re.DOTALL)
    if inside is None or is_conditional(found[-1]) or not _DONE.search(told):
        return None
    made_up = _PROOF.search(told) is not None and _MADE_UP.search(body.text()) is not None
    if not made_up and not (waits and is_constant(found[-1])):
        return None
    return pretends(node, name, "waits in place of the work" if waits else "makes up the proof that it was done")


def _takes(function: Any) -> bool:
    """Whether a function is given anything to work on."""
    taken = function.field("parameters")
    given = taken.named_children() if taken is not None else []
    single = function.field("parameter")
    return single is not None or any(one.text() not in ("self", "&self", "&mut self", "cls") for one in given)


_SUBMITS = regex(
    r"(?:handle|on|do)?_?(?:[sS]ubmit|[sS]ave|[sS]end|[pP]ay|[cC]heckout|[pP]urchase|[uU]pload|[sS]ubscribe|[dD]elete|[bB]ook|[wW]ithdraw|[dD]eposit|[tT]ransfer|[sS]wap|[sS]take|[iI]nvite|[rR]egister|[lL]ogin|[sS]ign(?:[iI]n|[uU]p)|[rR]eset)(?:$|[A-Z_])\w*"
)
_SHOWS = regex(
    r"(?:\w+\.)?(?:set[A-Z]\w*|toast(?:\.\w+)?|show\w*|add?Toast|alert|notify\w*|success|error|reset\w*|router\.\w+|push|replace|navigate\w*|onClose|onOpenChange|close\w*|preventDefault|stopPropagation|haptics\.\w+)"
    r"|router\.(?:push|replace|back|refresh)|navigation\.\w+|Alert\.alert|message\.\w+|enqueueSnackbar|console\.\w+|setTimeout|resolve|r|res|Promise|sleep|delay|wait|window\.\w+|e\.\w+|event\.\w+|Haptics\.\w+"
)
"""What a page does for the eye."""
_CHEERS = regex(
    r"toast\.success|(?i:\b(?:toast|alert|showToast|notify\w*|message\.success|snackbar)\w*\([^)]{0,200}success|set(?:Is)?(?:Success|Submitted|Sent|Saved|Paid|Done|Complete[d]?)\(true)"
)


def fake_submit(node: Any, path: str) -> Seen:
    """A button of a page that waits, and then says that all went well: nothing is sent."""
    function = function_of(node)
    if function is None or is_honest(function, path) or not WAITS.search(node.text()):
        return None
    name, body = called(function), body_of(function)
    said = list(callees(function))
    if body is None or not _SUBMITS.fullmatch(name) or not _CHEERS.search(body.text()):
        return None
    if not all(_SHOWS.fullmatch(one) for one in said):
        return None
    return pretends(function, name, "waits, and says that all went well")


_METRIC = regex(
    r"(?i)[\"']?_?(?:cpu|mem(?:ory)?|disk|network|bandwidth|latency|uptime|throughput|response_?times?|error_?rate|hit_?rate|active_?users|active_?connections|visitors|page_?views|revenue|balance|price|volume|tvl|apy|apr|market_?cap"
    r"|conversions?|confidence|accuracy|utili[sz]ation|block_?height|gas_?(?:price|used)|tps|sales|profit|roi|churn|risk_?score|sentiment|success_?rate|engagement|impressions|clicks)(?:_?(?:usage|rate|percent(?:age)?|ms|score|24h|usd|change\w*|used|load|avg|p\d+))?[\"']?"
)
_GIVES_OUT = regex(
    r"(?i)rand|seed|sampl|mock|demo|fake|dummy|generate|simulat|jitter|particle|shuffle|test|chart|bench"
)
_SEVERAL = 2


def fake_metrics(node: Any, path: str) -> Seen:
    """Measurements that are left to chance: two or more in one answer."""
    function = function_of(node)
    if function is None or is_honest(function, path):
        return None
    name = called(function)
    pairs = [one for one in node.named_children() if one.kind() == "pair"]
    found = [one for one in pairs if _is_chance(one)]
    if len(found) < _SEVERAL or not name or _GIVES_OUT.search(name):
        return None
    return pretends(function, name, "answers by chance")


def _is_chance(pair: Any) -> bool:
    """Whether a key of a measurement has a value that is drawn by lot."""
    key, value = pair.field("key"), pair.field("value")
    if key is None or value is None or not _METRIC.fullmatch(key.text()):
        return False
    return (
        re.match(
            r"(?:[\d.\s+*(-]|Math\.(?:floor|round|ceil|min|max)|round|int|float|Number|parseFloat)*(?:Math\.random\(\)|random\.(?:random|uniform|randint|gauss|choice)\()",
            value.text(),
        )
        is not None
    )
