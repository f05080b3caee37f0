"""Models of the code against the migrations of their package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("deploy", "expected"),
    [
        ("bunx prisma db push", [("info", "schema.prisma", 4)]),
        ("npx prisma migrate deploy", [("warning", "schema.prisma", 4), ("warning", "schema.prisma", 6)]),
    ],
)
def test_migrations_that_no_deploy_runs_are_one_information(
    inspect: Callable[..., list[Finding]], deploy: str, expected: list[tuple[str, str, int]]
) -> None:
    tree = {
        "package.json": '{"scripts": {"push": "prisma db push"}}',
        "deploy.sh": f"#!/bin/sh\n{deploy}\n",
        "README.md": "We gave up `prisma migrate deploy`.\n",
        "schema.prisma": "model User {\n  id Int @id\n  name String\n  full String\n}\nmodel Post {\n  id Int @id\n}\n",
        "migrations": {"1": {"migration.sql": 'CREATE TABLE "User" (id int, name text);\n'}},
    }

    assert places(inspect("sql-schema-drift", tree)) == expected


@pytest.mark.parametrize(
    ("step", "severity"), [("npx prisma db push", "warning"), ("npx prisma migrate deploy", "error")]
)
def test_a_workflow_that_pushes_the_schema_of_the_root(
    inspect: Callable[..., list[Finding]], step: str, severity: str
) -> None:
    tree = {
        "package.json": '{"scripts": {"deploy": "prisma migrate deploy"}}',
        ".github": {"workflows": {"a.yml": f"jobs:\n  a:\n    steps:\n      - run: {step}\n"}},
        "prisma": {
            "schema.prisma": "model User {\n  id Int @id\n  name String\n  role String\n}\n",
            "migrations": {"1": {"migration.sql": 'CREATE TABLE "User" (id int, name text);\n'}},
        },
    }

    assert places(inspect("sql-schema-drift", tree)) == [(severity, "prisma/schema.prisma", 4)]


def test_models_against_migrations(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "prisma": {
            "package.json": "{}",
            "schema.prisma": 'model User {\n  id Int @id\n  avatarUrl String? @map("avatar_url")\n  posts Post[]\n}\nmodel Post {\n  id Int @id\n}\nmodel Lost {\n  id Int @id\n}\n',
            "migrations": {
                "20240101_init": {"migration.sql": 'CREATE TABLE "User" ("id" int);\nCREATE TABLE "Post" ("id" int);\n'}
            },
        },
        "drizzle": {
            "package.json": '{"scripts": {"migrate": "drizzle-kit migrate"}}',
            "schema.ts": "export const a = pgTable('a', {\n  id: serial('id'),\n  madeAt: timestamp('made_at'),\n});\n",
            "drizzle": {"0000_a.sql": 'CREATE TABLE "a" ("id" serial);\n'},
        },
        "sqlalchemy": {
            "pyproject.toml": "",
            "models.py": 'class B(Base):\n    __tablename__ = "b"\n    id = Column(Integer)\n    extra: Mapped[int] = mapped_column()\n    others = relationship("C")\n',
            "alembic": {
                "versions": {"1.py": "def upgrade():\n    op.create_table('b', sa.Column('id', sa.Integer()))\n"}
            },
        },
        "typeorm": {
            "package.json": "{}",
            "e.ts": "@Entity('e')\nexport class E {\n  @PrimaryColumn() id: number;\n  @Column({ type: 'text' })\n  note: string;\n}\n",
            "migrations": {"1-a.ts": 'class A { async up(q) { await q.query(`CREATE TABLE "e" ("id" int)`); } }\n'},
        },
        "diesel": {
            "Cargo.toml": "",
            "schema.rs": "diesel::table! {\n    f (id) {\n        id -> Int4,\n        gone -> Text,\n    }\n}\n",
            "migrations": {"2023-01-01_a": {"up.sql": "CREATE TABLE f (id int);\n", "down.sql": "DROP TABLE f;\n"}},
        },
        "other": {
            "package.json": "{}",
            "schema.ts": "export const h = pgTable('h', { id: serial('id') });\nexport const i = pgTable('i', { id: serial('id') });\n",
            "migrations": {"0000_a.sql": "CREATE TABLE h (id serial);\n"},
        },
        "migrations": {"0001_i.sql": "CREATE TABLE i (id serial);\n"},
        "django": {
            "setup.py": "",
            "shop": {
                "models.py": "from django.db import models\nclass G(models.Model):\n    name = models.CharField()\n    code = models.CharField()\n",
                "migrations": {
                    "0001.py": "class Migration(migrations.Migration):\n    operations = [migrations.CreateModel(name='G', fields=[('id', 1), ('name', 1)])]\n"
                },
            },
        },
    }

    assert places(inspect("sql-schema-drift", tree)) == [
        ("error", "diesel/schema.rs", 4),
        ("error", "django/shop/models.py", 4),
        ("error", "drizzle/schema.ts", 3),
        ("error", "prisma/schema.prisma", 3),
        ("error", "prisma/schema.prisma", 9),
        ("error", "sqlalchemy/models.py", 4),
        ("error", "typeorm/e.ts", 4),
    ]


def test_columns_under_another_name_than_their_attribute(inspect: Callable[..., list[Finding]]) -> None:
    made = "".join(f", sa.Column('{name}', sa.Text())" for name in ("id", "paperId", "bB", "cC", "dD", "eE", "fF"))
    tree = {
        "pyproject.toml": "",
        "models.py": (
            'class P(Base):\n    __tablename__ = "papers"\n    id: Mapped[str] = mapped_column(Text, primary_key=True)\n'
            '    paper_id: Mapped[str] = mapped_column(\n        Text,\n        ForeignKey("x.id"),\n        name="paperId",\n    )\n'
            '    b = Column("bB", Text)\n    c = Column(Text, name="cC")\n    d = deferred(Column(Text, name="dD"))\n    lost: Mapped[str] = mapped_column(Text, name="lostOne")\n'
            '    unknown = Column(Text, name=NAME)\nclass Q(SQLModel, table=True):\n    __tablename__ = "papers"\n'
            '    e: str = Field(sa_column=Column("eE", Text))\n    f: str = Field(sa_column_kwargs={"name": "fF"})\n'
            '    g: str = Field(sa_column_kwargs={"comment": "x"})\n    h: str = Field(sa_column=made())\n    __table__: Table\n'
        ),
        "q.py": 'c.execute("SELECT anything FROM papers")\n',
        "alembic": {
            "versions": {"1.py": f"def upgrade():\n    op.create_table('papers'{made})\ndef downgrade():\n    pass\n"}
        },
    }

    assert [(one.line, one.evidence) for one in inspect("sql-schema-drift", tree)] == [
        (12, "models.py:12 papers.lostone\nmodels.py:18 papers.g"),
    ]


def test_one_cause_in_several_models_packages_and_scripts(inspect: Callable[..., list[Finding]]) -> None:
    models = "".join(
        f'class M{name}(Base):\n    __tablename__ = "{name}"\n    id = Column(Text)\n'
        for name in ("t1", "t2", "lost1", "lost2")
    )
    made = "".join(f"    op.create_table('t{number}', sa.Column('id', 1))\n" for number in (1, 2))
    ask = 'c.execute("SELECT nick FROM t1")\n'
    tree = {
        "one": {
            "pyproject.toml": "",
            "models.py": models,
            "alembic": {"versions": {"1.py": f"def upgrade():\n{made}"}},
            "app.py": ask,
        },
        "scripts": {"pyproject.toml": "", "look.py": ask, "backfill_more.sql": "SELECT id FROM gone;\n"},
    }

    found = inspect("sql-schema-drift", tree)

    assert [(one.path, one.line, one.message) for one in found] == [
        ("one/app.py", 1, "No migration or schema here gives the table t1 a column nick. Also in scripts/look.py:1."),
        ("one/models.py", 8, "No migration makes 2 tables of these models: lost1, lost2."),
    ]


def test_defaults_that_the_database_works_out_are_columns(inspect: Callable[..., list[Finding]]) -> None:
    entity = (
        "@Entity('prices')\nexport class Price {\n  @Column()\n  id: number;\n  @Column({ type: 'timestamptz', default: () => 'NOW()' })\n  validFrom!: Date;\n"
        "  @Column(() => Name)\n  name: Name;\n}\n"
    )
    code = 'q("SELECT id, \\"validFrom\\" FROM prices");\n'

    assert inspect("sql-schema-drift", {"package.json": "{}", "price.entity.ts": entity, "a.ts": code}) == []


def test_a_script_that_sets_up_what_models_describe(inspect: Callable[..., list[Finding]]) -> None:
    names = [f"t{number}" for number in range(6)]
    models = "".join(
        f"export const {name} = pgTable('{name}', {{\n  id: integer('id'),\n  reason: varchar('{reason}'),\n}});\n"
        for name, reason in zip(names, ["why", *["reason"] * 5], strict=True)
    )
    sql = "".join(f"CREATE TABLE {name} (id int, reason text);\n" for name in names)
    tree = {"api": {"package.json": "{}", "schema.ts": models}, "scripts": {"init-db.sql": sql}}

    assert [(one.severity, one.line, one.evidence) for one in inspect("sql-schema-drift", tree)] == [
        ("error", 3, "t0.why")
    ]
    tree["scripts"]["init-db.sql"] = sql[: len(sql) // 2]
    assert inspect("sql-schema-drift", tree) == []


@pytest.mark.parametrize(
    ("more", "severity", "words"),
    [
        ({}, "warning", "nothing runs"),
        ({"package.json": json.dumps({"scripts": {"p": "prisma db push"}})}, "info", "left behind"),
        ({"CONTRIBUTING.md": "pnpm prisma db push\n"}, "info", "left behind"),
    ],
)
def test_migrations_of_prisma_that_make_less_than_half(
    inspect: Callable[..., list[Finding]], more: dict[str, str], severity: str, words: str
) -> None:
    models = "".join(f"model T{number} {{\n  id Int @id\n}}\n" for number in range(8))
    made = "".join(f'CREATE TABLE "T{number}" (id int);\n' for number in range(3))
    tree = {
        "package.json": "{}",
        "prisma": {"schema.prisma": models, "migrations": {"1_init": {"migration.sql": made}}},
        **more,
    }

    (found,) = inspect("sql-schema-drift", tree)

    assert (found.path, found.line, found.severity, words in found.message) == (
        "prisma/schema.prisma",
        10,
        severity,
        True,
    )
    assert "lack 5 tables and columns" in found.message


def test_tables_that_typeorm_makes_when_it_starts(inspect: Callable[..., list[Finding]]) -> None:
    names = [f"t{number}" for number in range(6)]
    entities = "".join(
        f"@Entity('{name}')\nexport class {name.upper()} {{\n  @Column()\n  id: number;\n  @Column()\n  reason: string;\n}}\n"
        for name in names
    )
    sql = "".join(f"CREATE TABLE {name} (id int, reason text);\n" for name in names).replace("reason", "why", 1)
    api = {"package.json": "{}", "all.entity.ts": entities}
    module = {"app.module.ts": "forRoot({ synchronize: true })\n"}

    assert places(inspect("sql-schema-drift", {"api": api, "db": {"setup.sql": sql}})) == [
        ("error", "api/all.entity.ts", 5)
    ]
    assert inspect("sql-schema-drift", {"api": {**api, **module}, "db": {"setup.sql": sql}}) == []
    assert inspect("sql-schema-drift", {"api": api, "backups": {"setup.sql": sql}}) == []
    assert places(inspect("sql-schema-drift", {"api": {**api, **module, "migrations": {"1.sql": sql}}})) == [
        ("warning", "api/all.entity.ts", 5)
    ]


def test_a_schema_of_drizzle_that_nothing_migrates_and_what_was_compiled_of_it(
    inspect: Callable[..., list[Finding]],
) -> None:
    model = "export const a = pgTable('a', {\n  id: serial('id'),\n  madeAt: timestamp('made_at'),\n});\n"
    tree = {
        "package.json": "{}",
        "src": {"schema.ts": model},
        "dist2": {"schema.js": model.replace("made_at", "old_at"), "schema.d.ts": "export declare const a: unknown;\n"},
        "drizzle": {"0000_a.sql": 'CREATE TABLE "a" ("id" serial);\n'},
        "README.md": "Run `drizzle-kit migrate`, or `drizzle-kit push` where it is only for you.\n",
    }

    assert places(inspect("sql-schema-drift", tree)) == [("warning", "src/schema.ts", 3)]

    tree["start.sh"] = "npx drizzle-kit migrate && node .\n"
    assert places(inspect("sql-schema-drift", tree)) == [("error", "src/schema.ts", 3)]


def test_tables_that_were_there_before_the_history_began(inspect: Callable[..., list[Finding]]) -> None:
    names = [f"t{number}" for number in range(8)]
    tree = {
        "package.json": '{"scripts": {"migrate": "drizzle-kit migrate"}}',
        "schema.ts": "".join(f"export const {name} = pgTable('{name}', {{ id: serial('id') }});\n" for name in names),
        "drizzle": {"0000_a.sql": "".join(f"CREATE TABLE {name} (id serial);\n" for name in names[1:])},
    }
    assert places(inspect("sql-schema-drift", tree)) == [("error", "schema.ts", 1)]

    tree["drizzle/meta/0000_snapshot.json"] = '{"tables": {"public.t0": {"name": "t0"}}}'
    assert places(inspect("sql-schema-drift", tree)) == [("warning", "schema.ts", 1)]
