"""Files and folders that a compose file names."""

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


def test_settings_that_docker_would_mount_empty(inspect: Inspect) -> None:
    compose = """\
services:
  a:
    image: grafana/grafana
    volumes:
      - ./grafana/provisioning:/etc/grafana/provisioning
      - ./seeds:/docker-entrypoint-initdb.d
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql
      - ./data.json:/srv/data.json
      - ./certs:/etc/ssl/certs
      - ./state:/var/lib/a
      - ./rendered:/etc/a
      - ./site.conf:/etc/site.conf
      - ./mapped:/etc/b
"""
    script = "mkdir -p rendered\nsed s/a/b/ x > deploy/site.conf\n./make.sh --output-dir deploy/mapped\n"
    tree = {"docker-compose.yml": compose, ".gitignore": "*.sql\ndata.json\n", "run.sh": script}

    assert places(one for one in inspect("compose-reference-missing", tree) if one.severity != "info") == [
        ("warning", "docker-compose.yml", 5),
        ("warning", "docker-compose.yml", 7),
    ]


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


def test_what_a_machine_brings_is_information(inspect: Inspect) -> None:
    compose = """\
services:
  web:
    image: nginx
    volumes:
      - ./ssl:/etc/nginx/ssl:ro
      - ./nginx/.htpasswd:/etc/nginx/.htpasswd:ro
      - ./dkim/mail.private.key:/etc/dkim/mail.key
      - ./secrets/app.yml:/run/app.yml
      - ./metrics_token:/etc/prometheus/metrics_token:ro
      - ./app.db:/srv/app.db
      - ./ssl.conf:/etc/nginx/conf.d/ssl.conf
      - ./tracked/ca.pem:/etc/ca.pem
      - ./keycloak/realm.json:/opt/keycloak/data/import/realm.json
      - ./made/rules.acl:/etc/rules.acl
secrets:
  one: {file: ./private/one.txt}
"""
    tree = {
        "docker-compose.yml": compose,
        "tracked": {"other.pem": "x"},
        "README.md": "Create the file `made/rules.acl` before the first start.\n",
    }
    found = inspect("compose-reference-missing", tree)

    levels = {one.line: one.severity for one in found}
    assert levels == {
        **dict.fromkeys((5, 6, 7, 8, 9, 10, 14, 16), "info"),
        **dict.fromkeys((11, 12, 13), "error"),
    }


def test_a_file_of_any_ending_is_called_a_file(inspect: Inspect) -> None:
    compose = """\
services:
  web:
    image: nginx
    volumes:
      - ./whitelist.map:/etc/nginx/whitelist.map
      - ./proxy/Caddyfile:/etc/caddy/Caddyfile:ro
      - ./npm/.npmrc:/srv/.npmrc
      - ./site.com:/var/www/site.com:ro
      - ./conf.d:/etc/nginx/conf.d:ro
      - ./v1.0:/srv/v1.0:ro
"""
    found = inspect("compose-reference-missing", {"docker-compose.yml": compose})

    assert [one.message.split('"')[0] for one in found] == ["The file "] * 3 + ["The folder "] * 3


def test_a_compose_file_that_several_scripts_miss_is_told_once(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services: {a: {image: busybox}}\n",
        "up.sh": "docker compose -f docker-compose.dev.yml up\n",
        "down.sh": "docker compose -f docker-compose.dev.yml down\ndocker compose -f other.yml down\n",
    }
    found = inspect("compose-reference-missing", tree)

    assert places(found) == [("warning", "down.sh", 1), ("warning", "down.sh", 2)]
    assert found[0].evidence.endswith("so in up.sh:1")


def test_an_instruction_has_to_name_the_folder_too(inspect: Inspect) -> None:
    compose = 'services:\n  a:\n    image: busybox\n    volumes: ["./one/config.yaml:/etc/config.yaml"]\n'
    tree = {"docker-compose.yml": compose, "README.md": "Create a `config.yaml` in your project.\n"}

    assert places(inspect("compose-reference-missing", tree)) == [("error", "docker-compose.yml", 4)]


