"""Asking one function about many things in copies of this process: one interpreter keeps one core busy."""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["spread"]

T = TypeVar("T")

_MOST = 4
"""Copies beyond which memory is worth more than what they spare."""
_CHUNK = 8
"""Things that one takes at once."""
_NUMBER = 4
"""Bytes of a chunk's number: so few are read from a pipe whole or not at all."""
_PIPE = 65_536
"""Bytes that a pipe holds on Linux before a writer waits."""


def spread(work: Callable[[str], T], things: Sequence[str], *, least: int) -> dict[str, T]:
    """What a function answers to each of many texts, asked here and in forked copies at once.

    Who is free takes the next few, from a pipe that all read. A copy that dies costs time: what it had taken is asked here.

    Args:
        work: answers with plain values (:mod:`marshal`), and looks at nothing that another answer changes.
        things: what it is asked about.
        least: things from which on a copy is worth its start.

    Raises:
        Exception: what ``work`` raises here; in a copy it only ends the copy, and is raised when asked here.
    """
    copies = min(os.cpu_count() or 1, _MOST) - 1
    chunks = [things[start : start + _CHUNK] for start in range(0, len(things), _CHUNK)]
    # Only Linux: the frameworks of macOS do not survive a fork. Only alone: a lock that another thread holds stays locked in a copy.
    alone = sys.platform == "linux" and threading.active_count() == 1
    if copies < 1 or len(things) < least or not alone or len(chunks) * _NUMBER > _PIPE:
        return {thing: work(thing) for thing in things}
    waiting, full = os.pipe()
    os.write(full, b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(chunks))))
    os.close(full)
    started: list[_Copy] = []
    try:
        started += (_Copy(work, chunks, waiting) for _ in range(copies))
        answers = _answered(work, chunks, waiting)
        for copy in started:
            answers |= copy.answers()
    finally:
        for copy in started:
            copy.end()
        os.close(waiting)
    return {thing: answers[thing] if thing in answers else work(thing) for thing in things}


def _answered(work: Callable[[str], T], chunks: Sequence[Sequence[str]], waiting: int, parent: int = 0) -> dict[str, T]:
    """The answers about one chunk after the other, until none waits or a copy's original is gone."""
    answers: dict[str, T] = {}
    while (number := os.read(waiting, _NUMBER)) and (not parent or os.getppid() == parent):
        answers.update((thing, work(thing)) for thing in chunks[int.from_bytes(number, "big")])
    return answers


class _Copy:
    """A copy of this process that works and sends all its answers at its end."""

    def __init__(self, work: Callable[[str], Any], chunks: Sequence[Sequence[str]], waiting: int) -> None:
        self._pipe, theirs = os.pipe()
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._pipe)
            _work(work, chunks, waiting, theirs, parent)
        os.close(theirs)

    def answers(self) -> dict[str, Any]:
        """What it found; nothing if it died."""
        parts = []
        while part := os.read(self._pipe, 1 << 20):
            parts.append(part)
        try:
            found: dict[str, Any] = marshal.loads(b"".join(parts))  # noqa: S302 - from a copy of this process
        except (EOFError, ValueError, TypeError):
            return {}
        return found

    def end(self) -> None:
        """See to it that it is gone."""
        os.close(self._pipe)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _work(
    work: Callable[[str], Any], chunks: Sequence[Sequence[str]], waiting: int, pipe: int, parent: int
) -> NoReturn:
    """Answer and end, without what the end of the original would do: flushing its streams, say."""
    try:
        body = memoryview(marshal.dumps(_answered(work, chunks, waiting, parent)))
        while body:
            body = body[os.write(pipe, body) :]
    finally:
        os._exit(0)
