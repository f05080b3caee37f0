"""Services, volumes and networks that no file defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    assert [fix.title for one in found for fix in one.fixes] == ["write database"]


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
