"""Files as texts, for rules that look at words and lines, and their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.system.dataless import FileState, seam, state
from toolkit.texts import blank, line_at, text_of

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["beginning", "blank", "indent", "is_generated", "line_at", "text_of"]

_GENERATED = regex(rb"(?i)@generated|generated (?:by|using|with|code|from)|do not edit|auto-?generated")
_GENERATED_HEAD = 1500


def is_generated(content: bytes) -> bool:
    """Whether a file's head says that a program wrote it."""
    return _GENERATED.search(content, 0, _GENERATED_HEAD) is not None


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


def indent(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip())
