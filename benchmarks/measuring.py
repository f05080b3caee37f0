"""Time, memory, opened files and started processes of whole programs, in turn and with the least of several runs.

The least is taken because whatever else the machine does only ever adds. Memory is the peak of the resident set that
the kernel reports for the process and what it waited for; a process that was started by a larger one begins at that
one's size, so this module imports little.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Counts", "Program", "Sample", "counts", "interleaved", "machine", "ours", "table"]

_START = "from toolkit.cli.program import main; main()"
_CHECKOUT = Path(__file__).resolve().parents[1]
_OPENED = re.compile(rb"\bopen(?:at2?)?\(.*\)\s+= \d+|\bopen(?:at2?)? resumed.*\)\s+= \d+")
_FORKED = re.compile(rb"\b(?:v?fork|clone3?)\((.*)\)\s+= \d+|(?:v?fork|clone3?) resumed(.*)\)\s+= \d+")
_STARTED = re.compile(rb"\bexecve\(.*\s= 0$|execve resumed.*\s= 0$")
_TRACED = "open,openat,openat2,execve,fork,vfork,clone,clone3"


@dataclass(frozen=True, slots=True)
class Program:
    """A command line to measure.

    Args:
        argv: its words.
        cwd: where it runs.
        env: its whole environment.
        before: called before each run, outside of the measured time.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    before: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall time, time on all cores, and the peak of the resident set in megabytes."""

    seconds: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run asked of the system: files opened (libraries included), programs started, processes made."""

    opened: int
    started: int
    processes: int


def ours(*words: str) -> tuple[str, ...]:
    """The command line that starts the toolkit of this checkout; ``PYTHONPATH`` of :func:`environment` finds it."""
    return (sys.executable, "-P", "-c", _START, *words)


def environment(home: Path, *first: Path, **more: str) -> dict[str, str]:
    """An environment with a home and a cache of its own, some folders first on the search path, and not in CI.

    Modules are compiled once, as an installed package's and the launcher's are.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOOLKIT_", "GIT_", "XDG_"))}
    for name in ("CI", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    return {
        **kept,
        "HOME": str(home),
        "PATH": os.pathsep.join([*map(str, first), kept.get("PATH", os.defpath)]),
        "PYTHONPATH": str(_CHECKOUT),
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),
        "TOOLKIT_CACHE": str(home / "cache"),
        **more,
    }


def once(program: Program) -> Sample:
    """Run a program to its end.

    Raises:
        RuntimeError: it failed; the message has what it printed.
    """
    if program.before is not None:
        program.before()
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            program.argv,
            cwd=program.cwd,
            env=dict(program.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{program.argv} ended with {child.returncode}:\n{text}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def interleaved(programs: Mapping[str, Program], runs: int) -> dict[str, Sample]:
    """Run all programs in turn, once unmeasured and then ``runs`` times; the least of each measure."""
    samples: dict[str, list[Sample]] = {name: [] for name in programs}
    for number in range(runs + 1):
        for name, program in programs.items():
            sample = once(program)
            if number:
                samples[name].append(sample)
    return {
        name: Sample(min(s.seconds for s in of), min(s.cpu_s for s in of), min(s.peak_mb for s in of))
        for name, of in samples.items()
    }


def counts(program: Program) -> Counts | None:
    """What a run asks of the system, told by strace; ``None`` where there is no strace."""
    if not shutil.which("strace"):
        return None
    if program.before is not None:
        program.before()
    with tempfile.NamedTemporaryFile() as trace:
        argv = ("strace", "-f", "-qq", "-e", f"trace={_TRACED}", "-e", "signal=none", "-o", trace.name, *program.argv)
        subprocess.run(
            argv, cwd=program.cwd, env=dict(program.env), stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        lines = Path(trace.name).read_bytes().splitlines()
    forks = [match for line in lines if (match := _FORKED.search(line))]
    return Counts(
        opened=sum(bool(_OPENED.search(line)) for line in lines),
        started=sum(bool(_STARTED.search(line)) for line in lines),
        processes=1 + sum(b"CLONE_THREAD" not in (match[1] or match[2] or b"") for match in forks),
    )


def machine() -> str:
    """What this is measured on, in a line."""
    import platform

    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, ready for ``docs/benchmarks.md``."""
    print(f"| {' | '.join(head)} |")
    print(f"| --- |{' ---: |' * (len(head) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
