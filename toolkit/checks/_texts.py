"""Files as texts, for rules that look at words and lines, and their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.system.dataless import FileState, seam, state
from toolkit.texts import blank, line_at, text_of

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["beginning", "blank", "line_at", "text_of"]


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
