"""The guard before tasks that read a repository, and what it costs where nothing can be evicted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ToolkitError
from toolkit.features.hydration import guard, require_local

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.repositories import CloudRepositories


def test_an_ordinary_file_system_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(os, "lstat", asked.append)

    assert guard(tmp_path, ("package.json",) * 1000, areas=("git control", "tracked")) == ()
    assert asked == []


@pytest.mark.real("fuse", "git")
def test_needed_files_that_are_away_are_named(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"web": {"package.json": "{}\n", "package-lock.json": "{}\n"}, "docs": {"a.md": "a\n"}}).root
    in_cloud.cloud.evict(root / "docs")
    needed = ("web/package.json", "web/package-lock.json")
    require_local(root, "bootstrap", needed, areas=("git control",))
    in_cloud.cloud.evict(root / "web", folders=True)
    in_cloud.cloud.evict(root / ".git/index")

    assert guard(root, needed) == needed
    assert guard(root, (), areas=("git control",)) == (".git/index",)
    assert (
        guard(root, (), areas=("work tree",)) == ("docs/a.md",)
        or guard(root, (), areas=("work tree",))[0] == "docs/a.md"
    )
    with pytest.raises(ToolkitError) as error:
        require_local(root, "bootstrap", needed)

    assert error.value.message == (
        "bootstrap needs 2 files that are not on this machine: web/package.json, web/package-lock.json"
    )
    assert error.value.hint == "invoke hydrate, or invoke bootstrap --hydrate for both"
    assert in_cloud.cloud.counts()["downloads"] == 0
