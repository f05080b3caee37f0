"""Stores that an example of an environment seeks where compose does not publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

COMPOSE = """\
services:
  db: {image: postgres:16, ports: ["5433:5432"]}
  cache: {image: redis:7, ports: ["6379:6379"]}
"""
ASKED = "A=1\nDATABASE_URL=postgresql://app:app@localhost:5432/app\nREDIS_URL=redis://localhost:6379\nDIRECT=postgres://127.0.0.1/app\n"


def test_a_store_at_another_port(inspect: Inspect) -> None:
    tree = {"docker-compose.yml": COMPOSE, "apps": {"api": {".env.example": ASKED}}}

    (first,) = inspect("port-conflict", tree)

    assert (first.severity, first.path, first.line) == ("warning", "apps/api/.env.example", 2)
    assert (
        first.message
        == "DATABASE_URL asks for localhost:5432, and compose publishes db at 5433: nothing answers there."
    )
    assert [fix.title for fix in first.fixes] == ["write 5433 in DATABASE_URL, or publish db at 5432"]
    assert first.evidence == "docker-compose.yml line 2: 5433:5432"


@pytest.mark.parametrize(
    "tree",
    [
        {"docker-compose.yml": COMPOSE, ".env.example": ASKED.replace(":5432", ":5433").replace("127.0.0.1", "db")},
        {"docker-compose.yml": COMPOSE.replace("5433", "${DB_PORT:-5433}"), ".env.example": ASKED},
        {"docker-compose.yml": COMPOSE, "compose.test.yml": COMPOSE.replace("5433", "5432"), ".env.example": ASKED},
        {"deploy": {"docker-compose.yml": COMPOSE}, "api": {".env.example": ASKED}},
        {"docker-compose.yml": COMPOSE.replace("5433:", ""), ".env.example": ASKED},
        {"docker-compose.yml": COMPOSE, "notes.env.md": ASKED},
        {"docker-compose.yml": COMPOSE, ".env.example": "DATABASE_URL=postgres://a:b@localhost:54322/postgres\n"},
        {"docker-compose.yml": COMPOSE, ".env.example": "DATABASE_URL=postgres://a:b@localhost:6432/app\n"},
        {"docker-compose.yml": COMPOSE, ".env.example": "REPLICA_URL=postgres://a:b@localhost:5432/app\n"},
    ],
    ids=[
        "agrees",
        "a variable",
        "another file",
        "elsewhere",
        "not published",
        "no example",
        "Supabase",
        "a pooler",
        "a replica",
    ],
)
def test_quiet_where_it_may_answer(inspect: Inspect, tree: dict[str, object]) -> None:
    assert inspect("port-conflict", tree) == []


@pytest.mark.parametrize(
    ("name", "database", "told"),
    [
        ("docker-compose.yml", "app", True),
        ("docker-compose.yml", "${NAME}", True),
        ("docker-compose.yml", "other", False),
        ("docker-compose.test.yml", "app", False),
    ],
)
def test_another_store_of_the_kind_is_not_the_one_that_is_asked(
    inspect: Inspect, name: str, database: str, told: bool
) -> None:
    compose = COMPOSE.replace("postgres:16,", f"postgres:16, environment: {{POSTGRES_DB: '{database}'}},")

    assert bool(inspect("port-conflict", {name: compose, ".env.example": ASKED})) is told
