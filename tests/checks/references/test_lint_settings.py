"""What a configuration of eslint names and no install brings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

LOCK = json.dumps({"lockfileVersion": 3, "packages": {"node_modules/eslint-config-held": {"version": "1.0.0"}}})


def manifest(eslint: str = "^8.55.0", **more: str) -> str:
    return json.dumps({"scripts": {"lint": "eslint ."}, "devDependencies": {"eslint": eslint, **more}})


def test_configurations_and_plugins_that_nothing_brings(inspect: Inspect) -> None:
    settings = {"extends": ["eslint:recommended", "held/x", "@acme", "plugin:@b/c/all"], "plugins": ["d", "@e/f"]}
    tree = {"package.json": manifest(), ".eslintrc.json": json.dumps(settings, indent=1), "package-lock.json": LOCK}

    (found,) = inspect("package-script-broken", tree)

    assert (found.severity, found.path, found.line) == ("error", ".eslintrc.json", 5)
    assert found.message == (
        "eslint finds no @acme/eslint-config, which @acme in extends means, and stops;"
        " nor @b/eslint-plugin-c, eslint-plugin-d, @e/eslint-plugin-f."
    )


@pytest.mark.parametrize(
    ("asked", "settings", "files"),
    [
        ("^9.1.0", {"extends": "gone"}, {"package-lock.json": LOCK, "eslint.config.js": ""}),
        ("^8.1.0", {"extends": "gone"}, {}),
        ("^8.1.0", {"extends": ["./base.json", "eslint:all"]}, {"package-lock.json": LOCK}),
        ("^8.1.0", {"extends": "@x", "plugins": ["y"]}, {"package-lock.json": LOCK}),
    ],
    ids=["another form", "perhaps of another package", "of eslint or by path", "asked for"],
)
def test_what_is_there_or_not_read(
    inspect: Inspect, asked: str, settings: dict[str, object], files: dict[str, str]
) -> None:
    asks = manifest(asked, **{"@x/eslint-config": "1", "eslint-plugin-y": "1"})

    assert (
        inspect("package-script-broken", {"package.json": asks, ".eslintrc.json": json.dumps(settings), **files}) == []
    )


def test_a_configuration_of_a_plugin_without_its_prefix(inspect: Inspect) -> None:
    settings = json.dumps({"extends": ["@typescript-eslint/recommended"]})
    tree = {"package.json": manifest(), ".eslintrc.json": settings}

    (found,) = inspect("package-script-broken", tree)

    assert places([found]) == [("error", ".eslintrc.json", 1)]
    assert found.fixes[0].title == "write plugin:@typescript-eslint/recommended"
