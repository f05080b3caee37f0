"""The truth about the messy repository, and a check held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.messy.build import truth
from toolkit.catalog import catalog, load
from toolkit.checks import SILENT
from toolkit.extension import signs_of

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["expect_the_truth", "ids", "is_at", "is_tolerated"]


def ids(family: str) -> list[str]:
    """The checks of a family."""
    return [one.id for one in catalog() if one.family == family]


def is_at(path: str, line: int, place: dict[str, Any]) -> bool:
    """Whether a finding of the place's check, at a path and line, is the one that is expected there."""
    first = place["line"]
    here = path == place["path"] and (not first or first <= line <= place.get("until", first))
    return bool(here or path == place.get("or_path"))


def is_tolerated(check: str, path: str) -> bool:
    """Whether a finding is neither expected nor wrong."""
    listed: Any = truth()["tolerated"]
    return any(one["check"] == check and one["path"] == path for one in listed)


def expect_the_truth(messy: Inspection, name: str) -> None:
    """A check finds in the messy repository what is expected, and nothing else above information.

    Args:
        messy: the repository as ``build`` makes it.
        name: the check.
    """
    checks: Any = truth()["checks"]
    wanted = checks.get(name, {"findings": [], "near_misses": [], "severity": ""})
    told = list(load(name).run(messy))
    listed = next(one for one in catalog() if one.id == name)
    assert [one.path for one in told if name in SILENT and not messy.is_file(one.path)] == []
    assert [one.path for one in told if not listed.concerns(signs_of([one.path.rpartition("/")[2]]))] == []

    hits = [[one for one in told if is_at(one.path, one.line, place)] for place in wanted["findings"]]
    assert [place for place, group in zip(wanted["findings"], hits, strict=True) if not group] == []
    claimed = [one for group in hits for one in group]
    surplus = [one for one in told if one not in claimed and one.severity != "info"]
    assert [one for one in surplus if not is_tolerated(one.check, one.path)] == []
    assert [
        one
        for one in surplus
        if any(one.path == near["path"] and near["line"] in (0, one.line) for near in wanted["near_misses"])
    ] == []
    grades = [place.get("severity", wanted["severity"]) for place in wanted["findings"]]
    assert [one for grade, group in zip(grades, hits, strict=True) for one in group if one.severity != grade] == []
