"""The pins: written down once, and understood alike by Nix and by Python."""

from __future__ import annotations

import json
import re

import pytest

from tests.nix.lab import ROOT, SYSTEMS, Lab
from toolkit.features.toolchain import canonical, load_pins, newest

PINS = json.loads((ROOT / "nix/pins.json").read_bytes())["tools"]


def test_hashes_stand_in_one_place() -> None:
    for path in (
        *ROOT.glob("nix/*.nix"),
        ROOT / "flake.nix",
        *ROOT.glob("toolkit/**/*.py"),
        *ROOT.glob("templates/**/*.nix"),
    ):
        assert not re.search(r"sha(256|512)-[A-Za-z0-9+/]{40}", path.read_text()), path


@pytest.mark.real("nix")
@pytest.mark.real("linux")
def test_nix_and_python_mean_the_same_archive(lab: Lab) -> None:
    toolchain = {
        "node": ["22", "20", "24", "22.22.3"],
        "solana": ["4.3.0", "3.1.10", "4"],
        "platform-tools": ["1.57", "1.52", "1.54"],
        "surfpool": ["1.5.0", "1"],
    }
    known = load_pins(ROOT / "nix/pins.json")
    asked = [{"tool": canonical(tool), "wanted": wanted} for tool, versions in toolchain.items() for wanted in versions]
    nix_list = " ".join(f'{{ tool = "{one["tool"]}"; wanted = "{one["wanted"]}"; }}' for one in asked)
    found = {}
    for system in SYSTEMS:
        apply = f"pins: map (ask: pins.resolve ask.tool ask.wanted) [ {nix_list} ]"
        found[system] = json.loads(
            lab.nix_run("eval", "--json", f".#legacyPackages.{system}.toolkitPins", "--apply", apply, cwd=lab.toolkit)
        )
    for system, answers in found.items():
        for one, answer in zip(asked, answers, strict=True):
            version = newest(known.versions(one["tool"]), one["wanted"])
            assert version is not None
            assert answer["version"] == version, one
            entry = PINS[one["tool"]][version].get(system, {"unavailable": ""})
            assert answer.get("hash") == entry.get("hash"), (one, system)
            assert answer.get("url") == entry.get("url"), (one, system)
