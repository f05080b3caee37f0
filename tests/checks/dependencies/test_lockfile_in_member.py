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


def test_a_member_that_is_a_workspace_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    inner = {"package.json": "{}", "pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: [libs/*]\n"}
    tree = {"package.json": "{}", "pnpm-workspace.yaml": "packages: [back]\n", "pnpm-lock.yaml": "", "back": inner}

    (found,) = inspect("lockfile-in-member", tree)

    assert found.severity == "info"
    assert "back/pnpm-workspace.yaml makes a workspace of its own of it" in found.message
    assert [(fix.safety, fix.title) for fix in found.fixes] == [
        ("manual", "remove back/pnpm-workspace.yaml and this lock, or take back and its members out of the workspace")
    ]


@pytest.mark.parametrize("file", ["pnpm-workspace.yaml", "other.yaml"])
def test_a_workspace_of_its_own_that_a_workflow_installs(inspect: Callable[..., list[Finding]], file: str) -> None:
    steps = "    steps:\n      - run: pnpm install --frozen-lockfile\n        working-directory: back\n"
    tree = {
        "package.json": "{}",
        "pnpm-workspace.yaml": "packages: [back]\n",
        "pnpm-lock.yaml": "",
        "back": {"package.json": "{}", "pnpm-lock.yaml": "", file: "packages: [.]\n"},
        ".github": {"workflows": {"ci.yml": f"jobs:\n  a:\n{steps}"}},
    }

    told = [] if file == "pnpm-workspace.yaml" else [("warning", "back/pnpm-lock.yaml", 0)]
    assert places(inspect("lockfile-in-member", tree)) == told


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


def test_who_installs_apart_from_the_workspace(inspect: Callable[..., list[Finding]]) -> None:
    flow = "jobs:\n  a:\n    steps:\n      - run: pnpm install --ignore-workspace\n        working-directory: a\n"
    member = {"a/package.json": "{}", "a/package-lock.json": "{}"}

    found = inspect("lockfile-in-member", {**ROOT, **member, ".github/workflows/a.yml": flow})

    assert places(found) == [("info", "a/package-lock.json", 0)]
    assert found[0].message.endswith("the workspace does not read it, and .github/workflows/a.yml does")


def test_images_that_copy_a_member_s_lock_or_the_root_s(inspect: Callable[..., list[Finding]]) -> None:
    member = {"a/package.json": "{}", "a/package-lock.json": "{}"}
    image = "FROM node\nCOPY package.json package-lock.json ./\nCOPY a/ a/\nRUN npm ci\n"

    (root,) = inspect("lockfile-in-member", {**ROOT, **member, "a/Dockerfile": image})
    (copied,) = inspect(
        "lockfile-in-member", {**ROOT, **member, "Dockerfile.a": "FROM node\nCOPY a/package-lock.json .\n"}
    )

    assert (root.severity, root.fixes[0].safety) == ("warning", "unsafe")
    assert (copied.severity, copied.fixes[0].safety) == ("info", "manual")
    assert copied.evidence.endswith("the image of Dockerfile.a reads this one")


def test_a_path_that_starts_a_workflow_reads_no_lock(inspect: Callable[..., list[Finding]]) -> None:
    triggers = "on:\n  push:\n    paths:\n      - a/package-lock.json\n"
    member = {"package.json": "{}", "package-lock.json": "{}"}
    tree = {
        **ROOT,
        "a": member,
        ".github/workflows/ci.yml": f"{triggers}jobs:\n  x:\n    steps:\n      - run: npm ci\n",
    }

    (found,) = inspect("lockfile-in-member", tree)

    assert found.message.endswith(": the workspace does not read it")


def test_locks_that_nothing_reads_are_one_fault_with_one_repair(inspect: Callable[..., list[Finding]]) -> None:
    one = {"package.json": "{}", "yarn.lock": "x@1:\n"}
    root = {**ROOT, "package.json": '{"workspaces": ["a", "b", "c"]}'}

    (found,) = inspect("lockfile-in-member", {"js": {**root, "a": one, "b": one, "c": {"package.json": "{}"}}})

    assert found.message.endswith(". So it is with 1 more")
    assert [place.path for place in found.places] == ["js/a/yarn.lock", "js/b/yarn.lock"]
    assert [action.path for action in found.fixes[0].actions if hasattr(action, "path")] == [
        "js/a/yarn.lock",
        "js/b/yarn.lock",
    ]
