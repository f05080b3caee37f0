"""Checks in processes of their own: the same results, and no loss in silence when one dies, hangs or is interrupted."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.features.doctor.scripted import BROKEN, Scripted, context_of, finding
from toolkit.catalog import Listed
from toolkit.commands import Command
from toolkit.features.doctor import Order, _processes, examine
from toolkit.features.doctor._processes import in_processes
from toolkit.system.file_facts import FileFacts
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.repository import Repository
    from toolkit.checking import Inspection
    from toolkit.model import Finding

pytestmark = [pytest.mark.real("linux"), pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")]


def scripted(
    family: str, name: str, body: Callable[[Inspection], Iterable[Finding]], timeout_s: float = 30
) -> Scripted:
    check = Scripted(name, body, timeout_s)
    check.family = family
    return check


def fine(_context: Inspection) -> Iterable[Finding]:
    return ()


def results(context: Inspection, checks: list[Scripted], workers: int = 2) -> dict[str, tuple[str, str, int]]:
    return {
        check.id: (ran.result.status, ran.result.reason, len(ran.findings))
        for check, ran in in_processes(context, checks, workers)
    }


@pytest.mark.parametrize(("workers", "processes"), [(2, 3), (4, 4)])
def test_each_batch_has_a_process_and_every_check_its_result(
    repository: Callable[..., Repository], workers: int, processes: int
) -> None:
    def tell(_context: Inspection) -> Iterator[Finding]:
        yield finding("x", "error", str(os.getpid()))

    families = ("secrets", "secrets", "files", "references", "machine", "dependencies")
    checks = [scripted(family, f"{family}-{number}", tell) for number, family in enumerate(families)]

    found = {check.id: ran.findings[0].path for check, ran in in_processes(context_of(repository()), checks, workers)}

    assert found.keys() == {check.id for check in checks}
    assert found["secrets-0"] == found["secrets-1"]
    assert found["files-2" if workers == 4 else "dependencies-5"] == found["references-3"]
    assert len(set(found.values()) - {str(os.getpid())}) == processes


def test_a_process_does_not_look_for_what_could_be_freed(repository: Callable[..., Repository]) -> None:
    def collecting(_context: Inspection) -> Iterator[Finding]:
        if gc.isenabled():
            yield finding()

    assert results(context_of(repository()), [scripted("secrets", "x", collecting)]) == {"x": ("passed", "", 0)}


@pytest.mark.parametrize(("focus", "ahead"), [(None, True), (frozenset({"a.txt"}), False)], ids=["whole", "changed"])
def test_a_first_run_reads_ahead_for_all_processes_and_no_later_one(
    repository: Callable[..., Repository], tmp_path: Path, *, focus: frozenset[str] | None, ahead: bool
) -> None:
    made = repository({"a.txt": "a\n"})
    os.utime(made.root / "a.txt", ns=(0, 0))

    def tell(context: Inspection) -> Iterator[Finding]:
        context.facts.table("told").put("a.txt", 1)
        yield finding(path=str(context.is_read))

    told = []
    for _ in range(2):
        context = context_of(made, focus)
        context.facts = FileFacts(os.fspath(made.root), tmp_path / "cache")
        context.facts._before_ns += 10**12  # the file counts as settled
        found = in_processes(context, [scripted(name, name, tell) for name in ("secrets", "files")], 2)
        told.append({ran.findings[0].path for _, ran in found})

    assert told == [{str(ahead)}, {"False"}]


def test_a_dead_process_makes_its_check_unknown_and_the_rest_goes_on(repository: Callable[..., Repository]) -> None:
    def die(_context: Inspection) -> Iterable[Finding]:
        os.kill(os.getpid(), signal.SIGKILL)
        return ()

    def leave(_context: Inspection) -> Iterable[Finding]:
        os._exit(7)

    bodies = {"before": fine, "dies": die, "leaves": leave, "after": lambda _context: [finding()]}
    checks = [scripted("secrets", name, body) for name, body in bodies.items()]

    assert results(context_of(repository()), checks) == {
        "before": ("passed", "", 0),
        "dies": ("unknown", "its process was ended by SIGKILL", 0),
        "leaves": ("unknown", "its process ended with 7", 0),
        "after": ("failed", "", 1),
    }


def test_checks_are_loaded_in_the_process_that_runs_them(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "toolkit.checks.files.legacy_placeholder"
    listed = [Listed("legacy-placeholder", "files", name), Listed("missing", "files", f"{name}_of_another_world")]
    monkeypatch.delitem(sys.modules, name, raising=False)

    found = {check.id: ran.result.status for check, ran in in_processes(context_of(repository()), listed, 2)}

    assert found == {"legacy-placeholder": "passed", "missing": "unknown"}
    assert name not in sys.modules


def test_a_hang_is_ended_with_what_it_started(repository: Callable[..., Repository], tmp_path: Path) -> None:
    def hang(context: Inspection) -> Iterable[Finding]:
        run(Command(("sh", "-c", f"echo $$ >{tmp_path}/pid; exec sleep 60"), context.root))
        return ()

    checks = [scripted("secrets", "hangs", hang, 1.0), scripted("secrets", "after", fine)]

    assert results(context_of(repository()), checks) == {
        "hangs": ("unknown", "gave up after 1 s", 0),
        "after": ("passed", "", 0),
    }
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_results_larger_than_a_pipe_come_whole(repository: Callable[..., Repository]) -> None:
    def many(_context: Inspection) -> Iterator[Finding]:
        for number in range(1900):
            yield finding("many", "info", f"{'x' * 500}{number}")

    checks = [scripted("secrets", f"many-{number}", many) for number in range(3)]

    assert [found[2] for found in results(context_of(repository()), checks).values()] == [1900] * 3


def test_processes_and_threads_find_the_same(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = repository(BROKEN)
    order = Order(only=("files", "dependencies", "secrets"), jobs=2)
    threads = examine(context_of(made), order)
    monkeypatch.setattr(_processes, "_MANY", 1)
    processes = examine(context_of(made), order)

    assert threads.findings
    assert threads.findings == processes.findings
    assert [(one.id, one.status) for one in threads.checks] == [(one.id, one.status) for one in processes.checks]


def test_an_interrupt_leaves_no_process(repository: Callable[..., Repository], tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from tests.features.doctor.scripted import Scripted
from toolkit.checking import Inspection
from toolkit.features.doctor._processes import in_processes
from toolkit.commands import Command
from toolkit.system.file_facts import FileFacts
from toolkit.system.process import run
def hang(name):
    return lambda context: run(Command(("sh", "-c", f"echo $$ >{tmp_path}/{{name}}; exec sleep 60"), context.root)) and ()
checks = [Scripted("one", hang("one")), Scripted("two", hang("two"))]
checks[1].family = "secrets"
list(in_processes(Inspection(Path({str(repository().root)!r}), {{}}), checks, 2))
"""
    argv = (sys.executable, "-c", program)
    child = subprocess.Popen(argv, cwd=Path(__file__).parents[3], stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 30
    while not all((tmp_path / name).exists() and (tmp_path / name).read_text() for name in ("one", "two")):
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)

    assert child.wait(20) != 0
    pids = [int((tmp_path / name).read_text()) for name in ("one", "two")]
    while any(map(_runs, pids)) and time.monotonic() < deadline + 30:
        time.sleep(0.02)  # whoever inherits the dead takes them away in its own time
    assert [pid for pid in pids if _runs(pid)] == []


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
