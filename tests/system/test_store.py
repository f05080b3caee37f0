"""The tool cache: whole or not there, whoever else works in it or was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.system.store import Store, default_folder

PROJECT = Path(__file__).parents[2]
WHO = {"parts": ["sha256-x"]}
MAKER = """
import os, sys, time
from pathlib import Path
from toolkit.system.store import Store
store, journal, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
def make(content, scratch):
    with journal.open("a") as stream:
        stream.write(f"{os.getpid()}\\n")
    (scratch / "archive").write_bytes(b"x" * 1000)
    for number in range(50):
        (content / f"file{number}").write_text(str(number))
    print("half", flush=True)
    time.sleep(seconds)
    (content / "last").write_text("whole")
print(Store(store).obtain("node-1", {"parts": ["sha256-x"]}, make), flush=True)
"""


def start(folder: Path, journal: Path, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAKER, str(folder), str(journal), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def fill(content: Path, scratch: Path) -> None:
    (scratch / "archive").write_text("x")
    (content / "last").write_text("whole")


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "tmp").iterdir())


def test_made_once_and_found_again(tmp_path: Path) -> None:
    store, calls = Store(tmp_path / "store"), []
    assert store.find("node-1", WHO) is None

    def make(content: Path, scratch: Path) -> None:
        calls.append(content)
        fill(content, scratch)

    first = store.obtain("node-1", WHO, make)
    assert (store.obtain("node-1", WHO, make), store.find("node-1", WHO)) == (first, first)
    assert len(calls) == 1
    assert sorted(path.name for path in first.iterdir()) == [".complete.json", "last"]
    assert left_over(store.folder) == []


def test_another_identity_is_another_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = {store.name("node-1", who) for who in (WHO, {"parts": ["sha256-y"]}, {"parts": ["sha256-x", "sha256-y"]})}
    assert len(names) == 3
    assert store.name("@scope/tool 1", WHO).endswith("--scope-tool-1")


def test_a_maker_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    def fail(content: Path, _scratch: Path) -> None:
        (content / "half").write_text("x")
        raise ToolkitError("no")

    with pytest.raises(ToolkitError, match="no"):
        store.obtain("node-1", WHO, fail)
    assert store.find("node-1", WHO) is None
    assert left_over(store.folder) == []
    assert (store.obtain("node-1", WHO, fill) / "last").read_text() == "whole"


def test_several_processes_make_it_once(tmp_path: Path) -> None:
    folder, journal = tmp_path / "store", tmp_path / "journal"
    running = [start(folder, journal, 0.2) for _ in range(4)]
    results = [process.communicate()[0].split() for process in running]
    assert {process.returncode for process in running} == {0}
    assert len({result[-1] for result in results}) == 1
    assert len(journal.read_text().split()) == 1
    assert (Path(results[0][-1]) / "last").read_text() == "whole"


def test_a_killed_maker_leaves_no_entry_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    folder, journal = tmp_path / "store", tmp_path / "journal"
    victim = start(folder, journal, 60)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "half\n"
    waiting = start(folder, journal, 0)  # must take over when the lock's holder dies
    time.sleep(0.1)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    out, _ = waiting.communicate()
    entry = Path(out.split()[-1])
    assert len(list(entry.iterdir())) == 52
    assert left_over(folder) == []
    assert len(journal.read_text().split()) == 2


def test_an_entry_that_lost_its_marker_is_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    entry = store.obtain("node-1", WHO, fill)
    (entry / ".complete.json").unlink()
    (entry / "last").unlink()
    (entry / "stray").write_text("x")
    assert store.find("node-1", WHO) is None
    assert store.obtain("node-1", WHO, fill) == entry
    assert sorted(path.name for path in entry.iterdir()) == [".complete.json", "last"]


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(ToolkitError, match="cannot be written") as caught:
        Store(blocked / "store").obtain("node-1", WHO, fill)
    assert "TOOLKIT_CACHE" in caught.value.hint


@pytest.mark.real("linux", "root")
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        store = Store(disk / "store")

        def big(content: Path, _scratch: Path) -> None:
            (content / "big").write_bytes(b"x" * 1_000_000)

        with pytest.raises(ToolkitError, match="cannot be written: No space left on device"):
            store.obtain("node-1", WHO, big)
        assert left_over(store.folder) == []
        assert (store.obtain("node-1", WHO, fill) / "last").read_text() == "whole"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_the_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLKIT_CACHE", str(tmp_path / "elsewhere"))
    assert default_folder() == tmp_path / "elsewhere" / "store"
    monkeypatch.delenv("TOOLKIT_CACHE")
    assert default_folder().parts[-2:] == ("toolkit", "store")
