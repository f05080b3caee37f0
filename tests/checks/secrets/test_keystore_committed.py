"""Keystores in git, with and without their passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

_TWO = (
    "debug {\n  storeFile file('debug.keystore')\n  storePassword 'android'\n}\n"
    "release {\n  storeFile file('upload.jks')\n  storePassword System.getenv('X')\n}\n"
)
_GRADLE = 'android { signingConfigs { release {\n  storeFile file("upload.jks")\n  storePassword %s\n} } }\n'


@pytest.mark.parametrize(
    ("reader", "text", "told"),
    [
        ("app/build.gradle", _GRADLE % '"orchard-9-Plum"', "error"),
        ("app/build.gradle", _GRADLE % 'System.getenv("STORE_PASSWORD")', "warning"),
        ("app/build.gradle", _GRADLE % "keystoreProperties['storePassword']", "warning"),
        ("android/key.properties", "storeFile=../upload.jks\nstorePassword=orchard9\n", "error"),
        ("android/key.properties", "storeFile=../upload.jks\nstorePassword=${STORE_PASSWORD}\n", "warning"),
        ("android/key.properties", "storeFile=../upload.jks\n# storePassword=orchard9\n", "warning"),
        (
            "src/application.yml",
            "server:\n  ssl:\n    key-store: upload.jks\n    key-store-password: changeit\n",
            "error",
        ),
        ("src/application.yml", "server:\n  ssl:\n    key-store-password: changeit\n", "warning"),
        ("sign.sh", "jarsigner -keystore upload.jks -storepass orchard9 app.jar\n", "error"),
        ("android/gradle.properties", "SHOP_STORE_FILE=upload.jks\nSHOP_STORE_PASSWORD=123456\n", "error"),
        ("android/key.properties", "storePassword=YOUR_PASSWORD\nstoreFile=upload.jks\n", "warning"),
        ("android/key.properties", "storePassword=testing\nstoreFile=upload.jks\n", "error"),
        (
            "app/build.gradle",
            _TWO,
            "warning",
        ),
        ("sign.sh", 'jarsigner -keystore upload.jks -storepass "$PASS" app.jar\n', "warning"),
    ],
)
def test_by_what_names_it(inspect: Callable[..., list[Finding]], reader: str, text: str, told: str) -> None:
    assert places(inspect("keystore-committed", {"app/upload.jks": "x", reader: text})) == [(told, "app/upload.jks", 0)]


def test_what_is_there_for_everybody(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "android/app/debug.keystore": "x",
        "config/truststore.jks": "x",
        "src/test/resources/server.p12": "x",
        "certs/localhost.pfx": "x",
        "examples/tls/server.p12": "x",
    }

    assert inspect("keystore-committed", tree) == []


def test_the_password_is_one_cause_with_the_store(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"upload.jks": "x", "key.properties": "storeFile=upload.jks\nstorePassword=9fQ2xLm7Rt4Zk8Wd\n"}

    (store,) = inspect("keystore-committed", tree)
    (password,) = inspect("secret-in-config", tree)

    assert store.causes == password.causes
