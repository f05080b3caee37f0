"""Services, volumes and networks that no file defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_names_that_are_defined_nowhere(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    image: busybox
    depends_on: [databse]
    links: ["cache:c"]
    network_mode: service:proxy
    volumes:
      - store:/store
  web:
    image: busybox
    networks: [front]
    depends_on:
      queue:
        condition: service_started
  database:
    image: postgres
"""
    found = inspect("compose-dependency-undefined", {"docker-compose.yml": compose})

    assert places(found) == [("error", "docker-compose.yml", line) for line in (4, 5, 6, 8, 11, 13)]
    assert [fix.title for one in found for fix in one.fixes if fix.actions] == ["write database"]


def test_quiet_about_what_is_defined_or_optional(inspect: Inspect) -> None:
    compose = """\
x-common: &common
  depends_on: [database]
services:
  api:
    <<: *common
    image: busybox
    volumes: ["store:/store", "./here:/there", "/anonymous"]
    networks: {default: {}, back: {aliases: [a]}}
    volumes_from: ["database:ro", "container:other"]
    depends_on:
      gone: {condition: service_started, required: false}
  database:
    image: postgres
volumes: {store: {}}
networks: {back: {}}
"""
    assert inspect("compose-dependency-undefined", {"docker-compose.yml": compose}) == []


def test_an_override_is_laid_over_its_neighbour(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services:\n  api: {image: a}\n  auth: {image: b}\n",
        "docker-compose.prod.yml": "services:\n  api:\n    restart: always\n    depends_on: [auth]\n",
    }

    assert places(inspect("compose-dependency-undefined", tree)) == [("info", "docker-compose.prod.yml", 4)]


