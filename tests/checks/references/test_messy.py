"""The whole family over the messy repository: what a change of one file tells of it, and how copies of others are graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from tests.messy.family import ids, is_at
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from pathlib import Path

IDS = ids("references")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("messy") / "a repository")


@pytest.fixture(scope="module")
def inspection(messy: Path) -> Inspection:
    return Inspection(messy, {})


def expected() -> dict[str, Any]:
    checks: Any = truth()["checks"]
    return {name: check for name, check in checks.items() if check["family"] == "references"}


def test_every_check_of_the_family_is_there() -> None:
    assert set(IDS) == set(expected())


@pytest.mark.parametrize("name", IDS)
def test_only_changed_files_are_reported_on(messy: Path, name: str) -> None:
    place = expected()[name]["findings"][0]
    focus = frozenset({place["path"], place.get("or_path", place["path"])})

    found = list(load(name).run(Inspection(messy, {}, focus)))

    assert any(is_at(one.path, one.line, place) for one in found)
    assert {one.path for one in found} <= focus


def test_a_finding_lowered_in_a_copy_of_others(inspection: Inspection) -> None:
    assert all(one.severity == "info" for name in IDS for one in load(name).run(inspection) if one.vendored)
