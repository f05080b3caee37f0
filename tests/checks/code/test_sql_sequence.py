"""What the steps of a history leave, one after the other: tables that are there already, that are made anew, and that come too late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.code.sql import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

FIRST = "CREATE TABLE IF NOT EXISTS alerts (id int, kind text);\n"
AGAIN = "CREATE TABLE IF NOT EXISTS alerts (id int, kind text, owner text);\n"
QUERY = "q('SELECT owner FROM alerts');\n"


def tree(query: str = QUERY, **migrations: str) -> dict[str, Any]:
    files = {f"{name.removeprefix('s')}.sql": text for name, text in migrations.items()}
    return {"package.json": "{}", "migrations": files, "a.ts": query}


def test_a_table_that_is_there_gains_nothing(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("sql-schema-drift", tree(s001_a=FIRST, s002_b=AGAIN + "CREATE INDEX by_owner ON alerts (owner);\n"))

    assert told(found) == [("a.ts", 1, "owner")]
    assert found[0].severity == "error"
    assert [(one.path, one.line) for one in found[0].related] == [("migrations/002_b.sql", 2)]
    assert "migrations/002_b.sql:1 makes it with this one only where there is none yet" in found[0].message


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param({"s001": FIRST, "s002": "DROP TABLE alerts;\n" + AGAIN}, id="dropped before"),
        pytest.param(
            {"s001": FIRST, "s002": "DO $$ BEGIN IF true THEN DROP TABLE alerts; END IF; END $$;\n" + AGAIN},
            id="perhaps dropped before",
        ),
        pytest.param({"s001": FIRST.replace("alerts", "audit.alerts"), "s002": AGAIN}, id="of another schema"),
        pytest.param({"s001": FIRST, "s002": AGAIN + "ALTER TABLE alerts ADD COLUMN owner text;\n"}, id="added after"),
        pytest.param({"first": FIRST, "second": AGAIN}, id="no order"),
        pytest.param({"s2_a": FIRST, "s10_b": AGAIN}, id="an order that depends on who runs them"),
    ],
)
def test_a_table_that_may_gain_something(steps: dict[str, str], inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("sql-schema-drift", tree(**steps)) == []


REBUILT = (
    "CREATE TABLE IF NOT EXISTS people_new (id int, name text);\nINSERT INTO people_new SELECT id, name FROM people;\n"
    "DROP TABLE IF EXISTS people;\nALTER TABLE people_new RENAME TO people;\n"
)


def test_a_column_that_a_table_loses_when_it_is_made_anew(inspect: Callable[..., list[Finding]]) -> None:
    steps = {"s1": "CREATE TABLE people (id int, name text);\n", "s2": "ALTER TABLE people ADD COLUMN mail text;\n"}

    found = inspect("sql-schema-drift", tree("q('SELECT name, mail FROM people');\n", **steps, s3=REBUILT))

    assert [(one.path, one.message) for one in found] == [
        (
            "a.ts",
            "No migration or schema here gives the table people a column mail: migrations/3.sql makes the table anew without it.",
        )
    ]
    again = REBUILT + "ALTER TABLE people ADD COLUMN mail text;\n"
    assert inspect("sql-schema-drift", tree("q('SELECT name, mail FROM people');\n", **steps, s3=again)) == []


def test_a_column_of_a_table_that_is_made_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    made = {
        "package.json": "{}",
        "schema.sql": "CREATE TABLE people (id int, name text);\n",
        "migrations": {"1.sql": "ALTER TABLE people ADD COLUMN mail text;\n", "2.sql": REBUILT},
        "a.ts": "q('SELECT name, mail FROM people');\n",
    }

    assert told(inspect("sql-schema-drift", made)) == [("a.ts", 1, "mail")]


def test_what_tests_make_is_no_schema(inspect: Callable[..., list[Finding]]) -> None:
    made = {
        "package.json": "{}",
        "migrations": {"1.sql": FIRST},
        "test": {"fixtures": {"seed.ts": "export const s = `CREATE TABLE steps (id int, done text)`;\n"}},
        "src": {"a.ts": "q('SELECT done FROM steps');\nq('SELECT kind FROM alerts');\n"},
    }

    found = inspect("sql-schema-drift", made)

    assert [(one.path, one.line, one.severity) for one in found] == [("src/a.ts", 1, "warning")]
    assert "test/fixtures/seed.ts:1 speaks of it" in found[0].evidence


ASKS = "async function f(db) {\n  if (!(await tableExists(db, 'runs'))) return;\n  await db.query('SELECT id FROM runs');\n}\n"


@pytest.mark.parametrize(
    ("source", "severities"),
    [
        pytest.param(ASKS, ["info"], id="asks first"),
        pytest.param(ASKS.replace("'runs'))", "'walks'))"), ["error"], id="asks for another"),
        pytest.param(
            "async function g(db) {\n  await tableExists(db, 'runs');\n}\n"
            + ASKS.replace("  if (!(await tableExists(db, 'runs'))) return;\n", ""),
            ["error"],
            id="asks in another function",
        ),
    ],
)
def test_what_asks_first(source: str, severities: list[str], inspect: Callable[..., list[Finding]]) -> None:
    made = {
        "package.json": "{}",
        "migrations": {"1.sql": FIRST},
        "a.ts": "q('SELECT kind FROM alerts');\n",
        "b.ts": source,
    }

    assert [one.severity for one in inspect("sql-schema-drift", made)] == severities


def test_what_nothing_loads(inspect: Callable[..., list[Finding]]) -> None:
    schema = 'datasource db {\n  provider = "postgresql"\n}\nmodel Job {\n  id Int @id\n}\n'
    made = {
        "package.json": json.dumps({"private": True}),
        "migrations": {"1.sql": FIRST},
        "schema.prisma": schema,
        "src": {
            "index.ts": "import './used';\nq('SELECT kind FROM alerts');\n",
            "used.ts": QUERY + "prisma.job.findMany({ where: { a: 1 } });\n",
            "services": {"odd.ts": "q('SELECT colour FROM alerts');\nprisma.job.findMany({ where: { b: 1 } });\n"},
        },
    }

    found = inspect("sql-schema-drift", made)

    assert sorted((one.path, one.line, one.severity) for one in found) == [
        ("src/services/odd.ts", 1, "info"),
        ("src/services/odd.ts", 2, "info"),
        ("src/used.ts", 1, "error"),
        ("src/used.ts", 2, "error"),
    ]


def test_a_model_in_a_comment(inspect: Callable[..., list[Finding]]) -> None:
    model = '/**\n * Every `pgTable("name", { id: text("id") })` is a table.\n */\n// pgTable("other", { id: text("id") })\nexport const alerts = pgTable("alerts", { id: text("id") });\n'
    made = {"package.json": "{}", "migrations": {"1.sql": FIRST}, "schema.ts": model}

    assert inspect("sql-schema-drift", made) == []


def alembic(*revisions: tuple[str, str | None, str], **more: Any) -> dict[str, Any]:
    files = {
        f"{name}.py": f"from alembic import op\n\nrevision = {name!r}\ndown_revision = {before!r}\n\n\ndef upgrade():\n{body}"
        for name, before, body in revisions
    }
    return {"requirements.txt": "alembic\n", "alembic": {"env.py": "", "versions": files}, **more}


MAKES = "    op.create_table('people', sa.Column('id', sa.Integer()))\n"
CHANGES = "    op.execute('ALTER TABLE people ADD COLUMN mail TEXT')\n"


def test_a_revision_that_comes_before_its_table(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("sql-schema-drift", alembic(("a", None, CHANGES), ("b", "a", MAKES)))

    assert [(one.path, one.line, one.severity) for one in found] == [("alembic/versions/a.py", 8, "error")]
    assert "changes the table people, which no earlier one makes: b does, and follows it." in found[0].message


@pytest.mark.parametrize(
    ("made", "severities"),
    [
        pytest.param(alembic(("a", None, MAKES), ("b", "a", CHANGES)), [], id="in order"),
        pytest.param(
            alembic(("a", None, CHANGES.replace("TABLE people", "TABLE IF EXISTS people")), ("b", "a", MAKES)),
            [],
            id="asks first",
        ),
        pytest.param(
            alembic(("a", None, CHANGES), ("b", "a", MAKES), **{"main.py": "Base.metadata.create_all(engine)\n"}),
            ["warning"],
            id="a program makes all",
        ),
        pytest.param(
            alembic(("a", None, CHANGES), ("b", "a", MAKES), sql={"all.sql": "CREATE TABLE people (id int);\n"}),
            ["warning"],
            id="a script makes it",
        ),
    ],
)
def test_revisions_that_may_be_right(
    made: dict[str, Any], severities: list[str], inspect: Callable[..., list[Finding]]
) -> None:
    assert [one.severity for one in inspect("sql-schema-drift", made)] == severities
