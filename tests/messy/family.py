"""One family of checks over the messy repository, against the truth: what each family's own test asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.messy.build import truth
from toolkit.catalog import catalog, load
from toolkit.checking import Inspection
from toolkit.extension import signs_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.model import Finding

__all__ = ["expect_the_truth", "ids"]


def ids(family: str) -> list[str]:
    """The checks of a family."""
    return [one.id for one in catalog() if one.family == family]


def expect_the_truth(root: Path, name: str, variables: Mapping[str, str]) -> None:
    """A check finds in the messy repository what is expected, and nothing else above information.

    Args:
        root: the repository as ``build`` makes it.
        name: the check.
        variables: the environment; programs that are not on its ``PATH`` are left out.
    """
    checks: Any = truth()["checks"]
    wanted = checks.get(name, {"findings": [], "severity": ""})
    told = list(load(name).run(Inspection(root, variables)))
    found = [one for one in told if one.severity != "info"]
    listed = next(one for one in catalog() if one.id == name)
    assert [one.path for one in told if not listed.concerns(signs_of([one.path.rpartition("/")[2]]))] == []

    assert [one for one in found if not any(_right(one, place) for place in wanted["findings"])] == []
    assert [place for place in wanted["findings"] if not any(_right(one, place) for one in told)] == []
    assert {one.severity for one in found} <= {wanted["severity"]}


def _right(found: Finding, place: dict[str, Any]) -> bool:
    if found.path == place.get("or_path"):
        return True
    last = place.get("until", place["line"])
    return bool(found.path == place["path"] and (place["line"] == 0 or place["line"] <= found.line <= last))
