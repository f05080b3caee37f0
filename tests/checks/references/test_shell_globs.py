"""Patterns of scripts that the shell expands, and less deep than they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "package-script-broken"
DEEP = {"src": {"index.ts": "", "a": {"b.ts": "", "c": {"d.ts": ""}}}}


def manifest(**scripts: str) -> dict[str, str]:
    return {"package.json": json.dumps({"name": "a", "scripts": scripts})}


def test_a_pattern_that_passes_over_files(inspect: Inspect) -> None:
    tree = {
        **DEEP,
        **manifest(style="prettier --check src/**/*.ts", mend="prettier --write ./src && prettier src/**/*.ts"),
    }

    (found,) = inspect(ID, tree)

    assert (found.severity, found.path, found.evidence) == (
        "warning",
        "package.json",
        "passed over: src/a/c/d.ts, src/index.ts",
    )
    assert found.message == (
        "The scripts style, mend reach 1 of 3 files: the shell takes the ** of src/**/*.ts for one folder, and passes over src/a/c/d.ts."
    )


@pytest.mark.parametrize(
    ("script", "beside"),
    [
        pytest.param("prettier 'src/**/*.ts'", DEEP, id="quotes"),
        pytest.param('prettier "src/**/*.ts"', DEEP, id="double quotes"),
        pytest.param("prettier src/**/*.ts", {"src": {"a": {"b": {"c.ts": ""}}}}, id="the shell finds none"),
        pytest.param("prettier src/**/*.ts", {"src": {"a": {"b.ts": ""}}}, id="the shell finds all"),
        pytest.param("prettier src/**/*.ts", {"src": {"a": {"b.ts": "", ".c": {"d.ts": ""}}}}, id="hidden ones"),
        pytest.param("prettier src/**/*.{ts,tsx}", DEEP, id="braces, which sh does not expand"),
        pytest.param("prettier --check=src/**/*.ts", DEEP, id="an option"),
        pytest.param("cd src && prettier a/**/*.ts", DEEP, id="another folder"),
        pytest.param("npx prettier --check lib/**/*", {"lib": {"a": {"b.ts": "", "c": {"d.ts": ""}}}}, id="folders, which it walks"),
        pytest.param("prettier src/**/*.ts", {**DEEP, "bun.lock": ""}, id="a shell of its own"),
        pytest.param("prettier src/**/*.ts", {**DEEP, ".yarnrc.yml": "nodeLinker: node-modules\n"}, id="yarn"),
    ],
)  # fmt: skip
def test_a_pattern_that_reaches_what_it_says(inspect: Inspect, script: str, beside: dict[str, Any]) -> None:
    assert [one for one in inspect(ID, {**beside, **manifest(style=script)}) if "the shell" in one.message] == []


def test_a_program_that_walks_no_folder_passes_over_what_lies_in_them(inspect: Inspect) -> None:
    tree = {"lib": {"a": {"b.ts": "", "c": {"d.ts": ""}}}, **manifest(style="prettier -v && count lib/**/*")}
    (found,) = (one for one in inspect(ID, tree) if "the shell" in one.message)
    assert found.evidence == "passed over: lib/a/c/d.ts"
