from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import TEMPLATE, address, anchor_toml, crate

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

FILLER = "Mora1ityXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"


def test_on_public_clusters_only(inspect: Callable[..., list[Finding]]) -> None:
    listed = {"a": TEMPLATE, "b": FILLER, "c": address("c"), "d": "1" * 32}
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed, devnet=listed),
        "programs": {name: crate(name, value) for name, value in listed.items()},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [
        ("error", "Anchor.toml", 8),
        ("error", "Anchor.toml", 9),
        ("error", "Anchor.toml", 11),
    ]


def test_a_declared_one_that_no_anchor_toml_lists(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a": crate("a", TEMPLATE), "third_party": {"b": crate("b", TEMPLATE)}, "c": crate("c")}

    assert places(inspect("anchor-placeholder-id", tree)) == [
        ("warning", "a/src/lib.rs", 2),
        ("info", "third_party/b/src/lib.rs", 2),
    ]
