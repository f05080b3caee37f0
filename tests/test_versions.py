"""What people write as a version, and what it accepts."""

from __future__ import annotations

import pytest

from toolkit.errors import ConfigurationError
from toolkit.versions import is_exact, is_same, lowest, newest, overlap, satisfies, without_hash


@pytest.mark.parametrize(
    ("spec", "yes", "no"),
    [
        ("22", "22.0.0 22.22.3", "2.2.0 20.22.0 220.0.0 22.0.0-rc.1"),
        ("22.22", "22.22.3", "22.2.3 22.220.0"),
        ("22.22.3", "22.22.3 v22.22.3", "22.22.30 22.22.2"),
        ("v22.22.3", "22.22.3", "22.22.4"),
        ("22.x", "22.1.0", "23.0.0"),
        ("3.12.*", "3.12.9", "3.13.0"),
        (">=20 <23", "20.0.0 22.9.9", "19.9.9 23.0.0"),
        (">=3.11,<3.14", "3.11.0 3.13.9", "3.10.9 3.14.0"),
        (">=3.11, <3.14", "3.12.1", "3.14.0"),
        (">22", "23.0.0", "22.5.0"),
        ("<=22", "22.9.0 18.0.0", "23.0.0"),
        ("!=22", "21.0.0", "22.1.0"),
        ("^20.17.0 || >=22.9.0", "20.18.0 22.9.0 24.0.0", "20.16.0 21.0.0 22.8.0"),
        ("^0.32.1", "0.32.5", "0.33.0 0.32.0"),
        ("~1.2.3", "1.2.9", "1.3.0 1.2.2"),
        ("~1", "1.9.0", "2.0.0"),
        ("~=3.11", "3.11.0 3.99.0", "4.0.0 3.10.0"),
        ("~=3.11.2", "3.11.9", "3.12.0 3.11.1"),
        ("~> 1.14.0", "1.14.0 1.14.9", "1.15.0 1.11.4"),
        (">= 1.5, ~> 1.9", "1.9.0 1.11.4", "1.8.0 2.0.0"),
        (">=12 <14 || 14.2 - 14.9 || >14.10.0", "13.0.0 14.3.0 14.9.5 14.11.0", "14.1.0 14.10.0 11.0.0"),
        (">= 20", "20.0.0", "19.0.0"),
        ("1.57", "1.57", "1.5 1.570"),
        ("1.0.0-rc.2", "1.0.0-rc.2", "1.0.0 1.0.0-rc.1"),
        ("9.15.9+sha512.abcdef01", "9.15.9", "9.15.8"),
        ("", "1.0.0 22.1.0", "1.0.0-beta.1"),
        ("stable", "1.97.1", "1.98.0-nightly"),
        ("lts/jod", "22.23.2", "24.19.0"),
        ("lts/*", "24.19.0", "25.0.0-rc.1"),
    ],
)
def test_satisfies(spec: str, yes: str, no: str) -> None:
    wrong = [version for version in yes.split() if not satisfies(version, spec)]
    wrong += [version for version in no.split() if satisfies(version, spec)]
    assert wrong == []


@pytest.mark.parametrize("spec", ["banana", ">=", "22 banana", "1.2.3.x.4-", "^", "22;23", ">>22"])
def test_an_unreadable_version_is_a_configuration_error(spec: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        satisfies("22.0.0", spec)


def test_the_newest_is_by_number_and_without_pre_releases() -> None:
    assert newest(["9.9.0", "10.1.0", "10.10.0", "11.0.0-rc.1"], ">=9") == "10.10.0"
    assert newest(["1.0.0-rc.1", "1.0.0-rc.2"], "1.0.0-rc.2") == "1.0.0-rc.2"
    assert newest(["1.0.0"], "2") is None


def test_exactness_and_hashes() -> None:
    assert [is_exact(spec) for spec in ("22.22.3", "v1.0.0-rc.1", "9.1.0+sha512.ab12", "22", "^1.2.3", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert without_hash("pnpm@9.1.0+sha512.ab12") == "pnpm@9.1.0"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("22", ">=18", True),
        ("16", ">=20", False),
        ("22", ">=22.11.0", True),
        ("v22.16.0", "22", True),
        ("22.10.0", ">=22.11.0", False),
        ("3.10", ">=3.11,<3.14", False),
        ("3.12", "~=3.11", True),
        ("20", "^18 || >=20.5 <21", True),
        ("19", "^18 || >=20.5 <21", False),
        ("9.15.4", "8", False),
        ("1.89.0", "1.89", True),
        ("latest", "9", True),
        ("1.5", ">= 1.2, != 1.5", True),
        (">1.2", "1.2.5", False),
        ("18.x", "<=18", True),
        ("10 - 12", "12.5", True),
        ("10 - 12", "13", False),
    ],
)
def test_overlap(first: str, second: str, expected: bool) -> None:
    assert (overlap(first, second), overlap(second, first)) == (expected, expected)


def test_overlap_refuses_words() -> None:
    with pytest.raises(ConfigurationError):
        overlap("22", "newest please")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("^1.2", "^1.2.0", True),
        ("1.x", "1", True),
        (">= 1.2.3", ">=1.2.3", True),
        ("=v1.2.3", "1.2.3", True),
        ("~1", "~1.0.0", False),
        ("^1.2.0", "^1.3.0", False),
        ("^1.2.0-rc.1", "^1.2.0", False),
        ("latest", "*", False),
    ],
)
def test_ranges_that_are_written_in_two_ways(first: str, second: str, *, same: bool) -> None:
    assert is_same(first, second) is same


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("^4.x", "^5.x"),
        ("5.x", "5.1"),
        (">=1.2 <2", ">=1.10"),
        ("1.0.0-rc.1", "1.0.0"),
        ("workspace:*", "0.1"),
        ("", "x1 2"),
    ],
)
def test_ranges_in_the_order_of_their_first_versions(older: str, newer: str) -> None:
    assert lowest(older) < lowest(newer)
