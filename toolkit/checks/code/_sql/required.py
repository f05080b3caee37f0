"""What tables ask of a row: columns that have to have a value, and those that take a few values only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.changes import MYSQL_OR_TSQL
from toolkit.checks.code._sql.columns import FILLED, MAX_BYTES, TABLE, TEXTS, blank, is_column, parts_of_table
from toolkit.checks.code._sql.postgres import of_postgres
from toolkit.checks.code._sql.schema import is_backward
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import Schema

__all__ = ["Needs", "needs"]

_NEEDED = regex(r"(?i)\bnot\s+null\b")
_KEY = regex(r"(?i)\bprimary\s+key\b")
_KEYS = regex(r"(?i)\s*(?:constraint\s+\S+\s+)?primary\s+key\s*\(([^()]*)\)")
_FILLS = regex(
    r"(?i)\b(?:default|generated|identity|auto_?increment|(?:big|small)?serial[248]?|rowversion)\b|\binteger\s+primary\s+key\b|\bas\s*\("
)
"""What gives a column its value where none is written."""
_LOOSENED = regex(
    r"(?i)\balter\s+(?:column\s+)?[\"\\]*(\w+)[\"\\]*\s+(?:drop\s+not\s+null|set\s+default|add\s+generated|type\s+\w*serial)"
)
_APART = regex(
    r"(?i)\brename\s+to\s+\"?(\w+)|\b(?:before|instead\s+of)\s+insert\b[^;]*?\bon\s+(?:\"?\w+\"?\.)?\"?(\w+)|\bcreate\s+(?:or\s+replace\s+)?(?:view|rule)\s+(?:\"?\w+\"?\.)?\"?(\w+)"
)
"""A table that was another one before, or for which a trigger gives values."""
_ALTERED = regex(r"(?i)\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:\"?\w+\"?\.)?\"?(\w+)")
_DROPS = regex(_ALTERED.pattern + r"[^;]*?\bdrop\s+constraint\b")
_ALLOWED = regex(
    r"(?is)\bcheck\s*\(\s*\(?\s*\"?(\w+)\"?(?:::\w+)?\s*(?:in\s*\(|=\s*any\s*\(\s*\(?\s*array\s*\[)((?:\s*'[^']*'(?:::[a-z ]+)?\s*,?)+)\s*[\])](?:::[\w\[\]]+)?\s*\)[\s)]*(?=\Z|not\b|null\b|default\b|unique\b|references\b)"
)
"""A constraint that lists what a column takes, and says nothing else."""
_ENUM = regex(r"(?is)create\s+type\s+(?:\"?\w+\"?\.)?\"?(\w+)\"?\s+as\s+enum\s*\(([^()]*)\)")
_TYPE = regex(r"(?is)\s*(?:\"[^\"]+\"|\w+)\s+(?:\"?public\"?\.)?\"?(\w+)\"?(?!\s*\[)")
_VALUE = regex(r"'([^']*)'")
_CREATES = regex(r"(?i)create\s+(?:\w+\s+){0,2}table\s+(?:if\s+not\s+exists\s+)?([^\s(]+)")
_CHANGES = regex(r"(?i)(?:alter|do|update|comment)\b")

_Table = tuple[str, int, tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]


class Needs(NamedTuple):
    """By table: the columns that every new row has to give a value, and what some columns take and nothing else; each with where the table is made. Then the values of which a later change speaks."""

    values: dict[str, dict[str, str]]
    lists: dict[str, dict[str, tuple[tuple[str, ...], str]]]
    later: frozenset[str]


def needs(context: Inspection, known: Schema) -> Needs:
    """What all that makes a table agrees on, and nothing takes back later."""
    files = [
        (path, context.fact(_of_file, path))
        for path in context.matching("*.sql")
        if not is_test(path) and not is_backward(path) and path not in context.inventory.links
    ]
    enums: dict[str, set[str]] = {}
    for _, (*_, types) in files:
        for kind, taken in types:
            enums.setdefault(kind, set()).update(taken)
    values: dict[str, dict[str, str]] = {}
    lists: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {}
    postgres = set(of_postgres(context))
    for path, (made, *_) in files:
        for table, line, columns, keys, given in made:
            at = f"{path}:{line} makes {table}"
            mine = dict.fromkeys((*columns, *(keys if path in postgres else ())), at)
            values[table] = {one: values.get(table, mine)[one] for one in values.get(table, mine) if one in mine}
            listed = {name: (tuple(enums.get(some[0][1:], ())) if some[0][:1] == ":" else some) for name, some in given}
            old = lists.get(table, dict.fromkeys(listed, ((), at)))
            lists[table] = {one: ((*old[one][0], *listed[one]), at) for one in old if listed.get(one)}
    loosened = {one for _, (_, _, loose, _, _) in files for one in loose}
    later = frozenset(one for _, (_, _, _, told, _) in files for one in told)
    apart = {one for _, (_, others, _, _, _) in files for one in others} | _by_code(known)
    there = {table: known.tables.get(table) or frozenset() for table in values if table not in apart}
    return Needs(
        {
            table: {one: at for one, at in values[table].items() if one in columns - loosened}
            for table, columns in there.items()
        },
        {
            table: {
                one: told
                for one, told in lists[table].items()
                if one in columns and (f"{table}:" not in loosened or f"{table}.{one}:" in loosened)
            }
            for table, columns in there.items()
        },
        later,
    )


def _by_code(known: Schema) -> set[str]:
    """Tables that a source makes, too, which may ask for something else."""
    models = {(one.path, one.table) for one in known.models}
    makers = ((path, names) for path, names in known.makers.items() if not path.endswith(".sql"))
    return {table for path, names in makers for table in names if (path, table) not in models}


def _of_file(
    context: Inspection, path: str
) -> tuple[
    tuple[_Table, ...],
    tuple[str, ...],
    tuple[str, ...],
    tuple[str, ...],
    tuple[tuple[str, tuple[str, ...]], ...],
]:
    """The tables that a file makes, those of which this says nothing, columns that are loosened later, values that something later may take, and types that list theirs."""
    text = upward_part(text_of(context, path, MAX_BYTES, errors="replace"))
    made, apart = [], {one.lower() for found in _APART.findall(text) for one in found if one}
    later, again, types = set[str](), set[str](), []
    for line, statement in statements(text):
        if enum := _ENUM.search(statement):
            types.append((enum[1].lower(), tuple(one.lower() for one in _VALUE.findall(enum[2]))))
        if _CHANGES.match(statement):
            later.update(one.lower() for one in _VALUE.findall(statement))
            changed, taken = _ALTERED.match(statement), _ALLOWED.search(statement)
            again |= {f"{changed[1]}.{taken[1]}:"} if changed and taken else set()
        if (created := _CREATES.match(statement)) is None:
            continue
        table, plain = re.split(r"\.", re.sub(r"[\"`\[\]]", "", created[1]))[-1].lower(), statement.replace("`", '"')
        if not TABLE.match(plain) or FILLED.search(TEXTS.sub(blank, plain)) or MYSQL_OR_TSQL.search(plain):
            apart.add(table)
        else:
            made.append((table, line, *_of_table(plain)))
    loosened = {*_LOOSENED.findall(text), *(f"{one}:" for one in _DROPS.findall(text)), *again}
    return (
        tuple(made),
        tuple(sorted(apart)),
        tuple(one.lower() for one in sorted(loosened)),
        tuple(sorted(later)),
        tuple(types),
    )


def _of_table(statement: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The columns that may not be NULL, those of the key, and what columns take; ``:name`` is a type that may list it."""
    columns, keys, filled = [], [], set[str]()
    taken: dict[str, tuple[str, ...]] = {}
    for _, entry in parts_of_table(statement):
        plain = TEXTS.sub(blank, entry)
        name = entry.split()[0].strip('"').lower() if entry.split() else ""
        if key := _KEYS.match(plain):
            keys += [one.strip(' "\n').lower() for one in key[1].split(",")]
        elif is_column(entry):
            columns += [name] if _NEEDED.search(plain) else []
            keys += [name] if _KEY.search(plain) else []
            filled |= {name} if _FILLS.search(plain) else set()
            if kind := _TYPE.match(plain):
                taken.setdefault(name, (f":{kind[1].lower()}",))
        if allowed := _ALLOWED.search(entry):
            taken[allowed[1].lower()] = tuple(one.lower() for one in _VALUE.findall(allowed[2]))
    return (
        tuple(one for one in columns if one not in filled),
        tuple(one for one in keys if one not in filled),
        tuple(taken.items()),
    )
