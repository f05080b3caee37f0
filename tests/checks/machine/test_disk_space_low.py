"""Volumes that are nearly full, by what the system says of them."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("free", "severities"), [(100 * 1024**2, ["error"]), (2 * 1024**3, ["warning"]), (50 * 1024**3, [])]
)
def test_free_space(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, free: int, severities: list[str]
) -> None:
    status = SimpleNamespace(f_blocks=10**9, f_bavail=free // 4096, f_frsize=4096)
    monkeypatch.setattr(os, "statvfs", lambda _: status)
    found = inspect("disk-space-low", {"a": ""}, variables={"HOME": str(os.getcwd())})

    assert [one.severity for one in found][:1] == severities


def test_each_volume_once(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    status = SimpleNamespace(f_blocks=10**9, f_bavail=1, f_frsize=4096)
    monkeypatch.setattr(os, "statvfs", lambda _: status)
    monkeypatch.setattr(os, "stat", _one_device(os.stat))

    assert len(inspect("disk-space-low", {"a": ""}, variables={"HOME": os.getcwd()})) == 1


def _one_device(real: Callable[..., os.stat_result]) -> Callable[..., object]:
    def stat(place: object, **options: object) -> object:
        found = real(place, **options)
        return SimpleNamespace(
            **{name: getattr(found, name) for name in dir(found) if name.startswith("st_")} | {"st_dev": 7}
        )

    return stat
