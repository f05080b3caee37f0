"""Each check by itself over the messy repository: what is expected there, and nothing else above information."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from tests.messy.family import expect_the_truth
from toolkit.catalog import catalog
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from pathlib import Path


SIMULATED: Any = truth()["simulated"]
"""What depends on the machine more than on the repository."""


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    root: Path = build(tmp_path_factory.mktemp("messy") / "a repository")
    return Inspection(root, {"PATH": ""})


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No programs of others: what they say differs by version."""
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)


@pytest.mark.parametrize("name", [one.id for one in catalog() if one.id not in SIMULATED])
def test_exactly_what_the_messy_repository_holds(messy: Inspection, name: str) -> None:
    expect_the_truth(messy, name)
