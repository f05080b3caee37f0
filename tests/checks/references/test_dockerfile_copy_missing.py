"""Sources of COPY that the build context does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_missing_sources(inspect: Inspect) -> None:
    dockerfile = "FROM node\nCOPY package.json yarn.lock ./\nCOPY src ./src\nADD config/*.yml /config/\n"
    tree = {"api": {"Dockerfile": dockerfile, "package.json": "{}", "src": {"a.js": ""}}}
    tree["docker-compose.yml"] = "services:\n  api:\n    build: ./api\n"  # type: ignore[assignment]

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "api/Dockerfile", 2), ("error", "api/Dockerfile", 4)]
    assert "`yarn install` makes yarn.lock" in found[0].message


def test_one_finding_where_the_context_is_another(inspect: Inspect) -> None:
    tree = {
        "api": {
            "Dockerfile": "FROM node\nCOPY package.json ./\nCOPY src ./src\n",
            "package.json": "{}",
            "src": {"a": ""},
        },
        "docker-compose.yml": "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n",
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "api/Dockerfile", 2)]
    assert found[0].evidence == "set the build context to api"


def test_what_is_left_out_of_the_context(inspect: Inspect) -> None:
    tree = {"Dockerfile": "FROM a\nCOPY docs ./docs\nCOPY keep/a ./\n", ".dockerignore": "docs\nkeep\n!keep/a\n"}
    tree |= {"docs": {"a": ""}, "keep": {"a": ""}}  # type: ignore[dict-item]

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == [2]


def test_quiet_about_stages_globs_arguments_and_builds(inspect: Inspect) -> None:
    dockerfile = """\
ARG APP=api
FROM node AS build
COPY --from=other /x /x
COPY package.json package-lock.json* ./
COPY $APP ./
COPY <<EOF /etc/motd
hello
EOF
ADD https://example.invalid/a.tgz /a.tgz
COPY . .
COPY dist ./dist
FROM scratch
COPY --from=build /app/dist /app
ONBUILD COPY later ./
"""
    package = '{"scripts": {"build": "vite build"}}'

    assert inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "package.json": package}) == []


def test_quiet_where_the_context_is_above_or_apart(inspect: Inspect) -> None:
    tree = {
        "services": {"api": {"Dockerfile": "FROM a\nCOPY services/api/main.go ./\nCOPY libs ./libs\n", "main.go": ""}},
        "libs": {"a.go": ""},
        "docker": {"web.Dockerfile": "FROM a\nCOPY package.json ./\nCOPY pages ./pages\n"},
        "apps": {"web": {"package.json": "{}", "pages": {"a.js": ""}}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


def test_outputs_of_a_build_are_information(inspect: Inspect) -> None:
    found = inspect("dockerfile-copy-missing", {"Dockerfile": "FROM a\nCOPY target/app.jar /app.jar\n"})

    assert {one.severity for one in found} <= {"info"}
