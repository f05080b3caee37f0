"""Queries and models against the tables that migrations make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.code.sql import MIGRATION, TABLES, told
from toolkit.checks.code._see.queries import _is_another_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


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
    assert ["accounts is like it" in one.message for one in found if one.path == "a.ts"].count(True) == 1


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


def test_joins_subqueries_and_with(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "a.ts": (
            "q(`\n  SELECT u.id,\n         o.totl\n    FROM users u\n    JOIN orders o ON o.customer = u.id`);\n"
            "q(`SELECT name FROM users WHERE id IN (\n  SELECT buyer FROM orders)`);\n"
            "q(`WITH r AS (\n  SELECT id, paid FROM orders)\n SELECT r.id, r.gone FROM r`);\n"
            "q('UPDATE orders o SET total = 0 FROM users u WHERE u.id = o.user_id AND u.banned');\n"
            "q(`INSERT INTO users (email) VALUES ($1) ON CONFLICT (mail) DO NOTHING RETURNING uuid`);\n"
        ),
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("a.ts", 3, "totl (nor customer, buyer, paid)"),
        ("a.ts", 10, "gone"),
        ("a.ts", 11, "banned (nor mail, uuid)"),
    ]


def test_a_part_of_the_query_is_no_table(inspect: Callable[..., list[Finding]]) -> None:
    query = "q(`SELECT r.gone FROM (SELECT id FROM orders) r`);\n"
    left_out = "q(`SELECT * FROM ${of(users)} ${where} LIMIT ${n}`);\n"
    tree = {"package.json": "{}", "migrations": {"1.sql": TABLES}, "a.ts": query + left_out}

    (found,) = inspect("sql-schema-drift", tree)

    assert found.message == "What the query itself calls r gives no column gone."
    assert found.fixes[0].title == "give it there, or correct the name"


def test_builders_of_queries(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "supabase": {"migrations": {"1.sql": TABLES}},
        "a.ts": (
            "import { supabase } from './client';\nsupabase.from('users').select('id, mail, orders(total)').eq('admin', 1);\n"
            "supabase.from('orders').insert({\n  total: 1,\n  slug: 'x',\n});\nsupabase.from('lost').select('*');\nsupabase.storage.from('avatars').upload('x');\nArray.from('abc');\n"
        ),
        "k.ts": "db.selectFrom('users').select(['id', 'nick']).execute();\ndb.selectFrom('users as u').innerJoin('orders as o', 'o.user_id', 'u.id').select('o.what').execute();\n",
        "n.js": "const knex = require('knex');\nknex('users').where({ email: 'a', active: true });\n",
        "s.py": 'import supabase\nsb.table("users").select("id, plan").execute()\n',
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("a.ts", 2, "mail (nor admin)"),
        ("a.ts", 5, "slug"),
        ("a.ts", 7, "lost"),
        ("k.ts", 1, "nick"),
        ("n.js", 2, "active"),
        ("s.py", 2, "plan"),
    ]


def test_texts_that_are_put_together(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "a.ts": (
            "q('SELECT id, ' +\n  'surname ' +\n  'FROM users');\nq(`SELECT o.id, o.refunded FROM orders o WHERE o.status = '${s}'`);\n"
            "q('SELECT id FROM users WHERE ' + w);\nq(`SELECT * FROM ${t} WHERE id = 1`);q(`SELECT * FROM ${f(t)} ${w} ${o} LIMIT ${n} OFFSET ${m}`);\nq(`INSERT INTO users (${c}) VALUES (1)`);\n"
            "q('SELECT 1 FROM ' + (v ? 'NULL' : 'users'));\nq(`SELECT ${cols} FROM users ORDER BY total`);\nq(`SELECT id FROM users ${joins} WHERE city = 1`);\n"
        ),
        "b.py": 'c.execute(\n    "SELECT id "\n    "FROM users WHERE nick = %s", (1,))\nc.execute(f"SELECT * FROM {t} WHERE id = 1")\nc.execute("SELECT %s FROM users" % x)\n',
        "c.rs": 'fn a() { sqlx::query(r#"\n  SELECT town\n  FROM users"#); }\n#[cfg(test)]\nmod tests { fn b() { q("SELECT a FROM mocked"); } }\n',
    }

    assert told(inspect("sql-schema-drift", tree)) == [
        ("a.ts", 2, "surname"),
        ("a.ts", 4, "refunded"),
        ("b.py", 3, "nick"),
        ("c.rs", 2, "town"),
    ]


def test_names_of_the_system_and_of_the_query_itself(inspect: Callable[..., list[Finding]]) -> None:
    queries = (
        "SELECT n FROM generate_series(1, 10) AS n",
        "SELECT x.id FROM unnest($1::int[]) AS x(id)",
        "SELECT v.a FROM (VALUES (1, 2)) AS v(a, b)",
        "SELECT e.key, item->>'a' FROM orders o, jsonb_each(o.meta) e, jsonb_array_elements(o.meta) item",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
        "SELECT EXTRACT(EPOCH FROM id), substring(email from 1 for 3) FROM users WHERE email IS DISTINCT FROM name",
        "SELECT ctid, xmin FROM orders",
        "SELECT to_jsonb(users) FROM users",
        "SELECT x.total FROM users u, LATERAL (SELECT total FROM orders o WHERE o.user_id = u.id) x",
        "SELECT id FROM auth.users WHERE raw = 1",
        "INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET name = excluded.name",
        "SELECT count(*) AS n FROM orders GROUP BY status ORDER BY n",
        "SELECT (SELECT max(t.total) FROM orders t WHERE t.user_id = w.id) AS last FROM users w ORDER BY last",
    )
    words = "export const L = { a: 'Delete from cart', b: 'select one from many where needed', c: 'Update users set free' };\n"
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "a.ts": words + "".join(f"q(`{one}`);\n" for one in queries),
    }

    assert inspect("sql-schema-drift", tree) == []


def test_files_of_sql(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "db": {
            "migrations": {
                "1.sql": TABLES + "CREATE INDEX by_mail ON users (mail);\nCREATE VIEW v AS SELECT id, nam FROM users;\n"
            },
            "seeds": {
                "dev.sql": "INSERT INTO users (email, role) VALUES ('a', 'b');\nINSERT INTO products (sku) VALUES ('x');\n"
            },
            "queries": {"users.sql": "-- name: Get :one\nSELECT id, age FROM users WHERE id = $1;\n"},
        },
    }

    assert sorted((one.path, one.line) for one in inspect("sql-schema-drift", tree)) == [
        ("db/migrations/1.sql", 3),
        ("db/migrations/1.sql", 4),
        ("db/queries/users.sql", 2),
        ("db/seeds/dev.sql", 1),
        ("db/seeds/dev.sql", 2),
    ]


def test_parameters_of_sqlc(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "queries": {
            "users.sql": (
                "-- name: GetUser :one\nSELECT id FROM users WHERE email = sqlc.arg(mail) AND name = sqlc.narg('nick');\n"
                "UPDATE users SET name = @new_name WHERE id = ANY(sqlc.slice(ids));\nSELECT nobody FROM users WHERE id = @id;\n"
            )
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [("queries/users.sql", 4, "nobody")]


def test_nothing_is_read_out_of_comments(inspect: Callable[..., list[Finding]]) -> None:
    made = "CREATE TABLE users (id int);\nCREATE TABLE teams (id int);\nCREATE TABLE notes (id int);\n"
    tree = {
        "package.json": "{}",
        "migrations": {
            "001_a.sql": made,
            "002_b.sql": (
                "CREATE TABLE messages (\n  id int, -- it's of users; references staff table (not yet)\n"
                "  team int /* references crews (id);\n   later */,\n  text text DEFAULT '-- references words'\n);\n"
                "DO $$ BEGIN\n  -- ALTER TABLE ghosts ADD COLUMN x int;\n  ALTER TABLE notes ADD COLUMN body text;\nEND $$;\n"
                "ALTER TABLE messages ADD COLUMN extra jsonb DEFAULT ('{}'::jsonb #> '{a}');\n"
                "CREATE INDEX by_team ON nowhere (team);\n"
            ),
            "003_c.sql": "CREATE TABLE logs (`id` int, # that's for staff; references crews (id)\n  `a` int) ENGINE=InnoDB;\n# UPDATE ghosts SET a = 1;\n",
        },
        "a.ts": 'q("SELECT body FROM notes");\nq("SELECT extra, text FROM messages");\nq("SELECT a FROM logs");\n',
    }

    assert places(inspect("sql-schema-drift", tree)) == [("error", "migrations/002_b.sql", 12)]


def test_comments_without_an_end(inspect: Callable[..., list[Finding]]) -> None:
    hostile = "CREATE TABLE b (id int);\n" + "/*" * 40_000 + "$a$" * 999 + "# '" * 9_999 + "--" * 40_000

    assert (
        inspect("sql-schema-drift", {"package.json": "{}", "migrations": {"1.sql": MIGRATION, "2.sql": hostile}}) == []
    )


def test_the_evidence_names_what_the_message_has_no_room_for(inspect: Callable[..., list[Finding]]) -> None:
    asked = "".join(f'db.query("SELECT id, c{number} FROM accounts");\n' for number in range(9))

    found = inspect("sql-schema-drift", {"package.json": "{}", "migrations": {"1.sql": MIGRATION}, "a.ts": asked})

    assert [one.line for one in found] == [1]
    assert "c5 and 3 more). Also in a.ts:2 and 7 more." in found[0].message
    assert (found[0].evidence or "").endswith(
        "\nalso c6, c7, c8; also in a.ts:3, a.ts:4, a.ts:5, a.ts:6, a.ts:7, a.ts:8, a.ts:9"
    )


def test_templates_with_the_type_of_their_rows(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": MIGRATION},
        "a.ts": (
            "const a = await sql<Array<Row>>`SELECT id FROM accounts WHERE owner = ${o}`;\n"
            "const b = await sql<Row[]>`SELECT nick FROM accounts`;\n"
            "const c = await sql<Array<Row>>`SELECT nickname FROM accounts`;\n"
            "const d = await sql<Row>`select colour from accounts`;\n"
            "const e = a < b > `SELECT shade FROM accounts`;\n"
        ),
    }

    found = inspect("sql-schema-drift", tree)

    assert places(found) == [("error", "a.ts", 2)]
    assert "nick (nor nickname, colour). Also in a.ts:3 and 1 more." in found[0].message


def test_rows_that_postgrest_counts_and_names_that_are_only_like_others(inspect: Callable[..., list[Finding]]) -> None:
    columns = "referrer_id int, referee_id int, country text, created_at date, min_price int, userName text"
    asked = ("count", "referred_user_id", "contry", "updatd_at", "max_price", "user_name")
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": "".join(f"CREATE TABLE t{n} (id int, {columns});\n" for n in range(6))},
        "a.ts": "".join(f"supabase.from('t{n}').select('{name}').limit(0);\n" for n, name in enumerate(asked)),
    }

    found = inspect("sql-schema-drift", tree)

    assert [one.message.rpartition(" a column ")[2] for one in found] == [
        "referred_user_id.",
        "contry; country is like it.",
        "updatd_at.",
        "max_price.",
        "user_name; username is like it.",
    ]


def test_calls_after_a_question_mark(inspect: Callable[..., list[Finding]]) -> None:
    code = "const { data } = await supabase?.from('accounts').select('id, nick');\nsupabase\n  ?.from('account')\n  .select('id');\n"
    tree = {"package.json": "{}", "migrations": {"1.sql": MIGRATION}, "a.ts": code}

    assert told(inspect("sql-schema-drift", tree)) == [("a.ts", 1, "nick"), ("a.ts", 3, "account")]


def test_files_of_sql_beside_their_schema(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "db": {
            "schema.sql": TABLES,
            "pay.sql": "\\set uid random(1, 9)\nUPDATE orders SET paid = 1 WHERE user_id = :uid;\nINSERT INTO fees (id) VALUES (1);\n",
            "other.sql": "SELECT a FROM x;\nSELECT b FROM y;\nSELECT id FROM users;\n",
        },
    }

    assert told(inspect("sql-schema-drift", tree)) == [("db/pay.sql", 2, "paid"), ("db/pay.sql", 3, "fees")]


def test_names_with_a_schema_or_a_dash_and_names_of_the_code(inspect: Callable[..., list[Finding]]) -> None:
    entity = (
        "@Entity({ schema: SCHEMA, name: 'cron-jobs' })\nexport class CronJobEntity {\n  @Column()\n  hashedAPIKey: string;\n  @Column()\n  lost: string;\n}\n"
        "@Entity({ schema: SCHEMA, name: 'long_named_outgoing_things' })\nexport class OutEntity {\n  @Column()\n  id: number;\n}\n"
        "@Entity({ name: TABLES.other })\nexport class OtherEntity {\n  @Column()\n  id: number;\n}\n"
        "@Entity(NAMED)\nexport class NamedEntity {\n  @Column()\n  id: number;\n}\n"
    )
    migration = (
        'await q.query(`CREATE TABLE "hmt"."cron-jobs" ("id" int, "hashed_api_key" text)`);\n'
        'await q.query("CREATE TABLE \\"hmt\\".\\"long_named_outgoing_things\\" (\\"id\\" int)");\n'
    )
    tree = {"package.json": "{}", "src": {"a.entity.ts": entity, "migrations": {"1-First.ts": migration}}}

    assert [(one.line, one.evidence) for one in inspect("sql-schema-drift", tree)] == [(5, "cron-jobs.lost")]


def test_a_dump_and_the_sequences_of_it(inspect: Callable[..., list[Finding]]) -> None:
    dump = (
        "--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.words (id int, other_id int);\nALTER TABLE public.words OWNER TO me;\n"
        "CREATE SEQUENCE public.words_id_seq START WITH 1;\nALTER TABLE public.words_id_seq OWNER TO me;\n"
    )
    step = "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nALTER TABLE lost ADD COLUMN x int;\n"
    tree = {"package.json": "{}", "migrations": {"backup_1.sql": dump, "2_more.sql": step}}

    assert told(inspect("sql-schema-drift", tree)) == [("migrations/2_more.sql", 3, "lost")]


def test_what_a_comment_says_may_be_absent(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "try {\n  // If there is a nick column in accounts (future-proofing)\n  await db\n    .query('SELECT nick FROM accounts');\n} catch {\n}\n"
        "\n\n\n\ndb.query('SELECT colour FROM accounts');\n"
    )
    probe = (
        "const { error } = await supabase.from('_test').select('*');\nif (error && !error.message.includes('does not exist')) stop();\n"
        "await supabase.from('accounts').select('id');\nawait supabase.from('accounts').select('email');\n"
    )
    tree = {"package.json": "{}", "migrations": {"1.sql": MIGRATION}, "a.ts": code, "b.ts": probe}

    assert places(inspect("sql-schema-drift", tree)) == [
        ("info", "a.ts", 4),
        ("error", "a.ts", 11),
        ("info", "b.ts", 1),
    ]


def test_sums_of_fields_that_a_model_lacks(inspect: Callable[..., list[Finding]]) -> None:
    schema = "model Card {\n  id Int @id\n  amount Int\n}\n"
    code = "await prisma.card.aggregate({ _sum: { amount: true }, _avg: { budget: true }, _count: { id: true } });\n"

    found = inspect("sql-schema-drift", {"package.json": "{}", "schema.prisma": schema, "a.ts": code})

    assert [one.message for one in found] == ["The Prisma model card has no field budget."]


@pytest.mark.parametrize(
    "text", ["Google-Ads", "googleads", "GAQL", "a jsforce b", "Athena", "ClickHouse", "ksqlDB", "Flux", "InfluxDB", "spark.sql(", "CQL", "QuestDB"]
)  # fmt: skip
def test_words_of_other_engines_are_found_in_any_case(text: str) -> None:
    assert _is_another_language("a.ts", f"x {text}")
    assert not _is_another_language("a.ts", "select name from users")


def test_intervals_and_logs_of_another_engine(inspect: Callable[..., list[Finding]]) -> None:
    code = "db.query(`SELECT id FROM accounts WHERE id > NOW() - INTERVAL ${old} AND owner = ''`);\n"
    logs = "const sql = `select countif(r.status > 400) as n from function_edge_logs cross join unnest(metadata) as m`;\nq('SELECT id FROM accounts');\n"
    tree = {"package.json": "{}", "migrations": {"1.sql": MIGRATION}, "a.ts": code, "logs.ts": logs}

    assert inspect("sql-schema-drift", tree) == []


def test_names_that_sql_server_gives_before_their_values(inspect: Callable[..., list[Finding]]) -> None:
    seed = (
        "SELECT Name, IsLow = CASE WHEN Id < 3 THEN 1 ELSE 0 END FROM dbo.Stock;\n"
        "SELECT Name FROM dbo.Stock WHERE Made IN (CONVERT(DATE, GETDATE()));\nSELECT Lost = 1, Gone FROM dbo.Stock;\n"
    )
    tree = {
        "package.json": "{}",
        "sql": {"1_init.sql": "CREATE TABLE dbo.Stock (Id INT, Name NVARCHAR(20), Made DATE);\n", "2_seed.sql": seed},
    }

    assert told(inspect("sql-schema-drift", tree)) == [("sql/2_seed.sql", 3, "Gone")]


def test_what_a_subquery_beside_others_and_a_star_give(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "a.ts": (
            'q("SELECT l.n FROM users u LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.user_id = u.id) l ON true");\n'
            'q("SELECT l.sum FROM users u LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.owner = u.id) l ON true");\n'
            'q("SELECT u.id, e.value FROM users u CROSS JOIN LATERAL jsonb_each(u.name) AS e(key, value)");\n'
            'q("WITH a AS (SELECT u.*, 1 AS n FROM users u) SELECT id, n, name, colour FROM a");\n'
            'q("SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY status) AS rn FROM orders) s WHERE s.rn = 1 AND s.total > 2");\n'
            'q("WITH gone AS (DELETE FROM orders RETURNING *) SELECT anything FROM gone");\n'
        ),
    }

    assert told(inspect("sql-schema-drift", tree)) == [("a.ts", 2, "owner"), ("a.ts", 2, "sum"), ("a.ts", 4, "colour")]


def test_columns_that_are_added_by_a_list(inspect: Callable[..., list[Finding]]) -> None:
    adding = {
        "more.ts": 'for (const c of columns) await q("ALTER TABLE users ADD COLUMN " + c + " text");\n',
        "more.py": "for c in columns:\n    cur.execute(f\"ALTER TABLE users ADD COLUMN {c['name']} {c['type']}\")\n",
        "other.py": 'for c, t in columns:\n    cur.execute("ALTER TABLE users ADD COLUMN {} {}".format(c, t))\n',
        "more.go": 'func More() {\n\tdb.Exec(fmt.Sprintf("ALTER TABLE users ADD COLUMN %v text", name))\n}\n',
    }
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "q.ts": 'q("SELECT id, colour FROM users");\nq("SELECT id, name FROM users");\nq("SELECT total FROM orders");\n',
    }
    plain = {"one.ts": 'q("ALTER TABLE users ADD COLUMN meta jsonb DEFAULT \'{}\'" + " NOT NULL");\n'}
    assert told(inspect("sql-schema-drift", {**tree, **plain})) == [("q.ts", 1, "colour")]

    for name, text in adding.items():
        assert told(inspect("sql-schema-drift", {**tree, **dict.fromkeys(adding, ""), name: text})) == [], name


def test_what_the_code_says_may_be_missing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES + "CREATE TABLE carts (id int); CREATE TABLE shops (id int);\n"},
        "q.ts": 'q("SELECT id, name FROM users");\nq("SELECT total FROM orders");\nq("SELECT id FROM carts, shops");\n',
        "a.ts": 'try {\n  await q("SELECT id FROM alerts");\n} catch {\n  // alerts doesn\'t exist yet\n}\n',
        "b.ts": 'await q("INSERT INTO alerts (id) VALUES (1)");\n',
        "c.py": 'try:\n    q("DELETE FROM notices WHERE id = 1")\nexcept Exception as e:\n    print(f"skipped (table might not exist): {e}")\n',
        "d.ts": 'try {\n  await q("SELECT size FROM users");\n} catch (e) { log("no size", e); }\n',
        "e.ts": 'try {\n  const r = await q("SELECT hue FROM orders");\n'
        + "  use(r);\n" * 24
        + "} catch (e) {\n  // nothing was flagged\n  if (e.code !== '42P01') throw e;\n}\n",
        "f.ts": 'await q("UPDATE carts SET gauge = 1").catch(() => {}); // Ignore if table doesn\'t exist\n',
    }

    assert places(inspect("sql-schema-drift", tree)) == [
        ("warning", "b.ts", 1),
        ("info", "c.py", 2),
        ("error", "d.ts", 2),
        ("info", "e.ts", 2),
        ("info", "f.ts", 1),
    ]


def test_the_alias_of_a_table_that_is_filled_in(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "db.query(`SELECT t.id FROM ${TABLE} t\\n  JOIN users u ON u.id = t.owner\\n  WHERE 1 = 1\\n  ${more}\\n  ORDER BY t.id LIMIT ?`);\n"
        "db.query(`SELECT u.id, u.colour FROM ${TABLE} t JOIN users u ON u.id = t.owner WHERE 1 = 1 ${more} ORDER BY u.id`);\n"
    )
    tree = {"package.json": "{}", "migrations": {"1.sql": TABLES}, "a.ts": code}

    assert told(inspect("sql-schema-drift", tree)) == [("a.ts", 2, "colour")]


def test_a_catch_that_sends_the_statement_without_the_column(inspect: Callable[..., list[Finding]]) -> None:
    first, second = (
        'q("INSERT INTO users (id, email, reason) VALUES (?, ?, ?)")',
        'q("INSERT INTO users (id, email) VALUES (?, ?)")',
    )
    tree = {
        "package.json": "{}",
        "migrations": {"1.sql": TABLES},
        "a.ts": f"try {{\n  await {first};\n}} catch (error) {{\n  // older ones lack reason\n  await {second};\n}}\n",
        "b.py": f"try:\n    {first.replace('reason', 'motive')}\nexcept Exception:\n    {second}\n",
        "c.ts": f"await {first.replace('reason', 'cause')};\nawait {second};\n",
        "d.ts": f"try {{\n  await {first.replace('reason', 'ground')};\n}} catch (error) {{\n  await {first.replace('reason', 'ground')};\n}}\n",
        "e.ts": f"try {{\n  await {first.replace('reason', 'origin')};\n}} catch (error) {{\n  log(error);\n}}\n\nasync function next() {{\n  await {second};\n}}\n",
    }

    assert places(inspect("sql-schema-drift", tree)) == [
        ("info", "a.ts", 2),
        ("info", "b.py", 2),
        ("error", "c.ts", 1),
        ("error", "d.ts", 2),
        ("error", "e.ts", 2),
    ]