def test_a_file_that_a_command_takes_and_git_ignores_is_made(inspect: Inspect) -> None:
    script = (
        "# It writes deploy/compose.images.yml.\n#   docker compose -f compose.yml -f deploy/compose.images.yml up\n"
    )
    tree = {"compose.yml": "services:\n  a: {image: a}\n", "run.sh": script}

    assert places(inspect("compose-reference-missing", tree)) == [("warning", "run.sh", 2)]
    assert inspect("compose-reference-missing", {**tree, ".gitignore": "deploy/compose.images.yml\n"}) == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("server --config /config/live/gone.toml", "conf, which is mounted at /config, holds no live/gone.toml"),
        ("[server, --config=/config/gone.yml]", "conf, which is mounted at /config, holds no gone.yml"),
        ("server --config /config/live/there.toml", ""),
        ("server --config /etc/server/gone.toml", ""),
        ("server --data /config/gone", ""),
        ("server --config /config/inner/gone.toml", ""),
        ("sh -c 'env > /made/made.toml && server -c /config/made.toml'", ""),
    ],
)
def test_settings_of_a_mounted_folder(inspect: Inspect, command: str, told: str) -> None:
    volumes = "[./conf:/config:ro, inner:/config/inner]"
    compose = f"services:\n  a:\n    image: a\n    command: {command}\n    volumes: {volumes}\nvolumes: {{inner: }}\n"
    tree = {"compose.yml": compose, "conf": {"live": {"there.toml": ""}}, "make.sh": "env > conf/made.toml\n"}

    found = inspect("compose-reference-missing", tree)

    assert [one.message for one in found] == ([f"The command of service a fails: {told}."] if told else [])


@pytest.mark.parametrize(
    ("source", "level", "title"),
    [
        ("./database/seeds", "warning", "write ./database/seeders in place of ./database/seeds"),
        ("./database/fixtures", "info", "add database/fixtures, or correct the path"),
        ("./dataset", "info", "write ./database in place of ./dataset"),
        ("./data", "info", "add data, or correct the path"),
    ],
)
def test_a_folder_beside_one_of_nearly_its_name(inspect: Inspect, source: str, level: str, title: str) -> None:
    compose = f"services:\n  a:\n    image: a\n    volumes: ['{source}:/seeds']\n"

    (found,) = inspect("compose-reference-missing", {"compose.yml": compose, "database": {"seeders": {"a.sql": ""}}})

    assert (found.severity, [fix.title for fix in found.fixes]) == (level, [title])


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


def test_what_another_service_is_built_from_or_mounts_is_not_meant(inspect: Inspect) -> None:
    compose = """services:
  mail:
    build: {context: ., dockerfile: services/mail-server/Dockerfile}
    volumes: ["./conf/mail-a.yml:/etc/mail.yml"]
  post:
    build: ./services/mail-worker
    env_file: [.env]
    volumes: ["./conf/mail-b.yml:/etc/mail.yml", "./package:/data"]
"""
    tree = {
        "compose.yml": compose,
        "conf": {"mail-b.yml": ""},
        "services": {"mail-worker": {"Dockerfile": "FROM a\n"}},
        ".env.example": "A=1\n",
        ".gitignore": ".env\n",
        "package.json": "{}",
    }

    found = inspect("compose-reference-missing", tree)

    assert {one.line: [fix.title for fix in one.fixes] for one in found} == {
        3: ["add services/mail-server/Dockerfile, or correct the path"],
        4: ["add conf/mail-a.yml, or correct the path"],
        7: ["copy .env.example to .env, or mark it with required: false"],
        8: ["add package, or correct the path"],
    }


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("docker compose -f canary.yml up\n", [("warning", "go.sh", 1)]),
        ('if [ -f "canary.yml" ]; then\n  docker compose -f canary.yml up\nfi\n', []),
        ("[ ! -e ./canary.yml ] && exit\ndocker compose -f canary.yml up\n", []),
        ('echo "now run docker compose -f base.yml -f more.yml up"\n', [("info", "go.sh", 1)]),
        ('log_info "then: docker-compose -f canary.yml down"\n', [("info", "go.sh", 1)]),
    ],
)
def test_a_compose_file_that_a_script_asks_for_or_speaks_of(
    inspect: Inspect, script: str, told: list[tuple[str, str, int]]
) -> None:
    tree = {"compose.yml": "services: {a: {image: a}}\n", "go.sh": script}

    assert places(inspect("compose-reference-missing", tree)) == told


@pytest.mark.parametrize(("profiles", "level"), [("", "error"), ("profiles: [proxy]", "warning")])
def test_what_a_profile_starts_is_less_loud(inspect: Inspect, profiles: str, level: str) -> None:
    compose = (
        f"services:\n  a:\n    image: nginx\n    {profiles}\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n"
    )

    assert places(inspect("compose-reference-missing", {"compose.yml": compose})) == [(level, "compose.yml", 5)]


