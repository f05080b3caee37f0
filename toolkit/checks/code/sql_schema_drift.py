"""See :class:`SqlSchemaDrift`."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checking import Check, Needs
from toolkit.checks.code._paths import is_test
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches, sources
from toolkit.checks.code._sql_schema import parse_sql, schema
from toolkit.context import Unreadable
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.checks.code._sql_schema import Schema
    from toolkit.model import Finding, Severity

_SYSTEM = re.compile(
    r"(?i)^(?:pg_|sqlite_|information_schema|mysql$|sys$|svv_|stv_|stl_|system$|dual$|_prisma_migrations|_cf_|d1_migrations|schema_migrations|alembic_version|pragma_)"
)
_SYSTEM_COLUMNS = frozenset(
    {
        "rowid",
        "oid",
        "ctid",
        "xmin",
        "xmax",
        "tableoid",
        "excluded",
        "null",
        "true",
        "false",
        "current_timestamp",
        "now",
    }
)
_PARAMETER = re.compile(r"(?<![:\w]):(?!:)\w+|%\(\w+\)s|%s|\?\d*|@\w+")


_PRISMA = re.compile(
    rb"(?<![\w.$])(?:this\.)?prisma\s*\.\s*([a-z]\w*)\s*\.\s*(?:find(?:Many|First|Unique)(?:OrThrow)?|create(?:Many)?|update(?:Many)?|upsert"
    rb"|delete(?:Many)?|count|aggregate|groupBy)\s*\("
)
_MANIFESTS = ("package.json", "pyproject.toml", "setup.py", "requirements.txt", "Cargo.toml")


Fault = tuple[str, str, str]
"""A name, what is wrong with it, and what is like it."""


class Verdict(NamedTuple):
    """The tables that a query names, and its faults."""

    tables: frozenset[str]
    faults: tuple[Fault, ...]


class SqlSchemaDrift(Check):
    """A query names a table or column that no migration makes.

    What it checks: Queries in texts of TypeScript, JavaScript, Python and Rust, and calls of the Prisma client, against what the repository makes:
        SQL files, Prisma schemas, and tables of Drizzle, Knex, Alembic, SQLAlchemy, TypeORM, Sequelize and Diesel. Only in
        packages that ask for more tables that are known than for others. Columns are compared where one table is asked for and every
        statement about it was understood. Tables of the query itself, of the system and names that are filled in stay quiet.
    Why it matters: The first call fails with ``relation does not exist``. Types do not see it, and tests with a mocked database do not either.
    How to fix: Add the migration, or correct the name in the query.
    Fix safety: Manual. Whether the query or the schema is right is not in the files.
    """

    severity = "error"
    needs = Needs(modules=(*NEEDED, "sqlglot"))
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        queries, calls = matches(context, self.id), list(_prisma_calls(context))
        if not queries and not calls:
            return
        known = schema(context)
        if not known.folders:
            return
        asked = [(match, _judge(match, known)) for match in queries]
        homes: dict[str, list[tuple[Match, Verdict]]] = {}
        for match, verdict in asked:
            if verdict is not None:
                homes.setdefault(_home(context, match.path), []).append((match, verdict))
        for home, judged in homes.items():
            severity = _weight(home, judged, known)
            for match, verdict in judged:
                for fault in verdict.faults if severity else ():
                    yield self._finding(context, match, fault, severity or "warning")
        yield from self._prisma(context, known, calls)

    def _finding(self, context: Inspection, match: Match, fault: Fault, severity: Severity) -> Finding:
        name, message, near = fault
        at = re.search(rf"\b{re.escape(name)}\b", match.text)
        return self.finding(
            context,
            match.path,
            message,
            line=match.line + (match.text.count("\n", 0, at.start()) if at else 0),
            evidence=" ".join(match.captures.get("sql", match.text).split())[:160],
            severity=severity,
            fixes=(
                Fix(
                    f"add the migration, or write {near}" if near else "add the migration, or correct the name",
                    "manual",
                ),
            ),
        )

    def _prisma(self, context: Inspection, known: Schema, calls: list[tuple[str, int, str]]) -> Iterator[Finding]:
        names = {one.name[:1].lower() + one.name[1:] for one in known.models}
        fitting = sum(name in names for _, _, name in calls)
        for path, line, name in calls if names and fitting * 2 >= len(calls) else ():
            if name not in names:
                near = next(iter(difflib.get_close_matches(name, names, 1, 0.75)), "")
                yield self.finding(
                    context,
                    path,
                    f"No Prisma schema here has the model {name}" + (f"; {near} is like it." if near else "."),
                    line=line,
                    evidence=f"prisma.{name}",
                    fixes=(Fix(f"add the model {name}" + (f", or write {near}" if near else ""), "manual"),),
                )


def _prisma_calls(context: Inspection) -> Iterator[tuple[str, int, str]]:
    """Calls of the Prisma client: file, line and model."""
    for path in sources(context):
        if is_test(path) or not path.endswith((".ts", ".tsx", ".js", ".mjs", ".cjs", ".mts")):
            continue
        yield from ((path, line, model) for line, model in context.fact(_calls_in, path))


def _calls_in(context: Inspection, path: str) -> tuple[tuple[int, str], ...]:
    """Line and model of each call in one file."""
    try:
        content = context.read(path)
    except Unreadable:
        return ()
    found = _PRISMA.finditer(content) if b"prisma" in content else ()
    return tuple((content.count(b"\n", 0, match.start()) + 1, match[1].decode()) for match in found)


def _home(context: Inspection, path: str) -> str:
    """The package around a file."""
    return next(
        (up for up in upward(folder_of(path)) if any(context.is_file(inside(up, name)) for name in _MANIFESTS)), "."
    )


def _weight(home: str, judged: list[tuple[Match, Verdict]], known: Schema) -> Severity | None:
    """How sure it is that the schema here is the one that a package asks; ``None`` if it mostly asks for another.

    A package whose schema lies in the package itself is sure; else most of its tables have to be known. One that asks for a table
    which a view takes for granted shares its database with another program.
    """
    tables = set().union(*(verdict.tables for _, verdict in judged))
    if tables & known.borrowed:
        return None
    strange = {name for name in tables if name not in known.tables}
    fitting = len(tables) - len(strange)
    own = any(below(home, folder) for folder in known.folders)
    if fitting < len(strange) or not fitting or (len(strange) > 1 and fitting == len(strange)):
        return None
    return "error" if own else "warning"


def _judge(match: Match, known: Schema) -> Verdict | None:
    """What a query asks for and what is wrong with it; ``None`` where nothing can be said."""
    statements = parse_sql(_PARAMETER.sub("NULL", match.captures["sql"])) or parse_sql(match.captures["sql"])
    faults: list[Fault] = []
    asked: set[str] = set()
    for statement in statements or ():
        tables = list(dict.fromkeys(_tables(statement)))
        asked |= {name.lower() for name in tables}
        for name in tables:
            if name.lower() not in known.tables:
                near = next(iter(difflib.get_close_matches(name.lower(), known.tables, 1, 0.8)), "")
                like = f"; {near} is like it." if near else "."
                faults.append((name, f"No migration or schema here makes the table {name}{like}", near))
        if not faults and len(tables) == 1:
            faults += _columns(statement, tables[0], known)
    return Verdict(frozenset(asked), tuple(faults)) if asked else None


def _tables(statement: Any) -> Iterator[str]:
    """Tables that a statement reads or writes, without those of its own."""
    from sqlglot import exp

    own = {one.alias_or_name.lower() for one in statement.find_all(exp.CTE)}
    if isinstance(statement, exp.Create | exp.Drop | exp.Command):
        return
    for table in statement.find_all(exp.Table):
        name = table.name
        qualified = any(_SYSTEM.match(part.name) for part in table.parts)
        if (
            name
            and isinstance(table.this, exp.Identifier)
            and name.lower() not in own
            and not qualified
            and name.upper() != "NULL"
        ):
            yield name


def _columns(statement: Any, table: str, known: Schema) -> Iterator[Fault]:
    from sqlglot import exp

    columns = known.tables.get(table.lower())
    if not columns or statement.find(exp.Subquery, exp.CTE, exp.Join, exp.Lateral, exp.Unnest) is not None:
        return
    aliases = {one.alias.lower() for one in statement.find_all(exp.Alias)}
    names = [
        one.name
        for one in statement.find_all(exp.Column)
        if one.name and isinstance(one.this, exp.Identifier) and not one.this.quoted
    ]
    if isinstance(statement, exp.Insert) and isinstance(statement.this, exp.Schema):
        names += [one.name for one in statement.this.expressions]
    for name in dict.fromkeys(names):
        if name.lower() not in columns | aliases | _SYSTEM_COLUMNS and name.lower() != table.lower():
            near = next(iter(difflib.get_close_matches(name.lower(), columns, 1, 0.75)), "")
            yield (
                name,
                f"No migration or schema here gives the table {table} a column {name}"
                + (f"; {near} is like it." if near else "."),
                near,
            )
