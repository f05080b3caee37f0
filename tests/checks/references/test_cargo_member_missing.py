"""Members, crates and sources of Cargo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_cargo_refuses(inspect: Inspect) -> None:
    root = '[workspace]\nmembers = [\n  "a",\n  "gone",\n  "empty",\n]\n[workspace.dependencies]\nx = { path = "lost" }\nnobodys = { path = "lost2" }\n'
    tree = {
        "Cargo.toml": root,
        "a": {
            "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nb = { path = "../b" }\n[[bin]]\nname = "c"\npath = "src/c.rs"\n[dev-dependencies]\nx.workspace = true\n'
        },
        "empty": {"x": ""},
    }

    assert places(inspect("cargo-member-missing", tree)) == [
        ("error", "Cargo.toml", 4),
        ("error", "Cargo.toml", 5),
        ("error", "Cargo.toml", 8),
        ("error", "a/Cargo.toml", 4),
        ("error", "a/Cargo.toml", 7),
    ]


def test_quiet_about_what_a_script_links_or_clones(inspect: Inspect) -> None:
    crate = '[package]\nname = "a"\nversion = "0.1.0"\n[patch."https://x.example/y"]\nb = { path = "../_b/core" }\n'
    tree = {"a": {"Cargo.toml": crate, "src": {"lib.rs": ""}}, "setup.sh": 'LINK="$ROOT/_b"\n'}

    assert places(inspect("cargo-member-missing", tree)) == [("error", "a/Cargo.toml", 5)]
    tree["setup.sh"] = 'LINK="$ROOT/_b"\nln -s "$1" "$LINK"\n'
    assert inspect("cargo-member-missing", tree) == []


def test_a_member_as_it_is_seen_from_above_is_corrected(inspect: Inspect) -> None:
    crate = {"Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n', "src": {"lib.rs": ""}}
    tree = {"programs": {"Cargo.toml": '[workspace]\nmembers = ["programs/a"]\n', "a": crate}}

    (found,) = inspect("cargo-member-missing", tree)

    assert [fix.title for fix in found.fixes] == ["write a"]


def test_quiet_about_globs_excluded_and_present_members(inspect: Inspect) -> None:
    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*", "./a"]\nexclude = ["gone"]\n[package]\nname = "root"\n',
        "a": {
            "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nroot = { path = ".." }\nserde = "1"\n',
            "src": {"lib.rs": ""},
        },
        "crates": {"b": {"Cargo.toml": '[package]\nname = "b"\n', "src": {"main.rs": ""}}},
        "src": {"lib.rs": ""},
    }

    assert inspect("cargo-member-missing", tree) == []


def test_cargo_refuses_an_empty_glob(inspect: Inspect) -> None:
    assert places(inspect("cargo-member-missing", {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n'})) == [
        ("error", "Cargo.toml", 2)
    ]


def test_globs_targets_and_values_of_the_workspace(inspect: Inspect) -> None:
    manifest = (
        '[package]\nname = "a"\nversion.workspace = true\nedition = "2021"\nbuild = "build.rs"\n'
        'readme = "GONE.md"\n\n[dependencies]\nserde = { workspace = true }\nlog = { workspace = true }\n\n'
        '[[bin]]\nname = "tool"\n'
    )
    tree = {
        "Cargo.toml": '[workspace]\nmembers = [\n"crates/*",\n"none/*",\n]\nexclude = ["crates/skipped"]\n\n'
        '[workspace.dependencies]\nlog = "0.4"\n',
        "crates": {
            "a": {"Cargo.toml": manifest, "src": {"lib.rs": ""}},
            "bare": {"README.md": ""},
            "empty": {"Cargo.toml": '[package]\nname = "empty"\n'},
            "skipped": {"x.txt": ""},
            "fine": {"Cargo.toml": '[package]\nname = "fine"\n\n[[bin]]\nname = "fine"\n', "src": {"main.rs": ""}},
        },
    }

    assert sorted(places(inspect("cargo-member-missing", tree))) == [
        ("error", "Cargo.toml", 3),
        ("error", "Cargo.toml", 4),
        *(("error", "crates/a/Cargo.toml", line) for line in (3, 5, 9, 13)),
        ("error", "crates/empty/Cargo.toml", 2),
        ("warning", "crates/a/Cargo.toml", 6),
    ]


def test_files_that_sources_build_in(inspect: Callable[..., list[Finding]]) -> None:
    source = """// include_str!("gone.txt")
