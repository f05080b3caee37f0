"""What the benchmarks count is what happened, and they run at a small size."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import cold, noop, projects
from benchmarks.measuring import Program, counts, interleaved

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.real("strace")
def test_opened_files_and_started_programs_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    env = dict(os.environ)
    plain = Program(("sh", "-c", ":"), tmp_path, env)
    more = Program(("sh", "-c", "read x < a.txt; read x < a.txt; read x < none.txt; true | cat; exit 0"), tmp_path, env)

    base, found = counts(plain), counts(more)
    one = counts(Program(("cat", "a.txt"), tmp_path, env))
    assert base is not None
    assert found is not None
    assert one is not None
    assert (base.started, base.processes) == (1, 1)
    assert (found.started, found.processes) == (2, 3)
    assert found.opened == base.opened + 2 + (one.opened - 1)


def test_the_least_of_several_runs_is_taken_and_a_failure_is_told(tmp_path: Path) -> None:
    ran: list[int] = []
    program = Program((sys.executable, "-c", "pass"), tmp_path, dict(os.environ), before=lambda: ran.append(1))

    found = interleaved({"one": program}, 2)

    assert len(ran) == 3  # the first is not measured
    assert found["one"].seconds > 0
    assert found["one"].peak_mb > 1
    with pytest.raises(RuntimeError, match="ended with 3"):
        interleaved({"one": Program(("sh", "-c", "exit 3"), tmp_path, dict(os.environ))}, 1)


def test_the_benchmarks_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cold, "SECONDS", (0.1,) * 12)
    for main, words in (
        (noop.main, ["--counts", "2", "--runs", "1"]),
        (projects.main, ["--tracked", "200", "--ignored", "80", "--runs", "1"]),
        (cold.main, ["--runs", "1"]),
    ):
        monkeypatch.setattr(sys, "argv", ["benchmark", *words])
        assert main() == 0
    text = capsys.readouterr().out

    assert "| toolkit | " in text
    assert "ratio to git status: " in text
    assert "12 sleeping, durations known" in text
