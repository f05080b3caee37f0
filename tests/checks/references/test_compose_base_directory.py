"""Paths that count from the root where compose counts from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


COMPOSE = "services:\n  api:\n    build:\n      context: ./services/api\n    volumes: ['./conf/a.conf:/a.conf:ro']\n"
TREE = {
    "services": {"api": {"Dockerfile": "FROM scratch\n"}},
    "conf": {"a.conf": ""},
    "deploy": {"docker-compose.yml": COMPOSE},
}


def test_paths_of_the_root(inspect: Inspect) -> None:
    found = inspect("compose-base-directory", TREE)

    assert places(found) == [("error", "deploy/docker-compose.yml", 4)]
    assert [one.evidence.partition("; ")[2] for one in found] == ["so with lines 5"]
    assert [fix.title for one in found for fix in one.fixes] == ["write 2 paths from deploy"]
    (action,) = found[0].fixes[0].actions
    assert isinstance(action, EditFile)
    assert [span.text for span in action.spans] == [b"../services/api", b"'../conf/a.conf:/a.conf:ro'"]


def test_quiet_where_a_script_gives_the_base(inspect: Inspect) -> None:
    makefile = "up:\n\tdocker compose --project-directory . -f deploy/docker-compose.yml up\n"

    assert inspect("compose-base-directory", {**TREE, "Makefile": makefile}) == []


def test_quiet_where_settings_name_it_beside_another(inspect: Inspect) -> None:
    others = {"ops": {"compose.yml": "services: {b: {image: b}}"}}
    both = '{"files": ["deploy/docker-compose.yml", "ops/compose.yml"]}'

    assert inspect("compose-base-directory", {**TREE, **others, "tool.json": both}) == []
    assert len(inspect("compose-base-directory", {**TREE, **others, "tool.json": both.partition(",")[0]})) == 1


def test_quiet_behind_another_file(inspect: Inspect) -> None:
    script = "docker-compose -f docker-compose.yml -f deploy/docker-compose.yml up\n"

    assert inspect("compose-base-directory", {**TREE, "up.sh": script}) == []


def test_quiet_for_paths_of_the_folder_of_the_file(inspect: Inspect) -> None:
    compose = "services:\n  api:\n    build: ../services/api\n"

    assert inspect("compose-base-directory", {**TREE, "deploy": {"docker-compose.yml": compose}}) == []


def test_quiet_behind_the_file_of_a_development_container(inspect: Inspect) -> None:
    container = '{"dockerComposeFile": ["../docker-compose.yml", "docker-compose.yml"]}'
    tree = {
        "docker-compose.yml": "services:\n  db:\n    image: postgres\n",
        ".devcontainer": {"docker-compose.yml": COMPOSE, "devcontainer.json": container},
        **{name: TREE[name] for name in ("services", "conf")},
    }

    assert inspect("compose-base-directory", tree) == []


def test_environment_files_in_their_long_form(inspect: Inspect) -> None:
    compose = "services:\n  api:\n    image: a\n    env_file:\n      - path: conf/a.conf\n        required: true\n"

    found = inspect("compose-base-directory", {**TREE, "deploy": {"docker-compose.yml": compose}})

    assert places(found) == [("error", "deploy/docker-compose.yml", 5)]


def test_quiet_about_a_folder_to_mount_that_bears_a_name_of_the_root(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: a\n    volumes: ['./services:/srv:ro']\n"

    assert inspect("compose-base-directory", {**TREE, "deploy": {"docker-compose.yml": compose}}) == []


def test_a_file_among_documents_is_information(inspect: Inspect) -> None:
    tree = {**TREE, "deploy": {"docs": {"docker-compose.yml": COMPOSE}}}

    assert [one.severity for one in inspect("compose-base-directory", tree)] == ["info"]
    assert {one.severity for one in inspect("compose-reference-missing", tree)} <= {"info"}


def test_quiet_where_a_template_or_a_script_makes_the_file(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: b\n    volumes:\n      - ./Caddyfile:/etc/caddy/Caddyfile\n      - ./a.conf:/etc/a.conf\n"
    tree = {
        "Caddyfile": "",
        "a.conf": "",
        "deploy": {"docker-compose.yml": compose, "Caddyfile.template": ""},
        "install.sh": 'render a.conf.j2 > "$HERE/deploy/a.conf"\n',
    }

    assert inspect("compose-base-directory", tree) == []


@pytest.mark.parametrize(
    "text",
    [
        "> api (the server) and web\n",
        "web -> api\n",
        "a => api\n",
        "<b>api</b>\n",
        "- Create: `services/api/src/main.ts`\n",
    ],
)
def test_what_a_document_says_of_another_folder_makes_none(inspect: Inspect, text: str) -> None:
    compose = "services:\n  api:\n    build: ./services/api\n"
    tree = {**TREE, "deploy": {"docker-compose.yml": compose}, "docs": {"plan.md": text}}

    assert places(inspect("compose-base-directory", tree)) == [("error", "deploy/docker-compose.yml", 3)]


@pytest.mark.parametrize(("script", "told"), [("mkdir -p api/logs", 1), ("git clone $URL deploy/api", 0)])
def test_a_folder_of_the_root_that_a_script_names(inspect: Inspect, script: str, told: int) -> None:
    compose = "services:\n  api:\n    build: ./api\n"
    tree = {"api": {"Dockerfile": ""}, "deploy": {"docker-compose.yml": compose}, "setup.sh": f"{script}\n"}

    assert len(inspect("compose-base-directory", tree)) == told


@pytest.mark.parametrize(
    "text", ["make 2>deploy/conf/a.conf", "{ echo a; }> conf/a.conf", "echo a >> $X/a.conf", "env >|a.conf"]
)
def test_what_a_script_writes_is_made(inspect: Inspect, text: str) -> None:
    compose = "services:\n  api:\n    image: a\n    volumes: ['./conf/a.conf:/a.conf:ro']\n"
    tree = {"conf": {"a.conf": ""}, "deploy": {"docker-compose.yml": compose}, "make.sh": f"{text}\n"}

    assert inspect("compose-base-directory", tree) == []


def test_files_of_other_names_beside_compose_files(inspect: Callable[..., list[Finding]]) -> None:
    wrong = "services:\n  api:\n    image: a\n    volumes: [./infra/stack/conf:/conf]\n"
    tree = {
        "infra": {
            "stack": {
                "compose.yml": "services:\n  a: {image: a}\n",
                "billing-dev.yml": wrong,
                "values.yml": wrong.replace("image: a", "replicas: 2"),
                "conf": {"a": ""},
            },
            "other": {"billing-dev.yml": wrong},
        }
    }

    assert [one.path for one in inspect("compose-base-directory", tree)] == ["infra/stack/billing-dev.yml"]


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [
        (
            "compose.watch.yml",
            'BASE="infra/compose.yml"\nMORE="infra/watch/compose.watch.yml"\nARGS=(-f "$BASE" -f "$MORE")\n',
            0,
        ),
        ("compose.watch.yml", "", 1),
        ("compose.override.watch.yml", "", 0),
    ],
)
def test_a_file_that_is_laid_over_the_one_above(
    inspect: Callable[..., list[Finding]], name: str, script: str, told: int
) -> None:
    wrong = "services:\n  a:\n    image: a\n    volumes: [./watch/rules.yml:/etc/rules.yml]\n"
    base = "services: {b: {image: b}}\n"
    tree = {"infra": {"compose.yml": base, "watch": {name: wrong, "rules.yml": ""}}, "go.sh": script}

    assert len(inspect("compose-reference-missing", tree)) == told


def test_settings_that_git_is_told_to_ignore_beside_the_file(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {"compose.yml": "services:\n  a:\n    image: a\n    env_file: .env\n", ".gitignore": ".env\n"},
        ".env": "A=1\n",
    }

    assert inspect("compose-base-directory", tree) == []


def test_a_build_and_a_configuration_that_count_from_the_root_too_are_one_cause(
    inspect: Callable[..., list[Finding]],
) -> None:
    wrong = (
        "services:\n  a:\n    build: {context: ., dockerfile: infra/a.Dockerfile}\n    volumes: [./infra/a.conf:/etc/a.conf]\n"
        "configs:\n  b:\n    file: ./infra/b.cfg\n"
    )
    tree = {"infra": {"a.Dockerfile": "FROM a\n", "a.conf": "", "b.cfg": "", "box": {"compose.yml": wrong, "x": ""}}}

    assert places(inspect("compose-base-directory", tree)) == [("error", "infra/box/compose.yml", 4)]
    assert inspect("compose-reference-missing", tree) == []


@pytest.mark.parametrize(("builds", "told"), [("./api", 0), (".", 1)])
def test_a_mount_of_a_file_whose_programs_lie_beside_it(
    inspect: Callable[..., list[Finding]], builds: str, told: int
) -> None:
    text = f"services:\n  a:\n    build: {builds}\n    volumes: [./nginx/nginx.conf:/etc/nginx/nginx.conf]\n"
    tree = {
        "bots": {"compose.yml": text, "api": {"Dockerfile": "FROM a\n"}, "Dockerfile": "FROM a\n"},
        "nginx/nginx.conf": "",
    }

    assert len(inspect("compose-base-directory", tree)) == told
    assert len(inspect("compose-reference-missing", tree)) == 1 - told
