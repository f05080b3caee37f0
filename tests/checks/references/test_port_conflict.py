"""Ports that are published twice, or that do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_one_host_port_for_two_services(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: x, ports: ["8080:80"]}
  b:
    image: y
    ports:
      - "127.0.0.1:8080:3000"
      - {target: 1, published: 8080, protocol: udp}
"""
    assert places(inspect("port-conflict", {"docker-compose.yml": compose})) == [("error", "docker-compose.yml", 6)]


def test_quiet_about_ports_that_are_not_published_together(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: x, ports: ["8080:80"], profiles: [one]}
  b: {image: y, ports: ["8080:80"], profiles: [two]}
  c: {image: z, ports: ["127.0.0.1:90:80"]}
  d: {image: z, ports: ["127.0.0.2:90:80", "53:53/tcp", "53:53/udp", "3000", "${PORT}:1", "9000-9010:9000-9010"]}
"""
    other = "services:\n  a: {image: x, ports: ['8080:80']}\n"

    assert inspect("port-conflict", {"docker-compose.yml": compose, "compose.b.yml": other}) == []


def test_a_program_and_those_who_run_it(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./api
    environment: {PORT: "5000"}
    ports: ["80:4000"]
  web:
    build: ./web
    ports: ["81:9999"]
"""
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: example/web:1
      ports:
        - containerPort: 7000
"""
    tree = {
        "docker-compose.yml": compose,
        "api": {"Dockerfile": "FROM a\nEXPOSE 5000\n"},
        "web": {"Dockerfile": "FROM a\nEXPOSE 3000\n", "server.js": "listen(process.env.PORT ?? 3000)\n"},
        "k8s": {"web.yaml": pod},
    }

    assert places(inspect("port-conflict", tree)) == [
        ("warning", "docker-compose.yml", 5),
        ("warning", "docker-compose.yml", 8),
        ("warning", "k8s/web.yaml", 9),
    ]


def test_quiet_where_a_command_or_a_debugger_explains_the_port(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./api
    command: serve --port 4000
    ports: ["80:4000"]
  web:
    build: ./web
    ports: ["9229:9229", "81:3000"]
"""
    tree = {
        "docker-compose.yml": compose,
        "api": {"Dockerfile": "FROM a\nEXPOSE 1\n"},
        "web": {"Dockerfile": "FROM a\nEXPOSE 3000\n"},
    }

    assert inspect("port-conflict", tree) == []
