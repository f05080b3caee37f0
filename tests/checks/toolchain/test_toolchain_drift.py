"""Versions that exclude each other, and the many that only look so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import EditFile, Fix, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def engines(spec: str) -> str:
    return f'{{\n  "engines": {{\n    "node": "{spec}"\n  }}\n}}'


def test_one_finding_with_all_that_disagree(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"api": {".nvmrc": "16\n", "package.json": engines(">=20"), "Dockerfile": "FROM node:22-alpine\n"}}
    found = inspect("toolchain-drift", tree)

    assert places(found) == [("error", "api/.nvmrc", 1)]
    assert found[0].evidence == (
        "16 (.nvmrc in api/.nvmrc:1); >=20 (engines.node in api/package.json:3); 22 (FROM in api/Dockerfile:1)"
    )
    edit = EditFile("api/.nvmrc", (Span(0, 2, b"22"),), digest_bytes(b"16\n"))
    assert found[0].fixes[0] == Fix("write 22 into api/.nvmrc", "unsafe", (edit,))


def test_each_kind_of_place(inspect: Callable[..., list[Finding]]) -> None:
    python = '[project]\nname = "x"\nrequires-python = ">=3.11"\n'
    tree = {
        "a": {"pyproject.toml": python, "Dockerfile": "ARG V=3.10\nFROM python:${V}-slim\n"},
        "b": {"go.mod": "module b\n\ngo 1.23\n", "Dockerfile": "FROM golang:1.22 AS build\n"},
        "c": {"rust-toolchain.toml": '[toolchain]\nchannel = "1.63"\n', "Dockerfile": "FROM rust:1.60\n"},
        "d": {".tool-versions": "nodejs 18.1.0\n", "package.json": '{"volta": {"node": "20.0.0"}}'},
        "e": {".python-version": "3.9\n", "pyproject.toml": python},
        "f": {"mise.toml": '[tools]\nnode = "18"\n', ".node-version": "v20\n"},
        "g": {
            "Anchor.toml": '[toolchain]\nanchor_version = "0.29.0"\n',
            "Dockerfile": "FROM x\nRUN avm install 0.30.1\n",
        },
        "h": {
            "package.json": engines(">=20"),
            ".devcontainer": {"devcontainer.json": '{"image": "mcr/devcontainers/typescript-node:1-18-bookworm"}'},
        },
        "i": {"package.json": engines(">=20"), "netlify.toml": '[build.environment]\nNODE_VERSION = "16"\n'},
        "j": {"devbox.json": '{"packages": ["nodejs@18"]}', "package.json": engines(">=20")},
        "k": {"flake.nix": "{ x = pkgs.nodejs_18; }\n", ".nvmrc": "22\n"},
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("error", "a/Dockerfile", 2),
        ("error", "b/Dockerfile", 1),
        ("warning", "c/Dockerfile", 1),
        ("warning", "d/package.json", 1),
        ("error", "e/.python-version", 1),
        ("warning", "f/mise.toml", 2),
        ("warning", "g/Dockerfile", 2),
        ("error", "h/.devcontainer/devcontainer.json", 1),
        ("error", "i/netlify.toml", 2),
        ("error", "j/devbox.json", 1),
        ("warning", "k/.nvmrc", 1),
    ]


WORKFLOW = """on: push
env:
  NODE: "18"
jobs:
  a:
    runs-on: x
    strategy:
      matrix:
        python: ["3.9", "3.10"]
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: ${{ env.NODE }}
      - uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python }}
      - run: npm ci
        working-directory: web
