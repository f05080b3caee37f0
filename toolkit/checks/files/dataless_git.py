"""Files of git's own folder whose content is with a cloud provider."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.files._away import below
from toolkit.model import Fix
from toolkit.system.darwin import Policy
from toolkit.system.dataless import FileState, seam, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_NAMED = 3


class DatalessGit(Check):
    """A part of git's own folder is evicted.

    What it checks:
        The flags of every file below ``.git`` (or the folder that a ``.git`` file points to); nothing is opened.

    Why it matters:
        git fails with "short read", "mmap failed: Resource deadlock avoided" or "bad object", and a repair such
        as ``git gc`` or a new clone over it can lose commits that are nowhere else.

    How to fix:
        ``invoke hydrate`` downloads git's files first, then verifies the repository. Run no ``gc``, ``prune`` or
        ``fsck`` before.

    Fix safety:
        Manual: ``invoke hydrate`` does it, with deadlines and a check afterwards.
    """

    scope = "machine"
    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Walk git's folder by listings."""
        provider = seam(context.root)
        if not provider.capable:
            return
        provider.set_policy(Policy.OFF)
        place = _git_folder(context)
        if place is None:
            text = "the .git file is not on this machine, so that git cannot find its folder"
            yield self.finding(context, ".git", text, fixes=(Fix("invoke hydrate", "manual"),))
            return
        away = below(os.fspath(place), seam(place))
        paths = [*(path for path, _ in away.files), *away.unknown]
        if paths:
            size = sum(size for _, size in away.files) / 1e6
            least = "at least " if away.unknown else ""
            yield self.finding(
                context,
                f".git/{paths[0]}" if len(paths) == 1 else ".git",
                f"{least}{len(paths)} of git's files ({size:.1f} MB) are not on this machine: git fails or hangs",
                evidence=", ".join(paths[:_NAMED]) + (", ..." if len(paths) > _NAMED else ""),
                fixes=(Fix("invoke hydrate, before any gc, prune or fsck", "manual"),),
            )


def _git_folder(context: Inspection) -> Path | None:
    """Where git keeps the repository; ``None`` if the pointer to it is evicted itself."""
    entry = context.root / ".git"
    try:
        is_folder = stat.S_ISDIR(os.lstat(entry).st_mode)
    except OSError:
        return entry
    if is_folder:
        return entry
    if state(entry, seam(context.root)) is not FileState.LOCAL:
        return None
    words = context.read(".git").decode("utf-8", "surrogateescape").split(":", 1)
    return context.root / words[1].strip() if words[0] == "gitdir" and len(words) > 1 else entry