def test_one_cause_in_many_files_is_told_once(inspect: Inspect) -> None:
    gone = "".join(f"  s{n}:\n    build: ./gone{n}\n" for n in range(5))
    compose = "services:\n  a:\n    image: a\n    volumes: ['./init.sql:/docker-entrypoint-initdb.d/init.sql']\n"
    tree = {"compose.yml": compose, "compose.prod.yml": compose, "compose.qa.yml": f"services:\n{gone}"}

    found = inspect("compose-reference-missing", tree)

    assert places(found) == [("error", "compose.prod.yml", 4), ("error", "compose.qa.yml", 3)]
    assert found[0].evidence.endswith("; so do lines compose.yml:4")


@pytest.mark.parametrize("source", ["./path-to-config.json", "./your-config.json", "./configs/local/a.json"])
def test_what_a_reader_puts_in_place_is_information(inspect: Inspect, source: str) -> None:
    compose = f"services:\n  a:\n    image: a\n    volumes: ['{source}:/etc/a.json']\n"
    tree = {"compose.yml": compose, ".gitignore": "local/\n", "configs": {"a": ""}}

    assert places(inspect("compose-reference-missing", tree)) == [("info", "compose.yml", 4)]


def test_what_a_script_names_as_its_output_is_information(inspect: Inspect) -> None:
    compose = (
        "services:\n  a:\n    image: a\n    volumes: ['./proxy/api.pb:/etc/proxy/api.pb', './proxy/b.yaml:/b.yaml']\n"
    )
    tree = {
        "compose.yml": compose,
        "proxy": {"a": ""},
        "make.sh": 'OUT="proxy/api.pb"\nprotoc --descriptor_set_out="$OUT" a\n',
    }

    assert [one.severity for one in inspect("compose-reference-missing", tree)] == ["error", "info"]


def test_what_a_script_makes_is_no_part_of_what_is_gone(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: a\n    volumes:\n      - ./watch/rules.yml:/etc/rules.yml\n      - ./watch/boards:/etc/boards\n"
    tree = {"compose.yml": compose, "deploy.sh": "mkdir -p watch/boards\n"}

    (found,) = inspect("compose-reference-missing", tree)

    assert (found.severity, found.line, "so do" in found.evidence) == ("error", 5, False)


@pytest.mark.parametrize(("made", "told"), [("cat > compose.over.yml <<EOF\nservices: {}\nEOF\n", 0), ("", 1)])
def test_a_file_that_the_script_writes_itself(inspect: Inspect, made: str, told: int) -> None:
    tree = {
        "compose.yml": "services:\n  a: {image: a}\n",
        "deploy.sh": f"{made}docker compose -f compose.yml -f compose.over.yml up -d\n",
    }

    assert len(inspect("compose-reference-missing", tree)) == told


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("cd /srv/app\ndocker compose -f gone.yml up -d\n", False),
        ('ssh host "cd ~/app && docker compose -f gone.yml up -d"\n', False),
        ("cd /srv/app\ncd ops\ndocker compose -f gone.yml up -d\n", True),
        ("docker compose -f gone.yml up -d\ncd /srv/app\n", True),
    ],
)
def test_files_of_the_machine_that_a_script_goes_to(inspect: Inspect, script: str, told: bool) -> None:
    tree = {"compose.yml": "services: {a: {image: b}}\n", "deploy.sh": script}

    assert [one.severity for one in inspect("compose-reference-missing", tree)] == ["warning"] * told


@pytest.mark.parametrize(
    ("said", "level"), [("`just up` renders var/otel/made.yaml first.", "info"), ("See var/otel/made.yaml.", "warning")]
)
def test_what_an_instruction_says_is_rendered(inspect: Inspect, said: str, level: str) -> None:
    compose = "services: {a: {image: b, volumes: ['./var/otel/made.yaml:/etc/a.yaml']}}\n"
    tree = {"compose.yml": compose, ".gitignore": "var/\n", "README.md": f"{said}\n"}

    assert [one.severity for one in inspect("compose-reference-missing", tree)] == [level]


def test_a_value_that_an_override_takes_away(inspect: Inspect) -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    build: .\n",
        "compose.prod.yaml": "services:\n  a:\n    image: b\n    build: !reset null\n",
        "Dockerfile": "FROM a\n",
    }

    assert inspect("compose-reference-missing", files) == []
