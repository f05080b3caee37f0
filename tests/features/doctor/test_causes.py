"""One cause, one finding."""

from __future__ import annotations

from toolkit.features.doctor._causes import told_once
from toolkit.model import Finding, Fix, RemoveTree, Severity


def told(check: str, severity: Severity, *causes: str, fixes: tuple[Fix, ...] = (), path: str = "a") -> Finding:
    return Finding(check, "files", severity, path, f"{check} says", 3, causes=causes, fixes=fixes)


def test_the_gravest_speaks_and_takes_over_what_the_other_can_repair() -> None:
    data = Fix("remove it", "unsafe", (RemoveTree("a", "b", "outputs"),))
    by_hand = Fix("think", "manual")
    first = told("z", "error", "lock a", fixes=(by_hand,))
    other = told("a", "warning", "lock a", "lock b", fixes=(data,))

    (found,) = told_once([other, first])

    assert (found.check, found.fixes, found.evidence) == ("z", (data, by_hand), "a:3: a says")


def test_of_equal_severity_the_first_id_speaks() -> None:
    assert [one.check for one in told_once([told("b", "warning", "x"), told("a", "warning", "x")])] == ["a"]


def test_all_findings_of_one_check_and_of_other_causes_stay() -> None:
    found = [told("a", "warning", "x"), told("a", "warning", "x", path="b"), told("b", "info"), told("c", "info", "y")]

    assert told_once(found) == found


def test_a_repair_of_ones_own_is_kept_alone() -> None:
    mine, theirs = (Fix(name, "safe", (RemoveTree(name, "b", "outputs"),)) for name in ("mine", "theirs"))

    (found,) = told_once([told("a", "error", "x", fixes=(mine,)), told("b", "error", "x", fixes=(theirs,))])

    assert found.fixes == (mine,)
