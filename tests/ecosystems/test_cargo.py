from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only, told
from toolkit.commands import Command
from toolkit.ecosystems.cargo import Cargo
from toolkit.extension import Request, ToolNeed
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository, Tree

LEAF = Cargo()


def crate(name: str, more: str = "") -> Tree:
    return {
        "Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n{more}',
        "src": {"lib.rs": ""},
    }


MANY: Tree = {
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["crates/*", "tool"]\nexclude = ["crates/out", "apart"]\n',
    "Cargo.lock": "version = 4\n",
    "crates": {
        "README.md": "a file that the glob matches too",
        "a": crate(
            "a", '[dependencies]\nhidden = { path = "../../deep/hidden" }\nleft = { path = "../../../lib/left" }\n'
        ),
        "b": crate("b", 'rust-version = "1.70"\n[target."cfg(unix)".dev-dependencies]\na = { path = "../a" }\n'),
        "out": crate("out"),
    },
    "tool": crate("tool"),
    "deep": {"hidden": crate("hidden")},
    "apart": crate("apart", "[workspace]\n"),
    "forgotten": crate("forgotten"),
}


def test_membership_is_cargos(repository: Callable[..., Repository]) -> None:
    tree = {
        "main": MANY,
        "lib": {"Cargo.toml": '[workspace]\nmembers = ["*"]\nexclude = ["pointing"]\n', "left": crate("left"), "pointing": crate("pointing", 'workspace = "../../other"\n')},
        "other": {"Cargo.toml": '[package]\nname = "root-package"\nversion = "0.1.0"\n[workspace]\nmembers = ["../lib/pointing"]\n'},
        "broken": {"Cargo.toml": "[package\n"},
        "neither": {"Cargo.toml": "[profile.release]\nlto = true\n"},
    }  # fmt: skip
    _, found = discovered(LEAF, repository(tree).root)
    assert {path: (item.members, item.needs, item.lockfile) for path, item in found.items() if not item.problem} == {
        "main": (("main/crates/a", "main/crates/b", "main/deep/hidden", "main/tool"), ("lib",), "main/Cargo.lock"),
        "main/crates/out": ((), (), None),
        "main/apart": ((), (), None),
        "lib": (("lib/left",), (), None),
        "other": (("lib/pointing",), (), None),
    }
    problems = {path: item.problem for path, item in found.items() if item.problem}
    assert problems.pop("broken").startswith("Cargo.toml: ")
    assert problems == {
        "main/forgotten": "lies in the workspace main, which neither lists nor excludes it",
        "neither": "Cargo.toml has neither [package] nor [workspace]",
    }
    assert found["other"].name == "root-package"
    assert "main/crates/a/Cargo.toml" in found["main"].inputs


@pytest.mark.real("cargo")
def test_cargo_itself_lists_the_same_members(repository: Callable[..., Repository]) -> None:
    root = repository({"main": MANY, "lib": {"left": crate("left")}}).root
    _, found = discovered(LEAF, root)
    argv = ("cargo", "metadata", "--no-deps", "--offline", "--format-version=1")
    done = run(Command(argv, root / "main"))
    assert done.ok, done.error_text
    theirs = {
        os.path.relpath(os.path.dirname(item["manifest_path"]), root) for item in json.loads(done.text)["packages"]
    }
    covered = {"lib/left"}  # no member for cargo, but installed with it and by its lock only
    assert theirs == set(found["main"].members) - covered
    refused = run(Command(("cargo", "fetch", "--offline"), root / "main/forgotten"))
    assert told(LEAF, refused)[0] == "the crate lies below a workspace that neither lists nor excludes it"
    assert found["main/forgotten"].problem


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ({"Cargo.toml": '[workspace]\nmembers = ["none/*"]\n'}, "members names none/*, which matches nothing"),
        ({"Cargo.toml": '[workspace]\nmembers = ["gone"]\n'}, "members names gone, which has no Cargo.toml"),
        (
            {"Cargo.toml": '[workspace]\nmembers = ["a"]\n', "a": crate("a", "[workspace]\n")},
            "the member a is the root of another workspace",
        ),
        (crate("a", '[dependencies]\nb = { path = "b" }\n'), "a path dependency names b, which has no Cargo.toml"),
    ],
)
def test_what_cargo_would_refuse_is_a_problem(repository: Callable[..., Repository], tree: Tree, problem: str) -> None:
    _, found = discovered(LEAF, repository(tree).root)
    assert found["."].problem == problem


