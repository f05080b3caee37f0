"""Files and folders that a compose file names."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        ("warning", "docker-compose.yml", 11),
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
    tree = {"compose.yaml": compose, "api": {"Dockerfile": "FROM scratch\n"}}

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
