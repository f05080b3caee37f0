"""Types of several cases, and functions that ask for some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import body_of, function_name, name_of, own, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["branches", "union"]


def union(node: Any, _path: str) -> Seen:
    """A type that is a union of three or more texts, or made from a list of them."""
    if node.kind() == "variable_declarator":
        return _listed(node)
    value = node.field("value") or node.field("type")
    if value is None:
        return None
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", value.text().lstrip(": "), flags=re.DOTALL)
    parts = [part.strip() for part in text.strip().strip("|").split("|")]
    if len(parts) < 3 or not all(re.fullmatch(r"\"[\w.:-]+\"|'[\w.:-]+'", part) for part in parts):
        return None
    return {
        "name": name_of(node),
        "members": " ".join(part.strip("\"'") for part in parts),
        "property": _holder(node) if node.kind() == "property_signature" else "",
    }


def _holder(node: Any) -> str:
    """The name of the type that a property belongs to."""
    around = (one for one in up(node) if one.kind() in ("interface_declaration", "type_alias_declaration"))
    return next((name_of(one) for one in around), "") or "?"


def _listed(node: Any) -> Seen:
    """A list of texts ``as const`` from which a type is made: ``type T = (typeof LIST)[number]``."""
    text = list(up(node))[-1].text()
    made = re.search(rf"\btype\s+(\w+)\s*=\s*\(?\s*typeof\s+{re.escape(name_of(node))}\s*\)?\s*\[number\]", text)
    members = re.findall(r"[\"']([\w.:-]+)[\"']", node.text())
    if made is None or len(members) < 3:
        return None
    return {"name": made[1], "members": " ".join(members), "property": ""}


_RECORD = r"(?i:\b(?:push|add|append|record|log|save|audit|insert|track|store)\w*)\((?:[^;\n]{0,160}[^\w.])?%s\b"
_RATES = regex(
    r"(?i)(?:calculate|compute|get|determine|assess|estimate|derive)_?\w*(?:risk|score|weight|priority|severity|rank|cost|label|colou?r|icon|title|text)"
)
"""Names of functions that rate each case, or show it: what they end with is for all others."""
_COUNTS = regex(r"\{?\s*[\w.]+\s?(?:\+\+|\+=\s?\d+)\s?;?\s*\}?")
"""What a branch does that only counts."""
_HANDS_ON = r"\b(?i:emit|dispatch|send|post|publish|forward|broadcast|relay)\w*\((?:[^;()]{0,160}[^\w.])?%s\s*[,)}]"
_BODY = r"\b(?:const|let)\s+(\w+)\s*(?::[^={}]{0,80})?=\s*\{[^{}]{0,400}?[\s,:{]%s\s*[,}]"
_COMPARED = regex(r"^\(?\s*([\w.?!\[\]]+)\s*===?\s*[\"']([\w.:-]+)[\"']\s*\)?$")


def branches(node: Any, _path: str) -> Seen:
    """A function that asks one value for several texts, and lets the others fall through to what one of them gets, or to nothing."""
    body = body_of(node)
    if body is None or _RATES.match(name_of(node)):
        return None
    parts = statements(body)
    last = parts[-1] if parts else None
    end = _result(last.text()) if last is not None and last.kind() == "return_statement" else ""
    asked: dict[str, list[tuple[str, str]]] = {}
    for one in parts:
        if one.kind() == "if_statement" and one.field("alternative") is None:
            condition, result = one.field("condition"), one.field("consequence")
            match = _COMPARED.match(condition.text()) if condition is not None else None
            if match and result is not None and not _COUNTS.fullmatch(result.text()):
                asked.setdefault(match[1], []).append((match[2], _result(result.text())))
        elif one.kind() == "switch_statement" and (seen := _switch(one, end)) is not None:
            return {**seen, "records": _records(body, seen["subject"]), "function": function_name(node)}
    for subject, pairs in asked.items():
        if _hands_on(parts, subject) or _is_all_handled(body, subject):
            continue
        returned = {result for _, result in pairs if result}
        falls = (not end or end in returned) and (end or not returned)
        return {
            "subject": subject,
            "compared": " ".join(text for text, _ in pairs),
            "beside": " ".join(_asked_beside(parts, subject)),
            "at": str(_first_asked(parts, subject).range().start.line + 1),
            "falls": "1" if falls else "",
            "records": _records(body, subject),
            "function": function_name(node),
        }
    return None


def _is_all_handled(body: Any, subject: str) -> bool:
    """Whether somewhere in a function a chain of ``if`` asks for a value and ends with an ``else``: what it asks for before is only looked at first."""
    for one in own(body):
        condition = one.field("condition") if one.kind() == "if_statement" else None
        if condition is None or not re.search(rf"(?<![\w.]){re.escape(subject)}\s*===?\s*[\"']", condition.text()):
            continue
        rest = one.field("alternative")
        while rest is not None and rest.named_children():
            held = rest.named_children()[0]
            if held.kind() != "if_statement":
                return True
            rest = held.field("alternative")
    return False


def _hands_on(parts: list[Any], subject: str) -> bool:
    """Whether a function gives a value to who acts on each of its cases, by itself or in the body of a request, whichever it is."""
    texts = [one.text() for one in parts if one.kind() not in ("if_statement", "switch_statement")]
    name = re.escape(subject)
    bodies = [match[1] for text in texts if (match := re.match(_BODY % name, text))]
    sent = [_HANDS_ON % name, *(rf"\bbody:\s*JSON\.stringify\(\s*{one}\s*\)" for one in bodies)]
    return any(re.search(one, text) for one in sent for text in texts)


def _asked_beside(parts: list[Any], subject: str) -> list[str]:
    """The texts that an ``if`` asks a value for together with something else."""
    conditions = [one.field("condition").text() for one in parts if one.kind() == "if_statement"]
    return [
        text
        for one in conditions
        for text in re.findall(rf"(?<![\w.]){re.escape(subject)}\s*===?\s*[\"']([\w.:-]+)[\"']", one)
    ]


def _first_asked(parts: list[Any], subject: str) -> Any:
    """The first ``if`` that asks for a value."""
    return next(one for one in parts if one.kind() == "if_statement" and subject in one.field("condition").text())


def _switch(node: Any, end: str) -> Seen:
    """What a ``switch`` asks for, and whether the rest falls to nothing, to the end of the function, or by its default to what one of the cases gets."""
    parts = node.field("body").children()
    cases = [
        (part, value) for part in parts if part.kind() == "switch_case" and (value := part.field("value")) is not None
    ]
    pairs = [(value.text().strip("\"'"), _result(part.text())) for part, value in cases if value.kind() == "string"]
    returned = {result for _, result in pairs if result}
    default = next((part for part in parts if part.kind() == "switch_default"), None)
    rest = _result(default.text()) if default is not None else ""
    if not pairs or (default is not None and rest not in returned):
        return None
    falls = "default" if default is not None else "1" if not end or end in returned else ""
    return {
        "subject": node.field("value").text().strip("()"),
        "compared": " ".join(text for text, _ in pairs),
        "falls": falls,
    }


def _records(body: Any, subject: str) -> str:
    """Whether a function writes down a value before it acts on it."""
    return "1" if re.search(_RECORD % re.escape(subject), body.text()) else ""


def _result(text: str) -> str:
    """What a branch returns, blanks aside; empty if it does not."""
    match = re.search(r"\breturn\b([^;]*);?\s*\}?$", text.strip())
    return "return " + "".join(match[1].split()) if match else ""
