"""Ports of the host that are published twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
  e: {image: z, ports: ["9011-9012:9011-9012", {target: 80}, {published: "x", target: 1}, "1-2-3:4", "99999999999999:1"]}
"""
    other = "services:\n  a: {image: x, ports: ['8080:80']}\n"

    assert inspect("port-conflict", {"docker-compose.yml": compose, "compose.b.yml": other}) == []


def test_ranges_defaults_and_included_files(inspect: Inspect) -> None:
    compose = """\
include: [more.yml]
services:
  a: {image: x, ports: ["8000-8010:8000-8010", "${WEB:-3000}:80"]}
  b:
    image: y
    ports:
      - target: 80
        published: "8005"
      - 3000:1
      - 9000-9002:1-3
  c: {image: z, ports: ["6000:1"], profiles: [more]}
  d: {image: z, ports: ["6000:1"]}
"""
    more = "services:\n  z: {image: x, ports: ['9001:1']}\n"

    found = inspect("port-conflict", {"compose.yml": compose, "more.yml": more})

    assert [(one.severity, one.line, one.evidence) for one in found] == [
        ("error", 8, "line 3: a"),
        ("error", 10, "more.yml line 2: z"),
        ("warning", 12, "line 11: c"),
    ]


def test_hostile_ports_take_no_time(inspect: Inspect) -> None:
    ports = ", ".join(f'"{n % 60000}-{n % 60000 + 900}:1"' for n in range(0, 40_000, 400))
    command = "--port " * 20_000
    compose = f"services:\n  a: {{image: x, ports: [{ports}]}}\n  b: {{build: ., command: '{command}'}}\n"

    found = inspect("port-conflict", {"compose.yml": compose, "Dockerfile": f"FROM a\nCMD {command}\n"})

    assert {one.path for one in found} <= {"compose.yml"}


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("ports: ['80:80'], deploy: {replicas: 2}", True),
        ("ports: [{published: 80, target: 80}], scale: 3", True),
        ("ports: ['80-82:80'], deploy: {replicas: 3}", False),
        ("ports: ['80-81:80'], deploy: {replicas: 3}", True),
        ("ports: ['80'], deploy: {replicas: 2}", False),
        ("expose: ['80'], deploy: {replicas: 2}", False),
        ("ports: ['80:80'], deploy: {replicas: 1}", False),
        ("ports: ['80:80'], deploy: {replicas: 2, placement: {constraints: [a]}}", False),
    ],
)
def test_a_service_that_is_wanted_several_times(inspect: Inspect, service: str, told: bool) -> None:
    compose = f"services:\n  a: {{image: a, {service}}}\n"

    assert places(inspect("port-conflict", {"compose.yml": compose})) == [("warning", "compose.yml", 2)] * told


def test_quiet_where_a_swarm_runs_them(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, ports: ['80:80'], deploy: {replicas: 2}}\n"
    tree = {"compose.yml": compose, "run.sh": "docker stack deploy -c compose.yml a\n"}

    assert inspect("port-conflict", tree) == []


def test_ports_of_two_services_are_one_clash(inspect: Inspect) -> None:
    ports = 'ports: ["80:80", "443:443"]'
    compose = f"services:\n  a: {{image: a, {ports}}}\n  b: {{image: b, {ports}}}\n"

    (found,) = inspect("port-conflict", {"compose.yml": compose})

    assert "host port 80, 443, which a publishes" in found.message
