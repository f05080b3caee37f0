"""Ports that proxies, scrapers and addresses ask, against where programs listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ("[http_service]\ninternal_port = 8080\n", [2]),
        ("[http_service]\ninternal_port = 3000\n", []),
        ("[env]\nPORT = '8080'\n[[services]]\ninternal_port = 8080\n[[services]]\ninternal_port = 9000\n", [6]),
        ("[build]\nimage = 'x'\ndockerfile = 'gone'\n[http_service]\ninternal_port = 1\n", []),
        ("http_service = 3\nservices = 4\n", []),
    ],
)
def test_the_port_that_a_proxy_asks(inspect: Inspect, machine: str, expected: list[int]) -> None:
    tree = {"a": {"fly.toml": machine, "Dockerfile": "FROM a\nEXPOSE 3000\n"}}

    assert [one.line for one in inspect("port-conflict", tree)] == expected


PROXIED = """services:
  api: {build: ./api}
  auth: {build: ./auth, environment: {PORT: 4000}}
  worker: {build: ./worker, command: uvicorn main:app --port 9000}
  told: {build: ./api, env_file: .env}
  grafana: {image: grafana/grafana, ports: ["3001:3000"]}
  proxy: {image: nginx, volumes: [./proxy:/etc/nginx/conf.d]}
"""
PROGRAMS = {
    "api": {"Dockerfile": "FROM node\nCMD node a.js\n", "a.js": "app.listen(3000)\n", "b.js": "metrics(9464)\n"},
    "auth": {"Dockerfile": "FROM node\nEXPOSE 4000\nCMD node a.js\n"},
    "worker": {"Dockerfile": "FROM python\n"},
}


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("a.conf", "proxy_pass http://api:3001/;", "api:3001, and the code says 3000"),
        ("a.conf", "proxy_pass http://auth:3000;", "auth:3000, and its environment says PORT 4000"),
        (
            "a.conf",
            "upstream api { server worker:8000; }\nproxy_pass http://api;",
            "worker:8000, and its command says 9000",
        ),
        (
            "a.conf.template",
            "upstream api {\n  server api:80; }\nproxy_pass http://api;",
            "api:80, and the code says 3000",
        ),
        (
            "a.conf",
            "proxy_pass http://grafana:3001;",
            "3001 is its port on the host; within the network it listens on 3000",
        ),
        ("Caddyfile", "reverse_proxy /api/* auth:4000 api:8080", "api:8080, and the code says 3000"),
        (
            "t.yml",
            "http: {services: {a: {loadBalancer: {servers: [{url: 'http://api:81'}]}}}}",
            "api:81, and the code says 3000",
        ),
        ("a.conf", "proxy_pass http://api:3000;", ""),
        ("a.conf", "# proxy_pass http://api:3001;", ""),
        ("a.conf", "proxy_pass http://api:9464/metrics;", ""),
        ("a.conf", "proxy_pass http://told:3001;", ""),
        ("a.conf", "proxy_pass http://grafana:4000;", ""),
        ("a.conf", "proxy_pass http://worker:9000;", ""),
        ("Caddyfile", "reverse_proxy @a auth:4000", ""),
        ("p.yml", "scrape_configs: [{static_configs: [{targets: ['api:3001']}]}]", ""),
    ],
)
def test_a_proxy_that_asks_another_port(inspect: Inspect, name: str, line: str, says: str) -> None:
    tree = {"docker-compose.yml": PROXIED, "proxy": {name: f"{line}\n"}, **PROGRAMS}

    found = inspect("port-conflict", tree)

    assert [(one.severity, one.path, says in one.message) for one in found] == (
        [("error" if "on the host" in says else "warning", f"proxy/{name}", True)] if says else []
    )


def test_settings_that_an_image_copies_and_labels_of_traefik(inspect: Inspect) -> None:
    label = "traefik.http.services.api.loadbalancer.server.port=8080"
    compose = f"services:\n  api:\n    build: ./api\n    labels:\n      - {label}\n  web: {{build: ./web}}\n"
    web = {
        "Dockerfile": "FROM nginx\nCOPY nginx.conf /etc/nginx/conf.d/\n",
        "nginx.conf": "proxy_pass http://api:5000;\n",
    }

    found = inspect("port-conflict", {"docker-compose.yml": compose, "web": web, **PROGRAMS})

    assert places(found) == [("warning", "docker-compose.yml", 5), ("warning", "web/nginx.conf", 1)]


@pytest.mark.parametrize(
    ("variable", "port", "told"),
    [
        ("SEARCH_URL: http://search:{port}/v1", 8000, [("warning", "compose.yml", 5)]),
        ("SEARCH_URL: ${{S:-http://shop-search:{port}}}", 8109, [("warning", "compose.yml", 5)]),
        ("SEARCH_URL: http://search:{port}", 8009, []),
        ("DATABASE_URL: postgres://a:b@db:{port}/c", 5433, [("error", "compose.yml", 5)]),
        ("DATABASE_URL: postgres://a:b@db:{port}/c", 5432, []),
        ("CORS_ORIGINS: http://search:{port}", 8000, []),
        ("SELF_URL: http://api:{port}", 8000, []),
        ("OTHER_URL: http://elsewhere:{port}", 8000, []),
        ("CACHE_URL: redis://cache:{port}", 7000, []),
    ],
)
def test_an_address_in_a_variable(inspect: Inspect, variable: str, port: int, told: list[tuple[str, str, int]]) -> None:
    compose = f"""services:
  api:
    build: ./api
    environment:
      {variable.format(port=port)}
  search:
    build: ./search
    container_name: shop-search
    env_file: [search.env]
    environment: {{API_URL: "http://api:8000"}}
    ports: ["8109:8009"]
  db: {{image: postgres, ports: ["5433:5432"]}}
  cache: {{image: redis}}
