"""A flake, and a Nix that is missing or broken; the Nix of these tests is a fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.system import nix, nix_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from toolkit.model import Finding

FLAKE = {"flake.nix": "{ }\n"}


def fake(tmp_path: Path, code: int, words: str = "") -> nix.Nix:
    program = tmp_path / "nix"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit {code}\n")
    program.chmod(0o755)
    return nix.Nix(str(program), (2, 28), "2.28.0")


def test_missing(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nix, "find", lambda: None)
    monkeypatch.setattr(nix, "absence", lambda: nix.NixError("absent", "Nix is not installed", "install it"))
    wanted = {**FLAKE, "toolkit.toml": '[bootstrap]\nprovider = "nix"\n'}

    assert [one.severity for one in inspect("nix-unusable", FLAKE)] == ["info"]
    assert [one.severity for one in inspect("nix-unusable", wanted)] == ["error"]


def test_without_a_flake_it_is_not_missed(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nix, "find", lambda: None)

    assert inspect("nix-unusable", {"a": ""}) == []


def test_broken(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = fake(tmp_path, 1, "error: cannot connect to socket at /nix/var/nix/daemon-socket/socket")
    monkeypatch.setattr(nix, "find", lambda: broken)
    found = inspect("nix-unusable", FLAKE)

    assert [(one.severity, one.path, one.evidence) for one in found] == [("warning", "flake.nix", "daemon-down")]
    assert found[0].fixes[0].title.startswith("start it")


def test_works(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    working = fake(tmp_path, 0)
    monkeypatch.setattr(nix, "find", lambda: working)

    assert inspect("nix-unusable", FLAKE) == []


def test_what_a_system_update_took_away_is_told_elsewhere(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nix, "find", lambda: None)
    monkeypatch.setattr(nix, "absence", nix_errors.hook_removed)

    assert inspect("nix-unusable", FLAKE) == []
    assert [one.path for one in inspect("shell-hook-missing", FLAKE)] == ["flake.nix"]
