"""Locks of two managers in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_the_lock_of_the_other_manager(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {
            "package.json": '{"packageManager": "npm@10.9.2"}',
            "package-lock.json": "{}",
            "yarn.lock": "# yarn\na@1:\n",
        },
        "job": {
            "pyproject.toml": '[project]\nname = "job"\n[tool.uv]\n',
            "uv.lock": "version = 1",
            "poetry.lock": "# x",
        },
    }
    found = inspect("lockfile-conflict", tree)

    assert places(found) == [("warning", "api/yarn.lock", 0), ("warning", "job/poetry.lock", 0)]
    reason = "a lock of yarn in a project of npm (packageManager in api/package.json)"
    action = RemoveTree("api/yarn.lock", reason, "lockfile-conflict", tracked=True)
    assert found[0].fixes == (Fix("remove api/yarn.lock", "safe", (action,)),)


def test_a_guess_is_for_a_person(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": '{"a": 1}', "yarn.lock": "b@1:\n"}

    (found,) = inspect("lockfile-conflict", tree)

    assert "nothing says which of them is meant" in found.message
    assert [fix.safety for fix in found.fixes] == ["manual"]


BOTH = {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": '{"a": "1"}', "yarn.lock": "a@1:\n"}
STEPS = "on: push\njobs:\n  a:\n    steps:\n      - run: "


@pytest.mark.parametrize(
    ("files", "lock", "safety"),
    [
        ({".github": {"workflows": {"ci.yml": f"{STEPS}npm ci\n"}}}, "yarn.lock", "unsafe"),
        (
            {".github": {"workflows": {"ci.yml": f"{STEPS}yarn install --frozen-lockfile\n"}}},
            "package-lock.json",
            "unsafe",
        ),
        ({"Dockerfile": "FROM node:22\nRUN npm ci\n", "README.md": "```sh\nyarn\n```\n"}, "yarn.lock", "unsafe"),
        ({"README.md": "```sh\nyarn install\n```\n"}, "", "manual"),
        ({"vercel.json": '{"installCommand": "npm install"}'}, "yarn.lock", "unsafe"),
        (
            {
                "Dockerfile": "FROM node:22\nRUN npm ci\n",
                ".github": {"workflows": {"ci.yml": f"{STEPS}yarn install\n"}},
            },
            "",
            "manual",
        ),
        ({"web": {"Dockerfile": "FROM node:22\nRUN pnpm install\n"}}, "", "manual"),
    ],
)
def test_what_installs_says_which_lock_is_meant(
    inspect: Callable[..., list[Finding]], files: dict[str, Any], lock: str, safety: str
) -> None:
    (found,) = inspect("lockfile-conflict", {**BOTH, **files})

    assert found.fixes[0].safety == safety
    assert (found.path if lock else "") == lock
    assert ("both install here" in found.message) is (len(files) > 1 and safety == "manual")
    if lock:
        assert next(iter(files)).split("/")[0] in found.message


def test_a_lock_that_lacks_packages_is_nobodys_choice(inspect: Callable[..., list[Finding]]) -> None:
    tree = {**BOTH, "yarn.lock": "b@1:\n", "Dockerfile": "FROM node:22\nRUN yarn install\n"}

    (found,) = inspect("lockfile-conflict", tree)

    assert (found.path, found.fixes[0].safety) == ("yarn.lock", "manual")
    assert found.message == "Dockerfile installs with yarn, whose lock lacks packages that package-lock.json holds"


@pytest.mark.parametrize(
    ("run", "lock"), [("uv sync --frozen", "poetry.lock"), ("poetry install --no-root", "uv.lock"), ("pytest", "")]
)
def test_what_installs_decides_between_uv_and_poetry(
    inspect: Callable[..., list[Finding]], run: str, lock: str
) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
        "uv.lock": "version = 1\n",
        "poetry.lock": "package = []\n",
        "Dockerfile": f"FROM python:3.12\nRUN --mount=type=cache,target=/c {run}\n",
    }

    (found,) = inspect("lockfile-conflict", tree)

    assert (found.path if lock else "", found.fixes[0].safety) == (lock, "unsafe" if lock else "manual")


def test_the_field_counts_more_than_installs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {**BOTH, "package.json": '{"packageManager": "yarn@1.22.22"}', "Dockerfile": "FROM node:22\nRUN npm ci\n"}

    assert [(one.path, one.fixes[0].safety) for one in inspect("lockfile-conflict", tree)] == [
        ("package-lock.json", "manual")
    ]


def test_quiet_for_one_manager_and_for_marks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "marked": {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}", "yarn.lock": ""},
        "wrapped": {"package.json": "{}", "package-lock.json": "{}", "npm-shrinkwrap.json": "{}"},
        "bare": {"yarn.lock": "a@1:\n", "package-lock.json": "{}"},
        "web": {"pnpm-lock.yaml": "x: 1\n", "package.json": "{}", "site": {"package-lock.json": "{}"}},
    }

    assert inspect("lockfile-conflict", tree) == []


def test_the_older_form_of_a_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"packageManager": "bun@1.2.0"}', "bun.lock": "{}", "bun.lockb": b"#!/usr/bin/env bun"}

    found = inspect("lockfile-conflict", tree)

    assert [(one.path, one.fixes[0].safety) for one in found] == [("bun.lockb", "safe")]


def test_a_lock_of_pipenv_beside_that_of_poetry(inspect: Callable[..., list[Finding]]) -> None:
    project = '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.12"\nx = "1"\n'
    tree = {"pyproject.toml": project, "poetry.lock": "package = []\n", "Pipfile.lock": "{}", "Pipfile": ""}

    assert [one.path for one in inspect("lockfile-conflict", tree)] == ["Pipfile.lock"]


def test_anchor_names_the_manager_that_it_installs_with(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": '[toolchain]\npackage_manager = "yarn"\n',
        "package.json": '{"dependencies": {"a": "1"}}',
        "package-lock.json": '{"a": 1}',
        "yarn.lock": "b@1:\n",
    }

    (found,) = inspect("lockfile-conflict", tree)

    assert (found.path, found.message) == (
        "package-lock.json",
        "a lock of npm in a project of yarn (package_manager in Anchor.toml): npm would install something else",
    )


def test_a_lock_that_something_still_installs_by_is_not_taken_away(inspect: Callable[..., list[Finding]]) -> None:
    job = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm ci\n"
    tree = {
        "package.json": '{"packageManager": "pnpm@9.0.0", "dependencies": {"a": "1"}}',
        "package-lock.json": '{"a": 1}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        ".github": {"workflows": {"ci.yml": job}},
    }

    (found,) = inspect("lockfile-conflict", tree)

    assert (found.fixes[0].safety, found.fixes[0].title) == (
        "manual",
        "install with pnpm in .github/workflows/ci.yml:7, then remove package-lock.json",
    )


def test_locks_of_several_other_managers_are_one_fault(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"packageManager": "pnpm@9.15.0", "dependencies": {"a": "1"}}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "package-lock.json": '{"lockfileVersion": 3}',
        "yarn.lock": "# yarn lockfile v1\n",
    }

    (found,) = inspect("lockfile-conflict", tree)

    assert found.message.startswith("locks of npm and yarn in a project of pnpm (")
    assert [one.path for one in found.places] == ["package-lock.json", "yarn.lock"]
    assert [(one.safety, len(one.actions)) for one in found.fixes] == [("safe", 2)]
