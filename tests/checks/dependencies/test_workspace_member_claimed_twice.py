"""Packages that two workspaces list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


CRATE = '[package]\nname = "z"\nversion = "0.1.0"\n'


def test_a_crate_of_two_workspaces(inspect: Callable[..., list[Finding]]) -> None:
    inner = {"Cargo.toml": '[workspace]\nmembers = ["z"]\n', "z": {"Cargo.toml": CRATE}}
    tree = {"Cargo.toml": '[workspace]\nmembers = [\n  "y/z",\n]\n', "y": inner}

    assert places(inspect("workspace-member-claimed-twice", tree)) == [("warning", "Cargo.toml", 3)]


def test_a_package_of_two_workspaces(inspect: Callable[..., list[Finding]]) -> None:
    inner = {"package.json": '{"workspaces": ["c"]}', "c": {"package.json": "{}"}}
    tree = {"pnpm-workspace.yaml": "packages:\n  - b/c\n", "b": inner}

    assert places(inspect("workspace-member-claimed-twice", tree)) == [("warning", "pnpm-workspace.yaml", 1)]


def test_quiet_for_excluded_nested_and_alike(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "rs": {
            "Cargo.toml": '[workspace]\nmembers = ["y/*"]\nexclude = ["y/z"]\n',
            "y": {"Cargo.toml": '[workspace]\nmembers = ["z"]\n', "z": {"Cargo.toml": CRATE}},
        },
        "nested": {
            "package.json": '{"workspaces": ["b", "b/c"]}',
            "b": {"package.json": '{"workspaces": ["c"]}', "c": {"package.json": "{}"}},
        },
        "both": {
            "package.json": '{"workspaces": ["a"]}',
            "pnpm-workspace.yaml": "packages: [a]\n",
            "a": {"package.json": "{}"},
        },
    }

    assert inspect("workspace-member-claimed-twice", tree) == []
