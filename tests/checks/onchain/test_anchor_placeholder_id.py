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


def test_clients_that_hold_a_placeholder(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        ".env.production": "NEXT_PUBLIC_PROGRAM_ID=11111111111111111111111111111111\n",
        ".env.example": "NEXT_PUBLIC_PROGRAM_ID=YOUR_PROGRAM_ID\n",
        "a.ts": f'export const PROGRAM_ID = new PublicKey("{TEMPLATE}");\n',
        "wrangler.toml": '[vars]\nPROGRAM_ID = "YOUR_PROGRAM_ID"\n',
        "b.ts": 'export const SYSTEM_PROGRAM_ID = "11111111111111111111111111111111";\n',
        "c.ts": 'export const programId = "BPFLoaderUpgradeab1e11111111111111111111111";\n',
        "examples": {"d.ts": 'export const PROGRAM_ID = "<YOUR_PROGRAM_ID>";\n'},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [
        ("warning", ".env.production", 1),
        ("warning", "a.ts", 1),
        ("warning", "wrangler.toml", 2),
    ]


def test_a_template_id_on_localnet_where_the_provider_is_another(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": TEMPLATE}) + '[provider]\ncluster = "devnet"\n',
        "programs": {"vault": crate("vault", TEMPLATE)},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [("warning", "Anchor.toml", 2)]


def test_the_system_program_s_id_is_taken_on_every_cluster(inspect: Callable[..., list[Finding]]) -> None:
    system, template = "1" * 32, "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": system, "b": template}),
        "programs": {"a": crate("a", system), "b": crate("b", template)},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [("warning", "programs/a/src/lib.rs", 2)]