"""
    tree = {
        "compose.yml": compose,
        "api": {"Dockerfile": "FROM a\n"},
        "search": {"Dockerfile": "FROM a\nCMD uvicorn a:b --port 8009\n", "a.py": "LIMIT = 8000\n"},
    }

    assert places(inspect("port-conflict", tree)) == told


@pytest.mark.parametrize(("port", "told"), [(5433, True), (5432, False)])
def test_a_store_of_the_file_that_this_one_is_laid_over(inspect: Inspect, port: int, told: bool) -> None:
    store = "services:\n  db:\n    image: postgres\n    ports: ['5433:5432']\n    expose: ['5433']\n"
    above = f"services:\n  api:\n    image: example/api\n    environment:\n      - DATABASE_URL=postgres://a:b@db:{port}/c\n"

    found = inspect("port-conflict", {"docker-compose.yml": store, "docker-compose.production.yml": above})

    assert places(found) == [("error", "docker-compose.production.yml", 5)] * told


def test_settings_that_are_no_yaml_do_not_stop_the_check(inspect: Inspect) -> None:
    compose = "services:\n  p: {image: prom/prometheus, volumes: ['./p.yml:/etc/prometheus/prometheus.yml']}\n"

    assert inspect("port-conflict", {"compose.yml": compose, "p.yml": "scrape_configs:\n- a\n b: [\n"}) == []


def test_prometheus_that_scrapes_ports_of_the_host_is_told_once(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, ports: ['81:80']}\n  b: {image: b, ports: ['91:90']}\n  c: {image: c, ports: ['71:70']}\n"
    compose += "  p: {image: prom/prometheus, volumes: ['./p.yml:/etc/prometheus/prometheus.yml']}\n"
    scraped = "scrape_configs:\n- static_configs:\n  - targets: ['a:81']\n  - targets: ['b:91']\n  - targets: ['c:70', 'c:9999']\n"

    (found,) = inspect("port-conflict", {"compose.yml": compose, "p.yml": scraped})

    assert (found.line, found.message, found.evidence.rpartition("; ")[2]) == (
        3, "Prometheus asks a:81 (as 1 more), and 81 is its port on the host; within the network it listens on 80: nothing answers there.",
        "line 4: write b:90",
    )  # fmt: skip


def test_a_store_of_a_compose_file_that_cannot_be_read(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services:\n  db: [\n",
        "compose.staging.yml": 'services:\n  db: {image: postgres, ports: ["5433:5432"]}\n',
        ".env.example": "DATABASE_URL=postgres://u:p@localhost:5432/a\nTEST_URL=postgres://u:p@localhost:5432/b\n",
    }

    assert inspect("port-conflict", tree) == []
    assert len(inspect("port-conflict", {**tree, "docker-compose.yml": "services: {}\n"})) == 1
