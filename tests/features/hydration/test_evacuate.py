"""A dirty repository with worktrees and a submodule leaves the synced tree whole, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.features.hydration.test_hydrate import FAST
from tests.repository import Repository
from tests.simulator.client import PROJECT, Simulator
from toolkit.errors import ExitCode, ToolkitError, UsageError
from toolkit.features.hydration.evacuate import NOTE, OLD_GIT, Evacuated, evacuate, evacuate_git
from toolkit.features.hydration.hydrate import Options, Silent
from toolkit.system import darwin

if TYPE_CHECKING:
    from tests.simulator.repositories import CloudRepositories, CloudRepository

pytestmark = pytest.mark.real("fuse", "git")

OPTIONS = Options(limits=FAST, settle_s=0)


def status(root: Path) -> str:
    return Repository(root).git("status", "--porcelain=v2", "--untracked-files=all", "-z")


def content(root: Path, *left_out: str) -> dict[str, tuple[Any, ...]]:
    """Every file with its bytes, mode and time, every link with its target."""
    found: dict[str, tuple[Any, ...]] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if os.path.relpath(os.path.join(folder, name), root) not in left_out]
        for name in (*names, *(name for name in folders if os.path.islink(os.path.join(folder, name)))):
            path = Path(folder, name)
            status = path.lstat()
            value = (
                (os.readlink(path),) if path.is_symlink() else (path.read_bytes(), status.st_mode, status.st_mtime_ns)
            )
            found[path.relative_to(root).as_posix()] = value
    return found


@pytest.fixture
def dirty(in_cloud: CloudRepositories, tmp_path: Path) -> CloudRepository:
    """Staged, changed, deleted, untracked and ignored files, a submodule, a worktree inside and one outside."""
    library = Repository(tmp_path / "library")
    library.git("init", "--quiet")
    library.write({"lib.rs": "fn lib() {}\n"})
    library.commit("library")
    made = in_cloud(
        {
            "src": {"a.ts": "a\n", "b.ts": "b\n", "gone.ts": "g\n", "link": Path("a.ts")},
            ".gitignore": ".env\nnode_modules/\ntarget/\ninside/\n",
            ".env": "KEY=value\n",
            "Cargo.toml": "[workspace]\n",
            "node_modules": {"dep": {"index.js": "1\n"}},
            "target": {"deploy": {"staking-keypair.json": "[1]\n", "staking.so": "so"}},
        }
    )
    made.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "vendor/lib")
    made.commit("submodule")
    made.git("worktree", "add", "--quiet", "inside", "-b", "inside")
    made.git("worktree", "add", "--quiet", str(tmp_path / "outside"), "-b", "outside")
    made.settled()
    made.write({"src": {"a.ts": "changed\n", "staged.ts": "s\n"}, "notes.txt": "untracked\n"})
    made.git("add", "src/staged.ts")
    (made.root / "src/gone.ts").unlink()
    return made


def test_everything_arrives_and_the_original_stays(dirty: CloudRepository, cloud: Simulator, tmp_path: Path) -> None:
    root, target = dirty.root, tmp_path / "Developer" / "repo"
    before, saved = status(root), content(root)
    cloud.evict(root)

    done = evacuate(root, target, OPTIONS, Silent(), None)

    arrived = content(target)
    cloud.restore(root)
    assert (done.hydrated.exit_code, done.target) == (ExitCode.OK, str(target))
    assert {path: value for path, value in content(root).items() if path != NOTE} == saved
    assert (status(target), status(root).replace(f"? {NOTE}\0", "")) == (before, before)
    regenerable = ("node_modules", "target")
    pointers = {".git/worktrees/inside/gitdir", "inside/.git"}
    expected = {
        path: value for path, value in saved.items() if not path.startswith(regenerable) and path not in pointers
    }
    assert {path: arrived.get(path) for path in expected} == expected
    assert set(arrived) - set(expected) == {"target/deploy/staking-keypair.json", *pointers}
    assert str(target) in (root / NOTE).read_text()
    assert (sorted(done.left_out), set(done.rewritten)) == (
        ["node_modules", "target"],
        {*pointers, str(tmp_path / "outside/.git")},
    )
    for tree in (target, target / "inside", tmp_path / "outside", target / "vendor/lib"):
        top = Repository(tree).git("rev-parse", "--git-dir").strip()
        assert os.path.realpath(tree / top).startswith(str(target)), tree
        assert Repository(tree).git("fsck", "--no-dangling") == ""
    assert str(root) in Repository(root / "inside").git("rev-parse", "--git-common-dir")


@pytest.mark.parametrize("case", ["exists", "inside", "around", "synced", "read-only", "no repository"])
def test_bad_targets_are_refused(in_cloud: CloudRepositories, cloud: Simulator, tmp_path: Path, case: str) -> None:
    root = in_cloud({"a": "a\n"}).root
    saved = content(root)
    target = tmp_path / "new"
    if case == "exists":
        target.mkdir()
    if case == "inside":
        target = root / "new"
    if case == "around":
        target = root.parent
        root.parent.joinpath("x").touch()
    if case == "synced":
        darwin.set_attribute(str(cloud.root), darwin.DOMAIN, b"com.microsoft.OneDrive-mac/1")
        target = cloud.root / "elsewhere"
    if case == "read-only":
        target = Path("/proc/new/repo")
    if case == "no repository":
        root = tmp_path
        target = tmp_path.parent / "new"
        saved = content(root)

    with pytest.raises(UsageError) as error:
        evacuate(root, target, OPTIONS, Silent(), None)

    assert {"synced": "OneDrive", "exists": "exists", "read-only": "cannot be written to"}.get(
        case, ""
    ) in error.value.message
    assert content(root) == saved


def test_no_room_and_a_copy_that_differs_leave_the_original(
    dirty: CloudRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolkit.features.hydration import evacuate as module
    from toolkit.system import copying

    saved = content(dirty.root)
    with monkeypatch.context() as patch:
        patch.setattr(module, "free_bytes", lambda _path: 10)
        with pytest.raises(ToolkitError, match="free in"):
            evacuate(dirty.root, tmp_path / "new", OPTIONS, Silent(), None)
    real = copying.copy

    def spoil(source: str, target: str, *rest: Any) -> None:
        real(source, target, *rest)
        Path(target, "src/b.ts").write_text("spoilt\n")

    monkeypatch.setattr(copying, "copy", spoil)
    with pytest.raises(ToolkitError, match=r"src/b\.ts: has other content"):
        evacuate(dirty.root, tmp_path / "new", OPTIONS, Silent(), None)

    assert not (tmp_path / "new").exists()
    assert content(dirty.root) == saved


PROGRAM = """
import sys
from pathlib import Path
from toolkit.features.hydration.hydrate import Limits, Options, Silent
from toolkit.features.hydration.evacuate import evacuate, evacuate_git
work = evacuate_git if sys.argv[3] == "git" else evacuate
limits = Limits(deadline_s=5, canary_s=5, reserve=0)
work(Path(sys.argv[1]), Path(sys.argv[2]), Options(limits=limits, settle_s=0), Silent(), None)
"""


def test_killed_at_any_moment_it_goes_on(dirty: CloudRepository, tmp_path: Path) -> None:
    root, target = dirty.root, tmp_path / "new"
    before, saved = status(root), content(root)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    for moment in (0.3, 0.5, 0.7, 0.9, 1.1, 1.3):
        child = subprocess.Popen([sys.executable, "-c", PROGRAM, str(root), str(target), "all"], env=environment)
        try:
            child.wait(moment)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        assert {path: value for path, value in content(root).items() if path != NOTE} == saved
        if target.exists():
            break
    if not target.exists():
        evacuate(root, target, OPTIONS, Silent(), None)

    assert status(target) == before
    assert content(target / "src") == content(root / "src")
    assert not target.with_name("new.evacuating").exists()


def test_only_the_git_folder_moves(dirty: CloudRepository, cloud: Simulator, tmp_path: Path) -> None:
    root, target = dirty.root, tmp_path / "gitdirs" / "repo.git"
    before, saved = status(root), content(root, ".git")
    old = content(root / ".git")
    cloud.evict(root / ".git")

    done: Evacuated = evacuate_git(root, target, OPTIONS, Silent(), None)

    assert done.target == str(target)
    assert (root / ".git").read_text() == f"gitdir: {target}\n"
    assert status(root) == before
    pointers = {"vendor/lib/.git", "inside/.git"}
    assert {
        path: value for path, value in content(root, ".git", OLD_GIT).items() if path not in {*pointers, ".git"}
    } == {path: value for path, value in saved.items() if path not in pointers}
    assert content(root / OLD_GIT) == old
    for tree in (root, root / "inside", tmp_path / "outside", root / "vendor/lib"):
        top = Repository(tree).git("rev-parse", "--absolute-git-dir").strip()
        assert top.startswith(str(target)), tree
        assert Repository(tree).git("fsck", "--no-dangling") == ""
    assert Repository(root / "vendor/lib").git("status", "--porcelain") == ""


def test_a_git_move_that_was_killed_between_its_two_steps_is_healed(
    in_cloud: CloudRepositories, tmp_path: Path
) -> None:
    root = in_cloud({"a": "a\n"}).root
    (root / ".git").rename(root / OLD_GIT)

    done = evacuate_git(root, tmp_path / "repo.git", OPTIONS, Silent(), None)

    assert done.target == str(tmp_path / "repo.git")
    assert status(root) == ""