def test_a_crate_that_two_workspaces_list_belongs_to_the_nearer(repository: Callable[..., Repository]) -> None:
    inner: Tree = {"Cargo.toml": '[workspace]\nmembers = ["p"]\n', "p": crate("p")}
    root = repository({"Cargo.toml": '[workspace]\nmembers = ["in/p", "q"]\n', "in": inner, "q": crate("q")}).root
    _, found = discovered(LEAF, root)
    assert {path: (item.members, item.problem) for path, item in found.items()} == {
        ".": (("q",), ""),
        "in": (("in/p",), ""),
    }
    assert "in/p/Cargo.toml" in found["."].inputs


def test_a_patched_or_unlocked_path_crate_is_covered_by_who_uses_it(repository: Callable[..., Repository]) -> None:
    root = repository(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\nexclude = ["fork"]\n[patch.crates-io]\nitoa = { path = "fork" }\n',
            "a": crate("a"),
            "fork": crate("itoa"),
            "app": crate("app", '[workspace]\n[dependencies]\nlib = { path = "../lib" }\n'),
            "lib": crate("lib"),
        }
    ).root
    _, found = discovered(LEAF, root)
    assert {path: item.members for path, item in found.items() if not item.problem} == {
        ".": ("a", "fork"),
        "app": ("lib",),
    }


@pytest.mark.parametrize(
    ("tree", "need"),
    [
        (crate("a"), ToolNeed("rust")),
        (crate("a", 'rust-version = "1.74"\n'), ToolNeed("rust", ">=1.74", "rust-version in ws/Cargo.toml")),
        ({**crate("a"), "rust-toolchain": "1.81.0\n"}, ToolNeed("rust", "1.81.0", "ws/rust-toolchain")),
        (
            {**crate("a", 'rust-version = "1.74"\n'), "rust-toolchain.toml": '[toolchain]\nchannel = "1.90"\n'},
            ToolNeed("rust", "1.90", "ws/rust-toolchain.toml"),
        ),
        (
            {
                "Cargo.toml": '[workspace]\nmembers = ["m"]\n[workspace.package]\nrust-version = "1.80"\n',
                "m": crate("m", "rust-version.workspace = true\n"),
            },
            ToolNeed("rust", ">=1.80", "rust-version in ws/Cargo.toml"),
        ),
    ],
)
def test_the_rust_it_asks_for(repository: Callable[..., Repository], tree: Tree, need: ToolNeed) -> None:
    context, subproject = only(LEAF, repository({"ws": tree}).root)
    assert LEAF.install(context, subproject, Request()).tools == (need,)


@pytest.mark.real("cargo")
def test_install_from_the_lock(
    repository: Callable[..., Repository], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "cargo home"
    monkeypatch.setenv("CARGO_HOME", str(home))
    made = repository(crate("demo", '[dependencies]\nitoa = "1"\n'))
    context, subproject = only(LEAF, made.root)
    assert LEAF.lacks_lock(context, subproject)
    assert told(LEAF, carry_out(made.root, LEAF.install(context, subproject, Request())))[0] == "there is no Cargo.lock"

    assert carry_out(made.root, LEAF.lock(context, subproject)).ok
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject).startswith("itoa ")
    before = (made.root / "Cargo.lock").read_bytes()
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    assert carry_out(made.root, LEAF.install(context, subproject, Request(offline=True))).ok
    assert (made.root / "Cargo.lock").read_bytes() == before

    (archive,) = home.glob("registry/cache/*/itoa-*.crate")
    (unpacked,) = home.glob("registry/src/*/itoa-*")
    unpacked.rename(tmp_path / "moved away")
    assert LEAF.missing(context, subproject) == ""
    archive.unlink()
    archive.touch()
    assert LEAF.missing(context, subproject).startswith("itoa ")

    made.write(crate("demo", '[dependencies]\nitoa = "1"\nryu = "1"\n'))
    context, subproject = only(LEAF, made.root)
    stale = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert told(LEAF, stale)[0] == "Cargo.lock does not fit the manifests any more"
    made.write(
        {**crate("demo", '[dependencies]\nitoa = "1"\n'), "Cargo.lock": re.sub(rb'm = "....', b'm = "0000', before)}
    )
    changed = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert told(LEAF, changed)[0].startswith("the registry's copy of itoa v1")
    made.write({"Cargo.lock": before + b"<<<<<<<\n"})
    assert told(LEAF, carry_out(made.root, LEAF.install(context, subproject, Request())))[0] == "Cargo.lock is damaged"


