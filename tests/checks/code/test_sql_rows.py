"""What is written to tables: rows that lack a value or have one too many kinds of it, what a query embeds, and what another database has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.code.sql import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

JOBS = """CREATE TYPE speed AS ENUM ('slow', 'fast');
CREATE TABLE jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner uuid NOT NULL, title text NOT NULL DEFAULT '', note text,
  state text NOT NULL CHECK (state IN ('open', 'done')), pace speed
);
"""


def tree(code: str, jobs: str = JOBS, **further: str) -> dict[str, Any]:
    files = {"1_a.sql": jobs, **{f"{name}.sql": text for name, text in further.items()}}
    return {"package.json": "{}", "supabase": {"migrations": files}, "a.ts": f"import 'supabase';\n{code}"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("db.query('INSERT INTO jobs (title, state) VALUES ($1, $2)');", "gives jobs no owner"),
        ("supabase.from('jobs').insert({ state: 'open' });", "gives jobs no owner"),
        ("supabase.from('jobs').insert([{ state: 'open', note }]);", "gives jobs no owner"),
        ("db.query(\"INSERT INTO jobs (owner, state) VALUES ($1, 'gone')\");", "jobs.state does not take gone"),
        ("db.query(\"UPDATE jobs SET note = $1, state = 'dones' WHERE id = $2\");", "dones: the database refuses"),
        ("supabase.from('jobs').update({ state: 'gone' }).eq('id', 1);", "jobs.state does not take gone"),
        ("supabase.from('jobs').update({ pace: 'swift' }).eq('id', 1);", "jobs.pace does not take swift"),
    ],
)
def test_a_row_that_the_database_refuses(code: str, said: str, inspect: Callable[..., list[Finding]]) -> None:
    (one,) = inspect("sql-schema-drift", tree(code))

    assert (one.severity, one.path, one.line) == ("error", "a.ts", 2)
    assert said in one.message
    assert "supabase/migrations/1_a.sql:2 makes jobs" in (one.evidence or "")


@pytest.mark.parametrize(
    ("code", "further"),
    [
        pytest.param("db.query('INSERT INTO jobs (owner, state) VALUES ($1, $2)');", "", id="what else has a default"),
        pytest.param("supabase.from('jobs').insert({ state: 'open', ...rest });", "", id="a part from elsewhere"),
        pytest.param("supabase.from('jobs').insert(row);", "", id="a row from elsewhere"),
        pytest.param("supabase.from('jobs').update({ state: 'done' }).eq('id', 1);", "", id="not all in an update"),
        pytest.param("supabase.from('jobs').update({ pace: 'fast' }).eq('id', 1);", "", id="a value of the type"),
        pytest.param(
            "db.query('INSERT INTO jobs (state) VALUES ($1)');",
            "CREATE TABLE `jobs` (`id` text PRIMARY KEY, `state` text);",
            id="another one of that name has it not",
        ),
        pytest.param(
            "db.query('INSERT INTO jobs (state) VALUES ($1)');",
            "ALTER TABLE jobs ALTER COLUMN owner DROP NOT NULL;",
            id="loosened",
        ),
        pytest.param(
            "db.query('INSERT INTO jobs (state) VALUES ($1)');",
            "CREATE FUNCTION own() RETURNS trigger AS $$ BEGIN NEW.owner = auth.uid(); RETURN NEW; END $$ LANGUAGE plpgsql;\n"
            "CREATE TRIGGER t BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION own();",
            id="given by a trigger",
        ),
        pytest.param(
            "db.query(\"UPDATE jobs SET state = 'gone'\");",
            "ALTER TABLE jobs DROP CONSTRAINT jobs_state_check;\n"
            "ALTER TABLE jobs ADD CONSTRAINT jobs_state_check CHECK (state IN ('open', 'done', 'gone'));",
            id="taken later",
        ),
        pytest.param(
            "db.query(\"UPDATE jobs SET state = 'gone'\");", "ALTER TABLE jobs DROP CONSTRAINT c;", id="free later"
        ),
        pytest.param(
            "db.query(\"UPDATE jobs SET pace = 'swift'\");", "ALTER TYPE speed ADD VALUE 'swift';", id="a value added"
        ),
    ],
)
def test_a_row_that_the_database_takes(code: str, further: str, inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("sql-schema-drift", tree(code, s2_b=further)) == []


def test_values_still_listed_after_a_constraint_is_made_anew(inspect: Callable[..., list[Finding]]) -> None:
    anew = (
        "ALTER TABLE jobs DROP CONSTRAINT jobs_state_check;\nALTER TABLE jobs ADD CHECK (state IN ('open', 'paused'));"
    )
    found = inspect("sql-schema-drift", tree("db.query(\"UPDATE jobs SET state = 'gone'\");", s2_b=anew))

    assert [one.line for one in found] == [2]


def test_a_list_beside_another_condition_says_nothing(inspect: Callable[..., list[Finding]]) -> None:
    either = JOBS.replace("IN ('open', 'done'))", "IN ('open', 'done') OR note IS NOT NULL)")

    assert inspect("sql-schema-drift", tree("db.query(\"UPDATE jobs SET state = 'gone'\");", either)) == []


def test_what_a_query_of_supabase_embeds(inspect: Callable[..., list[Finding]]) -> None:
    users = "CREATE TABLE users (id uuid PRIMARY KEY, name text);\nALTER TABLE jobs ADD COLUMN boss uuid REFERENCES users (id);"
    code = (
        "supabase.from('jobs').select('id, users(id, name), boss:boss(name), head:users!boss(name)');\n"
        "supabase.from('jobs').select('*, teams(*)');\n"
        "supabase.from('jobs').select(`\n  id,\n  ...users!inner(mail, count())\n`);\n"
        "supabase.from('jobs').select('*, jobs_boss_fkey(*), owner_id(*), count()');\n"
    )
    found = inspect("sql-schema-drift", tree(code, s2_b=users))

    assert told(found) == [("a.ts", 3, "teams"), ("a.ts", 6, "mail")]


@pytest.mark.parametrize(
    "opened",
    [
        "new Database(path, { readonly: true });\ndb.prepare('SELECT id FROM jobs').all();",
        "new Database(path);",
    ],
)
def test_a_file_that_comes_with_its_tables(opened: str, inspect: Callable[..., list[Finding]]) -> None:
    code = f"const db = {opened}\ndb.prepare('SELECT zone FROM regions').all();\n"
    beside = {"b.ts": "db.query('SELECT id FROM jobs');\ndb.query('DELETE FROM regions');\n"}

    assert inspect("sql-schema-drift", {**tree(code), **beside}) == []
    found = inspect("sql-schema-drift", {**tree(code.replace("new Database(", "open(")), **beside})
    assert [name for _, _, name in told(found)] == ["regions"]


def test_the_end_of_a_body_that_another_file_begins(inspect: Callable[..., list[Finding]]) -> None:
    body = "CREATE FUNCTION pay(p uuid) RETURNS void AS $$\nBEGIN\n  PERFORM 1;\n"
    rest = "  INSERT INTO jobs (owner, state, p_amount) VALUES (p, 'open', 1);\n  CREATE INDEX i ON jobs (p_lost);\nEND;\n$$ LANGUAGE plpgsql;\nCREATE INDEX j ON jobs (lost);\n"
    files = tree("", s2_b=body, s3_c=rest)

    assert told(inspect("sql-schema-drift", files)) == [("supabase/migrations/s3_c.sql", 5, "lost")]
    assert [one.path for one in inspect("migration-invalid", files)] == ["supabase/migrations/s2_b.sql"]


@pytest.mark.parametrize(
    ("folder", "names", "line"),
    [
        ("supabase/migrations", ("20260101_a.sql", "20260101_b.sql"), True),
        ("supabase/migrations", ("20260101_a.sql", "20260102_b.sql"), False),
        ("lib/supabase/migrations", ("20260101_a.sql", "20260101_b.sql"), False),
        ("db/migration", ("V2__a.sql", "V2__b.sql"), True),
        ("sql", ("0001_a.up.sql", "0001_b.up.sql"), True),
        ("sql", ("0001_a.sql", "0001_b.sql"), False),
    ],
)
def test_two_migrations_of_one_version(
    folder: str, names: tuple[str, str], line: bool, inspect: Callable[..., list[Finding]]
) -> None:
    first, second = (f"CREATE TABLE {name} (id int PRIMARY KEY);\n" for name in ("t1", "t2"))
    found = inspect("sql-schema-drift", {f"{folder}/{names[0]}": first, f"{folder}/{names[1]}": second})

    assert places(found) == ([("error", f"{folder}/{names[1]}", 1)] if line else [])


def test_a_policy_of_a_table_that_no_migration_makes(inspect: Callable[..., list[Finding]]) -> None:
    further = "".join(f"CREATE TABLE t{n} (id int PRIMARY KEY);\n" for n in range(4))
    policy = 'CREATE POLICY "may read" ON rules FOR SELECT USING (true);\n'
    found = inspect("sql-schema-drift", tree("", s2_b=further, s3_c=policy))

    assert told(found) == [("supabase/migrations/s3_c.sql", 1, "rules")]
