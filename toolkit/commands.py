"""Programs to run, and how they ended."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Command", "Completed"]


@frozen
class Command:
    """A program to run: arguments as a tuple, never a shell string, because paths hold spaces.

    Args:
        argv: the program and its arguments.
        cwd: the folder to run in.
        env: changes to the inherited environment; ``None`` removes a variable.
        timeout_s: seconds until the process group is ended; ``None`` waits for ever.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str | None] = field(default_factory=dict)
    timeout_s: float | None = None


@frozen
class Completed:
    """How a command ended: 127 if the program was not found, 124 if its time ran out."""

    argv: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes
    duration_s: float

    @property
    def ok(self) -> bool:
        """Whether the program ended with 0."""
        return self.code == 0

    @property
    def text(self) -> str:
        """Standard output as text; bytes that are not UTF-8 become surrogate escapes."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def error_text(self) -> str:
        """Standard error as text for a person to read."""
        return self.stderr.decode("utf-8", "replace")
