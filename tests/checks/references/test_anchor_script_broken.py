"""Scripts of Anchor.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_is_missing(inspect: Inspect) -> None:
    text = """\
[workspace]
members = ["programs/a", "programs/gone"]
[scripts]
test = "yarn run ts-mocha -p ./tsconfig.json -t 1000000 tests/**/*.ts"
lint = "npm run lint"
jest = "npx jest tests/a.test.ts"
"""
    tree = {"p": {"Anchor.toml": text, "package.json": "{}", "programs": {"a": {"Cargo.toml": ""}}}}

    assert places(inspect("anchor-script-broken", tree)) == [
        ("error", "p/Anchor.toml", 2),
        ("error", "p/Anchor.toml", 4),
        ("error", "p/Anchor.toml", 5),
        ("warning", "p/Anchor.toml", 6),
    ]


def test_quiet_about_what_is_there(inspect: Inspect) -> None:
    text = (
        '[scripts]\ntest = "yarn run ts-mocha -p ./tsconfig.json tests/**/*.ts"\nunit = "cargo test && node --test"\n'
    )
    tree = {"p": {"Anchor.toml": text, "package.json": "{}", "tsconfig.json": "{}", "tests": {"deep": {"a.ts": ""}}}}

    assert inspect("anchor-script-broken", tree) == []


def test_broken_toml_is_the_business_of_another_check(inspect: Inspect) -> None:
    assert inspect("anchor-script-broken", {"Anchor.toml": "[scripts\n"}) == []
