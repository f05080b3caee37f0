from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
    found = inspect("anchor-program-duplicated", {**TREES, "toolkit.toml": ""})

    assert places(found) == [("error", "mvp/programs/vault/src/lib.rs", 2)]
    assert "programs/Anchor.toml builds it" in found[0].message
    assert address("old") in found[0].evidence
    assert 'onchain = "programs"' in found[0].fixes[0].title


def test_copies_of_the_two_crates_are_the_same_cause(inspect: Callable[..., list[Finding]]) -> None:
    lines = "".join(f"pub fn part_{number}(x: u64) -> u64 {{ x + {number} }}\n" for number in range(50))
    vault = crate("vault", address("new"), body=lines)
    other = crate("other", address("else"))
    other["src"]["math.rs"] = vault["src"]["math.rs"] = lines.replace("part", "piece")
    tree = {"a/vault": vault, "b/vault": vault}

    (program,) = inspect("anchor-program-duplicated", tree)
    (module,) = inspect("duplicate-implementation", tree)
    (unlike,) = inspect("duplicate-implementation", {**tree, "c/other": other})

    assert not set(program.causes).isdisjoint(module.causes)
    assert set(program.causes).isdisjoint(unlike.causes)


def test_what_uses_both_copies_chooses_none(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("anchor-program-duplicated", {**TREES, "web": CLIENT})

    assert places([found]) == [("error", "programs/programs/vault/src/lib.rs", 2)]
    assert "what uses them is split" in found.message
    assert "of mvp/programs/vault: web/client.ts uses its id" in found.message
    assert "of programs/programs/vault: programs/Anchor.toml builds it" in found.message
    assert [fix.safety for fix in found.fixes] == ["manual"]
    assert found.fixes[0].title == "ask which one was deployed, and remove the other"


def test_the_later_change_alone_chooses_none(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": crate("vault", instructions="open close"),
        "b": {"tests": {"vault.ts": ""}, "vault": crate("vault", instructions="open close pause")},
    }

    (found,) = inspect("anchor-program-duplicated", tree)

    assert "so it stays open which one is deployed" in found.message
    assert "it has 3 instructions to 2" in found.message
    assert "source of truth" not in found.message


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({".github": {"workflows": {"ci.yml": "run: cd one && anchor build\n"}}}, "one"),
        ({".github": {"workflows": {"ci.yml": "working-directory: ./two\n"}}}, "two"),
        ({"Makefile": "build:\n\tcargo build-sbf --manifest-path two/vault/Cargo.toml\n"}, "two"),
        ({"web": {"src": {"a.ts": 'import idl from "../../one/target/idl/vault.json";\n'}}}, "one"),
        ({"web": {"src": {"a.ts": 'import type { Vault } from "../../two/target/types/vault";\n'}}}, "two"),
        ({"NOTES.md": "cd one && anchor build\n", "ci.yml": "# the first of one and than all\n"}, ""),
        ({"Makefile": "a:\n\tcd one && anchor build\nb:\n\tcd two && anchor build\n"}, ""),
    ],
)
def test_what_builds_or_imports_a_copy_chooses_it(
    inspect: Callable[..., list[Finding]], files: dict[str, Any], chosen: str
) -> None:
    tree = {folder: {"vault": crate("vault", instructions="open close")} for folder in ("one", "two")}

    (found,) = inspect("anchor-program-duplicated", {**tree, **files})

    assert found.message.partition("the likely source of truth is ")[2].partition("/")[0] == chosen


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


INSTRUCTIONS = "create_market place_bet resolve_market claim_winnings"


def folders(found: list[Finding]) -> list[str]:
    return sorted(one.path.partition("/")[0] for one in found)


def test_copies_under_other_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": crate("vault", address("a"), instructions="open close"),
        "b": crate("vault_v2", address("b"), instructions="open close"),
        "c": crate("trust_market", address("c"), instructions=INSTRUCTIONS),
        "d": crate("market", address("d"), instructions=f"{INSTRUCTIONS} pause"),
        "e": crate("lottery", address("e"), instructions="buy draw"),
        "f": crate("raffle", address("e"), instructions="enter finish"),
    }

    found = inspect("anchor-program-duplicated", tree)

    assert len(found) == 3
    assert {
        tuple(sorted({one.path.partition("/")[0], one.evidence.partition(" | ")[2].partition(":")[0]})) for one in found
    } == {
        ("a", "b"),
        ("c", "d"),
        ("e", "f"),
    }


