"""What migrations make, in SQL, in code, and by Alembic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.code.sql import TABLES, told
from toolkit.checking import Inspection
from toolkit.checks.code._sql import files as sql_files
from toolkit.checks.code._sql.witness import witnesses

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding


def test_migrations_in_order(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {
            "1.sql": TABLES + "CREATE TABLE carts (id int);\nCREATE TABLE drafts (id int);\n",
            "2.sql": (
                "ALTER TABLE users RENAME COLUMN name TO full_name;\nALTER TABLE orders DROP COLUMN meta, ADD COLUMN IF NOT EXISTS tax int;\n"
                "DROP TABLE carts;\nALTER TABLE drafts RENAME TO baskets;\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\n"
            ),
            "2.down.sql": "DROP TABLE users;\n",
            "2_reset.sql": "DROP TABLE users;\nALTER TABLE users ADD COLUMN city text;\n",
            "3.sql": "-- +goose Up\nALTER TABLE users ADD COLUMN age int;\n-- +goose Down\nALTER TABLE users DROP COLUMN age;\n",
        },
        "a.ts": (
            "q('SELECT name FROM users');\nq('SELECT meta FROM orders');\nq('SELECT id FROM carts');\nq('SELECT id FROM drafts');\n"
            "q('SELECT full_name, age, city FROM users');\nq('SELECT tax FROM orders');\nq('SELECT id FROM baskets');\n"
        ),
    }

    found = inspect("sql-schema-drift", tree)

    assert [(one.line, one.message.rpartition(": ")[2]) for one in found] == [
        (1, "migrations/2.sql renames it to full_name."),
        (2, "migrations/2.sql drops it."),
        (3, "migrations/2.sql drops it."),
        (4, "migrations/2.sql renames it to baskets."),
    ]


def test_migrations_in_code(inspect: Callable[..., list[Finding]]) -> None:
    knex = (
        "exports.up = async (knex) => {\n  await knex.schema.createTable('a', (t) => { t.increments('id'); t.string('x').notNullable(); t.timestamps(true, true); });\n"
        "};\nexports.down = (knex) => knex.schema.dropTable('a');\n"
    )
    kysely = "export async function up(db) {\n  await db.schema.createTable('b').addColumn('id', 'serial').addColumn('y', 'text').execute();\n}\n"
    sequelize = "module.exports = { async up(q, S) {\n  await q.createTable('c', { id: { type: S.INTEGER }, z: { type: S.TEXT } });\n  await q.addColumn('c', 'w', { type: S.TEXT });\n} };\n"
    typeorm = "class A { async up(q) {\n  await q.createTable(new Table({ name: 'd', columns: [{ name: 'id', type: 'int' }] }));\n  await q.query(`ALTER TABLE \"d\" ADD \"v\" text`);\n}\n  async down(q) { await q.dropTable('d'); } }\n"
    tree = {
        "package.json": "{}",
        "migrations": {"1.js": knex, "2.ts": kysely, "3.js": sequelize, "4.ts": typeorm},
        "a.ts": (
            "q('SELECT id, x, created_at, no FROM a');\nq('SELECT id, y, no FROM b');\nq('SELECT id, z, w, no FROM c');\nq('SELECT id, v, no FROM d');\n"
        ),
    }

    assert told(inspect("sql-schema-drift", tree)) == [("a.ts", line, "no") for line in (1, 2, 3, 4)]


def test_alembic_follows_its_revisions(inspect: Callable[..., list[Finding]]) -> None:
    first = "revision = 'zz'\ndown_revision = None\ndef upgrade():\n    op.create_table('things', sa.Column('id', sa.Integer()), sa.Column('a', sa.Text()), sa.Column('b', sa.Text()))\n"
    second = (
        "revision = 'aa'\ndown_revision = 'zz'\ndef upgrade():\n    op.alter_column('things', 'a', new_column_name='c')\n"
        "    with op.batch_alter_table('things') as batch_op:\n        batch_op.drop_column('b')\n        batch_op.add_column(sa.Column('d', sa.Text()))\n"
        "def downgrade():\n    op.drop_table('things')\n"
    )
    tree = {
        "pyproject.toml": "",
        "alembic": {"versions": {"zz_first.py": first, "aa_second.py": second}},
        "q.py": 'c.execute("SELECT c, d FROM things")\nc.execute("SELECT a FROM things")\nc.execute("SELECT b FROM things")\n',
    }

    assert told(inspect("sql-schema-drift", tree)) == [("q.py", 2, "a"), ("q.py", 3, "b")]


def test_what_a_migration_in_a_text_takes_back_is_there(inspect: Callable[..., list[Finding]]) -> None:
    both = "export const UP = `CREATE TABLE logs (id int);`;\nexport const ROLLBACK = `DROP TABLE IF EXISTS logs;`;\n"
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES, "009_logs.ts": both},
        "a.ts": "q('SELECT id FROM logs');\nq('SELECT id FROM users');\n",
        "view.tsx": "const SAMPLES = [{ query: 'SELECT id FROM sample' }];\n",
    }

    assert inspect("sql-schema-drift", tree) == []


def test_what_migrations_ask_for(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {
            "1.sql": TABLES + "CREATE TABLE plans (id int, old int);\nCREATE UNIQUE INDEX p ON plans (old);\n",
            "2.sql": "ALTER TABLE plans DROP COLUMN old;\nALTER TABLE plans ADD COLUMN owner int REFERENCES users(id);\n",
            "3.sql": "-- more\nCREATE INDEX b ON\n  userz (id);\n",
            "4.sql": (
                "ALTER TABLE IF EXISTS gone ADD COLUMN a int;\nCREATE TABLE notes (id int, by uuid REFERENCES auth.users(id));\nDO $$ BEGIN UPDATE nowhere SET a = 1; END $$;\n"
                "INSERT INTO users (id) VALUES (1);\nDELETE FROM orders WHERE id = 1;\n"
            ),
            "4.down.sql": "ALTER TABLE never DROP COLUMN a;\n",
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [("migrations/3.sql", 2, "userz")]


def test_history_that_is_only_a_part(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {
            "1.sql": "CREATE TABLE a (id int);\n",
            "2.sql": "ALTER TABLE b ADD COLUMN x int;\nALTER TABLE c ADD COLUMN x int;\nCREATE INDEX i ON d (x);\n",
        },
    }

    assert inspect("sql-schema-drift", tree) == []


def test_what_a_later_migration_drops_was_there_before_the_first(inspect: Callable[..., list[Finding]]) -> None:
    def asked(last: str) -> list[tuple[str, int, str]]:
        steps = {
            "2.sql": "ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;\nCREATE INDEX u ON userz (id);\n",
            "3.sql": f"CREATE TABLE notes (id int);\n-- drop table userz;\n{last}\n",
        }
        return told(inspect("sql-schema-drift", {"package.json": "{}", "migrations": {"1.sql": TABLES, **steps}}))

    both = [("migrations/2.sql", 1, "drafts"), ("migrations/2.sql", 2, "userz")]

    assert asked("") == both
    assert asked('DROP TABLE IF EXISTS gone, public."drafts" CASCADE;') == both[1:]
    assert asked("DO $$ BEGIN\n  EXECUTE 'drop table public.drafts';\nEND $$;") == both[1:]


@pytest.mark.parametrize(("dropped", "lines"), [("a", [2, 3, 4]), ("a, b", [3, 4]), ("a, b, c", [4])])
def test_a_history_that_begins_with_what_others_made(
    inspect: Callable[..., list[Finding]], dropped: str, lines: list[int]
) -> None:
    made = "".join(f"CREATE TABLE t{number} (id int);\n" for number in range(40))
    asks = "".join(f"CREATE INDEX i_{one} ON {one} (id);\n" for one in "abcd")
    steps = {"1.sql": made, "2.sql": asks, "3.sql": f"DROP TABLE {dropped};\n"}

    found = inspect("sql-schema-drift", {"package.json": "{}", "migrations": steps})

    assert [(one.severity, one.line) for one in found] == [("warning", line) for line in lines]


def test_what_was_dropped_before_it_is_asked_for(inspect: Callable[..., list[Finding]]) -> None:
    steps = {"2.sql": "DROP TABLE IF EXISTS drafts;\n", "3.sql": "CREATE INDEX d ON drafts (id);\n"}
    tree = {"package.json": "{}", "migrations": {"1.sql": TABLES, **steps}}

    assert told(inspect("sql-schema-drift", tree)) == [("migrations/3.sql", 1, "drafts")]


def test_operations_of_alembic(inspect: Callable[..., list[Finding]]) -> None:
    head = "from alembic import op\nimport sqlalchemy as sa\nrevision = '{}'\ndown_revision = {}\ndef upgrade():\n"
    made = "    op.create_table('item', sa.Column('id', sa.Integer()), sa.Column('old', sa.Text()))\n    op.create_table('owner', sa.Column('id', sa.Integer()))\n"
    tree = {
        "pyproject.toml": "",
        "alembic": {
            "versions": {
                "d.py": head.format("a", "None") + made,
                "c.py": head.format("b", "'a'")
                + "    op.alter_column('item', 'old', nullable=True)\n    op.create_index('i', 'item', ['old'])\n",
                "b.py": head.format("c", "'b'")
                + (
                    "    op.drop_column('item', 'old')\n    op.create_index('j', 'item', ['status'])\n    op.add_column('itemz', sa.Column('x', sa.Text()))\n"
                    "    op.drop_column('owner', 'never')\n    op.execute(\"UPDATE item SET flag = 1\")\n    op.create_foreign_key('f', 'item', 'owner', ['owner_id'], ['id'])\n"
                    "    with op.batch_alter_table('owner') as batch:\n        batch.create_index('k', ['nick'])\n        batch.add_column(sa.Column('nick', sa.Text()))\n"
                    "    if old:\n        op.drop_column('item', 'perhaps')\n"
                ),
            }
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("alembic/versions/b.py", 7, "status"),
        ("alembic/versions/b.py", 8, "itemz"),
        ("alembic/versions/b.py", 9, "never"),
        ("alembic/versions/b.py", 10, "flag"),
        ("alembic/versions/b.py", 11, "owner_id"),
    ]


def test_tables_from_a_list_and_schemas_that_nothing_imports(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": f"{TABLES}CREATE TABLE plans (id int);\n"},
        "a.ts": "const tables = [{ name: 'sessions' }, { name: 'audits' }];\nfor (const t of tables) db.run(`CREATE TABLE IF NOT EXISTS ${t.name} (id int)`);\ndb.query('SELECT id FROM sessions');\n",
        "b.ts": "db.query('SELECT id FROM strangers');\ndb.query('SELECT id, email FROM users, orders, plans');\n",
        "db": {
            "package.json": "{}",
            "drizzle.config.ts": "export default { schema: ['./src/schema/pg/index.ts'], out: './migrations' };\n",
            "migrations": {"1.sql": 'CREATE TABLE "posts" ("id" int, "title" text);\n'},
            "src": {
                "index.ts": "export * from './schema/pg/index.js';\n",
                "schema": {
                    "index.ts": "export * from './old';\n",
                    "old.ts": "export const posts = pgTable('posts', { id: integer('id'), body: text('body') });\n",
                    "pg": {
                        "index.ts": "export * from './posts.js';\n",
                        "posts.ts": "export const posts = pgTable('posts', {\n  id: integer('id'),\n  slug: text('slug'),\n});\n",
                    },
                },
            },
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("b.ts", 1, "strangers"),
        ("db/src/schema/pg/posts.ts", 3, "slug"),
    ]


def test_down_files_of_diesel_and_queries_of_go(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": "",
        "migrations": {
            "2024-01_a": {
                "up.sql": "CREATE TABLE posts (id int, title text);\n",
                "down.sql": "DROP TABLE posts;\nCREATE INDEX i ON posts (gone);\n",
            }
        },
        "src": {
            "schema.rs": "diesel::table! {\n    posts (id) {\n        id -> Integer,\n        title -> Text,\n        archived_at -> Nullable<Timestamp>,\n    }\n}\n"
        },
        "main.go": (
            'package main\n\nfunc a() {\n\tq := `SELECT id,\n\t\tslug FROM posts`\n\tdb.Query(fmt.Sprintf("SELECT title FROM posts WHERE id = %d", n))\n'
            '\tlog.Print("select a plan from the list")\n}\n'
        ),
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("main.go", 5, "slug"),
        ("src/schema.rs", 5, "archived_at"),
    ]


@pytest.mark.parametrize(
    ("first", "more", "lines"),
    [
        ("0000_init.sql", "", [8]),
        ("V1__init.sql", "", [8]),
        ("0003_more.sql", "", []),
        ("0010_more.sql", "", []),
        ("0000_init.sql", "ALTER TABLE others ADD COLUMN a int;\n", []),
    ],
)
def test_a_change_makes_no_table_where_the_migrations_are_whole(
    first: str, more: str, lines: list[int], inspect: Callable[..., list[Finding]]
) -> None:
    tables = [f"t{number}" for number in range(7)]
    model = "".join(f"export const {one} = pgTable('{one}', {{ id: integer('id') }});\n" for one in [*tables, "codes"])
    made = "".join(f"CREATE TABLE {one} (id int);\n" for one in tables)
    changed = f"ALTER TABLE codes ADD COLUMN days text;\n{more}"

    found = inspect(
        "sql-schema-drift",
        {"package.json": "{}", "migrations": {first: made, "9_codes.sql": changed}, "schema.ts": model},
    )

    assert [one.line for one in found if one.path == "schema.ts"] == lines


def test_views_whose_names_a_statement_joins(repository: Callable[..., Repository]) -> None:
    block = (
        "DO $$ DECLARE s text; t text;\nBEGIN\n  FOR s, t IN SELECT * FROM (VALUES ('paid', 'user_orders')) AS x(s, t) LOOP\n"
        "    EXECUTE format('CREATE VIEW public.%I_%I AS SELECT * FROM %I.%I', s, t, s, t);\n  END LOOP;\nEND $$;\n"
    )
    made = Inspection(repository({"migrations": {"2.sql": block}}).root, {})
    names = ("paid_user_orders", "late_user_orders", "paid_orders")

    seen = witnesses(made, names)

    assert [[(one.path, one.line) for one in seen.of_table(name)] for name in names] == [
        [("migrations/2.sql", 3)],
        [],
        [],
    ]


ROW_SECURITY = "EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);\n  EXECUTE format('CREATE POLICY p ON %I USING (true)', t);"


@pytest.mark.parametrize(
    ("dynamic", "lines"),
    [
        (ROW_SECURITY, [1, 2, 3]),
        ("EXECUTE 'ALTER TABLE ' || quote_ident(t) || ' OWNER TO app';", [1, 2, 3]),
        ("EXECUTE format('ALTER TABLE public.%I ADD COLUMN IF NOT EXISTS colour text, ADD CONSTRAINT c CHECK (true)', t);", [2, 3]),
        ("EXECUTE format('ALTER TABLE %1$I RENAME COLUMN shade TO size', t);", [1, 3]),
        ("EXECUTE format('ALTER TABLE %I ADD COLUMN %I text', t, c);", [3]),
        ("EXECUTE format('ALTER TABLE %I ' || actions, t);", [3]),
        ("FOR t IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I %s', t, what); END LOOP;", []),
    ],
)  # fmt: skip
def test_blind_only_for_what_a_statement_that_is_filled_in_can_touch(
    inspect: Callable[..., list[Finding]], dynamic: str, lines: list[int]
) -> None:
    block = f"DO $$ DECLARE t text;\nBEGIN\n  FOREACH t IN ARRAY ARRAY['boxes', 'lids'] LOOP\n  {dynamic}\n  END LOOP;\nEND $$;\n"
    tree = {
        "package.json": "{}",
        "migrations": {
            "1.sql": "CREATE TABLE boxes (id int);\nCREATE TABLE lids (id int);\nCREATE TABLE other (id int);\n",
            "2.sql": block,
        },
        "a.ts": 'q("SELECT colour FROM boxes");\nq("SELECT size FROM lids");\nq("SELECT weight FROM other");\n',
    }

    assert [one.line for one in inspect("sql-schema-drift", tree)] == lines


@pytest.mark.parametrize(
    ("name", "code", "lines"),
    [
        ("seed.ts", "for (const t of tables) await db.query(`ALTER TABLE ${t} DISABLE TRIGGER ALL`);\n", [1]),
        ("seed.py", 'for t in tables: db.execute(f"ALTER TABLE {t} ADD COLUMN colour text")\n', []),
        ("seed.js", "await db.query('ALTER TABLE ' + t + ' ADD COLUMN colour text');\n", []),
        ("versions/2.py", "down_revision = '1'\nrevision = '2'\ndef upgrade():\n    for t in TABLES:\n        op.add_column(t, sa.Column('colour', sa.Text()))\ndef downgrade():\n    pass\n", []),
        ("versions/2.py", "down_revision = '1'\nrevision = '2'\ndef upgrade():\n    for t in TABLES:\n        op.execute(f'ALTER TABLE {t} FORCE ROW LEVEL SECURITY')\ndef downgrade():\n    pass\n", [1]),
    ],
)  # fmt: skip
def test_statements_of_code_that_are_filled_in(
    inspect: Callable[..., list[Finding]], name: str, code: str, lines: list[int]
) -> None:
    first = "revision = '1'\ndef upgrade():\n    op.create_table('boxes', sa.Column('id', 1))\n"
    folder, _, last = name.rpartition("/")
    tree = {
        "pyproject.toml": "",
        "versions": {"1.py": first, **({last: code} if folder else {})},
        "q.py": 'c.execute("SELECT colour FROM boxes")\n',
    }

    assert [one.line for one in inspect("sql-schema-drift", tree if folder else {**tree, name: code})] == lines


@pytest.mark.parametrize(
    ("text", "searched"), [("new Table()\ncreated tables\n", 0), ("q(`CREATE TEMP TABLE a (id int)`)\n", 1)]
)
def test_only_sources_with_a_statement_are_searched_for_statements(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, text: str, searched: int
) -> None:
    asked: list[str] = []

    def noted(source: str) -> tuple[()]:
        asked.append(source)
        return ()

    monkeypatch.setattr(sql_files, "_in_texts", noted)

    inspect(
        "sql-schema-drift", {"package.json": "{}", "a.ts": text, "migrations": {"1.sql": "CREATE TABLE a (id int);\n"}}
    )

    assert len(asked) == searched


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("x.txt", "", ["error", "error"]),
        ("Data.cs", "class Data : DbContext { public DbSet<Log> logs { get; set; } }\n", ["error"]),
        ("Data.cs", 'modelBuilder.Entity<Log>().ToTable("logs", "app");\n', ["error"]),
        ("Add.cs", 'migrationBuilder.AddColumn<string>(\n    name: "colour",\n    table: "boxes");\n', ["error"]),
        ("Box.java", '@Entity\n@Table(name = "boxes")\nclass Box {\n  String colour;\n}\n', ["error", "warning"]),
        ("old/gone.sql", "DROP TABLE IF EXISTS notes, public.logs;\n", ["error"]),
        ("old/more_spec.sql", "ALTER TABLE boxes %% ADD colour text;\n", ["error"]),
        ("docs/more_spec.sql", "ALTER TABLE boxes %% ADD colour text;\n", ["error", "warning"]),
        ("docs/set-up.md", "```sql\nCREATE TABLE logs (id int);\n```\n", ["error", "warning"]),
        ("a.go", "// create table logs by hand\n", ["error", "warning"]),
        ("types.d.ts", "    Tables: {\n      logs: {\n        Row: {\n", ["error"]),
        ("b.ts", "q('SELECT id FROM logs');\nq('UPDATE boxes SET colour = 1');\n", ["error", "error"]),
    ],
)
def test_what_any_text_makes_maps_or_drops_may_be_there(
    inspect: Callable[..., list[Finding]], path: str, text: str, severities: list[str]
) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": "CREATE TABLE boxes (id int);\nCREATE TABLE lids (id int);\n"},
        "a.ts": "q('SELECT colour FROM boxes');\nq('SELECT id FROM lids');\nq('SELECT id FROM logs');\n",
        path: text,
    }

    found = inspect("sql-schema-drift", tree)

    assert sorted(one.severity for one in found) == severities
    assert all(f"but {path}:" in (one.evidence or "") for one in found if one.severity == "warning")


@pytest.mark.parametrize(("changed", "severities"), [("boxes", ["error", "error"]), ("base", ["error", "warning"])])
def test_a_table_is_surely_lacking_only_where_migrations_make_all_that_they_change(
    inspect: Callable[..., list[Finding]], changed: str, severities: list[str]
) -> None:
    steps = {"1.sql": f"{TABLES}CREATE TABLE boxes (id int);\n", "2.sql": f"ALTER TABLE {changed} ADD COLUMN x int;\n"}
    code = "q('SELECT id FROM lost');\nq('SELECT colour FROM boxes');\nq('SELECT id FROM users');\n"

    found = inspect("sql-schema-drift", {"package.json": "{}", "migrations": steps, "a.ts": code})

    assert sorted(one.severity for one in found if one.path == "a.ts") == severities


def test_a_table_that_is_dropped_and_made_anew_lacks_what_it_had(inspect: Callable[..., list[Finding]]) -> None:
    steps = {
        "1.sql": "CREATE TABLE boxes (id int, colour text);\nCREATE TABLE lids (id int);\n",
        "2.sql": "DROP TABLE boxes;\n",
        "3.sql": "CREATE TABLE boxes (id int, shade text);\n",
    }
    tree = {"package.json": "{}", "migrations": steps, "a.ts": "q('SELECT id, colour FROM boxes');\n"}

    assert places(inspect("sql-schema-drift", tree)) == [("error", "a.ts", 1)]


def test_what_a_script_asks_for_is_a_warning(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": "CREATE TABLE boxes (id int);\n"},
        "scripts": {"look.js": "q('SELECT colour FROM boxes');\n"},
    }

    assert places(inspect("sql-schema-drift", tree)) == [("warning", "scripts/look.js", 1)]


HELPER = "function ensure(db: D, table: string, column: string) {\n  db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);\n}\n"


@pytest.mark.parametrize(
    ("name", "code", "lines"),
    [
        ("db.ts", f"ensure(db, 'boxes', 'colour');\n{HELPER}", [2, 3]),
        ("db.ts", f"for (const c of columns) ensure(db, 'boxes', c);\n{HELPER}", [3]),
        ("db.ts", f"ensure(db, TABLE, 'colour');\n{HELPER}", [2, 3]),
        ("db.ts", f"ensure(db, 'boxes', 'colour');\nexport {HELPER}", []),
        ("db.py", "def _ensure(db, table, column):\n    db.execute(f'ALTER TABLE {table} ADD COLUMN {column} TEXT')\n\n\n_ensure(db, 'boxes', 'size')\n", [1, 3]),
    ],
)  # fmt: skip
def test_a_helper_adds_the_columns_that_its_calls_name(
    inspect: Callable[..., list[Finding]], name: str, code: str, lines: list[int]
) -> None:
    tree = {
        "package.json": "{}",
        "a.ts": 'q("SELECT colour FROM boxes");\nq("SELECT size FROM boxes");\nq("SELECT weight FROM lids");\n',
        name: "db.exec('CREATE TABLE boxes (id int)')\ndb.exec('CREATE TABLE lids (id int)')\n" + code,
    }

    assert [one.line for one in inspect("sql-schema-drift", tree)] == lines


def test_a_numbered_migration_about_a_spec_is_no_test(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"001.sql": "CREATE TABLE tasks (id int);\n", "002_task_spec.sql": "ALTER TABLE tasks ADD technical text;\n"},
        "a.ts": 'q("SELECT technical FROM tasks");\n',
    }  # fmt: skip

    assert inspect("sql-schema-drift", tree) == []


def test_columns_of_its_own_tables_in_a_package_that_asks_for_others(inspect: Callable[..., list[Finding]]) -> None:
    asks = "q('SELECT gone FROM users');\nq('SELECT id FROM logs');\nq('SELECT a FROM w');\nq('SELECT a FROM x');\n"
    tree = {
        "package.json": "{}",
        "db": {
            "package.json": '{"name": "db"}',
            "schema": {"1.sql": "CREATE TABLE users (id int);\nCREATE TABLE logs (id int);\n"},
            "a.ts": asks,
        },
        "app": {"package.json": '{"name": "app"}', "a.ts": asks},
    }

    assert [(one.path, one.line) for one in inspect("sql-schema-drift", tree)] == [("db/a.ts", 1)]


def test_a_statement_is_told_once_where_its_table_lacks_several(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": "CREATE TABLE boxes (id int);\n"},
        "a.ts": "q('SELECT code, width, depth FROM boxes');\n",
        "b.ts": "q('SELECT code, gps FROM boxes');\n",
        "c.ts": "q('SELECT height FROM boxes');\n",
    }

    found = inspect("sql-schema-drift", tree)

    assert [(one.path, one.line) for one in found] == [("a.ts", 1), ("c.ts", 1)]
    assert "gps" in found[0].message


def test_a_like_name_is_written_as_the_model_has_it(inspect: Callable[..., list[Finding]]) -> None:
    model = "model User {\n  id Int @id\n  createdAt DateTime\n}\n"
    tree = {"package.json": "{}", "schema.prisma": model, "a.ts": 'q(`SELECT created_at FROM "User"`);\n'}

    assert '; "createdAt" is like it.' in inspect("sql-schema-drift", tree)[0].message


def test_a_list_of_columns_that_ends_with_a_comma(inspect: Callable[..., list[Finding]]) -> None:
    first = (
        "CREATE TABLE accounts (id int);\nCREATE TABLE items (\n  id int,\n  name text,\n\n);\n"
        "CREATE INDEX by_name ON items(name);\nCREATE TABLE logs (id int,);\n"
    )
    asks = 'db.query("SELECT name, price FROM items");\n'

    found = inspect("sql-schema-drift", {"package.json": "{}", "migrations": {"001_init.sql": first}, "a.ts": asks})

    assert places(found) == [("error", "a.ts", 1), ("error", "migrations/001_init.sql", 4)]
    assert "gives the table items a column price" in found[0].message
    assert found[1].message.endswith("The same holds for logs (line 8).")
    sketch = inspect(
        "sql-schema-drift", {"a.ts": "", "docs": {"schema.sql": first}, "migrations": {"001_init.sql": ""}}
    )
    named = inspect("sql-schema-drift", {"docs": {"schema.sql": ""}, "migrations": {"create_items.sql": first}})
    server = "CREATE TABLE dbo.items ([id] int,);\n"
    assert inspect("sql-schema-drift", {"a.ts": "", "migrations": {"create_items.sql": server}}) == []
    assert (sketch, places(named)) == ([], [("error", "migrations/create_items.sql", 4)])


@pytest.mark.parametrize(
    ("before", "more", "told"),
    [
        pytest.param({"b": "a", "c": "b"}, {}, [], id="a chain"),
        pytest.param({"b": "a", "c": "gone"}, {}, ["error", "warning"], id="one that is not there, and two heads"),
        pytest.param({"b": "a", "c": "a"}, {}, ["warning"], id="two heads"),
        pytest.param({"b": "a", "c": "a", "d": ("b", "c")}, {}, [], id="joined"),
        pytest.param({"b": "a", "c": "gone"}, {"alembic.ini": "version_locations = a:b\n"}, [], id="further folders"),
        pytest.param(
            {"b": "a", "c": "gone"}, {".gitignore": "db/versions/*\n!db/versions/[abc].py\n"}, [], id="ignored"
        ),
        pytest.param({"b": "a", "c": "gone"}, {"db/env.py": None}, [], id="no Alembic"),
    ],
)
def test_chains_of_revisions(
    inspect: Callable[..., list[Finding]], before: dict[str, Any], more: dict[str, Any], told: list[str]
) -> None:
    text = "revision: str = '{}'\ndown_revision = {!r}\nbranch_labels = None\ndepends_on = None\n\ndef upgrade():\n    pass\n"
    files = {f"db/versions/{name}.py": text.format(name, one) for name, one in {"a": None, **before}.items()}
    tree = {"requirements.txt": "alembic\n", "db/env.py": "", **files, **more}

    found = inspect("sql-schema-drift", {name: text for name, text in tree.items() if text is not None})

    assert [one.severity for one in found] == told
    assert "error" not in told or (found[0].path, found[0].line) == ("db/versions/c.py", 2)


def test_a_history_that_does_not_count_from_its_beginning(inspect: Callable[..., list[Finding]]) -> None:
    made = "".join(f"CREATE TABLE t{number} (id int);\n" for number in range(6))
    late = {"0010_a.sql": made, "0011_b.sql": "CREATE TABLE b (id int REFERENCES elsewhere(id));\n"}
    whole = {"0001_a.sql": made, "0002_b.sql": late["0011_b.sql"]}

    assert places(inspect("sql-schema-drift", {"a": {"migrations": late}})) == [
        ("warning", "a/migrations/0011_b.sql", 1)
    ]
    assert places(inspect("sql-schema-drift", {"a": {"migrations": dict.fromkeys(late, "") | whole}})) == [
        ("error", "a/migrations/0002_b.sql", 1)
    ]


def test_a_journal_that_names_what_is_not_there(inspect: Callable[..., list[Finding]]) -> None:
    journal = '{\n  "entries": [\n    {"tag": "0000_a"},\n    {"tag": "0001_b"}\n  ]\n}\n'
    tree = {
        "package.json": '{"scripts": {"migrate": "drizzle-kit migrate"}}',
        "drizzle": {"meta": {"_journal.json": journal}, "0000_a.sql": "CREATE TABLE a (id int);\n"},
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "drizzle/meta/_journal.json", 4)]
    assert inspect("sql-schema-drift", {**tree, "package.json": '{"scripts": {"push": "drizzle-kit push"}}'}) == []
    assert inspect("sql-schema-drift", {**tree, "drizzle/0001_b.sql": "CREATE TABLE b (id int);\n"}) == []


def test_steps_that_the_journal_does_not_name(inspect: Callable[..., list[Finding]]) -> None:
    names = ("0000_a", "0001_b", "0002_c")
    journal = "{" + f'"entries": [{", ".join(f"""{{"tag": "{one}"}}""" for one in names)}]' + "}"
    steps = {f"{one}.sql": f"CREATE TABLE {one[-1]} (id int);\n" for one in names}
    aside = {
        "0003_d.sql": "CREATE TABLE d (id int);\n",
        "0004_seed_d.sql": "CREATE TABLE e (id int);\n",
        "0005_named.sql": "CREATE TABLE f (id int);\n",
        "0006_rows.sql": "INSERT INTO a (id) VALUES (1);\n",
    }
    tree = {
        "package.json": '{"scripts": {"migrate": "drizzle-kit migrate", "more": "psql -f drizzle/0005_named.sql"}}',
        "drizzle": {"meta": {"_journal.json": journal}, **steps, **aside},
    }

    (found,) = inspect("sql-schema-drift", tree)

    assert places([found]) == [("warning", "drizzle/0003_d.sql", 1)]
    assert inspect("sql-schema-drift", {**tree, "package.json": '{"scripts": {"push": "drizzle-kit push"}}'}) == []


def test_what_drizzle_reads_from_a_database_is_no_schema_of_the_package(inspect: Callable[..., list[Finding]]) -> None:
    model = "export const {0} = pgTable('{0}', {{ id: serial('id') }});\n"
    tree = {
        "package.json": '{"scripts": {"migrate": "drizzle-kit migrate"}}',
        "drizzle.config.ts": "export default { schema: './src/schema.ts', out: './drizzle' };\n",
        "src": {"schema.ts": model.format("a") + model.format("b"), "main.ts": "import { a } from './schema';\n"},
        "drizzle": {
            "meta": {"_journal.json": '{"entries": [{"tag": "0000_a"}]}'},
            "0000_a.sql": "CREATE TABLE a (id serial);\nCREATE TABLE b (id serial);\n",
            "schema.ts": model.format("leads"),
            "relations.ts": "import { leads } from './schema';\n",
        },
    }

    assert inspect("sql-schema-drift", tree) == []
