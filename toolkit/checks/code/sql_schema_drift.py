"""See :class:`SqlSchemaDrift`."""

from __future__ import annotations

from functools import partial
from posixpath import commonprefix
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check, Needs
from toolkit.checks._test_code import is_test
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._scan import matches
from toolkit.checks.code._see.queries import RUN_ONCE
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.checks.code._sql.asks import is_step, refused, unmade
from toolkit.checks.code._sql.doubts import excused, is_weak
from toolkit.checks.code._sql.drift import missing_from_migrations
from toolkit.checks.code._sql.early_revisions import changed_early
from toolkit.checks.code._sql.elsewhere import asks_elsewhere
from toolkit.checks.code._sql.files import queries_of_sql
from toolkit.checks.code._sql.judge import judged
from toolkit.checks.code._sql.names import HOLE, Asked, Fault, meant
from toolkit.checks.code._sql.prisma import of_client, prisma_calls
from toolkit.checks.code._sql.queries import asked_by, asked_by_builder
from toolkit.checks.code._sql.revisions import broken_chains, equal_versions, torn_journals
from toolkit.checks.code._sql.rows import miscounted, unfitting
from toolkit.checks.code._sql.schema import is_backward, may_tell, schema, stream
from toolkit.checks.code._sql.told import Judged, Query
from toolkit.checks.code._sql.witness import witnesses
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import KINDS, MANIFESTS
from toolkit.places import folder_of, home_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.drift import Drift
    from toolkit.checks.code._sql.known import Schema
    from toolkit.checks.code._sql.prisma import Call
    from toolkit.model import Finding

_OF_QUERIES = regex(r"(?i)(?:^|/)(?:seeds?|queries|query|sqlc)(?:/|[._-])|[._-]seeds?\.")
_OF_PROGRAMS = regex(r"(?i)(?:^|/)(?:queries|query|sqlc)(?:/|[._-])")


