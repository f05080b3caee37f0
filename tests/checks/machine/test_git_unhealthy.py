"""Damage to a repository, made on purpose."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

LONG_AGO = 1_740_830_400


def told(root: Path) -> list[tuple[str, str]]:
    return [(one.severity, one.path) for one in load("git-unhealthy").run(Inspection(root, {}))]


def objects(root: Path) -> list[Path]:
    return sorted(path for path in (root / ".git/objects").glob("??/*") if path.is_file())


def test_a_sound_repository(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    (made.root / ".git/index.lock").write_text("")  # a command runs right now

    assert told(made.root) == []


def test_old_locks_and_copies(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    lock = made.root / ".git/packed-refs.lock"
    lock.write_text("")
    os.utime(lock, (LONG_AGO, LONG_AGO))
    (made.root / ".git/refs/heads/main 2").write_text(made.git("rev-parse", "HEAD"))
    (made.root / ".git/index 2").write_text("")

    assert ("warning", ".git/packed-refs.lock") in told(made.root)
    assert {("error", ".git/refs/heads/main 2"), ("warning", ".git/index 2")} <= set(told(made.root))


def test_an_empty_object(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    victim = objects(made.root)[0]
    victim.chmod(0o644)
    victim.write_bytes(b"")

    assert told(made.root) == [("error", f".git/objects/{victim.parent.name}/{victim.name}")]


def test_a_missing_object(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1", "b": "2"})
    name = made.git("rev-parse", "HEAD:a").strip()
    (made.root / ".git/objects" / name[:2] / name[2:]).unlink()

    assert told(made.root) == [("error", ".git")]


def test_a_pack_without_its_index(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    made.git("gc", "--quiet")
    (index,) = (made.root / ".git/objects/pack").glob("*.idx")
    index.unlink()

    assert [severity for severity, _ in told(made.root)] == ["error"]


def test_partial_clones_lack_objects_by_design(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", made.root.as_uri(), "../partial")

    assert told(made.root.parent / "partial") == []


def test_no_repository_and_an_unborn_branch(repository: Callable[..., Repository], tmp_path: Path) -> None:
    assert told(tmp_path) == []
    assert told(repository({}, name="new", commit=False).root) == []


def test_a_linked_work_tree(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "1"})
    made.git("worktree", "add", "--quiet", "../other")

    assert told(made.root.parent / "other") == []
