"""A sign of life from work that is silent for long: one line that is rewritten for a person, a line now and then for a log."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from toolkit.report._text import seconds

if TYPE_CHECKING:
    from toolkit.cli._task import Run

__all__ = ["Progress"]

_QUIET_S = 0.7
_TICK_S = 0.2
_LOG_EVERY_S = 20.0
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts what is done on standard error; says nothing at all where the work is short.

    Args:
        run: the task's run.
        doing: what is done, for example ``checks``.
        total: how many there are.
    """

    def __init__(self, run: Run, doing: str, total: int) -> None:
        self._run = run
        self._doing = doing
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._over = threading.Event()
        self._live = run.watched
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if not self._run.quiet:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def ended(self, _result: object) -> None:
        """Count one more."""
        self._done += 1

    def _tick(self) -> None:
        shown = False
        wait = _QUIET_S if self._live else _LOG_EVERY_S
        while not self._over.wait(wait):
            wait = _TICK_S if self._live else _LOG_EVERY_S
            line = f"{self._done} of {self._total} {self._doing} after {seconds(time.monotonic() - self._began)}"
            self._run.err.write(f"{_CLEAR}{line}" if self._live else f"{line}\n")
            self._run.err.flush()
            shown = True
        if shown and self._live:
            self._run.err.write(_CLEAR)
            self._run.err.flush()
