"""Tables and columns that builders of queries name: Supabase's client, Knex and Kysely."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import is_test
from toolkit.checks.code._paths import is_pretence
from toolkit.checks.code._see.queries import RUN_ONCE
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["table_knex", "table_kysely", "table_supabase"]

_NAME = regex(r"[A-Za-z_]\w*\Z")
_FILTERS = frozenset(
    re.findall(
        r"\w+", "eq neq gt gte lt lte like ilike is in_ in contains contained_by containedBy order filter not overlaps"
    )
)
_WHERES = frozenset(
    re.findall(
        r"\w+",
        "where andWhere orWhere whereIn whereNot whereNull whereNotNull whereBetween orderBy groupBy whereNotIn returning pluck min max sum avg increment decrement",
    )
)
_WRITES = frozenset(re.findall(r"\w+", "insert update upsert values set where match"))
_OF_EMBEDDED = regex(r"\b(?:foreign|referenced)_?[tT]able\b")
"""An option by which a filter or an order is of a table that the query embeds."""
_VALUE = regex(r"[\w-]+")
_LISTED_COLUMN = regex(r"(?s)\s*(?:\w+:(?!:))?(\w+)(?:::\w+|->.*)?\s*")
_EMBEDDED = regex(r"(?s)\s*(?:\.\.\.)?(?:\w+:(?!:))?(\w+)(?:!\w+)*\s*\((.*)\)\s*")
_NO_CLIENT = regex(r"(?i)\bstorage\b|\b(?:Array|Buffer|Object|String|Uint8Array|Set|Map)$|\$$")


def table_supabase(node: Any, path: str) -> Seen:
    """``client.from("table")`` with what is selected, written and filtered by."""
    method = node.field("function")
    owner = method.text().rpartition(".")[0].rstrip("?") if method is not None else ""
    steps = list(_steps(node))
    if _NO_CLIENT.search(owner) or not any(
        name in ("select", "insert", "update", "upsert", "delete") for name, _ in steps
    ):
        return None
    found: list[tuple[str, int]] = []
    embedded: list[tuple[str, int]] = []
    values: list[tuple[str, int]] = []
    row = ""
    for name, arguments in steps:
        first = arguments[0] if arguments else None
        if name == "select" and first is not None:
            listed = _selected(first)
            found += [one for one in listed if "." not in one[0]]
            embedded += [one for one in listed if "." in one[0]]
        elif name in _FILTERS and first is not None:
            found += [] if _OF_EMBEDDED.search(arguments[-1].text()) else _plain(first)
        elif name in ("insert", "update", "upsert", "match") and first is not None:
            found += _keys(first)
            row = _row(first) if name == "insert" else ""
            values += _literals(first) if name != "match" else []
    seen = _seen(node, path, found)
    line = node.range().start.line
    told = {
        name: " ".join(f"{one}@{at - line}" for one, at in listed)
        for name, listed in (("embedded", embedded), ("values", values))
    }
    return {**seen, **{one: text for one, text in {**told, "row": row}.items() if text}} if seen else None


def table_kysely(node: Any, path: str) -> Seen:
    """``db.selectFrom("table")`` and its like."""
    return _builder(node, path)


def table_knex(node: Any, path: str) -> Seen:
    """``knex("table")``, or the same by another usual name of the connection."""
    function = node.field("function")
    if (
        function is None
        or not re.fullmatch(r"(?:this\.)?(?:knex|db|trx|database|conn|connection)", function.text())
        or not list(_steps(node))
    ):
        return None
    return _builder(node, path)


def _builder(node: Any, path: str) -> Seen:
    found: list[tuple[str, int]] = []
    steps = list(_steps(node))
    if any("oin" in name or name in ("from", "with", "as", "$if") for name, _ in steps):
        return _seen(node, path, [])
    for name, arguments in steps:
        first = arguments[0] if arguments else None
        if name in ("select", "columns", "first", "returning"):
            found += [one for argument in arguments for one in (_each(argument))]
        elif name in _WHERES and first is not None:
            found += _plain(first)
        if name in _WRITES and first is not None:
            found += _keys(first)
    return _seen(node, path, found)


def _seen(node: Any, path: str, columns: list[tuple[str, int]]) -> Seen:
    arguments = _arguments(node)
    table = _string(arguments[0]) if arguments else ""
    named = re.fullmatch(r"(?:(\w+)\.)?(\w+)(?:\s+as\s+(\w+))?", table)
    if (
        is_test(path)
        or is_pretence(path)
        or RUN_ONCE.search(path)
        or named is None
        or (named[1] or "public") != "public"
    ):
        return None
    own = {named[2], named[3]}
    kept = [
        (name.rpartition(".")[2], line)
        for name, line in columns
        if not name.rpartition(".")[0] or name.rpartition(".")[0] in own
    ]
    first = node.range().start.line
    at = arguments[0].range().start.line - first
    return {
        "table": named[2],
        "columns": " ".join(f"{name}@{line - first}" for name, line in kept if _NAME.match(name)),
        "offset": str(at),
    }


def _steps(node: Any) -> Iterator[tuple[str, list[Any]]]:
    """The methods that are called on a call's result, one after the other."""
    above = node.parent()
    while above is not None and above.kind() in ("member_expression", "attribute"):
        call = above.parent()
        member = above.field("property") or above.field("attribute")
        if call is None or call.kind() not in ("call_expression", "call") or member is None:
            return
        yield member.text(), _arguments(call)
        above = call.parent()