def test_a_copy_without_anchor(inspect: Callable[..., list[Finding]]) -> None:
    native = {
        "Cargo.toml": '[package]\nname = "escrow"\nversion = "0.1.0"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nsolana-program = "2"\n',
        "src": {"lib.rs": f'declare_id!("{address("n")}");\nentrypoint!(process_instruction);\n'},
    }
    tree = {
        "onchain": {
            "Anchor.toml": anchor_toml(localnet={"escrow": address("e")}),
            "escrow": crate("escrow", address("e")),
        },
        "native": native,
    }

    (found,) = inspect("anchor-program-duplicated", tree)

    assert (found.path, "without Anchor" in found.evidence) == ("native/src/lib.rs", True)


def test_the_evidence_holds_what_a_decision_needs(inspect: Callable[..., list[Finding]]) -> None:
    idl = f'{{"address": "{address("old")}", "metadata": {{"name": "vault"}}, "instructions": []}}'
    (found,) = inspect("anchor-program-duplicated", {**TREES, "web": {**CLIENT, "idl": {"vault.json": idl}}})

    other, _, best = found.evidence.partition(" | ")
    assert best.startswith(
        f"mvp/programs/vault: {address('old')}; anchor-lang 0.31.1; 9 lines; instructions go; 0 test files; no Cargo.lock;"
    )
    assert "IDL web/idl/vault.json; its id is in web/client.ts; last change 20" in best
    assert "IDL none; its id is in no client; last change 20" in other


def test_programs_that_only_look_alike(inspect: Callable[..., list[Finding]]) -> None:
    native = {
        "Cargo.toml": '[package]\nname = "escrow-sdk"\nversion = "0.1.0"\n[dependencies]\nsolana-program = "2"\n',
        "src": {"lib.rs": f'declare_id!("{address("e")}");\npub fn address() {{}}\n'},
    }
    tree = {
        "a": crate("token_staking", address("a"), instructions="initialize stake unstake"),
        "b": crate("nft_farm", address("b"), instructions="initialize stake harvest"),
        "c": crate("one", "11111111111111111111111111111111", instructions="go"),
        "d": crate("two", "11111111111111111111111111111111", instructions="run"),
        "e": crate("escrow", address("e"), instructions="open"),
        "sdk": native,
    }

    assert inspect("anchor-program-duplicated", tree) == []


def test_programs_that_are_built_side_by_side(inspect: Callable[..., list[Finding]]) -> None:
    caller = crate("hook", address("h"), instructions="run")
    caller["src"]["lib.rs"] += f'pub mod token {{\n    declare_id!("{address("v1")}");\n}}\n'
    names = {"vault_v1": address("v1"), "vault_v2": address("v2"), "hook": address("h")}
    tree = {
        "Anchor.toml": anchor_toml(localnet=names),
        "programs": {
            "v1": crate("vault_v1", address("v1"), instructions=INSTRUCTIONS),
            "v2": crate("vault_v2", address("v2"), instructions=INSTRUCTIONS),
            "hook": caller,
        },
    }

    assert inspect("anchor-program-duplicated", tree) == []


@pytest.mark.parametrize("aside", ["old", ".anchor", "archive", "contracts/legacy", "backup_2024"])
def test_a_copy_that_is_set_aside_by_its_name(inspect: Callable[..., list[Finding]], aside: str) -> None:
    inner, _, last = aside.rpartition("/")
    copy = {last: {"vault": crate("vault", instructions="open close pause")}}
    tree = {"chain": {"vault": crate("vault", instructions="open close")}, **({inner: copy} if inner else copy)}

    (found,) = inspect("anchor-program-duplicated", tree)

    assert found.path == f"{aside}/vault/src/lib.rs"
    assert f"the likely source of truth is chain/vault: {aside}/vault is set aside by its name" in found.message


def test_copies_of_which_all_but_one_are_shown(inspect: Callable[..., list[Finding]]) -> None:
    one = crate("vault", address("vault"))

    shown = inspect("anchor-program-duplicated", {"examples/vault": one, "programs/vault": one})
    both = inspect("anchor-program-duplicated", {"programs/vault": one, "app/vault": one})

    assert {row.severity for row in shown} == {"info"}
    assert {row.severity for row in both} == {"error"}
