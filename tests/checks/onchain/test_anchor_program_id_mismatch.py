from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import TEMPLATE, address, anchor_toml, crate, keypair
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_every_cluster_that_differs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(
            localnet={"my_vault": address("other")},
            devnet={"my_vault": address("vault")},
            mainnet={"my_vault": address("x")},
        ),
        "programs": {"vault": crate("my_vault", address("vault"))},
    }

    found = inspect("anchor-program-id-mismatch", tree)

    assert places(found) == [("error", "Anchor.toml", 2), ("error", "Anchor.toml", 8)]
    assert "4100" in found[0].message
    assert [fix.safety for fix in found[0].fixes] == ["unsafe", "manual"]
    assert [fix.safety for fix in found[1].fixes] == ["manual"]
    action = found[0].fixes[0].actions[0]
    assert isinstance(action, EditFile)
    assert action.spans[0].text.decode() == f'"{address("vault")}"'


def test_one_id_that_several_clusters_have_is_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    other = {"my_vault": address("other")}
    listed = anchor_toml(devnet=other, localnet=other, mainnet={"my_vault": address("x")})

    found = inspect(
        "anchor-program-id-mismatch", {"Anchor.toml": listed, "programs/v": crate("my_vault", address("v"))}
    )

    assert places(found) == [("error", "Anchor.toml", 2), ("error", "Anchor.toml", 8)]
    assert "my_vault has another id on devnet, localnet than programs/v/src/lib.rs:" in found[0].message
    assert found[0].evidence.endswith("; so with line 5 localnet")


def test_an_id_of_another_program_names_that_one(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(devnet={"first": address("second"), "third": address("second")}),
        "programs/first": crate("first", address("first")),
        "programs/second": crate("second", address("second")),
        "programs/third": crate("third", TEMPLATE),
        "ids.ts": f'export const FIRST_PROGRAM_ID = "{address("fourth")}";\n',
        "fourth": crate("fourth", address("fourth")),
    }

    found = inspect("anchor-program-id-mismatch", tree)

    assert places(found) == [("error", "Anchor.toml", 2), ("error", "Anchor.toml", 3), ("error", "ids.ts", 1)]
    assert all("The listed id is that of second, and one" in one.message for one in found[:2])
    assert "calls fourth." in found[2].message
    (placeholder,) = inspect("anchor-placeholder-id", tree)
    assert [fix.safety for fix in placeholder.fixes] == ["manual"]


def test_ids_of_clusters_under_features_are_alternatives(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        'use anchor_lang::prelude::*;\n#[cfg(feature = "devnet")]\n'
        f'declare_id!("{address("d")}");\n#[cfg(not(feature = "devnet"))]\ndeclare_id!("{address("m")}");\n'
        "#[program]\nmod vault {}\n"
    )
    vault = {**crate("vault"), "src": {"lib.rs": source}}
    listed = anchor_toml(
        devnet={"vault": address("d")}, mainnet={"vault": address("m")}, testnet={"vault": address("third")}
    )

    found = inspect("anchor-program-id-mismatch", {"Anchor.toml": listed, "programs": {"vault": vault}})

    assert places(found) == [("error", "Anchor.toml", 8)]


def test_quiet_for_constants_copies_comments_and_what_others_tell(inspect: Callable[..., list[Finding]]) -> None:
    constant = 'pub const ID_TEXT: &str = "x";\ndeclare_id!(crate::KEY);\n#[program]\nmod a {}\n'
    tree = {
        "Anchor.toml": anchor_toml(
            devnet={"a": address("a"), "b": address("b"), "c": TEMPLATE, "d": "not-an-id", "e": address("e")}
        ),
        "programs": {
            "a": {**crate("a"), "src": {"lib.rs": constant}},
            "b": {
                **crate("b"),
                "src": {
                    "lib.rs": f'// declare_id!("{address("old")}");\ndeclare_id!("{address("b")}");\n#[program]\nmod b {{}}\n',
                    "lib_backup.rs": f'declare_id!("{address("backup")}");\n',
                },
            },
            "c": crate("c"),
            "d": crate("d"),
            "e": {
                **crate("e"),
                "src": {"lib.rs": f'declare_id!(KEY);\npub const KEY: Pubkey = pubkey!("{address("e")}");\n'},
            },
        },
    }

    assert inspect("anchor-program-id-mismatch", tree) == []


