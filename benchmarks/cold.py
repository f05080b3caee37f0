"""A bootstrap from nothing: how close its makespan comes to what no scheduler can beat.

    python3 -m benchmarks.cold [--runs 3] [--real]

The bound is the greater of two: the longest chain of subprojects that wait for each other, and the sum of all durations
over the number of workers. Twelve npm subprojects with an ``npm`` that sleeps for a known time show the scheduler alone:
once without knowing any duration, as on the first day, and once with the last run's, which are recorded. ``--real``
installs a copy of ``examples/messy`` with the machine's own managers (and their caches) as well, less what ``--skip``
names; there the durations are those of a run with one worker. Time is that of the whole command, Python's start
included. Prints a table of Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Program, environment, machine, once, ours, table
from benchmarks.trees import npm_subprojects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKERS = 2
SECONDS = (5.0, 4.0, 3.0, 2.5, 2.0, 2.0, 1.5, 1.0, 1.0, 0.5, 0.5, 0.5)
CHAINS = ((4, 0), (7, 2, 3))
"""Positions in ``SECONDS`` that wait for each other, the first first."""

_SLEEPY_NPM = """#!/bin/sh
# Takes as long as the subproject says, and leaves the packages that are there.
[ "$1" = --version ] && echo 10.9.2 && exit 0
exec sleep "$(cat .seconds)"
"""
_MESSY = Path(__file__).resolve().parents[1] / "examples/messy"
_OUTPUTS = {"node_modules", ".venv", ".terraform", ".toolkit", ".pnp.cjs", ".yarn"}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--real", action="store_true", help="install examples/messy as well")
    options.add_argument("--skip", action="append", default=[], help="leave this out of it (repeatable)")
    given = options.parse_args()
    print(f"{machine()}; {WORKERS} workers, least of {given.runs} runs\n")
    with tempfile.TemporaryDirectory(prefix="cold-") as name:
        folder = Path(name).resolve()
        rows = [*known(folder, given.runs), *(real(folder, given.runs, given.skip) if given.real else ())]
    table(("", "longest chain", "sum", "bound", "makespan", "ratio"), rows)
    return 0


def known(folder: Path, runs: int) -> list[tuple[str, ...]]:
    """Twelve subprojects of known durations, several orders of them."""
    (folder / "bin").mkdir()
    (folder / "bin/npm").write_text(_SLEEPY_NPM)
    (folder / "bin/npm").chmod(0o755)
    (folder / "home").mkdir()
    env = environment(folder / "home", folder / "bin")
    least: dict[str, float] = {}
    seconds: dict[str, float] = {}
    needs: dict[str, list[str]] = {}
    for number in range(runs):  # the names, by which equals are ordered, fall differently each time
        root = npm_subprojects(folder / f"known-{number}", len(SECONDS))
        seconds, needs = _durations(root, number)
        first = Program(ours("bootstrap", "--provider", "host", "--jobs", str(WORKERS)), root, env)
        again = Program((*first.argv, "--force"), root, env)
        for name, program in (("12 sleeping, durations unknown", first), ("12 sleeping, durations known", again)):
            least[name] = min(least.get(name, 1e9), once(program).seconds)
    return [_row(name, seconds, needs, makespan) for name, makespan in least.items()]


def _durations(root: Path, seed: int) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Give each subproject its duration and write what waits for what; both by path."""
    paths = [f"services/{number:04d}" for number in range(len(SECONDS))]
    random.Random(seed).shuffle(paths)
    for path, duration in zip(paths, SECONDS, strict=True):
        (root / path / ".seconds").write_text(f"{duration}\n")
    needs = {paths[late]: [paths[early]] for chain in CHAINS for early, late in pairwise(chain)}
    lines = [f'[projects."{path}"]\nafter = {json.dumps(after)}\n' for path, after in needs.items()]
    (root / "toolkit.toml").write_text("\n".join(lines))
    return dict(zip(paths, SECONDS, strict=True)), needs


def real(folder: Path, runs: int, skip: Sequence[str]) -> list[tuple[str, ...]]:
    """The example repository, whose outputs are removed before each run."""
    root = folder / "messy"
    shutil.copytree(_MESSY, root, ignore=shutil.ignore_patterns(*_OUTPUTS))
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "begin")):
        who = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@benchmark.example")
        subprocess.run(("git", *who, *words), cwd=root, check=True)
    env = environment(Path.home())
    env.pop("TOOLKIT_CACHE")
    env["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    skipped = [word for name in skip for word in ("--skip", name)]
    base = ours("bootstrap", "--quiet", "--format", "json", *skipped)
    _clear(root)
    fetched = _report((*base, "--jobs", str(WORKERS)), root, env)  # fills the managers' caches
    done = [row["path"] for row in fetched["results"] if row["result"] == "installed"]
    alone: dict[str, float] = {}
    for _ in range(runs):
        _clear(root, records=True)
        for row in _report((*base, "--jobs", "1"), root, env)["results"]:
            if row["result"] == "installed":
                key = f"{row['path']}:{row['ecosystem']}"
                alone[key] = min(alone.get(key, 1e9), row["duration_s"])
    listed = json.loads(_output(ours("projects", "--format", "json"), root, env))["subprojects"]
    keys = {item["path"]: f"{item['path']}:{item['ecosystem']}" for item in listed}
    needs = {
        f"{item['path']}:{item['ecosystem']}": [keys[path] for path in item["needs"] if path in keys] for item in listed
    }
    argv = (*base, "--jobs", str(WORKERS))
    rows = []
    for name, records in (("unknown", True), ("known", False)):
        makespan = min(
            once(Program(argv, root, env, before=lambda records=records: _clear(root, records=records))).seconds  # type: ignore[misc]
            for _ in range(runs)
        )
        rows.append(_row(f"{len(done)} real, durations {name}", alone, needs, makespan))
    return rows


def _clear(root: Path, *, records: bool = True) -> None:
    """Remove what installs left; with ``records`` also what the toolkit knows of them."""
    for folder, names, files in os.walk(root):
        for name in [*names, *files]:
            tracked = "tools/node_modules" in f"{folder}/{name}"
            if name in _OUTPUTS and not tracked and (records or name != ".toolkit"):
                path = Path(folder, name)
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        names[:] = [name for name in names if name not in _OUTPUTS and name != ".git"]


def _report(argv: Sequence[str], root: Path, env: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_output(argv, root, env))
    return found


def _output(argv: Sequence[str], root: Path, env: Mapping[str, str]) -> str:
    return subprocess.run(
        argv, cwd=root, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, text=True
    ).stdout


def _row(
    name: str, seconds: Mapping[str, float], needs: Mapping[str, Sequence[str]], makespan: float
) -> tuple[str, ...]:
    def chain(key: str) -> float:
        return seconds.get(key, 0.0) + max((chain(other) for other in needs.get(key, ()) if other != key), default=0.0)

    longest, total = max(map(chain, seconds)), sum(seconds.values())
    bound = max(longest, total / WORKERS)
    return (
        name,
        f"{longest:.1f} s",
        f"{total:.1f} s",
        f"{bound:.1f} s",
        f"{makespan:.1f} s",
        f"{makespan / bound:.2f}",
    )


if __name__ == "__main__":
    sys.exit(main())
