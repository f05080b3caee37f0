"""Packages for one operating system."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

JOB = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"


def lock(**packages: object) -> str:
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)


def manifest(kind: str, name: str) -> str:
    return f'{{\n  "{kind}": {{\n    "{name}": "1.0.0"\n  }}\n}}\n'


@pytest.mark.parametrize(
    ("kind", "command", "told"),
    [
        ("dependencies", "npm ci", "error"),
        ("devDependencies", "npm ci", "error"),
        ("devDependencies", "npm ci --omit=dev", "warning"),
        ("dependencies", "npm install --force", "warning"),
        ("dependencies", "echo", "warning"),
        ("optionalDependencies", "npm ci", ""),
    ],
)
def test_a_package_for_one_system(inspect: Callable[..., list[Finding]], kind: str, command: str, told: str) -> None:
    tree = {
        "package.json": manifest(kind, "@rollup/rollup-darwin-arm64"),
        "package-lock.json": lock(
            **{"node_modules/@rollup/rollup-darwin-arm64": {"version": "1.0.0", "os": ["darwin"]}}
        ),
        ".github": {"workflows": {"ci.yml": JOB.format(command)}},
    }

    assert places(inspect("dependency-one-platform", tree)) == ([(told, "package.json", 3)] if told else [])


@pytest.mark.parametrize(
    ("name", "entry", "told"),
    [
        ("watcher", {"os": ["!win32"]}, "warning"),
        ("watcher", {"os": ["linux", "darwin"]}, "warning"),
        ("watcher", {"os": ["win32"]}, "error"),
        ("watcher-linux-x64-gnu", {}, ""),
        ("tool-darwin-x64", None, "error"),
        ("darwin-tools", None, ""),
    ],
)
def test_what_the_lock_says_before_what_the_name_does(
    inspect: Callable[..., list[Finding]], name: str, entry: dict[str, object] | None, told: str
) -> None:
    held = {} if entry is None else {f"node_modules/{name}": {"version": "1.0.0", **entry}}
    tree = {
        "package.json": manifest("dependencies", name),
        "package-lock.json": lock(**held),
        "Dockerfile": "FROM node:22\nCOPY . .\nRUN npm ci\n",
    }

    assert places(inspect("dependency-one-platform", tree)) == ([(told, "package.json", 3)] if told else [])


def test_managers_that_leave_out_what_does_not_fit(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": manifest("dependencies", "tool-darwin-x64"), "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}

    assert inspect("dependency-one-platform", tree) == []


def programs(name: str, *held: str, **more: object) -> str:
    asked = {f"{name}-{system}": "1" for system in ("darwin-arm64", "linux-x64-gnu", "win32-x64-msvc", "wasm32-wasi")}
    entry = {"version": "1.0.0", "optionalDependencies": asked, **more}
    return lock(**{f"node_modules/{name}": entry, **{f"node_modules/{name}-{one}": {"optional": True} for one in held}})


@pytest.mark.parametrize(
    ("content", "command", "told"),
    [
        (programs("lightningcss", "win32-x64-msvc"), "npm ci", "error"),
        (programs("lightningcss", "win32-x64-msvc"), "npm test", "warning"),
        (programs("lightningcss", "win32-x64-msvc", dev=True), "npm ci --omit=dev", "warning"),
        (programs("painter", "darwin-arm64"), "npm ci", "warning"),
        (programs("lightningcss", "darwin-arm64", "linux-x64-gnu"), "npm ci", ""),
        (programs("lightningcss", "darwin-arm64", "wasm32-wasi"), "npm ci", ""),
        (programs("lightningcss"), "npm ci", ""),
        (programs("lightningcss", "darwin-arm64", optional=True), "npm ci", ""),
        (programs("@esbuild/x", "darwin-arm64"), "npm ci", ""),
    ],
)
def test_a_lock_with_the_programs_of_one_system(
    inspect: Callable[..., list[Finding]], content: str, command: str, told: str
) -> None:
    tree = {
        "package.json": manifest("dependencies", "lightningcss"),
        "package-lock.json": content,
        ".github": {"workflows": {"ci.yml": JOB.format(command)}},
    }

    found = inspect("dependency-one-platform", tree)

    assert places(found) == ([(told, "package-lock.json", 4)] if told else [])
    assert all("none for Linux" in one.message for one in found)
