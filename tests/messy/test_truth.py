"""The doctor over the messy repository, as a user starts it: exactly what is expected, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.messy.build import build, truth
from tests.messy.family import is_at, is_tolerated
from tests.program import toolkit


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root: Path = build(tmp_path_factory.mktemp("truth") / "a repository")
    done = toolkit(root, "doctor", "--format", "json")
    assert done.code == 1, done.err
    return done.json


def expected() -> Any:
    """The truth as plain JSON data."""
    return truth()


def test_every_id_runs_and_none_is_unknown(document: Any) -> None:
    known = {check["id"]: check["status"] for check in document["checks"]}
    wanted = {*expected()["checks"], *expected()["simulated"]}
    assert wanted - known.keys() == set()
    assert {name: status for name, status in known.items() if status == "unknown"} == {}


def test_everything_that_is_expected_is_found(document: Any) -> None:
    missing = [
        (name, place["path"], place["line"])
        for name, check in expected()["checks"].items()
        for place in check["findings"]
        if not any(
            finding["check"] == name and is_at(finding["path"], finding["line"], place)
            for finding in document["findings"]
        )
    ]
    assert missing == []


def test_other_places_are_lines_of_files(document: Any) -> None:
    root = Path(document["root"])
    related = [(one["check"], place) for one in document["findings"] for place in one["related"]]

    assert related
    assert [
        (check, place) for check, place in related if not (root / place["path"]).exists() or not _has(root, **place)
    ] == []


def _has(root: Path, path: str, line: int) -> bool:
    return line == 0 or line <= (root / path).read_bytes().count(b"\n") + 1


def test_nothing_else_is_found(document: Any) -> None:
    checks = expected()["checks"]
    surplus = [
        (finding["check"], finding["path"], finding["line"], finding["message"])
        for finding in document["findings"]
        if finding["severity"] != "info"
        and finding["check"] not in expected()["simulated"]
        and not any(
            is_at(finding["path"], finding["line"], place)
            for place in checks.get(finding["check"], {"findings": ()})["findings"]
        )
        and not is_tolerated(finding["check"], finding["path"])
    ]
    assert surplus == []