class SqlSchemaDrift(Check):
    """A query or a model names a table or column that no migration makes.

    What it checks: Queries in texts of TypeScript, JavaScript, Python, Rust and Go, in files of SQL, and calls of the clients of Prisma (with the fields that they name), Supabase, Knex
        and Kysely, against what the repository makes: SQL files, Prisma schemas, migrations of Knex, Kysely, TypeORM, Sequelize and Alembic, and
        statements in code, and the types that Supabase writes of its database. Joins, subqueries and ``WITH`` are followed. Models of Prisma, Drizzle, SQLAlchemy, TypeORM, Diesel and Django are compared
        with the migrations of their package, and what migrations index, change, refer to and fill with what all of them ever make; what a later one drops was there before the first. Numbered steps of SQL count as they leave the tables: ``CREATE TABLE IF NOT EXISTS`` of one that is there brings no column, and one that is dropped and made anew may lose some. A migration whose list of columns ends with a comma and an ``INSERT`` with more or fewer values than columns, without one that has to be there or with one that its column does not take are told as well, and so are a migration of Alembic that follows a revision which is not there, one that changes what only a later one makes, several heads, and a journal of Drizzle that names a file which is not there, or passes one by, and two migrations of one version. A table with a statement that is not understood, one that is filled in, and packages that mostly
        ask for tables of others stay quiet, and so does a name that any other text of the repository makes, maps or drops. Where a comment, a document or a mapping only speaks of it,
        where only tests make a table, where a history builds upon tables made elsewhere, and in what is run by hand, it is a warning; it is information where a query asks first whether the table is there, and in modules that nothing loads.
    Why it matters: The first call fails with ``relation does not exist``. Types do not see it, and tests with a mocked database do not either.
    How to fix: Add the migration, or correct the name in the query or model.
    Fix safety: Manual. Whether the query or the schema is right is not in the files.
    """

    severity = "error"
    needs = Needs(modules=(*NEEDED, "sqlglot"))
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterator[Finding]:
        home = partial(home_of, context, manifests=MANIFESTS)
        yield from map(
            partial(self._drift, context),
            (*broken_chains(context), *torn_journals(context, home), *equal_versions(context)),
        )
        found, calls = matches(context, self.id), list(prisma_calls(context))
        if not found and not calls and not may_tell(context):
            return
        known = schema(context)
        if not known.folders:
            return
        yield from self._found(context, known, calls)

    def _found(self, context: Inspection, known: Schema, calls: list[Call]) -> Iterator[Finding]:
        coded = list(_in_code(context, known, _clients(context, known, calls)))
        queries = [*excused(context, coded), *_in_sql(context, known)]
        home = partial(home_of, context, manifests=MANIFESTS)
        drifts = (
            *of_client(context, calls, home),
            *missing_from_migrations(context, known, home),
            *unmade(context, known),
            *changed_early(context, known),
            *miscounted(queries),
            *unfitting(context, known, queries),
            *refused(context, known),
        )
        meant_by = {(one.path, one.like) for one in drifts if one.like}
        said: set[tuple[str, int, str]] = set()
        for told in judged(queries, known, home, partial(_depends, context), partial(witnesses, context)):
            place = told.query.path, told.query.line + told.fault.line - 1, told.fault.name
            follows = any((told.query.path, table.lower()) in meant_by for table in told.fault.tables)
            if place not in said and not follows:  # a misspelt table is told, and gives its namesake no column
                said.add(place)
                yield self._finding(context, known, told)
        yield from map(partial(self._drift, context), drifts)

    def _drift(self, context: Inspection, one: Drift) -> Finding:
        return self.finding(
            context,
            one.path,
            one.message,
            line=one.line,
            evidence=one.evidence,
            severity=one.severity,
            fixes=(Fix(one.fix, "manual"),),
            related=one.related,
        )

    def _finding(self, context: Inspection, known: Schema, told: Judged) -> Finding:
        message, near = _told(known, told.fault)
        correct = f"write {near}" if near else "correct the name"
        add = "give it there" if _is_of_query(known, told.fault) else "add the migration"
        return self.finding(
            context,
            told.query.path,
            message + (f" Also in {told.others}." if told.others else ""),
            line=told.query.line + told.fault.line - 1,
            evidence=" ".join(told.query.text.replace(HOLE, "?").split())[:160]
            + _made_in(known, told)
            + (f"\n{told.unsaid}" if told.unsaid else ""),
            severity=told.severity,
            fixes=(Fix(f"{add}, or {correct}", "manual"),),
            related=told.related,
        )


def _is_of_query(known: Schema, fault: Fault) -> bool:
    """Whether a column is asked of a subquery or a part before the query, rather than of a table."""
    return bool(fault.tables) and not any(one.lower() in known.tables for one in (*fault.resolved, *fault.tables))


def _told(known: Schema, fault: Fault) -> tuple[str, str]:
    """The message about a name, and the name that is like it."""
    name = fault.name.lower().partition(" ")[0]
    if not fault.tables:
        near = meant(name, known.tables)
        message = f"No migration or schema here makes the table {fault.name}"
        gone = known.gone.get((name, ""), "")
    else:
        columns = {column for table in fault.tables for column in known.tables.get(table.lower()) or ()}
        near = meant(name, columns)
        whose = (
            f"the table {fault.tables[0]}" if len(fault.tables) == 1 else f"any of the tables {', '.join(fault.tables)}"
        )
        message = f"No migration or schema here gives {whose} a column {fault.name}"
        if _is_of_query(known, fault):
            message = f"What the query itself calls {fault.tables[0]} gives no column {fault.name}"
        gone = next(
            (known.gone[table.lower(), name] for table in fault.tables if (table.lower(), name) in known.gone), ""
        )
    near = _as_written(known, fault, near)
    return f"{message}: {gone}." if gone else f"{message}; {near} is like it." if near else f"{message}.", near


def _as_written(known: Schema, fault: Fault, near: str) -> str:
    """A column as a model of Prisma names it, in the quotes without which a database would fold its capitals."""
    tables = {one.lower() for one in fault.tables}
    models = (one for one in known.models if one.kind == "prisma" and one.table in tables)
    names = (names for model in models for names, _ in model.columns if names[0] == near)
    written = next((one for one in (each[-1] for each in names) if one != near), "")
    return f'"{written}"' if written else near


