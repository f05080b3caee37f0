"""Services that commands of docker compose name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

COMPOSE = "services:\n  database: {image: postgres}\n  api: {image: own}\n"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("docker compose up -d databse api", ["databse"]),
        ("docker-compose -f compose.yaml -p shop run --rm -e A=b migrate npm run up", ["migrate"]),
        ("docker compose exec -T db psql -U a", ["db"]),
        ('docker compose run --rm --entrypoint "" api sh', []),
        ("cat <<EOF\ndocker compose logs your-service\nEOF", []),
        ("docker compose logs -f web", ["web"]),
        ("docker compose logs --tail 9 api", []),
        ("docker compose up -d api && docker compose exec web sh", ["web"]),
        ('DC="docker compose -f compose.yaml"; $DC exec web sh', ["web"]),
        ("DC=docker compose\n$(DC) restart api", []),
        ("docker compose stop cache; docker compose restart api", ["cache"]),
        ("docker compose up -d --scale api=2 database", []),
        ("docker compose exec api db migrate", []),
        ("docker compose up -d $NAMES", []),
        ("docker compose -f gone.yaml up -d web", []),
        ("docker compose up -d web || true", []),
        ("echo docker compose up web", []),
        ("# docker compose up web", []),
        ("cd /srv/shop && docker compose up web", []),
        ("docker compose up -d > log", []),
        ("if docker compose up -d --build; then echo up; fi", []),
    ],
)
def test_what_a_script_starts(inspect: Inspect, command: str, names: list[str]) -> None:
    found = inspect("compose-dependency-undefined", {"compose.yaml": COMPOSE, "up.sh": f"#!/bin/sh\n{command}\n"})

    assert [one.message.partition(" the service ")[2].partition(",")[0] for one in found] == names
    assert {(one.severity, one.line) for one in found} <= {("warning", 2)}


def test_what_runs_unasked_is_an_error_and_told_once(inspect: Inspect) -> None:
    flow = "on: push\njobs:\n  a:\n    steps:\n      - run: docker compose up -d postgres\n"
    tree = {
        "compose.yaml": COMPOSE,
        "Makefile": "up:\n\tdocker compose up -d postgres\n",
        "package.json": '{"scripts": {"up": "docker compose up -d api", "down": "docker compose down"}}',
        ".github/workflows/ci.yml": flow,
    }

    found = inspect("compose-dependency-undefined", tree)

    assert places(found) == [("error", ".github/workflows/ci.yml", 5)]
    assert found[0].evidence.endswith("; so in Makefile:2")


@pytest.mark.parametrize(
    "files",
    [
        {"more.compose.yaml": "services: {web: {image: a}}\n"},
        {"docker-compose.yml": "services: [\n"},
        {"compose.yaml": f"include: [other/compose.yaml]\n{COMPOSE}"},
        {"up.sh": "cat > docker-compose.yml <<E\nservices:\n  web:\nE\ndocker compose up web\n"},
    ],
)
def test_quiet_where_another_file_may_have_it(inspect: Inspect, files: dict[str, str]) -> None:
    tree = {"compose.yaml": COMPOSE, "up.sh": "docker compose up web\n", **files}

    assert inspect("compose-dependency-undefined", tree) == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("docker compose exec store sh", True),
        ("docker compose logs store", True),
        ("docker compose exec db sh", False),
        ("docker compose -f ../compose.yml exec store sh", False),
        ("cd .. && docker compose exec store sh", False),
    ],
)
def test_a_script_of_a_package_means_the_file_of_its_folder(inspect: Inspect, command: str, told: bool) -> None:
    tree = {
        "compose.yml": "services:\n  store: {image: postgres}\n",
        "api": {
            "compose.yml": "services:\n  db: {image: postgres}\n",
            "package.json": f'{{"scripts": {{"x": "{command}"}}}}',
        },
    }

    found = inspect("compose-dependency-undefined", tree)

    assert [(one.severity, one.path) for one in found] == [("error", "api/package.json")] * told
    assert all("which api/compose.yml does not define" in one.message for one in found)
