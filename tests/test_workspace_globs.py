"""Workspace globs: what each manager took on one tree, and the real tools beside it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from toolkit.workspace_globs import claimed, expand_braces

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = (
    "apps/web",
    "other/q",
    "packages",
    "packages/.hid",
    "packages/a",
    "packages/a/deep",
    "packages/a/test",
    "packages/a/test/x",
    "packages/b",
    "packages/excl",
    "tools",
)
A, B, X = "packages/a", "packages/b", "packages/excl"
DEEP = ("packages/a/deep",)
TESTS = ("packages/a/test", "packages/a/test/x")
# pattern list, then what npm, pnpm, yarn berry, yarn classic and bun take: measured with npm 11, pnpm 10 and 11,
# yarn 4.18, yarn 1.22 and bun 1.4.
MEASURED: tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...] = (
    (("packages/*",), ((A, B, X),) * 5),
    (("packages/*", "!packages/excl"), ((A, B), (A, B), (A, B), (A, B, X), (A, B))),
    (("!packages/excl", "packages/*"), ((A, B), (A, B), (A, B), (A, B, X), (A, B))),
    (("packages/*", "!packages/*", A), ((A, B, X), (), (), (A, B, X), (A,))),
    (("./packages/{a,b}/", "apps/*"), (("apps/web", A, B),) * 5),
    (("nop", A), ((A,),) * 5),
    (("*",), (("packages", "tools"),) * 5),
    (("packages/@(a|b)", "packages/.hid"), (("packages/.hid", A, B),) * 5),
    (
        ("packages/**",),
        (
            ("packages", A, *DEEP, *TESTS, B, X),
            ("packages", A, *DEEP, *TESTS, B, X),
            (A, *DEEP, *TESTS, B, X),
            ("packages", A, *DEEP, *TESTS, B, X),
            ("packages", A, *DEEP, *TESTS, B, X),
        ),
    ),
    (
        ("packages/**", "!**/test/**"),
        (
            ("packages", A, *DEEP, B, X),
            ("packages", A, *DEEP, B, X),
            (A, *DEEP, B, X),
            ("packages", A, *DEEP, *TESTS, B, X),
            ("packages", A, *DEEP, B, X),
        ),
    ),
)
MANAGERS = ("npm", "pnpm", "yarn", "yarn_classic", "bun")
CASES = [
    pytest.param(manager, patterns, taken[place], id=f"{manager}-{'-'.join(patterns)}")
    for patterns, taken in MEASURED
    for place, manager in enumerate(MANAGERS)
]


@pytest.mark.parametrize(("manager", "patterns", "taken"), CASES)
def test_globs_take_what_the_manager_took(manager: str, patterns: tuple[str, ...], taken: tuple[str, ...]) -> None:
    assert claimed(manager, patterns, FOLDERS) == taken


@pytest.mark.real("npm")
@pytest.mark.parametrize("patterns", [patterns for patterns, _ in MEASURED])
def test_npm_itself_agrees(patterns: tuple[str, ...], tmp_path: Path) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "package.json").write_text(
            json.dumps({"name": folder.replace("/", "-"), "version": "1.0.0"})
        )
    (tmp_path / "package.json").write_text(
        json.dumps({"name": "root", "version": "1.0.0", "workspaces": list(patterns)})
    )
    argv = ["npm", "pkg", "get", "name", "--workspaces", "--json"]
    done = subprocess.run(
        argv, cwd=tmp_path, capture_output=True, check=True, env={**os.environ, "HOME": str(tmp_path)}
    )
    assert sorted(json.loads(done.stdout)) == sorted(one.replace("/", "-") for one in claimed("npm", patterns, FOLDERS))


@pytest.mark.parametrize(
    ("pattern", "expanded"),
    [
        ("a/{b,c}/d", ["a/b/d", "a/c/d"]),
        ("{a,b{c,d}}", ["a", "bc", "bd"]),
        ("{a}", ["{a}"]),
        ("{a,b", ["{a,b"]),
        ("x{,y}", ["x", "xy"]),
    ],
)
def test_braces_expand(pattern: str, expanded: list[str]) -> None:
    assert expand_braces(pattern) == expanded


@pytest.mark.parametrize(
    ("pattern", "folder", "hit"),
    [
        ("pkg-?", "pkg-a", True),
        ("pkg-[ab]", "pkg-b", True),
        ("pkg-[!ab]", "pkg-b", False),
        ("!(docs)", "tools", False),
        ("packages/!(docs)", "packages/docs", False),
        ("packages/!(docs)", "packages/docs-site", True),
        ("packages/**/web", "packages/web", True),
        ("packages/**/web", "packages/a/b/web", True),
        ("a.b/*", "aXb/c", False),
        ("[", "[", True),
    ],
)
def test_wildcards(pattern: str, folder: str, hit: bool) -> None:
    assert bool(claimed("npm", [pattern], [folder])) is hit