def _arguments(call: Any) -> list[Any]:
    field = call.field("arguments")
    return [one for one in field.named_children() if one.kind() != "comment"] if field is not None else []


def _string(node: Any) -> str:
    text = node.text()
    plain = node.kind() in ("string", "template_string") and "${" not in text and len(text) < 4000
    return text.strip("\"'`") if plain and not re.match(r"[fF]", text) else ""


def _plain(node: Any) -> list[tuple[str, int]]:
    """A column that is given as a text."""
    text = _string(node)
    return [(text, node.range().start.line)] if re.fullmatch(r"[\w.]+", text) else []


def _each(node: Any) -> list[tuple[str, int]]:
    parts = node.named_children() if node.kind() == "array" else [node]
    found = []
    for part in parts:
        column = re.fullmatch(r"([\w.]+)(?:\s+as\s+\w+)?", _string(part))
        found += [(column[1], part.range().start.line)] if column else []
    return found


def _keys(node: Any) -> list[tuple[str, int]]:
    """The keys of an object, or of the objects of a list."""
    if node.kind() in ("array", "list"):
        return [one for part in node.named_children() for one in _keys(part)]
    found = []
    for part in node.named_children() if node.kind() in ("object", "dictionary") else ():
        key = (
            part.field("key")
            if part.kind() == "pair"
            else part
            if part.kind() == "shorthand_property_identifier"
            else None
        )
        if key is not None and key.kind() in ("property_identifier", "string", "shorthand_property_identifier"):
            found.append((key.text().strip("\"'"), key.range().start.line))
    return found


def _row(node: Any) -> str:
    """The columns of an object that is written out as a whole, or of the first of a list; nothing where some may come from elsewhere."""
    one = next(iter(node.named_children()), node) if node.kind() in ("array", "list") else node
    parts = [part for part in one.named_children() if part.kind() != "comment"]
    plain = one.kind() in ("object", "dictionary") and len(_keys(one)) == len(parts)
    return " ".join(name for name, _ in _keys(one)) if plain else ""


def _literals(node: Any) -> list[tuple[str, int]]:
    """``column=value`` of an object, or of the objects of a list, for each value that is a word written out."""
    if node.kind() in ("array", "list"):
        return [one for part in node.named_children() for one in _literals(part)]
    pairs = (
        [one for one in node.named_children() if one.kind() == "pair"]
        if node.kind() in ("object", "dictionary")
        else []
    )
    found = (
        (one.field("key").text().strip("\"'"), _string(one.field("value")), one.range().start.line) for one in pairs
    )
    return [(f"{key}={value}", line) for key, value, line in found if _NAME.match(key) and _VALUE.fullmatch(value)]


def _selected(node: Any) -> list[tuple[str, int]]:
    """The columns of PostgREST's list: ``alias:column::type``, and of what is embedded ``table.column`` and ``table.`` alone."""
    return list(_listed(_string(node), node.range().start.line, ""))


def _listed(text: str, first: int, table: str) -> Iterator[tuple[str, int]]:
    """The names of a list, each with the table that is embedded before it: ``alias:table!hint(column, other(column))``."""
    depth, start = 0, 0
    for at, letter in enumerate(f"{text},"):
        depth += (letter == "(") - (letter == ")")
        if letter != "," or depth != 0:
            continue
        part = text[start:at]
        column, embedded = _LISTED_COLUMN.fullmatch(part), _EMBEDDED.fullmatch(part)
        line = first + text.count("\n", 0, start + len(part) - len(part.lstrip()))
        if column and column[1] != "count":  # PostgREST counts rows by it
            yield f"{table}{column[1]}", line
        elif embedded and embedded[1] != "count":
            yield f"{table}{embedded[1]}.", line
            yield from _listed(embedded[2], first + text.count("\n", 0, start + embedded.start(2)), f"{embedded[1]}.")
        start = at + 1
