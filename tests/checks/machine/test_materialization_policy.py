"""The policy for evicted files, behind the seam."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.files.away import AwaySeam
from tests.repository import Repository
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.machine import materialization_policy
from toolkit.system.darwin import Policy

if TYPE_CHECKING:
    from pathlib import Path

CLOUD = "Library/Mobile Documents/com~apple~CloudDocs/x"


@pytest.mark.parametrize(
    ("place", "policy", "severities"),
    [
        (CLOUD, Policy.OFF, ["warning"]),
        (CLOUD, Policy.DEFAULT, ["warning"]),
        (CLOUD, Policy.ON, ["info"]),
        ("Developer/x", Policy.OFF, []),
    ],
)
def test_policies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, policy: Policy, severities: list[str]
) -> None:
    made = Repository(tmp_path / place)
    made.git("init", "--quiet")
    seam = AwaySeam()
    seam.switch = "darwin"
    monkeypatch.setattr(materialization_policy, "seam", lambda _: seam)
    monkeypatch.setattr(materialization_policy, "inherited", lambda _: policy)
    found = load("materialization-policy").run(Inspection(made.root, {"HOME": str(tmp_path)}))

    assert [one.severity for one in found] == severities


def test_an_ordinary_file_system(tmp_path: Path) -> None:
    made = Repository(tmp_path / CLOUD)
    made.git("init", "--quiet")

    assert list(load("materialization-policy").run(Inspection(made.root, {"HOME": str(tmp_path)}))) == []
