"""A bootstrap that has nothing to do, against the peer that comes nearest: ``mise deps --monorepo``.

    python3 -m benchmarks.noop --mise PATH [--counts 200,2000] [--runs 7] [--real]

``--mise`` is the program, which the npm package ``@jdxcode/mise-linux-x64`` holds. Both tools work on the same tree of
npm subprojects, each with a lock and one installed package. mise is told of them by hand (a ``mise.toml`` in the root
and in each); the toolkit finds them. Both first install once, so that both have their own record. That install is not
measured, so by default an ``npm`` which does nothing stands first on the search path and the packages that lie in the
tree stay; ``--real`` takes the machine's npm, which needs the registry and a minute for each hundred subprojects.

Without ``--mise`` the toolkit alone is measured. Prints tables of Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Program, counts, environment, interleaved, machine, once, ours, table
from benchmarks.trees import npm_subprojects

_FAKE_NPM = """#!/bin/sh
# Leaves the packages that are there: only what follows an install is measured.
[ "$1" = --version ] && echo 10.9.2
exit 0
"""

_MISE_ROOT = """experimental_monorepo_root = true
monorepo_root = true

[settings]
experimental = true

[monorepo]
config_roots = ["services/*"]
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mise", type=Path)
    options.add_argument("--counts", default="200,2000")
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--real", action="store_true", help="install with the machine's npm")
    given = options.parse_args()
    if given.mise is None:
        found = shutil.which("mise")
        given.mise = Path(found) if found else None
    print(f"{machine()}; least of {given.runs} runs, in turn\n")
    for count in map(int, given.counts.split(",")):
        with tempfile.TemporaryDirectory(prefix="noop-") as folder:
            measure(Path(folder).resolve(), count, given)
    return 0


def measure(folder: Path, count: int, given: argparse.Namespace) -> None:
    programs = prepare(folder, count, given)
    for program in programs.values():
        once(program)  # installs, and makes the record that the following runs compare with
    found = interleaved(programs, given.runs)
    rows = []
    for name, program in programs.items():
        asked = counts(program)
        sample = found[name]
        rows.append(
            (
                name,
                f"{sample.seconds:.3f} s",
                f"{sample.cpu_s:.3f} s",
                f"{sample.peak_mb:.0f} MB",
                *((f"{asked.opened}", f"{asked.started}", f"{asked.processes}") if asked else ("-", "-", "-")),
            )
        )
    table((f"{count} subprojects", "time", "on all cores", "memory", "files opened", "programs", "processes"), rows)
    if "mise" in found:
        own, peer = found["toolkit"], found["mise"]
        print(
            f"\nratio to mise at {count}: time {own.seconds / peer.seconds:.2f}, memory {own.peak_mb / peer.peak_mb:.2f}\n"
        )


def prepare(folder: Path, count: int, given: argparse.Namespace) -> dict[str, Program]:
    """A tree and a home for each tool, and the command lines."""
    first: tuple[Path, ...] = ()
    if not given.real:
        (folder / "bin").mkdir()
        (folder / "bin/npm").write_text(_FAKE_NPM)
        (folder / "bin/npm").chmod(0o755)
        first = (folder / "bin",)
    programs = {}
    if given.mise is not None:
        peer = npm_subprojects(folder / "mise", count)
        (peer / "mise.toml").write_text(_MISE_ROOT)
        for project in (peer / "services").iterdir():
            (project / "mise.toml").write_text("[deps.npm]\n")
        trusted = environment(folder / "mise-home", *first, MISE_TRUSTED_CONFIG_PATHS=str(folder))
        (folder / "mise-home").mkdir()
        programs["mise"] = Program((str(given.mise.resolve()), "deps", "--monorepo"), peer, trusted)
    own = npm_subprojects(folder / "toolkit", count)
    (folder / "toolkit-home").mkdir()
    programs["toolkit"] = Program(
        ours("bootstrap", "--provider", "host"), own, environment(folder / "toolkit-home", *first)
    )
    return programs


if __name__ == "__main__":
    sys.exit(main())
