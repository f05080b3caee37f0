from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only
from toolkit.ecosystems.anchor import Anchor
from toolkit.ecosystems.cargo import Cargo
from toolkit.extension import Request, ToolNeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree

LEAF = Anchor()
ANCHOR = '[toolchain]\nanchor_version = "1.2.0"\nsolana_version = "4.3.0"\n[programs.localnet]\nvault = "11111111111111111111111111111111"\n'


def program(name: str) -> Tree:
    return {"Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n', "src": {"lib.rs": ""}}


OWN: Tree = {
    "Anchor.toml": ANCHOR,
    "Cargo.toml": '[workspace]\nmembers = ["programs/*"]\n',
    "Cargo.lock": "version = 4\n",
    "package.json": '{"scripts": {"lint": "true"}}',
    "programs": {"vault": program("vault"), "mint": program("mint")},
}


def test_it_owns_the_workspace_beside_it(repository: Callable[..., Repository]) -> None:
    root = repository({"chain": OWN}).root
    context, subproject = only(LEAF, root)
    assert (subproject.path, subproject.members, subproject.lockfile, subproject.version, subproject.problem) == (
        "chain",
        ("chain/programs/mint", "chain/programs/vault"),
        "chain/Cargo.lock",
        "1.2.0",
        "",
    )
    assert "chain/Cargo.toml" in subproject.inputs
    assert discovered(Cargo(), root)[1] == {}
    install = LEAF.install(context, subproject, Request())
    why = "[toolchain] in chain/Anchor.toml"
    assert install.tools == (
        ToolNeed("anchor", "1.2.0", why, required=False),
        ToolNeed("solana", "4.3.0", why, required=False),
        ToolNeed("rust"),
    )
    assert [(step.argv, step.cwd) for step in install.steps] == [(("cargo", "fetch", "--locked"), "chain")]
    assert install.note == "its tests' JavaScript dependencies are the subproject beside it"
    assert [step.argv for step in LEAF.tasks(context, subproject, "test")] == [("anchor", "test")]


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            {"package.json": '{"workspaces": ["chain"]}', "package-lock.json": "{}"},
            "its tests' JavaScript dependencies are the subproject . (npm), whose workspace it is a member of",
        ),
        (
            {"package.json": "{}", "pnpm-workspace.yaml": "packages: [chain]\n", "pnpm-lock.yaml": ""},
            "its tests' JavaScript dependencies are the subproject . (pnpm), whose workspace it is a member of",
        ),
        ({}, "its tests' JavaScript dependencies are the subproject beside it"),
    ],
)
def test_the_note_names_the_subproject_that_installs_the_tests(
    repository: Callable[..., Repository], files: Tree, note: str
) -> None:
    chain = {**OWN, "package.json": '{"name": "chain", "devDependencies": {"left": "1"}}'}
    context, subproject = only(LEAF, repository({**files, "chain": chain}).root)

    assert LEAF.install(context, subproject, Request()).note == note


def test_programs_of_an_outer_workspace_are_installed_once(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "Cargo.toml": '[workspace]\nmembers = ["chain/programs/*"]\n',
        "Cargo.lock": "version = 4\n",
        "chain": {"Anchor.toml": 'anchor_version = "0.24.2"\n', "programs": {"vault": program("vault")}},
    }
    root = repository(tree).root
    context, subproject = only(LEAF, root)
    assert (subproject.members, subproject.needs, subproject.lockfile) == ((), (".",), "Cargo.lock")
    assert subproject.version == "0.24.2"
    assert discovered(Cargo(), root)[1]["."].members == ("chain/programs/vault",)
    install = LEAF.install(context, subproject, Request())
    assert install.steps == ()
    assert install.note == "its crates are installed with the Cargo workspace ."
    assert [step.cwd for step in LEAF.lock(context, subproject).steps] == ["."]


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ({"Anchor.toml": ANCHOR}, "no Cargo.toml belongs to this Anchor.toml"),
        ({**OWN, "Anchor.toml": "[toolchain\n"}, "Anchor.toml: "),
        ({**OWN, "programs": {}}, "members names programs/*, which matches nothing"),
    ],
)
def test_problems(repository: Callable[..., Repository], tree: Tree, problem: str) -> None:
    _, subproject = only(LEAF, repository(tree).root)
    assert subproject.problem.startswith(problem)


@pytest.mark.real("cargo")
def test_install(repository: Callable[..., Repository]) -> None:
    lock = "".join(f'[[package]]\nname = "{name}"\nversion = "0.1.0"\n\n' for name in ("mint", "vault"))
    made = repository({**OWN, "Cargo.lock": f"version = 4\n\n{lock}"})
    context, subproject = only(LEAF, made.root)
    done = carry_out(made.root, LEAF.install(context, subproject, Request(offline=True)))
    assert done.ok, done.error_text
    assert LEAF.missing(context, subproject) == ""
