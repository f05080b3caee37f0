"""What may be cleaned away, how large and how old it is, and what must stay: decides only."""

from __future__ import annotations

import os
import posixpath
import time
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.model import Action, Plan, RemoveTree
from toolkit.strays import KINDS, Kind, Stray, strays
from toolkit.strays.removals import ignoring, only_copy
from toolkit.system import git
from toolkit.system.inventory import HEAVY
from toolkit.system.quarantine import mounts_below
from toolkit.system.sizes import Size, measure_all
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.checking import Inspection

__all__ = ["GROUPS", "Candidate", "candidates", "kinds_of", "plan_of"]

_ROOM: tuple[Kind, ...] = ("output", "cache", "install")
"""What only takes room; all other kinds are wrong."""
WRONG = tuple(kind for kind in KINDS if kind not in _ROOM)
GROUPS: dict[str, tuple[Kind, ...]] = {
    "wrong": WRONG,
    "outputs": ("output",),
    "caches": ("cache",),
    "installs": ("install",),
    "all": tuple(KINDS),
}
"""Names for several kinds; without any the wrong ones are cleaned."""

_DAY_S = 86_400
_UNKNOWN = "nothing here is known to make it again: look through it by hand"


@frozen
class Candidate:
    """Something that may go, measured.

    Args:
        stray: what and why.
        size: what lies in it.
        age_days: days since a file of it was written last.
        keep: why it stays all the same; empty if it may go.
    """

    stray: Stray
    size: Size
    age_days: float
    keep: str = ""


def kinds_of(names: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds that names of kinds and groups stand for; the wrong ones without names.

    Raises:
        UsageError: a name that is neither.
    """
    found: list[Kind] = []
    for name in names:
        named = GROUPS.get(name) or tuple(kind for kind in KINDS if kind == name)
        if not named:
            raise UsageError(f"{name} is nothing to clean", f"one of: {', '.join((*GROUPS, *KINDS))}")
        found.extend(named)
    return tuple(dict.fromkeys(found or WRONG))


def candidates(
    context: Inspection, kinds: Sequence[Kind], *, tracked: bool = False, older_days: float = 0.0
) -> tuple[Candidate, ...]:
    """Everything of the kinds, largest first, with the reason to keep what must stay.

    Args:
        context: the run.
        kinds: which.
        tracked: what git tracks may go, too.
        older_days: what was written to more recently stays.
    """
    chosen = [stray for stray in strays(context) if stray.kind in kinds and not context.is_foreign(stray.place)]
    sizes = measure_all(os.fspath(context.absolute(stray.path)) for stray in chosen)
    now = time.time()
    found = []
    for stray in chosen:
        size = sizes[os.fspath(context.absolute(stray.path))]
        age = (now - size.newest) / _DAY_S if size.newest else 0.0
        keep = _keep(context, stray, tracked=tracked)
        if not keep and age < older_days:
            keep = f"written to {age:.0f} days ago"
        found.append(Candidate(stray, size, age, keep))
    return tuple(sorted(found, key=lambda one: (-one.size.bytes, one.stray.path)))


def _keep(context: Inspection, stray: Stray, *, tracked: bool) -> str:
    path = context.absolute(stray.path)
    if path.is_symlink():
        return "a link"
    if os.lstat(path).st_dev != os.lstat(context.root).st_dev or mounts_below(path):
        return "on another file system"
    if stray.tracked and not tracked:
        return "git tracks it: --tracked"
    if stray.tracked:
        return _uncommitted(context, stray.path) if stray.remade else _UNKNOWN
    if inner := _repository_inside(context, stray):
        return f"{inner} is a repository of its own"
    return only_copy(path)


def _uncommitted(context: Inspection, path: str) -> str:
    """Whether a tracked folder holds the only copy of somebody's work."""
    words = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--", f":(literal){path}")
    text = git.expect(git.git(context.root, *words)).text
    return f"holds work that is not committed: {text.split(chr(0))[0][3:]}" if text else ""


def _repository_inside(context: Inspection, stray: Stray) -> str:
    """A folder with its own history; heavy folders are not searched, their repositories are an installer's."""
    if posixpath.basename(stray.path) in HEAVY:
        return ""
    return next((inner for inner in context.inventory.nested if inner.startswith(f"{stray.path}/")), "")


def plan_of(context: Inspection, found: Iterable[Candidate]) -> Plan:
    """The removals, and one edit of ``.gitignore`` for what leaves git.

    Raises:
        Unreadable: ``.gitignore`` cannot be read.
    """
    going = [one.stray for one in found if not one.keep]
    actions: list[Action] = [RemoveTree(one.path, one.reason, one.owner, one.tracked) for one in going]
    folders = [one.path for one in going if one.tracked and one.kind in ("tracked-install", "tracked-output", "litter")]
    if folders and (rule := ignoring(context, folders)) is not None:
        actions.append(rule)
    count = len(going)
    return Plan(f"clean: {count} thing{'s' if count != 1 else ''}", tuple(actions))
