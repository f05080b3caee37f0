"""What is asked of a hydration, and who watches it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._download import Limits
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.features.hydration._survey import Survey


class Progress(Protocol):
    """Who watches."""

    def begin(self, title: str, files: int, size: int) -> None:
        """A phase begins, with so many files and bytes."""

    def advance(self, item: Item, reason: str) -> None:
        """An item ended; the reason is empty if it is local now."""

    def end(self) -> None:
        """The phase is over."""


class Silent:
    """Nobody watches."""

    def begin(self, title: str, files: int, size: int) -> None:
        """Say nothing."""

    def advance(self, item: Item, reason: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


@frozen
class Options:
    """What to bring back, and how.

    Args:
        paths: only these parts of the work tree, relative to the root, besides git's control files; all if empty.
        everything: regenerable folders too.
        from_git: rebuild what git has, rather than download it.
        limits: how hard the provider is asked.
        settle_s: seconds until the second look for what was evicted again; 0 leaves it out.
        fsck: ``auto``, ``full``, ``quick`` or ``off``.
        objects_from: a remote from which evicted objects are fetched, rather than from the provider.
    """

    paths: tuple[str, ...] = ()
    everything: bool = False
    from_git: bool = True
    limits: Limits = field(default_factory=Limits)
    settle_s: float = 30.0
    fsck: str = "auto"
    objects_from: str = ""


def needed(survey: Survey, options: Options) -> list[Item]:
    """The dataless files that the options ask for, in their order."""
    return [item for item in survey.items if wanted(item, options)]


def wanted(item: Item, options: Options) -> bool:
    """Whether the options ask for this item; git's control files always."""
    if item.area is Area.REGENERABLE:
        return options.everything and _below(item.path, options.paths)
    if item.area is Area.CONTROL:
        return True
    return _below(item.path, options.paths)


def _below(path: str, chosen: Sequence[str]) -> bool:
    return not chosen or any(part in (".", path) or path.startswith(part + "/") for part in chosen)
