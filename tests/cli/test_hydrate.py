"""The tasks about evicted files as a person runs them: output, JSON, exit codes, nothing written by a plan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.repository import Repository
from tests.simulator.client import PROJECT
from toolkit.system import darwin, lock
from toolkit.system.darwin import Policy
from toolkit.system.dataless import FileState, seam
from toolkit.system.dataless import state as state_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repository import Tree
    from tests.simulator.client import Simulator
    from tests.simulator.repositories import CloudRepositories

MAIN = "from toolkit.cli.program import main; main()"


def toolkit(cwd: Path, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "HOME": str(home or os.environ.get("HOME", "/"))}
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def root(in_cloud: CloudRepositories) -> Path:
    tree: Tree = {"a.txt": "content\n", "docs": {"b.md": "b\n"}, ".gitignore": ".env\n", ".env": "K=v\n"}
    return in_cloud(tree, pack=False).root


@pytest.mark.real("fuse", "git")
def test_a_plan_without_the_index_says_what_the_run_does(cloud: Simulator, root: Path) -> None:
    for path in (".git/index", "a.txt", ".env"):
        cloud.evict(root / path)

    text = toolkit(root, "hydrate", "--plan")
    without = toolkit(root, "hydrate", "--plan", "--no-from-git", "--format", "json")
    planned = toolkit(root, "hydrate", "--plan", "--format", "json")
    done = toolkit(root, "hydrate", "--settle", "0", "--format", "json")

    rows = text.stdout.splitlines()[2:4]
    assert rows[0].endswith("download first")
    assert rows[1].endswith("from git what it has, once its index is here; the rest downloaded")
    plans = {item["path"]: item["plan"] for item in json.loads(planned.stdout)["dataless"]}
    assert plans == {".git/index": "download", "a.txt": "git or download", ".env": "git or download"}
    assert {item["plan"] for item in json.loads(without.stdout)["dataless"]} == {"download"}
    after = json.loads(done.stdout)
    assert (after["restored"], sorted(after["downloaded"])) == (["a.txt"], [".env", ".git/index"])


@pytest.mark.real("fuse", "git")
def test_scan_and_plan_say_what_is_away_and_write_nothing(cloud: Simulator, root: Path) -> None:
    cloud.evict(root / "a.txt")
    cloud.evict(root / ".env")
    darwin.set_attribute(str(root.parent), darwin.DOMAIN, b"com.apple.CloudDocs.iCloudDriveFileProvider/1")

    text = toolkit(root, "hydrate", "--scan")
    data = toolkit(root, "hydrate", "--plan", "--format", "json")
    check = toolkit(root, "hydrate", "--check")

    assert text.stdout.splitlines() == [
        f"iCloud Drive, told by com.apple.file-provider-domain-id on {root.parent}",
        "area       files  bytes  plan",
        "tracked        1    8 B  1 restored from git",
        "untracked      1    4 B  download",
        "next  toolkit hydrate",
    ]
    assert (text.returncode, text.stderr, data.returncode, check.returncode) == (0, "", 0, 1)
    document = json.loads(data.stdout)
    assert (document["schema_version"], document["capable"], document["provider"]["name"]) == (1, True, "iCloud Drive")
    assert document["dataless"] == [
        {"path": "a.txt", "bytes": 8, "area": "tracked", "plan": "git"},
        {"path": ".env", "bytes": 4, "area": "untracked", "plan": "download"},
    ]
    assert not (root / ".toolkit").exists()
    assert cloud.counts()["downloads"] == 0


@pytest.mark.real("fuse", "git")
def test_hydrate_ends_with_proof(cloud: Simulator, root: Path) -> None:
    cloud.evict(root)

    done = toolkit(root / "docs", "hydrate", "--settle", "0.1")
    again = toolkit(root, "hydrate", "--format", "json", "--settle", "0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "came from git and were not downloaded" in done.stdout
    assert "by content" in done.stdout and "git fsck clean" in done.stdout  # noqa: PT018
    assert (again.returncode, json.loads(again.stdout)["downloaded"]) == (0, [])
    assert (root / "a.txt").read_text() == "content\n"


@pytest.mark.real("fuse", "git")
def test_exit_codes_tell_apart(cloud: Simulator, root: Path, tmp_path: Path) -> None:
    cloud.evict(root / ".env")
    cloud.configure(offline=True)
    offline = toolkit(root, "hydrate", "--patience", "0.5", "--settle", "0")
    cloud.configure(offline=False)
    cloud.rule("*/.env", "errno", errno="EACCES")
    failed = toolkit(root, "hydrate", "--settle", "0")
    outside = toolkit(root, "hydrate", "--only", str(tmp_path))
    wrong = toolkit(root, "hydrate", "--budget", "lots")
    nowhere = toolkit(tmp_path, "hydrate")

    assert [done.returncode for done in (offline, failed, outside, wrong, nowhere)] == [3, 1, 2, 2, 2]
    assert "the provider is offline" in offline.stdout
    assert ".env: Permission denied" in failed.stdout
    assert "outside of the repository" in outside.stderr
    assert "is not a git repository" in nowhere.stderr


@pytest.mark.real("fuse", "git")
def test_evacuate_and_the_policy_from_the_command_line(cloud: Simulator, root: Path, tmp_path: Path) -> None:
    cloud.evict(root)
    inside = toolkit(root, "evacuate", str(root / "new"))
    planned = toolkit(root, "evacuate", str(tmp_path / "far/away/new"), "--plan")
    done = toolkit(root, "evacuate", str(tmp_path / "new"), "--settle", "0")
    cloud.evict(root / "a.txt")
    seam(root).set_policy(Policy.OFF)
    told = toolkit(root, "hydrate", "--scan")

    assert (planned.returncode, (tmp_path / "far").exists()) == (0, False)
    assert (inside.returncode, done.returncode) == (2, 0), done.stdout + done.stderr
    assert "compared byte by byte" in done.stdout
    assert (tmp_path / "new/a.txt").read_text() == "content\n"
    assert "materialization OFF" in told.stderr


@pytest.mark.real("fuse", "git")
def test_a_watch_waits_for_the_hydration_that_runs_before_it_brings_anything_back(cloud: Simulator, root: Path) -> None:
    """Each takes away what the other has staged, so they work one after the other."""
    state = root / ".toolkit"
    state.mkdir(exist_ok=True)
    watching = subprocess.Popen(
        [sys.executable, "-c", MAIN, "watch", "--hydrate", "--interval", "0.1", "--duration", "20"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert watching.stderr is not None
    watching.stdout.readline()
    with lock.hold(state / "hydrate.lock", "hydrate", lambda _: None):
        cloud.evict(root / "a.txt")
        assert "another hydrate works here" in watching.stderr.readline()
        assert state_of(str(root / "a.txt"), seam(root)) is FileState.DATALESS
    assert "brought back 1" in watching.stderr.readline()
    watching.terminate()
    watching.communicate(timeout=20)


@pytest.mark.real("fuse", "git")
def test_a_planned_evacuation_as_json_is_json(cloud: Simulator, root: Path, tmp_path: Path) -> None:
    cloud.evict(root / "a.txt")
    done = toolkit(root, "evacuate", str(tmp_path / "new"), "--plan", "--format", "json")
    assert (done.returncode, [item["path"] for item in json.loads(done.stdout)["dataless"]]) == (0, ["a.txt"])


@pytest.mark.real("git")
def test_where_nothing_can_be_evicted_that_is_said(tmp_path: Path) -> None:
    Repository(tmp_path).git("init", "--quiet")

    done = toolkit(tmp_path, "hydrate")
    pinned = toolkit(tmp_path, "hydrate", "--pin")

    assert (done.returncode, "no file of this file system can be evicted" in done.stdout) == (0, True)
    assert (pinned.returncode, "no provider to mark anything for" in pinned.stderr) == (1, True)


@pytest.mark.real("fuse", "git")
@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (
            "projects",
            0,
            "web: web/package.json cannot be read: it is not on this machine: invoke hydrate brings it back",
        ),
        ("relocate-workflows --plan", 3, "invoke hydrate brings it back"),
        ("clean --plan", 0, "nothing to clean"),
        ("init --plan", 1, "toolkit: init needs 2 files that are not on this machine: "),
        ("affected", 1, "toolkit: affected needs 2 files that are not on this machine"),
        ("build --plan", 1, "toolkit: build needs 2 files that are not on this machine"),
        ("bootstrap --check", 1, "toolkit: bootstrap needs 2 files that are not on this machine"),
        ("doctor --only workflows --format json", 1, '"check": "nested-workflow"'),
        ("info", 0, "no subproject and no [toolchain] asks for a tool"),
        ("history", 0, "nothing was applied here"),
        ("undo --plan", 0, "nothing to take back"),
    ],
)
def test_no_task_waits_for_a_provider_that_hangs(
    cloud: Simulator, root: Path, words: str, code: int, text: str
) -> None:
    """Only those that run a person's program, or bring files back, may read what is away."""
    files = {"package.json": '{"name": "w"}', ".github/workflows/ci.yml": "on: push\njobs: {}\n"}
    repository = Repository(root)
    repository.write({"web": files})
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "web")
    for name in files:
        cloud.evict(root / "web" / name)
    cloud.configure(hang=True)
    done = toolkit(root, *words.split())
    assert (done.returncode, text in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert cloud.counts()["downloads"] == 0


@pytest.mark.real("fuse", "git")
def test_what_run_starts_reads_as_the_terminal_does(cloud: Simulator, root: Path) -> None:
    cloud.evict(root / "a.txt")
    assert toolkit(root, "run", "--", "cat", "a.txt").stdout == "content\n"
