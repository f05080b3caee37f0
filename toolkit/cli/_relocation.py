"""The plan that moves nested workflows, for its own task and for the doctor's repairs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.context import Context
    from toolkit.features.relocation.relocate import Relocation

__all__ = ["decide"]

_REMOTE = regex(r"(?:[a-z+]+://[^/]+/|[\w.-]+@[\w.-]+:)(?:[^/]+/)*?([\w.-]+/[\w.-]+?)(?:\.git)?/?$")
"""An address on a host; of a clone of a folder the last two parts would name nobody."""


def decide(context: Context, paths: Sequence[str]) -> Relocation:
    """The relocation of a repository.

    Raises:
        CannotCheckError: a file that has to be looked at cannot be read.
    """
    from toolkit.context import Unreadable
    from toolkit.errors import CannotCheckError
    from toolkit.features.relocation.relocate import World, relocate
    from toolkit.roles import role_of

    inventory = context.inventory
    files = inventory.tracked_set if inventory.is_git else inventory.files
    world = World(
        frozenset(files),
        context.read,
        links=inventory.links,
        role=partial(role_of, context),
        origin=_origin(context),
        failures=(Unreadable,),
    )
    try:
        return relocate(world, paths)
    except Unreadable as error:
        raise CannotCheckError(
            f"a workflow, or a file beside one, cannot be read: {error}", "mend that file, or leave it out with --only"
        ) from error


def _origin(context: Context) -> str:
    """``owner/name`` of the repository's own remote; empty if it has none."""
    from toolkit.system import git

    if not context.inventory.is_git:
        return ""
    done = git.git(context.root, "config", "--get", "remote.origin.url")
    match = _REMOTE.match(done.text.strip()) if done.ok else None
    return match[1] if match else ""
