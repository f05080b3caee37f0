"""Rebuilding evicted tracked files from git's own objects, so that nothing has to be downloaded.

A file whose size and time are those of the index is by git's own rule unchanged, so its content is that of
the blob. git writes it into a folder beside (``checkout-index`` applies line endings and filters as a checkout
would), it gets the placeholder's mode and time, and takes its place by ``rename``, which macOS does without
fetching what is replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from toolkit.commands import Command
from toolkit.features.hydration._survey import within
from toolkit.system import git, git_index, process, staging
from toolkit.system.dataless import FileState, Seam

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from toolkit.features.hydration._areas import Item
    from toolkit.features.hydration._survey import Repository, Survey

__all__ = ["Restored", "restorable", "restore"]

_BATCH_FILES = 400
_BATCH_BYTES = 64 * 1024 * 1024
"""Files and bytes that exist twice at a time."""
_BATCH_DEADLINE_S = 300.0
"""Seconds for one run of git: a filter that fetches from elsewhere may not hang us."""
_MISSING = "not in the object store"


class Restored(NamedTuple):
    """How one attempt ended; ``reason`` says why the provider has to be asked after all, and is empty if not."""

    item: Item
    reason: str = ""


def restorable(survey: Survey) -> list[Item]:
    """The dataless files whose content git certainly has by the index."""
    return [item for item in survey.items if _matches(survey, item)]


def _matches(survey: Survey, item: Item) -> bool:
    entry = survey.entry(item)
    repository = survey.repositories.get(item.scope)
    if entry is None or repository is None or git_index.is_link(entry) or entry.mode == git_index.GITLINK:
        return False
    # A file that was written when the index was, or after, may have changed unseen: git compares its content.
    written = repository.index_mtime_ns
    return entry.matches(item.size, item.mtime_ns) and item.mtime_ns < written


def restore(root: Path, survey: Survey, items: Sequence[Item], provider: Seam) -> Iterator[Restored]:
    """Rebuild files in batches, and tell how each ended.

    Args:
        root: absolute.
        survey: the scan that found them.
        items: what :func:`restorable` gave.
        provider: tells whether a file is still a placeholder before it is replaced.
    """
    scopes: dict[str, list[Item]] = {}
    for item in items:
        scopes.setdefault(item.scope, []).append(item)
    for scope, wanted in scopes.items():
        repository = survey.repositories[scope]
        for batch in _batches(wanted):
            yield from _batch(root, repository, batch, provider)


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= _BATCH_FILES or size + item.size > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield batch


def _batch(root: Path, repository: Repository, batch: Sequence[Item], provider: Seam) -> Iterator[Restored]:
    top = root / repository.scope
    beside = staging.name()
    try:
        paths = [within(item.path, repository.scope) for item in batch]
        command = Command(
            ("git", "-c", "core.fsmonitor=false", "checkout-index", "-q", "-z", "--stdin", f"--prefix={beside}/"),
            top,
            git.ENVIRONMENT,
            _BATCH_DEADLINE_S,
        )
        done = process.run(command, b"\0".join(os.fsencode(path) for path in paths) + b"\0")
        why = _first_line(done.error_text) or f"git ended with {done.code}"
        for item, path in zip(batch, paths, strict=True):
            entry = (repository.entries or {})[path]
            reason = _refusal(top, f"{beside}/{path}", path, item, entry.oid) or _place(
                f"{top}/{beside}/{path}", f"{top}/{path}", item, provider
            )
            yield Restored(item, why if reason == _MISSING and why else reason)
    finally:
        staging.remove(f"{top}/{beside}")


def _refusal(top: Path, made: str, path: str, item: Item, oid: str) -> str:
    """Why a rebuilt file is not certainly what the placeholder stands for; empty if it is."""
    try:
        size = os.lstat(top / made).st_size
        if size != item.size:
            return "git's content has another length"
        digest = hashlib.new("sha256" if len(oid) == 64 else "sha1", f"blob {size}\0".encode(), usedforsecurity=False)
        with open(top / made, "rb") as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
    except OSError:
        return _MISSING
    if digest.hexdigest() == oid:
        return ""
    # Line endings or a filter changed it on the way: the way back has to lead to the same object.
    back = git.git(top, "hash-object", f"--path={path}", "--", made, timeout_s=_BATCH_DEADLINE_S)
    return "" if back.ok and back.text.strip() == oid else "git's content is another"


def _place(made: str, target: str, item: Item, provider: Seam) -> str:
    """Put a rebuilt file in the place of its placeholder; the reason if that may not be done."""
    try:
        node = provider.node(target)
        if node is None or node.state is not FileState.DATALESS:
            return "it changed meanwhile"
        old = os.lstat(target)
        if (node.size, node.mtime_ns) != (item.size, item.mtime_ns):
            return "it changed meanwhile"
        if old.st_nlink > 1:
            return "it has another name by a hard link"
        with contextlib.suppress(PermissionError):
            os.chown(made, old.st_uid, old.st_gid)
        os.chmod(made, stat.S_IMODE(old.st_mode))
        os.utime(made, ns=(old.st_atime_ns, old.st_mtime_ns))
        os.replace(made, target)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _first_line(text: str) -> str:
    return next(
        (line.partition(": ")[2] or line for line in text.splitlines() if line.startswith(("error", "fatal"))), ""
    )
