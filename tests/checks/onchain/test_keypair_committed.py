from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate, keypair
from toolkit.model import RemoveTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_keys_by_their_place(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": "secret/\n",
        "keys": {"wallet.json": keypair("w")},
        "tests": {"alice.json": keypair("a")},
        "solana-devnet2.json": keypair("d"),
        "third_party": {"k.json": keypair("t")},
    }

    found = inspect("keypair-committed", tree, loose={"new.json": keypair("n"), "secret": {"k.json": keypair("s")}})

    assert places(found) == [
        ("error", "keys/wallet.json", 0),
        ("error", "new.json", 0),
        ("warning", "solana-devnet2.json", 0),
        ("warning", "tests/alice.json", 0),
        ("info", "third_party/k.json", 0),
    ]
    wallet = next(one for one in found if one.path == "keys/wallet.json")
    assert wallet.fixes[0].actions == (RemoveTree("keys/wallet.json", "a committed secret key", "any", tracked=True),)
    shown = wallet.message + wallet.evidence
    assert address("w") in shown
    assert ", ".join(keypair("w").strip("[]").split(", ")[:4]) not in shown


def test_lists_that_are_no_key(inspect: Callable[..., list[Finding]]) -> None:
    vault = {
        "Anchor.toml": anchor_toml(devnet={"v": address("v")}),
        "programs": {"v": crate("v")},
        "v-keypair.json": keypair("v"),
    }
    tree = {
        **vault,
        "histogram.json": json.dumps([number * 7 for number in range(64)]),
        "zeros.json": json.dumps([0] * 64),
        "bits.json": json.dumps([number % 2 for number in range(64)]),
        "short.json": json.dumps(list(range(63))),
        "texts.json": json.dumps([str(number) for number in range(64)]),
        "deep.json": "[" * 500,
        "broken.json": "[1, 2",
    }

    assert inspect("keypair-committed", tree) == []
