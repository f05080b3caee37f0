"""The scheduler with real processes: order, blocking, time limits, retries, interrupts."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from toolkit.commands import Command
from toolkit.system.files import tail
from toolkit.system.jobs import Job, Result, chains, run_jobs

if TYPE_CHECKING:
    from pathlib import Path


class Recorder:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def started(self, job: Job) -> None:
        self.events.append(f"+{job.key}")

    def ended(self, job: Job, result: Result) -> None:
        self.events.append(f"-{job.key}:{result.status}")


def python(tmp_path: Path, code: str, timeout_s: float | None = 20) -> Command:
    return Command((sys.executable, "-c", code), tmp_path, {}, timeout_s)


def job(tmp_path: Path, key: str, code: str = "", needs: tuple[str, ...] = (), **more: object) -> Job:
    return Job(key, (python(tmp_path, code),), tmp_path / "logs" / f"{key}.log", needs, **more)  # type: ignore[arg-type]


def test_needs_come_first_and_the_longest_chain_starts_first(tmp_path: Path) -> None:
    jobs = [
        job(tmp_path, "short", estimate_s=1.0),
        job(tmp_path, "base", estimate_s=1.0),
        job(tmp_path, "top", needs=("base",), estimate_s=9.0),
    ]
    seen = Recorder()
    results = run_jobs(jobs, 1, seen)
    assert [event for event in seen.events if event[0] == "+"] == ["+base", "+top", "+short"]
    assert {key: result.status for key, result in results.items()} == {"short": "done", "base": "done", "top": "done"}


def test_chains_add_up_what_waits() -> None:
    def make(key: str, estimate: float, *needs: str) -> Job:
        return Job(key, (), None, needs, estimate)  # type: ignore[arg-type]

    found = chains([make("a", 1), make("b", 2, "a"), make("c", 5, "a"), make("d", 3, "b", "outside")])
    assert found == {"a": 6, "b": 5, "c": 5, "d": 3}


def test_a_failure_blocks_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    jobs = [
        job(tmp_path, "bad", "import sys; print('no such thing'); sys.exit(3)"),
        job(tmp_path, "next", needs=("bad",)),
        job(tmp_path, "after", needs=("next",)),
        job(tmp_path, "other"),
    ]
    results = run_jobs(jobs, 2, Recorder())
    assert {key: result.status for key, result in results.items()} == {
        "bad": "failed",
        "next": "blocked",
        "after": "blocked",
        "other": "done",
    }
    assert results["bad"].code == 3
    assert "no such thing" in tail(jobs[0].log)
    assert results["next"].reason == "needs bad, which did not succeed"


def test_what_only_follows_waits_for_the_end_and_runs_after_a_failure(tmp_path: Path) -> None:
    jobs = [
        job(tmp_path, "next", follows=("bad", "outside"), estimate_s=9.0),
        job(tmp_path, "bad", "raise SystemExit(3)", estimate_s=0.1),
    ]
    seen = Recorder()
    results = run_jobs(jobs, 2, seen)
    assert seen.events == ["+bad", "-bad:failed", "+next", "-next:done"]
    assert results.keys() == {"bad", "next"}


def test_time_is_over_for_the_whole_group(tmp_path: Path) -> None:
    code = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid, flush=True); time.sleep(60)"
    slow = Job("slow", (python(tmp_path, code, 1.0),), tmp_path / "slow.log")
    results = run_jobs([slow], 1, Recorder())
    assert results["slow"].status == "timed out"
    child = int(tail(slow.log).splitlines()[-1])
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(child, 0)
            time.sleep(0.05)


def test_a_group_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.system.process.GRACE_S", 0.2)
    monkeypatch.setattr("toolkit.system.process.Child.end.__defaults__", (0.2,))
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    results = run_jobs([Job("deaf", (python(tmp_path, code, 1.0),), tmp_path / "deaf.log")], 1, Recorder())
    assert results["deaf"].status == "timed out"


def test_one_more_try_for_the_network_only(tmp_path: Path) -> None:
    once = "import os, sys\nif not os.path.exists('was'):\n open('was', 'w').close(); print('ECONNRESET'); sys.exit(1)"
    results = run_jobs([job(tmp_path, "net", once, retry_on=("ECONNRESET",))], 1, Recorder())
    assert (results["net"].status, results["net"].tries) == ("done", 2)
    again = run_jobs(
        [job(tmp_path, "other", "import sys; print('E404'); sys.exit(1)", retry_on=("ECONNRESET",))], 1, Recorder()
    )
    assert (again["other"].status, again["other"].tries) == ("failed", 1)


def test_an_output_that_is_not_whole_is_a_failure(tmp_path: Path) -> None:
    results = run_jobs([job(tmp_path, "a", verify=lambda: "half of it is missing")], 1, Recorder())
    assert (results["a"].status, results["a"].reason) == ("failed", "half of it is missing")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    absent = Job("a", (Command(("no-such-program",), tmp_path),), tmp_path / "a.log")
    gone = Job("b", (Command((sys.executable, "-c", ""), tmp_path / "gone"),), tmp_path / "b.log")
    inner = job(tmp_path, "c", "import sys; sys.exit(127)")
    results = run_jobs([absent, gone, inner], 2, Recorder())
    assert results["a"].reason == "no-such-program is not installed"
    assert results["b"].reason == f"the folder {tmp_path / 'gone'} is gone"
    assert results["c"].reason.endswith("ended with 127")


def test_an_exception_in_one_job_leaves_the_others(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "installed.jsonl")

    results = run_jobs([job(tmp_path, "a", before=full), job(tmp_path, "b")], 1, Recorder())
    assert results["a"].reason == "No space left on device: installed.jsonl"
    assert results["b"].status == "done"


def test_an_interrupt_ends_the_children_and_keeps_what_is_done(tmp_path: Path) -> None:
    jobs = [
        job(tmp_path, "quick"),
        job(tmp_path, "slow", "import time; open('slow', 'w').close(); time.sleep(60)", needs=("quick",)),
        job(tmp_path, "later", needs=("slow",)),
    ]

    def interrupt() -> None:
        while not (tmp_path / "slow").exists():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=interrupt)
    thread.start()
    results = run_jobs(jobs, 1, Recorder())
    thread.join()
    assert {key: result.status for key, result in results.items()} == {
        "quick": "done",
        "slow": "interrupted",
        "later": "interrupted",
    }


def test_the_log_says_what_was_run(tmp_path: Path) -> None:
    one = job(tmp_path, "a", "print('hello')")
    run_jobs([one], 1, Recorder())
    assert tail(one.log).splitlines()[0].startswith("$ ")
    assert tail(one.log).splitlines()[-1] == "hello"


@pytest.mark.parametrize(("code", "status"), [("", "done"), ("raise SystemExit(3)", "failed")])
def test_what_comes_after_runs_once_however_the_commands_end(tmp_path: Path, code: str, status: str) -> None:
    said: list[str] = []
    one = job(
        tmp_path,
        "one",
        code,
        after=lambda: said.append("after"),
        verify=lambda: said.append("verified") or "",  # type: ignore[func-returns-value]
    )
    assert run_jobs([one], 1, Recorder())["one"].status == status
    assert said == ["after", "verified"][: 2 if status == "done" else 1]


def test_jobs_that_exclude_each_other_take_turns_and_others_fill_the_time(tmp_path: Path) -> None:
    """Each of the two says when it is alone: a second one would find the folder of the first."""
    alone = "import os, time; os.mkdir('turn'); time.sleep(0.2); os.rmdir('turn')"
    jobs = [job(tmp_path, key, alone, exclusive="yarn 1", estimate_s=9) for key in ("a", "b", "c")]
    watch = Recorder()
    results = run_jobs([*jobs, job(tmp_path, "other")], 4, watch)
    assert {key: result.status for key, result in results.items()} == dict.fromkeys(("a", "b", "c", "other"), "done")
    assert watch.events[:2] == ["+a", "+other"]
