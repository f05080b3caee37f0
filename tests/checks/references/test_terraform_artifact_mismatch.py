"""Build outputs where the build does not write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def tree(path: str, options: str) -> dict[str, object]:
    return {
        "package.json": '{"scripts": {"build": "tsc"}}',
        "tsconfig.json": f'{{"compilerOptions": {{"outDir": "dist"{options}}}, "include": ["src", "test"]}}',
        "src": {"worker.ts": ""},
        "test": {"worker.test.ts": ""},
        "infra": {"main.tf": f'locals {{\n  code = file("${{path.module}}/../{path}")\n}}\n'},
    }


def test_tests_move_the_output(inspect: Inspect) -> None:
    found = inspect("terraform-artifact-mismatch", tree("dist/worker.js", ""))

    assert places(found) == [("error", "infra/main.tf", 2)]
    assert [fix.title for fix in found[0].fixes] == ["write ${path.module}/../dist/src/worker.js"]


def test_quiet_about_the_right_place(inspect: Inspect) -> None:
    assert inspect("terraform-artifact-mismatch", tree("dist/src/worker.js", "")) == []


def test_quiet_where_a_bundler_writes(inspect: Inspect) -> None:
    files = tree("dist/worker.js", "") | {"package.json": '{"scripts": {"build": "rollup -c", "check:types": "tsc"}}'}

    assert inspect("terraform-artifact-mismatch", files) == []
