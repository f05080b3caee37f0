"""Proof that what came back is what went: object names for tracked files, fsck for git's own folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.features.hydration._areas import Area
from toolkit.features.hydration._request import needed
from toolkit.system import git, git_index
from toolkit.system.dataless import FileState, Seam, state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from toolkit.features.hydration._areas import Item
    from toolkit.features.hydration._request import Options, Progress
    from toolkit.features.hydration._result import Result
    from toolkit.features.hydration._survey import Survey

__all__ = ["fsck", "gone_again", "object_format", "prove"]

_GIT_DEADLINE_S = 3600.0
# What git says when it could not read a file, rather than read a damaged one.
_EVICTION = ("Resource deadlock avoided", "timed out", "Input/output error", "mmap failed", "short read")


def object_format(survey: Survey) -> str:
    """The algorithm of the repository's object names, told by the index."""
    for repository in survey.repositories.values():
        for entry in (repository.entries or {}).values():
            return "sha256" if len(entry.oid) == 64 else "sha1"
    return "sha1"


def prove(root: Path, options: Options, progress: Progress, result: Result, read: Collection[tuple[Item, str]]) -> None:
    """Write into a result what is proven of what came back, and what is not.

    Args:
        root: absolute.
        options: what was asked for.
        progress: is told of git's own check.
        result: of the run; ``after`` is the scan at the end.
        read: the downloaded files with the object name of the content that was read.
    """
    survey = result.after
    _count(survey, result, read)
    for item in _differing(root, survey, read):
        result.failed[item.path] = "its content is not that of the object that the index names"
        result.by_content -= 1
    brought = {item.path for item in (*result.restored, *result.downloaded)}
    away = {item.path for item in needed(survey, options)}
    for path in sorted(away - result.failed.keys()):
        result.failed[path] = "evicted again" if path in brought else "not local at the end"
    if options.fsck == "off":
        result.fsck_state = "left out as asked"
    elif not survey.git_is_local:
        result.fsck_state = "not asked: files of git's own are not on this machine"
    else:
        _check_objects(root, options, progress, result)


def _count(survey: Survey, result: Result, read: Iterable[tuple[Item, str]]) -> None:
    for item, _ in read:
        entry = survey.entry(item)
        known = item.area.of_git or (entry is not None and entry.matches(item.size, item.mtime_ns))
        result.by_content += known
        result.by_length += not known
    result.by_content += len(result.restored)


def _check_objects(root: Path, options: Options, progress: Progress, result: Result) -> None:
    thorough = options.fsck == "full"
    if options.fsck == "auto":
        thorough = any(item.area is Area.OBJECTS for item in (*result.downloaded, *result.refetched))
    progress.begin("Checking git objects", 0, 0)
    for scope, repository in result.after.repositories.items():
        if not repository.git_dir:
            continue
        complaint = fsck(root / scope, thorough=thorough)
        if complaint:
            result.fsck = f"{complaint} (in {scope})" if scope != "." else complaint
    progress.end()
    result.fsck_state = "damaged" if result.fsck else "clean"


def _differing(root: Path, survey: Survey, items: Iterable[tuple[Item, str]]) -> list[Item]:
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
        top = root / scope
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
    return _fsck_verdict(done.code, done.error_text + done.text)


def _fsck_verdict(code: int, text: str) -> str:
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
