"""Variables of compose files that nothing sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_variable_without_a_value(inspect: Inspect) -> None:
    compose = (
        "services:\n  a:\n    image: app:${TAG}\n    environment:\n      - KEY=$SECRET_KEY\n      - AGAIN=${TAG}\n"
    )

    assert places(inspect("compose-variable-undefined", {"docker-compose.yml": compose})) == [
        ("warning", "docker-compose.yml", 3),
    ]


def test_quiet_about_defaults_demands_and_known_names(inspect: Inspect) -> None:
    compose = """\
services:
  a:
    image: app:${TAG:-latest}
    command: echo $$NOT ${HERE?say where} ${A-b} ${HOME} ${COMPOSE_PROJECT_NAME}
    environment:
      EXAMPLE: ${FROM_EXAMPLE}
      COMMENTED: ${FROM_COMMENT}
      MAKE: ${FROM_MAKEFILE}
      WORKFLOW: ${FROM_WORKFLOW}
      README: ${FROM_README}
      PASSED:
"""
    tree = {
        "deploy": {"docker-compose.yml": compose},
        ".env.example": "FROM_EXAMPLE=1\n# FROM_COMMENT=2\n",
        "Makefile": "export FROM_MAKEFILE := 3\n",
        ".github": {"workflows": {"ci.yml": "env:\n  FROM_WORKFLOW: 4\n"}},
        "README.md": "Set `FROM_README` first.\n",
    }

    assert [one for one in inspect("compose-variable-undefined", tree) if one.severity != "info"] == []


def test_many_variables_of_a_file_are_one_cause(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: a\n    environment:\n" + "".join(
        f"      V{n}: ${{W{n}}}\n" for n in range(6)
    )

    found = inspect("compose-variable-undefined", {"docker-compose.yml": compose})

    assert places(found) == [("warning", "docker-compose.yml", 5)]
    assert found[0].evidence == ", ".join(f"W{n} (line {n + 5})" for n in range(6))


def test_quiet_about_what_environment_files_in_other_folders_give(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    image: app:${TAG}-${REGION}\n"
    tree = {"docker-compose.yml": compose, "config": {"env": {"base.env": "TAG=1\n", "more.env.tpl": "# REGION=eu\n"}}}

    assert inspect("compose-variable-undefined", tree) == []


def test_quiet_about_what_a_comment_or_a_document_asks_for(inspect: Inspect) -> None:
    compose = "# Needs DOMAIN in the environment.\nservices:\n  a:\n    image: ${IMAGE}\n    hostname: ${DOMAIN}\n"
    tree = {"docker-compose.yml": compose, "docs": {"deploy.md": "- IMAGE, TAG: what to deploy\n"}}

    assert inspect("compose-variable-undefined", tree) == []


def test_what_is_demanded_and_named_nowhere_else(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: .
    image: "shop:${IMAGE_TAG:?set by the pipeline}"
    environment:
      DATABASE_URL: ${DATABASE_URL:?why}
      MAIL_FROM: ${MAIL_SENDER:?why}
      OTHER: ${OTHER?}
      UNKNOWN: ${STRANGE_ONE:?why}
      SESSION: ${SESSION_SECRET:?why}
"""
    tree = {
        "docker-compose.yml": compose,
        ".env.example": "DATABASE_URL=\nOTHER=\nMAIL_FROM=\nSESSIONS_SECRET=\nA=\nB=\n",
    }
    several = "services:\n  a:\n    image: b\n    environment:\n      A: ${A_A:?}\n      B: ${B_B:?}\n"

    assert places(inspect("compose-variable-undefined", tree)) == [
        ("warning", "docker-compose.yml", 7),
        ("warning", "docker-compose.yml", 9),
        ("warning", "docker-compose.yml", 10),
    ]
    assert inspect("compose-variable-undefined", {"docker-compose.yml": several}) == []


