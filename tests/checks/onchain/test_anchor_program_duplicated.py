from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CLIENT = {
    "package.json": '{"dependencies": {"@coral-xyz/anchor": "0.31.1"}}',
    "client.ts": f'export const id = "{address("old")}";\n',
}
TREES = {
    "programs": {
        "Anchor.toml": anchor_toml(localnet={"vault": address("new")}),
        "programs": {"vault": crate("vault", address("new"))},
    },
    "mvp": {"programs": {"vault": crate("vault", address("old"), instructions="go")}},
}


def test_the_unlikely_copy_is_told_with_the_evidence(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("anchor-program-duplicated", TREES)

    assert places(found) == [("error", "mvp/programs/vault/src/lib.rs", 2)]
    assert "programs/Anchor.toml builds it" in found[0].message
    assert address("old") in found[0].evidence
    assert 'onchain = "programs"' in found[0].fixes[0].title


def test_clients_outweigh_the_rest(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("anchor-program-duplicated", {**TREES, "web": CLIENT})

    assert places(found) == [("error", "programs/programs/vault/src/lib.rs", 2)]
    assert "web/client.ts uses its id" in found[0].message


def test_a_decision_is_enforced(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("anchor-program-duplicated", {**TREES, "toolkit.toml": '[decisions]\nonchain = "mvp"\n'})

    assert places(found) == [("error", "programs/programs/vault/src/lib.rs", 2)]
    assert "[decisions] says that mvp" in found[0].message


def test_other_programs_of_the_same_name_and_foreign_copies(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": crate("vault", address("a"), instructions="open close"),
        "b": crate("vault", address("b"), instructions="stake claim"),
        "third_party": {"c": crate("vault", address("a"), instructions="open close")},
    }

    assert inspect("anchor-program-duplicated", tree) == []


def test_lessons_are_worth_knowing_only(inspect: Callable[..., list[Finding]]) -> None:
    tree = {f"lesson{number}": {"hook": crate("hook", address(str(number)))} for number in range(4)}

    assert {one.severity for one in inspect("anchor-program-duplicated", tree)} == {"info"}
