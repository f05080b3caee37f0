"""Finding and sizing every node_modules of a tree, beside ``find`` and ``du``.

    python -m benchmarks.clean [TREE]

Without a tree one of 300,000 files is made. Every program is started anew each time, the first run of each is thrown
away, the median of five is shown: a warm cache, as after a walk of the doctor's. The load is printed, because a second
process gains nothing where both cores are taken. npkill 0.12.2 is not compared: it ends at once without a terminal.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.trees import large_repository
from toolkit.commands import Command
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNS = 5
OURS = """
import json, sys
from toolkit.system.sizes import measure_all
found = measure_all(sys.argv[2:], int(sys.argv[1]))
print(json.dumps([sum(one.bytes for one in found.values()), sum(one.files for one in found.values())]))
"""


def programs(tree: Path, modules: list[str]) -> Mapping[str, tuple[str, ...]]:
    """What is compared, by its label."""
    python = sys.executable
    return {
        "find: node_modules folders": ("find", str(tree), "-name", "node_modules", "-prune"),
        "find: every file with its size": ("find", *modules, "-type", "f", "-printf", "%s\\n"),
        "du: apparent sizes": ("du", "-s", "--apparent-size", *modules),
        "toolkit: one process": (python, "-c", OURS, "1", *modules),
        "toolkit: a process a core": (python, "-c", OURS, "0", *modules),
        "toolkit clean --plan --only all": (
            python, "-c", "from toolkit.cli.program import main; main()", "clean", "--plan", "--only", "all", "--root", str(tree),
        ),
    }  # fmt: skip


def timed(argv: tuple[str, ...]) -> tuple[list[float], str]:
    """Seconds of each run after the first, and how the last one ended."""
    times = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        done = run(Command(argv, Path.cwd(), {"PYTHONPATH": str(Path(__file__).parents[1])}, 300.0))
        times.append(time.perf_counter() - began)
    return times[1:], "" if done.ok else f"ended with {done.code}: {done.error_text.strip()[-200:]}"


def main(arguments: list[str]) -> None:
    """Print a line for each program."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(arguments[0]) if arguments else large_repository(Path(folder) / "tree", 10_000, 290_000)
        modules = [inner for inner, names, _ in os.walk(tree) if inner.endswith("/node_modules") and not names.clear()]  # type: ignore[func-returns-value]
        print(f"{tree}: {len(modules)} node_modules, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        result = json.loads(run(Command((sys.executable, "-c", OURS, "0", *modules), Path(__file__).parents[1])).stdout)
        print(f"{result[1]} files, {result[0]} bytes in them")
        for label, argv in programs(tree, modules).items():
            times, wrong = timed(argv)
            middle = statistics.median(times)
            print(f"{label:<34} {middle:6.2f} s  ({min(times):.2f} to {max(times):.2f}) {wrong}")


if __name__ == "__main__":
    main(sys.argv[1:])
