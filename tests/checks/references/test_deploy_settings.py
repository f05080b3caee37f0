"""What settings that containers are given name: scraping, proxies, includes of nginx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "deploy-reference-missing"


MONITORING = """\
services:
  api: {build: .}
  cache: {image: redis, container_name: shop-cache, networks: {default: {aliases: [store]}}}
  prometheus:
    image: prom/prometheus
    volumes:
      - ./ops/prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./ops/rules:/etc/prometheus/rules
      - ./ops/provisioning:/etc/grafana/provisioning
      - ./ops/nginx.conf:/etc/nginx/nginx.conf
"""
PROMETHEUS = """\
rule_files:
  - rules/*.yml
  - rules/gone.yml
  - /etc/prometheus/alerts/a.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alerts:9093"]
scrape_configs:
  - job_name: a
    static_configs:
      - targets: ["localhost:9090", "api:3000", "shop-cache:6379", "store:6379", "db-exporter:9187"]
      - targets: [db.internal:80, 10.0.0.1:90]
"""


def test_what_mounted_settings_name(inspect: Inspect) -> None:
    nginx = "upstream pool { server api:3000; }\nserver {\n  location / { proxy_pass http://pool; }\n  location /b { proxy_pass http://apy:3000; }\n}\n"
    boards = "providers:\n  - options:\n      path: /var/lib/grafana/dashboards\n"
    sources = "datasources:\n  - url: http://prometheus:9090\n  - url: http://loki:3100\n"
    ops = {
        "prometheus.yml": PROMETHEUS,
        "rules": {"a.yml": ""},
        "nginx.conf": nginx,
        "provisioning": {"dashboards": {"a.yml": boards}, "datasources": {"a.yml": sources}},
    }

    assert places(inspect(ID, {"docker-compose.yml": MONITORING, "Dockerfile": "FROM a\n", "ops": ops})) == [
        ("error", "ops/nginx.conf", 4),
        ("warning", "ops/prometheus.yml", 3),
        ("warning", "ops/prometheus.yml", 8),
        ("warning", "ops/provisioning/dashboards/a.yml", 3),
        ("warning", "ops/provisioning/datasources/a.yml", 3),
    ]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("nginx.conf", "upstream back {\n  server back:3000;\n}\nlocation / { proxy_pass http://back; }\n", 2),
        ("Caddyfile", ":80 {\n  reverse_proxy /a/* api:3000\n  reverse_proxy /b/* api:3000 mailer:25\n}\n", 3),
        ("nginx.conf", "set $up back;\nlocation / {\n  proxy_pass http://$up:3000; }\nset $up api;\n", 3),
        ("nginx.conf", "set $up api;\nlocation / { proxy_pass http://$up:3000; }\nset $up back;\n", 0),
        ("nginx.conf", "location / { proxy_pass http://$up:3000; }\n", 0),
        ("nginx.conf", "upstream back {\n  server api:3000;\n}\nlocation / { proxy_pass http://back; }\n", 0),
        (
            "Caddyfile",
            ":80 {\n  reverse_proxy @x api:3000\n  reverse_proxy {$HOST}:80\n  redir https://a.example.com\n}\n",
            0,
        ),
    ],
)
@pytest.mark.parametrize("copied", [False, True])
def test_hosts_of_proxies(inspect: Inspect, name: str, text: str, line: int, copied: bool) -> None:
    proxy = "{build: proxy}" if copied else f"{{image: a, volumes: [./proxy/{name}:/etc/{name}]}}"
    image = {"Dockerfile": f"FROM nginx\nCOPY {name} /etc/{name}\n"} if copied else {}
    compose = f"services:\n  api: {{image: a}}\n  proxy: {proxy}\n"
    level = "error" if name == "nginx.conf" and not copied else "warning"

    found = inspect(ID, {"docker-compose.yml": compose, "proxy": {name: text, **image}})

    assert places(found) == ([(level, f"proxy/{name}", line)] if line else [])


def test_a_network_of_another_file_of_the_repository_is_no_other_stack(inspect: Inspect) -> None:
    monitoring = (
        "services:\n  prometheus: {image: a, volumes: [./p.yml:/etc/p.yml]}\nnetworks: {backend: {external: true}}\n"
    )
    settings = "scrape_configs:\n  - static_configs:\n      - targets: [exporter:9100]\n"
    main = "services:\n  a: {image: b}\nnetworks: {backend: {}}\n"
    tree = {"compose.monitoring.yml": monitoring, "p.yml": settings, "compose.yml": main}

    assert places(inspect(ID, tree)) == [("warning", "p.yml", 3)]


@pytest.mark.parametrize(
    "compose",
    [
        "  prometheus: {image: a, network_mode: host, volumes: [./ops/prometheus.yml:/etc/prometheus/prometheus.yml]}\n",
        (
            "  prometheus: {image: a, volumes: [data:/etc/prometheus, ./ops/prometheus.yml:/etc/prometheus/prometheus.yml]}\n"
            "  alerts: {image: a}\n  api: {image: a}\n  cache: {image: a, hostname: shop-cache}\n  store: {image: a}\n  db-exporter: {image: a}\n"
            "volumes: {data: }\n"
        ),
        (
            "  prometheus: {build: ops, volumes: [./ops/prometheus.yml:/etc/prometheus/prometheus.yml]}\n"
            "networks: {shared: {external: true}}\n"
        ),
        "  other: {image: a}\n",
    ],
)
def test_quiet_about_settings_of_other_stacks_and_images(inspect: Inspect, compose: str) -> None:
    tree = {
        "docker-compose.yml": f"services:\n{compose}",
        "ops": {"prometheus.yml": PROMETHEUS, "Dockerfile": "FROM a\n"},
    }

    assert [one for one in inspect(ID, tree) if one.severity != "info"] == []


@pytest.mark.parametrize(
    "text",
    [
        "scrape_configs: 3",
        "scrape_configs: [[{static_configs: a}]]",
        "rule_files: {a: b}\nscrape_configs: []",
        "[",
        "a\0b",
    ],
)
def test_settings_that_are_none_are_no_fault(inspect: Inspect, text: str) -> None:
    tree = {
        "docker-compose.yml": MONITORING,
        "Dockerfile": "FROM a\n",
        "ops": {"prometheus.yml": text, "rules": {"a.yml": text}},
    }

    assert inspect(ID, tree) == []


_INCLUDING = """\
include mime.types;
include /etc/nginx/conf.d/*.conf;
# include old.conf;
server {
    include /etc/nginx/snippets/tls.conf;
    include params/proxy.conf;
}
"""


@pytest.mark.parametrize(
    ("service", "files", "expected"),
    [
        ("image: nginx:1.27", {"snippets": {"a": ""}}, [5]),
        ("image: nginx", {"snippets": {"tls.conf": ""}, "params": {"a": ""}}, [6]),
        ("image: nginx", {}, []),
        ("image: nginx", {"snippets": {"tls.conf": ""}, "params": {"proxy.conf": ""}}, []),
        ("image: example.invalid/nginx", {}, []),
    ],
)
def test_what_nginx_includes_and_no_mount_brings(
    inspect: Inspect, service: str, files: dict[str, Any], expected: list[int]
) -> None:
    compose = f"""\
services:
  proxy:
    {service}
    volumes:
      - ./nginx.conf:/etc/nginx/nginx.conf
      - ./snippets:/etc/nginx/snippets
      - ./params:/etc/nginx/params
"""
    found = inspect("deploy-reference-missing", {"compose.yml": compose, "nginx.conf": _INCLUDING, **files})

    assert [one.line for one in found] == expected


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ("", [("error", "web/nginx.conf", 5)]),
        ("COPY snippets /etc/nginx/snippets", [("error", "web/nginx.conf", 6)]),
        ("COPY snippets/ /etc/nginx/snippets/\nCOPY snippets/tls.conf /etc/nginx/params/proxy.conf", []),
        ("COPY --from=a /etc/nginx /etc/nginx", []),
        ("RUN mkdir /etc/nginx/params && touch proxy.conf tls.conf", []),
        ("COPY snippets/*.conf /etc/nginx/snippets/\nCOPY params /etc/nginx/params", [("error", "web/nginx.conf", 6)]),
    ],
)
def test_what_nginx_includes_and_no_copy_brings(
    inspect: Inspect, copies: str, expected: list[tuple[str, str, int]]
) -> None:
    dockerfile = f"FROM nginx:alpine\nCOPY nginx.conf /etc/nginx/nginx.conf\n{copies}\n"
    web = {"Dockerfile": dockerfile, "nginx.conf": _INCLUDING, "snippets": {"tls.conf": ""}, "params": {"a": ""}}

    assert places(inspect("deploy-reference-missing", {"web": web})) == expected


@pytest.mark.parametrize(
    ("rule", "files", "told"),
    [
        ("rules/*.yml", {}, [("info", "ops/p.yml", 2)]),
        ("rules/*.yml", {"other": {"a.yml": ""}}, [("info", "ops/p.yml", 2)]),
        ("rules/*.yml", {"alerting": {"rules": {"a.yml": ""}}}, [("warning", "ops/p.yml", 2)]),
        ("rules/a.yml", {}, [("warning", "ops/p.yml", 2)]),
    ],
)
def test_a_pattern_that_is_for_nothing_is_information(
    inspect: Inspect, rule: str, files: dict[str, Any], told: list[tuple[str, str, int]]
) -> None:
    compose = (
        "services:\n  p:\n    image: prom/prometheus\n    volumes: ['./ops/p.yml:/etc/prometheus/prometheus.yml']\n"
    )
    tree = {"compose.yml": compose, "ops": {"p.yml": f"rule_files:\n  - {rule}\nscrape_configs: []\n"}, **files}

    assert places(inspect(ID, tree)) == told


@pytest.mark.parametrize(
    ("host", "todo"),
    [
        ("your-backend", []),
        ("changeme", []),
        ("db-exporter", ["add the service db-exporter, or take it out here"]),
        ("dbb", ["write db in place of dbb"]),
    ],
)
def test_an_exporter_is_not_what_it_exports(inspect: Inspect, host: str, todo: list[str]) -> None:
    compose = "services:\n  db: {image: postgres}\n  p:\n    image: prom/prometheus\n    volumes: ['./p.yml:/etc/prometheus/prometheus.yml']\n"
    settings = f"scrape_configs:\n  - static_configs: [{{targets: ['{host}:9187']}}]\n"

    found = inspect(ID, {"compose.yml": compose, "p.yml": settings})

    assert [fix.title for one in found for fix in one.fixes] == todo


def test_rules_whose_mount_has_no_source_are_told_there(inspect: Inspect) -> None:
    ops = {"prometheus.yml": "rule_files:\n  - /etc/prometheus/rules/a.yml\n"}

    assert inspect(ID, {"docker-compose.yml": MONITORING, "Dockerfile": "FROM a\n", "ops": ops}) == []
