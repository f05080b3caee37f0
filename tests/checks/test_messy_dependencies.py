"""The truth about the messy repository, for the families dependencies, toolchain, files and machine: no more, no less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from toolkit.model import Finding

IDS = (
    "case-clash",
    "dependency-undeclared",
    "dependency-unpinned-source",
    "dependency-version-skew",
    "git-unhealthy",
    "gitlink-undeclared",
    "install-script-present",
    "large-binary-tracked",
    "legacy-placeholder",
    "lockfile-conflict",
    "lockfile-in-member",
    "lockfile-integrity-missing",
    "lockfile-missing",
    "lockfile-orphan",
    "lockfile-stale",
    "package-manager-drift",
    "registry-token-committed",
    "toolchain-drift",
    "toolchain-file-ignored",
    "toolchain-unpinned",
    "workspace-member-claimed-twice",
    "workspace-member-missing",
)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    return Inspection(build(tmp_path_factory.mktemp("messy") / "a repository"), {})


def fits(found: Finding, wanted: dict[str, Any]) -> bool:
    if found.path == wanted.get("or_path"):
        return True
    last = wanted.get("until", wanted["line"])
    return found.path == wanted["path"] and (not wanted["line"] or wanted["line"] <= found.line <= last)


@pytest.mark.parametrize("name", IDS)
def test_exactly_the_truth(messy: Inspection, name: str) -> None:
    expected: Any = truth()
    wanted = expected["checks"][name]
    tolerated = {one["path"] for one in expected["tolerated"] if one["check"] == name}
    found = list(load(name).run(messy))
    hits = [[one for one in found if fits(one, place)] for place in wanted["findings"]]
    claimed = [one for group in hits for one in group]
    extra = [one for one in found if one not in claimed and one.severity != "info" and one.path not in tolerated]
    close = [
        place["path"]
        for place in wanted["near_misses"]
        for one in found
        if one not in claimed and one.severity != "info" and one.path == place["path"]
        if place["line"] in (0, one.line)
    ]

    assert [place["path"] for place, group in zip(wanted["findings"], hits, strict=True) if not group] == []
    assert {one.severity for one in claimed} == {wanted["severity"]}
    assert (extra, close) == ([], [])
