"""Programs on the search path that are not the pinned ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A search path with a node and a pnpm that say what they are."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, version in {"node": "v20.20.2", "pnpm": "9.15.9", "broken": ""}.items():
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_another_version(inspect: Callable[..., list[Finding]], path: str) -> None:
    tree = {"toolkit.toml": '[toolchain]\nnode = "22"\npnpm = ["9.15.9", "8"]\nbroken = "1"\nabsent = "1"\n'}
    found = inspect("tool-mismatch", tree, variables={"PATH": path})

    assert [(one.severity, one.message.partition(":")[0]) for one in found] == [
        ("warning", "node 20.20.2 is on PATH, 22 is pinned")
    ]
    assert found[0].evidence == f"{path}/node"


def test_with_the_host_alone_it_is_an_error(inspect: Callable[..., list[Finding]], path: str) -> None:
    tree = {"toolkit.toml": '[bootstrap]\nprovider = "host"\n[toolchain]\nnode = "22"\n'}

    assert [one.severity for one in inspect("tool-mismatch", tree, variables={"PATH": path})] == ["error"]


def test_quiet_without_pins(inspect: Callable[..., list[Finding]], path: str) -> None:
    tree = {"package.json": '{"engines": {"node": ">=99"}, "dependencies": {"a": "1"}}'}

    assert inspect("tool-mismatch", tree, variables={"PATH": path}) == []
    assert inspect("tool-mismatch", {"toolkit.toml": '[toolchain]\nnode = "20"\n'}, variables={"PATH": path}) == []
