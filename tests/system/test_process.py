"""Programs that run: what an interrupt leaves of them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.commands import Command
from toolkit.system.process import Child, end_started, identity


def _sleeper(folder: Path) -> Command:
    return Command(("sleep", "60"), folder)


def test_what_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    child, meant_to_stay = Child(_sleeper(tmp_path)), Child(_sleeper(tmp_path))
    meant_to_stay.leave()
    try:
        end_started()

        assert identity(child.pid) == ""
        assert identity(meant_to_stay.pid) != ""
    finally:
        meant_to_stay.end()


def test_what_the_original_started_is_not_ended_by_its_copy(tmp_path: Path) -> None:
    program = f"""
import os, sys
from pathlib import Path
from toolkit.commands import Command
from toolkit.system.process import Child, end_started, identity
child = Child(Command(("sleep", "60"), Path({str(tmp_path)!r})))
if os.fork() == 0:
    end_started()
    os._exit(0)
os.wait()
print(bool(identity(child.pid)))
child.end()
"""
    done = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert done.stdout == b"True\n"


def test_an_interrupt_within_a_start_comes_when_the_program_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **named: object) -> None:
            super().__init__(*args, **named)  # type: ignore[call-overload]
            started.append(self.pid)
            os.kill(os.getpid(), signal.SIGINT)  # taken at once, were it not held back
            started.append(self.pid)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        Child(_sleeper(tmp_path))

    assert len(started) == 2
    assert signal.getsignal(signal.SIGINT) is handler
    assert identity(started[0]) != ""
    end_started()
    assert identity(started[0]) == ""
