"""One writer at a time, also after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.system import process
from toolkit.system.lock import Holder, hold

PROJECT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from toolkit.commands import Command
from toolkit.system.lock import hold
from toolkit.system.process import Child
path = Path(sys.argv[1])
with hold(path, "install", lambda holder: None) as lock:
    child = Child(Command((sys.executable, "-c", "import time; time.sleep(60)"), path.parent), keep_fds=(lock.descriptor,))
    lock.add_group(child.pid)
    print(child.pid, flush=True)
    time.sleep(float(sys.argv[2]))
    child.end(0.1)
    child.wait()
"""


def start(path: Path, seconds: float) -> tuple[subprocess.Popen[bytes], int]:
    running = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, cwd=PROJECT
    )
    assert running.stdout is not None
    return running, int(running.stdout.readline())


def test_the_second_waits_and_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    running, _ = start(path, 1.0)
    told: list[Holder | None] = []
    with hold(path, "bootstrap", told.append):
        assert running.wait(5) == 0
    assert [(holder.pid, holder.command) for holder in told if holder] == [(running.pid, "install")]
    assert not path.exists()


def test_whoever_does_not_want_to_wait_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    running, _ = start(path, 5.0)
    with (
        pytest.raises(ToolkitError, match=rf"process {running.pid} \(install\) works on this repository"),
        hold(path, "b", lambda _: None, 0.2),
    ):
        pass
    running.terminate()
    running.wait()
    with hold(path, "b", lambda _: None):
        pass


def test_after_a_kill_the_orphans_are_ended_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    running, child = start(path, 60.0)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert process.identity(child), "the child outlived its parent"
    with hold(path, "bootstrap", lambda _: pytest.fail("nobody is there to wait for")):
        for _ in range(100):
            if not process.identity(child):
                break
            time.sleep(0.05)
        assert process.identity(child) == ""


def test_a_stale_file_of_a_reused_number_is_no_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": os.getpid(), "identity": "1", "command": "x", "groups": [[os.getpid(), "1"]]}))
    with hold(path, "bootstrap", lambda _: pytest.fail("nobody has it")) as lock:
        assert lock.path.exists()


def test_a_torn_file_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text('{"pid": 12')
    with hold(path, "bootstrap", lambda _: pytest.fail("nobody has it")):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_daemon_left_behind_does_not_keep_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path, "a", lambda _: None) as lock:
        daemon = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], pass_fds=(lock.descriptor,))
    with hold(path, "b", lambda _: pytest.fail("nobody has it"), 0.5):
        pass
    daemon.kill()
    daemon.wait()


def test_two_that_come_after_a_kill_do_not_work_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ends what the killed run left, which takes its time; the second must not take that for nobody."""
    monkeypatch.setattr(process, "GRACE_S", 0.6)
    path = tmp_path / "lock"
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    left = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True)
    assert left.stdout is not None
    left.stdout.readline()
    groups = [[left.pid, process.identity(left.pid)]]
    path.write_text(json.dumps({"pid": os.getpid(), "identity": "1", "command": "killed", "groups": groups}))
    events: list[str] = []

    def work(name: str) -> None:
        with hold(path, name, lambda _: None):
            events.append(name)
            time.sleep(0.3)
            events.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join(10)
    assert events == ["first", "first", "second", "second"]
    assert left.wait(5) == -signal.SIGKILL
