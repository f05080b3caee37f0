"""Making a lock, as data: the commands of ``invoke lock``; and which locks nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.extension import ecosystem
from toolkit.model import RunCommand
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["is_dead", "locking"]

_ALONE = frozenset({"npm", "pnpm", "yarn", "bun", "cargo", "anchor", "uv", "poetry", "pip"})
"""Managers that write the lock and nothing else; the others install, fetch providers or tidy the manifest."""


def locking(context: Inspection, item: Subproject) -> tuple[RunCommand, ...]:
    """The command that makes or refreshes a subproject's lock.

    None where its manager cannot write the lock alone, where that takes several commands, and where git would ignore
    the lock: no clone would have it. The same for every finding about one subproject, so that a plan runs it once.
    """
    leaf = ecosystem(item.ecosystem)
    if item.ecosystem not in _ALONE:
        return ()
    try:
        steps = leaf.lock(context, item).steps
    except ToolkitError:
        return ()
    lock = item.lockfile or inside(item.path, leaf.lockfiles[0])
    if len(steps) != 1 or (not context.is_file(lock) and context.inventory.ignored((lock,))):
        return ()
    (step,) = steps
    because = f"{lock} has to hold what {item.manifest} asks for"
    return (RunCommand(step.argv, step.cwd, because, tuple(step.env.items()), lock),)


def is_dead(context: Inspection, path: str) -> bool:
    """Whether the project reads another lock: that is ``lockfile-in-member`` or ``lockfile-conflict``."""
    owner = context.owner(path)
    if owner is None or path == owner.lockfile or folder_of(path) not in (owner.path, *owner.members):
        return False
    return folder_of(path) != owner.path or (owner.lockfile is not None and owner.family == "javascript")
