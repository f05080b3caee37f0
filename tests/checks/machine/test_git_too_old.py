"""Versions of git, told by a fake one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.commands import Completed
from toolkit.errors import CannotCheckError
from toolkit.system import git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("git version 2.10.1", ["error"]),
        ("git version 2.20.1 (Apple Git-117)", ["warning"]),
        ("git version 2.25.1", []),
        ("git version 2.51.0.windows.1", []),
        ("git version 3.0.0", []),
    ],
)
def test_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, severities: list[str]) -> None:
    monkeypatch.setattr(git, "git", lambda *_, **__: Completed(("git",), 0, text.encode(), b"", 0.0))

    assert [one.severity for one in load("git-too-old").run(Inspection(tmp_path, {}))] == severities


def test_no_answer_is_not_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "git", lambda *_, **__: Completed(("git",), 127, b"", b"", 0.0))

    with pytest.raises(CannotCheckError):
        list(load("git-too-old").run(Inspection(tmp_path, {})))
