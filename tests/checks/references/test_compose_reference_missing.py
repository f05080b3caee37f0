"""Files and folders that a compose file names: what it builds, includes, starts and takes settings from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_is_missing(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./api
    env_file: settings.conf
  web:
    build:
      context: ./web
      dockerfile: Dockerfile.dev
    volumes:
      - ./nginx.conf:/etc/nginx/nginx.conf:ro
      - ./deploy/certificates:/certificates:ro
  job:
    extends:
      file: common.yml
      service: job
    image: busybox
configs:
  rules:
    file: ./rules.json
include:
  - other.yml
"""
    tree = {"docker-compose.yml": compose, "web": {"Dockerfile": "FROM scratch\n"}, "deploy": {"x": ""}}

    assert places(inspect("compose-reference-missing", tree)) == [
        ("error", "docker-compose.yml", 3),
        ("error", "docker-compose.yml", 4),
        ("error", "docker-compose.yml", 8),
        ("error", "docker-compose.yml", 10),
        ("info", "docker-compose.yml", 11),
        ("error", "docker-compose.yml", 14),
        ("error", "docker-compose.yml", 19),
        ("error", "docker-compose.yml", 21),
    ]


def test_quiet_about_what_is_there_or_made(inspect: Inspect) -> None:
    compose = """\
x-build: &build
  context: ./api
services:
  api:
    build: *build
    env_file:
      - path: ./none.env
        required: false
    volumes:
      - data:/var/lib
      - /etc/localtime:/etc/localtime:ro
      - ${CONFIG:-./config}:/config
      - ~/.aws:/home/app/.aws:ro
      - //./pipe/docker:/pipe
  remote:
    build: https://example.invalid/repository.git#main
  inline:
    build:
      context: .
      dockerfile_inline: FROM scratch
  templated:
    build: ${WHERE}
volumes:
  data:
"""
    tree = {"compose.yaml": compose, "api": {"Dockerfile": "FROM scratch\n"}, "config": {"a.toml": ""}}

    assert inspect("compose-reference-missing", tree) == []


