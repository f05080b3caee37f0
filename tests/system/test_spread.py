"""Work in copies of the process: the same answers as without, whatever becomes of a copy."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from toolkit.system.spread import spread

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="copies are made on Linux, where there are two cores"
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of pytest's own, beside which nothing would be copied, holds no lock that a copy needs."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


_THINGS = [f"thing {number}" for number in range(400)]


def _told(thing: str) -> tuple[int, str]:
    return len(thing), thing.upper()


def test_copies_give_the_same_answers_in_the_same_order() -> None:
    found = spread(_told, _THINGS, least=100)

    assert list(found.items()) == [(thing, _told(thing)) for thing in _THINGS]


def test_more_than_one_process_works() -> None:
    def who(_: str) -> int:
        time.sleep(0.002)
        return os.getpid()

    assert len(set(spread(who, _THINGS, least=100).values())) > 1
    assert set(spread(who, _THINGS[:50], least=100).values()) == {os.getpid()}


def test_what_a_lost_copy_had_taken_is_asked_again() -> None:
    original = os.getpid()

    def deadly(thing: str) -> str:
        time.sleep(0.001)
        if os.getpid() != original:
            os.kill(os.getpid(), signal.SIGKILL)
        return thing

    assert spread(deadly, _THINGS, least=100) == {thing: thing for thing in _THINGS}


def test_what_the_work_raises_here_is_raised_and_no_copy_is_left(tmp_path: Path) -> None:
    original = os.getpid()

    def failing(_: str) -> int:
        if os.getpid() == original:
            raise ValueError("no")
        (tmp_path / str(os.getpid())).touch()
        time.sleep(0.01)
        return 1

    with pytest.raises(ValueError, match="no"):
        spread(failing, _THINGS, least=100)

    assert [pid for pid in (int(one.name) for one in tmp_path.iterdir()) if os.path.exists(f"/proc/{pid}")] == []


def test_beside_another_thread_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert set(spread(lambda _: os.getpid(), _THINGS, least=100).values()) == {os.getpid()}
    finally:
        done.set()
        other.join()


def test_a_copy_whose_original_is_gone_ends() -> None:
    """The original is killed while its copy has much to do."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        original = os.getpid()

        def slow(_: str) -> int:
            if os.getpid() != original:
                os.write(write, f"{os.getpid()}\n".encode())
            time.sleep(0.05)
            return 1

        spread(slow, _THINGS, least=100)
        os._exit(0)
    os.close(write)
    copy = int(os.read(read, 100).split(b"\n")[0])
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 10
    while _runs(copy) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not _runs(copy)
    os.close(read)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            return b") Z" not in stream.read()
    except FileNotFoundError:
        return False
