"""Evicted repositories on a simulated provider, with real git: what fails before works after, and is proven."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.client import PROJECT
from toolkit.errors import ExitCode, ToolkitError, UsageError
from toolkit.features.hydration.hydrate import Limits, Options, Result, Silent, hydrate, scan
from toolkit.system.darwin import Policy
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from tests.repository import Tree
    from tests.simulator.repositories import CloudRepositories

pytestmark = pytest.mark.real("fuse", "git")

FAST = Limits(jobs=4, deadline_s=2, canary_s=1, backoff_s=0.05, reserve=0)
OPTIONS = Options(limits=FAST, settle_s=0)
SMALL: Tree = {
    "src": {f"file{i}.ts": f"export const value = {i};\n" * 20 for i in range(6)},
    "package.json": "{}\n",
    ".gitignore": ".env\nnode_modules/\n",
    ".env": "KEY=value\n",
    "node_modules": {"left": {"index.js": "module.exports = 1\n"}},
}


def bring(root: Path, **changes: Any) -> Result:
    from dataclasses import replace

    return hydrate(root, replace(OPTIONS, **changes), Silent())


def attempt(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)


def blobs(root: Path) -> dict[str, str]:
    """The object name of every tracked file as it is on disk."""
    paths = attempt(root, "ls-files").stdout.split("\n")[:-1]
    names = attempt(root, "hash-object", *paths).stdout.split()
    return dict(zip(paths, names, strict=True))


def in_index(root: Path) -> dict[str, str]:
    lines = attempt(root, "ls-files", "--stage").stdout.splitlines()
    return {line.split("\t")[1]: line.split()[1] for line in lines}


def test_work_tree_files_come_back_and_git_works_again(in_cloud: CloudRepositories, tmp_path: Path) -> None:
    repository = in_cloud(SMALL)
    root = repository.root
    in_cloud.cloud.evict(root / "src")
    os.utime(root / "src/file0.ts")  # git has to read it again
    in_cloud.cloud.rule("*/file0.ts", "short", bytes=10)
    short = attempt(root, "add", ".")
    in_cloud.cloud.ask("clear")
    in_cloud.cloud.evict(root / "src")
    seam(root).set_policy(Policy.OFF)
    deadlock = attempt(root, "add", ".")

    done = bring(root)

    assert (short.returncode, "short read while indexing src/file0.ts" in short.stderr) == (128, True)
    assert (deadlock.returncode, "Resource deadlock avoided" in deadlock.stderr) == (128, True)
    assert (done.exit_code, done.failed, done.fsck_state) == (ExitCode.OK, {}, "clean")
    for command in (["add", "--all"], ["status"], ["fsck"], ["clone", "--quiet", ".", str(tmp_path / "clone")]):
        assert attempt(root, *command).returncode == 0, command
    assert blobs(root) == in_index(root)


def test_the_git_folder_comes_first_and_is_never_called_corrupt(in_cloud: CloudRepositories) -> None:
    repository = in_cloud(SMALL)
    root = repository.root
    repository.write({"later.txt": "loose\n"})
    repository.commit("loose objects")
    repository.settled()
    before = in_index(root)
    in_cloud.cloud.evict(root)
    survey = scan(root)
    broken = attempt(root, "status")
    order_of = {item.path: place for place, item in enumerate(survey.items)}

    done = bring(root)

    areas = {item.area.value for item in survey.items}
    assert areas == {"git control", "git objects", "work tree", "regenerable"}
    assert (
        order_of[".git/HEAD"]
        < order_of[".git/index"]
        < min(place for path, place in order_of.items() if path.startswith(".git/objects/"))
    )
    assert broken.returncode != 0
    assert (done.exit_code, done.fsck, done.fsck_state) == (ExitCode.OK, "", "clean")
    assert {item.path for item in done.restored} >= {"src/file0.ts", "package.json", "later.txt"}
    assert [item.path for item in done.downloaded if not item.area.of_git] == [".env"]
    first = [path.partition("/repo/")[2] for path in in_cloud.cloud.counts()["order"]]
    assert max(first.index(".git/HEAD"), first.index(".git/index")) < min(
        place for place, path in enumerate(first) if ".git/objects/pack" in path
    )
    assert blobs(root) == before
    assert [item.area.value for item in scan(root).items] == ["regenerable"]


@pytest.mark.real("gcc")
def test_git_that_maps_files_as_on_a_mac(
    in_cloud: CloudRepositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = in_cloud(SMALL).root
    source = PROJECT / "tests/simulator/mmap.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(tmp_path / "mmap.so"), str(source), "-ldl"], check=True)
    monkeypatch.setenv("LD_PRELOAD", str(tmp_path / "mmap.so"))
    in_cloud.cloud.evict(root)
    in_cloud.cloud.restore(root / ".git")
    in_cloud.cloud.evict(root / ".git/index")
    in_cloud.cloud.evict(root / ".git/objects/pack")
    seam(root).set_policy(Policy.OFF)
    broken = attempt(root, "status")

    done = bring(root)

    assert (broken.returncode, "unable to map index file: Resource deadlock avoided" in broken.stderr) == (128, True)
    assert (done.exit_code, done.failed, done.fsck_state) == (ExitCode.OK, {}, "clean")
    assert attempt(root, "status", "--porcelain").stdout == ""


def test_evicted_folders_are_unknown_and_then_listed(in_cloud: CloudRepositories) -> None:
    root = in_cloud(SMALL).root
    in_cloud.cloud.evict(root, folders=True)

    survey = scan(root)
    done = bring(root)

    assert ([item.path for item in survey.unknown], survey.items) == (["."], [])
    assert (done.exit_code, done.failed) == (ExitCode.OK, {})
    assert scan(root).git_is_local
    assert [(item.path, item.area.value) for item in scan(root).unknown] == [("node_modules", "regenerable")]


def test_a_thousand_tracked_files_cost_no_download(in_cloud: CloudRepositories) -> None:
    tree = {f"d{i}": {f"f{j}.txt": f"{i} {j}\n" for j in range(50)} for i in range(20)}
    root = in_cloud({**tree, ".gitattributes": "*.txt text\n"}).root
    in_cloud.cloud.evict(root, glob="*/repo/d*")
    in_cloud.cloud.configure(offline=True)

    done = bring(root)

    counts = in_cloud.cloud.counts()
    assert (len(done.restored), done.exit_code, done.by_content) == (1000, ExitCode.OK, 1000)
    assert (counts["downloads"], counts["downloaded_bytes"]) == (0, 0)
    assert done.saved_bytes == sum(len(text) for folder in tree.values() for text in folder.values())
    assert blobs(root) == in_index(root)


def test_restored_files_keep_mode_time_and_line_endings(in_cloud: CloudRepositories) -> None:
    repository = in_cloud(
        {".gitattributes": "*.bat eol=crlf\n*.rot filter=rot\n", "run.bat": "echo\r\n", "go.sh": "#!/bin/sh\n"}
    )
    root = repository.root
    for name, program in (("smudge", "tr a-z n-za-m"), ("clean", "tr a-z n-za-m")):
        repository.git("config", f"filter.rot.{name}", program)
    repository.write({"secret.rot": "hello\n"})
    (root / "go.sh").chmod(0o755)
    repository.commit("filter")
    repository.settled()
    names = ("run.bat", "go.sh", "secret.rot", ".gitattributes")
    before = {
        name: ((root / name).read_bytes(), os.stat(root / name).st_mode, os.stat(root / name).st_mtime_ns)
        for name in names
    }
    for name in names:
        in_cloud.cloud.evict(root / name)

    done = bring(root)

    after = {
        name: ((root / name).read_bytes(), os.stat(root / name).st_mode, os.stat(root / name).st_mtime_ns)
        for name in names
    }
    assert (after, in_cloud.cloud.counts()["downloads"], len(done.restored)) == (before, 0, 4)
    assert attempt(root, "status", "--porcelain").stdout == ""


def test_nothing_is_rebuilt_while_the_attributes_are_away(in_cloud: CloudRepositories) -> None:
    repository = in_cloud({"readme": "r\n"})
    root = repository.root
    for name in ("smudge", "clean"):
        repository.git("config", f"filter.rot.{name}", "tr a-z n-za-m")
    repository.write({".gitattributes": "*.rot filter=rot\n", "secret.rot": "hello\n"})
    repository.commit("filter")
    repository.settled()
    os.utime(root / ".gitattributes")  # git cannot vouch for it any more
    in_cloud.cloud.evict(root / ".gitattributes")
    in_cloud.cloud.evict(root / "secret.rot")
    in_cloud.cloud.configure(offline=True)

    offline = bring(root)
    in_cloud.cloud.configure(offline=False)
    done = bring(root)

    assert (offline.restored, set(offline.failed)) == ([], {".gitattributes", "secret.rot"})
    assert ([item.path for item in done.downloaded], [item.path for item in done.restored]) == (
        [".gitattributes"],
        ["secret.rot"],
    )
    assert (root / "secret.rot").read_text() == "hello\n"


def test_a_changed_file_is_downloaded_and_not_replaced_by_the_blob(in_cloud: CloudRepositories) -> None:
    root = in_cloud(SMALL).root
    (root / "src/file1.ts").write_text("my own unfinished work\n")
    in_cloud.cloud.evict(root / "src/file1.ts")

    done = bring(root)

    assert [item.path for item in done.downloaded] == ["src/file1.ts"]
    assert (root / "src/file1.ts").read_text() == "my own unfinished work\n"
    assert (done.by_content, done.by_length) == (0, 1)


def test_scan_opens_nothing_but_a_local_index(in_cloud: CloudRepositories) -> None:
    root = in_cloud(SMALL).root
    in_cloud.cloud.evict(root / "src")
    before = in_cloud.cloud.counts()["opened"]

    survey = scan(root)
    counts = in_cloud.cloud.counts()
    opened = {
        path.partition("/repo/")[2]: n - before.get(path, 0)
        for path, n in counts["opened"].items()
        if n != before.get(path, 0)
    }

    assert len(survey.items) == 6
    assert opened == {".git/index": 1}
    in_cloud.cloud.evict(root / ".git")
    before = in_cloud.cloud.counts()["opened"]
    scan(root)
    counts = in_cloud.cloud.counts()
    assert (counts["opened"], counts["downloads"]) == (before, 0)


@pytest.mark.parametrize(("trouble", "verdict"), [({"hang": True}, "wedged"), ({"offline": True}, "offline")])
def test_a_provider_that_does_not_serve_is_given_up_in_seconds(
    in_cloud: CloudRepositories, trouble: dict[str, bool], verdict: str
) -> None:
    root = in_cloud(SMALL).root
    in_cloud.cloud.evict(root / "src")
    in_cloud.cloud.evict(root / ".env")
    in_cloud.cloud.configure(**trouble)

    done = bring(root)
    again = bring(root)
    in_cloud.cloud.configure(hang=False, offline=False)
    healed = bring(root)

    assert (done.verdict, done.exit_code, list(done.failed)) == (verdict, ExitCode.UNKNOWN, [".env"])
    assert len(done.restored) == 6  # git needs no provider
    assert again.exit_code == ExitCode.UNKNOWN
    assert (healed.exit_code, [item.path for item in healed.downloaded]) == (ExitCode.OK, [".env"])


def test_one_hanging_file_does_not_stop_the_others(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"a": "a\n"}).root
    for number in range(12):
        (root / f"u{number}.txt").write_text("u\n")
    in_cloud.cloud.evict(root, glob="*/u*.txt")
    in_cloud.cloud.rule("*/u3.txt", "hang", on="download")

    done = bring(root)

    assert (done.exit_code, done.verdict, set(done.failed)) == (ExitCode.FAILED, "", {"u3.txt"})
    assert "no answer in" in done.failed["u3.txt"]
    assert len(done.downloaded) == 11


def test_flaky_and_short_reads_are_tried_again(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"a": "a\n"}).root
    for number in range(6):
        (root / f"u{number}.txt").write_text("content\n")
    in_cloud.cloud.evict(root, glob="*/u*.txt")
    in_cloud.cloud.rule("*/u0.txt", "errno", on="download", errno="ETIMEDOUT", times=2)
    in_cloud.cloud.rule("*/u1.txt", "errno", on="download", errno="EIO", times=1)
    in_cloud.cloud.rule("*/u2.txt", "short", bytes=3, times=1)
    in_cloud.cloud.rule("*/u3.txt", "errno", errno="EACCES")
    in_cloud.cloud.rule("*/u4.txt", "short", bytes=0)

    done = bring(root)

    assert set(done.failed) == {"u3.txt", "u4.txt"}
    assert done.failed["u3.txt"] == "Permission denied"
    assert done.failed["u4.txt"].startswith("short read")
    assert {item.path for item in done.downloaded} == {"u0.txt", "u1.txt", "u2.txt", "u5.txt"}


def test_what_is_taken_back_is_reported_and_not_fought_for(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"a": "a\n"}).root
    (root / "u.txt").write_text("u\n")
    in_cloud.cloud.evict(root / "u.txt")
    in_cloud.cloud.configure(reevict_after=1.5, reevict_times=1)

    done = bring(root, settle_s=3.0)

    assert (done.exit_code, done.again) == (ExitCode.FAILED, ["u.txt"])
    in_cloud.cloud.configure(reevict_after=0.01, reevict_times=-1)
    endless = bring(root, settle_s=0.3)
    assert endless.exit_code == ExitCode.FAILED
    assert in_cloud.cloud.counts()["downloads"] < 8


def test_budget_paths_and_room(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"a": "a\n"}).root
    for name in ("one", "two"):
        (root / f"{name}.bin").write_bytes(b"x" * 1000)
    in_cloud.cloud.evict(root, glob="*.bin")

    with pytest.raises(ToolkitError, match="stay free"):
        bring(root, limits=Limits(reserve=10**18))
    capped = bring(root, limits=Limits(reserve=0, budget=1500))
    chosen = bring(root, paths=("two.bin",))

    assert capped.failed == {"two.bin": "over the budget of 1500 bytes"}
    assert [item.path for item in chosen.downloaded] == ["two.bin"]


def test_conflict_refs_move_only_where_nothing_is_lost(in_cloud: CloudRepositories) -> None:
    repository = in_cloud(SMALL)
    root = repository.root
    first = repository.git("rev-parse", "HEAD").strip()
    lost = repository.git("commit-tree", "-m", "lost", "HEAD^{tree}").strip()
    in_cloud.cloud.conflict(root / ".git/refs/heads/main") if (root / ".git/refs/heads/main").exists() else None
    (root / ".git/refs/heads").mkdir(exist_ok=True)
    (root / ".git/refs/heads/main 2").write_text(first + "\n")
    (root / ".git/refs/heads/main 3").write_text(lost + "\n")
    in_cloud.cloud.conflict(root / ".git/index")
    in_cloud.cloud.conflict(root / "package.json")

    done = bring(root)

    moved = {item.path: bool(item.moved_to) for item in done.settled}
    assert moved == {".git/refs/heads/main 2": True, ".git/refs/heads/main 3": False, ".git/index 2": True}
    assert not (root / ".git/refs/heads/main 2").exists()
    assert (root / ".git/refs/heads/main 3").read_text() == lost + "\n"
    assert lost[:8] in next(item.reason for item in done.settled if not item.moved_to)
    assert [item.path for item in done.survey.conflicts if not item.in_git] == ["package 2.json"]


def test_objects_can_come_from_the_remote(in_cloud: CloudRepositories, tmp_path: Path) -> None:
    repository = in_cloud(SMALL)
    root = repository.root
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git"))
    repository.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repository.write({"unpushed.txt": "mine\n"})
    repository.commit("unpushed")
    repository.settled()
    packs = {path.name for path in (root / ".git/objects/pack").iterdir()}
    in_cloud.cloud.evict(root / ".git/objects")

    done = bring(root, objects_from="origin")

    downloaded = {item.path.rpartition("/")[2] for item in done.downloaded}
    assert (done.exit_code, done.fsck_state) == (ExitCode.OK, "clean")
    assert not any(name.endswith(".pack") for name in downloaded & packs)
    assert any(item.path.endswith(".pack") for item in done.refetched)
    assert attempt(root, "cat-file", "-p", "HEAD:unpushed.txt").stdout == "mine\n"


def test_real_npm_reads_again_what_was_evicted(in_cloud: CloudRepositories) -> None:
    if attempt(Path("/"), "--version").returncode or not any(
        (Path(folder) / "npm").exists() for folder in os.environ["PATH"].split(":")
    ):
        pytest.skip("npm is not on PATH")
    package = '{"name": "web", "version": "1.0.0", "dependencies": {"dep": "file:./dep"}}\n'
    root = in_cloud({"package.json": package, "dep": {"package.json": '{"name": "dep", "version": "2.0.0"}\n'}}).root
    in_cloud.cloud.evict(root, glob="*/repo/*package.json")
    (root / "node_modules").mkdir()
    seam(root).set_policy(Policy.OFF)

    def npm() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["npm", "install", "--offline", "--no-audit", "--no-fund"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )

    before = npm()
    done = bring(root)
    after = npm()

    assert before.returncode != 0
    assert (done.exit_code, after.returncode) == (ExitCode.OK, 0)
    assert (root / "node_modules/dep/package.json").exists()


@pytest.mark.parametrize("case", ["missing", "plain", "bare", "renamed"])
def test_bad_roots_are_refused(case: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    if case != "missing":
        root.mkdir()
    if case == "bare":
        attempt(root, "init", "--bare", "--quiet")
    if case == "renamed":
        (root / ".git 2").mkdir()
    expected = {"missing": "cannot be looked at", "plain": "not a git", "bare": "bare", "renamed": "renamed"}[case]

    with pytest.raises(UsageError, match=expected):
        bring(root)


KILLED = """
import sys
from pathlib import Path
from toolkit.features.hydration.hydrate import Limits, Options, Silent, hydrate
limits = Limits(jobs=4, deadline_s=5, canary_s=5, backoff_s=0.05, reserve=0)
sys.exit(int(hydrate(Path(sys.argv[1]), Options(limits=limits, settle_s=0, fsck="quick"), Silent()).exit_code))
"""


def readers() -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"toolkit.system.reader" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found


def test_killed_fifty_times_loses_nothing(in_cloud: CloudRepositories) -> None:
    tree = {f"f{i}.txt": f"{i}\n" * 10 for i in range(12)}
    root = in_cloud(tree).root
    for number in range(4):
        (root / f"u{number}.txt").write_text(f"mine {number}\n")
    before = {path: (root / path).read_bytes() for path in (*tree, "u0.txt", "u1.txt", "u2.txt", "u3.txt")}
    in_cloud.cloud.configure(latency=0.02)
    chance = random.Random(20260101)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    finished = 0
    for _ in range(50):
        in_cloud.cloud.evict(root)
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(root)], env=environment)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(chance.uniform(0.08, 0.5))
        child.kill()
        finished += child.wait() == 0
    end = time.monotonic() + 5
    while readers() and time.monotonic() < end:
        time.sleep(0.1)
    orphans = readers()

    done = bring(root)

    assert orphans == set()
    assert (done.exit_code, done.fsck_state) == (ExitCode.OK, "clean")
    assert {path: (root / path).read_bytes() for path in before} == before
    assert [path.name for path in root.iterdir() if path.name.startswith(".toolkit-")] == []
    assert list((root / ".git").glob("*.lock")) == []
    assert attempt(root, "status", "--porcelain").stdout.splitlines() == [f"?? u{n}.txt" for n in range(4)]
    assert finished < 50
