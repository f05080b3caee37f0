"""What a scan of a work tree found: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.hydration._areas import Area, Item
    from toolkit.system.git_index import IndexEntry


def within(path: str, scope: str) -> str:
    """A path of the repository as the work tree that it belongs to names it."""
    return path if scope == "." else path.removeprefix(scope + "/")


@frozen
class Conflict:
    """A copy that a provider made because two machines wrote.

    Args:
        path: the copy.
        original: what it was made from.
        in_git: it lies in git's own folder, where it breaks git.
    """

    path: str
    original: str
    in_git: bool


@frozen
class StaleLock:
    """A lock file in a git folder; ``age_s`` is how long ago it was written."""

    path: str
    age_s: float


@frozen
class Repository:
    """A work tree that was met.

    Args:
        scope: its folder, relative to the root.
        git_dir: its git folder, absolute; empty if that cannot be told yet.
        entries: the index by path, relative to the scope; ``None`` if the index cannot be read yet.
        index_mtime_ns: when the index was written.
    """

    scope: str
    git_dir: str
    entries: Mapping[str, IndexEntry] | None
    index_mtime_ns: int = 0


@dataclass
class Survey:
    """What a scan found; paths relative to the root.

    Attributes:
        items: dataless files, those that others need first.
        unknown: folders whose content cannot be told without a download.
        unlisted: folders and entries that could not be looked at, with the reason.
        files: how many files were looked at.
    """

    root: str
    items: list[Item] = field(default_factory=list)
    unknown: list[Item] = field(default_factory=list)
    unlisted: list[tuple[str, str]] = field(default_factory=list)
    stubs: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    locks: list[StaleLock] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    regenerable: list[str] = field(default_factory=list)
    repositories: dict[str, Repository] = field(default_factory=dict)
    files: int = 0
    duration_s: float = 0.0

    def of(self, *areas: Area) -> list[Item]:
        """The dataless files of some areas."""
        return [item for item in self.items if item.area in areas]

    def entry(self, item: Item) -> IndexEntry | None:
        """What the index says about a file, if it is tracked and the index is here."""
        repository = self.repositories.get(item.scope)
        if repository is None or repository.entries is None:
            return None
        return repository.entries.get(within(item.path, item.scope))

    @property
    def git_is_local(self) -> bool:
        """Whether nothing in a git folder is dataless or unknown."""
        return not any(item.area.of_git for item in (*self.items, *self.unknown))