"""


def test_workflows_with_variables_and_matrices(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": {"workflows": {"ci.yml": WORKFLOW}},
        "web": {".nvmrc": "22\n", "package.json": '{"scripts": {"x": "y"}}', ".python-version": "3.12\n"},
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("warning", ".github/workflows/ci.yml", 3),
        ("warning", ".github/workflows/ci.yml", 9),
    ]


def test_settings_are_the_authority(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"toolkit.toml": '[toolchain]\nnode = "22"\n', ".nvmrc": "20\n", "web": {"Dockerfile": "FROM node:22\n"}}
    found = inspect("toolchain-drift", tree)

    assert places(found) == [("warning", ".nvmrc", 1)]
    assert found[0].fixes[0].safety == "safe"


def test_a_file_that_most_agree_with_is_not_brought_to_the_few(inspect: Callable[..., list[Finding]]) -> None:
    new, old = "FROM node:22.16-alpine\nCOPY . .\n", "FROM node:18-alpine\nCOPY . .\n"
    few = {".nvmrc": "v22.16.0\n", "x": {"Dockerfile": old}, "y": {"Dockerfile": old}}
    many = {**few, **{name: {"Dockerfile": new} for name in "abc"}}

    (drift,) = inspect("toolchain-drift", few)
    (kept,) = inspect("toolchain-drift", many)

    (edit,) = drift.fixes[0].actions
    assert isinstance(edit, EditFile)
    assert edit.spans == (Span(0, 8, b"v18"),)
    assert [fix.safety for fix in kept.fixes] == ["manual"]


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".nvmrc": "22\n",
        "a": {"package.json": engines(">=18"), "Dockerfile": "FROM node:lts\nFROM node:22.16.0\nFROM nginx:1.27\n"},
        "b": {".nvmrc": "v22.16.0\n", "package.json": engines("22.x || 24.x")},
        "c": {".nvmrc": "20\n", "package.json": engines("^20.9.0")},
        "d": {".nvmrc": "lts/*\n", "package.json": engines(">=20")},
        "e": {"Dockerfile": "FROM node:18 AS old\nFROM node:22\n"},
        "f": {"go.mod": "module f\n\ngo 1.22.1\n", "Dockerfile": "FROM golang:1.22-alpine\n"},
        "g": {"rust-toolchain": "nightly\n", "Cargo.toml": '[package]\nname = "g"\nrust-version = "1.80"\n'},
        "vendor": {"h": {".nvmrc": "8\n", "package.json": engines(">=20")}},
        "i": {"flake.nix": "{ a = pkgs.nodejs_18; b = pkgs.nodejs_22; # nodejs_16\n}\n", ".nvmrc": "22\n"},
        "j": {
            ".python-version": "3.12\n",
            "pyproject.toml": '[project]\nname = "j"\nrequires-python = ">=3.11,<3.14"\n',
        },
        ".github": {
            "workflows": {
                "ci.yml": "jobs:\n  a:\n    strategy:\n      matrix:\n        node: [18, 20, 22]\n    steps:\n"
                "      - uses: actions/setup-node@v4\n        with:\n          node-version: ${{ matrix.node }}\n"
            }
        },
        "k": {".github": {"workflows": {"ci.yml": WORKFLOW}}, "package.json": engines(">=20")},
        "broken": {"package.json": "{", "Dockerfile": "FROM\n<<<", "pyproject.toml": "x = ", ".nvmrc": ""},
    }

    assert inspect("toolchain-drift", tree) == []


def test_a_version_that_is_set_up_after_the_work_is_a_trial(inspect: Callable[..., list[Finding]]) -> None:
    steps = "      - uses: actions/setup-node@v4\n        with:\n          node-version: 20\n"
    workflow = f"jobs:\n  a:\n    steps:\n      - run: pnpm install\n{steps}      - run: node old.js\n"

    assert inspect("toolchain-drift", {".github": {"workflows": {"ci.yml": workflow}}, ".nvmrc": "22\n"}) == []


def test_more_places_that_name_a_version(inspect: Callable[..., list[Finding]]) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - uses: actions/setup-node@v4\n      with:\n        node-version: ${{ inputs.node }}\n"
    job = "on: push\njobs:\n  a:\n    container: node:14\n    steps:\n      - run: npm test\n"
    env = "env:\n  ANCHOR: 0.29.0\non: push\njobs:\n  a:\n    steps:\n      - run: avm install ${{ env.ANCHOR }}\n"
    tree = {
        ".nvmrc": "22\n",
        "Anchor.toml": '[toolchain]\nanchor_version = "0.31.0"\nsolana_version = "2.1.0"\n',
        ".github": {
            "workflows": {"a.yml": job, "b.yml": env},
            "actions": {"x": {"action.yml": f'inputs:\n  node:\n    default: "16"\n{action}'}},
        },
        ".config": {"mise": {"config.toml": '[tools]\nnode = "18"\n'}},
        ".gitlab-ci.yml": "image: node:12\n",
        "docker-compose.yml": "services:\n  a:\n    image: node:10\n    volumes:\n      - .:/app\n",
        "shell.nix": "[ pkgs.nodejs_20 ]\n",
        "Dockerfile": "FROM ubuntu\nARG SOLANA=v1.18.0\nRUN curl https://release.anza.xyz/${SOLANA}/install\n",
        ".devcontainer": {
            "devcontainer.json": '{"image": "mcr.microsoft.com/devcontainers/typescript-node:4.0.1-8-bookworm"}'
        },
    }

    found = inspect("toolchain-drift", tree)

    told = " ".join(one.evidence for one in found)
    wanted = ("14 (", "16 (", "18 (", "12 (", "10 (", "20 (", "8 (", "0.29.0 (", "1.18.0 (")
    assert [word for word in wanted if f" {word}" not in f" {told}"] == []


def test_quiet_about_images_of_other_services_and_tags_of_devcontainers(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".tool-versions": "go 1.26.6\npython 3.13.1\n",
        "compose.yaml": "services:\n  a:\n    image: python:3.9\n",
        ".devcontainer": {"devcontainer.json": '{"image": "mcr.microsoft.com/devcontainers/go:2.1.3-1.26-bookworm"}'},
    }

    assert inspect("toolchain-drift", tree) == []


def test_a_workspace_of_go_below_its_modules(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "go.work": "go 1.22\n\nuse ./a\n",
        "a": {"go.mod": "module a\n\ngo 1.23.0\n"},
        "b": {"go.mod": "module b\n\ngo 1.25.0\n"},
    }

    assert places(inspect("toolchain-drift", tree)) == [("error", "go.work", 1)]


def test_an_entry_of_a_matrix_that_the_manifest_excludes(inspect: Callable[..., list[Finding]]) -> None:
    steps = "    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: ${{ matrix.python }}\n      - run: pytest\n"
    matrix = 'on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        python: ["3.9", "3.12"]\n'
    tree = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.10"\n',
        ".github": {"workflows": {"a.yml": matrix + steps}},
    }

    assert places(inspect("toolchain-drift", tree)) == [("warning", ".github/workflows/a.yml", 6)]


def test_a_pin_of_a_member_and_of_its_workspace(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "r", "workspaces": ["a"], "dependencies": {"x": "1"}}',
        ".nvmrc": "22\n",
        "a": {"package.json": '{"name": "a"}', ".nvmrc": "12\n"},
        "alone": {"package.json": '{"name": "b", "dependencies": {"x": "1"}}', ".nvmrc": "12\n"},
    }

    assert [one.severity for one in inspect("toolchain-drift", tree)] == ["warning"]


def test_what_linters_judge_for_what_hooks_run_and_what_scripts_install(
    inspect: Callable[..., list[Finding]],
) -> None:
    project = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n'
    tree = {
        "a": {"pyproject.toml": f'{project}\n[tool.ruff]\ntarget-version = "py39"\n'},
        "b": {"pyproject.toml": project, "mypy.ini": "[mypy]\nstrict = True\npython_version = 3.8\n"},
        "c": {
            "pyproject.toml": project,
            ".pre-commit-config.yaml": "default_language_version:\n  python: python3.9\nrepos: []\n",
        },
        "d": {"package.json": "{}", ".nvmrc": "20\n", "eas.json": '{"build": {\n"production": {"node": "16.20.0"}}}'},
        "Anchor.toml": '[toolchain]\nsolana_version = "2.1.0"\n',
        "scripts": {"up.sh": 'set -e\nsh -c "$(curl -sSfL https://release.anza.xyz/v1.18.26/install)"\n'},
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("warning", "a/pyproject.toml", 7),
        ("warning", "b/mypy.ini", 3),
        ("warning", "c/.pre-commit-config.yaml", 2),
        ("warning", "d/eas.json", 2),
        ("warning", "scripts/up.sh", 2),
    ]


def test_quiet_about_linters_that_judge_for_the_oldest_version(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\n\n'
        '[tool.ruff]\ntarget-version = "py39"\n\n[tool.black]\ntarget-version = ["py39", "py312"]\n',
        ".python-version": "3.12\n",
        "old": {"pyproject.toml": '[project]\nname = "b"\nversion = "1"\nrequires-python = ">=3.8"\n\n'
                '[tool.mypy]\npython_version = "3.8"\n'},
        "scripts": {"up.sh": "# https://release.anza.xyz/v1.18.26/install\necho avm install 0.29.0\n"},
        "Anchor.toml": '[toolchain]\nanchor_version = "0.30.1"\nsolana_version = "2.1.0"\n',
    }  # fmt: skip

    assert inspect("toolchain-drift", tree) == []


@pytest.mark.parametrize(
    ("image", "crate", "expected"),
    [
        ("RUN avm install 0.30.1\n", 'anchor-lang = { version = "0.31.1" }\n', []),
        ("RUN avm install 0.30.1\n", 'borsh = "1"\n', [("warning", "Dockerfile", 2)]),
        ("ARG A=0.30.1\nRUN avm install ${A}\n", 'anchor-lang = "0.31.1"\n', [("warning", "Dockerfile", 3)]),
        ("RUN avm install 0.31.0\n", 'anchor-lang = "0.31.1"\n', [("warning", "Dockerfile", 2)]),
    ],
)
def test_what_is_compared_with_programs_is_told_there(
    inspect: Callable[..., list[Finding]], image: str, crate: str, expected: list[tuple[str, str, int]]
) -> None:
    tree = {
        "Anchor.toml": '[toolchain]\nanchor_version = "0.31.1"\n',
        "Dockerfile": f"FROM x\n{image}",
        "programs": {"vault": {"Cargo.toml": f'[package]\nname = "vault"\n\n[dependencies]\n{crate}'}},
    }

    assert places(inspect("toolchain-drift", tree)) == expected


def test_hostile_settings_and_scripts_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n',
        ".pre-commit-config.yaml": "default_language_version:\n" + "  a:\n" * 20_000 + "repos: []\n",
        "mypy.ini": " " * 100_000 + "\n",
        "x.sh": "anchor-cli " * 15_000 + "\n" + "rustup " * 20_000,
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "package.json": "{}",
        "y.sh": "npm install " * 15_000,
    }

    assert inspect("toolchain-drift", tree) == []
    assert inspect("package-manager-drift", tree) == []


def test_node_of_nodesource_and_of_nixpacks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {
            "package.json": "{}",
            ".nvmrc": "22\n",
            "Dockerfile": "FROM debian\nRUN curl -fsSL https://deb.nodesource.com/setup_16.x | bash -\n",
        },
        "b": {"package.json": "{}", ".nvmrc": "22\n", "nixpacks.toml": '[variables]\nNIXPACKS_NODE_VERSION = "18"\n'},
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("warning", "a/Dockerfile", 2),
        ("warning", "b/nixpacks.toml", 2),
    ]


def test_engines_of_a_workspace_and_of_its_member(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "r", "workspaces": ["a"], "engines": {"node": ">=20"}}',
        "a": {"package.json": '{"name": "a",\n"engines": {"node": "18.x"}}'},
        "alone": {"package.json": '{"name": "b", "engines": {"node": "16.x"}, "dependencies": {"x": "1"}}'},
    }

    assert places(inspect("toolchain-drift", tree)) == [("warning", "a/package.json", 2)]


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ('      - run: |\n          echo hi\n          echo "RUST_VERSION=1.80.0" >> $GITHUB_ENV\n', 6),
        ('      - run: echo RUST_VERSION=1.80.0 >> "$GITHUB_ENV"\n', 4),
    ],
)
def test_versions_that_a_step_writes_for_the_next(inspect: Callable[..., list[Finding]], head: str, line: int) -> None:
    action = (
        f"runs:\n  using: composite\n  steps:\n{head}      - run: cargo fetch\n"
        "      - uses: dtolnay/rust-toolchain@master\n        with:\n          toolchain: ${{ env.RUST_VERSION }}\n"
    )
    tree = {
        "Cargo.toml": '[package]\nname = "a"\n',
        "rust-toolchain.toml": '[toolchain]\nchannel = "1.91.0"\n',
        ".github": {"actions": {"setup": {"action.yml": action}}},
    }

    assert [(path, at) for _, path, at in places(inspect("toolchain-drift", tree))] == [
        (".github/actions/setup/action.yml", line)
    ]


def test_the_variable_of_rustup_and_files_of_versions(inspect: Callable[..., list[Finding]]) -> None:
    flow = 'env:\n  RUSTUP_TOOLCHAIN: "1.88.0"\njobs:\n  a:\n    steps:\n      - run: cargo test\n'
    tree = {
        "Cargo.toml": '[package]\nname = "a"\n',
        "rust-toolchain.toml": '[toolchain]\nchannel = "1.91.0"\n',
        "package.json": engines(">=24"),
        "versions.env": "# all\nNODE_VERSION=22.1.0\nPOSTGRES_VERSION=16\n",
        ".github": {"workflows": {"ci.yml": flow}},
    }

    assert [(path, line) for _, path, line in places(inspect("toolchain-drift", tree))] == [
        (".github/workflows/ci.yml", 2),
        ("versions.env", 2),
    ]


def test_one_more_toolchain_that_a_job_asks_for_by_name(inspect: Callable[..., list[Finding]]) -> None:
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          rustup {} 1.89.0\n          cargo build\n"
    tree = {"rust-toolchain.toml": '[toolchain]\nchannel = "1.86.0"\n', "Cargo.toml": '[package]\nname = "x"\n'}

    def found(command: str) -> list[tuple[str, str, int]]:
        return places(inspect("toolchain-drift", {**tree, ".github": {"workflows": {"a.yml": step.format(command)}}}))

    assert found("toolchain install") == []
    assert found("default") == [("warning", ".github/workflows/a.yml", 7)]


def test_an_image_that_fetches_further_toolchains(inspect: Callable[..., list[Finding]]) -> None:
    further = "ARG V=1.86.0\nFROM rust:1.92\nRUN rustup toolchain install ${V} && \\\n    rustup toolchain install 1.89.0\nCOPY . .\n"
    tree = {
        "rust-toolchain.toml": '[toolchain]\nchannel = "1.86.0"\n',
        "Cargo.toml": '[package]\nname = "x"\n',
        "tools": {"Dockerfile": further},
        "old": {"Dockerfile": "FROM rust:1.85\nCOPY . .\n"},
    }

    found = inspect("toolchain-drift", tree)

    assert [(one.path, one.message) for one in found] == [
        ("old/Dockerfile", "rust 1.85 (FROM) is excluded by 1.86.0 (channel in rust-toolchain.toml:2)")
    ]


def test_one_version_that_was_forgotten_in_several_files_is_one_finding(
    inspect: Callable[..., list[Finding]],
) -> None:
    job = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: 22\n      - run: npm test\n"
    tree = {
        ".nvmrc": "20\n",
        "api": {"Dockerfile": "FROM node:22\nCOPY . .\n"},
        "web": {"Dockerfile": "FROM node:22\nCOPY . .\n"},
        ".github": {"workflows": {"a.yml": job, "b.yml": job}},
    }

    found = inspect("toolchain-drift", tree)

    assert [(one.severity, one.path, one.line) for one in found] == [("warning", ".nvmrc", 1)]


def test_an_image_that_lies_apart_from_what_it_builds(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "edge"\nedition = "2024"\nrust-version = "1.85"\n'
    build = "FROM rust:1.83 AS build\nCOPY services/edge/Cargo.toml services/edge/Cargo.lock ./\nCOPY services/edge/src ./src\nRUN cargo build\n"
    tree = {
        "services": {
            "edge": {"Cargo.toml": crate, "Cargo.lock": "", "src": {"main.rs": ""}},
            "policy": {"go.mod": "module policy\n\ngo 1.25.5\n"},
        },
        "deploy": {
            "edge": {"Dockerfile": build},
            "policy": {"Dockerfile": "FROM golang:1.23\nCOPY services/policy/ ./\n"},
            "both": {"Dockerfile": "FROM golang:1.22\nCOPY services/policy/ ./\nCOPY services/edge ./edge\n"},
            "all": {"Dockerfile": "FROM golang:1.21\nCOPY . .\n"},
        },
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("warning", "deploy/edge/Dockerfile", 1),
        ("error", "deploy/policy/Dockerfile", 1),
    ]


def test_workflows_that_one_image_excludes_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    job = (
        "on: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@v4\n"
        "        with: {{node-version: {}}}\n      - run: npm test\n"
    )
    flows = {"a.yml": job.format("push", 22), "b.yml": job.format("push", 24)}
    image = {"Dockerfile": "FROM node:26\nCOPY . .\n"}
    tree = {"package.json": "{}", **image, "a": image, "b": image, ".github": {"workflows": flows}}

    (found,) = inspect("toolchain-drift", tree)

    assert (found.path, found.message.partition(";")[2]) == (
        ".github/workflows/b.yml",
        " so is 22 of .github/workflows/a.yml:7",
    )
    gone = "push:\n    paths: [web/**, .github/workflows/a.yml]"
    flows["a.yml"] = job.format(f"\n  {gone}", 22)
    assert ";" not in inspect("toolchain-drift", tree)[0].message


def test_what_agrees_with_the_pin_is_no_dissenter(inspect: Callable[..., list[Finding]]) -> None:
    flow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        with: {node-version: 20}\n"
    tree = {
        ".nvmrc": "24.1.0\n",
        "package.json": engines("24.1.0"),
        "Dockerfile": "FROM node:24\n",
        ".github/workflows": {"a.yml": flow, "b.yml": flow, "c.yml": flow},
    }

    assert "Dockerfile" not in {one.path for one in inspect("toolchain-drift", tree)}
    assert {one.path for one in inspect("toolchain-drift", tree)}


def test_what_the_manifest_refuses_is_no_mend(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "a"\nversion = "0.1.0"\nrust-version = "1.85"\n'
    image = "FROM rust:1.74\nCOPY . .\nRUN cargo build\n"
    tree = {"Cargo.toml": crate, "src": {"main.rs": ""}, "rust-toolchain.toml": '[toolchain]\nchannel = "1.75.0"\n'}

    (found,) = inspect("toolchain-drift", {**tree, "Dockerfile": image})

    assert [fix.title for fix in found.fixes] == ["decide for one version of rust"]


@pytest.mark.parametrize(("pin", "image", "level"), [("20.10.0", "20.11.1", "info"), ("20.10.0", "22.1.0", "warning")])
def test_versions_of_one_line_are_worth_knowing_only(
    inspect: Callable[..., list[Finding]], pin: str, image: str, level: str
) -> None:
    tree = {"package.json": "{}", ".nvmrc": f"{pin}\n", "Dockerfile": f"FROM node:{image}\nCOPY . .\nRUN npm ci\n"}

    assert [one.severity for one in inspect("toolchain-drift", tree)] == [level]


@pytest.mark.parametrize(("range_", "path"), [(">=22", "d/Dockerfile"), (">=18", ".nvmrc")])
def test_a_version_file_that_a_manifest_speaks_for_is_not_what_is_wrong(
    inspect: Callable[..., list[Finding]], range_: str, path: str
) -> None:
    image = "FROM node:20\nCOPY . .\nRUN npm ci\n"
    tree = {
        "package.json": f'{{"engines": {{"node": "{range_}"}}}}',
        ".nvmrc": "22\n",
        **{name: {"Dockerfile": image, "package.json": "{}"} for name in ("a", "b", "c", "d")},
    }

    (found,) = inspect("toolchain-drift", tree)

    assert found.path == path


@pytest.mark.parametrize(
    ("environment", "pin", "job", "told"),
    [
        ({"sdk": "^3.5.0"}, "3.24.1", "3.24.0", [("info", ".github/workflows/a.yml", 8)]),
        ({"sdk": "^3.5.0"}, "3.22.0", "3.22.0", [("error", "app/.fvmrc", 1)]),
        ({"sdk": ">=3.0.0 <4.0.0", "flutter": ">=3.35.0"}, "3.35.2", "3.24.0", [("warning", ".github/workflows/a.yml", 8)]),
        ({"sdk": "any"}, "3.22.0", "3.22.0", []),
    ],
)  # fmt: skip
def test_what_a_package_wants_of_flutter_by_itself_or_by_dart(
    inspect: Callable[..., list[Finding]], environment: dict[str, str], pin: str, job: str, told: list[object]
) -> None:
    wants = "".join(f"  {name}: '{value}'\n" for name, value in environment.items())
    step = f"- uses: subosito/flutter-action@v2\n        with:\n          flutter-version: {job}\n"
    tree = {
        "app": {
            "pubspec.yaml": f"name: a\nenvironment:\n{wants}dependencies:\n  flutter:\n    sdk: flutter\n",
            ".fvmrc": f'{{"flutter": "{pin}"}}',
            "lib": {"a.dart": ""},
        },
        ".github": {
            "workflows": {
                "a.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      {step}      - run: cd app && flutter test\n"
            }
        },
    }

    assert places(inspect("toolchain-drift", tree)) == told


NPM_LOCK = """{
  "packages": {
    "node_modules/next": {
      "version": "16.1.1",
      "license": "MIT",
      "peerDependencies": {
        "react": "^19"
      },
      "engines": {
        "node": ">=20.9.0"
      }
    }
  }
}
"""
PNPM_LOCK = """lockfileVersion: '9.0'

packages:

  next@16.1.1:
    resolution: {integrity: sha512-x}
    engines: {node: '>=20.9.0'}
"""


@pytest.mark.parametrize("lock", [{"package-lock.json": NPM_LOCK}, {"pnpm-lock.yaml": PNPM_LOCK}])
@pytest.mark.parametrize(
    ("wanted", "node", "told"),
    [
        ({"next": "^16.0.0"}, "18", [("error", "Dockerfile", 1)]),
        ({"next": "^16.0.0"}, "22", []),
        ({"other": "^1.0.0"}, "18", []),
    ],
)
def test_a_locked_program_that_refuses_an_older_node(
    inspect: Callable[..., list[Finding]], lock: dict[str, str], wanted: dict[str, str], node: str, told: list[object]
) -> None:
    tree = {
        "package.json": json.dumps({"dependencies": wanted}),
        **lock,
        "Dockerfile": f"FROM node:{node}-alpine\nCOPY . .\nRUN npm ci\n",
    }

    assert places(inspect("toolchain-drift", tree)) == told
