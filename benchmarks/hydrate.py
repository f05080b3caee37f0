"""Hydration on the simulated provider: wall time against its floor, memory, restoring, scanning.

Run as root on Linux with FUSE: ``python -m benchmarks.hydrate``. Prints JSON; ends with 1 if a target is missed.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.simulator.client import PROJECT, Simulator, missing, private_mounts
from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._download import Limits, Source, download
from toolkit.features.hydration.hydrate import Options, Silent, hydrate, scan
from toolkit.system.dataless import seam

FILES = 200
LATENCY_S = 0.1
MANY = 5000
OVER = 1.05
"""Wall time over the floor that is allowed."""
GROWTH = 1.25
"""Peak memory for ten times as many files, over that for few."""


def wall_times(cloud: Simulator) -> list[dict[str, Any]]:
    """Time from the first request to the last answer, children's start included; the best of two runs."""
    folder = cloud.root / "wall"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:03}.txt").write_text(f"content {number}\n")
    items = [Item(f"wall/{number:03}.txt", 12, 0, Area.UNTRACKED) for number in range(FILES)]
    provider = seam(cloud.root)
    rows = []
    for limit in (2, 4, 8):
        best = math.inf
        for _ in range(2):
            cloud.configure(latency=LATENCY_S, limit=limit)
            cloud.evict("wall")
            began = time.monotonic()
            done = list(download(Source(str(cloud.root), provider), items, Limits(jobs=limit, reserve=0)))
            best = min(best, time.monotonic() - began)
            assert not [item for item in done if item.reason], done
        floor = math.ceil(FILES / limit) * LATENCY_S
        rows.append({"limit": limit, "seconds": round(best, 3), "floor": floor, "over": round(best / floor, 3)})
    return rows


MEASURED = """
import re, sys
from pathlib import Path
from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._download import Limits, Source, download
from toolkit.system.dataless import seam
root, count = sys.argv[1], int(sys.argv[2])
items = (Item(f"many/{n:05}.txt", 6, 0, Area.UNTRACKED) for n in range(count))
bad = sum(bool(done.reason) for done in download(Source(root, seam(root)), items, Limits(reserve=0)))
# Not getrusage: its peak is carried over from the process that started this one.
print(bad, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def memory(cloud: Simulator) -> dict[str, Any]:
    """Peak memory (kB) of the process that downloads, for a tenth of the files and for all."""
    folder = cloud.root / "many"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:05}.txt").write_text("small\n")
    cloud.configure(latency=0.0, limit=64)
    peaks = {}
    for count in (MANY // 10, MANY):
        cloud.evict("many")
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(cloud.root), str(count)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            check=True,
        )
        bad, peaks[count] = (int(word) for word in done.stdout.split())
        assert bad == 0
    return {"files": MANY, "peak_kb": peaks, "growth": round(peaks[MANY] / peaks[MANY // 10], 3)}


def restoring(cloud: Simulator) -> dict[str, Any]:
    """A thousand evicted tracked files while the provider is offline."""
    root = cloud.root / "repo"
    (root / "src").mkdir(parents=True)
    for number in range(1000):
        (root / f"src/{number:04}.ts").write_text(f"export const n = {number}\n")
        os.utime(root / f"src/{number:04}.ts", (1_700_000_000, 1_700_000_000))
    author = ("-c", "user.name=B", "-c", "user.email=b@example.invalid")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "x")):
        subprocess.run(["git", *words], cwd=root, check=True)
    cloud.evict("repo/src")
    cloud.configure(offline=True)
    began = time.monotonic()
    done = hydrate(root, Options(limits=Limits(reserve=0), settle_s=0), Silent())
    seconds = time.monotonic() - began
    assert (len(done.restored), cloud.counts()["downloads"], done.failed) == (1000, 0, {})
    return {"files": 1000, "seconds": round(seconds, 2), "downloaded_bytes": 0}


def scanning() -> dict[str, Any]:
    """An ordinary folder of 20,000 files: what a guard-free scan costs without a provider."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / ".git").mkdir()
        for folder in range(200):
            (root / f"d{folder}").mkdir()
            for number in range(100):
                (root / f"d{folder}/{number}").touch()
        scan(root)
        survey = scan(root)
        return {"files": survey.files, "seconds": round(survey.duration_s, 3)}


def main() -> int:
    if reason := missing():
        print(f"not measured: {reason}")
        return 3
    private_mounts()
    with tempfile.TemporaryDirectory() as base:
        cloud = Simulator(Path(base) / "provider")
        try:
            walls = wall_times(cloud)
            cloud.reset()
            flat = memory(cloud)
            cloud.reset()
            report = {"wall": walls, "memory": flat, "restore": restoring(cloud), "scan": scanning()}
        finally:
            cloud.close()
    missed = [row for row in walls if row["over"] > OVER] or flat["growth"] > GROWTH
    print(json.dumps(report | {"missed": bool(missed)}, indent=2))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
