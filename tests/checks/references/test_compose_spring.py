"""Variables that the settings of a Spring profile want of compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

COMPOSE = """\
services:
  api:
    build: ./api
    environment:
      SPRING_PROFILES_ACTIVE: prod
      DB_PASSWORD: ${DB_PASSWORD}
      APP_MAIL_APIKEY: a
"""
SETTINGS = """\
spring:
  datasource:
    password: ${DB_PASSWORD}
    url: jdbc:postgresql://${DB_HOST:db}/${DB_NAME}
app:
  mail:
    api-key: ${MAIL_KEY}
  # old: ${OLD}
  image: ${SET_BY_IMAGE}
"""


def _tree(compose: str = COMPOSE, **files: str) -> dict[str, Any]:
    named = {"application-prod.yml": SETTINGS, "application.yml": "a: ${ANY}\n"}
    resources = {**named, **{name.replace("_", ".").replace("..", "-"): text for name, text in files.items()}}
    image = "FROM eclipse-temurin:21\nENV SET_BY_IMAGE=a OTHER=b\n"
    return {
        "compose.yml": compose,
        "api": {"Dockerfile": image, "src": {"main": {"resources": resources}}},
    }


def test_what_a_profile_wants(inspect: Inspect) -> None:
    (found,) = inspect("kubernetes-env-drift", _tree())

    assert places([found]) == [("warning", "compose.yml", 5)]
    assert found.evidence == "api/src/main/resources/application-prod.yml:4 wants DB_NAME"
    assert found.message.startswith("Service api runs with the profile prod and does not set DB_NAME, which")


@pytest.mark.parametrize(
    "compose",
    [
        COMPOSE.replace("prod", "test"),
        COMPOSE.replace("prod", "${PROFILE}"),
        f"{COMPOSE}      DB_NAME: a\n",
        f"{COMPOSE}    env_file: .env\n",
    ],
)
def test_quiet_where_it_is_given_or_another_profile_runs(inspect: Inspect, compose: str) -> None:
    assert inspect("kubernetes-env-drift", _tree(compose)) == []


def test_quiet_where_settings_come_from_elsewhere(inspect: Inspect) -> None:
    tree = _tree(application_yml="spring:\n  config:\n    import: 'configserver:http://config'\n")

    assert inspect("kubernetes-env-drift", tree) == []


def test_quiet_where_a_file_laid_over_it_gives_it(inspect: Inspect) -> None:
    over = "services:\n  api:\n    environment: [DB_NAME=a]\n"

    assert inspect("kubernetes-env-drift", {**_tree(), "compose.override.yml": over}) == []


def test_hostile_settings_take_no_time(inspect: Inspect) -> None:
    long = "a: " + "${A" * 30_000 + "\n" + "a." * 30_000

    assert inspect("kubernetes-env-drift", _tree(**{"application..prod_yml": long})) == []


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ("{image: 'a/orders:1'}", True),
        ("{build: ./apps/orders}", True),
        ("{image: 'a/orders:1', environment: {REDIS_HOST: cache}}", False),
        ("{image: 'a/orders:1', environment: {SPRING_DATA_REDIS_HOST: cache}}", False),
        ("{image: 'a/orders:1', env_file: a.env}", False),
        ("{image: 'a/other:1'}", False),
    ],
)
def test_a_host_that_another_service_is_given(inspect: Inspect, orders: str, told: bool) -> None:
    compose = f"services:\n  cache: {{image: redis}}\n  web: {{image: a/web, environment: {{REDIS_HOST: cache}}}}\n  orders: {orders}\n"
    settings = "spring:\n  data:\n    redis:\n      host: ${REDIS_HOST:localhost}\n      port: ${REDIS_PORT:6379}\n"
    resources = {"src": {"main": {"resources": {"application.yml": settings}}}}
    tree = {"compose.yml": compose, "apps": {"orders": {"Dockerfile": "FROM a\n", **resources}}}

    found = inspect("kubernetes-env-drift", tree)

    assert [one.evidence for one in found] == ["orders: apps/orders/src/main/resources/application.yml:4"] * told
