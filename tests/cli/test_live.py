"""What a person at a terminal sees: the same runs as in a log, on a pseudo-terminal of 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.program import command, environment
from toolkit.cli._live import Lines
from toolkit.cli._task import Run
from toolkit.system.jobs import Job, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

_CRATE = {
    "Cargo.toml": '[package]\nname = "core"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "core"\nversion = "0.1.0"\n',
    "src": {"lib.rs": ""},
}
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(root: Path, *words: str, columns: int = 80) -> tuple[int, str]:
    """The exit code of a run on a terminal, and all that the terminal was sent."""
    person, program = pty.openpty()
    fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    variables = environment({"TERM": "xterm-256color"})
    for name in ("CI", "NO_COLOR", "COLUMNS", "LINES"):
        variables.pop(name, None)
    child = subprocess.Popen(command(*words), cwd=root, env=variables, stdin=program, stdout=program, stderr=program)
    os.close(program)
    sent = b""
    while True:
        try:
            part = os.read(person, 65536)
        except OSError:  # the last program that had the terminal is gone
            break
        if not part:
            break
        sent += part
    os.close(person)
    return child.wait(), sent.decode("utf-8", "replace")


def lines_of(sent: str) -> list[str]:
    """The lines that were sent, without what moves the cursor or colours them."""
    return [line.rpartition("\r")[2] for line in _CONTROLS.sub("", sent).replace("\r\n", "\n").splitlines()]


@pytest.mark.real("cargo")
def test_a_person_sees_each_subproject_at_work_and_then_the_table(repository: Callable[..., Repository]) -> None:
    repo = repository({"core": _CRATE})
    code, sent = on_terminal(repo.root, "bootstrap")
    assert code == 0, sent
    assert "core (cargo)" in sent
    assert any(line.startswith("core ") and "installed" in line for line in lines_of(sent)), sent
    assert lines_of(sent)[-1].startswith("1 installed in ")


@pytest.mark.real("cargo")
def test_work_is_shown_on_a_terminal_too(repository: Callable[..., Repository]) -> None:
    repo = repository({"core": _CRATE, "toolkit.toml": '[projects.core.commands]\nbuild = ["cargo", "--version"]\n'})
    code, sent = on_terminal(repo.root, "build")
    assert code == 0, sent
    assert lines_of(sent)[-1].startswith("build: 1 of 1 succeeded")


def test_nothing_is_wider_than_the_terminal(repository: Callable[..., Repository]) -> None:
    repo = repository({"examples": {"a long name of a folder": {"and another one in it": {"smart-contracts": _CRATE}}}})
    for words in (("projects",), ("projects", "--help"), ("bootstrap", "--plan", "--provider", "host")):
        _, sent = on_terminal(repo.root, *words)
        assert "smart-contracts" in sent or "--help" in words
        assert [line for line in lines_of(sent) if len(line) > 80] == []


def test_a_log_says_now_and_then_what_still_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.log"
    log.write_text("one\nfetching 3 of 9\n")
    job = Job("a:npm", (), log)

    with Lines(Run(None, quiet=False), {"a:npm": "a (npm)"}, "installed", every_s=0.05) as shown:
        shown.started(job)
        time.sleep(0.3)
        shown.ended(job, Result("a:npm", "done", 0.3))
        time.sleep(0.1)

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "started   a (npm)"
    assert re.fullmatch(r"running   a \(npm\)  0\.\d s  fetching 3 of 9", said[1])
    assert said[-1] == "installed a (npm)  0.3 s"
