"""The only writer: carries plans out, keeps a journal that survives a kill, and undoes them.

``apply`` re-tests every precondition, writes down what it is about to do, does it by one rename, and goes on after a
failure. ``undo`` looks at the disk, not at what the journal hopes: an action whose place is neither as before nor as
after belongs to somebody else now, and is refused.
"""

from __future__ import annotations

from toolkit.apply._apply import Applied, apply
from toolkit.apply._history import Entry, State, entries, find, purge, purgeable, states
from toolkit.apply._undo import Refused, Undone, undo

__all__ = [
    "Applied",
    "Entry",
    "Refused",
    "State",
    "Undone",
    "apply",
    "entries",
    "find",
    "purge",
    "purgeable",
    "states",
    "undo",
]
