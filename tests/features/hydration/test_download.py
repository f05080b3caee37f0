"""The pool of readers on an ordinary file system: a FIFO that nobody writes to hangs like a wedged provider."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.simulator.client import PROJECT
from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._download import Fetched, Limits, Source, _classify, download
from toolkit.system.dataless import PlainSeam
from toolkit.system.readers import Answer, Request

if TYPE_CHECKING:
    from pathlib import Path

QUICK = Limits(jobs=2, deadline_s=0.4, canary_s=0.4, backoff_s=0.01, reserve=0)


def item(path: str) -> Item:
    return Item(path, 5, 0, Area.UNTRACKED)


def fetch(root: Path, *paths: str, limits: Limits = QUICK, folders: bool = False) -> dict[str, Fetched]:
    found = download(Source(str(root), PlainSeam()), [item(path) for path in paths], limits, folders=folders)
    return {done.item.path: done for done in found}


def test_files_are_read_and_named_as_git_names_them(tmp_path: Path) -> None:
    names = [f"file {n}\nü" for n in range(20)] + [os.fsdecode(b"raw-\xff")]
    for name in names:
        (tmp_path / name).write_text("hello\n")
    (tmp_path / "empty").touch()

    done = fetch(tmp_path, *names, "empty", "missing")

    assert {done[name].oid for name in names} == {"ce013625030ba8dba906f756967f9e9ca394464a"}
    assert done["empty"].oid == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert done["missing"].reason == os.strerror(errno.ENOENT)


def test_folders_are_listed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    done = fetch(tmp_path, "folder", "none", folders=True)

    assert (done["folder"].reason, done["none"].reason) == ("", os.strerror(errno.ENOENT))


def test_a_reader_that_hangs_is_killed_and_others_go_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stuck")
    for number in range(5):
        (tmp_path / f"f{number}").write_text("x")

    done = fetch(tmp_path, "f0", "stuck", *(f"f{n}" for n in range(1, 5)))

    assert done.pop("stuck").reason == "no answer in 0.4 s, 2 attempts"
    assert {entry.reason for entry in done.values()} == {""}


def test_if_nothing_comes_at_all_that_is_a_verdict(tmp_path: Path) -> None:
    for number in range(6):
        os.mkfifo(tmp_path / f"stuck{number}")

    done = fetch(tmp_path, *(f"stuck{n}" for n in range(6)))

    assert {(entry.reason, entry.systemic) for entry in done.values()} == {("the provider does not answer", True)}
    assert len(done) == 6


PARENT = """
import sys, time
from toolkit.system.readers import Reader, Request
reader = Reader("")
reader.send(Request("read", sys.argv[1], "sha1", 600))
print(reader._process.pid, flush=True)
time.sleep(600)
"""


def test_a_reader_does_not_outlive_its_parent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stuck")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "stuck")],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)

    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("outcome", "number", "reason", "attempts", "systemic"),
    [
        ("short", 3, "short read", 4, False),
        ("died", 0, "died", 2, False),
        ("error", errno.ETIMEDOUT, "timed out", 4, True),
        ("error", errno.EDEADLK, "prevents", 0, False),
        ("error", errno.EIO, "EIO", 4, False),
        ("error", errno.EACCES, "Permission", 0, False),
    ],
)
def test_what_failures_mean(outcome: str, number: int, reason: str, attempts: int, *, systemic: bool) -> None:
    answer = Answer(Request("read", "/x/file", "sha1", 30), outcome, number)

    text, again, speaks = _classify(answer, Limits())

    assert (reason in text, again, speaks) == (True, attempts, systemic)
