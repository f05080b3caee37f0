"""Seeing evictions, conflict copies and newly synced heavy folders as they happen, with a log of when and what.

Events of the system are hints, since a new remote subtree raises one for its top folder only; the walk is the
truth. Each look is an ``lstat`` walk, and nothing is downloaded unless asked for.
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from toolkit.features.hydration._areas import Area
from toolkit.features.hydration._download import free_bytes
from toolkit.features.hydration._scan import scan
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from toolkit.features.hydration._survey import Survey

__all__ = ["LOG", "Look", "append", "history", "observe", "watch"]

LOG = "evictions.jsonl"
"""One line for each look that found a change, in the state folder."""
_QUIET_S = 1.0
"""Seconds without an event until a look: a provider takes back in bursts."""


@frozen
class Look:
    """What one look found, and what is new since the one before.

    Args:
        at: seconds since the epoch.
        away: files by area, and their bytes.
        free: bytes that are free on the disk.
    """

    at: float
    away: dict[str, tuple[int, int]]
    free: int
    evicted: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is new."""
        return bool(self.evicted or self.returned or self.conflicts or self.heavy)

    def to_json(self) -> str:
        """One line of the log; long lists are cut, their lengths are not."""
        named = {name: list(getattr(self, name)) for name in ("evicted", "returned", "conflicts", "heavy")}
        return json.dumps(
            {
                "schema_version": 1,
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.at)),
                "away": {area: {"files": files, "bytes": size} for area, (files, size) in self.away.items()},
                "free_bytes": self.free,
                **{f"{name}_count": len(paths) for name, paths in named.items()},
                **{name: paths[:100] for name, paths in named.items()},
            }
        )


@dataclass
class _Known:
    """What the look before found."""

    away: set[str] = field(default_factory=set)
    conflicts: set[str] = field(default_factory=set)
    heavy: set[str] = field(default_factory=set)


class Observer(Protocol):
    """Reports events in a thread of its own, as watchdog's observers do."""

    def stop(self) -> None:
        """Report no more."""

    def join(self) -> None:
        """Wait until its thread has ended."""


def watch(
    root: Path,
    interval_s: float,
    stop: threading.Event,
    observer: Callable[[Callable[[], None]], Observer] | None = None,
) -> Iterator[Look]:
    """Look again and again; the first look is the state at the beginning.

    Args:
        root: the absolute folder of a work tree.
        interval_s: seconds between two looks if nothing happens.
        stop: ends it.
        observer: starts reporting events by calling what it is given.
    """
    woken = threading.Event()
    running = observer(woken.set) if observer is not None else None
    known: _Known | None = None
    try:
        while not stop.is_set():
            survey = scan(root)
            look, known = _compare(root, survey, known)
            yield look
            _sleep(interval_s, stop, woken)
    finally:
        if running is not None:
            running.stop()
            running.join()


def _sleep(interval_s: float, stop: threading.Event, woken: threading.Event) -> None:
    """Until the interval is over, or until a burst of events is."""
    end = time.monotonic() + interval_s
    while not stop.is_set() and time.monotonic() < end:
        if woken.wait(min(0.2, max(end - time.monotonic(), 0.0))):
            woken.clear()
            while woken.wait(min(_QUIET_S, interval_s)) and time.monotonic() < end:
                woken.clear()
            return


def _compare(root: Path, survey: Survey, known: _Known | None) -> tuple[Look, _Known]:
    needed = {item.path for item in survey.items if item.area is not Area.REGENERABLE}
    now = _Known(needed, {item.path for item in survey.conflicts}, set(survey.regenerable))
    away = {area.value: (len(items), sum(item.size for item in items)) for area in Area if (items := survey.of(area))}
    free = free_bytes(os.fspath(root))
    if known is None:
        return Look(time.time(), away, free), now
    look = Look(
        time.time(),
        away,
        free,
        evicted=tuple(sorted(now.away - known.away)),
        returned=tuple(sorted(known.away - now.away)),
        conflicts=tuple(sorted(now.conflicts - known.conflicts)),
        heavy=tuple(sorted(now.heavy - known.heavy)),
    )
    return look, now


def observe(root: Path) -> Callable[[Callable[[], None]], Observer]:
    """An observer of the system's file events below a folder; it reads nothing."""

    def start(wake: Callable[[], None]) -> Observer:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer as FileObserver

        class _Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                # Our own looks open folders; only what changes something is a hint.
                if event.event_type in ("created", "modified", "moved", "deleted") and "/.toolkit/" not in str(
                    event.src_path
                ):
                    wake()

        running = FileObserver()
        running.schedule(_Handler(), os.fspath(root), recursive=True)
        running.start()
        return running

    return start


def append(state: Path, look: Look) -> None:
    """Add a look to the log.

    Raises:
        OSError: it cannot be written.
    """
    with (state / LOG).open("a", encoding="utf-8") as stream:
        stream.write(look.to_json() + "\n")


def history(state: Path) -> list[dict[str, object]]:
    """The looks in the log, oldest first; a line that was cut off by a kill is passed over."""
    found = []
    try:
        lines = (state / LOG).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
