from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate, keypair

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_the_key_of_a_program(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "public": {
            "Anchor.toml": anchor_toml(localnet={"a": address("a")}, devnet={"a": address("a")}),
            "programs": {"a": crate("a")},
            "deploy": {"a-keypair.json": keypair("a")},
        },
        "private": {
            "Anchor.toml": anchor_toml(localnet={"b": address("b")}),
            "programs": {"b": crate("b")},
            "keys": {"b-keypair.json": keypair("b")},
        },
        "unlisted": {"c": crate("c"), "c-keypair.json": keypair("c")},
    }

    found = inspect("program-keypair-committed", tree)

    assert places(found) == [
        ("warning", "private/keys/b-keypair.json", 1),
        ("error", "public/deploy/a-keypair.json", 1),
        ("error", "unlisted/c-keypair.json", 1),
    ]
    assert {one.fixes[0].safety for one in found} == {"manual"}


def test_other_keys_and_ignored_files(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".gitignore": "target/\n", "a": crate("a"), "wallet.json": keypair("wallet")}

    assert inspect("program-keypair-committed", tree, loose={"target": {"a-keypair.json": keypair("a")}}) == []


def test_the_local_keys_of_one_folder_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    names = ("a", "b", "c", "d")
    tree = {
        "Anchor.toml": anchor_toml(localnet={name: address(name) for name in names}),
        "programs": {name: crate(name) for name in (*names, "e")},
        "keys": {"localnet": {f"{name}-keypair.json": keypair(name) for name in names}},
        "e": {"e-keypair.json": keypair("e")},
    }

    found = inspect("program-keypair-committed", tree)

    assert places(found) == [("error", "e/e-keypair.json", 1), ("info", "keys/localnet/a-keypair.json", 1)]
    assert all(f"keys/localnet/{name}-keypair.json" in found[1].evidence for name in names)
