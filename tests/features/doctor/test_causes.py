"""One cause, one finding: what :func:`told_once` keeps, and which checks share causes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.checks.onchain import crate
from tests.features.doctor.scripted import context_of
from toolkit.features.doctor import Order, examine
from toolkit.features.doctor._causes import told_once
from toolkit.model import Finding, Fix, Place, RemoveTree, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


WORKSPACE: dict[str, object] = {
    "Anchor.toml": "[programs.localnet]\n",
    "Cargo.toml": '[workspace]\nmembers = ["programs/*"]\n',
    "programs": {"one": crate("one"), "two": crate("two", instructions="a b"), "old": crate("old", anchor="0.29.0")},
}


def told(check: str, severity: Severity, *causes: str, fixes: tuple[Fix, ...] = (), path: str = "a") -> Finding:
    return Finding(check, "files", severity, path, f"{check} says", 3, causes=causes, fixes=fixes)


def test_the_gravest_speaks_and_takes_over_what_the_other_can_repair() -> None:
    data = Fix("remove it", "unsafe", (RemoveTree("a", "b", "outputs"),))
    by_hand = Fix("think", "manual")
    first = told("z", "error", "lock a", fixes=(by_hand,))
    other = told("a", "warning", "lock a", "lock b", fixes=(data,))

    (found,) = told_once([other, first])

    assert (found.check, found.fixes, found.evidence) == ("z", (data, by_hand), "a:3: a says")
    assert found.related == ()


def test_the_places_of_the_others_are_its_own_too() -> None:
    first = replace(told("a", "error", "x", path="one"), related=(Place("two", 1),))
    other = replace(told("b", "error", "x", path="two"), line=1, related=(Place("three", 0), Place("one", 3)))

    (found,) = told_once([first, other])

    assert found.places == (Place("one", 3), Place("two", 1), Place("three", 0))


def test_of_equal_severity_the_first_id_speaks() -> None:
    assert [one.check for one in told_once([told("b", "warning", "x"), told("a", "warning", "x")])] == ["a"]


def test_all_findings_of_one_check_and_of_other_causes_stay() -> None:
    found = [told("a", "warning", "x"), told("a", "warning", "x", path="b"), told("b", "info"), told("c", "info", "y")]

    assert told_once(found) == found


def test_a_repair_of_ones_own_is_kept_alone() -> None:
    mine, theirs = (Fix(name, "safe", (RemoveTree(name, "b", "outputs"),)) for name in ("mine", "theirs"))

    (found,) = told_once([told("a", "error", "x", fixes=(mine,)), told("b", "error", "x", fixes=(theirs,))])

    assert found.fixes == (mine,)


@pytest.mark.parametrize(
    ("tree", "checks"),
    [
        (
            {"package.json": '{"dependencies": {"a": "^1"}}', "run": "npm ci"},
            ["lockfile-missing", "workflow-cache-without-lock"],
        ),
        (
            {"package.json": '{"dependencies": {"a": "^1"}, "packageManager": "pnpm@9.1.0"}', "run": "npm ci"},
            ["lockfile-missing", "package-manager-drift"],
        ),
        (
            {
                "package.json": '{"dependencies": {"a": "^1"}}',
                "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
                "run": "npm ci",
            },
            ["package-manager-drift"],
        ),
        ({"package.json": '{"dependencies": {"a": "^1"}}', "run": "npm install"}, ["lockfile-missing"]),
    ],
)
def test_a_missing_lock_is_told_once_a_place(
    repository: Callable[..., Repository], tree: dict[str, object], checks: list[str]
) -> None:
    files = {name: content for name, content in tree.items() if name != "run"}
    steps = f"      - uses: actions/checkout@v4\n      - run: {tree['run']}\n"
    workflow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    made = repository({**files, ".github": {"workflows": {"ci.yml": workflow}}})

    found = examine(
        context_of(made),
        Order(only=("lockfile-missing", "workflow-cache-without-lock", "package-manager-drift")),
    )

    assert sorted(one.check for one in found.findings) == checks


def test_one_version_of_a_crate_is_told_once(repository: Callable[..., Repository]) -> None:
    made = repository(WORKSPACE)

    found = examine(context_of(made), Order(only=("dependency-version-skew", "anchor-version-mismatch")))

    assert [(one.check, one.path) for one in found.findings] == [("anchor-version-mismatch", "programs/old/Cargo.toml")]
    assert "dependency" not in found.findings[0].message
    assert "the workspace gets several copies" in found.findings[0].evidence


def test_what_is_accepted_speaks_for_nobody(repository: Callable[..., Repository]) -> None:
    made = repository({**WORKSPACE, "toolkit.toml": '[checks.severity]\nanchor-version-mismatch = "off"\n'})

    found = examine(context_of(made), Order(only=("dependency-version-skew", "anchor-version-mismatch")))

    assert [one.check for one in found.findings] == ["dependency-version-skew"]
