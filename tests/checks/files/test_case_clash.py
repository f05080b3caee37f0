"""Names that are one on a Mac."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_files_and_folders(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "docs": {"Setup.md": "", "setup.md": ""},
        "Src": {"a": ""},
        "src": {"b": ""},
        "e\u0301.md": "",
        "\u00e9.md": "",
    }

    assert places(inspect("case-clash", tree)) == [
        ("error", "docs/setup.md", 0),
        ("warning", "src", 0),
        ("error", "\u00e9.md", 0),
    ]


def test_quiet_in_different_folders_and_untracked(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a": {"README.md": ""}, "b": {"readme.md": ""}, "a.md": ""}

    assert inspect("case-clash", tree, loose={"A.md": ""}) == []
