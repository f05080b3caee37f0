"""``toolkit projects`` on a large repository, against ``git status`` of the same tree.

    python3 -m benchmarks.projects [--tracked 100000] [--ignored 200000] [--runs 7]

The tree has 40 subprojects, each with an ignored ``node_modules``; ``git status`` has refreshed its index before it is
measured, and both find everything in the page cache. Python's own start is part of the toolkit's time; what that
alone takes is shown. Prints a table of Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Program, counts, environment, interleaved, machine, ours, table
from benchmarks.trees import large_repository


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tracked", type=int, default=100_000)
    options.add_argument("--ignored", type=int, default=200_000)
    options.add_argument("--runs", type=int, default=7)
    given = options.parse_args()
    print(f"{machine()}; least of {given.runs} runs, in turn\n")
    with tempfile.TemporaryDirectory(prefix="projects-") as name:
        folder = Path(name).resolve()
        root = large_repository(folder / "large", given.tracked, given.ignored)
        env = environment(folder)
        programs = {
            "git status": Program(("git", "status", "--short"), root, env),
            "toolkit projects": Program(ours("projects"), root, env),
            "toolkit --version (the start alone)": Program(ours("--version"), root, env),
            "python -c pass": Program((sys.executable, "-c", "pass"), root, env),
        }
        found = interleaved(programs, given.runs)
        asked = {name: counts(program) for name, program in programs.items()}
    table(
        ("", "time", "on all cores", "memory", "files opened", "programs"),
        [
            (
                name,
                f"{sample.seconds:.3f} s",
                f"{sample.cpu_s:.3f} s",
                f"{sample.peak_mb:.0f} MB",
                *((str(count.opened), str(count.started)) if (count := asked[name]) else ("-", "-")),
            )
            for name, sample in found.items()
        ],
    )
    print(f"\nratio to git status: {found['toolkit projects'].seconds / found['git status'].seconds:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