def test_an_interface_with_an_id_that_the_program_has_nowhere(inspect: Callable[..., list[Finding]]) -> None:
    def idl(name: str, where: str) -> str:
        return f'{{\n  "address": "{where}",\n  "metadata": {{ "name": "{name}" }},\n  "instructions": []\n}}\n'

    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        "web": {
            "vault.json": idl("vault", address("old")),
            "vault.ts": f'export type Vault = {{\n  "address": "{address("old")}",\n  "instructions": []\n}};\n',
        },
        "good": {"vault.json": idl("vault", address("vault"))},
        "foreign": {"vault.json": idl("another_vault", address("foreign"))},
        "third_party": {"vault.json": idl("vault", address("theirs"))},
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("info", "third_party/vault.json", 2),
        ("warning", "web/vault.json", 2),
    ]
    listed = f"export const IDS = {{ dev: '{address('old')}', main: '{address('vault')}' }};\n"
    assert places(inspect("anchor-program-id-mismatch", {**tree, "scripts": {"ids.ts": listed}})) == [
        ("info", "third_party/vault.json", 2),
        ("info", "web/vault.json", 2),
    ]


def test_in_a_workspace_of_tests_it_may_be_meant(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"Anchor.toml": anchor_toml(devnet={"vault": address("other")}), "programs": {"vault": crate("vault")}}

    assert places(inspect("anchor-program-id-mismatch", {"tests": {"wrong": tree}})) == [
        ("warning", "tests/wrong/Anchor.toml", 2)
    ]


def test_a_client_that_holds_another_id(inspect: Callable[..., list[Finding]]) -> None:
    old = address("old")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        "a": {"constants.ts": f'export const VAULT_PROGRAM_ID = new PublicKey(\n  "{old}"\n);\n'},
        "b": {"program.ts": f'const programId = new PublicKey(process.env.NEXT_PUBLIC_PROGRAM_ID || "{old}");\n'},
        "c": {".env.production": f"VITE_PROGRAM_ID={old}\n", ".env.example": f"EXPO_PUBLIC_VAULT_PROGRAM_ID={old}\n"},
        "d": {"main.tf": f'variable "vault_program_id" {{\n  type    = string\n  default = "{old}"\n}}\n'},
        "e": {"map.yaml": f'kind: ConfigMap\ndata:\n  VAULT_PROGRAM_ID: "{old}"\n'},
        "f": {"main.rs": f'const VAULT_PROGRAM_ID: Pubkey = pubkey!("{old}");\n'},
        "g": {"ids.ts": f'export const PROGRAM_IDS = {{\n  vault: "{old}",\n}};\n'},
        "target": {"deploy": {"vault-keypair.json": keypair("old")}},
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("error", "a/constants.ts", 2),
        ("warning", "b/program.ts", 1),
        ("warning", "c/.env.example", 1),
        ("error", "d/main.tf", 3),
        ("error", "e/map.yaml", 3),
        ("error", "f/main.rs", 1),
        ("error", "g/ids.ts", 2),
        ("error", "target/deploy/vault-keypair.json", 0),
    ]


def test_clients_of_the_program_and_of_others(inspect: Callable[..., list[Finding]]) -> None:
    mine, other = address("vault"), address("other")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": mine}),
        "programs": {"vault": crate("vault")},
        "ids.ts": f'export const VAULT_PROGRAM_ID = "{mine}";\nexport const VAULT_PROGRAM_ID_DEVNET = "{mine}";\n'
        f'export const SWAP_PROGRAM_ID = "{other}";\n',
        "swap.ts": f'export const PROGRAM_ID = "{other}";\n',  # what ids.ts calls the program of others
        "token.ts": 'export const PROGRAM_ID = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";\n',
        "call.ts": f'export function go(programId = new PublicKey("{address("given")}")) {{}}\n',
        "old.ts": f'// const VAULT_PROGRAM_ID = "{address("old")}";\n',
        "generated/a.ts": f'export const PROGRAM_ID = "{address("third")}";\n',
        "tests/vault.ts": f'const VAULT_PROGRAM_ID = "{address("fourth")}";\n',
        "data.json": f'{{"programId": "{address("fifth")}"}}\n',
    }

    assert inspect("anchor-program-id-mismatch", tree) == []


