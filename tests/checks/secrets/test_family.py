"""The whole family on the messy repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.messy.build import build
from tests.messy.family import expect_the_truth, ids

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("messy") / "a repository")


@pytest.mark.parametrize("name", ids("secrets"))
def test_exactly_what_the_messy_repository_holds(messy: Path, name: str) -> None:
    expect_the_truth(messy, name, {"PATH": os.environ["PATH"]})
