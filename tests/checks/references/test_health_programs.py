"""Health checks of programs that the image does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

CURL = "HEALTHCHECK --interval=5s CMD curl -f http://localhost:80/health || exit 1\n"
COMPOSE = """\
services:
  api:
    build: .
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:80"]
  cache:
    image: node:20-alpine
    command: node cache.js
    healthcheck: {test: "curl -fsS http://localhost:81 || exit 1"}
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"FROM node:20-alpine\n{CURL}", [2]),
        (f"FROM python:3.12-slim AS base\nRUN pip install a\nFROM base\n{CURL}", [4]),
        (f"FROM golang AS build\nRUN apt-get install curl\nFROM alpine:3.19\nCOPY --from=build /a /a\n{CURL}", [5]),
        (f"ARG V=20-slim\nFROM node:$V\n{CURL.replace('curl -f', 'wget -q')}", [3]),
        (f"FROM debian:bookworm-slim\n{CURL.replace('CMD ', 'CMD /usr/bin/')}", [2]),
        (f"FROM node:20-alpine\n{CURL.replace('curl -f', 'wget -q')}", []),
        (f"FROM node:20\n{CURL}", []),
        (f"FROM nginx:alpine\n{CURL}", []),
        (f"FROM example.invalid/node:20-alpine\n{CURL}", []),
        (f"FROM node:20-alpine\nRUN apk add --no-cache bash curl\n{CURL}", []),
        (f"FROM node:20-alpine AS base\nRUN apk add curl\nFROM base\n{CURL}", []),
        (f"FROM python:3-slim\nCOPY install.sh .\nRUN ./install.sh\n{CURL}", []),
        (f"FROM python:3-slim\nRUN apt-get install $(cat packages.txt)\n{CURL}", []),
        (f"FROM python:3-slim\nRUN <<EOF\napt-get install curl\nEOF\n{CURL}", []),
        (f"FROM node:20-alpine\n{CURL.replace('|| exit 1', '|| wget -q http://localhost')}", []),
        ("FROM node:20-alpine\nHEALTHCHECK NONE\n", []),
    ],
)
def test_a_health_check_of_an_image(inspect: Inspect, text: str, lines: list[int]) -> None:
    found = inspect("deploy-reference-missing", {"Dockerfile": text})

    assert places(found) == [("warning", "Dockerfile", line) for line in lines]


def test_a_health_check_of_compose(inspect: Inspect) -> None:
    tree = {"docker-compose.yml": COMPOSE, "Dockerfile": "FROM python:3.12-slim\n"}

    (found,) = inspect("compose-reference-missing", tree)

    assert (found.severity, found.line) == ("warning", 5)
    assert found.message == (
        "The health check of service api (as in 1 more) fails: curl is not in python:3.12-slim, and nothing installs it: "
        "the container is never healthy."
    )
    assert found.evidence == "python:3.12-slim; line 9: cache, node:20-alpine"
    assert [fix.title for fix in found.fixes] == ["install curl in the image, or ask with what it has"]


def test_the_remedy_fits_all_of_one_finding(inspect: Inspect) -> None:
    _, first, second = COMPOSE.partition("  cache:")
    compose = f"services:\n{first}{second}" + COMPOSE.removeprefix("services:\n").partition("  cache:")[0]

    (found,) = inspect("compose-reference-missing", {"docker-compose.yml": compose, "Dockerfile": "FROM node:slim\n"})

    assert [fix.title for fix in found.fixes] == ["install curl in the image, or ask with what it has"]


def test_one_that_is_waited_for_is_an_error(inspect: Inspect) -> None:
    waits = "  web:\n    image: nginx\n    depends_on: {cache: {condition: service_healthy}}\n"

    assert places(inspect("compose-reference-missing", {"docker-compose.yml": COMPOSE + waits, "Dockerfile": ""})) == [
        ("error", "docker-compose.yml", 9)
    ]


def test_what_the_dockerfile_is_told_of_is_not_told_again(inspect: Inspect) -> None:
    tree = {"docker-compose.yml": COMPOSE.partition("  cache")[0], "Dockerfile": f"FROM node:20-alpine\n{CURL}"}

    assert inspect("compose-reference-missing", tree) == []
    assert places(inspect("deploy-reference-missing", tree)) == [("warning", "Dockerfile", 2)]


def test_a_command_that_installs_it(inspect: Inspect) -> None:
    compose = COMPOSE.replace("node cache.js", 'sh -c "apk add curl && node cache.js"')

    assert inspect("compose-reference-missing", {"docker-compose.yml": compose, "Dockerfile": "FROM node:20\n"}) == []


@pytest.mark.parametrize(("count", "told"), [(3, ["", "", ""]), (4, ["b/compose.yml:5: api, node:20-alpine"])])
def test_a_habit_is_told_once(inspect: Inspect, count: int, told: list[str]) -> None:
    compose = "services:\n  api:\n    image: node:20-alpine\n    healthcheck:\n      test: curl -f http://localhost\n"

    found = inspect("compose-reference-missing", {name: {"compose.yml": compose} for name in "abcd"[:count]})

    assert [one.evidence.partition("; ")[2].partition("; ")[0] for one in found] == told
