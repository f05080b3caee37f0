from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_a_program_that_is_not_listed(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"Anchor.toml": anchor_toml(localnet={"a": address("a")}), "programs": {"a": crate("a"), "b": crate("b")}}

    found = inspect("anchor-source-without-program", tree)

    assert places(found) == [("warning", "programs/b/Cargo.toml", 0)]
    (fix,) = found[0].fixes
    (action,) = fix.actions
    assert isinstance(action, EditFile)
    assert (fix.safety, action.spans[0].text.decode()) == ("safe", f'b = "{address("b")}"\n')


def test_quiet_for_libraries_interfaces_and_workspaces_without_ids(inspect: Callable[..., list[Finding]]) -> None:
    library = crate("lib")
    library["Cargo.toml"] = str(library["Cargo.toml"]).replace('crate-type = ["cdylib", "lib"]', "")
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a")}) + '\n[workspace]\nexclude = ["programs/out"]\n',
        "programs": {"a": crate("a"), "foreign": crate("foreign", instructions=""), "out": crate("out")},
        "crates": {"lib": library},
        "bare": {"Anchor.toml": "[features]\n", "programs": {"x": crate("x")}},
    }

    assert inspect("anchor-source-without-program", tree) == []


def test_a_program_without_a_manifest(inspect: Callable[..., list[Finding]]) -> None:
    source = crate("vault")["src"]
    tree = {"programs": {"vault": {"src": source}, "helpers": {"src": {"lib.rs": "pub fn f() {}\n"}}}}

    assert places(inspect("anchor-source-without-program", tree)) == [("warning", "programs/vault/src/lib.rs", 3)]


def test_two_crates_of_one_name(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": crate("vault")},
        "old": {"vault": crate("vault", address("another"), instructions="stake claim")},
    }

    found = inspect("anchor-source-without-program", tree)

    assert places(found) == [("warning", "old/vault/Cargo.toml", 0)]
    assert [fix.safety for fix in found[0].fixes] == ["manual"]


def test_a_copy_is_told_as_a_copy_alone(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {
            "vault": crate("vault"),
            "vault_new": crate("vault_new", address("vault")),
            "lottery": crate("lottery", instructions="buy draw"),
        },
    }

    assert places(inspect("anchor-source-without-program", tree)) == [("warning", "programs/lottery/Cargo.toml", 0)]
    assert [one.severity for one in inspect("anchor-program-duplicated", tree)] == ["error"]


def test_a_crate_that_its_cargo_workspace_excludes(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a")}),
        "Cargo.toml": '[workspace]\nmembers = ["programs/a", "programs/c"]\nexclude = ["programs/b"]\n',
        "programs": {"a": crate("a"), "b": crate("b"), "c": crate("c")},
    }

    assert places(inspect("anchor-source-without-program", tree)) == [("warning", "programs/c/Cargo.toml", 0)]
