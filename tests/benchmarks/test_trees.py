"""The trees of the benchmarks have the size that was asked for, and are the same every time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.trees import large_repository, npm_subprojects
from tests.repository import Repository
from toolkit.commands import Command
from toolkit.system.process import run

if TYPE_CHECKING:
    from pathlib import Path


def tracked(root: Path) -> list[str]:
    return Repository(root).git("ls-files", "-z").split("\0")[:-1]


def head(root: Path) -> str:
    return Repository(root).git("rev-parse", "HEAD")


def test_npm_subprojects_are_installed_and_clean(tmp_path: Path) -> None:
    root = npm_subprojects(tmp_path / "npm", 3)

    assert len(tracked(root)) == 2 + 3 * 3
    assert Repository(root).git("status", "--short") == ""
    assert sorted(path.parent.parent.name for path in root.glob("services/*/node_modules/is-number")) == [
        "0000",
        "0001",
        "0002",
    ]


@pytest.mark.real("npm")
def test_the_lock_is_one_that_npm_takes_for_the_modules_it_finds(tmp_path: Path) -> None:
    root = npm_subprojects(tmp_path / "npm", 1)
    done = json.loads(_npm_ls(root / "services/0000"))

    assert done["dependencies"] == {"is-number": {"version": "7.0.0", "overridden": False}}
    assert "problems" not in done


def test_a_large_repository_has_the_numbers_asked_for(tmp_path: Path) -> None:
    root = large_repository(tmp_path / "large", 500, 900, modules=4)
    ignored = [path for path in root.glob("apps/*/node_modules/**/*") if path.is_file()]

    assert (len(tracked(root)), len(ignored)) == (500, 900)
    assert len(list(root.glob("apps/*/node_modules"))) == 4
    assert Repository(root).git("status", "--short") == ""


def test_the_same_numbers_give_the_same_commit(tmp_path: Path) -> None:
    first, second = (large_repository(tmp_path / name, 100, 10, modules=2) for name in ("first", "second"))

    assert head(first) == head(second)


def test_too_few_files_for_the_subprojects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="40 subprojects"):
        large_repository(tmp_path / "large", 10, 0)


def _npm_ls(folder: Path) -> str:
    return run(Command(("npm", "ls", "--json"), folder)).text
