from __future__ import annotations

import pytest

from toolkit.system.machine import current_system


@pytest.mark.parametrize(
    ("machine", "kernel", "expected"),
    [
        ("x86_64", "Linux", "x86_64-linux"),
        ("arm64", "Darwin", "aarch64-darwin"),
        ("aarch64", "Linux", "aarch64-linux"),
        ("AMD64", "Darwin", "x86_64-darwin"),
    ],
)
def test_systems_are_named_as_nix_does(
    monkeypatch: pytest.MonkeyPatch, machine: str, kernel: str, expected: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.system", lambda: kernel)
    assert current_system() == expected
