from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate
from toolkit.checks.onchain._base58 import decode, encode, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_ids_that_are_no_address(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(
            localnet={"a": address("a"), "b": "Staking11111111111l111111111111111111111111", "c": "YOUR_PROGRAM_ID"}
        ),
        "programs": {"a": crate("a"), "b": crate("b", "abc"), "c": crate("c")},
    }

    assert places(inspect("anchor-program-id-invalid", tree)) == [
        ("error", "Anchor.toml", 3),
        ("error", "programs/b/src/lib.rs", 2),
    ]
    assert inspect("anchor-program-id-invalid", tree)[0].message.endswith(
        " refuses the whole file. Likewise in line 4."
    )


def test_an_id_that_is_declared_as_it_is_listed_is_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": "abc", "b": "abd", "c": address("c")}),
        "programs": {"a": crate("a", "abc"), "b": crate("b", "abd"), "c": crate("c", "abe")},
    }

    found = inspect("anchor-program-id-invalid", tree)

    assert places(found) == [("error", "Anchor.toml", 2), ("error", "programs/c/src/lib.rs", 2)]
    assert "programs/a/src/lib.rs and 1 more that declare their ids so do not compile. Likewise" in found[0].message


def test_quiet_for_comments_and_constants(inspect: Callable[..., list[Finding]]) -> None:
    source = f'/* declare_id!("old"); */\n// declare_id!("older");\nconst A: &str = "declare_id!(1)";\ndeclare_id!("{address("a")}");\n'
    tree = {"programs": {"a": {**crate("a"), "src": {"lib.rs": source}}}}

    assert inspect("anchor-program-id-invalid", tree) == []


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\1", b"\xff" * 32, bytes(32)])
def test_base58_there_and_back(data: bytes) -> None:
    assert decode(encode(data)) == data


def test_what_is_wrong_with_a_text() -> None:
    assert (problem("1" * 32), problem("1" * 31), problem("0" * 32), problem("1" * 500)) == (
        "",
        "it has 31 bytes, not 32",
        "the letter '0' is not in base58",
        "500 letters",
    )


def test_ids_in_clients_that_are_no_address(inspect: Callable[..., list[Finding]]) -> None:
    other = address("swap")[:-1] + "l"
    real, wrong, short = address("vault"), address("vault")[:-1] + "0", encode(bytes(range(1, 32)))
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": real}),
        "programs": {"vault": crate("vault", real)},
        "app": {
            "config.ts": f'export const VAULT_PROGRAM_ID = new PublicKey("{wrong}");\nexport const OTHER_THING = "{wrong}";\n',
            "client.ts": f'const PROGRAM_ID = "{short}";\nconst vaultProgramId = "{real}";\n',
            "foreign.ts": f'const SWAP_PROGRAM_ID = new PublicKey(\n  "{other}",\n);\nconst MAIL_PROGRAM_ID = "{other}";\n',
            ".env.example": f"VAULT_PROGRAM_ID={wrong}\n",
            "data.json": f'{{"programId": "{wrong}"}}\n',
        },
        "scripts": {"local-validator.sh": f'ID="${{PROGRAM_ID:-{wrong}}}"\n'},
    }

    assert places(inspect("anchor-program-id-invalid", tree)) == [
        ("warning", "app/client.ts", 1),
        ("error", "app/config.ts", 1),
        ("warning", "app/foreign.ts", 2),
        ("warning", "scripts/local-validator.sh", 1),
    ]


def test_a_client_that_repeats_an_id_of_the_program_is_a_place_of_that(inspect: Callable[..., list[Finding]]) -> None:
    wrong, other = "Vau1tXyz1111111111111111111111111111111O0Il", address("vault")[:-1] + "l"
    client = 'export const VAULT_PROGRAM_ID = new PublicKey("{}");\n'
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": wrong}),
        "programs": {"vault": crate("vault", wrong)},
        "app": {"a.ts": client.format(wrong), "b.ts": client.format(other)},
    }

    found = inspect("anchor-program-id-invalid", tree)

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        ("error", "Anchor.toml", f"{wrong}; also in app/a.ts:1"),
        ("error", "app/b.ts", other),
    ]
