"""What tells which tables there are, and what leaves it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.code.sql import TABLES, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

MODELS = "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    size = Column(Integer)\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n"
INIT = "def upgrade():\n    op.create_table('a', sa.Column('id', sa.Integer()))\n    op.create_table('c', sa.Column('id'))\n"


def test_a_text_that_is_only_looked_for_makes_no_table(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "check.js": 'const wanted = [\n  "CREATE TABLE users",\n  "ALTER TABLE orders"\n];\n',
        "a.ts": (
            "const more = `SELECT id, (SELECT 1) AS colour FROM users u`;\n"
            'db.query("UPDATE users SET colour = ? WHERE id = ?");\ndb.query("INSERT INTO users (colour) VALUES (?)");\n'
        ),
    }

    assert told(inspect("sql-schema-drift", tree)) == [("a.ts", 2, "colour")]
    tree["check.js"] = 'db.exec("CREATE TABLE users", "(id int, " + columns + ")");\n'
    assert inspect("sql-schema-drift", tree) == []


def test_rows_with_more_or_fewer_values_than_columns(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        'db.query("INSERT INTO users (id, email, name) VALUES (?, lower(?))");\n'
        "db.query(\"INSERT INTO users (id, email, name) VALUES ($1, coalesce($2, 'a,b'), $3)\");\n"
        "db.query(`INSERT INTO users (id, email, name) VALUES (${rows})`);\n"
        'db.query("INSERT INTO users (id, email, name) VALUES (%s)");\ndb.query("INSERT INTO users (id, email) VALUES (?)");\n'
    )

    (found,) = inspect("sql-schema-drift", {"package.json": "{}", "migrations": {"1.sql": TABLES}, "a.ts": code})

    assert (found.line, found.severity) == (1, "error")
    assert "3 columns and gives 2 values" in found.message


def test_names_that_rust_fills_in(inspect: Callable[..., list[Finding]]) -> None:
    code = 'let q = format!("SELECT id FROM users WHERE {filter} AND shade = {0:?}");\n'
    tree = {"Cargo.toml": "", "migrations": {"1.sql": TABLES}, "src": {"a.rs": f"fn a() {{\n    {code}}}\n"}}

    assert told(inspect("sql-schema-drift", tree)) == [("src/a.rs", 2, "shade")]


def test_what_supabase_wrote_of_its_database_is_there(inspect: Callable[..., list[Finding]]) -> None:
    types = (
        "export type Database = {\n  public: {\n    Tables: {\n      users: {\n        Row: {\n          id: number\n          shade: string | null\n"
        "        }\n      }\n      notes: {\n        Row: {\n          id: number\n        }\n      }\n    }\n  }\n}\n"
    )
    code = (
        'supabase.from("users").select("id, shade, colour");\nsupabase.from("notes").select("id");\n'
        'supabase.from("users").select("*, notes(*)").order("place", { foreignTable: "notes" });\n'
        'async function a() {\n  try {\n    await supabase.from("alerts").insert({ id });\n  } catch { /* table may not exist: fine */ }\n}\n'
    )
    tree = {"package.json": "{}", "migrations": {"1.sql": TABLES}, "types.ts": types, "a.ts": code}

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 1), ("info", "a.ts", 6)]


def test_a_sketch_that_a_database_refuses_is_no_schema(inspect: Callable[..., list[Finding]]) -> None:
    sketch = "CREATE TABLE users (id int, name text,);\nCREATE TABLE teams (id int);\n"
    code = 'db.query("SELECT colour FROM users");\ndb.query("SELECT shade FROM teams");\ndb.query("SELECT 1 FROM clubs");\n'
    tree = {"package.json": "{}", "model.sql": sketch, "a.ts": code}

    assert inspect("sql-schema-drift", tree) == []
    assert inspect("sql-schema-drift", {**tree, "model.sql": sketch.replace(",)", ")")}) != []


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("pass\n", [("error", "models.py", 4), ("error", "models.py", 6)]),
        ("Base.metadata.create_all(engine)\n", [("info", "models.py", 6), ("warning", "models.py", 4)]),
    ],
)
def test_tables_that_sqlalchemy_makes_when_it_starts(
    inspect: Callable[..., list[Finding]], program: str, expected: list[tuple[str, str, int]]
) -> None:
    tree = {"requirements.txt": "", "models.py": MODELS, "main.py": program, "alembic": {"versions": {"1.py": INIT}}}

    assert sorted(places(inspect("sql-schema-drift", tree))) == expected


def test_a_model_without_a_key_has_that_of_its_base(inspect: Callable[..., list[Finding]]) -> None:
    code = 'db.execute("SELECT id FROM a")\ndb.execute("SELECT id FROM b")\n'
    models = MODELS.replace("    id = Column(Integer, primary_key=True)\n", "    name = Column(String)\n")
    tree = {"requirements.txt": "", "models.py": MODELS.replace("'b'", "'c'") + models, "a.py": code}

    assert inspect("sql-schema-drift", tree) == []


def test_a_table_that_code_makes_from_a_list_is_open(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "make.js": "for (const t of [{ name: 'users' }]) db.exec(`CREATE TABLE ${t.name} (${t.columns})`);\n",
        "a.ts": 'db.query("SELECT shade FROM users");\ndb.query("SELECT shade FROM orders");\n',
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 2)]


def test_what_one_file_asks_of_another_schema_is_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    calls = "prisma.user.findMany({ where: { colour: 1 } });\nprisma.invoice.findMany();\nprisma.users.count();\nprisma.user.count();\n"
    tree = {"package.json": "{}", "schema.prisma": "model User {\n  id Int @id\n}\n", "a.ts": calls + calls[-20:] * 3}

    found = inspect("sql-schema-drift", tree)

    assert [one.line for one in found] == [3, 1]
    assert "no field colour. Nor is there invoice, which" in found[1].message


def test_parameters_of_pgtyped_and_sources_that_were_made(inspect: Callable[..., list[Finding]]) -> None:
    names = "const q = sql<Q>`\n  SELECT id FROM users WHERE id IN $$ids AND name IN $$names!`;\n"
    code = 'db.query("SELECT shade FROM users");\n'
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "names.ts": names,
        "a.js": code,
        "a.ts": f"\n{code}",
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 2)]


def test_keys_of_json_and_names_in_braces_are_no_columns(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "package main\n\nconst one = `SELECT o.total FROM orders o JOIN ${kind} k ON k.order_id = o.id WHERE o.id = $1`\n\n"
        "func a() {\n\tdb.Query(`SELECT total FROM orders WHERE id = $1 AND meta ? 'url' AND meta ?| array['a']`, id)\n"
        "\tdb.Query(`SELECT total, gone FROM orders WHERE id = ? AND status = ?`, id, s)\n}\n"
    )

    assert told(
        inspect("sql-schema-drift", {"go.mod": "module a\n", "migrations": {"1.sql": TABLES}, "main.go": code})
    ) == [("main.go", 7, "gone")]


@pytest.mark.parametrize(("head", "level"), [("WITH latest AS (SELECT id FROM users), ", "info"), ("", "error")])
def test_a_part_of_a_query_that_another_text_of_the_source_begins(
    inspect: Callable[..., list[Finding]], head: str, level: str
) -> None:
    code = (
        f'const HEAD: &str = "{head}newest AS (SELECT id FROM users)";\n'
        "fn main() {\n    let mut sql = String::from(HEAD);\n"
        '    sql.push_str(" SELECT l.id, u.email FROM latest l LEFT JOIN users u ON u.id = l.id");\n    run(sql);\n}\n'
    )
    tree = {"Cargo.toml": '[package]\nname = "a"\n', "migrations": {"1.sql": TABLES}, "src": {"main.rs": code}}

    found = inspect("sql-schema-drift", tree)

    assert [(one.severity, one.line) for one in found] == [(level, 4)]