const A: &str = include_str!("gone.txt");
const B: &[u8] = include_bytes!("../there.bin");
const C: &[u8] = include_bytes!("../target/deploy/x.so");
const D: &str = include_str!(concat!(env!("OUT_DIR"), "/x"));
#[path = "elsewhere.rs"]
mod e;
"""
    tree = {
        "a": {"Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n', "src": {"lib.rs": source}, "there.bin": ""},
        "loose.rs": 'include_str!("gone.txt")',
    }

    assert places(inspect("cargo-member-missing", tree)) == [("error", "a/src/lib.rs", 2), ("error", "a/src/lib.rs", 6)]


def test_crates_that_their_workspace_leaves_out(inspect: Inspect) -> None:
    def crate(name: str, more: str = "") -> dict[str, object]:
        return {"Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.1.0"\n{more}', "src": {"lib.rs": ""}}

    tree = {
        "on": {
            "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["programs/a"]\nexclude = ["programs/out"]\n',
            "programs": {
                "a": crate("a", '[dependencies]\nshared = { path = "../../shared" }\n'),
                "b": crate("b"),
                "c": crate("c"),
                "out": crate("out"),
                "own": crate("own", "[workspace]\n"),
            },
            "shared": crate("shared"),
        },
        "glob": {
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
            "crates": {"a": crate("d")},
            "fuzz": crate("f"),
        },
        "alone": crate("alone"),
    }

    found = inspect("cargo-member-missing", tree)

    assert places(found) == [("warning", "glob/Cargo.toml", 2), ("warning", "on/Cargo.toml", 3)]
    named = inspect("cargo-member-missing", {**tree, "Makefile": "b:\n\tcd on/programs/b && cargo build\n"})
    assert places(named) == [("warning", "glob/Cargo.toml", 2), ("error", "on/Cargo.toml", 3)]
    assert found[1].message.startswith("on/programs/b, on/programs/c lie below this workspace")


def test_a_part_of_another_workspace_is_told_once_and_as_information(inspect: Inspect) -> None:
    part = (
        '[workspace]\nmembers = ["core", "rpc", "client"]\n'
        '[workspace.dependencies]\nrpc = { path = "rpc" }\nclient = { path = "client" }\n'
    )
    core = {"Cargo.toml": '[package]\nname = "core"\n', "src": {"lib.rs": ""}}

    assert places(inspect("cargo-member-missing", {"overlay": {"Cargo.toml": part, "core": core}})) == [
        ("info", "overlay/Cargo.toml", 2)
    ]


def test_a_dependency_on_a_member_that_is_gone_is_told_with_the_member(inspect: Inspect) -> None:
    root = '[workspace]\nmembers = ["core", "rpc"]\n[workspace.dependencies]\nrpc = { path = "./rpc/" }\n'
    core = {"Cargo.toml": '[package]\nname = "core"\n', "src": {"lib.rs": ""}}

    assert places(inspect("cargo-member-missing", {"Cargo.toml": root, "core": core})) == [("error", "Cargo.toml", 2)]


def test_a_link_to_what_a_build_makes_is_judged_by_its_target(inspect: Inspect) -> None:
    source = 'const A: &[u8] = include_bytes!("../made.so");\nconst B: &[u8] = include_bytes!("../lost.so");\n'
    links = {"made.so": Path("../target/deploy/made.so"), "lost.so": Path("../gone/lost.so")}
    crate = {"Cargo.toml": '[package]\nname = "core"\n', "src": {"lib.rs": source}, **links}

    (found,) = inspect("cargo-member-missing", {".gitignore": "target/\n", "core": crate})

    assert (found.line, found.evidence, found.fixes[0].safety) == (2, "gone/lost.so does not exist", "manual")


def test_programs_that_are_built_first_are_one_piece_of_information(inspect: Inspect) -> None:
    test = 'const A: &[u8] = include_bytes!("../../fixtures/my_vault.so");\n'
    crate = '[package]\nname = "my-vault"\nversion = "0.1.0"\n'
    tree: dict[str, Any] = {
        "program": {"Cargo.toml": crate, "src": {"lib.rs": ""}, "tests": {"a.rs": test, "b.rs": test}},
        "other": {
            "Cargo.toml": '[package]\nname = "other"\nversion = "0.1.0"\n',
            "src": {
                "lib.rs": '#[cfg(test)]\nmod tests {\n    const A: &[u8] = include_bytes!("../out/theirs.so");\n}\n'
            },
        },
    }

    found = inspect("cargo-member-missing", tree)

    assert sorted(places(found)) == [("info", "program/tests/a.rs", 1), ("warning", "other/src/lib.rs", 3)]
    (info,) = (one for one in found if one.severity == "info")
    assert [(one.path, one.line) for one in info.related] == [("program/tests/b.rs", 1)]
    tree["other"]["justfile"] = "build:\n  cargo build-sbf --sbf-out-dir ./out\n"
    assert [one.severity for one in inspect("cargo-member-missing", tree)] == ["info"]
    tree["other"]["justfile"] = "build:\n  cargo build-sbf --sbf-out-dir ./elsewhere\n"
    assert [one.severity for one in inspect("cargo-member-missing", tree)] == ["warning", "info"]
