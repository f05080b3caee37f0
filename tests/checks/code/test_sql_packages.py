"""Schemas that packages share: whose database it is, what clients of it are told by, and what is told once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.code.sql import MIGRATION, TABLES, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_models_of_prisma(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "schema.prisma": 'model User {\n  id Int @id\n  posts Post[]\n  full String @map("full_name")\n  @@map("users")\n}\nmodel Post {\n  id Int @id\n}\n',
        "a.ts": (
            "await prisma.user.findMany();\nawait prisma.invoice.create({});\nawait prisma.post.count();\nawait prisma.$transaction([]);\n"
            'q("SELECT full_name FROM users");\nq("SELECT posts FROM users");\n'
        ),
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 2), ("error", "a.ts", 6)]


def test_datasets_of_analytics_engine_are_no_tables(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": MIGRATION},
        "wrangler.jsonc.example": '{"analytics_engine_datasets": [{"binding": "A", "dataset": "clicks"}]}\n',
        "a.ts": 'q("SELECT id FROM accounts");\nconst sql = "SELECT blob1 FROM clicks WHERE timestamp > 1";\nq("SELECT 1 FROM acounts");\n',
        "b.ts": 'const sql = "SELECT blob1 FROM visits";\nfetch(`${api}/analytics_engine/sql?query=${sql}`);\n',
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 3)]


def test_without_a_schema_nothing_is_said(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("sql-schema-drift", {"package.json": "{}", "a.ts": 'q("SELECT a FROM b");\n'}) == []


def test_a_database_that_another_program_fills(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "views.sql": "CREATE TABLE mine (id int);\nCREATE VIEW both AS SELECT * FROM mine JOIN theirs ON true;\n",
        "a.ts": 'q("SELECT id FROM mine");\nq("SELECT 1 FROM both");\nq("SELECT 1 FROM theirs");\nq("SELECT 1 FROM theirs_too");\n',
    }

    assert inspect("sql-schema-drift", tree) == []


def test_a_package_tells_a_name_once_and_leaves_the_databases_of_others(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {
            "package.json": "{}",
            "migrations": {"1.sql": TABLES + "CREATE TABLE prices (id int);\n"},
            "a.ts": "q('SELECT nick FROM users');\nq('SELECT id, nick FROM users');\n",
            "b.ts": "q('SELECT id FROM users WHERE nick = 1');\nq('SELECT id FROM orders');\nq('SELECT id FROM prices');\n",
            "index.ts": "q('SELECT a FROM one_of_theirs');\nq('SELECT a FROM another_of_theirs');\n",
        },
        "web": {
            "package.json": "{}",
            "migrations": {"1.sql": "CREATE TABLE carts (id int);\n"},
            "c.ts": "q('SELECT nick FROM users');\nq('SELECT id FROM carts');\n",
        },
    }

    found = inspect("sql-schema-drift", tree)

    assert [(one.path, one.line, one.message.partition("Also in ")[2]) for one in found] == [
        ("api/a.ts", 1, "api/a.ts:2 and 1 more.")
    ]


def test_a_table_that_many_packages_lack_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        **{
            one: {"package.json": "{}", "a.ts": "q('SELECT id FROM lost');\nq('SELECT id FROM users');\n"}
            for one in "abcd"
        },
    }

    found = inspect("sql-schema-drift", tree)

    assert [(one.path, one.line, one.message) for one in found] == [
        ("a/a.ts", 1, "No migration or schema here makes the table lost. Also in b/a.ts:1 and 2 more.")
    ]


def test_models_of_a_database_of_documents_are_there_for_calls(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"schema.prisma": "model User {\n  id Int @id\n}\n", "a.ts": "await prisma.user.count();\n"},
        "b": {
            "schema.prisma": 'datasource db {\n  provider = "mongodb"\n}\nmodel Note {\n  id String @id @map("_id")\n  text String\n}\n',
            "b.ts": "await prisma.note.create({\n  data: { text: 1 },\n});\nawait prisma.note.findMany({\n  where: { mood: 1 },\n});\nawait prisma.memo.count();\n",
        },
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "b/b.ts", 5)]


def test_the_one_raw_query_of_a_package_with_a_client_of_prisma(inspect: Callable[..., list[Finding]]) -> None:
    schema = 'model User {\n  id Int @id\n  @@map("users")\n}\n'
    call = "const u = await this.prisma.user.findMany();\n"
    tree = {
        "prisma": {"schema.prisma": schema, "migrations": {"1": {"migration.sql": "CREATE TABLE users (id int);\n"}}},
        "package.json": "{}",
        "api": {
            "package.json": "{}",
            "a.ts": call
            + "const n = await this.prisma.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM sessions`;\n",
        },
        "jobs": {
            "package.json": "{}",
            "a.ts": call + 'await prisma.$executeRawUnsafe<number>("DELETE FROM user_logs WHERE id = 1");\n',
        },
        "legacy": {"package.json": "{}", "a.ts": call + 'await pool.query("SELECT id FROM orders");\n'},
        "other": {"package.json": "{}", "a.ts": "await prisma.$queryRaw`SELECT id FROM invoices`;\n"},
    }

    found = inspect("sql-schema-drift", tree)

    assert places(found) == [("error", "api/a.ts", 2), ("error", "jobs/a.ts", 2)]


def test_many_files_of_one_package_that_lag_behind(inspect: Callable[..., list[Finding]]) -> None:
    models = {
        f"m{number}.py": f'class M(Base):\n    __tablename__ = "t{number}"\n    id = Column(Text)\n    a = Column(Text)\n    b = Column(Text)\n    n1 = Column(Text)\n    n2 = Column(Text)\n'
        for number in range(6)
    }
    made = "".join(
        f"    op.create_table('t{number}', sa.Column('id', 1), sa.Column('a', 1), sa.Column('b', 1))\n"
        for number in range(6)
    )
    found = inspect(
        "sql-schema-drift",
        {"pyproject.toml": "", **models, "alembic": {"versions": {"1.py": f"def upgrade():\n{made}"}}},
    )

    assert [(one.path, one.line) for one in found] == [("m0.py", 6)]
    assert "12 columns of these models in 6 files" in found[0].message
    assert [*found[0].evidence.split("\n")][-1] == "m5.py:7 t5.n2"
    assert len(found[0].evidence.split("\n")) == 12


def test_fields_that_calls_of_prisma_name(inspect: Callable[..., list[Finding]]) -> None:
    schema = (
        "model Card {\n  id Int @id\n  userId Int\n  archivedAt DateTime?\n  old String @ignore\n  owner User @relation(fields: [userId], references: [id])\n"
        '  @@unique([userId, archivedAt])\n  @@unique([id, userId], name: "pair")\n  @@id(name: "both", [userId, id])\n}\nmodel User {\n  id Int @id\n  cards Card[]\n}\n'
    )
    code = (
        "await this.database.prisma.card.findMany({\n  where: {\n    userId,\n    // archived_at: 1\n    archived_at: { not: null },\n    owner: { anything: 1 },\n"
        "    userId_archivedAt: {}, pair: {}, both: {}, OR: [], ...more, [key]: 1,\n  },\n  orderBy: { createdAt: 'desc' }, take: 5,\n});\n"
        "await prismaService.card.create({ data: { old: '', userId: 1, colour } });\nawait prisma.user.update({ where: { id }, data, include: { cards: true } });\n"
        "await ctx.prisma.user.findFirst(query);\nawait prisma.card.update({ data: { colour: 1 } });\nawait db.prisma.cart.count({ where: { x: 1 } });\n"
    )

    found = inspect("sql-schema-drift", {"package.json": "{}", "schema.prisma": schema, "a.ts": code})

    near = "await prisma.card.update({ data: { cardsId: 1 } });\nawait prisma.userCard.count();\n"
    others = inspect("sql-schema-drift", {"package.json": "{}", "schema.prisma": schema, "a.ts": near})

    assert not any("is like it" in one.message for one in others)
    assert [(one.line, one.message) for one in found] == [
        (
            5,
            "The Prisma model card has no field archived_at (nor createdAt, colour); archivedAt is like it. Also in a.ts:9 and 2 more.",
        ),
        (15, "No Prisma schema here has the model cart."),
    ]


def test_names_that_a_proxy_around_the_client_of_prisma_stands_for(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "schema.prisma": "model users {\n  id Int @id\n}\n",
        "db.ts": "import { PrismaClient } from '@prisma/client';\nconst names = { person: 'users', 'member': 'users', other: 'nothing' };\n"
        "export const prisma = new Proxy(new PrismaClient(), { get: (all, name) => all[names[name] ?? name] });\n",
        "a.ts": "await prisma.person.count();\nawait prisma.member.count();\nawait prisma.person.findMany({ where: { nick: 1 } });\nawait prisma.other.count();\n",
    }

    found = inspect("sql-schema-drift", tree)

    assert [one.line for one in found] == [3]
    assert "person has no field nick. Nor is there other" in found[0].message
    tree["db.ts"] = tree["db.ts"].replace("new Proxy", "proxied")
    assert [one.line for one in inspect("sql-schema-drift", tree)] == []  # more names are strange than known


def test_calls_of_prisma_that_nothing_closes(inspect: Callable[..., list[Finding]]) -> None:
    hostile = "prisma.card.findMany({ where: { " * 3_000 + "/*" * 30_000

    assert (
        inspect("sql-schema-drift", {"package.json": "{}", "schema.prisma": "model Card {\n  id Int @id\n}\n", "a.ts": hostile})
        == []
    )  # fmt: skip


@pytest.mark.parametrize(
    ("depends", "also", "told"), [("@a/crm", "", True), ("@a/bills", "", False), ("@a/crm", "contacts", False)]
)
def test_a_package_that_depends_on_the_one_schema_with_the_table(
    inspect: Callable[..., list[Finding]], depends: str, also: str, told: bool
) -> None:
    def domain(name: str, table: str) -> dict[str, object]:
        made = f"CREATE TABLE {table} (id int, name text);\n"
        return {"package.json": json.dumps({"name": f"@a/{name}"}), "migrations": {"0000_a.sql": made}}

    tree = {
        "crm": domain("crm", "contacts"),
        "bills": domain("bills", also or "invoices"),
        "worker": {
            "package.json": json.dumps({"name": "w", "dependencies": {depends: "workspace:*"}}),
            "a.ts": "const q = sql`SELECT id, warmth FROM contacts WHERE id = ${id}`;\n",
        },
    }

    assert places(inspect("sql-schema-drift", tree)) == ([("warning", "worker/a.ts", 1)] if told else [])


def test_another_engine_in_the_same_file(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "import psycopg\n\ndef load(conn):\n    import duckdb\n    con = duckdb.connect()\n    con.execute('SELECT x FROM parquet_rows')\n"
        "    with conn.cursor() as cur:\n        cur.execute('SELECT id, nick FROM accounts')\n"
        "    with duckdb.connect() as other:\n        shown = other.cursor()\n        shown.execute('SELECT nick FROM accounts')\n"
    )
    tree = {"pyproject.toml": "", "migrations": {"1.sql": MIGRATION}, "a.py": code}

    assert told(inspect("sql-schema-drift", tree)) == [("a.py", 8, "nick")]


def test_a_package_whose_tables_another_makes(inspect: Callable[..., list[Finding]]) -> None:
    tables = "".join(f"CREATE TABLE t{n} (id int, a text);\n" for n in range(4))
    tree = {
        "db": {"requirements.txt": "", "migrations": {"1.sql": tables}},
        "api": {
            "pyproject.toml": "",
            "own.sql": "CREATE TABLE cache (id int);",
            "a.py": "".join(f"db.execute('SELECT id, {'ab'[n == 3]} FROM t{n}')\n" for n in range(4)),
        },
    }

    found = inspect("sql-schema-drift", tree)

    assert places(found) == [("warning", "api/a.py", 4)]
    assert found[0].evidence.endswith("\nmade in db/migrations/1.sql")


def test_a_misspelt_table_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    first = (
        "".join(f"CREATE TABLE member_{n} (id int);\n" for n in range(3)) + "CREATE TABLE loyalty_member (id int);\n"
    )
    tree = {
        "package.json": "{}",
        "migrations": {
            "1.sql": first,
            "2.sql": "ALTER TABLE loyalty_members ADD COLUMN tier int;\nCREATE INDEX by_tier ON loyalty_member (tier);\n",
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [("migrations/2.sql", 1, "loyalty_members")]


def test_an_app_whose_migrations_build_upon_those_of_one_other(inspect: Callable[..., list[Finding]]) -> None:
    more = "CREATE TABLE notes (id int, user_id int REFERENCES users(id));\n"
    code = 'db.query("SELECT id FROM notes");\ndb.query("SELECT shade FROM users");\ndb.query("SELECT shade FROM orders");\n'
    tree = {
        "infra": {"package.json": "{}", "migrations": {"1.sql": TABLES}},
        "api": {"package.json": "{}", "migrations": {"2.sql": more}, "a.ts": code},
    }

    assert places(inspect("sql-schema-drift", tree)) == [("warning", "api/a.ts", 2)]


@pytest.mark.parametrize(
    ("query", "severity"),
    [
        ("INSERT INTO accounts (source, kind, payload) VALUES ($1, $2, $3)", "warning"),
        ("INSERT INTO accounts (id, kind, payload) VALUES ($1, $2, $3)", "error"),
        ("SELECT a.source, a.kind, a.payload FROM accounts a JOIN rich ON rich.id = a.id", "error"),
    ],
)
def test_a_service_that_may_mean_another_table_of_the_same_name(
    inspect: Callable[..., list[Finding]], query: str, severity: str
) -> None:
    service = {
        "go.mod": "module s\n",
        "store.go": f"package s\n\nconst save = `{query}`\n\nfunc f() {{\n\tdb.Exec(save)\n}}\n",
    }
    tree = {"package.json": "{}", "migrations": {"1.sql": MIGRATION}, "services": {"hooks": service}}

    assert {one.severity for one in inspect("sql-schema-drift", tree)} == {severity}
