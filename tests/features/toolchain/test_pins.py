"""``nix/pins.json``: every file has a hash that can be one, every system a file or a reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.nix.lab import SYSTEMS
from toolkit.errors import ConfigurationError
from toolkit.features.toolchain import load_pins
from toolkit.features.toolchain._pins import Pins
from toolkit.system.archive import FORMATS
from toolkit.system.download import Integrity

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).parents[3] / "nix" / "pins.json"
DATA: dict[str, Any] = json.loads(FILE.read_bytes())
TRUST = {"2+", "1", "C", "official"}
COMPONENTS = {"rustc", "cargo", "rust-std", "clippy", "rustfmt", "rust-src"}


def entries() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for tool, versions in DATA["tools"].items():
        for version, systems in versions.items():
            for system, entry in systems.items():
                yield tool, version, system, entry


ENTRIES = list(entries())


def files(node: Any) -> Iterator[dict[str, Any]]:
    """Every object with a URL or a package."""
    if isinstance(node, dict):
        if "url" in node or "manager" in node:
            yield node
        for value in node.values():
            yield from files(value)
    if isinstance(node, list):
        for value in node:
            yield from files(value)


def test_every_tool_of_the_design_is_pinned() -> None:
    expected = {"node", "rust", "agave", "anchor", "platform-tools", "cargo-build-sbf", "surfpool"}
    assert expected | {"pnpm", "npm", "yarn", "bun", "uv", "go", "terraform", "poetry"} == set(DATA["tools"])
    assert (DATA["schema_version"], load_pins().tools) == (1, tuple(DATA["tools"]))


def test_every_system_has_a_file_or_a_reason() -> None:
    missing = [
        (tool, version, sorted(set(SYSTEMS) - systems.keys()))
        for tool, versions in DATA["tools"].items()
        for version, systems in versions.items()
        if systems.keys() not in ({"any"}, set(SYSTEMS))
    ]
    assert missing == []
    for tool, version, system, entry in ENTRIES:
        reason = entry.get("unavailable")
        assert (reason is None) == ("requirements" in entry or any(True for _ in files(entry))), (tool, version, system)
        if reason is not None:
            assert re.fullmatch(r"[A-Z].{20,}\.|[a-z].{20,}\.", reason), reason


def test_every_hash_is_well_formed_and_no_two_files_share_one() -> None:
    seen: dict[str, str] = {}
    for file in files(DATA):
        integrity = Integrity.parse(file["hash"])  # checks the algorithm and the length
        where = file.get("url") or f"{file['package']}@{file['version']}"
        assert str(integrity) == file["hash"], where
        assert seen.setdefault(file["hash"], where) == where
    assert len(seen) > 100


def test_every_file_says_how_it_is_unpacked() -> None:
    for tool, version, system, entry in ENTRIES:
        for source in (entry, *entry.get("registry", ())):
            if "url" in source or "manager" in source or "components" in source:
                assert source["format"] in FORMATS, (tool, version, system)
                assert isinstance(source["strip"], int)
        if "url" in entry or "components" in entry:
            assert entry["trust"] in TRUST, (tool, version, system)
        if "components" in entry:
            assert entry["components"].keys() == COMPONENTS


def test_addresses_name_the_version_and_are_encrypted() -> None:
    for tool, version, system, entry in ENTRIES:
        for file in files(entry):
            if "url" in file:
                assert file["url"].startswith("https://"), (tool, system)
                assert version in file["url"], (tool, version, system)
            else:
                # The module that holds Go carries Go's version and the system in its own.
                own = f"v0.0.1-go{version}." if file["manager"] == "go" else version
                assert file["version"].startswith(own), (tool, system)
                assert file["version"] == version or file["manager"] == "go", (tool, system)
                assert file["manager"] in ("npm", "pip", "go")


def test_every_pin_can_be_read_for_every_system() -> None:
    pins = load_pins()
    counted = 0
    for tool in pins.tools:
        for version in pins.versions(tool):
            for system in SYSTEMS:
                pin = pins.pin(tool, version, system)
                assert [bool(pin.parts), bool(pin.unavailable), bool(pin.requirements)].count(True) == 1
                counted += sum(len(part) for part in pin.parts)
    assert counted > 150
    assert len(pins.pin("rust", "1.97.1", "aarch64-darwin").parts) == 6
    assert "not pinned for" in pins.pin("node", "24.19.0", "riscv64-linux").unavailable


def test_what_goes_beside_a_tool_is_pinned_too() -> None:
    beside = {(tool, version) for file in files(DATA) for tool, version in file.get("with", {}).items()}
    assert beside == {("npm", "10.9.9"), ("npm", "11.21.2")}
    assert all(version in DATA["tools"][tool] for tool, version in beside)


def test_a_list_of_python_packages_is_hashed_throughout_and_holds_the_version() -> None:
    for tool, version, _, entry in ENTRIES:
        if "requirements" in entry:
            text = (FILE.parent / entry["requirements"]).read_text()
            lines = text.replace("\\\n", "").splitlines()
            assert f"\n{tool}=={version} " in text
            assert all(" --hash=sha256:" in line for line in lines if line and not line.startswith("#"))
            assert "://" not in text


def test_another_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="schema 2"):
        Pins({"schema_version": 2, "tools": {}})
    with pytest.raises(ConfigurationError, match="is missing"):
        load_pins(tmp_path / "pins.json")
    (tmp_path / "pins.json").write_text("{")
    with pytest.raises(ConfigurationError, match="is not JSON"):
        load_pins(tmp_path / "pins.json")


def test_a_repository_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "nix").mkdir()
    own = {
        "node": {"22.22.3": {"x86_64-linux": {"unavailable": "Ours."}}, "99.0.0": {"any": {"unavailable": "No."}}},
        "jq": {"1.8.1": {"any": {"unavailable": "No."}}},
    }
    (tmp_path / "nix" / "pins.json").write_text(json.dumps({"schema_version": 1, "tools": own}))
    pins, before = load_pins(repository=tmp_path), load_pins()
    assert pins.tools == (*before.tools, "jq")
    assert pins.versions("node") == (*before.versions("node"), "99.0.0")
    assert pins.pin("node", "22.22.3", "x86_64-linux").unavailable == "Ours."
    assert pins.pin("node", "22.22.3", "aarch64-linux").unavailable == ""
    assert pins.pin("node", "24.19.0", "aarch64-linux") == before.pin("node", "24.19.0", "aarch64-linux")
    assert load_pins(repository=tmp_path / "elsewhere").tools == before.tools
    (tmp_path / "nix" / "pins.json").write_text("[]")
    with pytest.raises(ConfigurationError, match="holds no object"):
        load_pins(repository=tmp_path)
