"""What is written where: safe text, colour that only means something, streams that may be missing or go away."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.errors import ToolkitError
    from toolkit.report._text import Line

__all__ = ["drop_output", "fill_streams", "painted", "printable", "show_error", "wants_colour"]

_COLOURS = {"error": "31", "warning": "33", "done": "32", "dim": "2"}


def printable(text: str, stream: TextIO) -> str:
    """Text that a terminal can take: control characters other than tab and line feed become escapes."""
    safe = "".join(
        c if c in "\t\n" or (ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0) else f"\\x{ord(c):02x}" for c in text
    )
    return safe.encode(stream.encoding or "utf-8", "backslashreplace").decode(stream.encoding or "utf-8")


def wants_colour(stream: TextIO, variables: Mapping[str, str]) -> bool:
    """Whether a terminal that knows colours shows the stream, and nobody asked for none (no-color.org)."""
    return stream.isatty() and not variables.get("NO_COLOR") and variables.get("TERM", "dumb") != "dumb"


def painted(line: Line, stream: TextIO, *, colour: bool) -> str:
    """One line as it is written; a line feed within a name is escaped, so that it stays one."""
    style, text = line
    safe = printable(text.replace("\n", "\\x0a"), stream)
    if not colour or style not in _COLOURS or not safe:
        return safe
    word, space, rest = (safe, "", "") if style == "dim" else safe.partition(" ")
    return f"\x1b[{_COLOURS[style]}m{word}\x1b[0m{space}{rest}"


def fill_streams() -> None:
    """Give a process that was started without standard streams empty ones: the next file opened would be taken for one."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free one, which is this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


def drop_output() -> None:
    """Write nowhere from here on: the reader went away (`toolkit projects | head`), and nobody would hear of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_error(stream: TextIO, error: ToolkitError, worded: Callable[[str], str] = str) -> None:
    """One sentence and one hint, its commands put in words that work here."""
    stream.write(printable(f"toolkit: {error.message}", stream) + "\n")
    if error.hint:
        stream.write(printable(worded(f"hint: {error.hint}"), stream) + "\n")
