"""What PostgreSQL refuses in migrations, and what it takes though it looks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

FIRST = "CREATE TABLE users (id uuid PRIMARY KEY, email text, made_at timestamptz NOT NULL DEFAULT now());\n"
REFUSED = {
    "type": "CREATE TABLE a (id int, seen DATETIME);",
    "slip": "CREATE TABLE a (id int, seen timestampz);",
    "string": "ALTER TABLE users ADD COLUMN name STRING;",
    "policy": "CREATE POLICY IF NOT EXISTS own ON users FOR ALL USING (true);",
    "trigger": "CREATE TRIGGER IF NOT EXISTS t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f();",
    "enum": "CREATE TYPE IF NOT EXISTS mood AS ENUM ('a');",
    "constraint": "ALTER TABLE users ADD CONSTRAINT IF NOT EXISTS one UNIQUE (email);",
    "role": "CREATE ROLE IF NOT EXISTS reader;",
    "inline": "CREATE TABLE a (\n  id int,\n  INDEX by_id (id)\n);",
    "automatic": "CREATE TABLE a (id int AUTO_INCREMENT);",
    "unsigned": "CREATE TABLE a (id INT UNSIGNED NOT NULL);",
    "updating": "CREATE TABLE a (id int, at timestamp DEFAULT now() ON UPDATE CURRENT_TIMESTAMP);",
    "unique": "CREATE TABLE a (id int, b text, UNIQUE (id, COALESCE(b, '')));",
    "partial": "CREATE TABLE a (id int, b text, UNIQUE (id) WHERE b IS NULL);",
    "now": "CREATE INDEX fresh ON users (email) WHERE made_at > NOW();",
    "today": "CREATE INDEX fresh ON users (email) WHERE made_at > CURRENT_DATE - 1;",
    "search": "CREATE INDEX words ON users USING gin (to_tsvector(coalesce(email, '')));",
    "generated": "CREATE TABLE a (id int, b text, c tsvector GENERATED ALWAYS AS (to_tsvector(b)) STORED);",
    "day": "CREATE TABLE a (at timestamptz);\nCREATE INDEX days ON a (date(at));",
    "key": "CREATE TABLE a (id serial, owner text REFERENCES users(id));",
    "own key": "CREATE TABLE a (id serial, owner bigint NOT NULL DEFAULT 1 REFERENCES users ON DELETE CASCADE);",
    "body": "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\n",
    "cast": "CREATE TABLE a (at timestamp with time zone);\nCREATE INDEX days ON a ((at::date));",
}
TAKEN = {
    "types": (
        "CREATE TYPE mood AS ENUM ('a');\nCREATE DOMAIN short AS text;\nCREATE TABLE a (id bigserial, m mood, s short, d double precision, p numeric(10, 2), v varchar(3)[],"
        ' t timestamp(3) with time zone, c character varying(3), i interval, u users, x "char", b bit varying(3), r int4range);'
    ),
    "names": "CREATE TABLE a (index int, key varchar(255), datetime timestamptz, string text, key_id int, check_in date, at time without time zone);",
    "policy": "DROP POLICY IF EXISTS own ON users;\nCREATE POLICY own ON users FOR ALL USING (made_at < now());",
    "again": "CREATE INDEX IF NOT EXISTS i ON users (lower(email)) WHERE email IS NOT NULL;\nCREATE TABLE IF NOT EXISTS users (id uuid);",
    "block": "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
    "text": "COMMENT ON TABLE users IS 'CREATE TYPE IF NOT EXISTS; AUTO_INCREMENT';\nCREATE TABLE a (b text DEFAULT 'now() UNSIGNED');",
    "search": "CREATE INDEX words ON users USING gin (to_tsvector('english', coalesce(email, '')));",
    "zone": "CREATE TABLE a (at timestamptz, d timestamp);\nCREATE INDEX days ON a (((at AT TIME ZONE 'UTC')::date));\nCREATE INDEX plain ON a ((d::date));",
    "check": "CREATE TABLE a (at timestamptz CHECK (at < now()), n int GENERATED ALWAYS AS IDENTITY, UNIQUE NULLS NOT DISTINCT (n));",
    "unique": "CREATE TABLE a (id int, b text, UNIQUE (id, b), EXCLUDE USING btree (id WITH =));",
    "keys": (
        "CREATE TABLE a (id bigserial PRIMARY KEY, code varchar(3) UNIQUE);\nCREATE TABLE b (a int REFERENCES a, code text REFERENCES a(code), u uuid REFERENCES users(id));"
    ),
    "body": "CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN $$a$$; END $f$;\nUPDATE users SET email = $it$it's$it$;",
    "self": "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a(id));",
    "view": "CREATE VIEW v AS SELECT id FROM users WHERE made_at > now();",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, inspect: Callable[..., list[Finding]]) -> None:
    tree = {"db": {"migrations": {"1_a.sql": FIRST, "2_b.sql": REFUSED[name] + "\n"}}}

    (found,) = inspect("migration-invalid", tree)

    assert (found.severity, found.path) == ("error", "db/migrations/2_b.sql")


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(name: str, inspect: Callable[..., list[Finding]]) -> None:
    tree = {"db": {"migrations": {"1_a.sql": FIRST, "2_b.sql": TAKEN[name] + "\n"}}}

    assert inspect("migration-invalid", tree) == []


def test_other_databases_take_what_is_theirs(inspect: Callable[..., list[Finding]]) -> None:
    sqlite = "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME);\nCREATE TRIGGER IF NOT EXISTS t AFTER INSERT ON a BEGIN SELECT 1; END;\n"
    mysql = "CREATE TABLE `a` (id INT UNSIGNED AUTO_INCREMENT, at DATETIME ON UPDATE CURRENT_TIMESTAMP, INDEX b (id)) ENGINE=InnoDB;\n"
    cockroach = "CREATE TABLE a (id UUID DEFAULT gen_random_uuid(), name STRING, INDEX by_name (name));\n"
    shared = "CREATE TABLE a (id SERIAL, at DATETIME, t TIMESTAMP WITH TIME ZONE, INDEX by_at (at));\n"
    duck = "CREATE TABLE a (id BIGINT, at TIMESTAMPTZ, name STRING);\nINSERT INTO a SELECT * FROM read_parquet('x');\n"
    snow = "CREATE TABLE a (id NUMBER(38, 0), name STRING, v VARIANT);\nSELECT id::text FROM a;\n"
    tables = {"one": sqlite, "two": mysql, "three": shared, "four": duck, "five": snow}
    tree = {name: {"migrations": {"1_a.sql": text}} for name, text in tables.items()}

    assert inspect("migration-invalid", tree) == []
    assert (
        inspect(
            "migration-invalid",
            {"compose.yaml": "services: {db: {image: cockroachdb/cockroach}}\n", "migrations": {"1_a.sql": cockroach}},
        )
        == []
    )


def test_a_setting_says_which_database_it_is(inspect: Callable[..., list[Finding]]) -> None:
    table = "CREATE TABLE a (id SERIAL PRIMARY KEY, at DATETIME);\n"
    tree = {"compose.yaml": "services: {db: {image: postgres:16}}\n", "migrations": {"1_a.sql": table}}

    assert places(inspect("migration-invalid", tree)) == [("error", "migrations/1_a.sql", 1)]
    assert inspect("migration-invalid", {**tree, "package.json": '{"dependencies": {"mysql2": "3"}}'}) == []


@pytest.mark.parametrize(("provider", "told"), [("sqlite", False), ("mysql", False), ("postgresql", True)])
def test_the_lock_of_prisma_says_which_database_it_is(
    inspect: Callable[..., list[Finding]], provider: str, told: bool
) -> None:
    table = 'CREATE TABLE "a" ("id" SERIAL PRIMARY KEY, "at" DATETIME NOT NULL);\n'
    steps = {"migration_lock.toml": f'provider = "{provider}"\n', "20240101000000_init": {"migration.sql": table}}
    tree = {"compose.yaml": "services: {db: {image: postgres:16}}\n", "prisma": {"migrations": steps}}

    found = places(inspect("migration-invalid", tree))

    assert found == ([("error", "prisma/migrations/20240101000000_init/migration.sql", 1)] if told else [])


def test_a_cause_is_told_once_and_a_type_that_nothing_makes(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "migrations": {
            "1_a.sql": FIRST + "CREATE TABLE a (at DATETIME);\n",
            "2_b.sql": "CREATE TABLE b (at DATETIME, m mood, c colour);\n",
        },
        "models.py": 'Enum("x", name="colour")\n',
        "schema.sql": "CREATE TABLE c (id uuid DEFAULT gen_random_uuid(), at DATETIME);\n",
    }

    found = inspect("migration-invalid", tree)

    assert places(found) == [
        ("error", "migrations/1_a.sql", 2),
        ("warning", "migrations/2_b.sql", 1),
        ("warning", "schema.sql", 1),
    ]
    assert [one.line for one in found[0].related][-1:] == [1]
    assert "no type mood" in found[1].message


def test_tables_that_a_later_step_makes(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "migrations": {
            "001_a.sql": "CREATE TABLE a (id uuid, made_at timestamptz, b int REFERENCES b(id));\nCREATE TABLE b (id serial PRIMARY KEY);\n",
            "002_b.sql": "CREATE INDEX i ON c (id);\nALTER TABLE IF EXISTS c ADD COLUMN x int;\nALTER TABLE d ADD COLUMN x int;\n",
            "003_c.sql": "CREATE TABLE c (id int);\n",
        },
        "other": {"migrations": {"1_a.sql": "CREATE TABLE d (id serial);\n"}},
    }

    found = inspect("migration-invalid", tree)

    assert places(found) == [("warning", "migrations/001_a.sql", 1), ("warning", "migrations/002_b.sql", 1)]
    assert "migrations/003_c.sql:1" in found[1].message
    found = inspect("migration-invalid", {**tree, "migrations/002_b.sql": "CREATE INDEX i ON c (id);\n"})
    assert [one.severity for one in found] == ["error", "error"]


def test_the_order_of_steps(inspect: Callable[..., list[Finding]]) -> None:
    early, late = "ALTER TABLE a ADD COLUMN b jsonb;\n", "CREATE TABLE a (id serial);\n"
    unsure = {"migrations": {"2_make.sql": late, "10_add.sql": early}}
    right = {
        "prisma": {"migrations": {"20250104091137_a": {"migration.sql": late}, "20250107_b": {"migration.sql": early}}}
    }
    journal = '{"entries": [{"tag": "0001_make"}]}'
    apart = {"drizzle": {"0000_old.sql": early, "0001_make.sql": late, "meta": {"_journal.json": journal}}}

    assert [inspect("migration-invalid", tree) for tree in (unsure, right, apart)] == [[], [], []]


def test_what_two_steps_make(inspect: Callable[..., list[Finding]]) -> None:
    policy, table = "CREATE POLICY own ON users FOR ALL USING (true);\n", "CREATE TABLE carts (id int);\n"
    tree = {
        "supabase": {
            "migrations": {
                "1_a.sql": FIRST + policy + table + "CREATE TYPE mood AS ENUM ('a');\n",
                "2_b.sql": policy + "DROP TABLE carts;\n",
                "3_c.sql": table + 'CREATE POLICY "other" ON users FOR ALL USING (true);\n',
                "4_d.sql": 'CREATE POLICY other ON "users" FOR SELECT USING (true);\nCREATE TABLE IF NOT EXISTS carts (id int);\n',
            }
        }
    }

    (found,) = inspect("migration-invalid", tree)

    assert places([found]) == [("error", "supabase/migrations/2_b.sql", 1)]
    assert [(one.path, one.line) for one in found.related] == [("supabase/migrations/4_d.sql", 1)]


def test_extensions_that_nothing_creates(inspect: Callable[..., list[Finding]]) -> None:
    token = "CREATE TABLE a (id serial, token text DEFAULT encode(gen_random_bytes(16), 'hex'), place geography(Point, 4326), e vector(3));\n"
    found = inspect("migration-invalid", {"migrations": {"1_a.sql": token}})

    assert sorted((one.severity, one.evidence) for one in found) == [
        ("warning", "gen_random_bytes"),
        ("warning", "geography"),
        ("warning", "vector"),
    ]
    made = 'CREATE EXTENSION IF NOT EXISTS "pgcrypto";\nCREATE EXTENSION postgis WITH SCHEMA public;\n'
    assert [
        one.evidence for one in inspect("migration-invalid", {"migrations": {"0_a.sql": made, "1_a.sql": token}})
    ] == ["vector"]


def test_what_every_database_of_supabase_has(inspect: Callable[..., list[Finding]]) -> None:
    hosted = "CREATE TABLE a (id uuid DEFAULT uuid_generate_v4(), t text DEFAULT gen_random_bytes(1)::text);\n"
    assert inspect("migration-invalid", {"supabase": {"migrations": {"1_a.sql": hosted}}}) == []
