"""Which part of a repository a path belongs to, and so in which order it is brought back."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from toolkit.expressions import regex
from toolkit.system.inventory import HEAVY

__all__ = [
    "ATTRIBUTES",
    "QUARANTINE",
    "Area",
    "Item",
    "conflict_original",
    "git_area",
    "is_precious",
    "is_regenerable",
    "order",
    "stub_original",
]


class Area(Enum):
    """A part of the repository."""

    CONTROL = "git control"
    OBJECTS = "git objects"
    TRACKED = "tracked"
    WORK_TREE = "work tree"
    """Tracked or not: the index that would tell is not on this machine."""
    UNTRACKED = "untracked"
    REGENERABLE = "regenerable"

    @property
    def of_git(self) -> bool:
        """Whether it lies in git's own folder."""
        return self in (Area.CONTROL, Area.OBJECTS)


class Item(NamedTuple):
    """One dataless file, or one folder whose content cannot be told.

    Attributes:
        path: relative to the root; may begin with ``..`` for a git folder that lies outside.
        size: the logical size in bytes; 0 for a folder.
        scope: the work tree that it belongs to, relative to the root: ``.``, or a nested repository.
    """

    path: str
    size: int
    mtime_ns: int
    area: Area
    scope: str = "."


# The store of loose objects, packs and large files, of the repository itself, a submodule or a worktree.
_OBJECTS = regex(r"(?:^|/)(?:objects/(?:pack|[0-9a-f]{2})|lfs/objects)(?:/|$)")
_FIRST = regex(
    r"(?:^|/)(?:HEAD|config|config\.worktree|commondir|gitdir|packed-refs|index|shallow|info/[^/]+|refs(?:/.*)?|\.git)$"
)
_LOOKUP = regex(r"\.(?:idx|rev|bitmap|mtimes)$|(?:^|/)(?:multi-pack-index|commit-graph[^/]*)$")
_MANIFEST = regex(
    r"(?:^|/)(?:package\.json|pnpm-workspace\.yaml|[^/]*lock(?:file)?(?:\.\w+)?|[^/]*\.lock|Cargo\.toml|Anchor\.toml|pyproject\.toml"
    r"|requirements[^/]*\.txt|go\.(?:mod|sum)|toolkit\.toml|flake\.nix|tasks\.py|\.envrc|\.npmrc|\.tool-versions|\.nvmrc)$"
)
ATTRIBUTES = regex(r"(?:^|/)\.git(?:attributes|ignore|modules)$")
"""Files of the work tree that decide how git reads all others."""

_ALWAYS = HEAVY - {".git", ".toolkit", "target", "Pods", ".cache"}
_EVIDENCE = {
    "target": {"Cargo.toml", "Anchor.toml", "pom.xml", "build.sbt", "dbt_project.yml"},
    "Pods": {"Podfile"},
    ".cache": {"package.json", "pyproject.toml"},
}
"""Names that also occur as folders of work: only beside one of these files are they build output."""
_KEYPAIR = regex(r"(?:^|/)target/deploy/[^/]+-keypair\.json$")
QUARANTINE = "toolkit/quarantine"
"""Below the git folder, which git does not look into and a scan leaves out."""
_CONFLICT = regex(r"^(?P<stem>.+) (?:[2-9]|[1-9]\d)(?P<suffix>\.[^. ]+)?$")
_DROPBOX = regex(r"^(?P<stem>.+) \([^()]*conflicted copy[^()]*\)(?P<suffix>\.[^.]+)?$", re.IGNORECASE)
_STUB = regex(r"^\.(?P<name>.+)\.icloud$")


def git_area(path: str) -> Area:
    """The area of a path inside a git folder, relative to that folder."""
    return Area.OBJECTS if _OBJECTS.search(path) else Area.CONTROL


def is_regenerable(name: str, siblings: set[str]) -> bool:
    """Whether a folder without tracked files is made anew by an installer or a build.

    Args:
        name: the folder's name.
        siblings: the names beside it.
    """
    return name in _ALWAYS or not _EVIDENCE.get(name, set()).isdisjoint(siblings)


def is_precious(path: str) -> bool:
    """Whether a file below a regenerable folder cannot be made again: the address key of an on-chain program."""
    return bool(_KEYPAIR.search(path))


def order(item: Item) -> tuple[int, str]:
    """Sort key: what others need comes first."""
    if item.area is Area.CONTROL:
        return 0 if _FIRST.search(item.path) else 1, item.path
    if item.area is Area.OBJECTS:
        return 2 if _LOOKUP.search(item.path) else 4 if item.path.endswith(".pack") else 3, item.path
    if ATTRIBUTES.search(item.path):
        return 5, item.path
    if item.area in (Area.TRACKED, Area.WORK_TREE):
        return 6 if _MANIFEST.search(item.path) else 7, item.path
    return 8 if item.area is Area.UNTRACKED else 9, item.path


def conflict_original(name: str) -> str:
    """The name that a conflict copy was made from; empty if the name is none of a conflict copy."""
    match = _CONFLICT.match(name) or _DROPBOX.match(name)
    return match["stem"] + (match["suffix"] or "") if match else ""


def stub_original(name: str) -> str:
    """The name behind a placeholder file of macOS 13 and before (``.NAME.icloud``); empty if it is none."""
    match = _STUB.match(name)
    return match["name"] if match else ""
