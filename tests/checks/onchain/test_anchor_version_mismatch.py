from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

LISTED = anchor_toml(localnet={"vault": address("vault")})


def workspace(toolchain: str, anchor: str = "0.31.1", **more: Any) -> dict[str, Any]:
    return {
        "Anchor.toml": f"{LISTED}\n[toolchain]\n{toolchain}",
        "programs": {"vault": crate("vault", anchor=anchor)},
        **more,
    }


def client(library: str, version: str) -> str:
    return f'{{\n  "dependencies": {{\n    "{library}": "{version}"\n  }}\n}}\n'


def test_command_line_solana_and_rust(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        'anchor_version = "0.30.1"\nsolana_version = "1.18.26"\n',
        **{"rust-toolchain.toml": '[toolchain]\nchannel = "1.68.0"\n'},
    )

    found = inspect("anchor-version-mismatch", tree)

    assert places(found) == [
        ("error", "Anchor.toml", 5),
        ("warning", "Anchor.toml", 6),
        ("warning", "rust-toolchain.toml", 2),
    ]
    action = found[0].fixes[0].actions[0]
    assert isinstance(action, EditFile)
    assert action.spans[0].text == b'"0.31.1"'


def test_clients_beside_it_and_by_the_id_they_hold(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        "",
        "0.31.1",
        **{
            "package.json": client("@coral-xyz/anchor", "^0.29.0"),
            "tests": {"vault.ts": 'import * as anchor from "@coral-xyz/anchor";\n'},
            "unused": {
                "package.json": client("@coral-xyz/anchor", "^0.28.0"),
                "id.ts": f'const ID = "{address("vault")}";',
            },
            "web": {
                "package.json": client("@coral-xyz/anchor", "0.30.1"),
                "id.ts": f'const ID = "{address("vault")}";',
            },
            "foreign": {
                "package.json": client("@coral-xyz/anchor", "0.26.0"),
                "id.ts": f'const ID = "{address("x")}";',
            },
        },
    )

    assert places(inspect("anchor-version-mismatch", tree)) == [
        ("error", "package.json", 3),
        ("info", "unused/package.json", 3),
    ]


def test_a_release_candidate_beside_the_release(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        "",
        "1.0.2",
        **{"package.json": client("@anchor-lang/core", "1.0.0-rc.5"), "a.js": "require('@anchor-lang/core')"},
    )

    assert places(inspect("anchor-version-mismatch", tree)) == [("warning", "package.json", 3)]


def test_quiet_where_they_go_together_or_leave_it_open(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": workspace(
            'anchor_version = "0.31.0"\nsolana_version = "2.1.0"\n',
            **{"package.json": client("@coral-xyz/anchor", "^0.31.0"), "rust-toolchain": "1.79.0\n"},
        ),
        "b": workspace(
            'anchor_version = "0.30.1"\n', ">=0.30", **{"package.json": client("@coral-xyz/anchor", "latest")}
        ),
        "c": workspace('anchor_version = "latest"\n', "*", **{"package.json": client("@coral-xyz/anchor", "*")}),
        "d": workspace("", "1.1.2", **{"package.json": client("@anchor-lang/core", "^1.0.0")}),
    }

    assert inspect("anchor-version-mismatch", tree) == []


def test_an_open_requirement_is_read_from_the_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        'anchor_version = "0.29.0"\n', "*", **{"Cargo.lock": '[[package]]\nname = "anchor-lang"\nversion = "0.31.1"\n'}
    )

    assert places(inspect("anchor-version-mismatch", tree)) == [("error", "Anchor.toml", 5)]


def with_dependencies(name: str, *lines: str, anchor: str = "0.31.1") -> dict[str, Any]:
    made = crate(name, anchor=anchor)
    made["Cargo.toml"] += "".join(f"{line}\n" for line in lines)
    return made


def test_crates_that_share_types_with_anchor_lang(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a"), "b": address("b"), "c": address("c")}),
        "Cargo.toml": '[workspace]\nmembers = ["programs/*"]\n\n[workspace.dependencies]\nanchor-spl = "0.30.1"\n',
        "programs": {
            "a": with_dependencies("a", "anchor-spl = { workspace = true }", 'solana-program = "1.18.26"'),
            "b": with_dependencies("b", 'anchor-spl = "0.31.0"', 'solana-program = "2"', 'solana-sdk = ">=1.14"'),
            "c": with_dependencies("c", 'solana-program = "1.18"', anchor="0.30.1"),
        },
    }

    found = inspect("anchor-version-mismatch", tree)

    assert places(found) == [
        ("error", "Cargo.toml", 5),
        ("warning", "programs/a/Cargo.toml", 11),
        ("warning", "programs/c/Cargo.toml", 9),
    ]
    assert any("the other programs of Anchor.toml use 0.31" in one.message for one in found)


