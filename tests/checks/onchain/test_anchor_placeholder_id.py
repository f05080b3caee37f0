from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import TEMPLATE, address, anchor_toml, crate
from toolkit.model import EditFile

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

    (found,) = inspect("anchor-placeholder-id", tree)

    assert (found.severity, found.path, found.line) == ("error", "Anchor.toml", 8)
    assert found.message.endswith(": nobody can deploy to it. Likewise in line 9, 11.")


def test_a_placeholder_that_others_repeat_is_told_once_with_its_places(inspect: Callable[..., list[Finding]]) -> None:
    names = "\n".join(f'export const {name}_PROGRAM_ID = "YOUR_PROGRAM_ID";' for name in ("VAULT", "SWAP", "MINT"))
    tree = {
        "Anchor.toml": anchor_toml(localnet={}, devnet={"vault": TEMPLATE, "swap": address("swap"), "mint": TEMPLATE}),
        "programs": {"vault": crate("vault", TEMPLATE), "swap": crate("swap"), "mint": crate("mint", TEMPLATE)},
        "app": {"a.ts": f'export const VAULT_PROGRAM_ID = "{TEMPLATE}";\n', "b.ts": names},
    }

    found = inspect("anchor-placeholder-id", tree)

    assert [(one.severity, one.path, one.line, one.evidence) for one in found] == [
        ("info", "app/b.ts", 1, "YOUR_PROGRAM_ID"),
        ("warning", "app/b.ts", 2, "YOUR_PROGRAM_ID"),
        ("error", "Anchor.toml", 4, f"{TEMPLATE}; also in app/a.ts:1"),
    ]
    assert found[0].message.endswith("Likewise in line 3.")  # of a program without a real id, as in line 1


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
        "e.ts": f'export const PROGRAM_ID = new PublicKey(process.env.PROGRAM_ID || "{TEMPLATE}");\n',
        "b.ts": 'export const SYSTEM_PROGRAM_ID = "11111111111111111111111111111111";\n',
        "c.ts": 'export const programId = "BPFLoaderUpgradeab1e11111111111111111111111";\n',
        "examples": {"d.ts": 'export const PROGRAM_ID = "<YOUR_PROGRAM_ID>";\n'},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [
        ("warning", ".env.production", 1),
        ("warning", "a.ts", 1),
        ("info", "e.ts", 1),
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


def test_a_placeholder_that_anchor_toml_has_a_real_id_for_is_told_and_only_it_is_replaced(
    inspect: Callable[..., list[Finding]],
) -> None:
    real = address("a")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": real, "b": address("b"), "c": TEMPLATE}, mainnet={"a": real}),
        "programs": {"a": crate("a", TEMPLATE), "b": crate("b", "1" * 32), "c": crate("c", TEMPLATE)},
    }

    found = inspect("anchor-placeholder-id", tree)

    assert places(found) == [("error", "programs/a/src/lib.rs", 2), ("warning", "programs/b/src/lib.rs", 2)]
    assert [fix.safety for fix in found[0].fixes] == ["unsafe", "manual"]
    action = found[0].fixes[0].actions[0]
    assert isinstance(action, EditFile)
    assert [one.text.decode() for one in action.spans] == [real]
    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("info", "Anchor.toml", 2),
        ("info", "Anchor.toml", 3),
    ]


def test_no_repair_writes_an_id_of_others(inspect: Callable[..., list[Finding]]) -> None:
    token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a"), "b": address("b")}),
        "programs": {"a": crate("a", token), "b": crate("b"), "c": crate("c", token)},
    }

    told = [*inspect("anchor-program-id-mismatch", tree), *inspect("anchor-source-without-program", tree)]

    assert [[fix.safety for fix in one.fixes] for one in told] == [["manual"], ["manual"]]


def test_the_changed_template_and_fallbacks_in_entries(inspect: Callable[..., list[Finding]]) -> None:
    changed = TEMPLATE[:-8] + "goezjGvE"
    tree = {
        "Anchor.toml": anchor_toml(devnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault", changed)},
        "contracts.js": f"export const ids = {{\n  vault: process.env.VAULT_PROGRAM_ID || '{'1' * 32}',\n}};\n",
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [
        ("info", "contracts.js", 2),
        ("error", "programs/vault/src/lib.rs", 2),
    ]


def test_the_declared_id_is_proposed_where_it_is_a_real_one(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"Anchor.toml": anchor_toml(devnet={"vault": TEMPLATE}), "programs": {"vault": crate("vault")}}

    (found,) = inspect("anchor-placeholder-id", tree)

    assert found.fixes[0].title == f"write {address('vault')}, which programs/vault/src/lib.rs declares"


def test_ids_of_native_programs_and_of_modules_are_none(inspect: Callable[..., list[Finding]]) -> None:
    budget = "ComputeBudget" + "1" * 30
    called = f'pub mod budget {{\n    crate::declare_id!("{budget}");\n}}\npub mod called {{\n    declare_id!("{FILLER}");\n}}\n'
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a"), "b": address("b")}),
        "programs": {"a": crate("a", body=called), "b": crate("b", FILLER)},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [("warning", "programs/b/src/lib.rs", 2)]


def test_an_id_that_a_test_starts_a_program_with_is_called(inspect: Callable[..., list[Finding]]) -> None:
    client = f'export const PROGRAM_ID = new PublicKey("{TEMPLATE}");\n'
    start = 'import { start } from "solana-bankrun";\nawait start([{ name: "counter", programId: PROGRAM_ID }], []);\n'
    tree = {
        "programs": {"vault": crate("vault")},
        "counter": {"package.json": "{}", "ts": {"index.ts": client}, "tests": {"a.test.ts": start}},
        "swap": {"package.json": "{}", "ts": {"index.ts": client}},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [("warning", "swap/ts/index.ts", 1)]
    tree["run.sh"] = f"solana-test-validator --bpf-program {TEMPLATE} target/deploy/swap.so\n"
    assert inspect("anchor-placeholder-id", tree) == []


def test_an_id_that_a_program_declares_is_called_on_a_local_network(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": TEMPLATE}),
        "programs": {"vault": crate("vault", TEMPLATE), "swap": crate("swap")},
        "app": {"ids.ts": f'export const PROGRAM_ID = new PublicKey("{TEMPLATE}");\n'},
        "web": {"ids.ts": f'export const SWAP_PROGRAM_ID = new PublicKey("{TEMPLATE}");\n'},
    }

    assert places(inspect("anchor-placeholder-id", tree)) == [("info", "app/ids.ts", 1), ("warning", "web/ids.ts", 1)]
