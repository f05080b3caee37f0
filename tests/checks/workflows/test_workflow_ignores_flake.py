"""Tools that do not come from the pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"
NODE = "- uses: actions/setup-node@v4\n  with: {node-version: 22}"
FLAKE = "{ outputs = _: { devShells.x.default = mkShell { }; }; }"
PINS = '[toolchain]\nnode = "22.1.0"\n'


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"toolkit.toml": PINS}, "warning"),
        ({"flake.nix": FLAKE, ".envrc": "use flake\n"}, "warning"),
        ({"flake.nix": FLAKE}, "info"),
    ],
)
def test_from_elsewhere(inspect: Callable[..., list[Finding]], files: dict[str, str], severity: str) -> None:
    text = steps(f"{NODE}\n- uses: actions/setup-go@v5")

    assert places(inspect("workflow-ignores-flake", at_root(text, **files))) == [(severity, CI, 7)]


@pytest.mark.parametrize(
    ("body", "files"),
    [
        (NODE, {}),
        (NODE, {"flake.nix": "{ outputs = _: { packages.x.default = 1; }; }"}),
        ("- uses: actions/setup-go@v5", {"toolkit.toml": PINS}),
        (f"{NODE}\n- uses: cachix/install-nix-action@v30", {"flake.nix": FLAKE, "toolkit.toml": PINS}),
        (f"{NODE}\n- run: nix develop .#ci -c invoke ci", {"flake.nix": FLAKE, "toolkit.toml": PINS}),
        ("- run: echo", {"flake.nix": FLAKE, "toolkit.toml": PINS}),
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str, files: dict[str, str]) -> None:
    assert inspect("workflow-ignores-flake", at_root(steps(body), **files)) == []


@pytest.mark.parametrize(
    "command",
    [
        "nvm install 18",
        "sudo apt-get update && sudo apt-get install -y nodejs npm",
        "brew install node@20 jq",
        "curl -fsSL https://deb.nodesource.com/setup_18.x | sudo -E bash -",
        "npm install -g npm@9",
    ],
)
def test_installed_by_a_command(inspect: Callable[..., list[Finding]], command: str) -> None:
    files = {"toolkit.toml": PINS}

    assert places(inspect("workflow-ignores-flake", at_root(steps(f"- run: {command}"), **files))) == [
        ("warning", CI, 7)
    ]


def test_by_a_container_and_in_an_action_and_by_job(inspect: Callable[..., list[Finding]]) -> None:
    flake = FLAKE.replace("mkShell { }", "mkShell { packages = [ nodejs_22 rustc ]; }")
    image = steps("- run: npm test", job="container: node:18-alpine")
    jobs = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: nix develop -c make\n"
        "  b:\n    runs-on: x\n    steps:\n      - run: curl https://sh.rustup.rs -sSf | sh -s -- -y\n"
        "      - uses: actions/setup-java@v4\n"
        "  c:\n    runs-on: x\n    steps:\n      - uses: ./ci/shell\n      - uses: actions/setup-node@v4\n"
        "  d:\n    runs-on: x\n    steps:\n      - uses: ./ci/node\n"
    )
    action = "runs:\n  using: composite\n  steps:\n    - uses: {}\n"
    tree = at_root(
        image,
        jobs,
        **{"flake.nix": flake, ".envrc": "use flake\n"},
        ci={
            "shell": {"action.yml": action.format("cachix/install-nix-action@v30")},
            "node": {"action.yml": action.format("actions/setup-node@v4")},
            "dead": {"action.yml": action.format("actions/setup-node@v4")},
        },
    )

    assert places(inspect("workflow-ignores-flake", tree)) == [
        ("warning", CI, 5),
        ("warning", ".github/workflows/ci1.yml", 10),
        ("warning", "ci/node/action.yml", 4),
    ]
