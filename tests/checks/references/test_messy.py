"""The whole family over the messy repository: what is expected there, and nothing else above ``info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from toolkit.catalog import catalog, load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.model import Finding

IDS = tuple(one.id for one in catalog() if one.family == "references")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("messy") / "a repository")


@pytest.fixture(scope="module")
def inspection(messy: Path) -> Inspection:
    return Inspection(messy, {})


def expected() -> dict[str, Any]:
    checks: Any = truth()["checks"]
    return {name: check for name, check in checks.items() if check["family"] == "references"}


def tolerated(one: Finding) -> bool:
    listed: Any = truth()["tolerated"]
    return any(item["check"] == one.check and item["path"] == one.path for item in listed)


def fits(one: Finding, place: dict[str, Any]) -> bool:
    line = place["line"]
    here = one.path == place["path"] and (not line or line <= one.line <= place.get("until", line))
    return here or one.path == place.get("or_path")


def test_every_check_of_the_family_is_there() -> None:
    assert set(IDS) == set(expected())


@pytest.mark.parametrize("name", IDS)
def test_exactly_the_expected(inspection: Inspection, name: str) -> None:
    found = [one for one in load(name).run(inspection) if one.severity != "info"]
    wanted = expected()[name]["findings"]

    assert [place for place in wanted if not any(fits(one, place) for one in found)] == []
    surplus = [one for one in found if not any(fits(one, place) for place in wanted) and not tolerated(one)]
    assert [(one.path, one.line, one.message) for one in surplus] == []


@pytest.mark.parametrize("name", IDS)
def test_near_misses_stay_quiet(inspection: Inspection, name: str) -> None:
    found = [one for one in load(name).run(inspection) if one.severity != "info"]
    near = expected()[name]["near_misses"]

    assert [
        place for place in near if any(one.path == place["path"] and one.line == place["line"] for one in found)
    ] == []


@pytest.mark.parametrize("name", IDS)
def test_only_changed_files_are_reported_on(messy: Path, name: str) -> None:
    place = expected()[name]["findings"][0]
    focus = frozenset({place["path"], place.get("or_path", place["path"])})

    found = list(load(name).run(Inspection(messy, {}, focus)))

    assert any(fits(one, place) for one in found)
    assert {one.path for one in found} <= focus


def test_a_finding_lowered_in_a_copy_of_others(inspection: Inspection) -> None:
    assert all(one.severity == "info" for name in IDS for one in load(name).run(inspection) if one.vendored)
