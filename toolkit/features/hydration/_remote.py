"""Getting evicted git objects from a remote, which needs no cloud provider at all.

Everything that the remote has is fetched into a repository of its own beside; an evicted pack or loose object
all of whose objects came is superfluous and is moved aside. Objects that were never pushed stay where they are.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.features.hydration._areas import QUARANTINE
from toolkit.system import git, staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from toolkit.features.hydration._areas import Item
    from toolkit.features.hydration._survey import Survey

__all__ = ["refetch"]

_LOOSE = regex(r"/objects/([0-9a-f]{2})/([0-9a-f]{38}|[0-9a-f]{62})$")
_PACK = regex(r"/objects/pack/(pack-[0-9a-f]+)\.[a-z]+$")


def refetch(
    root: Path, survey: Survey, away: Iterable[Item], remote: str, bring: Callable[[Iterable[Item]], None]
) -> list[Item]:
    """Fetch from a remote what is evicted, and move aside what became superfluous.

    Args:
        root: the absolute folder of a work tree whose git control files are local.
        survey: the scan that found the evicted files.
        away: the evicted files of the object store.
        remote: the name of a remote.
        bring: downloads the small lookup files of packs from the provider.

    Returns:
        The evicted files that are not needed any more.

    Raises:
        ToolkitError: there is no such remote, or it cannot be fetched from.
    """
    repository = survey.repositories["."]
    git_dir = repository.git_dir
    url = git.git(root, "config", "--get", f"remote.{remote}.url").text.strip()
    if not url:
        raise ToolkitError(f"the repository has no remote {remote}", "git remote -v shows those that it has")
    beside = f"{git_dir}/{staging.name()}"
    try:
        _fetch(root, beside, url)
        groups = _groups(away)
        bring(item for items in groups.values() for item in items if item.path.endswith(".idx"))
        covered = [
            item
            for key, items in groups.items()
            if (oids := _objects(root, key, git_dir)) and _has_all(beside, oids, root)
            for item in items
        ]
        if covered:
            _adopt(beside, git_dir)
            _move_aside(root, git_dir, covered)
        return covered
    finally:
        staging.remove(beside)


def _fetch(root: Path, beside: str, url: str) -> None:
    made = git.git(root, "init", "--quiet", "--bare", beside)
    done = git.git(root, f"--git-dir={beside}", "fetch", "--quiet", url, "+refs/*:refs/*") if made.ok else made
    if not done.ok:
        lines = done.error_text.strip().splitlines() or ["no message"]
        raise ToolkitError(f"the remote could not be fetched from: {lines[0]}", "see that it can be reached")


def _groups(away: Iterable[Item]) -> dict[str, list[Item]]:
    """Evicted files by what they belong to: a pack's name, or a loose object's."""
    groups: dict[str, list[Item]] = {}
    for item in away:
        if loose := _LOOSE.search(item.path):
            groups[loose[1] + loose[2]] = [item]
        elif pack := _PACK.search(item.path):
            groups.setdefault(pack[1], []).append(item)
    return groups


def _objects(root: Path, key: str, git_dir: str) -> list[str]:
    """The names of the objects in an evicted file; none if that cannot be told."""
    if not key.startswith("pack-"):
        return [key]
    try:
        with open(f"{git_dir}/objects/pack/{key}.idx", "rb") as stream:
            content = stream.read()
    except OSError:
        return []
    done = git.git(root, "show-index", data=content)
    return [line.split()[1] for line in done.text.splitlines()] if done.ok else []


def _has_all(beside: str, oids: list[str], root: Path) -> bool:
    data = "".join(f"{oid}\n" for oid in oids).encode()
    done = git.git(root, f"--git-dir={beside}", "cat-file", "--batch-check", data=data)
    return done.ok and " missing" not in done.text and done.text.count("\n") == len(oids)


def _adopt(beside: str, git_dir: str) -> None:
    """Move what was fetched into the object store: packs before the lookup files that make git see them."""
    source = f"{beside}/objects"
    for folder, _, names in os.walk(source):
        inner = os.path.relpath(folder, source)
        for name in sorted(names, key=lambda name: name.endswith(".idx")):
            target = f"{git_dir}/objects/{inner}/{name}"
            if not os.path.lexists(target):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.rename(f"{folder}/{name}", target)


def _move_aside(root: Path, git_dir: str, items: Iterable[Item]) -> None:
    top = f"{git_dir}/{QUARANTINE}/{time.strftime('%Y-%m-%d-%H%M%S')}"
    for item in items:
        path = os.path.normpath(root / item.path)
        target = f"{top}/{os.path.relpath(path, git_dir)}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(path, target)
