from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding


def listed(*names: str) -> dict[str, str]:
    return {name: address(name) for name in names}


def test_told_once_with_what_is_like_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("staking", "stakin"), devnet=listed("stakin")),
        "programs": {"staking": crate("staking")},
    }

    found = inspect("anchor-program-without-source", tree)

    assert places(found) == [("error", "Anchor.toml", 3)]
    assert "staking is like it" in found[0].message


def test_keys_without_any_crate_are_one_finding_and_an_id_finds_its_crate(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={**listed("lost", "gone"), "adapter": address("feed")}),
        "programs": {"feed": crate("price_feed", address("feed"))},
    }

    found = sorted(inspect("anchor-program-without-source", tree), key=lambda one: one.severity)

    assert places(found) == [("error", "Anchor.toml", 2), ("warning", "Anchor.toml", 4)]
    assert found[0].message.endswith("no crate has this name. Likewise in line 3.")
    assert "gone = " in found[0].evidence
    assert found[1].fixes[0].title == "write price_feed in place of adapter"


def test_names_of_library_package_and_folder_are_equal(inspect: Callable[..., list[Finding]]) -> None:
    library = crate("inner")
    library["Cargo.toml"] = str(library["Cargo.toml"]).replace("[lib]", '[lib]\nname = "the_library"')
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("the-library", "inner", "the-folder", "away"))
        + '\n[workspace]\nexclude = ["programs/away"]\n',
        "programs": {"the-folder": library, "away": crate("away")},
    }

    assert inspect("anchor-program-without-source", tree) == []


def test_binaries_other_workspaces_and_tests_weigh_less(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"Anchor.toml": anchor_toml(localnet=listed("built", "afar")), "deps": {"built.so": b"\x7fELF"}},
        "b": {"Anchor.toml": anchor_toml(localnet=listed("afar")), "programs": {"afar": crate("afar")}},
        "tests": {"Anchor.toml": anchor_toml(localnet=listed("gone"))},
    }

    assert places(inspect("anchor-program-without-source", tree)) == [
        ("info", "a/Anchor.toml", 2),
        ("info", "a/Anchor.toml", 3),
        ("warning", "tests/Anchor.toml", 2),
    ]


def test_a_program_of_others_by_its_interface(inspect: Callable[..., list[Finding]]) -> None:
    entry = '{{ address = "{0}", idl = "{1}" }}'
    tree = {
        "Anchor.toml": "[programs.localnet]\n"
        f"theirs = {entry.format(address('theirs'), 'idls/theirs.json')}\n"
        f"gone = {entry.format(address('gone'), 'idls/gone.json')}\n",
        "idls": {"theirs.json": "{}"},
        "programs": {"mine": crate("mine")},
    }

    assert places(inspect("anchor-program-without-source", tree)) == [("error", "Anchor.toml", 3)]


def test_only_a_submodule_that_can_be_fetched_may_hold_it(repository: Callable[..., Repository]) -> None:
    modules = "".join(f'[submodule "{one}"]\n\tpath = {one}\n\turl = ../x.git\n' for one in ("evm/lib/std", "progs"))

    def told(*paths: str) -> list[tuple[str, str, int]]:
        made = repository(
            {
                ".gitmodules": modules,
                "Anchor.toml": anchor_toml(localnet=listed("gone")),
                "evm": {"foundry.toml": ""},
                "programs": {"mine": crate("mine")},
            },
            name=paths[0].replace("/", "-"),
        )
        for path in paths:
            made.git("update-index", "--add", "--cacheinfo", f"160000,{'8a9b0c1d' * 5},{path}")
        return places(load("anchor-program-without-source").run(Inspection(made.root, {})))

    assert told("evm/lib/std", "lost") == [("error", "Anchor.toml", 2)]
    assert told("progs") == [("info", "Anchor.toml", 2)]


def test_a_source_without_a_manifest_is_one_cause(inspect: Callable[..., list[Finding]]) -> None:
    loose = {"src": crate("loose")["src"]}
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("loose")),
        "programs": {"loose": loose},
        "inner": {"Anchor.toml": anchor_toml(localnet=listed("other")), "programs": {"loose": loose}},
    }

    found = inspect("anchor-program-without-source", tree)
    (source, other) = inspect("anchor-source-without-program", tree)

    assert [one.message.partition(", and ")[2] for one in found] == [
        "its source in programs/loose has no Cargo.toml.",
        "no crate has this name.",
    ]
    assert other.causes[0] in found[0].causes
    assert (source.path, source.causes[0] in found[1].causes) == ("inner/programs/loose/src/lib.rs", False)


def importing(written: str) -> str:
    return f"// from '{written}x'\nimport {{ Vault }} from '{written}';\n"


def test_interfaces_that_anchor_never_writes(inspect: Callable[..., list[Finding]]) -> None:
    """In a folder without an Anchor.toml, and under the name of no program; by its module older releases call it."""
    renamed = crate("renamed")
    renamed["src"]["lib.rs"] = str(renamed["src"]["lib.rs"]).replace("mod renamed", "mod of_module")
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("vault", "renamed")),
        "programs": {"vault": crate("vault"), "renamed": renamed},
        "sdk": {
            "here.ts": importing("../target/types/vault"),
            "module.ts": importing("../target/types/of_module"),
            "gone.ts": importing("../target/types/vaults"),
            "deep": {"a.ts": importing("../target/idl/vault.json"), "b.ts": importing("../target/idl/vault.json")},
        },
        "old": {"a.ts": importing("./target/types/vault")},
    }

    found = inspect("anchor-program-without-source", tree)
    copied = inspect("anchor-program-without-source", {**tree, "sync.sh": "cp -r target/types sdk/target/types\n"})

    assert [(one.severity, one.path, one.line) for one in found] == [
        ("info", "old/a.ts", 2),
        ("error", "sdk/deep/a.ts", 2),
        ("error", "sdk/gone.ts", 2),
    ]
    assert "out of sdk/target, where Anchor writes nothing: it builds into target." in found[1].message
    assert "no program is called vaults: Anchor never writes it; vault is like it." in found[2].message
    assert copied == []


def test_what_is_left_of_a_workspace_without_any_program(inspect: Callable[..., list[Finding]]) -> None:
    template = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"
    tree = {"Anchor.toml": anchor_toml(devnet={"counter": template})}

    (lost,) = inspect("anchor-program-without-source", tree)
    (unset,) = inspect("anchor-placeholder-id", tree)

    assert (lost.severity, unset.severity) == ("warning", "info")
    assert lost.causes == unset.causes


def test_a_crate_that_is_listed_under_a_name_like_its_own(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("vault", "strategy_program")),
        "programs": {"vault": crate("vault"), "strategy": crate("strategy")},
    }

    (listing,) = inspect("anchor-program-without-source", tree)
    (source,) = inspect("anchor-source-without-program", tree)

    assert source.causes[0] in listing.causes


def test_imports_out_of_one_wrong_folder_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet=listed("vault", "feed")),
        "programs": {"vault": crate("vault"), "feed": crate("feed")},
        "sdk": {"archive": {"a.ts": importing("../target/types/vault")}, "b.ts": importing("./target/types/feed")},
    }

    (found,) = inspect("anchor-program-without-source", tree)

    assert (found.severity, found.path) == ("error", "sdk/b.ts")
    assert found.message.endswith(", and 1 more like it.")
    assert found.evidence == "sdk/archive/a.ts:2"
