"""Types of several cases, and functions that ask for some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import body_of, name_of, statements, up
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


_COMPARED = regex(r"^\(?\s*([\w.?!\[\]]+)\s*===?\s*[\"']([\w.:-]+)[\"']\s*\)?$")


def branches(node: Any, _path: str) -> Seen:
    """A function that asks one value for several texts, and lets the others fall through to what one of them gets, or to nothing."""
    body = body_of(node)
    if body is None:
        return None
    found: dict[str, list[tuple[str, str]]] = {}
    for one in statements(body):
        if one.kind() == "if_statement" and one.field("alternative") is None:
            condition = one.field("condition")
            match = _COMPARED.match(condition.text()) if condition is not None else None
            result = one.field("consequence")
            if match and result is not None:
                found.setdefault(match[1], []).append((match[2], _result(result.text())))
        elif one.kind() == "switch_statement" and "switch_default" not in {
            part.kind() for part in one.field("body").children()
        }:
            cases = [part.field("value") for part in one.field("body").children() if part.kind() == "switch_case"]
            texts = [part.text().strip("\"'") for part in cases if part is not None and part.kind() == "string"]
            found.setdefault(one.field("value").text().strip("()"), []).extend((text, "") for text in texts)
    last = statements(body)[-1:] if statements(body) else []
    for subject, pairs in found.items():
        end = _result(last[0].text()) if last and last[0].kind() == "return_statement" else ""
        returned = {result for _, result in pairs if result}
        if pairs:
            falls = (not end or end in returned) and (end or not returned)
            return {"subject": subject, "compared": " ".join(text for text, _ in pairs), "falls": "1" if falls else ""}
    return None


def _result(text: str) -> str:
    """What a branch returns, blanks aside; empty if it does not."""
    match = re.search(r"\breturn\b([^;]*);?\s*\}?$", text.strip())
    return "return " + "".join(match[1].split()) if match else ""
