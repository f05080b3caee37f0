"""What a statement of SQL asks for: its tables, and the names that nothing makes.

Each query is read with the sources of its own ``FROM`` and those of the queries around it. Where one of them is not known for sure (a function,
a table that is filled in, a view with a star) a column without a qualifier may be its, and nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from toolkit.checks.code._sql.names import ALWAYS, HOLE, KEYWORDS, SYSTEM, SYSTEM_SCHEMAS, Asked, Columns, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["asked"]

_LATE = ("group", "order", "having", "qualify", "windows", "distinct")
"""Parts of a query that may use the names that it gives."""

Sources = dict[str, Columns]

_CLAUSES = frozenset({"limit", "offset", "where", "order", "group", "having", "returning", "values", "set"})
"""Words that stand in the place of a table where what a program puts there was left out."""


def asked(tree: Any, known: Mapping[str, Columns], *, partial: bool = False) -> Asked:
    """What a statement names.

    Args:
        tree: as sqlglot parsed it.
        known: table to its columns; ``None`` for those that are not known for sure.
        partial: something that is filled in was left out: columns without a qualifier may be its.
    """
    reader = _Reader(known, partial=partial)
    reader.statement(tree)
    return Asked(frozenset(reader.named), tuple(dict.fromkeys(reader.faults)))


class _Place(NamedTuple):
    """Where columns stand: the sources of their query and those around it, the queries of its ``WITH``, and its aliases."""

    chain: list[Sources]
    own: Sources
    aliases: frozenset[str] = frozenset()
    qualified_only: bool = False


class _Reader:
    def __init__(self, known: Mapping[str, Columns], *, partial: bool) -> None:
        self.known, self.partial = known, partial
        self.named: set[str] = set()
        self.faults: list[Fault] = []
        self.quotes = False
        self.aliases: dict[str, str] = {}

    def statement(self, tree: Any) -> None:
        self.quotes = any(
            one.this.args.get("quoted") for one in tree.find_all(exp.Table) if isinstance(one.this, exp.Identifier)
        )
        self._any(tree, {}, [])

    def _any(self, node: Any, own: Sources, outer: list[Sources]) -> Columns:
        """Read a statement or query; the names of the columns that it gives, where they are known."""
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            return self._any(node.this, self._ctes(node, own, outer), outer)
        if isinstance(node, exp.SetOperation):
            own = self._ctes(node, own, outer)
            given = self._any(node.this, own, outer)
            self._any(node.expression, own, outer)
            return given
        if isinstance(node, exp.Select):
            return self._select(node, self._ctes(node, own, outer), outer)
        if isinstance(node, exp.Insert | exp.Update | exp.Delete):
            self._write(node, self._ctes(node, own, outer), outer)
        elif isinstance(node, exp.Merge):
            self._sources((node.this, node.args.get("using")), own, outer)
        elif isinstance(node, exp.Create) and node.kind == "VIEW" and node.expression is not None:
            self._any(node.expression, own, outer)
        elif isinstance(node, exp.Create) and node.kind == "INDEX" and isinstance(node.this, exp.Index):
            scope = self._sources((node.this.args.get("table"),), own, outer)
            self._columns((node.this,), _Place([scope, *outer], own))
        return None

    def _ctes(self, node: Any, own: Sources, outer: list[Sources]) -> Sources:
        """The queries that a ``WITH`` names, beside those around it."""
        with_ = node.args.get("with_") or node.args.get("with")
        found = dict(own)
        for one in with_.expressions if with_ is not None else ():
            name = one.alias.lower()
            if with_.args.get("recursive"):
                found[name] = None
            given = self._any(one.this, found, outer)
            listed = one.args["alias"].args.get("columns") if one.args.get("alias") is not None else None
            found[name] = frozenset(column.name.lower() for column in listed) if listed else given
        return found

    def _select(self, node: Any, own: Sources, outer: list[Sources]) -> Columns:
        from_ = node.args.get("from_") or node.args.get("from")
        scope = self._sources((from_, *(node.args.get("joins") or ()), *(node.args.get("laterals") or ())), own, outer)
        names = [one.alias_or_name.lower() for one in node.expressions]
        filled = any(HOLE in name or not name for name in names)
        aliases = frozenset(one.alias.lower() for one in node.find_all(exp.Alias) if one.alias)
        late = {key: node.args[key] for key in _LATE if node.args.get(key)}
        early = [value for key, value in node.args.items() if value and key not in ("with_", "with", *late)]
        place = _Place([scope, *outer], own, aliases)
        self._columns(_flat(early), place)
        self._columns(_flat(late.values()), place._replace(qualified_only=filled))
        return None if filled else _given(node.expressions, scope)

    def _write(self, node: Any, own: Sources, outer: list[Sources]) -> None:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        scope = self._sources((target,), own, outer)
        if isinstance(node, exp.Insert):
            for column in node.this.expressions if isinstance(node.this, exp.Schema) else ():
                self._column(column, "", [scope])
            conflict = node.args.get("conflict")
            for key in (conflict.args.get("conflict_keys") or ()) if conflict is not None else ():
                for column in (key,) if isinstance(key, exp.Identifier) else ():
                    self._column(column, "", [scope])
            after = [one for one in (conflict, node.args.get("returning")) if one is not None]
            self._columns(after, _Place([scope, *outer], own))
            if node.expression is not None:
                self._any(node.expression, own, outer)
            return
        for assigned in node.expressions if isinstance(node, exp.Update) else ():
            if isinstance(assigned, exp.EQ) and isinstance(assigned.this, exp.Column) and not assigned.this.table:
                self._column(assigned.this.this, "", [scope])
        using = node.args.get("using") or ()
        further = (
            node.args.get("from_") or node.args.get("from"),
            *(using if isinstance(using, list) else ()),
            *(node.args.get("joins") or ()),
        )
        scope |= self._sources(further, own, outer)
        parts = [*node.expressions, node.args.get("where"), node.args.get("returning"), *further]
        self._columns([one for one in parts if one is not None], _Place([scope, *outer], own))

    def _sources(self, parts: Any, own: Sources, outer: list[Sources]) -> Sources:
        """What a ``FROM`` and its joins name, by alias."""
        found: Sources = {}
        for part in parts:
            for one in _direct(
                part, (exp.Table, exp.Subquery, exp.Lateral, exp.Unnest, exp.Values, exp.UDTF, exp.Join)
            ):
                if isinstance(one, (exp.Join, exp.Column)):
                    continue
                name = one.alias_or_name.lower() or f"?{len(found)}"
                listed = (
                    [column.name.lower() for column in one.args["alias"].columns]
                    if one.args.get("alias") is not None
                    else []
                )
                query = one.this if isinstance(one, exp.Lateral) else one
                if isinstance(query, exp.Subquery) and isinstance(query.this, exp.Query):
                    given = self._any(query, own, [{**found}, *outer])
                elif isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier):
                    given = self._table(one, own)
                    self.aliases[name] = one.name.lower()
                else:
                    given = None
                found[name] = frozenset(listed) if listed and given is not None else given
                if HOLE in name:
                    found["?"] = None
        return found

    def _table(self, table: Any, own: Sources) -> Columns:
        name, schema = table.name.lower(), table.db.lower()
        if not schema and name in own:
            return own[name]
        if (
            HOLE in name
            or HOLE in schema
            or not name
            or (name in KEYWORDS and not table.this.quoted)
            or SYSTEM.match(name)
            or SYSTEM_SCHEMAS.match(schema)
            or (name in _CLAUSES and not table.this.args.get("quoted"))
            or table.catalog
            or not re.fullmatch(r"[\w$ -]+", name)
        ):
            return None
        self.named.add(name)
        if name not in self.known:
            self.faults.append(Fault(table.name, (), table.this.meta.get("line", 1)))
            return None
        return self.known[name]

    def _columns(self, parts: Any, place: _Place) -> None:
        for part in parts:
            for one in _direct(part, (exp.Column, exp.Query, exp.Index)):
                if isinstance(one, exp.Query):
                    is_source = isinstance(one.parent, exp.From | exp.Join | exp.Lateral | exp.CTE)
                    if not is_source and not (isinstance(one, exp.Subquery) and not isinstance(one.this, exp.Query)):
                        self._any(one, place.own, place.chain)
                elif (
                    isinstance(one, exp.Column)
                    and isinstance(one.this, exp.Identifier)
                    and not self._is_free(one, place)
                ):
                    self._column(one.this, one.table, place.chain)

    def _is_free(self, column: Any, place: _Place) -> bool:
        """Whether a column is an alias, may be one, has a schema, or is a text for SQLite and MySQL."""
        if column.args.get("db") or column.table:
            return bool(column.args.get("db")) or column.table.lower() == "excluded"
        if column.name.lower() in place.aliases or place.qualified_only:
            return True
        compared = isinstance(column.parent, exp.Binary) and column is column.parent.expression
        return bool(column.this.args.get("quoted")) and (not self.quotes or compared)

    def _column(self, identifier: Any, qualifier: str, chain: list[Sources]) -> None:
        name = identifier.name.lower()
        if HOLE in name or name in ALWAYS or not re.fullmatch(r"[\w$]+", name):
            return
        if qualifier:
            columns = next((scope[qualifier.lower()] for scope in chain if qualifier.lower() in scope), None)
            if columns is not None and name not in columns:
                self._missing(identifier, (qualifier,))
            return
        if (
            self.partial
            or not chain[0]
            or any(
                columns is None or name in columns or name == alias
                for scope in chain
                for alias, columns in scope.items()
            )
        ):
            return
        self._missing(identifier, tuple(chain[0]))

    def _missing(self, identifier: Any, sources: tuple[str, ...]) -> None:
        tables = tuple(dict.fromkeys(self.aliases.get(one.lower(), one) for one in sources))
        self.faults.append(Fault(identifier.name, tables, identifier.meta.get("line", 1), tables))


def _given(selected: Iterable[Any], scope: Sources) -> Columns:
    """The columns that a query gives: a star stands for those of all its sources, or of the one before it."""
    given: set[str] = set()
    for one in selected:
        star = one.this if isinstance(one, exp.Column) else one
        if not isinstance(star, exp.Star):
            given.add(one.alias_or_name.lower())
            continue
        of = [scope.get(one.table.lower())] if isinstance(one, exp.Column) else list(scope.values())
        if any(star.args.values()) or not of or any(columns is None for columns in of):
            return None  # a star may leave some out, or give them other names
        given.update(*filter(None, of))
    return frozenset(given)


def _flat(values: Iterable[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _direct(node: Any, kinds: tuple[type, ...]) -> Iterator[Any]:
    """The nodes of some kinds, without what lies below a query or below one of them."""
    pending = [node] if node is not None else []
    while pending:
        one = pending.pop(0)
        if isinstance(one, kinds):
            yield one
            if not _goes_on(one):
                continue
        pending += one.iter_expressions()


def _goes_on(node: Any) -> bool:
    """Whether what lies below a node belongs to the same query."""
    return isinstance(node, exp.Join | exp.Index | exp.Table) or (
        isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Query)
    )