def _made_in(known: Schema, told: Judged) -> str:
    """Which file makes the table that lacks a column: of several the one that lies nearest."""
    if not told.fault.tables:
        return ""
    tables = {one.lower() for one in told.fault.resolved or told.fault.tables}
    makers = sorted(path for path, made in known.makers.items() if tables & made)
    path = max(makers, key=lambda one: len(commonprefix([one, told.query.path])), default="")
    return f"\nmade in {path}" if path else ""


def _depends(context: Inspection, home: str, other: str) -> bool:
    """Whether the ``package.json`` of one package names another package of the repository among its dependencies."""
    mine, theirs = (_package(context, one) for one in (home, other))
    name = theirs.get("name")
    return isinstance(name, str) and any(name in table(mine, kind) for kind in KINDS)


def _package(context: Inspection, home: str) -> dict[str, Any]:
    document = context.readable(inside(home, "package.json"), jsonc.parse)
    return table(document.data) if document is not None else {}


def _clients(context: Inspection, known: Schema, calls: list[Call]) -> set[str]:
    """The packages whose client of Prisma is that of a schema here: it has the models that they ask for."""
    names = {one.name.lower() for one in known.models if one.kind == "prisma"}
    asked: dict[str, list[bool]] = {}
    for call in calls if names else ():
        asked.setdefault(home_of(context, call.path, MANIFESTS), []).append(call.model.lower() in names)
    return {home for home, fitting in asked.items() if all(fitting)}


def _in_code(context: Inspection, known: Schema, clients: set[str]) -> Iterator[Query]:
    found: list[Query] = []
    apart: set[str] = set()
    for match in matches(context, SqlSchemaDrift.id):
        seen = match.captures
        asked = asked_by(seen["sql"], known.tables) if "sql" in seen else asked_by_builder(seen, known.tables)
        if asked is not None and asks_elsewhere(context, match.path, asked, known):
            apart |= asked.tables - known.tables.keys()
        elif asked is not None:
            own = seen.get("client") == "prisma" and home_of(context, match.path, MANIFESTS) in clients
            sure = own or "sql" not in seen
            doubted = is_weak(context, match.path, match.line, asked)
            text, by_hand = seen.get("sql", match.text), is_script(match.path)
            found.append(Query(match.path, match.line, text, asked, sure, own, doubted, by_hand))
    yield from (one for one in found if apart.isdisjoint(one.asked.tables))


def _in_sql(context: Inspection, known: Schema) -> Iterator[Query]:
    """Statements of SQL files: queries and seeds, and the indexes and views of migrations."""
    ever = known.ever
    beside = {folder_of(path) for path in known.makers if path.endswith(".sql")}
    for path in context.matching("*.sql"):
        if is_test(path) or path in context.inventory.links or is_backward(path):
            continue
        makes = path in known.makers or (stream(path) in known.histories and is_step(path))
        found = [
            (line, statement, asked)
            for line, statement in context.fact(queries_of_sql, path)
            if (asked := asked_by(statement, ever if makes else known.tables, trusted=True)) is not None
        ]
        if not makes and RUN_ONCE.search(path):
            continue
        tables = makes or not (_OF_QUERIES.search(path) or (folder_of(path) in beside and _fits(found, known)))
        for line, statement, asked in found:
            faults = tuple(fault for fault in asked.faults if fault.tables or not tables)
            told = Asked(frozenset() if tables else asked.tables, faults)
            yield Query(path, line, statement, told, sure=True, by_hand=not makes and not _OF_PROGRAMS.search(path))


def _fits(found: list[tuple[int, str, Asked]], known: Schema) -> bool:
    """Whether the statements of a file beside its schema ask for the tables of that, but for one."""
    named = {table for _, _, asked in found for table in asked.tables}
    return len(named - known.tables.keys()) == 1 < len(named)
