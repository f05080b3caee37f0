"""Asking git again and again whether its ignore rules cover a path, with one process for all questions.

``git check-ignore --stdin`` answers each path as it comes. A run of all checks asks some hundred times for a path or
two; a process for each took 12 ms, an answer of the one that stays 0.1 ms.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from typing import TYPE_CHECKING

from toolkit.errors import CannotCheckError
from toolkit.system import git
from toolkit.system.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from toolkit.commands import Completed

__all__ = ["IgnoreRules"]

_FIELDS = 4
"""Of an answer: the file of the rule, its line, the rule, the path; the first three empty where no rule covers it."""
_AT_ONCE = 8192
"""Bytes of paths that are asked for together: a pipe holds more, so that neither side waits for the other."""

_ANY = b"any-entry"
"""Asked for below a path that ends in ``/``. Git answers for the entry after the slash, and an entry without a name fits a
rule that is blank, which covers nothing."""

_PATIENCE_S = 1.0


class IgnoreRules:
    """The ignore rules of one repository; may be asked by several threads.

    Args:
        root: the absolute folder that paths count from.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._talk: _Talk | None = None
        self._kept = False

    @contextlib.contextmanager
    def kept_open(self) -> Iterator[None]:
        """Within this, one process answers all questions; outside, each question starts its own."""
        self._kept = True
        try:
            yield
        finally:
            self._kept = False
            if self._lock.acquire(timeout=_PATIENCE_S):  # a thread that hangs in git may hold it for ever
                talk, self._talk = self._talk, None
                self._lock.release()
                if talk is not None:
                    talk.close()

    def covered(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths that git ignores; what it tracks is never among them.

        Args:
            paths: a path that ends in ``/`` is a folder, whether or not it is there.

        Raises:
            CannotCheckError: git failed, as it does for a path beyond a symbolic link.
        """
        asked = [os.fsencode(path) + (_ANY if path.endswith("/") else b"") for path in paths]
        if not self._kept or sum(map(len, asked)) + len(asked) > _AT_ONCE:
            done = git.git(self._root, "check-ignore", "--stdin", "-z", data=b"\0".join(asked) + b"\0")
            if done.code not in (0, 1):
                git.expect(done)
            hits = frozenset(done.text.split("\0"))
            return frozenset(path for path, name in zip(paths, asked, strict=True) if os.fsdecode(name) in hits)
        with self._lock:
            if self._talk is None:
                self._talk = _Talk(self._root)
            answers = self._talk.ask(asked)
            if answers is None:
                ended, self._talk = self._talk, None
                git.expect(ended.close())
                raise CannotCheckError("git check-ignore ended before it had answered")
        return frozenset(path for path, hit in zip(paths, answers, strict=True) if hit)

    def rule(self, path: str) -> tuple[str, str, str]:
        """The file, the line and the text of the rule that covers a path; empty texts where none does.

        Args:
            path: as :meth:`covered` takes them.
        """
        asked = os.fsencode(path) + (_ANY if path.endswith("/") else b"")
        done = git.git(self._root, "check-ignore", "--stdin", "-z", "--verbose", data=asked + b"\0")
        file, line, text, *_ = (*done.text.split("\0"), "", "", "")
        return file, line, text


class _Talk:
    """A running ``git check-ignore``; it ends when its input does, so that none outlives this process."""

    def __init__(self, root: Path) -> None:
        theirs, self._to = os.pipe()
        self._from, answers = os.pipe()
        command = git.command(root, "check-ignore", "--stdin", "-z", "--verbose", "--non-matching")
        try:
            with open(theirs, "rb", closefd=True) as given, open(answers, "wb", closefd=True) as taken:
                child = Child(command, stdin=given, stdout=taken, stderr=subprocess.PIPE)
        except OSError as error:
            os.close(self._to)
            os.close(self._from)
            raise CannotCheckError(f"git cannot be run in {root}: {error.strerror}", "install git") from error
        self._child = child

    def ask(self, paths: list[bytes]) -> list[bool] | None:
        """For each path whether a rule covers it; ``None`` if git ended before it had answered."""
        try:
            os.write(self._to, b"\0".join(paths) + b"\0")
        except BrokenPipeError:
            return None
        text = b""
        while text.count(b"\0") < _FIELDS * len(paths):
            part = os.read(self._from, 1 << 16)
            if not part:
                return None
            text += part
        fields = text.split(b"\0")
        # The last rule that fits is told, also one that takes a path out again.
        return [bool(fields[at]) and not fields[at + 2].startswith(b"!") for at in range(0, len(fields) - 1, _FIELDS)]

    def close(self) -> Completed:
        """End it by ending its input."""
        os.close(self._to)
        os.close(self._from)
        return self._child.wait()
