"""Evicted parts of git's own folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.files.away import AwaySeam
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.files import dataless_git

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.repository import Repository


def run(made: Repository, monkeypatch: pytest.MonkeyPatch, *paths: str) -> list[tuple[str, str]]:
    seam = AwaySeam(*paths)
    monkeypatch.setattr(dataless_git, "seam", lambda _: seam)
    return [(one.path, one.message) for one in load("dataless-git").run(Inspection(made.root, {}))]


def test_one_finding_for_all(repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository({"a": ""})

    assert run(made, monkeypatch, "a") == []
    assert [path for path, _ in run(made, monkeypatch, ".git/index")] == [".git/index"]
    ((path, message),) = run(made, monkeypatch, ".git/index", ".git/HEAD", ".git/refs")
    assert (path, message.split(" (")[0]) == (".git", "at least 3 of git's files")


def test_a_pointer_that_is_away(repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository({"a": ""})
    made.git("worktree", "add", "--quiet", "../other")
    other = type(made)(made.root.parent / "other")

    assert run(other, monkeypatch) == []
    assert [path for path, _ in run(other, monkeypatch, "other/.git")] == [".git"]