def test_features_named_like_clusters(inspect: Callable[..., list[Finding]]) -> None:
    made = crate("vault", address("a"))
    ids = f'#[cfg(feature = "mainnet")]\ndeclare_id!("{address("b")}");\n#[cfg(not(feature = "mainnet"))]\ndeclare_id!("{address("a")}");'
    made["src"]["lib.rs"] = made["src"]["lib.rs"].replace(f'declare_id!("{address("a")}");', ids)
    right = {"devnet": {"vault": address("a")}, "mainnet": {"vault": address("b")}}
    swapped = {"devnet": {"vault": address("a")}, "mainnet": {"vault": address("a")}}

    assert (
        inspect("anchor-program-id-mismatch", {"Anchor.toml": anchor_toml(**right), "programs": {"vault": made}}) == []
    )
    assert places(
        inspect("anchor-program-id-mismatch", {"Anchor.toml": anchor_toml(**swapped), "programs": {"vault": made}})
    ) == [("error", "Anchor.toml", 5)]


def test_ids_in_tables_and_in_terraform(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        "app": {"config.ts": f"export const programs = {{\n  vault: address('{address('x')}'),\n}};\n"},
        "main.tf": f'binding {{\n  name = "VAULT_PROGRAM_ID"\n  text = "{address("x")}"\n}}\n',
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("error", "app/config.ts", 2),
        ("error", "main.tf", 3),
    ]


def test_short_names_of_programs_that_share_their_first_word(inspect: Callable[..., list[Finding]]) -> None:
    proof, vault, old = address("acme_proof"), address("acme_vault"), address("old")
    table = f'const PROGRAM_IDS = {{\n  proof: new PublicKey("{old}"),\n  vault: new PublicKey("{vault}"),\n}};\n'
    tree = {
        "Anchor.toml": anchor_toml(devnet={"acme_proof": proof}, localnet={"acme_vault": vault}),
        "programs": {"a": crate("acme_proof"), "b": crate("acme_vault")},
        "a.ts": table,
        "b": {".env.production": f"NEXT_PUBLIC_PROGRAM_PROOF={old}\nVAULT_PROGRAM={old}\n"},
        "c.sh": f'declare -A PROGRAMS\nPROGRAMS=(\n  ["acme_proof"]="{old}"\n  [acme_vault]={vault}\n)\n',
        "d.sh": f"solana program deploy target/deploy/acme_proof.so \\\n  --program-id {old}\n",
        "e": {"ci.yml": f"on: push\njobs:\n  a:\n    steps:\n      - run: anchor upgrade --program-id {old} target/deploy/acme-vault.so\n"},
        "init-devnet.ts": table,
    }  # fmt: skip

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("error", "a.ts", 2),
        ("warning", "b/.env.production", 1),
        ("warning", "b/.env.production", 2),
        ("error", "c.sh", 3),
        ("error", "d.sh", 2),
        ("error", "e/ci.yml", 5),
        ("error", "init-devnet.ts", 2),
    ]


def test_short_names_that_mean_programs_of_others(inspect: Callable[..., list[Finding]]) -> None:
    other = address("other")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"acme_token": address("acme_token"), "acme_vault": address("acme_vault")}),
        "programs": {"a": crate("acme_token"), "b": crate("acme_vault"), "c": crate("solo")},
        "a.ts": f'const PROGRAM_IDS = {{\n  token: "{other}",\n  swap: "{other}",\n}};\n',
        "b.env": f"TOKEN_PROGRAM={other}\nPROGRAM_AUTHORITY={other}\n",
        "c.ts": f'const owners = {{\n  vault: "{other}",\n}};\n',
        "d.sh": f"# solana program deploy target/deploy/acme_vault.so --program-id {other}\nsolana program show --program-id {other}\n"
        f"solana program deploy vendor/dex.so --program-id {other}\n",
        "devnet": {"e.ts": f'const VAULT_PROGRAM = "{other}";\n'},
    }

    assert inspect("anchor-program-id-mismatch", tree) == []


