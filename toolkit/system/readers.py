"""Children that read dataless files for us, one file each at a time, and that can be killed at any moment."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

__all__ = ["Answer", "Reader", "Request", "wait"]

_PACKAGE = Path(__file__).resolve().parents[2]
# Isolated and without site packages: a child starts in 20 ms, and nothing of the user's can run in it.
_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[3])
from toolkit.system.reader import main
main(int(sys.argv[1]), sys.argv[2])
"""


class Request(NamedTuple):
    """What a child is asked for.

    Attributes:
        operation: ``read`` or ``list``.
        path: absolute.
        algorithm: ``sha1`` or ``sha256``, for the object name of what is read.
        deadline_s: seconds from its start until the child is killed.
    """

    operation: str
    path: str
    algorithm: str
    deadline_s: float


class Answer(NamedTuple):
    """How a request ended.

    Attributes:
        outcome: ``ok``, ``short``, ``error``, ``killed`` (its deadline passed) or ``died`` (the child is gone).
        number: bytes read, entries listed, or the errno.
        oid: the name git gives to this content; empty for a folder or an error.
        duration_s: seconds it took.
    """

    request: Request
    outcome: str
    number: int = 0
    oid: str = ""
    duration_s: float = 0.0


class Reader:
    """One child. Two requests may wait in it, so that it never idles while its parent is busy.

    Args:
        switch: how it turns materialization ON; see :attr:`toolkit.system.dataless.Seam.switch`.

    Raises:
        OSError: it cannot be started.
    """

    DEPTH = 2

    def __init__(self, switch: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, str(os.getpid()), switch, str(_PACKAGE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 - both are pipes
        self._input, self.output = self._process.stdin, self._process.stdout
        os.set_blocking(self.output.fileno(), False)
        self._pending: deque[Request] = deque()
        self._began = 0.0
        self._rest = b""

    @property
    def load(self) -> int:
        """How many requests it has."""
        return len(self._pending)

    @property
    def deadline(self) -> float:
        """When the current request has to be done, by the monotonic clock."""
        return self._began + self._pending[0].deadline_s if self._pending else float("inf")

    def send(self, request: Request) -> None:
        """Give it one more request; a child that is gone answers by :meth:`take`."""
        if not self._pending:
            self._began = time.monotonic()
        self._pending.append(request)
        fields = (request.operation, request.algorithm, request.path)
        with contextlib.suppress(BrokenPipeError):
            self._input.write(b"\t".join(os.fsencode(field) for field in fields) + b"\0")

    def take(self) -> list[Answer]:
        """What it has answered since the last call; ``died`` once, for the request it died of."""
        try:
            piece = self.output.read(65536)
        except OSError:
            piece = b""
        if piece is None:
            return []
        if not piece:
            return self._gone("died")
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return [self._answer(line) for line in lines]

    def _answer(self, line: bytes) -> Answer:
        outcome, number, oid = line.decode("ascii").split("\t")
        now = time.monotonic()
        answer = Answer(self._pending.popleft(), outcome, int(number), oid, now - self._began)
        self._began = now
        return answer

    def expire(self) -> list[Answer]:
        """Kill it for the request whose deadline passed."""
        return self._gone("killed")

    def unstarted(self) -> list[Request]:
        """The requests that it never began; for after it is gone."""
        left = list(self._pending)
        self._pending.clear()
        return left

    def _gone(self, outcome: str) -> list[Answer]:
        self.kill()
        if not self._pending:
            return []
        return [Answer(self._pending.popleft(), outcome, duration_s=time.monotonic() - self._began)]

    def kill(self) -> None:
        """End it and whatever it started, at once, and collect it.

        A process that the kernel does not let go within seconds is left to it: SIGKILL is already noted there.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._input, self.output):
            with contextlib.suppress(OSError):
                stream.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)


def wait(readers: list[Reader], timeout_s: float) -> list[Reader]:
    """The readers that have something to say, after at most this many seconds."""
    with selectors.DefaultSelector() as selector:
        for reader in readers:
            selector.register(reader.output, selectors.EVENT_READ, reader)
        return [key.data for key, _ in selector.select(timeout_s)]
