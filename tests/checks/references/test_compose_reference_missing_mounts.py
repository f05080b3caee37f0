"""Files and folders that services mount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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


def test_an_instruction_has_to_name_the_folder_too(inspect: Inspect) -> None:
    compose = 'services:\n  a:\n    image: busybox\n    volumes: ["./one/config.yaml:/etc/config.yaml"]\n'
    tree = {"docker-compose.yml": compose, "README.md": "Create a `config.yaml` in your project.\n"}

    assert places(inspect("compose-reference-missing", tree)) == [("error", "docker-compose.yml", 4)]


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
        3: ["add services/mail-server/Dockerfile, or name the Dockerfile of mail"],
        4: ["add conf/mail-a.yml, or correct the path"],
        7: ["copy .env.example to .env, or mark it with required: false"],
        8: ["add package, or correct the path"],
    }


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


@pytest.mark.parametrize(
    ("said", "level"), [("`just up` renders var/otel/made.yaml first.", "info"), ("See var/otel/made.yaml.", "warning")]
)
def test_what_an_instruction_says_is_rendered(inspect: Inspect, said: str, level: str) -> None:
    compose = "services: {a: {image: b, volumes: ['./var/otel/made.yaml:/etc/a.yaml']}}\n"
    tree = {"compose.yml": compose, ".gitignore": "var/\n", "README.md": f"{said}\n"}

    assert [one.severity for one in inspect("compose-reference-missing", tree)] == [level]


def test_what_git_leaves_out_of_one_service_is_one_cause(inspect: Inspect) -> None:
    mounts = "".join(f"      - ./{name}.sql:/docker-entrypoint-initdb.d/{name}.sql\n" for name in ("a", "b/c", "d/e"))
    compose = f"services:\n  db:\n    image: postgres\n    volumes:\n{mounts}"

    (found,) = inspect("compose-reference-missing", {".gitignore": "*.sql\n", "docker-compose.yml": compose})

    assert (found.line, "so do lines 6, 7" in found.evidence) == (5, True)
