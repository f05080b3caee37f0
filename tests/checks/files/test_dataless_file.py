"""Evicted files, told by a listing and never opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.files.away import AwaySeam
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.files import dataless_file
from toolkit.model import Materialize
from toolkit.system.darwin import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.repository import Repository


def test_files_folders_and_many_of_one_place(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = repository({"a.txt": "abc", "here.txt": "", "web": dict.fromkeys("vwxyz", "12"), "gone": {"b": ""}})
    seam = AwaySeam("a.txt", *(f"web/{name}" for name in "vwxyz"), "gone")
    monkeypatch.setattr(dataless_file, "seam", lambda _: seam)
    found = list(load("dataless-file").run(Inspection(made.root, {})))

    assert places(found) == [("error", "a.txt", 0), ("error", "gone", 0), ("error", "web", 0)]
    by_path = {one.path: one for one in found}
    assert by_path["a.txt"].fixes[0].actions == (Materialize("a.txt", 3),)
    assert len(by_path["web"].fixes[0].actions) == 5
    assert by_path["gone"].fixes[0].safety == "manual"
    assert seam.policies == [Policy.OFF]


def test_an_ordinary_file_system(repository: Callable[..., Repository]) -> None:
    assert list(load("dataless-file").run(Inspection(repository({"a": ""}).root, {}))) == []
