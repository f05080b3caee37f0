"""Models of the code against the migrations of their package."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.drizzle import is_baselined, is_compiled, is_migrated, unused_schemas
from toolkit.checks.code._sql.schema import stream
from toolkit.checks.code._sql.witness import ALTERED, DROPPED, MADE, witnesses
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, inside, upward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.known import History, Model, Schema
    from toolkit.model import Severity

__all__ = ["Drift", "missing_from_migrations"]

_OF_MIGRATIONS = regex(r"(?i)migrat|drizzle|alembic|versions")
_PUSHED = regex(r"\bprisma db push\b|\bdb push\b|drizzle-kit push|synchronize:\s*true|create_all\(")
_DEPLOYED = regex(r"\bmigrate deploy\b|[\"']migrate[\"'],\s*[\"']deploy[\"']")
_KEPT = regex(r"(?i)(?:^|[/_-])(?:backups?|dumps?|archived?|old)(?=[/_-]|\Z)")
_SPEAK = ("*.md", "*.mdx", "*.txt", "*.sh", "*.bat", "*.ps1", "*.yml", "*.yaml", "*.json", "Dockerfile*", "Makefile", "justfile")  # fmt: skip
_SYNCHRONIZED = "synchronize: true"
_FIRST = regex(r"(?i)[Vm]?0*[01](?!\d)")
_ENOUGH = 6
"""Tables of a history that is taken for the whole one."""
_MANY = 4
"""Columns and tables of one file above which they are told together."""
_FILES = 3
"""Files of one package above which what they lack is told together."""
_NAMED = 3
"""Names in a message."""


class Drift(NamedTuple):
    """A table or column that no migration makes, of a model or of another migration; ``like`` is the table that was meant, ``fix`` what to do."""

    path: str
    line: int
    message: str
    evidence: str
    severity: Severity
    like: str = ""
    fix: str = "add the migration, or take the model or column out that no query needs"
    related: tuple[tuple[str, int], ...] = ()


def missing_from_migrations(context: Inspection, known: Schema, home_of: Callable[[str], str]) -> Iterator[Drift]:
    """What models have and the migrations of their package lack.

    Only where the migrations make at least half of the package's models of that kind, and lack less than they make: others are not how
    the schema is made, but for those of Prisma, which lag behind. What the migrations of another package make is there.
    """
    everywhere = _together(list(known.histories.values()))
    for package in _packages(context, known, home_of):
        yield from _of_package(context, known, package, everywhere, home_of)


class _Package(NamedTuple):
    """A package with models of one kind, and what makes their tables: its migrations, or a script somewhere else."""

    home: str
    kind: str
    models: list[Model]
    histories: list[History]
    by_script: bool


def _packages(context: Inspection, known: Schema, home_of: Callable[[str], str]) -> Iterator[_Package]:
    """The packages with models for which something makes tables."""
    groups: dict[tuple[str, str], list[Model]] = {}
    unused = unused_schemas(context, {model.path for model in known.models if model.kind == "drizzle"})
    for model in known.models:
        if model.path not in unused and model.kind != "supabase" and not is_compiled(context, model.path):
            groups.setdefault((home_of(model.path), model.kind), []).append(model)
    for (home, kind), models in sorted(groups.items()):
        own = [
            history
            for folder, history in known.histories.items()
            if _OF_MIGRATIONS.search(folder) and home_of(inside(folder, "x")) == home
        ]
        if histories := own or _of_script(models, known):
            yield _Package(home, kind, models, histories, by_script=not own)


def _of_package(
    context: Inspection,
    known: Schema,
    package: _Package,
    everywhere: dict[str, frozenset[str] | None],
    home_of: Callable[[str], str],
) -> Iterator[Drift]:
    home, kind, models, histories, by_script = package
    made, whole = _together(histories), _is_whole(histories, known)
    fitting = [model for model in models if model.table in made]
    lacking = [(model, list(_columns(model, everywhere[model.table]))) for model in fitting]
    absent = [one for one in models if one.table not in everywhere and (whole or not _waits(one.table, histories))]
    absent, lacking, sure = _unattested(context, absent, lacking)
    sure = sure and not any(history.waiting.keys() - everywhere.keys() for history in histories)
    lacked = sum(len(names) for _, names in lacking)
    if not fitting or not (absent or lacked) or lacked * 2 > sum(len(model.columns) for model in fitting):
        return
    synchronized = kind == "typeorm" and _is_synchronized(context, home)
    created = kind == "sqlalchemy" and _has_below(context, home, ".create_all", "*.py")
    pushed = synchronized or created or _is_pushed(context, home)
    few = len(fitting) < len(absent)
    if kind == "prisma" and not pushed and (few or not _is_deployed(context)):  # people are told to run it by hand
        pushed = bool(_pushing(context))
    if kind == "prisma" and (few or (pushed and not _is_deployed(context))):
        yield _left_behind(home, absent, lacking, pushed=pushed)
    elif not few and not (synchronized and by_script):
        if created:  # the tables, but nothing that is added to them
            yield from _by_file(context, absent, [], "info")
            absent = []
        before = kind == "drizzle" and is_baselined(context, home, (one.table for one in absent))
        certain = kind != "drizzle" or by_script or (is_migrated(context, home, home_of) and not before)
        yield from _by_file(context, absent, lacking, "error" if sure and certain and not pushed else "warning")


_Lacking = list[tuple["Model", list[tuple[str, int]]]]


def _unattested(context: Inspection, absent: list[Model], lacking: _Lacking) -> tuple[list[Model], _Lacking, bool]:
    """The models and columns that no text makes, and whether there is one of which none speaks: what else the same history lacks is hardly there."""
    seen = witnesses(context, {model.table for model in (*absent, *(one for one, names in lacking if names))})
    found = {model: next(iter(seen.of_table(model.table, (MADE, DROPPED))), None) for model in absent}
    columns = {
        (model, name): seen.of_column((model.table,), {name, *_others(model, line)}, (MADE, ALTERED, DROPPED))
        for model, names in lacking
        for name, line in names
    }
    left = [one for one in (*found.values(), *columns.values()) if one is None or not one.sure]
    return (
        [model for model, one in found.items() if one is None or not one.sure],
        [
            (model, [each for each in names if (one := columns[model, each[0]]) is None or not one.sure])
            for model, names in lacking
        ],
        any(one is None for one in left),
    )


def _together(histories: list[History]) -> dict[str, frozenset[str] | None]:
    made: dict[str, frozenset[str] | None] = {}
    for history in histories:
        for table, columns in history.tables.items():
            before = made.get(table, frozenset())
            made[table] = None if columns is None or before is None else before | columns
    for history in histories:
        for table, columns in history.waiting.items():
            before = made.get(table)
            if before is not None:
                made[table] = before | columns
    return made


def _waits(table: str, histories: list[History]) -> bool:
    """Whether a migration changes a table that none here makes: the first ones lie elsewhere."""
    return any(table in history.waiting for history in histories)


def _is_whole(histories: list[History], known: Schema) -> bool:
    """Whether the migrations begin with the first one and make all tables but one that they change: that one is forgotten."""
    folders = [folder for folder, history in known.histories.items() if any(history is one for one in histories)]
    made = {table for one in histories for table in one.tables}
    strange = {table for one in histories for table in one.waiting} - made
    names = [path.rpartition("/")[2] for path in known.makers if any(stream(path) == folder for folder in folders)]
    return len(strange) <= 1 and len(made) >= _ENOUGH and any(_FIRST.match(name) for name in names)


def _others(model: Model, line: int) -> Iterator[str]:
    """All names that the column of a line may have."""
    yield from (name for names, at in model.columns if at == line for name in names)


def _columns(model: Model, made: frozenset[str] | None) -> Iterator[tuple[str, int]]:
    for names, line in model.columns if made is not None else ():
        if made is not None and not made.intersection(names):
            yield names[-1], line


def _of_script(models: list[Model], known: Schema) -> list[History]:
    """The one folder of SQL that makes all tables of a package without migrations, but for one: a script that sets the database up."""
    tables = {model.table for model in models}
    if len(tables) < _ENOUGH:
        return []
    near = [
        history
        for folder, history in known.histories.items()
        if len(tables - history.tables.keys()) <= 1 and not _KEPT.search(folder)
    ]
    return near if len(near) == 1 else []


def _left_behind(
    home: str, absent: list[Model], lacking: list[tuple[Model, list[tuple[str, int]]]], *, pushed: bool
) -> Drift:
    """One finding for migrations that lag far behind; `prisma db push`, if anything runs it, makes what the models say."""
    found = [(model.path, model.line, model.name.rpartition("/")[2]) for model in absent]
    found += [(model.path, line, f"{model.table}.{name}") for model, names in lacking for name, line in names]
    path, line, _ = min(found)
    where = "the root" if home == "." else home
    message = f"The migrations of {where} lack {len(found)} tables and columns of its models" + (
        ": prisma db push makes them all the same, and the migrations are left behind."
        if pushed
        else ", and nothing runs prisma db push: a database that they make is not the one that the code asks."
    )
    listed = "\n".join(f"{at}:{row} {name}" for at, row, name in sorted(found))
    return Drift(path, line, message, listed, "info" if pushed else "warning")


def _by_file(
    context: Inspection, absent: list[Model], lacking: list[tuple[Model, list[tuple[str, int]]]], severity: Severity
) -> Iterator[Drift]:
    found: dict[str, list[Drift]] = {}
    for model in absent:
        name, level = model.name.rpartition("/")[2], severity if model.kind != "diesel" else "warning"
        text = f"No migration makes the table of the model {name}."
        found.setdefault(model.path, []).append(Drift(model.path, model.line, text, name, level))
    for model, columns in lacking:
        table = model.table.rpartition("/")[2]
        for name, line in columns:
            text = f"No migration gives the table {table} the column {name} of the model."
            found.setdefault(model.path, []).append(Drift(model.path, line, text, f"{table}.{name}", severity))
    yield from _few(context, found, severity)


def _few(context: Inspection, found: dict[str, list[Drift]], severity: Severity) -> Iterator[Drift]:
    """One for each table, one for a file of many names, and one for a package with many such files: the cause is one history that stands still."""
    wide = len(found) > _FILES
    kept = [path for path in sorted(found) if context.shows(path)]
    for part in [kept] if wide else [[path] for path in kept]:
        drifts = sorted((one for path in part for one in found[path]), key=lambda one: (one.path, one.line))
        if wide or len(drifts) > _MANY:
            yield from [_as_one(drifts, severity)] if drifts else []
            continue
        tables: dict[str, list[Drift]] = {}
        for one in drifts:  # columns by their table, models without one together
            tables.setdefault(one.evidence.rpartition(".")[0], []).append(one)
        yield from (many[0] if len(many) == 1 else _as_one(many, severity) for many in tables.values())


def _as_one(drifts: list[Drift], severity: Severity) -> Drift:
    """Many names in one: the message has the first ones, the evidence all."""
    first, more = drifts[0], ", ..." if len(drifts) > _NAMED else ""
    names = ", ".join(one.evidence for one in drifts[:_NAMED])
    files = len({one.path for one in drifts})
    where = f" in {files} files" if files > 1 else ""
    places = (f"{one.path}:{one.line} {one.evidence}" for one in drifts)
    tables = sum("." not in one.evidence for one in drifts)
    what = "tables" if tables == len(drifts) else "tables and columns" if tables else "columns"
    message = f"No migration makes {len(drifts)} {what} of these models{where}: {names}{more}."
    if len(alone := {one.evidence.rpartition(".")[0] for one in drifts}) == 1 and not tables:
        columns = ", ".join(one.evidence.rpartition(".")[2] for one in drifts[:_NAMED])
        message = f"No migration gives the table {alone.pop()} the columns {columns}{more} of the model."
    return Drift(first.path, first.line, message, "\n".join(places), severity)


def _is_pushed(context: Inspection, home: str) -> bool:
    """Whether a script of the package or of one around it writes the schema without migrations, or what is run names the package where it does."""
    above = (path for folder in upward(home) if context.is_file(path := inside(folder, "package.json")))
    if any(_PUSHED.search(text_of(context, path, errors="replace")) for path in above):
        return True
    run = [one for one in _pushing(context) if not one.endswith((".md", ".mdx", ".txt"))]
    if home == ".":
        return any(one.startswith(".github/") for one in run)
    return any(below(home, one) or home in text_of(context, one, errors="replace") for one in run)


@once_a_run
def _pushing(context: Inspection) -> tuple[str, ...]:
    """What is run, or tells people to run, what writes a schema without migrations."""
    return files_with(context, ("prisma db push",), _SPEAK, everything=True)


def _is_synchronized(context: Inspection, home: str) -> bool:
    """Whether TypeORM makes the tables of a package when it starts."""
    return _has_below(context, home, _SYNCHRONIZED, "*.ts", "*.js")


def _has_below(context: Inspection, home: str, text: str, *patterns: str) -> bool:
    """Whether a source of a package that is no test holds a text."""
    return any(
        below(home, path) and not is_test(path) for path in files_with(context, (text,), patterns, everything=True)
    )


def _is_deployed(context: Inspection) -> bool:
    """Whether anything but a document runs the migrations of Prisma."""
    found = files_with(context, ("migrate deploy", "'deploy'", '"deploy"'), everything=True)
    return any(
        not path.endswith((".md", ".mdx", ".txt")) and _DEPLOYED.search(text_of(context, path, errors="replace"))
        for path in found
    )
