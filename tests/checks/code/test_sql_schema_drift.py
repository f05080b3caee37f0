from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

MIGRATION = "CREATE TABLE accounts (id bigint PRIMARY KEY, owner text);\nALTER TABLE accounts ADD COLUMN email text;\nCREATE VIEW rich AS SELECT * FROM accounts;\n"


def test_tables_and_columns_that_no_migration_makes(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": MIGRATION},
        "a.ts": (
            'db.query("SELECT id, owner FROM accounts WHERE email = $1");\n'
            "db.query(`\n  SELECT id\n  FROM account\n  WHERE id = ${id}`);\n"
            'db.query("SELECT id, nickname FROM accounts");\ndb.query("INSERT INTO accounts (id, colour) VALUES ($1, $2)");\n'
        ),
        "third_party": {
            "package.json": "{}",
            "migrations": {"1.sql": "CREATE TABLE x (a int);"},
            "b.ts": 'q("SELECT 1 FROM accounts");\nq("SELECT 1 FROM nowhere");\n',
        },
    }

    found = inspect("sql-schema-drift", tree)

    assert places(found) == [
        ("error", "a.ts", 4),
        ("error", "a.ts", 6),
        ("error", "a.ts", 7),
        ("info", "third_party/b.ts", 2),
    ]
    assert "accounts is like it" in found[0].message


def test_models_of_prisma(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "schema.prisma": 'model User {\n  id Int @id\n  posts Post[]\n  full String @map("full_name")\n  @@map("users")\n}\nmodel Post {\n  id Int @id\n}\n',
        "a.ts": (
            "await prisma.user.findMany();\nawait prisma.invoice.create({});\nawait prisma.post.count();\nawait prisma.$transaction([]);\n"
            'q("SELECT full_name FROM users");\nq("SELECT posts FROM users");\n'
        ),
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 2), ("error", "a.ts", 6)]


def test_what_stays_quiet(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {
            "package.json": "{}",
            "migrations": {
                "1.sql": MIGRATION
                + "CREATE TABLE loose (a int); ALTER TABLE loose %% broken; CREATE TABLE old (a int); ALTER TABLE old RENAME TO fresh;"
            },
            "code.ts": 'export const teams = pgTable("teams", { id: integer("id") });\nknex.schema.createTable("jobs", () => {});\n',
            "models.py": 'class A(Base):\n    __tablename__ = "a_table"\n',
            "q.ts": (
                'q("WITH sums AS (SELECT owner FROM accounts) SELECT owner FROM sums");\nq("SELECT b FROM loose");\nq("SELECT 1 FROM fresh");\n'
                'q("SELECT tablename FROM pg_tables");\nq("SELECT * FROM information_schema.columns");\nq("SELECT name FROM sqlite_master");\n'
                'q("SELECT x.owner AS who FROM accounts x ORDER BY who");\nq(`SELECT id FROM ${table}`);\nq("SELECT id FROM " + table);\n'
                'q("SELECT n FROM generate_series(1, 2) AS n");\nq("SELECT id FROM teams JOIN jobs ON true");\nq("Select an option from the list below");\n'
                'q("SELECT count(*) FROM rich WHERE anything = 1");\nq("SELECT j.value FROM accounts, json_each(owner) j");\nq("SELECT date(id, \\"UTC\\") FROM accounts");\n'
            ),
            "ads.ts": '// GAQL of Google Ads\nq("SELECT customer.id FROM customer");\n',
        },
        "other": {
            "package.json": "{}",
            "q.ts": 'q("SELECT a FROM theirs");\nq("SELECT a FROM theirs_too");\nq("SELECT id FROM accounts");\n',
        },
        "q.test.ts": 'q("SELECT a FROM mocked");\n',
    }

    assert inspect("sql-schema-drift", tree) == []


def test_without_a_schema_nothing_is_said(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("sql-schema-drift", {"package.json": "{}", "a.ts": 'q("SELECT a FROM b");\n'}) == []


def test_a_database_that_another_program_fills(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "views.sql": "CREATE TABLE mine (id int);\nCREATE VIEW both AS SELECT * FROM mine JOIN theirs ON true;\n",
        "a.ts": 'q("SELECT id FROM mine");\nq("SELECT 1 FROM both");\nq("SELECT 1 FROM theirs");\nq("SELECT 1 FROM theirs_too");\n',
    }

    assert inspect("sql-schema-drift", tree) == []