def test_what_images_scripts_and_workflows_install(inspect: Callable[..., list[Finding]]) -> None:
    files: dict[str, Any] = {
        "Dockerfile": "FROM rust\nRUN avm install 0.29.0 && avm use 0.29.0\n# avm install 0.28.0\n",
        "good.Dockerfile": "RUN avm install 0.31.0\nRUN curl https://release.anza.xyz/v2.1.0/install\n",
        "setup.sh": 'sh -c "$(curl https://release.solana.com/v1.17.0/install)"\nANCHOR_VERSION=0.31.1\n',
        ".github": {
            "workflows": {
                "ci.yml": "env:\n  ANCHOR_VERSION: 0.30.1\njobs: {}\n",
                "cargo.yml": "run: cargo install --git https://x.io/anchor --tag v0.28.0 anchor-cli\n",
            }
        },
        "Makefile": "setup:\n\tcargo install anchor-cli --version 0.30.1 --locked\n\tagave-install init 1.18.26\n",
    }

    assert places(inspect("anchor-version-mismatch", workspace('anchor_version = "0.31.1"\n', **files))) == [
        ("warning", ".github/workflows/cargo.yml", 1),
        ("warning", ".github/workflows/ci.yml", 2),
        ("warning", "Dockerfile", 2),
        ("warning", "Makefile", 3),
        ("warning", "setup.sh", 1),
    ]


def test_one_row_for_what_differs_a_little(inspect: Callable[..., list[Finding]]) -> None:
    steps = 'run: sh -c "$(curl https://release.anza.xyz/v3.1.0/install)"\n'
    files: dict[str, Any] = {
        **{name: {"package.json": client("@coral-xyz/anchor", "0.30.1"), "id.ts": f'const ID = "{address("vault")}";'} for name in ("web", "bot")},
        ".github": {"workflows": {"a.yml": steps, "b.yml": steps}},
    }  # fmt: skip

    found = inspect("anchor-version-mismatch", workspace('anchor_version = "0.31.1"\n', **files))

    assert places(found) == [("info", ".github/workflows/a.yml", 1), ("info", "bot/package.json", 3)]
    assert found[0].evidence.endswith("; also 3.1.0 in .github/workflows/b.yml:1")
    assert found[1].evidence.endswith("; also web/package.json")


