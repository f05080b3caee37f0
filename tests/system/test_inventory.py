"""The inventory on real repositories with every unkindness that git and file systems allow."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import CannotCheckError
from toolkit.system.inventory import take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository


def test_tracked_loose_heavy_and_nested_are_told_apart(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": {"package.json": "{}", "src": {"a.ts": ""}}, ".gitignore": "node_modules\ndist\n"})
    repo.write(
        {
            "web": {"node_modules": {"x": {"package.json": "{}"}}, "dist": {"out.js": ""}, "new.ts": ""},
            "fresh": {"deep": {"Cargo.toml": ""}},
        }
    )
    repo.write({"inner": {"package.json": "{}"}})
    repo.git("init", "--quiet", "inner")

    found = take(repo.root)

    assert found.is_git
    assert found.tracked == (".gitignore", "web/package.json", "web/src/a.ts")
    assert found.loose == ("fresh/deep/Cargo.toml", "web/dist/out.js", "web/new.ts")
    assert found.heavy == ("web/node_modules",)
    assert found.nested == ("inner",)
    assert found.unreadable == ()


def test_named_leaves_out_what_git_ignores(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": {"package.json": "{}"}, ".gitignore": "out/\n"})
    repo.write({"out": {"package.json": "{}"}, "b": {"package.json": "{}"}})

    found = take(repo.root)

    assert sorted(found.named("package.json")) == ["a/package.json", "b/package.json"]
    assert found.ignored(["out/package.json", "b/package.json"]) == {"out/package.json"}


def test_named_leaves_out_what_was_deleted_or_moved_since_the_last_commit(
    repository: Callable[..., Repository],
) -> None:
    repo = repository({"old": {"package.json": "{}"}, "gone": {"package.json": "{}"}, "stays": {"package.json": "{}"}})
    (repo.root / "gone/package.json").unlink()
    (repo.root / "old").rename(repo.root / "new")
    (repo.root / "stays/package.json").unlink()
    (repo.root / "stays/package.json").symlink_to("nowhere")
    found = take(repo.root)
    assert list(found.named("package.json")) == ["stays/package.json", "new/package.json"]
    assert "gone/package.json" in found.tracked_set


def test_links_and_loops_are_listed_and_not_followed(repository: Callable[..., Repository], tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "package.json").write_text("{}")
    repo = repository({"a": {"package.json": "{}"}})
    os.symlink("..", repo.root / "a" / "loop")
    repo.commit()
    os.symlink(outside, repo.root / "leaves")

    found = take(repo.root)

    assert found.links == {"a/loop"}
    assert found.tracked == ("a/loop", "a/package.json")
    assert found.loose == ("leaves",)


@pytest.mark.real("linux")
def test_names_that_are_not_text_survive(repository: Callable[..., Repository]) -> None:
    repo = repository({"a\nb": {"package.json": "{}"}, "tab\there.txt": ""})
    raw = os.fsencode(repo.root) + b"/caf\xe9.txt"
    with open(raw, "wb"):
        pass
    repo.commit()

    found = take(repo.root)

    assert set(found.tracked) == {"a\nb/package.json", "caf\udce9.txt", "tab\there.txt"}
    assert os.fsencode(next(path for path in found.tracked if path.startswith("caf"))) == b"caf\xe9.txt"


def test_case_clashes_are_two_paths(repository: Callable[..., Repository]) -> None:
    repo = repository({"Readme.md": "1", "README.md": "2"})
    assert set(take(repo.root).tracked) == {"README.md", "Readme.md"}


def test_a_worktree_and_a_subfolder_are_roots_too(repository: Callable[..., Repository], tmp_path: Path) -> None:
    repo = repository({"a": {"x.txt": ""}, "b.txt": ""})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD")

    assert take(tmp_path / "tree").tracked == ("a/x.txt", "b.txt")
    assert take(repo.root / "a").tracked == ("x.txt",)


def test_a_submodule_is_a_gitlink(repository: Callable[..., Repository]) -> None:
    library = repository({"package.json": "{}"}, name="library")
    repo = repository({"a.txt": ""}, name="main")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "libs/library")
    repo.commit()

    found = take(repo.root)

    assert found.gitlinks == ("libs/library",)
    assert found.tracked == (".gitmodules", "a.txt")
    assert list(found.named("package.json")) == []


def test_without_git_the_folder_is_walked(tmp_path: Path) -> None:
    (tmp_path / "a" / "node_modules" / "x").mkdir(parents=True)
    (tmp_path / "a" / "package.json").write_text("{}")
    (tmp_path / "nested" / ".git").mkdir(parents=True)

    found = take(tmp_path)

    assert not found.is_git
    assert (found.tracked, found.loose, found.heavy, found.nested) == (
        (),
        ("a/package.json",),
        ("a/node_modules",),
        ("nested",),
    )
    assert list(found.named("package.json")) == ["a/package.json"]


def test_an_unreadable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.txt").write_text("")
    real = os.scandir

    def refuse(path: str) -> object:
        # Root reads every folder; only the refusal can be made up, not what follows from it.
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("toolkit.system.inventory.os.scandir", refuse)
    found = take(tmp_path)

    assert found.unreadable == ("closed",)
    assert found.loose == ("open.txt",)


def test_a_conflicted_path_stands_once(repository: Callable[..., Repository]) -> None:
    repo = repository({"f.txt": "base"})
    repo.git("switch", "--quiet", "-c", "other")
    repo.write({"f.txt": "theirs"})
    repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.write({"f.txt": "ours"})
    repo.commit()
    with pytest.raises(AssertionError, match="merge"):
        repo.git("merge", "other")

    assert take(repo.root).tracked == ("f.txt",)


def test_a_damaged_index_is_an_error_with_a_hint(repository: Callable[..., Repository]) -> None:
    repo = repository({"a.txt": ""})
    (repo.root / ".git" / "index").write_bytes(b"not an index, but long enough to be read as one" * 4)

    with pytest.raises(CannotCheckError) as caught:
        take(repo.root)

    assert "hydrate" in caught.value.hint
    assert caught.value.exit_code == 3


def test_folders_come_from_the_paths(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": {"b": {"c.txt": ""}}})
    assert take(repo.root).folders == {".", "a", "a/b"}


def test_a_bare_repository_is_walked_as_a_folder(repository: Callable[..., Repository], tmp_path: Path) -> None:
    repo = repository({"a.txt": ""})
    shutil.copytree(repo.root / ".git", tmp_path / "bare.git")
    repo.git("-C", str(tmp_path / "bare.git"), "config", "core.bare", "true")

    assert not take(tmp_path / "bare.git").is_git


def test_what_lies_beyond_a_link_or_in_a_submodule_is_not_ignored(repository: Callable[..., Repository]) -> None:
    repo = repository({"src": {"a.ts": ""}, ".gitignore": "*.log\n"})
    (repo.root / "linked").symlink_to("src")
    repo.git("add", "linked")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},inner")
    found = take(repo.root)

    assert found.links == {"linked"}
    assert found.gitlinks == ("inner",)
    assert found.ignored(("linked/b.log", "linked/", "inner/c.log", "src/d.log")) == {"src/d.log"}
    assert found.ignored(("linked/e.log",)) == frozenset()
    assert found.ignored(("/etc/x.log", "../y.log", "src/e.log")) == {"src/e.log"}
