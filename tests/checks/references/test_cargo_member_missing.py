"""Members, crates and sources of Cargo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_cargo_refuses(inspect: Inspect) -> None:
    root = (
        '[workspace]\nmembers = [\n  "a",\n  "gone",\n  "empty",\n]\n[workspace.dependencies]\nx = { path = "lost" }\n'
    )
    tree = {
        "Cargo.toml": root,
        "a": {
            "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nb = { path = "../b" }\n[[bin]]\nname = "c"\npath = "src/c.rs"\n'
        },
        "empty": {"x": ""},
    }

    assert places(inspect("cargo-member-missing", tree)) == [
        ("error", "Cargo.toml", 4),
        ("error", "Cargo.toml", 5),
        ("error", "Cargo.toml", 8),
        ("error", "a/Cargo.toml", 4),
        ("error", "a/Cargo.toml", 7),
    ]


def test_quiet_about_globs_excluded_and_present_members(inspect: Inspect) -> None:
    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*", "./a"]\nexclude = ["gone"]\n[package]\nname = "root"\n',
        "a": {"Cargo.toml": '[package]\nname = "a"\n[dependencies]\nroot = { path = ".." }\nserde = "1"\n'},
        "crates": {"b": {"Cargo.toml": '[package]\nname = "b"\n'}},
    }

    assert inspect("cargo-member-missing", tree) == []


def test_an_empty_glob_is_information(inspect: Inspect) -> None:
    assert places(inspect("cargo-member-missing", {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n'})) == [
        ("info", "Cargo.toml", 2)
    ]
