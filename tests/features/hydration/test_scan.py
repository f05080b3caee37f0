"""What a scan tells apart, beside what is simply away."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.repository import Repository
from toolkit.features.hydration._areas import conflict_original, order
from toolkit.features.hydration.hydrate import Area, Item, Options, Silent, hydrate, scan
from toolkit.report import hydration as report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.repositories import CloudRepositories

pytestmark = pytest.mark.real("git")


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("index 2", "index"),
        ("main 13", "main"),
        ("a file 2.ts", "a file.ts"),
        ("notes (Anna's conflicted copy 2026-01-02).md", "notes.md"),
        ("version 1", ""),
        ("chapter 100", ""),
        ("2", ""),
        ("plain.ts", ""),
    ],
)
def test_names_of_conflict_copies(name: str, original: str) -> None:
    assert conflict_original(name) == original


def test_the_order_is_what_others_need_first() -> None:
    paths = [
        (".git/HEAD", Area.CONTROL),
        (".git/logs/HEAD", Area.CONTROL),
        (".git/objects/pack/p.idx", Area.OBJECTS),
        (".git/objects/ab/cdef", Area.OBJECTS),
        (".git/objects/pack/p.pack", Area.OBJECTS),
        ("web/.gitattributes", Area.TRACKED),
        ("web/package.json", Area.TRACKED),
        ("app.ts", Area.TRACKED),
        (".env", Area.UNTRACKED),
        ("node_modules/x", Area.REGENERABLE),
    ]
    items = [Item(path, 1, 0, area) for path, area in paths]

    assert sorted(items, key=order) == items


def test_notices_on_an_ordinary_file_system(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet")
    repository.write({"a.ts": "a", "a 2.ts": "a", "only 2.ts": "o", ".photo.png.icloud": "bplist"})
    repository.write({"node_modules": {"dep": {".git": {"HEAD": "x"}, "x 2.js": "", "x.js": ""}}})
    lock = repository.root / ".git/index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 7200,) * 2)

    survey = scan(repository.root)
    lines = report.plan(survey, None, Options(), capable=False)

    assert [(item.path, item.original, item.in_git) for item in survey.conflicts] == [("a 2.ts", "a.ts", False)]
    assert (survey.stubs, survey.regenerable, sorted(survey.repositories)) == (
        [".photo.png.icloud"],
        ["node_modules"],
        ["."],
    )
    assert "    .git/index.lock (2.0 h old)" in lines
    assert lines[0].startswith("no file of this file system can be evicted: ")


def test_a_damaged_index_leaves_open_what_is_tracked(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet")
    repository.write({"a.ts": "a"})
    repository.git("add", "a.ts")
    index = repository.root / ".git/index"
    index.write_bytes(index.read_bytes()[:40])

    assert scan(repository.root).repositories["."].entries is None


def test_a_split_index_is_asked_of_git(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet")
    repository.write({"a.ts": "a", "b.ts": "b"})
    repository.git("add", "--all")
    repository.git("update-index", "--split-index")

    assert sorted(scan(repository.root).repositories["."].entries or ()) == ["a.ts", "b.ts"]


@pytest.mark.real("fuse")
def test_worktrees_submodules_and_links_are_followed(in_cloud: CloudRepositories, tmp_path: Path) -> None:
    library = Repository(tmp_path / "library")
    library.git("init", "--quiet")
    library.write({"lib.rs": "l\n"})
    library.commit()
    repository = in_cloud({"a.ts": "a\n"})
    root = repository.root
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "vendor/lib")
    repository.commit("submodule")
    repository.git("worktree", "add", "--quiet", str(root.parent / "side"), "-b", "side")
    (root / ".git").rename(root / ".git.nosync")
    (root / ".git").symlink_to(".git.nosync")
    in_cloud.cloud.evict(root.parent)

    survey = scan(root)
    done = hydrate(root, Options(settle_s=0), Silent())

    areas = {item.path: item.area.value for item in survey.items}
    assert areas[".git.nosync/modules/vendor/lib/HEAD"] == "git control"
    assert areas["vendor/lib/.git"] == "git control"
    assert areas["vendor/lib/lib.rs"] == "work tree"
    assert done.failed == {}
    assert subprocess.run(["git", "status"], cwd=root / "vendor/lib", capture_output=True, check=False).returncode == 0
    side = scan(root.parent / "side")
    assert {item.area.value for item in side.items} == {"git control", "work tree"}  # its pointer is away
    assert hydrate(root.parent / "side", Options(settle_s=0), Silent()).failed == {}
    assert [item.path for item in scan(root.parent / "side").items] == []