def test_what_is_demanded_where_no_example_names_the_others(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build: .\n    environment:\n      A: ${STRANGE_ONE:?why}\n      B: ${KNOWN:?why}\n"
    tree = {"docker-compose.yml": compose, "config": {"base.env": "KNOWN=\n"}}

    assert places(inspect("compose-variable-undefined", tree)) == [("info", "docker-compose.yml", 5)]


def test_what_one_line_demands_is_empty_in_no_other(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build: .\n    environment:\n      A: ${TOKEN:?why}\n      B: ${TOKEN}\n      C: ${KNOWN:?}\n"
    plan = "```yaml\nA: ${TOKEN:?why}\n```\n"
    tree = {"docker-compose.yml": compose, ".env.example": "KNOWN=\n", "docs": {"plan.md": plan}}

    assert places(inspect("compose-variable-undefined", tree)) == [("warning", "docker-compose.yml", 5)]


def test_what_an_image_of_others_may_do_without_is_information(inspect: Inspect) -> None:
    compose = """\
services:
  crawler:
    image: ghcr.io/a/crawler
    environment:
      - MAX_WORKERS=$MAX_WORKERS
      - ADMIN_PASSWORD=${ADMIN_PASSWORD}
      - INDEX_KEY=${INDEX_KEY}
      - OTHER=${ANOTHER}
"""
    tree = {"docker-compose.yml": compose, ".env.example": "INDEXER_KEY=\n"}

    assert places(inspect("compose-variable-undefined", tree)) == [
        ("info", "docker-compose.yml", 5),
        ("warning", "docker-compose.yml", 6),
    ]


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("const limit = process.env.RATE_LIMIT || 500;\n", "info"),
        ("const limit = process.env.RATE_LIMIT;\n", "warning"),
        ("const limit = process.env.OTHER;\n", "info"),
    ],
)
def test_what_a_program_here_does_without_is_information(inspect: Inspect, code: str, level: str) -> None:
    compose = "services:\n  a:\n    build: ./a\n    environment: {RATE_LIMIT: '${RATE_LIMIT}'}\n"

    found = inspect("compose-variable-undefined", {"compose.yml": compose, "a": {"main.js": code}})

    assert places(found) == [(level, "compose.yml", 4)]