def test_programs_of_others_that_a_source_works_with(inspect: Callable[..., list[Finding]]) -> None:
    other = f'DEFAULT_PROGRAM_ID = "{address("other")}"\n'
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault_two": address("vault_two")}),
        "programs": {"vault_two": crate("vault_two")},
        "privacy": {"cloak.py": f"class Cloak:\n    {other}", "pay.ts": f"export const {other}"},
        "bot": {"run.py": f"# calls vault-two\n{other}", "config.py": other, "client.ts": f"const {other}"},
    }

    found = inspect("anchor-program-id-mismatch", tree)

    assert [one.path for one in found] == ["bot/client.ts"]
    assert found[0].message.endswith("Likewise bot/config.py:1, bot/run.py:2.")


def test_a_native_program_in_a_client_of_rust_and_in_an_interface_of_codama(
    inspect: Callable[..., list[Finding]],
) -> None:
    wrong = address("wrong")
    root = f'use pinocchio::address::declare_id;\ndeclare_id!("{address("acme_vault_program")}");\n'
    idl = {"kind": "rootNode", "program": {"instructions": [], "name": "acmeVault", "publicKey": wrong}}
    tree = {
        "program": {
            "Cargo.toml": '[package]\nname = "acme-vault-program"\n[dependencies]\npinocchio = "0.9"\n',
            "src": {"lib.rs": root},
            "idl": {"acme_vault.json": json.dumps(idl, indent=1)},
        },
        "indexer": {"src": {"vault.rs": f'pub const ACME_VAULT_PROGRAM_ID: &str =\n    "{wrong}";\n'}},
        "server": {"src": {"ids.rs": f'pub const ACME_VAULT_PROGRAM_ID: &\'static str = "{wrong}";\n'}},
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("error", "indexer/src/vault.rs", 2),
        ("warning", "program/idl/acme_vault.json", 6),
        ("error", "server/src/ids.rs", 1),
    ]


def test_copies_of_an_interface_for_two_clusters(inspect: Callable[..., list[Finding]]) -> None:
    def idl(of: str) -> str:
        return json.dumps({"address": address(of), "metadata": {"name": "vault"}, "instructions": []})

    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("local")}, devnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        "api": {"idl": {"vault.json": idl("local")}},
        "local": {"idl": {"localnet": {"vault.json": idl("local")}}},
    }
    assert [one for one in inspect("anchor-program-id-mismatch", tree) if one.path != "Anchor.toml"] == []

    found = inspect("anchor-program-id-mismatch", {**tree, "app": {"idl": {"vault.json": idl("vault")}}})
    assert [one for one in places(found) if one[1] != "Anchor.toml"] == [
        ("warning", "api/idl/vault.json", 1),
        ("info", "local/idl/localnet/vault.json", 1),
    ]


def test_ids_by_cluster_and_names_that_go_on(inspect: Callable[..., list[Finding]]) -> None:
    here, wrong = address("acme"), address("wrong")
    table = (
        f"export const PROGRAM_IDS: Record<string, PublicKey> = {{\n  MAINNET: new PublicKey('{here}'),\n"
        f"  DEVNET: new PublicKey('{wrong}'),\n}};\n"
    )
    tree = {
        "Anchor.toml": anchor_toml(devnet={"acme": here, "acme_escrow": address("acme_escrow")}),
        "programs": {"acme": crate("acme"), "acme_escrow": crate("acme_escrow")},
        "sdk": {
            "types.ts": table,
            "constants.ts": f"export const ACME_PROGRAM_ID = '{address('acme_escrow')}';\n",
            "escrow.ts": f"export const ACME_ESCROW_PROGRAM_ID = '{here}';\n",
            "other.ts": table.replace("PROGRAM_IDS", "MINTS").replace(wrong, address("mint")),
        },
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("error", "sdk/escrow.ts", 1),
        ("warning", "sdk/types.ts", 3),
    ]


def test_the_id_of_a_program_of_others_and_two_placeholders_on_a_local_network(
    inspect: Callable[..., list[Finding]],
) -> None:
    serum, template = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin", "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a"), "b": "1" * 32, "c": template}, devnet={"a": serum}),
        "programs": {"a": crate("a"), "b": crate("b", template), "c": crate("c")},
    }

    assert places(inspect("anchor-program-id-mismatch", tree)) == [
        ("warning", "Anchor.toml", 3),
        ("warning", "Anchor.toml", 4),
        ("error", "Anchor.toml", 7),
    ]


