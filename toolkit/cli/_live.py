"""Progress of parallel jobs: a live display for a person, plain lines for a log."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from toolkit.report._text import flat, seconds
from toolkit.system.files import tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.table import Table

    from toolkit.cli._task import Run
    from toolkit.system.jobs import Job, Result

__all__ = ["Lines", "Live", "watcher"]

_REFRESH_S = 0.2
_DOING = 60
"""Characters of a program's last words that a line of a log shows."""
_SYMBOLS = {
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "timed out": ("✗", "red"),
    "blocked": ("·", "yellow"),
    "interrupted": ("·", "yellow"),
}


class Lines:
    """One line when a job starts and one when it ends, and between them one a minute: a log that is still says nothing."""

    def __init__(self, run: Run, labels: Mapping[str, str], done: str, every_s: float = 60.0) -> None:
        self._run = run
        self._labels = labels
        self._done = done
        self._every_s = every_s
        self._running: dict[str, tuple[Job, float]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._remind, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _remind(self) -> None:
        """Name what has run for long, and what it does."""
        while not self._over.wait(self._every_s):
            with self._lock:
                running = list(self._running.values())
            for job, began in running:
                elapsed = time.monotonic() - began
                if elapsed >= self._every_s:
                    self._run.note(
                        f"running   {self._labels[job.key]}  {seconds(elapsed)}  {_doing(job)[:_DOING]}".rstrip()
                    )

    def started(self, job: Job) -> None:
        """Say that it began."""
        with self._lock:
            self._running[job.key] = job, time.monotonic()
        self._run.note(f"started   {self._labels[job.key]}")

    def ended(self, job: Job, result: Result) -> None:
        """Say how it ended."""
        with self._lock:
            self._running.pop(job.key, None)
        word = self._done if result.status == "done" else result.status
        self._run.note(
            f"{word:<9} {self._labels[job.key]}  {seconds(result.duration_s)}{'  ' + result.reason if result.reason else ''}"
        )


class Live:
    """A line for each job: what it is doing now, how long, or what it waits for."""

    def __init__(self, run: Run, jobs: Sequence[Job], labels: Mapping[str, str]) -> None:
        from rich.live import Live as RichLive

        self._jobs = {job.key: job for job in jobs}
        self._labels = labels
        self._console = run.console
        self._began: dict[str, float] = {}
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()
        self._live = RichLive(
            get_renderable=self._table, console=self._console, refresh_per_second=1 / _REFRESH_S, transient=True
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def started(self, job: Job) -> None:
        """Begin its clock."""
        with self._lock:
            self._began[job.key] = time.monotonic()

    def ended(self, job: Job, result: Result) -> None:
        """Keep its result."""
        with self._lock:
            self._results[job.key] = result

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, ratio=1, overflow="ellipsis", style="dim")
        table.add_column(justify="right", no_wrap=True)
        with self._lock:
            rows = self._visible()
            for key in rows:
                symbol, style, text, clock = self._row(key)
                table.add_row(Text(symbol, style=style), Text(self._labels[key]), Text(text), Text(clock))
            hidden = len(self._jobs) - len(rows)
            if hidden:
                table.add_row("", Text(f"and {hidden} more, {len(self._results)} of {len(self._jobs)} done"), "", "")
        return table

    def _visible(self) -> list[str]:
        """What fits: running ones first, then the latest that ended, then some that wait."""
        room = max(self._console.size.height - 4, 5)
        running = [key for key in self._began if key not in self._results]
        ended = list(self._results)[-max(room - len(running) - 3, 0) :]
        waiting = [key for key in self._jobs if key not in self._began and key not in self._results]
        return (ended + running + waiting)[:room]

    def _row(self, key: str) -> tuple[str, str, str, str]:
        result = self._results.get(key)
        if result is not None:
            symbol, style = _SYMBOLS[result.status]
            return symbol, style, result.reason, seconds(result.duration_s)
        if key in self._began:
            elapsed = time.monotonic() - self._began[key]
            return "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[int(elapsed / _REFRESH_S) % 10], "cyan", _doing(self._jobs[key]), seconds(elapsed)
        first = (*self._jobs[key].needs, *self._jobs[key].follows)
        needs = [other for other in first if other in self._jobs and other not in self._results]
        return "·", "dim", f"waits for {self._labels[needs[0]]}" if needs else "waits", ""


def _doing(job: Job) -> str:
    """The last line of its log that says something."""
    for line in reversed(tail(job.log, 2048).replace("\r", "\n").splitlines()):
        clean = "".join(c for c in line if c.isprintable()).strip()
        if clean:
            return clean
    return ""


def watcher(run: Run, jobs: Sequence[Job], label: Callable[[Job], str], done: str) -> Lines | Live:
    """The display that fits where the output goes.

    Args:
        run: the task's run.
        jobs: all jobs.
        label: how a job is called.
        done: the word for success.
    """
    labels = {job.key: flat(label(job)) for job in jobs}
    return Live(run, jobs, labels) if run.terminal else Lines(run, labels, done)