def test_installs_are_nobodys_concern_without_a_program(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("anchor-version-mismatch", {"Dockerfile": "RUN avm install 0.29.0\n"}) == []


def test_clients_of_the_only_workspace(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "onchain": workspace('anchor_version = "0.31.1"\n'),
        "web": {
            "package.json": client("@anchor-lang/core", "^1.0.0"),
            "a.ts": "import idl from './idl/vault.json';\nimport '@anchor-lang/core';\n",
        },
        "bot": {"package.json": client("@anchor-lang/core", "0.31.2")},
        "of-others": {
            "package.json": client("@coral-xyz/anchor", "0.26.0"),
            "a.ts": f"const MINT = '{address('mint')}';\n",
        },
    }

    assert places(inspect("anchor-version-mismatch", tree)) == [("warning", "web/package.json", 3)]


def test_hostile_files_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    text = "anchor-cli --version --tag " * 20_000 + "avm install 0" + "." * 100_000

    assert inspect("anchor-version-mismatch", workspace("", **{"setup.sh": text})) == []


def test_crates_by_path_with_another_anchor(inspect: Callable[..., list[Finding]]) -> None:
    def library(anchor: str, more: str = "") -> dict[str, Any]:
        manifest = f'[package]\nname = "x"\n[dependencies]\nanchor-lang = "{anchor}"\n{more}'
        return {"Cargo.toml": manifest, "src": {"lib.rs": ""}}

    vault = crate("vault", anchor="0.30.1")
    vault["Cargo.toml"] += 'shared.workspace = true\nother = { path = "../../crates/other" }\n'
    tree = {
        "Anchor.toml": LISTED,
        "Cargo.toml": '[workspace]\nmembers = ["programs/*", "crates/*"]\n[workspace.dependencies]\nshared = { path = "crates/shared" }\n',
        "programs": {"vault": vault},
        "crates": {
            "shared": library("0.31.1"),
            "other": library("0.30.0", 'deep = { path = "../deep" }\n'),
            "deep": library("0.29.0"),
            "unused": library("0.28.0"),
        },
    }

    assert places(inspect("anchor-version-mismatch", tree)) == [
        ("error", "crates/deep/Cargo.toml", 4),
        ("error", "crates/shared/Cargo.toml", 4),
    ]


def test_clients_are_not_linked_by_the_id_of_the_system_program(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "one": {"Anchor.toml": anchor_toml(localnet={"a": "1" * 32}), "programs": {"a": crate("a", "1" * 32, anchor="0.29.0")}},
        "two": {"Anchor.toml": LISTED, "programs": {"vault": crate("vault")}},
        "web": {"package.json": client("@coral-xyz/anchor", "0.31.1"), "x.ts": f'const SYSTEM = "{"1" * 32}";\n'},
    }  # fmt: skip

    assert inspect("anchor-version-mismatch", tree) == []


def test_the_program_that_differs_is_blamed_not_what_it_shares(inspect: Callable[..., list[Finding]]) -> None:
    names = ("one", "two", "odd")
    programs = {name: crate(name, anchor="0.30.1" if name == "odd" else "0.31.1") for name in names}
    for made in programs.values():
        made["Cargo.toml"] += 'shared = { path = "../../shared" }\n'
    shared = '[package]\nname = "shared"\n[dependencies]\nanchor-lang = "0.31.1"\n'
    tree = {
        "Anchor.toml": anchor_toml(localnet={name: address(name) for name in names}),
        "programs": programs,
        "shared": {"Cargo.toml": shared, "src": {"lib.rs": ""}},
        "lab": {"programs": {"far": crate("far", anchor="0.29.0")}},  # neither listed nor a member
    }

    found = inspect("anchor-version-mismatch", tree)

    assert [(one.severity, one.path) for one in found] == [("error", "programs/odd/Cargo.toml")]
    assert "shared, which is built into it, too" in found[0].message


def test_a_workflow_is_for_the_workspace_around_it(inspect: Callable[..., list[Finding]]) -> None:
    flow = "env:\n  ANCHOR_VERSION: '0.30.1'\njobs:\n  a:\n    steps:\n      - run: avm install ${ANCHOR_VERSION}\n"
    tree = {
        "Anchor.toml": LISTED,
        "programs": {"vault": crate("vault")},
        "lab": {
            "Anchor.toml": anchor_toml(localnet={"old": address("old")}),
            "programs": {"old": crate("old", anchor="0.30.1")},
        },
        ".github": {"workflows": {"ci.yml": flow, "lab.yml": flow.replace("avm install", "cd lab && avm install")}},
    }

    assert places(inspect("anchor-version-mismatch", tree)) == [("warning", ".github/workflows/ci.yml", 2)]


def test_packages_of_one_fault_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    folders: dict[str, Any] = {
        name: {
            "package.json": client("@coral-xyz/anchor", "0.29.0"),
            "a.ts": f'import "@coral-xyz/anchor";\nconst ID = "{address("vault")}";',
        }
        for name in "abcdef"
    }

    found = inspect("anchor-version-mismatch", workspace("", "0.31.1", **folders))

    assert places(found) == [("error", "a/package.json", 3)]
    assert found[0].message.endswith("So it is in 5 more packages.")


def test_a_job_that_checks_out_a_fixed_state_builds_another_tree(inspect: Callable[..., list[Finding]]) -> None:
    steps = "      - run: avm install {}\n"
    workflow = (
        "on: push\njobs:\n  old:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        f"        with:\n          ref: {{ref}}\n{steps.format('0.25.0')}  new:\n    runs-on: ubuntu-latest\n    steps:\n"
        f"      - uses: actions/checkout@v4\n{steps.format('0.31.1')}"
    )
    told = {
        ref: places(
            inspect(
                "anchor-version-mismatch", workspace("", **{".github/workflows/a.yml": workflow.replace("{ref}", ref)})
            )
        )
        for ref in ("v1.0.2", "main")
    }

    assert told == {"v1.0.2": [], "main": [("warning", ".github/workflows/a.yml", 9)]}
