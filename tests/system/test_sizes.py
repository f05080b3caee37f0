"""Sizes by content, shared among processes, and the erasing of what was moved aside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.system import quarantine
from toolkit.system.sizes import measure, measure_all


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "a tree"
    for outer in range(20):
        for inner in range(10):
            folder = top / f"{outer}" / f"caf\udce9 {inner}"
            folder.mkdir(parents=True)
            (folder / "file").write_bytes(b"x" * 10)
            (folder / "\n").write_bytes(b"")
    (top / "sparse").touch()
    os.truncate(top / "sparse", 1_000_000)
    (top / "link").symlink_to("/usr")
    os.link(top / "0" / "caf\udce9 0" / "file", top / "19" / "second name")
    return top


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_number_of_processes_counts_alike(tree: Path, processes: int) -> None:
    found = measure_all([str(tree)], processes)[str(tree)]

    assert (found.bytes, found.files, found.unreadable, found.dataless) == (1_000_000 + 2000 + 4, 403, 0, 0)
    assert found.newest == pytest.approx(max(os.lstat(p).st_mtime for p in tree.rglob("*") if not p.is_dir()), abs=1)


def test_several_paths_files_and_missing_ones(tree: Path) -> None:
    paths = [str(tree / "0"), str(tree / "1"), str(tree / "sparse"), str(tree / "none")]

    found = measure_all(paths)

    assert [found[path].bytes for path in paths] == [100, 100, 1_000_000, 0]
    assert found[str(tree / "none")].unreadable == 1
    assert measure(str(tree / "link")).bytes == 4


def test_moving_aside_is_a_rename(tree: Path, tmp_path: Path) -> None:
    inode = os.lstat(tree / "3").st_ino
    target = tmp_path / quarantine.FOLDER / "x" / "3"

    quarantine.move_aside(tree / "3", target)

    assert os.lstat(target).st_ino == inode
    assert not (tree / "3").exists()


@pytest.mark.real("linux")
def test_another_file_system_is_refused(tree: Path, tmp_path: Path) -> None:
    if os.lstat("/dev/shm").st_dev == os.lstat(tree).st_dev:
        pytest.skip("/dev/shm is no file system of its own here")
    with pytest.raises(ToolkitError, match="another file system"):
        quarantine.move_aside(tree, Path(f"/dev/shm/{tmp_path.name}/x"))
    assert tree.is_dir()
    os.rmdir(f"/dev/shm/{tmp_path.name}")


@pytest.mark.real("linux")
def test_a_mount_point_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError, match="mount point"):
        quarantine.move_aside(Path("/proc"), tmp_path / "x")
    assert "/proc" in quarantine.mounts_below(Path("/proc"))


@pytest.mark.real("unshare")
@pytest.mark.parametrize("name", ["plain", "sp ace", "Größe", "back\\slash\ttab"])
def test_a_mount_within_is_seen_whatever_its_name(tmp_path: Path, name: str) -> None:
    """One that is not seen is moved aside with its folder, and what lies in it is erased."""
    inner = tmp_path / "tree" / name
    inner.mkdir(parents=True)
    ask = "import sys, pathlib; from toolkit.system.quarantine import mounts_below as m; print(m(pathlib.Path(sys.argv[1])))"
    script = 'mount -t tmpfs none "$1" && exec "$2" -c "$3" "$4"'
    argv = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh"]
    done = subprocess.run(
        [*argv, str(inner), sys.executable, ask, str(tmp_path / "tree")],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.stdout == f"{[str(inner)]}\n"


def test_only_what_lies_in_a_quarantine_is_erased(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a tree"):
        quarantine.erase(tree)
    with pytest.raises(ValueError, match="quarantine"):
        quarantine.erase(tmp_path / quarantine.FOLDER)
    with pytest.raises(ValueError, match=r"\.\."):
        quarantine.erase(tmp_path / quarantine.FOLDER / ".." / "a tree")
    inside = tmp_path / quarantine.FOLDER / "one"
    quarantine.move_aside(tree, inside)
    (inside / "4").chmod(0)

    quarantine.erase(inside)

    assert not inside.exists()
    assert (tmp_path / quarantine.FOLDER).is_dir()
