"""See :class:`MigrationInvalid`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check, Needs
from toolkit.checks._test_code import is_test
from toolkit.checks.code._sources import TIMEOUT_S
from toolkit.checks.code._sql.asks import is_step
from toolkit.checks.code._sql.columns import extensions_of_sql, types_of_sql
from toolkit.checks.code._sql.names import meant
from toolkit.checks.code._sql.order import asked_early, is_whole, made_again, steps, unlike_keys
from toolkit.checks.code._sql.postgres import (
    BUILT_IN,
    OF_EXTENSIONS,
    OF_OTHERS,
    is_of_supabase,
    makes_type,
    of_postgres,
    says_extension,
)
from toolkit.checks.code._sql.refusals import refusals_of_sql
from toolkit.checks.code._sql.schema import schema, stream
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_KEPT = regex(r"(?i)(?:^|[/_.-])(?:backups?|dumps?|archived?|old|drafts?|disabled|deprecated|snapshots?)(?=[/_.-])")
_ON_EVERY_SUPABASE = ("pgcrypto", "uuid-ossp")
_TYPES_OF_EXTENSIONS = frozenset(name for names, _ in OF_EXTENSIONS.values() for name in names)
_SHOWN = 8


class _Stop(NamedTuple):
    """A statement at which a history stops; those of one folder with the same cause are one finding."""

    path: str
    line: int
    cause: str
    message: str
    evidence: str
    fix: str
    severity: Severity = "error"


class MigrationInvalid(Check):
    """PostgreSQL refuses a migration.

    What it checks:
        Files of SQL for PostgreSQL that make tables. Types that it does not know (``DATETIME``, ``STRING``, a misspelt one, one that no
        ``CREATE TYPE`` makes); ``IF NOT EXISTS`` where there is none (policies, triggers, types, constraints, roles); indexes
        within ``CREATE TABLE``, ``AUTO_INCREMENT``, ``UNSIGNED`` and ``ON UPDATE`` of MySQL; ``UNIQUE`` over an expression; indexes and
        generated columns over what does not give the same for ever (``NOW()``, ``to_tsvector`` without its
        configuration, the day of a time with zone). Statements that ask for a table which only a later one makes, and tables, types,
        policies and triggers that two steps make (a warning where the steps ask for tables that none of them makes). Columns that refer
        to one of another kind of type, and bodies between dollars without an end.
        Functions and types of an extension that nothing creates (a warning: it may be there already). One finding for a cause in a folder.

    Why it matters:
        The migration stops there, and with it every installation on an empty database: a new laptop, the tests, a recovery. Where the
        tables were once made by hand nobody sees it.

    How to fix:
        Write what the finding says. What no database has taken yet can be corrected in its place.

    Fix safety:
        Manual. Tools compare migrations that were run with their files by a digest.
    """

    severity = "error"
    needs = Needs(modules=("sqlglot",))
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterator[Finding]:
        folders: dict[str, list[str]] = {}
        for path in of_postgres(context):
            if not is_test(path) and not _KEPT.search(path) and context.role(path)[0] == "own":
                folders.setdefault(stream(path), []).append(path)
        for paths in folders.values():
            causes: dict[str, list[_Stop]] = {}
            for one in _stops(context, paths):
                if context.shows(one.path):
                    causes.setdefault(one.cause, []).append(one)
            for first, *others in causes.values():
                yield self._finding(context, first, others)

    def _finding(self, context: Inspection, one: _Stop, others: Sequence[_Stop]) -> Finding:
        places = [f"{other.path}:{other.line}" for other in others[:_SHOWN]]
        more = f" So it is in {len(others)} more place{'s' * (len(others) > 1)}." if others else ""
        return self.finding(
            context,
            one.path,
            f"{one.message}.{more}",
            line=one.line,
            evidence="\n".join((one.evidence, *(["also " + ", ".join(places)] if places else []))),
            severity=one.severity if is_step(one.path) else "warning",
            fixes=(Fix(one.fix, "manual"),),
            related=[(other.path, other.line) for other in others],
        )


def _stops(context: Inspection, paths: Sequence[str]) -> Iterator[_Stop]:
    for path in paths:
        for one in refusals_of_sql(context, path):
            yield _Stop(path, one.line, one.kind, one.message, one.evidence, one.fix)
        yield from _of_types(context, path)
        yield from _of_extensions(context, path)
    for unlike in unlike_keys(context, paths):
        mine, theirs = unlike.types
        message = f"{unlike.column} ({mine}) refers to {unlike.target} ({theirs}): PostgreSQL compares no {mine} with a {theirs}, and the migration stops there"
        fix = f"give {unlike.column} the type of {unlike.target}"
        yield _Stop(
            unlike.path, unlike.line, f"unlike {unlike.target}", message, f"{unlike.column} -> {unlike.target}", fix
        )
    order = steps(context, paths)
    yield from _of_order(context, order)
    for path in paths:
        if path not in order:
            yield from _of_order(context, [path])


def _of_order(context: Inspection, order: Sequence[str]) -> Iterator[_Stop]:
    level: Severity = "error" if is_whole(context, order) else "warning"
    for early in asked_early(context, order, schema(context)):
        where = f"line {early.made}" if early.maker == early.path else f"{early.maker}:{early.made}"
        message = f"The table {early.table} is made only in {where}, after this statement asks for it: the migration stops here"
        fix = f"make {early.table} first, or add the constraint after both tables"
        yield _Stop(early.path, early.line, f"early {early.path}", message, early.table, fix, level)
    for again in made_again(context, order):
        message = f"The {again.what} is made in {again.before}:{again.made} already, and nothing drops it: the migration stops here"
        yield _Stop(again.path, again.line, "again", message, again.what, "take it out here, or drop it before", level)


def _of_types(context: Inspection, path: str) -> Iterator[_Stop]:
    """Types that PostgreSQL does not have and nothing makes."""
    for line, name, column in types_of_sql(context, path):
        lowered = name.lower()
        near = OF_OTHERS.get(lowered, "") or meant(lowered, BUILT_IN)
        if lowered not in _TYPES_OF_EXTENSIONS and not makes_type(context, name, named=not near):
            hint = f"; {near} is {'what it has' if lowered in OF_OTHERS else 'like it'}" if near else ""
            message = f"PostgreSQL has no type {name}, and nothing here makes one{hint}: it refuses the statement, and the migration stops there"
            fix = f"write {near}" if near else f"add CREATE TYPE {name} before it, or correct the name"
            yield _Stop(path, line, f"type {lowered}", message, column, fix, "error" if near else "warning")


def _of_extensions(context: Inspection, path: str) -> Iterator[_Stop]:
    """What an extension brings that nothing creates."""
    for line, extension, name in extensions_of_sql(context, path):
        ready = extension in _ON_EVERY_SUPABASE and is_of_supabase(path)
        if not ready and not says_extension(context, extension):
            message = f"{name} is of the extension {extension}, which nothing here creates: on a new database the migration stops there"
            fix = f'write CREATE EXTENSION IF NOT EXISTS "{extension}" in the first migration'
            yield _Stop(path, line, f"extension {extension}", message, name, fix, "warning")