def test_git_sources_are_told_by_their_checkout(
    repository: Callable[..., Repository], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    commit = "0123456789abcdef0123456789abcdef01234567"
    lock = (
        f'[[package]]\nname = "x"\nversion = "0.1.0"\nsource = "git+https://example.invalid/x?rev=0123456#{commit}"\n'
    )
    context, subproject = only(LEAF, repository({**crate("a"), "Cargo.lock": lock}).root)
    assert LEAF.missing(context, subproject).startswith("x 0.1.0 is not checked out")
    (tmp_path / "home/git/checkouts/x-abc" / commit[:7]).mkdir(parents=True)
    assert LEAF.missing(context, subproject) == ""


def test_vendored_sources_take_the_place_of_the_registry(repository: Callable[..., Repository]) -> None:
    lock = '[[package]]\nname = "x"\nversion = "0.1.0"\nsource = "registry+https://example.invalid/index"\n'
    config = '[source.crates-io]\nreplace-with = "here"\n[source.here]\ndirectory = "vendor"\n'
    made = repository({**crate("a"), "Cargo.lock": lock, ".cargo": {"config.toml": config}})
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject).startswith("x 0.1.0 is not in ")
    made.write({"vendor": {"x": crate("x")}})
    assert LEAF.missing(context, subproject) == ""


@pytest.mark.real("rustup")
def test_rustup_downloads_nothing_unasked(repository: Callable[..., Repository]) -> None:
    tree = {**crate("a"), "Cargo.lock": "version = 4\n", "rust-toolchain.toml": '[toolchain]\nchannel = "1.31.1"\n'}
    made = repository(tree)
    context, subproject = only(LEAF, made.root)
    sentence, hint = told(LEAF, carry_out(made.root, LEAF.install(context, subproject, Request())))
    assert sentence.startswith("the Rust toolchain 1.31.1")
    assert "--provider pinned" in hint


@pytest.mark.parametrize(
    ("log", "part"),
    [
        ("error: no matching package named `zz` found\nlocation searched: registry\n", "no package zz"),
        (
            "error: no matching package named `zz` found\nyou're using offline mode (--offline)",
            "zz is not in the local cache",
        ),
        ('error: failed to select a version for the requirement `ryu = "^99"`\n', 'ryu = "^99"'),
        ("error: checksum for `itoa v1.0.19` changed between lock files\n", "itoa v1.0.19"),
        ("error: could not write: No space left on device (os error 28)", "disk is full"),
        ("all is well", ""),
    ],
)
def test_diagnosis(log: str, part: str) -> None:
    sentence, hint = LEAF.diagnose(log)
    assert part in sentence
    assert bool(hint) is bool(part)


def test_network_failures_are_known_by_their_text() -> None:
    log = "warning: spurious network error (1 try remaining): [7] Could not connect to server"
    assert any(text in log for text in LEAF.network_errors)


def test_tasks(repository: Callable[..., Repository]) -> None:
    context, subproject = only(LEAF, repository({**crate("a"), "Cargo.lock": ""}).root)
    argv = {
        kind: [step.argv for step in LEAF.tasks(context, subproject, kind)]
        for kind in ("build", "test", "lint", "typecheck")
    }
    assert argv == {
        "build": [("cargo", "build", "--locked", "--workspace")],
        "test": [("cargo", "test", "--locked", "--workspace")],
        "lint": [("cargo", "clippy", "--locked", "--workspace", "--all-targets")],
        "typecheck": [("cargo", "check", "--locked", "--workspace", "--all-targets")],
    }


def test_a_member_in_a_submodule_that_is_not_checked_out_is_told_so(repository: Callable[..., Repository]) -> None:
    made = repository({"Cargo.toml": '[workspace]\nmembers = ["a", "sdk/core"]\n', "a": crate("a")})
    made.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sdk")
    (made.root / "sdk").mkdir()
    _, subproject = only(LEAF, made.root)
    assert subproject.problem == "sdk/core is in a submodule that is not checked out (git submodule update --init)"
