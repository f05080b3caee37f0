"""What a hydrator's child does: read whole files, or list folders, with materialization ON.

Requests come NUL-terminated on standard input (``operation TAB algorithm TAB path``), answers leave as
lines (``outcome TAB number TAB object name``). A read of a dataless file may wait for ever, and the parent
may be killed meanwhile: a second thread looks after the parent, so that no reader outlives the one that asked.

A child is started for each slot of the pool, and again after each kill: what is imported here is what
starts in ten milliseconds.
"""

from __future__ import annotations

import _thread
import os
import sys
import time

__all__ = ["main"]

_PIECE = 1024 * 1024
"""Bytes for one read: one of them is enough to bring the whole file."""
_LOOK_S = 0.5
_SIGKILL = 9


def main(parent: int, switch: str) -> None:
    """Serve requests until the input ends.

    Args:
        parent: the process that asks.
        switch: how the policy is turned ON: ``darwin``, a path and a text to write there, or nothing.
    """
    _thread.start_new_thread(_watch, (parent,))
    _materialize(switch)
    rest = b""
    while piece := os.read(0, 65536):
        *requests, rest = (rest + piece).split(b"\0")
        for request in requests:
            operation, algorithm, path = request.split(b"\t", 2)
            answer = _list(path) if operation == b"list" else _read(path, algorithm.decode())
            os.write(1, b"%s\t%d\t%s\n" % answer)


def _watch(parent: int) -> None:
    import hashlib  # noqa: F401 - loads while the first read waits for its provider

    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), _SIGKILL)


def _materialize(switch: str) -> None:
    if switch == "darwin":
        from toolkit.system.darwin import Policy, set_policy

        set_policy(Policy.ON)
    elif switch:
        path, text = switch.split("=", 1)
        with open(path, "w", encoding="ascii") as stream:
            stream.write(text)


def _list(path: bytes) -> tuple[bytes, int, bytes]:
    try:
        return b"ok", len(os.listdir(path)), b""
    except OSError as error:
        return b"error", error.errno or 0, b""


def _read(path: bytes, algorithm: str) -> tuple[bytes, int, bytes]:
    """Read all of a file and name it as git would name a blob with this content."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        return b"error", error.errno or 0, b""
    try:
        expected = os.fstat(descriptor).st_size
        piece = os.read(descriptor, min(_PIECE, expected))  # a large buffer for a small file costs a millisecond
        import hashlib

        digest = hashlib.new(algorithm, b"blob %d\0" % expected, usedforsecurity=False)
        length = 0
        while piece:
            digest.update(piece)
            length += len(piece)
            piece = os.read(descriptor, _PIECE) if length < expected else b""
        return b"ok" if length == expected else b"short", length, digest.hexdigest().encode()
    except OSError as error:
        return b"error", error.errno or 0, b""
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
