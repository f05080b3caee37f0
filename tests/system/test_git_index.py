"""The index read without git gives what git itself lists, in every version and hash."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.repository import Repository
from toolkit.system import git_index
from toolkit.system.git_index import IndexFormatError, NeedsGitError

pytestmark = pytest.mark.real("git")


def listing(root: Path) -> str:
    argv = ["git", "ls-files", "--stage", "--debug", "-z"]
    return subprocess.run(argv, cwd=root, capture_output=True, check=True).stdout.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("version", [2, 3, 4])
def test_entries_are_those_of_git(tmp_path: Path, algorithm: str, version: int) -> None:
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet", f"--object-format={algorithm}")
    repository.write({f"d{n % 3}": {f"f{n}{'x' * (n % 20)} ü.txt": str(n)} for n in range(40)} | {"line\nbreak": "x"})
    repository.write({"d1": {os.fsdecode(b"not-utf8-\xff"): "y"}, "link": Path("d1")})
    repository.git("add", "--all")
    repository.git("update-index", "--index-version", str(version))
    if version == 3:
        repository.write({"later": ""})
        repository.git("add", "--intent-to-add", "later")

    entries = git_index.parse((repository.root / ".git/index").read_bytes())

    assert len(entries) > 5
    assert entries == git_index.parse_listing(listing(repository.root))
    assert [entry.path for entry in entries if git_index.is_link(entry)] == ["link"]
    entry = entries[0]
    status = (repository.root / entry.path).lstat()
    assert entry.matches(status.st_size, status.st_mtime_ns)
    assert not entry.matches(status.st_size + 1, status.st_mtime_ns)
    assert not entry.matches(status.st_size, status.st_mtime_ns + 1)


def test_damage_and_special_indexes_are_told(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet")
    repository.write({"a": "a", "b": "b"})
    repository.git("add", "--all")
    content = (repository.root / ".git/index").read_bytes()
    repository.git("update-index", "--split-index")
    split = (repository.root / ".git/index").read_bytes()

    for broken in (
        b"",
        b"DIRC",
        content[:40],
        b"x" + content[1:],
        content[:-1] + b"x",
        content[:60] + b"\xff" + content[61:],
    ):
        with pytest.raises(IndexFormatError):
            git_index.parse(broken)
    with pytest.raises(NeedsGitError):
        git_index.parse(split)
    with pytest.raises(IndexFormatError):
        git_index.parse_listing("nonsense\0 x: 1\n")
