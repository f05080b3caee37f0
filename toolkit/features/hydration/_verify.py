"""Proof that what came back is what went: object names for tracked files, fsck for git's own folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.system import git, git_index
from toolkit.system.dataless import FileState, Seam, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from toolkit.features.hydration._areas import Item
    from toolkit.features.hydration._survey import Survey

__all__ = ["differing", "fsck", "fsck_verdict", "gone_again", "object_format"]

_GIT_DEADLINE_S = 3600.0
# What git says when it could not read a file, rather than read a damaged one.
_EVICTION = ("Resource deadlock avoided", "timed out", "Input/output error", "mmap failed", "short read")


def object_format(survey: Survey) -> str:
    """The algorithm of the repository's object names, told by the index."""
    for repository in survey.repositories.values():
        for entry in (repository.entries or {}).values():
            return "sha256" if len(entry.oid) == 64 else "sha1"
    return "sha1"


def differing(root: Path, survey: Survey, items: Iterable[tuple[Item, str]]) -> list[Item]:
    """The tracked, unmodified files whose content is not the blob that the index names.

    Args:
        root: absolute.
        survey: a scan that could read the index.
        items: files with the object name of the content that was read.
    """
    doubtful: dict[str, list[tuple[Item, str]]] = {}
    for item, oid in items:
        entry = survey.entry(item)
        if entry is None or git_index.is_link(entry) or not entry.matches(item.size, item.mtime_ns):
            continue
        if entry.oid != oid:
            doubtful.setdefault(item.scope, []).append((item, entry.oid))
    wrong: list[Item] = []
    for scope, pairs in doubtful.items():
        top = root if scope == "." else root / scope
        names = _hash(top, [os.path.relpath(root / item.path, top) for item, _ in pairs])
        wrong += [item for (item, oid), name in zip(pairs, names, strict=True) if name != oid]
    return wrong


def _hash(top: Path, paths: Sequence[str]) -> list[str]:
    """The object names that files have after line endings and filters; empty where git cannot tell."""
    simple = [path for path in paths if "\n" not in path]
    data = "".join(f"{path}\n" for path in simple).encode("utf-8", "surrogateescape")
    done = git.git(top, "hash-object", "--stdin-paths", data=data, timeout_s=_GIT_DEADLINE_S)
    names = dict(zip(simple, done.text.split(), strict=False))
    return [names.get(path, "") for path in paths]


def gone_again(root: str, items: Iterable[Item], provider: Seam) -> list[Item]:
    """Those that are not local any more, by ``lstat``."""
    return [item for item in items if state(os.path.join(root, item.path), provider) is not FileState.LOCAL]


def fsck(top: Path, *, thorough: bool) -> str:
    """What git's own check says of a repository; empty if it is clean.

    Only to be asked when nothing in the git folder is dataless: an evicted pack looks like damage.

    Args:
        top: a work tree.
        thorough: read every object, rather than only see that each is there.
    """
    depth = "--full" if thorough else "--connectivity-only"
    done = git.git(top, "fsck", depth, "--no-dangling", "--no-progress", timeout_s=_GIT_DEADLINE_S)
    return fsck_verdict(done.code, done.error_text + done.text)


def fsck_verdict(code: int, text: str) -> str:
    """The first complaint of ``git fsck``; empty if there is none.

    A name with a space in the refs is a conflict copy of the provider's, which is reported as such.
    """
    complaints = [
        line for line in text.splitlines() if line.startswith(("error", "fatal", "missing", "broken", "corrupt"))
    ]
    real = [line for line in complaints if not _is_conflict_ref(line)]
    if any(mark in line for line in real for mark in _EVICTION):
        return "git could not read a file of its own: it was evicted again, or the disk fails"
    if real:
        return real[0]
    return f"git fsck ended with {code}" if code and not complaints else ""


def _is_conflict_ref(line: str) -> bool:
    """Whether git only complains of a ref whose name no ref can have."""
    return "badRefName" in line or ("invalid sha1 pointer" in line and " 2" in line)
