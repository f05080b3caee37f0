"""What the tasks about evicted files share: the repository, sizes, progress."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.cli._task import Run
    from toolkit.features.hydration.hydrate import Item, Progress
    from toolkit.system.lock import Holder

__all__ = ["find_repository", "progress", "size", "waits"]

_SIZE = regex(r"^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$", re.IGNORECASE)
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def find_repository(run: Run) -> Path:
    """The work tree, found by ``lstat``: git itself finds none while its files are evicted.

    Materialization is OFF before the first look; what the policy was is explained where it matters.
    """
    from toolkit.features.hydration import policy

    if line := policy.explain(policy.choose(Path.cwd(), policy.Policy.OFF)):
        run.note(line)
    given = run.context.root
    for folder in (given, *given.parents):
        if os.path.lexists(folder / ".git"):
            return folder
    return given


def waits(holder: Holder | None) -> str:
    """What to say while another run has the lock."""
    return (
        f"another hydrate works here (process {holder.pid}), waiting for it"
        if holder
        else "another hydrate works here, waiting"
    )


def size(text: str, flag: str) -> int:
    """Bytes of a text such as ``500MB``.

    Raises:
        UsageError: it is no size.
    """
    match = _SIZE.match(text.strip())
    if match is None:
        raise UsageError(f"{flag} {text} is no size", "for example 500MB or 2GB")
    return int(float(match[1]) * _FACTORS[match[2].lower()])


def progress(run: Run) -> Progress:
    """The display that fits where the output goes."""
    return _Bar(run) if run.terminal else _Lines(run)


class _Lines:
    """A line when a phase ends; one every few seconds while it goes on."""

    EVERY_S = 10.0

    def __init__(self, run: Run) -> None:
        self._run = run
        self.title = ""
        self.files = self.done = self.size = self.bytes = self.failed = 0
        self.began = self._told = 0.0

    def begin(self, title: str, files: int, size: int) -> None:
        """Start counting."""
        self.title, self.files, self.size = title, files, size
        self.done = self.bytes = self.failed = 0
        self.began = self._told = time.monotonic()
        if not files:
            self._announce(title)

    def _announce(self, title: str) -> None:
        """Say that a phase began that counts nothing."""
        self._run.note(title)

    def advance(self, item: Item, reason: str) -> None:
        """Count one item."""
        self.done += 1
        self.failed += bool(reason)
        self.bytes += 0 if reason else item.size
        if time.monotonic() - self._told >= self.EVERY_S:
            self._told = time.monotonic()
            self._run.note(self.line())

    def end(self) -> None:
        """Say how it went."""
        if self.files:
            self._run.note(self.line())

    def line(self) -> str:
        """Where the phase is: files, bytes, rate and the time that is left."""
        from toolkit.report.hydration import amount

        elapsed = max(time.monotonic() - self.began, 0.001)
        parts = [f"{self.title} {self.done}/{self.files}"]
        if self.size:
            parts.append(f"{amount(self.bytes)} of {amount(self.size)}")
            parts.append(f"{amount(self.bytes / elapsed)}/s")
        if 0 < self.done < self.files:
            left = elapsed / self.done * (self.files - self.done)
            parts.append(f"{int(left) // 60}:{int(left) % 60:02} left")
        else:
            parts.append(f"{elapsed:.1f} s")
        if self.failed:
            parts.append(f"{self.failed} not yet")
        return "  ".join(parts)


class _Bar(_Lines):
    """A live bar for a person; the line stays when the phase is over."""

    def _announce(self, title: str) -> None:
        """The bar shows it."""

    def begin(self, title: str, files: int, size: int) -> None:
        """Start the bar; a phase that counts nothing only shows that it goes on."""
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        super().begin(title, files, size)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(20) if files else SpinnerColumn(),
            TextColumn("{task.fields[line]}"),
        )
        self._bar = Progress(*columns, console=self._run.console, transient=True)
        self._task = self._bar.add_task(title, total=files or None, line="")
        self._bar.start()

    def advance(self, item: Item, reason: str) -> None:
        """Move the bar."""
        super().advance(item, reason)
        self._bar.update(self._task, advance=1, line=self.line().removeprefix(self.title).strip())

    def end(self) -> None:
        """Replace the bar by its last line."""
        self._bar.stop()
        super().end()
