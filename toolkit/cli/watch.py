"""Watching what a provider takes back."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from toolkit.cli._hydration import find_repository, waits
from toolkit.cli._task import Run, choose_format, task

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.features.hydration.watch import Look

__all__ = ["watch"]

_HYDRATE_AGAIN_S = 3600.0
"""Seconds in which a file is brought back once at most: fighting a provider helps nobody."""


@task(
    group="cloud files",
    downloads=True,
    help={
        "interval": "seconds between two looks if nothing happens",
        "duration": "seconds after which it ends; 0 watches until it is interrupted",
        "hydrate": "bring back what was evicted, each file once an hour at most",
        "history": "print the log of what was taken back and when",
        "format": "text or jsonl",
    },
)
def watch(
    run: Run,
    interval: float = 30.0,
    duration: float = 0.0,
    hydrate: bool = False,
    history: bool = False,
    format: str = "text",
) -> int:
    """Report evictions, conflict copies and newly synced heavy folders as they happen, and log them."""
    from toolkit.features.hydration import hydrate as feature
    from toolkit.features.hydration import watch as watcher
    from toolkit.system.dataless import seam

    shape = choose_format(format, ("text", "jsonl"))
    root = find_repository(run)
    feature.require_repository(root)
    state = run.context.prepare_state()
    if history:
        return _history(run, state, shape)
    if not seam(root).capable:
        run.note("no file of this file system can be evicted: only conflict copies and heavy folders are reported")
    stop = threading.Event()
    if duration:
        timer = threading.Timer(duration, stop.set)
        timer.daemon = True
        timer.start()
    brought: dict[str, float] = {}
    first = True
    for look in watcher.watch(root, interval, stop, watcher.observe(root)):
        if first or look.changed:
            watcher.append(state, look)
            run.print(look.to_json() if shape == "jsonl" else "\n".join(_lines(look, first=first)))
            run.out.flush()
        if hydrate and look.evicted:
            _bring(run, root, state, look, brought)
        first = False
    return 0


def _lines(look: Look, *, first: bool) -> list[str]:
    from toolkit.report.hydration import amount, count

    clock = time.strftime("%H:%M:%S", time.localtime(look.at))
    away = ", ".join(f"{area} {count(files)} ({amount(size)})" for area, (files, size) in look.away.items())
    lines = [f"{clock}  away: {away or 'nothing'}; free: {amount(look.free)}"] if first else []
    named = (
        (look.evicted, "evicted"),
        (look.returned, "local again"),
        (look.conflicts, "conflict copy"),
        (look.heavy, "heavy folder is synced (invoke hydrate --exclude keeps it out)"),
    )
    for paths, word in named:
        lines += [f"{clock}  {word}: {path}" for path in paths[:10]]
        if len(paths) > 10:
            lines.append(f"{clock}  {word}: {count(len(paths) - 10)} more")
    return lines


def _bring(run: Run, root: Path, state: Path, look: Look, brought: dict[str, float]) -> None:
    from toolkit.features.hydration import hydrate as feature
    from toolkit.system import lock

    now = time.monotonic()
    due = [path for path in look.evicted if now - brought.get(path, -_HYDRATE_AGAIN_S) >= _HYDRATE_AGAIN_S]
    left = len(look.evicted) - len(due)
    if left:
        run.note(f"{left} were brought back within the hour already and are left: pin the repository, or evacuate it")
    if due:
        brought.update(dict.fromkeys(due, now))
        with lock.hold(state / "hydrate.lock", "watch --hydrate", lambda holder: run.note(waits(holder))):
            done = feature.hydrate(root, feature.Options(paths=tuple(due), settle_s=0), feature.Silent())
        run.note(f"brought back {len(done.restored) + len(done.downloaded)}, failed {len(done.failed)}")


def _history(run: Run, state: Path, shape: str) -> int:
    import json

    from toolkit.features.hydration.watch import history

    known = list(history(state))
    if not known:
        run.note("nothing was seen yet: invoke watch writes what it sees")
    for line in known:
        if shape == "jsonl":
            run.print(json.dumps(line))
            continue
        run.print(
            f"{line['at']}  {line['evicted_count']} evicted, {line['returned_count']} local again, "
            f"{line['conflicts_count']} conflict copies, {line['heavy_count']} heavy folders"
        )
    return 0
