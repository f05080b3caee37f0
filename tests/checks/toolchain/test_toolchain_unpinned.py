"""Tools that nothing pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


CRATE = {"Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n', "src": {"main.rs": ""}}


def test_one_finding_a_tool(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"programs": CRATE, "deep": {"er": CRATE}, "web": {"package.json": '{"dependencies": {"a": "1"}}'}}

    assert places(inspect("toolchain-unpinned", tree)) == [
        ("warning", "programs/Cargo.toml", 0),
        ("warning", "web/package.json", 0),
    ]


def test_quiet_where_something_says_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".nvmrc": "22\n",
        "web": {"package.json": '{"dependencies": {"a": "1"}}'},
        "a": {**CRATE, "rust-toolchain.toml": '[toolchain]\nchannel = "1.80.0"\n'},
        "b": {**CRATE, "Dockerfile": "FROM rust:1.80\n"},
        "c": {"pyproject.toml": '[project]\nname = "c"\nrequires-python = ">=3.11"\ndependencies = ["x"]\n'},
        "relay": {"go.mod": "module r\n\ngo 1.22\n"},
        "vendor": {"d": CRATE},
    }

    assert inspect("toolchain-unpinned", tree) == []


def test_settings_pin_for_all(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("toolchain-unpinned", {"toolkit.toml": '[toolchain]\nrust = "1.95.0"\n', "a": CRATE}) == []
