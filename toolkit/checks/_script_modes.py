"""Scripts that are started by their path and that git keeps without the right to be started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.places import path_from, word

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["MEND", "refused"]

_SCRIPT = regex(r"(?:\./|\.\./)*[\w.-]+/[\w./-]*\.(?:sh|bash|py)|(?:\.\.?/)+[\w/-]+(?:\.(?:sh|bash|py))?")
MEND = "git update-index --chmod=+x {}"
"""How a person mends it, the path to be put in."""


def refused(context: Inspection, program: str, folder: str) -> str:
    """The file that a shell refuses to start, as a shell takes it for a word; empty where there is none for sure."""
    if not _SCRIPT.fullmatch(program) or not context.inventory.is_git:
        return ""
    path, inventory = path_from(folder, program), context.inventory
    kept = path in inventory.tracked_set and path not in inventory.programs and path not in inventory.links
    return word(path) if kept else ""
