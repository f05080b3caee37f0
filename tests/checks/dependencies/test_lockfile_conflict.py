"""Locks of two managers in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    assert found[0].fixes == (Fix("move api/yarn.lock to the quarantine", "safe", (action,)),)


def test_a_guess_is_unsafe(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": '{"a": 1}', "yarn.lock": "b@1:\n"}

    assert [one.fixes[0].safety for one in inspect("lockfile-conflict", tree)] == ["unsafe"]


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
