"""Files as texts, for rules that look at words and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.context import Unreadable

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["text_of"]


def text_of(context: Inspection, path: str, most: int | None = None, *, errors: str = "surrogateescape") -> str:
    """A file as text; empty where it cannot be read.

    Args:
        context: the run.
        path: the file.
        most: bytes beyond which it counts as empty; any number without it.
        errors: what becomes of bytes that are no UTF-8, as ``decode`` has it: kept unless the text is shown to somebody.
    """
    try:
        content = context.read(path)
    except Unreadable:
        return ""
    return content.decode("utf-8", errors) if most is None or len(content) <= most else ""
