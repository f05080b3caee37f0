"""Functions that judge whether somebody may come in, and let him in where they could not find out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_script
from toolkit.checks.code._pretence import is_honest
from toolkit.checks.code._see.verdicts import JUDGES
from toolkit.checks.code._tree import COMMENTS, FUNCTIONS, below, body_of, function_name, own, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["open_door"]

_ADMITS = regex(
    r"(?:can|may)_?(?:[aA]ccess|[eE]dit|[dD]elete|[wW]rite|[mM]anage|[aA]ctivate)\w*|is_?(?:[aA]dmin|[oO]wner|[aA]llowed|[tT]rusted)(?![a-z])\w*"
    r"|require_?(?:[aA]uth|[aA]dmin|[rR]ole|[pP]ermission)\w*|auth_?(?:[mM]iddleware|[gG]uard)|(?:user_?)?(?:log_?[iI]n|sign_?[iI]n)(?:[A-Z_]\w*)?|authenticate\w*|check_?[pP]assword\w*|ensure_?[aA]uth\w*"
)
_BESIDE = regex(
    r"(?i)optional|maybe|soft|installation|connect|format|setup|layout|schema|build|deploy|health|circuit_?breaker|virtual_?service|config"
)
"""Of functions with these words nobody asks whom they let in."""
_YES = regex(
    r"(?:return\s+)?(?:(?:Ok|Some|Promise\.resolve)?\(?\s*[tT]rue\s*\)?|true, nil|next\(\)|\{\s*[\"']?(?:valid|success|verified|ok|authorized|allowed|authenticated|isValid)[\"']?\s*:\s*[tT]rue\b[^{}]*\});?"
)
_REFUSES = regex(
    r"\breturn\s+(?:(?:Ok|Some|Promise\.resolve)?\(?\s*[fF]alse\b|Err\(|None\b|null\b|[\w.]+\([^;]{0,200}?\b(?:40[13]|[fF]orbidden|[uU]nauthori[sz]ed)\b)|\bthrow\b|\bbail!|\bpanic!"
    r"|^\{\s*(?:Ok\()?(?:false|Err\()"
)
_ON_PURPOSE = regex(
    r"(?i)\bfail(?:s|ing|ed)?[- ]?open|on purpose|intention|deliberate|by design|availability|don'?t block|do not block|best[- ]effort|graceful|non-?critical|not (?:critical|fatal)"
)
_UNSET = regex(
    r"(?i)(?:!\s*|\bnot\s+)[\w.\[\]\"'(]*(?:secret|key|config|env|settings?)[\w.]*|\b[\w.]*(?:secret|key|config|settings?)\w*\s+is None|\b[\w.]*(?:Secret|Key)\w* == \"\""
)
_OWNS_UP = regex(r"(?i)\b(?:reasons?|confidence|skip\w*|warnings?|unverified|un?checked|unknown)\b")
"""What tells whoever asked that nothing was found out."""
_OPTS_IN = regex(r"\.(?:allow|permit|skip|insecure|unsafe|trust|dev)\w*\s*(?:===?\s*true)?\s*(?:&&|\))")
"""What whoever calls has to ask for."""
_OPTION = regex(r"(?i)\.(?:require|enable|enforce|use|skip|check|verify)\w*$")
"""What somebody turns off on purpose."""
_METADATA = regex(
    r"(\w+)\s*(?::[^=;{}]{0,80})?=\s*(?:await\s+)?(?:this\.)?(?:#|_)?(?:reflector\s*\.\s*get\w*|Reflect\s*\.\s*get(?:Own)?Metadata)\b"
)
"""What NestJS and its like keep of a decorator."""
_FOR_ALL = regex(
    r"(?i)\bif\s*\(?\s*(?:!\s*|not\s+)(?:this\.|self\.)?(?:is_?|allow_?)?(?:public|optional|anonymous)\w*\s*\)?\s*[:{]?\s*return\b"
)
"""What goes another way for all that is not open to everybody."""
_OUTSIDE = regex(r"(?i)node_env|environment|\bdebug\b|is_?dev|is_?prod|development|production|staging|\btest")
"""What says that it is so where the program is developed only."""


def open_door(node: Any, path: str) -> Seen:
    """A failure, or a secret that is not set, by which everybody is let in."""
    function = next((one for one in up(node) if one.kind() in FUNCTIONS and function_name(one)), None)
    name = function_name(function) if function is not None else ""
    small = name[:1].lower() + name[1:]
    judges = JUDGES.fullmatch(small) or _ADMITS.fullmatch(small)
    if function is None or not judges or _BESIDE.search(name) or is_honest(function, path) or is_script(path):
        return None
    before = function.text()[: max(node.range().start.index - function.range().start.index, 0)]
    if _FOR_ALL.search(before):
        return None  # who is asked for more than everybody may has gone another way
    unset = _unset(node, function) if node.kind() == "if_statement" and not _is_go(node) else None
    if not unset and (node.kind() == "if_statement" and not _is_go(node)):
        return None
    asked = [one.field("condition").text() for one in (node, *below(node)) if one.kind() == "if_statement"]
    if not _says_yes(node) or _ON_PURPOSE.search(_around(node)) or any(map(_OPTS_IN.search, asked)):
        return None
    return {"name": name, "what": "open", "lost": unset or "", "grade": ""}


def _is_go(node: Any) -> bool:
    """Whether an ``if`` asks for an error, as Go does."""
    return re.match(r"if [^{]*\berr\w* != nil\b", node.text()) is not None


def _unset(node: Any, function: Any) -> str:
    """What is not set where an ``if`` is come to; empty if it asks for something else, or only where nobody else comes."""
    condition = node.field("condition")
    found = _UNSET.search(condition.text()) if condition is not None else None
    alone = node.field("alternative") is None and not _OUTSIDE.search(function.text())
    name = re.sub(r"^(?:!|not)\s*", "", found[0])[:60] if found is not None and alone else ""
    return "" if "(" in name or _OPTION.search(name) or _is_asked_for(name, function) else name


def _is_asked_for(name: str, function: Any) -> bool:
    """Whether a name holds what a decorator of the route asks for, or what a call gives for an argument of the guard: without one it has nothing to ask."""
    first, text, taken = re.match(r"\w+", name), function.text(), function.field("parameters")
    if first is None:
        return False
    given = re.findall(r"[A-Za-z_]\w*", taken.text()) if taken is not None else []
    looked_up = re.search(rf"\b{first[0]}\b[^=;\n]{{0,80}}=\s*(?:await\s+)?[\w.]+\(([^()\n]*)\)", text)
    found = looked_up is not None and not set(re.findall(r"[A-Za-z_]\w*", looked_up[1])).isdisjoint(given)
    return found or any(one[1] == first[0] for one in _METADATA.finditer(text))


def _says_yes(node: Any) -> bool:
    """Whether a handler ends with an answer that lets in."""
    kind = node.kind()
    if kind == "call_expression":  # ``.catch(() => true)``, ``.unwrap_or(true)``
        given, callee = node.field("arguments").named_children(), node.field("function")
        asked = callee.field("value") if callee is not None else None
        if asked is not None and asked.kind() == "field_expression":
            return False  # a field that holds nothing is no question that failed
        if (refused := _refused_by(node)) is not None:
            return not refused
        body = body_of(given[-1]) if given else None
        return bool(given) and _lets_in(body if body is not None else given[-1])
    block = node.field("consequence") or body_of(node)
    block = block or next((one for one in node.named_children() if one.kind() == "block"), None)
    if block is None:
        return False
    if block.kind() == "return_statement":
        return _lets_in(block)
    inner = [one for one in block.named_children() if one.kind() == "statement_list"]
    last = next(reversed(statements(inner[0] if inner else block)), None)
    return last is not None and _lets_in(last)


def _refused_by(call: Any) -> bool | None:
    """Whether yes is the answer by which a condition, or one that asks for the name which holds it, refuses; ``None`` if nothing asks."""
    inner, denied = call, False
    for one in up(call):
        kind = one.kind()
        if kind in ("if_statement", "if_expression"):
            asked = one.field("condition")
            within = (
                asked is not None and asked.range().start.index <= inner.range().start.index < asked.range().end.index
            )
            return _refuses(one) != denied if within else None
        if kind in ("variable_declarator", "let_declaration"):
            return _refused_by_name(one)
        if kind in FUNCTIONS or kind.endswith("_statement"):
            return None
        denied ^= kind == "unary_expression" and one.text().startswith("!")
        inner = one
    return None


def _refused_by_name(declared: Any) -> bool | None:
    """As :func:`_refused_by`, for the name that holds an answer."""
    name = (declared.field("name") or declared.field("pattern")).text()
    function = next((one for one in up(declared) if one.kind() in FUNCTIONS), None)
    for one in own(function) if function is not None else ():
        condition = one.field("condition") if one.kind() in ("if_statement", "if_expression") else None
        found = (
            re.fullmatch(rf"[(\s]*(!?)\s*{re.escape(name)}[)\s]*", condition.text()) if condition is not None else None
        )
        if found:
            return _refuses(one) != bool(found[1])
    return None


def _refuses(branch: Any) -> bool:
    """Whether what a condition leads to ends with a no, or with an error."""
    return _REFUSES.search(branch.field("consequence").text()) is not None


def _lets_in(answer: Any) -> bool:
    """Whether an answer is yes, and says nothing of what it was not asked for."""
    text = answer.text().strip()
    return _YES.fullmatch(text) is not None and _OWNS_UP.search(text) is None


def _around(node: Any) -> str:
    """What comments in a handler, and right above it, say."""
    before = node.prev()
    said = [one.text() for one in own(node) if one.kind() in COMMENTS]
    return " ".join([*said, before.text() if before is not None and before.kind() in COMMENTS else ""])
