"""Commands that the release which runs them does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def workspace(toolchain: str = "", anchor: str = "0.31.1") -> dict[str, Any]:
    return {
        "Anchor.toml": f"{anchor_toml(localnet={'vault': address('vault')})}\n[toolchain]\n{toolchain}",
        "programs": {"vault": crate("vault", anchor=anchor)},
    }


@pytest.mark.parametrize(
    ("command", "toolchain", "told"),
    [
        ("anchor idl parse -f lib.rs", 'anchor_version = "0.30.1"', "it went with 0.30.0"),
        ("anchor idl parse -f lib.rs", 'anchor_version = "0.29.0"', ""),
        ("anchor idl convert old.json", 'anchor_version = "0.29.0"', "it came with 0.30.1"),
        ("anchor idl type old.json", 'anchor_version = "0.31.1"', ""),
        ("cargo build-bpf --manifest-path a/Cargo.toml", 'solana_version = "2.1.4"', "it went with 2.1.0"),
        ("cargo build-bpf", 'solana_version = "1.18.26"', ""),
        ("cargo build-bpf-tools", 'solana_version = "2.1.4"', ""),
        ("cargo build-sbf || cargo build-bpf", 'solana_version = "2.1.4"', ""),
        ("cargo build-bpf || cargo build-sbf", 'solana_version = "2.1.4"', ""),
        ("# cargo build-bpf", 'solana_version = "2.1.4"', ""),
        ('echo "run cargo build-bpf first"', 'solana_version = "2.1.4"', ""),
        ("anchor login token", 'anchor_version = "1.0.2"', "it went with 1.0.0"),
    ],
)
def test_by_the_toolchain(inspect: Callable[..., list[Finding]], command: str, toolchain: str, told: str) -> None:
    found = inspect("solana-command-missing", {**workspace(toolchain), "build.sh": f"set -e\n{command}\n"})

    assert places(found) == ([("error", "build.sh", 2)] if told else [])
    assert all(told in one.message for one in found)


def test_what_the_file_or_the_repository_installs(inspect: Callable[..., list[Finding]]) -> None:
    install = 'sh -c "$(curl -sSfL https://release.anza.xyz/v2.2.1/install)"\n'
    old = install.replace("2.2.1", "1.18.26").replace("anza.xyz", "solana.com")
    tree = {"Dockerfile": f"FROM rust\nRUN {install}", "run.sh": "cargo test-bpf\n"}

    assert places(inspect("solana-command-missing", tree)) == [("error", "run.sh", 1)]
    assert inspect("solana-command-missing", {**tree, "run.sh": f"{old}cargo test-bpf\n"}) == []
    assert inspect("solana-command-missing", {**tree, "other.sh": old}) == []


@pytest.mark.parametrize(
    ("anchor", "told"), [("0.32.1", [("warning", "package.json", 3)]), ("0.31.1", []), ("0.29.0", [])]
)
def test_what_the_programs_need(
    inspect: Callable[..., list[Finding]], anchor: str, told: list[tuple[str, str, int]]
) -> None:
    scripts = '{\n  "scripts": {\n    "build": "cargo build-bpf"\n  }\n}\n'

    assert places(inspect("solana-command-missing", {**workspace(anchor=anchor), "package.json": scripts})) == told


def test_nothing_is_known_of_the_release(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"scripts": {"build": "cargo build-bpf"}}', "Cargo.toml": "[workspace]\nmembers = []\n"}

    assert inspect("solana-command-missing", tree) == []
