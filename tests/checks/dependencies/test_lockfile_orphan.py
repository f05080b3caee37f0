"""Locks without a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_locks_alone(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "a": {"Cargo.lock": "version = 4"},
        "b": {"go.sum": "x v1 h1:="},
        "c": {".terraform.lock.hcl": ""},
    }
    found = inspect("lockfile-orphan", tree)

    assert places(found) == [
        ("warning", "a/Cargo.lock", 0),
        ("warning", "b/go.sum", 0),
        ("warning", "c/.terraform.lock.hcl", 0),
        ("warning", "package-lock.json", 0),
    ]
    reason = "a lock without package.json beside it"
    action = RemoveTree("package-lock.json", reason, "lockfile-orphan", tracked=True)
    empty = next(one for one in found if one.path == "package-lock.json")
    assert empty.fixes == (Fix("remove it", "safe", (action,)),)


def test_quiet_beside_a_manifest(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"Cargo.toml": "", "Cargo.lock": ""},
        "b": {"pnpm-workspace.yaml": "packages: []", "pnpm-lock.yaml": ""},
        "c": {"main.tf": "", ".terraform.lock.hcl": ""},
        "d": {"yarn.lock": ""},
        "node_modules": {"x": {"package-lock.json": "{}"}},
    }

    assert inspect("lockfile-orphan", tree) == []


def test_lowered_in_a_fixture(inspect: Callable[..., list[Finding]]) -> None:
    assert places(inspect("lockfile-orphan", {"fixtures": {"yarn.lock": "a@1:\n"}})) == [
        ("info", "fixtures/yarn.lock", 0)
    ]
