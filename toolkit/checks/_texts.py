"""Files as texts, for rules that look at words and lines, and their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.system.dataless import FileState, seam, state

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["beginning", "line_at", "text_of"]


def text_of(context: Inspection, path: str, most: int | None = None, *, errors: str = "surrogateescape") -> str:
    """A file as text; empty where it cannot be read.

    Args:
        context: the run.
        path: the file.
        most: bytes beyond which it counts as empty; any number without it.
        errors: what becomes of bytes that are no UTF-8, as ``decode`` has it: kept unless the text is shown to somebody.
    """
    content = context.content(path) or b""
    return content.decode("utf-8", errors) if most is None or len(content) <= most else ""


def line_at(text: str | bytes, offset: int) -> int:
    """The 1-based line of an offset."""
    return (text.count("\n", 0, offset) if isinstance(text, str) else text.count(b"\n", 0, offset)) + 1


def beginning(context: Inspection, path: str, count: int) -> bytes:
    """The first bytes of a file, however large it is; none of one that is not on this machine, which is not opened."""
    place = context.absolute(path)
    if place.is_symlink() or state(place, seam(context.root)) is not FileState.LOCAL:
        return b""
    try:
        with place.open("rb") as stream:
            return stream.read(count)
    except OSError:
        return b""
