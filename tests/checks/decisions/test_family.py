"""The whole family on the messy repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from toolkit.checking import Inspection, catalog, load

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.model import Finding

IDS = [one.id for one in catalog() if one.family == "decisions"]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("messy") / "a repository")


def right(found: Finding, place: dict[str, Any]) -> bool:
    if found.path == place.get("or_path"):
        return True
    last = place.get("until", place["line"])
    return bool(found.path == place["path"] and (place["line"] == 0 or place["line"] <= found.line <= last))


@pytest.mark.parametrize("name", IDS)
def test_exactly_what_the_messy_repository_holds(messy: Path, name: str) -> None:
    checks: Any = truth()["checks"]
    wanted = checks.get(name, {"findings": [], "severity": ""})
    told = list(load(name).run(Inspection(messy, {"PATH": os.environ["PATH"]})))
    found = [one for one in told if one.severity != "info"]

    assert [one for one in found if not any(right(one, place) for place in wanted["findings"])] == []
    assert [place for place in wanted["findings"] if not any(right(one, place) for one in told)] == []
    assert {one.severity for one in found} <= {wanted["severity"]}