def test_secrets_configs_and_services_of_other_files(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    image: a
    secrets:
      - password
      - source: key
        target: k
    configs: [rules, known]
  job:
    extends: {file: base.yml, service: jobb}
configs:
  known: {file: a}
secrets:
  passwords: {file: a}
"""
    tree = {"compose.yml": compose, "base.yml": "services:\n  job:\n    image: a\n"}

    assert places(inspect("compose-dependency-undefined", tree)) == [
        ("error", "compose.yml", 5),
        ("error", "compose.yml", 6),
        ("error", "compose.yml", 8),
        ("error", "compose.yml", 10),
    ]


def test_services_that_wait_for_each_other(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: a, depends_on: [b]}
  b: {image: a, depends_on: {c: {condition: service_started}}}
  c: {image: a, links: [a]}
  d: {image: a, depends_on: [a, b]}
  e: {image: a, network_mode: "service:e"}
"""
    found = inspect("compose-dependency-undefined", {"compose.yml": compose})

    assert [(one.line, one.evidence) for one in found] == [(4, "a -> b -> c -> a"), (6, "e -> e")]


def test_health_that_nobody_measures(inspect: Inspect) -> None:
    wait = "{condition: service_healthy}"
    compose = f"""\
services:
  a:
    image: a
    depends_on:
      redis: {wait}
      built: {wait}
      checked: {wait}
      measured: {wait}
      foreign: {wait}
      base: {wait}
      started: {{condition: service_started}}
  redis: {{image: "redis:7"}}
  built: {{build: ./built}}
  checked: {{build: ./checked}}
  measured: {{image: redis, healthcheck: {{test: redis-cli ping}}}}
  foreign: {{image: example.invalid/x}}
  base: {{build: ./base}}
  started: {{image: redis}}
"""
    tree = {
        "compose.yml": compose,
        "built": {"Dockerfile": "FROM node\n"},
        "checked": {"Dockerfile": "FROM node AS a\nHEALTHCHECK CMD true\nFROM a\n"},
        "base": {"Dockerfile": "FROM example.invalid/base\n"},
    }

    assert places(inspect("compose-dependency-undefined", tree)) == [
        ("error", "compose.yml", 5),
        ("error", "compose.yml", 6),
    ]


def test_a_long_chain_is_no_circle_and_takes_no_time(inspect: Inspect) -> None:
    chain = "".join(f"  s{n}: {{image: a, depends_on: [s{n + 1}]}}\n" for n in range(3000))

    assert inspect("compose-dependency-undefined", {"compose.yml": f"services:\n{chain}  s3000: {{image: a}}\n"}) == []


def test_a_section_that_is_missing_or_in_another_file_is_one_cause(inspect: Inspect) -> None:
    names = [f"s{n}" for n in range(6)]
    compose = f"services:\n  a:\n    image: a\n    secrets: [{', '.join(names)}]\n    volumes: [data:/a, other:/b]\n"
    generated = "secrets:\n" + "".join(f"  {name}: {{file: ./{name}}}\n" for name in names)

    alone = inspect("compose-dependency-undefined", {"compose.yml": compose})
    beside = inspect("compose-dependency-undefined", {"compose.yml": compose, "compose.secrets.yml": generated})

    assert places(alone) == [("error", "compose.yml", 4), ("error", "compose.yml", 5), ("error", "compose.yml", 5)]
    assert [one.message for one in alone if one.line == 4] == [
        "Services need 6 secrets that no file that it is run with defines: s0, s1, s2, s3 and others."
    ]
    assert [one.message for one in beside if one.severity == "info"] == [
        "Services need 6 secrets that only compose.secrets.yml defines: s0, s1, s2, s3 and others."
    ]


def test_a_name_that_several_services_use_is_one_cause(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, depends_on: [gone]}\n  b: {image: a, depends_on: [gone]}\n"

    found = inspect("compose-dependency-undefined", {"compose.yml": compose})

    assert [(one.line, one.evidence) for one in found] == [(2, "defined: a, b; also line 3")]


def test_a_service_that_only_a_profile_starts(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: a, depends_on: [mail, db]}
  b: {image: a, profiles: [full], depends_on: [mail]}
  c: {image: a, profiles: [other], depends_on: [mail]}
  mail: {image: a, profiles: [full]}
  db: {image: a}
"""
    tree = {"compose.yml": compose}

    assert places(inspect("compose-dependency-undefined", tree)) == [("warning", "compose.yml", 2)]
    assert inspect("compose-dependency-undefined", {**tree, ".env.example": "COMPOSE_PROFILES=full\n"}) == []


HOSTS = """\
services:
  api:
    image: a
    container_name: shop-api
    env_file: [api.env]
    environment:
      DATABASE_URL: postgres://shop:${PASSWORD:?not set at all}@databse:5432/shop
      REDIS_URL: redis://cache
      KAFKA_BROKERS: events:9092,queue:9092
      MAIL_HOST: mail.example.org
      SEARCH_HOST: ${SEARCH:-finder}
      OTHER: http://shop-api:80 http://localhost:1 http://host.docker.internal:2 http://your-host/ app://callback
      CLUSTER_HOSTNAME: node1
      APP_HOST: api-public
      S3_ENDPOINT: http://shop_store_1:9000
  database: {image: b}
  store: {image: b}
  queue: {image: b, networks: {back: {aliases: [cache]}}}
networks: {back: {}}
"""


def test_hosts_in_variables_that_no_service_is(inspect: Inspect) -> None:
    tree = {
        "compose.yml": HOSTS,
        "api.env": "# x\nQUEUE_URL=amqp://rabbit:5672\nAPI=http://api\n",
        "other": {"compose.yml": "services: {rabbits: {image: r}}\n"},
    }

    found = sorted(inspect("compose-dependency-undefined", tree), key=lambda one: (one.path, one.line))

    assert [(one.severity, one.path, one.line, one.evidence) for one in found] == [
        ("warning", "api.env", 2, "QUEUE_URL: rabbit"),
        ("warning", "compose.yml", 7, "DATABASE_URL: databse"),
        ("warning", "compose.yml", 9, "KAFKA_BROKERS: events"),
        ("info", "compose.yml", 11, "SEARCH_HOST: finder"),
    ]
    # A service of a file that is run apart is no remedy.
    assert [one.fixes[0].title for one in found[:2]] == [
        "name a service that there is, or define rabbit",
        "write database in place of databse",
    ]


def test_hosts_of_a_network_that_others_make(inspect: Inspect) -> None:
    tree = {"compose.yml": HOSTS.replace("{back: {}}", "{back: {external: true}}"), "api.env": ""}

    assert inspect("compose-dependency-undefined", tree) == []


def test_files_that_define_the_same_services_are_run_alone(inspect: Inspect) -> None:
    whole = "services:\n  a: {image: a, depends_on: [login]}\n  b: {image: b}\n"
    other = "services:\n  a: {image: a}\n  b: {image: b}\n  login: {image: c}\n"
    part = "services:\n  login: {image: c}\n"

    def told(**files: str) -> list[str]:
        tree = {name.replace("_", "."): text for name, text in files.items()}
        return [one.severity for one in inspect("compose-dependency-undefined", tree)]

    assert told(compose_yml=whole, compose_home_yml=other) == ["error"]
    assert told(compose_yml=whole, compose_home_yml=part) == ["info"]
    assert told(compose_yml=other, compose_home_yml=whole) == ["info"]
    assert told(compose_yml=other, compose_home_yml=whole, run_sh="docker compose -f compose.home.yml up\n") == [
        "error"
    ]
    followed = "docker compose -f compose.home.yml up\ndocker compose -f compose.home.yml logs -f --tail=20\n"
    assert told(compose_yml=other, compose_home_yml=whole, run_sh=followed) == ["error"]
    both = "docker compose -f compose.yml -f compose.home.yml up\n"
    assert told(compose_yml=whole, compose_home_yml=other, run_sh=both) == ["info"]


def test_projects_of_two_names_are_run_alone(inspect: Inspect) -> None:
    first = "name: shop-one\nservices:\n  a: {image: a, depends_on: [login]}\n"
    second = "name: shop-two\nservices:\n  login: {image: c}\n  b: {image: b}\n"

    def told(**files: str) -> list[str]:
        tree = {name.replace("_", "."): text for name, text in files.items()}
        return [one.severity for one in inspect("compose-dependency-undefined", tree)]

    assert told(compose_uat_yml=first, compose_dev_yml=second) == ["error"]
    assert told(compose_uat_yml=first, compose_dev_yml=second.replace("two", "one")) == ["info"]
    assert told(compose_uat_yml=first, compose_dev_yml=second.replace("{image: c}", "{ports: ['1:1']}")) == ["error"]


def test_a_part_counts_on_what_is_included_or_extended_beside_it(inspect: Inspect) -> None:
    part = "services:\n  api:\n    image: busybox\n    depends_on: [stub]\n    volumes: [store:/store]\n"
    tree = {
        "compose.yaml": "include:\n  - path: ./stubs/compose.yml\n  - ./api/compose.yml\n  # - ./later/compose.yml\nvolumes: {store: {}}\n",
        "stubs": {"compose.yml": "services: {stub: {image: busybox}}\n"},
        "api": {"compose.yml": part},
        "later": {"compose.yml": part},
        "alone": {"compose.yml": part},
        "whole": {
            "compose.yml": "services:\n  db: {extends: {file: parts/db.yml, service: db}}\nvolumes: {db-data: {}}\n",
            "parts": {"db.yml": "services:\n  db:\n    image: postgres\n    volumes: [db-data:/data]\n"},
        },
    }
    found = inspect("compose-dependency-undefined", tree)

    assert places(found) == [
        ("error", "alone/compose.yml", 4),
        ("error", "alone/compose.yml", 5),
        ("info", "later/compose.yml", 4),
        ("info", "later/compose.yml", 5),
    ]


@pytest.mark.parametrize(
    ("networks", "level"),
    [("[main, bridge]", "info"), ("{main: , bridge: {aliases: [x]}}", "info"), ("[main]", "warning")],
)
def test_a_host_of_another_stack_that_shares_a_network(inspect: Inspect, networks: str, level: str) -> None:
    text = f"""services:
  a:
    build: .
    networks: {networks}
    environment: {{LABELS_URL: "http://labels-lb:8080"}}
  b: {{image: b, networks: [main]}}
networks:
  main: {{name: shop}}
  bridge: {{name: labels-bridge}}
"""

    assert places(inspect("compose-dependency-undefined", {"compose.yml": text})) == [(level, "compose.yml", 5)]


@pytest.mark.parametrize(
    ("usage", "level"),
    [("# docker compose -f base/compose.base.yml \\\n#   -f run/compose.load.yml up\n", "info"), ("", "error")],
)
def test_a_comment_says_behind_which_file_one_is_run(inspect: Inspect, usage: str, level: str) -> None:
    load = f"{usage}services:\n  a:\n    image: a\n    depends_on: [db]\n"
    base = "services:\n  a:\n    build: .\n  b:\n    image: b\n  db:\n    image: c\n"
    tree = {"run": {"compose.load.yml": load}, "base": {"compose.base.yml": base}}

    found = inspect("compose-dependency-undefined", tree)

    assert [one.severity for one in found] == [level]


def test_what_a_file_includes_is_a_part_of_it(inspect: Inspect) -> None:
    whole = "include: [{path: infra/compose.yaml}]\nservices:\n  a: {image: x, depends_on: [db]}\n"
    part = "services:\n  db: {image: postgres}\n"

    assert inspect("compose-dependency-undefined", {"compose.yaml": whole, "infra": {"compose.yaml": part}}) == []
