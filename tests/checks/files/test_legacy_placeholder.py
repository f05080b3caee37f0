"""Stubs of evicted files, and names that only look like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


STUB = b"bplist00\xd2\x01\x02NSURLNameKey"


def test_stubs_also_ignored_ones(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".gitignore": "*.icloud\n", "docs": {"other.md": ""}}
    found = inspect("legacy-placeholder", tree, loose={"docs": {".minutes.pdf.icloud": STUB, ".other.md.icloud": STUB}})

    assert places(found) == [("error", "docs/.minutes.pdf.icloud", 0), ("warning", "docs/.other.md.icloud", 0)]


def test_quiet_for_ordinary_files(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"weather.icloud": STUB, ".notes.icloud": "no property list", ".big.icloud": b"bplist00NSURL" + b"x" * 9000}

    assert inspect("legacy-placeholder", tree) == []


def test_a_stub_that_was_committed_or_cut_short(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"docs": {".plan.pdf.icloud": b"bplist00\xd1\x01"}, "a": {".x.mov.icloud": b"<?xml version='1.0'?><plist/>"}}

    assert places(inspect("legacy-placeholder", tree)) == [("error", "docs/.plan.pdf.icloud", 0)]
