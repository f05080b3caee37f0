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