def test_what_variants_of_a_file_lack_is_told_once(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build: .\n    environment:\n      SENTRY_DSN: ${sentry_dsn}\n"
    tree = {"compose.yml": f"{compose}      B: ${{TOKEN}}\n", "compose.prod.yml": compose}

    (found,) = inspect("compose-variable-undefined", tree)

    assert (found.path, found.line) == ("compose.yml", 5)
    assert found.evidence == "sentry_dsn (line 5), TOKEN (line 6); so in compose.prod.yml"


@pytest.mark.parametrize(
    ("used", "title"),
    [
        ("DB_PASWORD", "write DB_PASSWORD in place of DB_PASWORD"),
        ("JWT_SECERT", "write JWT_SECRET in place of JWT_SECERT"),
        ("CACHE_HSOT", "write CACHE_HOST in place of CACHE_HSOT"),
        ("DB_PORT", "name DB_PORT in .env.example, or write ${DB_PORT:-value} or ${DB_PORT:?why}"),
        ("DB_PASSWORD_FILE", "name DB_PASSWORD_FILE in .env.example, or write ${DB_PASSWORD_FILE:-value} or ${DB_PASSWORD_FILE:?why}"),
    ],
)  # fmt: skip
def test_what_a_misspelt_variable_was_meant_to_be(inspect: Inspect, used: str, title: str) -> None:
    key = "CACHE_HOST" if "CACHE" in used else "VALUE"
    text = f"services:\n  a:\n    build: .\n    environment:\n      {key}: ${{{used}}}\n      P: ${{DB_PASSWORD:-x}}\n      H: ${{DB_HOST:-y}}\n"

    (found,) = inspect("compose-variable-undefined", {"compose.yml": text, ".env.example": "JWT_SECRET=\n"})

    assert (found.line, [(fix.title, bool(fix.actions)) for fix in found.fixes]) == (
        5,
        [(title, title.startswith("write"))],
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [("BUCKEN_NAME", False), ("BUKCET_NAME", True), ("BUCKETT_NAME", True), ("BUCKT_NAME", True), ("BUCKETY_NAME", False), ("BUCKET_NAMES", False), ("BUCKET_NAME2", False), ("DB1_HOST", False)],
)  # fmt: skip
def test_a_default_that_hides_a_slip(inspect: Inspect, name: str, told: bool) -> None:
    text = f"services:\n  a:\n    image: b\n    command: run ${{{name}:-x}} ${{BUCKET_NAME:-y}} ${{DB2_HOST:-z}}\n"
    text += "  b:\n    image: b\n    command: ${BUCKET_NAME:-y} ${DB2_HOST:-z}\n"

    found = inspect("compose-variable-undefined", {"compose.yml": text})

    assert [one.message for one in found] == [
        f"${name} is set nowhere, so that its default always counts (BUCKET_NAME was probably meant)."
    ] * told
    assert not any(fix.actions for one in found for fix in one.fixes)


def test_a_default_beside_the_variable_of_another_service(inspect: Inspect) -> None:
    text = "services:\n  a:\n    image: b\n    ports: ['${WBE_PORT:-80}:80']\n  b:\n    image: b\n    ports: ['${WEB_PORT:-81}:81', '${WEB_PORT:-81}:82']\n"

    assert not inspect("compose-variable-undefined", {"compose.yml": text})


def test_the_text_that_uses_a_variable_is_no_name_for_it(inspect: Inspect) -> None:
    tree = {"compose.yml": "services:\n  db: {image: db, ports: ['${STORE_PORT}:5432']}\n"}

    (found,) = inspect("compose-variable-undefined", tree)

    assert "probably meant" not in found.message


def test_what_the_program_reads_under_another_name(inspect: Inspect) -> None:
    compose = (
        "services:\n  api:\n    build: ./api\n    environment:\n      DB_HOST: ${DB_HOST}\n      DB_NAME: ${DB_NAME}\n"
    )
    code = "import os\nhost = os.environ['DATABASE_HOST']\n"
    tree = {
        "compose.yaml": compose,
        "api": {"Dockerfile": "FROM a\n", "main.py": code},
        "other": {"a.py": "import os\nos.environ['DB_HOST']\n"},
    }

    found = inspect("compose-variable-undefined", tree)

    assert places(found) == [("info", "compose.yaml", 5), ("info", "compose.yaml", 6)]
    assert [fix.title.partition(",")[0] for one in found for fix in one.fixes] == [
        "set DATABASE_HOST",
        "name DB_NAME in .env.example",
    ]


@pytest.mark.parametrize(
    ("ignored", "there", "example"),
    [
        ("", {}, ".env.example"),
        (".env*\n", {}, "env.example"),
        ("*env*\n", {}, "the README"),
        (".env*\n", {"env.example": "A=\n"}, "env.example"),
    ],
)
def test_an_example_that_git_takes(inspect: Inspect, ignored: str, there: dict[str, str], example: str) -> None:
    tree = {".gitignore": ignored, "compose.yaml": "services:\n  api:\n    image: acme/${NAME_OF_IT}\n", **there}

    (found,) = inspect("compose-variable-undefined", tree)

    assert [fix.title.partition(",")[0] for fix in found.fixes] == [f"name NAME_OF_IT in {example}"]


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("for ONE in $LIST; do echo $ONE; done", ["$LIST has", "$ONE is"]),
        ("LIST='a b'; for ONE in $LIST; do echo $ONE; done", ["$LIST, $ONE are"]),
        ("for ONE in a b; do echo $$ONE; done", []),
        ("cat x | while read -r ONE; do echo $ONE; done", ["$ONE is"]),
    ],
)
def test_variables_of_the_shell_of_a_command(inspect: Inspect, command: str, names: list[str]) -> None:
    compose = f"services:\n  a:\n    image: b\n    command: >-\n      {command}\n"

    found = inspect("compose-variable-undefined", {"compose.yaml": compose})

    assert sorted(re.split(" (?:no default|set by)", one.message)[0] for one in found) == names