def test_ignored_files_and_environments_with_an_example_are_information(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    image: busybox
    env_file: .env
    volumes:
      - ./data:/data
      - ./keys/server.pem:/server.pem:ro
"""
    tree = {"docker-compose.yml": compose, ".env.example": "A=1\n", ".gitignore": "keys/\n"}

    assert {one.severity for one in inspect("compose-reference-missing", tree)} == {"info"}


def test_broken_files_are_the_business_of_another_check(inspect: Inspect) -> None:
    tree = {"docker-compose.yml": "services: [\n", "compose.b.yml": "services:\n  a: text\n", "compose.c.yml": "- 1\n"}

    assert inspect("compose-reference-missing", tree) == []


def test_many_references_to_one_missing_thing_are_one_finding(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./backend/api
    env_file: ./backend/api/api.conf
    volumes: ["./backend/rules.json:/rules.json:ro"]
  other:
    image: busybox
    volumes: ["./rules.json:/rules.json"]
  third:
    image: busybox
    volumes: ["./rules.json:/rules.json"]
"""
    found = inspect("compose-reference-missing", {"compose.yml": compose})

    assert [(one.line, one.evidence.rpartition("; ")[2]) for one in found] == [
        (3, "so do lines 4, 5"),
        (8, "so do lines 11"),
    ]


def test_stages_defaults_and_included_environments(inspect: Inspect) -> None:
    compose = """\
include:
  - path: more.yml
    env_file: gone.conf
services:
  api:
    build:
      context: ./api
      target: runner
  web:
    build: ${WEB:-./wbe}
    label_file: labels.conf
volumes:
  bound:
    driver_opts: {type: none, o: bind, device: ./files}
"""
    tree = {
        "compose.yml": compose,
        "more.yml": "services:\n  b:\n    image: a\n    volumes: ['./b.conf:/b.conf']\n",
        "api": {"Dockerfile": "FROM node AS build\nFROM build AS runtime\n"},
        "Makefile": "up:\n\tdocker compose -f compose.yml -f compose.gone.yml up\n\tdocker compose -f $(FILE) up\n",
    }

    assert places(inspect("compose-reference-missing", tree)) == [
        ("warning", "Makefile", 2),
        ("error", "compose.yml", 3),
        ("error", "compose.yml", 8),
        ("warning", "compose.yml", 10),
        ("error", "compose.yml", 11),
        ("warning", "compose.yml", 14),
        ("error", "more.yml", 4),
    ]


def test_quiet_where_another_base_or_stage_or_script_makes_it_right(inspect: Inspect) -> None:
    compose = """\
x-common: &common
  env_file: [../settings.conf]
services:
  a:
    <<: *common
    build:
      context: ..
      target: "1"
  b:
    build:
      context: .
      dockerfile: b.Dockerfile
      target: RUNTIME
  c:
    build: ${CHECKOUT:-./checkout}
"""
    tree = {
        "docker": {"compose.yml": compose},
        "settings.conf": "",
        "Dockerfile": "FROM a\nFROM b\n",
        "b.Dockerfile": "FROM a AS runtime\n",
        "compose.yml": "services:\n  z:\n    image: a\n",
        "up.sh": "CHECKOUT=$TMP/x\ndocker compose -f compose.yml -f docker/compose.yml up\n",
    }

    assert [one for one in inspect("compose-reference-missing", tree) if one.severity != "info"] == []


def test_the_section_that_holds_the_path_is_told_of_once(inspect: Inspect) -> None:
    compose = (
        "x-a: &a\n  env_file: gone.conf\nservices:\n  a:\n    <<: *a\n    image: a\n  b:\n    <<: *a\n    image: a\n"
    )

    assert places(inspect("compose-reference-missing", {"compose.yml": compose})) == [("error", "compose.yml", 2)]


def test_quiet_about_a_build_that_adds_to_that_of_another_file(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services:\n  web:\n    build: ./web\n",
        "docker-compose.prod.yml": "services:\n  web:\n    build:\n      args: {A: b}\n",
        "web": {"Dockerfile": "FROM a\n"},
    }

    assert inspect("compose-reference-missing", tree) == []


def test_quiet_about_slashes_of_windows(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build:\n      context: ..\\web\n    volumes: ['.\\a.json:/a.json']\n"
    tree = {"docker": {"compose.yml": compose, "a.json": ""}, "web": {"Dockerfile": "FROM a\n"}}

    assert inspect("compose-reference-missing", tree) == []


def test_examples_of_environment_files_by_many_names(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: a\n    env_file: [env/a.env, env/b.env]\n"
    tree = {"compose.yml": compose, "env": {"a-sample.env": "", "b_example.env": ""}}

    assert {one.severity for one in inspect("compose-reference-missing", tree)} == {"info"}


def test_an_environment_file_of_which_nobody_speaks(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: b\n    env_file:\n      - .env\n      - .env.docker\n      - env/live.env\n      - .env.shop\n"
    tree = {
        "docker-compose.yml": compose,
        ".env.example": "A=1\n",
        ".gitignore": "env/\n.env\n",
        "README.md": "Write `.env.shop` first.\n",
    }

    assert places(inspect("compose-reference-missing", tree)) == [
        ("info", "docker-compose.yml", 5),
        ("warning", "docker-compose.yml", 6),
        ("warning", "docker-compose.yml", 7),
        ("info", "docker-compose.yml", 8),
    ]


def test_a_dockerfile_from_the_top_of_the_machine_and_copies_put_aside(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build:\n      context: .\n      dockerfile: /web/Dockerfile\n"
    tree = {
        "docker-compose.yml": compose,
        "docker-compose (conflicted copy 2026-01-02).yml": compose,
        "docker-compose copy.yml": compose,
        "web": {"Dockerfile": "FROM a\n"},
    }

    found = inspect("compose-reference-missing", tree)

    assert places(found) == [("error", "docker-compose.yml", 5)]
    assert found[0].evidence.endswith("web/Dockerfile does")


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({}, "warning"),
        ({".github/agents/plan.agent.md": "Ignore `.env` and logs.\n"}, "warning"),
        ({"README.md": "Copy `.env.local` first.\n"}, "warning"),
        ({"other/.env.example": "A=1\n"}, "warning"),
        ({"README.md": "Fill in `.env`.\n"}, "info"),
        ({"run.sh": "touch ops/.env\n"}, "info"),
        ({".env.example": "A=1\n"}, "info"),
        ({"ops/.env.sample": "A=1\n"}, "info"),
    ],
)
def test_an_ignored_environment_file_that_nothing_explains(inspect: Inspect, more: dict[str, str], level: str) -> None:
    compose = "services:\n  a:\n    image: b\n    env_file: .env\n"

    found = inspect("compose-reference-missing", {"ops/compose.yml": compose, ".gitignore": ".env\n", **more})

    assert places(found) == [(level, "ops/compose.yml", 4)]


COMMANDS = """\
services:
  mounted:
    image: node
    working_dir: /app
    volumes: ["./api:/app", "modules:/app/node_modules"]
    command: npm run gone
  manifest:
    image: node
    working_dir: /srv
    volumes: ["./api/package.json:/srv/package.json:ro"]
    command: [sh, -c, "npm install && npm run lost"]
  built:
    build: ./api
    command: ["node", "src/none.js"]
  stage:
    build: {context: ./api, target: base}
    entrypoint: npm run missing
  fine:
    build: ./api
    command: sh -c "npm run start || true"
  hidden:
    build: ./api
    volumes: ["work:/work"]
    command: npm run anything
  image:
    image: node
    command: npm run anything
volumes: {modules: {}, work: {}}
"""


def test_what_services_are_started_with(inspect: Inspect) -> None:
    dockerfile = "FROM node AS base\nWORKDIR /work\nCOPY package.json .\nFROM base\nCOPY . .\n"
    api = {"package.json": '{"scripts": {"start": "node src/a.js"}}', "Dockerfile": dockerfile, "src": {"a.js": ""}}

    found = inspect("compose-reference-missing", {"compose.yml": COMMANDS, "api": api})

    assert [(one.severity, one.line, one.message) for one in found] == [
        ("error", 6, "The command of service mounted fails: api/package.json has no script gone."),
        ("error", 11, "The command of service manifest fails: api/package.json has no script lost."),
        ("error", 14, "The command of service built fails: src/none.js does not exist."),
        ("error", 17, "The entrypoint of service stage fails: api/package.json has no script missing."),
    ]


def test_an_environment_file_that_nothing_explains_stops_compose(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, env_file: .env.shop}\n"

    alone = inspect("compose-reference-missing", {"compose.yml": compose})
    shown = inspect("compose-reference-missing", {"compose.yml": compose, ".env.example": "A=1\n"})

    assert [[one.severity for one in found] for found in (alone, shown)] == [["error"], ["warning"]]


@pytest.mark.parametrize(
    ("missing", "there", "title"),
    [
        (
            "Dockerfile.api",
            {"Dockerfile": "FROM a AS api\nFROM a AS jobs\n"},
            "build web from Dockerfile with target: api",
        ),
        (
            "Dockerfile.x",
            {"Dockerfile": "FROM a AS web\nFROM a AS jobs\n"},
            "build web from Dockerfile with target: web",
        ),
        ("Dockerfile.api", {"Dockerfile": "FROM a\n"}, "add Dockerfile.api, or name the Dockerfile of web"),
        (
            "Dockerfile.relayer",
            {"Dockerfile.listener": "FROM a\n"},
            "add Dockerfile.relayer, or name the Dockerfile of web",
        ),
        ("Dockerfile.prod", {"Dockerfile": "FROM a\n"}, "write Dockerfile"),
        ("Dockerfile.pord", {"Dockerfile.prod": "FROM a\n"}, "write Dockerfile.prod"),
        ("Dockerfile.jbos", {"Dockerfile.jobs": "FROM a\n"}, "add Dockerfile.jbos, or correct the path"),
    ],
)
def test_a_missing_dockerfile_is_no_other_programs(
    inspect: Inspect, missing: str, there: dict[str, str], title: str
) -> None:
    compose = f"services:\n  web:\n    build: {{context: ., dockerfile: {missing}}}\n"
    compose += "  jobs:\n    build: {context: ., dockerfile: Dockerfile.jobs}\n" if "Dockerfile.jobs" in there else ""

    (found,) = inspect("compose-reference-missing", {"compose.yml": compose, **there})

    assert [(fix.title, bool(fix.actions)) for fix in found.fixes] == [(title, title.startswith("write"))]


def test_a_value_that_an_override_takes_away(inspect: Inspect) -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    build: .\n",
        "compose.prod.yaml": "services:\n  a:\n    image: b\n    build: !reset null\n",
        "Dockerfile": "FROM a\n",
    }

    assert inspect("compose-reference-missing", files) == []


def test_every_clone_has_a_git_folder_of_its_own_at_the_root(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: a\n    volumes:\n      - ../.git:/repo/.git:ro\n      - ./.git:/own:ro\n"

    found = inspect("compose-reference-missing", {"docker": {"compose.yml": compose}})

    assert [one.line for one in found] == [6]
