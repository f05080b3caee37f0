"""Repositories in folders that a cloud keeps, told by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.repository import Repository
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("Library/Mobile Documents/com~apple~CloudDocs/work/x", ["iCloud Drive"]),
        ("Library/CloudStorage/OneDrive-Harbor/x", ["OneDrive"]),
        ("Library/Mobile Documents/com~apple~CloudDocs/work.nosync/x", []),
        ("Developer/x", []),
    ],
)
def test_by_path(tmp_path: Path, place: str, names: list[str]) -> None:
    made = Repository(tmp_path / place)
    made.git("init", "--quiet")
    found = list(load("cloud-synced-root").run(Inspection(made.root, {"HOME": str(tmp_path)})))

    assert [(one.severity, one.path) for one in found] == [("warning", ".")] * len(names)
    assert [name for name in names if name not in found[0].message] == []
