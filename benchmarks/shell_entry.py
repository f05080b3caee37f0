"""How long entering the repository takes with direnv: our ``.envrc`` against its floor and against others.

    python3 -m benchmarks.shell_entry                         a small flake on a stand-in nixpkgs
    python3 -m benchmarks.shell_entry --nix-direnv DIRENVRC   nix-direnv's direnvrc as well

Needs Linux, direnv and what ``tests/nix`` needs. Every variant enters the same shell of the same flake; the store,
the home and the caches are temporary. Prints the median of the runs in milliseconds, and the ratio to the floor.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.nix import lab as laboratory

MANIFEST = """
[toolchain]
node = "22"

[packages]
hello = "*"
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=31)
    options.add_argument("--nix-direnv", type=Path)
    options.add_argument("--limit", type=float, help="end with 1 if ours takes longer than this many times the floor")
    given = options.parse_args()
    if not shutil.which("direnv"):
        print("direnv is not on PATH", file=sys.stderr)
        return 3
    nix, reason = laboratory.obtain_nix()
    if nix is None:
        print(reason, file=sys.stderr)
        return 3
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="shell-entry-")))
    try:
        ratio = measure(laboratory.build(folder, nix), given.runs, given.nix_direnv)
    finally:
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)
        shutil.rmtree(folder)
    return int(given.limit is not None and ratio > given.limit)


def measure(lab: laboratory.Lab, runs: int, nix_direnv: Path | None) -> float:
    """Print a line for each variant; return ours in relation to the floor."""
    variants = {
        "trivial .envrc (the floor)": "export A=1\n",
        "ours": (laboratory.ROOT / ".envrc").read_text(),
        "use flake": "use flake\n",
    }
    if nix_direnv is not None:
        variants["nix-direnv"] = f"source {nix_direnv}\nuse flake\n"
    roots = {}
    for number, (name, text) in enumerate(variants.items()):
        root = roots[name] = lab.adopt(lab.folder / f"variant-{number}", MANIFEST, **{".envrc": text})
        lab.run("direnv", "allow", ".", cwd=root)
    front = (sys.executable, "-c", "from toolkit.cli.program import main; main()")
    lab.run(*front, "env", "--refresh", cwd=roots["ours"], env={"PYTHONPATH": str(laboratory.ROOT)})
    times: dict[str, list[float]] = {name: [] for name in roots}
    for _ in range(runs + 2):  # in turn, so that a busy moment of the machine meets all of them
        for name, root in roots.items():
            began = time.perf_counter()
            lab.run("direnv", "exec", ".", "true", cwd=root)
            times[name].append((time.perf_counter() - began) * 1000)
    floor = statistics.median(times["trivial .envrc (the floor)"][2:])
    for name, found in times.items():
        middle = statistics.median(found[2:])
        print(f"{name:<28} {middle:7.1f} ms   {middle / floor:5.2f} x the floor   (best {min(found[2:]):.1f} ms)")
    return statistics.median(times["ours"][2:]) / floor


if __name__ == "__main__":
    sys.exit(main())
