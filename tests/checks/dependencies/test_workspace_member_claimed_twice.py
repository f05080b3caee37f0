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
    tree = {"Cargo.toml": '[workspace]\nmembers = [\n  "y/z",\n "w/z"]\n', "y": inner, "w": inner}

    (found,) = inspect("workspace-member-claimed-twice", tree)

    assert places([found]) == [("warning", "Cargo.toml", 4)]
    assert found.message.endswith("where a command starts; likewise 1 more")


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


def test_members_of_one_name_and_of_two_workspaces_of_uv(inspect: Callable[..., list[Finding]]) -> None:
    project = '[project]\nname = "{}"\nversion = "1"\n'
    tree = {
        "package.json": '{"name": "root", "workspaces": ["a", "b"]}',
        "package-lock.json": "{}",
        "a": {"package.json": '{"name": "x"}'},
        "b": {"package.json": '{\n"name": "x"}'},
        "pyproject.toml": project.format("r")
        + '\n[tool.uv.workspace]\nmembers = ["py/c", "py/d"]\nexclude = ["py/d"]\n',
        "py": {
            "pyproject.toml": project.format("py") + '\n[tool.uv.workspace]\nmembers = ["c", "d"]\n',
            "c": {"pyproject.toml": project.format("c")},
            "d": {"pyproject.toml": project.format("d")},
        },
    }

    assert sorted(places(inspect("workspace-member-claimed-twice", tree))) == [
        ("error", "b/package.json", 2),
        ("warning", "pyproject.toml", 6),
    ]
