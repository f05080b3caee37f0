"""Ports that a health check asks, against where programs listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("command", "port", "expected"),
    [
        ('["fastapi", "run", "--workers", "4"]', 8000, 0),
        ('["fastapi", "run", "--workers", "4"]', 8080, 1),
        ("uvicorn main:app --port 9000", 8000, 1),
        ("streamlit run app.py", 8501, 0),
        ("flask run", 5000, 0),
    ],
)
def test_a_health_check_against_what_servers_do_unless_told(
    inspect: Inspect, command: str, port: int, expected: int
) -> None:
    compose = f"services:\n  a:\n    build: ./a\n    environment:\n      DB: x:5432\n    healthcheck:\n      test: curl -f http://localhost:{port}/\n"
    tree = {"docker-compose.yml": compose, "a": {"Dockerfile": f"FROM python\nCMD {command}\n"}}

    assert len(inspect("port-conflict", tree)) == expected


@pytest.mark.parametrize(
    ("code", "count"), [("Deno.serve({ port: APP_PORT - 1 })", 0), ("serve(APP_PORT)", 1), ("listen(7999)", 0)]
)
def test_a_health_check_of_a_port_that_code_reckons(inspect: Inspect, code: str, count: int) -> None:
    compose = (
        "services:\n  a:\n    build: {context: ., dockerfile: docker/base/Dockerfile}\n    environment: {APP_PORT: '8000'}\n"
        "    healthcheck:\n      test: curl -f http://localhost:7999/\n"
    )
    docker = {"base": {"Dockerfile": "FROM denoland/deno\nCMD serve\n"}}
    tree = {"docker-compose.yml": compose, "docker": docker, "src": {"a.ts": f"{code}\n"}}

    assert len(inspect("port-conflict", tree)) == count


def test_a_health_check_that_labels_or_an_override_agree_with(inspect: Inspect) -> None:
    compose = (
        "services:\n  a:\n    build: ./a\n    environment: {DB: 'x:5432'}\n    labels:\n      - traefik.http.services.a.loadbalancer.server.port=8000\n"
        "    healthcheck:\n      test: curl -f http://localhost:8000/\n"
    )
    tree = {"docker-compose.yml": compose, "a": {"Dockerfile": "FROM python\nCMD serve\n"}}

    assert inspect("port-conflict", tree) == []


_TARGETS = "FROM node:22 AS web\nEXPOSE 3000\nFROM node:22 AS api\n{}CMD node api.js\n"


@pytest.mark.parametrize(
    ("exposes", "variable", "asked", "told"),
    [
        ("EXPOSE 8080\n", "BACKEND_PORT: 8080", "8080", "8080, as its health check, BACKEND_PORT and EXPOSE say"),
        ("", "BACKEND_PORT: 8080", "8080", "8080, as its health check and BACKEND_PORT say"),
        ("EXPOSE 8080\n", "MODE: a", "8080", "8080, as its health check and EXPOSE say"),
        ("", "METRICS_PORT: 8080", "8080", ""),
        ("EXPOSE 8000\n", "BACKEND_PORT: 8080", "8080", ""),
        ("", "BACKEND_PORT: 8080", "8000", ""),
        ("ENV PORT=8000\n", "BACKEND_PORT: 8080", "8080", ""),
    ],
)
def test_a_container_port_against_what_several_places_say(
    inspect: Inspect, exposes: str, variable: str, asked: str, told: str
) -> None:
    compose = f"""\
services:
  api:
    build: {{context: ., target: api}}
    environment:
      {variable}
    ports: ["8080:8000"]
    healthcheck:
      test: [CMD, wget, "http://localhost:{asked}/health"]
"""
    found = inspect("port-conflict", {"docker-compose.yml": compose, "Dockerfile": _TARGETS.format(exposes)})

    assert [(one.severity, one.line) for one in found] == [("warning", 6)] * bool(told)
    assert all(told in one.message for one in found)


@pytest.mark.parametrize(("code", "count"), [("const HEALTH = PORT - 1 // 9879\n", 0), ("const HEALTH = 19879\n", 1)])
def test_a_health_check_at_a_port_that_the_code_makes(inspect: Inspect, code: str, count: int) -> None:
    compose = """\
services:
  a:
    build: ./a
    ports: ["9880:9880"]
    healthcheck: {test: "wget -q http://localhost:9879/"}
"""
    tree = {"compose.yaml": compose, "a": {"Dockerfile": "FROM a\nEXPOSE 9880\n", "main.ts": code}}

    assert places(inspect("port-conflict", tree)) == [("warning", "compose.yaml", 5)] * count


IMAGE = 'FROM node:22\nEXPOSE {0}\nHEALTHCHECK CMD wget -qO- http://localhost:{0}/ || exit 1\nCMD ["node", "dist/worker.js"]\n'


@pytest.mark.parametrize(
    ("image", "published", "told"),
    [
        (4001, 4001, ""),
        (4000, 4001, "is told to listen on PORT 4000"),
        (4001, 4000, "asks port 4001, and service worker tells the program PORT 4000"),
        (4000, 4000, ""),
    ],
)
def test_the_own_health_check_of_an_image(inspect: Inspect, image: int, published: int, told: str) -> None:
    compose = (
        f"x-env: &env {{PORT: 4000}}\nservices:\n  worker:\n    build: ./worker\n    environment:\n      <<: *env\n"
        f"    ports:\n      - '{published}:{published}'\n"
    )
    code = "const port = Number(process.env.PORT ?? 3999);\napp.listen(port);\n"
    tree = {
        "docker-compose.yml": compose,
        "worker": {"Dockerfile": IMAGE.format(image), "package.json": "{}", "src": {"worker.ts": code}},
    }

    found = inspect("port-conflict", tree)

    assert len(found) == bool(told)
    assert all(told in one.message for one in found)
