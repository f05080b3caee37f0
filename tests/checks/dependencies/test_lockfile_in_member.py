"""Locks inside of workspace members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


ROOT = {"package.json": '{"workspaces": ["a"], "dependencies": {"x": "1"}}', "package-lock.json": "{}"}


def test_locks_of_members(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "a"\nversion = "0.1.0"\n'
    tree = {
        "js": {**ROOT, "a": {"package.json": "{}", "yarn.lock": "x@1:\n"}},
        "rs": {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\n',
            "Cargo.lock": "",
            "a": {"Cargo.toml": crate, "Cargo.lock": ""},
        },
    }
    found = inspect("lockfile-in-member", tree)

    assert places(found) == [("warning", "js/a/yarn.lock", 0), ("warning", "rs/a/Cargo.lock", 0)]
    assert {one.path: one.fixes[0].safety for one in found} == {"js/a/yarn.lock": "unsafe", "rs/a/Cargo.lock": "safe"}


def test_an_image_that_installs_from_it(inspect: Callable[..., list[Finding]]) -> None:
    member = {"package.json": "{}", "package-lock.json": "{}", "Dockerfile": "FROM node\nCOPY package*.json ./\n"}

    found = inspect("lockfile-in-member", {**ROOT, "a": member})

    assert places(found) == [("info", "a/package-lock.json", 0)]
    assert [fix.safety for fix in found[0].fixes] == ["manual"], "the image cannot be built without it"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/ci.yml", "        cache-dependency-path: a/package-lock.json\n"),
        ("a/.github/workflows/ci.yml", "          cache: npm\n"),
    ],
)
def test_a_workflow_that_reads_it(inspect: Callable[..., list[Finding]], path: str, text: str) -> None:
    member = {"a/package.json": "{}", "a/package-lock.json": "{}"}
    found = inspect("lockfile-in-member", {**ROOT, **member, path: text})

    assert [(one.severity, fix.safety) for one in found for fix in one.fixes] == [("warning", "manual")]
    assert found[0].evidence.endswith(f"{path} reads this one")
    other = inspect("lockfile-in-member", {**ROOT, **member, path: "on: push\n"})
    assert [fix.safety for one in other for fix in one.fixes] == ["unsafe"]


def test_quiet_where_each_member_keeps_its_own(inspect: Callable[..., list[Finding]]) -> None:
    pnpm = {
        "package.json": '{"packageManager": "pnpm@9.0.0"}',
        "pnpm-workspace.yaml": "packages: [a]\nsharedWorkspaceLockfile: false\n",
        "a": {"package.json": "{}", "pnpm-lock.yaml": ""},
    }
    crate = '[package]\nname = "a"\nversion = "0.1.0"\n[workspace]\n'
    excluded = {"Cargo.toml": '[workspace]\nexclude = ["a"]\n', "a": {"Cargo.toml": crate, "Cargo.lock": ""}}

    assert inspect("lockfile-in-member", {"js": pnpm, "rs": excluded}) == []
