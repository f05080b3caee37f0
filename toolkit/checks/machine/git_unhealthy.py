"""A repository's own data: locks left behind, copies inside, objects that are gone or damaged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.machine._git_folder import common_folder, git_folder, is_away, names_in, stored
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.system import git
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_STALE_S = 3600.0
"""A lock is held for seconds; an hour old, whoever took it is gone."""
_FSCK_BYTES = 24 * 1024**2
"""Packs up to which every object is walked (about a second); of larger ones only what HEAD needs."""
_TIMEOUT_S = 20.0
_COPY = regex(r".+ (?:[2-9]|[1-9]\d)(?:\.\w+)?|.+conflicted copy.*")
_BROKEN = regex(
    r"short read|is empty|is corrupt|hash mismatch|inflate|missing (?:blob|tree|commit|tag)|broken link|bad object"
    r"|unable to read|bad sha1 file|index file corrupt|invalid sha1 pointer|badRef|mmap failed|fatal:|not a tree"
)
_NAMED = 3


class GitUnhealthy(Check):
    """git's own folder is damaged, locked for ever, or holds copies that a cloud made.

    What it checks:
        Locks older than an hour; files such as ``refs/heads/main 2`` that a sync program left; objects of no
        length; packs without an index; then ``git fsck --connectivity-only`` where the repository is small, and the
        presence of everything HEAD needs where it is large. git is not asked while a part of ``.git`` is evicted,
        and never for longer than twenty seconds.

    Why it matters:
        Behind a stale lock no commit, fetch or pack succeeds. A reference with a blank in its name makes fetches
        fail; a missing object makes some later command fail, often after the last good copy is gone.

    How to fix:
        Remove a stale lock when no git runs. For a missing or damaged object: ``git fetch`` or a fresh clone beside
        this one, then copy the objects over; do not run ``git gc`` before.

    Fix safety:
        Manual: a lock is only stale if nothing runs, and damaged data are repaired by a person.
    """

    scope = "machine"
    timeout_s = 45.0

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at names first, ask git last."""
        folder = git_folder(context)
        if folder is None or not folder.is_dir():
            return
        names = list(names_in(folder))
        yield from self._locks(context, folder, names)
        yield from self._copies(context, names)
        provider = seam(folder)
        if provider.capable and any(is_away(folder, name) for name in names):
            return  # dataless-git tells it, and git would only download or fail
        yield from self._objects(context, folder)

    def _locks(self, context: Inspection, folder: Path, names: list[str]) -> Iterator[Finding]:
        for name in names:
            if not name.endswith(".lock") or name.startswith("lfs/"):
                continue
            try:
                age = time.time() - (folder / name).lstat().st_mtime
            except OSError:
                continue
            if age > _STALE_S:
                yield self.finding(
                    context,
                    f".git/{name}",
                    f"a lock of git's that is {_ago(age)} old: whatever needs it fails until it is removed",
                    fixes=(Fix(f"if no git runs, remove .git/{name}", "manual"),),
                )

    def _copies(self, context: Inspection, names: list[str]) -> Iterator[Finding]:
        for name in names:
            if _COPY.fullmatch(name.rpartition("/")[2]):
                yield self.finding(
                    context,
                    f".git/{name}",
                    "a sync program's copy inside of git's folder: git takes it for a reference of its own",
                    severity="error" if name.startswith("refs/") else "warning",
                    fixes=(Fix("compare it with its original, then move it out of .git", "manual"),),
                )

    def _objects(self, context: Inspection, folder: Path) -> Iterator[Finding]:
        common = common_folder(folder)
        empty, packed, orphans, partial = stored(common / "objects")
        if empty:
            yield self._damaged(context, "objects/" + empty[0], f"{len(empty)} of git's objects are empty files", empty)
        if orphans:
            text = "a pack has no index, or an index no pack: its objects are not found"
            yield self._damaged(context, f"objects/pack/{orphans[0]}", text, orphans)
        if empty or orphans or partial:
            return  # a partial clone lacks objects by design, and asking for one would download it
        if packed <= _FSCK_BYTES:
            done = git.git(
                context.root, "fsck", "--connectivity-only", "--no-dangling", "--no-progress", timeout_s=_TIMEOUT_S
            )
        else:
            done = git.git(context.root, "rev-list", "--objects", "-n", "1", "HEAD", "--quiet", timeout_s=_TIMEOUT_S)
        lines = [line for line in (done.error_text + done.text).splitlines() if _BROKEN.search(line)]
        if done.ok or not lines or done.code == 124 or _is_unborn(lines):
            return
        yield self._damaged(context, "", f"the repository is damaged: {lines[0]}", lines)

    def _damaged(self, context: Inspection, name: str, message: str, lines: list[str]) -> Finding:
        fix = Fix("git fetch, or clone again and copy .git/objects over; no git gc before", "manual")
        return self.finding(
            context,
            f".git/{name}" if name else ".git",
            message,
            severity="error",
            evidence="; ".join(lines[:_NAMED]),
            fixes=(fix,),
        )


def _is_unborn(lines: list[str]) -> bool:
    return all("HEAD" in line and ("unborn" in line or "ambiguous argument" in line) for line in lines)


def _ago(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} h"