def test_an_id_that_a_build_script_writes_is_not_known(inspect: Callable[..., list[Finding]]) -> None:
    built = {**crate("vault"), "build.rs": 'fn main() { format!("declare_id!(\\"{id}\\");"); }\n'}
    built["src"] = {"lib.rs": 'include!(concat!(env!("OUT_DIR"), "/id.rs"));\n#[program]\npub mod vault {}\n'}
    listed = anchor_toml(localnet={"vault": address("vault")})
    tree = {"Anchor.toml": listed, "programs": {"vault": built}, "Makefile": f"PROGRAM_ID={address('real')}\n"}

    assert inspect("anchor-program-id-mismatch", tree) == []


def test_an_id_that_the_reader_is_to_put_in_is_information(inspect: Callable[..., list[Finding]]) -> None:
    made = crate("vault")
    made["src"]["lib.rs"] = str(made["src"]["lib.rs"]).replace(
        "declare_id", "// Change this to the program ID\ndeclare_id"
    )
    tree = {"Anchor.toml": anchor_toml(localnet={"vault": address("old")}), "programs": {"vault": made}}

    assert places(inspect("anchor-program-id-mismatch", tree)) == [("info", "Anchor.toml", 2)]


def test_several_keypairs_of_one_program_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    pairs = {place: {"target": {"deploy": {"vault-keypair.json": keypair(place)}}} for place in ("a", "b")}

    found = inspect("anchor-program-id-mismatch", {"programs": {"vault": crate("vault")}, **pairs})

    assert places(found) == [("error", "a/target/deploy/vault-keypair.json", 0)]


def test_many_programs_with_other_ids_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    names = ("vault", "feed", "escrow")
    tree = {
        "Anchor.toml": anchor_toml(devnet={name: address(f"other {name}") for name in names}),
        "programs": {name: crate(name) for name in names},
    }

    (found,) = inspect("anchor-program-id-mismatch", tree)

    assert found.message.endswith(" Likewise in line 3, 4.")
    assert address("other escrow") in found.evidence


def test_a_key_with_dashes_is_passed_over_and_told_once(inspect: Callable[..., list[Finding]]) -> None:
    listed = {"my-vault": address("other"), "my_swap": address("other"), "my-mint": address("my_mint")}
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed),
        "programs": {name: crate(name) for name in ("my_vault", "my_swap", "my_mint")},
    }

    found = inspect("anchor-program-id-mismatch", tree)

    assert places(found) == [("warning", "Anchor.toml", 2), ("error", "Anchor.toml", 3)]
    assert found[1].message.startswith("my-vault is the name of no library (that is my_vault)")


def test_an_environment_file_of_one_network_has_ids_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    own, other = address("vault"), address("staged")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": own}),
        "programs": {"vault": crate("vault")},
        "networks": {".env.one": f"VAULT_PROGRAM_ID={own}\n", ".env.staging": f"VAULT_PROGRAM_ID={other}\n"},
        "alone": {".env.staging": f"VAULT_PROGRAM_ID={other}\n", ".env.example": f"VAULT_PROGRAM_ID={own}\n"},
    }

    found = inspect("anchor-program-id-mismatch", tree)

    assert places(found) == [("error", "alone/.env.staging", 1), ("info", "networks/.env.staging", 1)]
    tree["deploy.sh"] = 'source "$HERE/alone/.env.staging"\n'
    assert [one.severity for one in inspect("anchor-program-id-mismatch", tree)] == ["info", "info"]


def test_a_filler_on_the_local_network_beside_real_ids(inspect: Callable[..., list[Finding]]) -> None:
    filler, real = {"vault": TEMPLATE}, {"vault": address("vault")}
    program = {"programs/vault": crate("vault", address("vault"))}
    check = "anchor-program-id-mismatch"

    both = inspect(check, {"Anchor.toml": anchor_toml(devnet=real, localnet=filler), **program})
    shared = inspect(check, {"Anchor.toml": anchor_toml(devnet=filler, localnet=real), **program})

    assert places(both) == [("warning", "Anchor.toml", 5)]
    assert [fix.safety for fix in both[0].fixes] == ["unsafe", "manual"]
    assert shared == []  # told as a placeholder
