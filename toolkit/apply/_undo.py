"""Taking a plan back: last action first, each by one rename, none that somebody else has changed since."""

from __future__ import annotations

import contextlib
import os
import posixpath
from typing import TYPE_CHECKING

from toolkit.apply._history import find, states
from toolkit.apply._journal import Journal, Record
from toolkit.apply._programs import held, index_entries
from toolkit.places import upward
from toolkit.system import git
from toolkit.system.lock import hold
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.apply._history import Entry, State
    from toolkit.context import Context
    from toolkit.system.lock import Holder, Lock

__all__ = ["Refused", "Undone", "undo"]

_REASONS = {
    "changed": "it was changed since",
    "purged": "the quarantine was purged",
}


@frozen
class Refused:
    """An action that is not taken back, and why; ``now`` is where it put the file."""

    path: str
    reason: str
    now: str = ""


@frozen
class Undone:
    """What an undo did.

    Args:
        entry: the plan.
        paths: places that are as before again.
        refused: places that are not; where there are any and nothing was forced, nothing was touched.
        commands: programs that had been run and whose effects stay.
        possible: where nothing was touched because of ``refused``, whether there is anything else to take back.
    """

    entry: Entry
    paths: tuple[str, ...]
    refused: tuple[Refused, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    possible: bool = False


def undo(
    context: Context,
    name: str = "",
    *,
    partial: bool = False,
    plan: bool = False,
    waiting: Callable[[Holder | None], None] = lambda _holder: None,
) -> Undone:
    """Take back a plan, one that was interrupted too.

    Args:
        context: the run.
        name: the plan's name or its beginning; the newest without one.
        partial: take back what can be, though the world changed elsewhere.
        plan: only say what would be done.
        waiting: called if somebody else holds the lock.

    Raises:
        UsageError: there is no such plan.
        OSError: a rename failed; what was taken back before stays so, and another call goes on.
    """
    with hold(context.prepare_state() / "lock", "undo", waiting) as lock:
        entry = find(context, name)
        judged = [(record, state) for record, state in states(context, entry) if record.index not in entry.undone]
        refused = _refused(context, judged)
        todo = _to_take_back(context, judged, {one.path for one in refused})
        if plan or (refused and not partial):
            return Undone(entry, _paths(todo) if plan else (), refused, entry.commands, possible=bool(todo))
        journal = Journal(entry.folder)
        for record in todo:
            _take_back(context, lock, entry, record)
            journal.write("undo", index=record.index)
        if not refused:
            _set_times_back(context, entry.records)  # also where a call before was killed behind its last file
            journal.write("undone")
        journal.close()
        return Undone(entry, _paths(todo), refused, entry.commands)


def _to_take_back(context: Context, judged: list[tuple[Record, State]], wrong: set[str]) -> list[Record]:
    """What happened at places where nothing stands against it, the last first."""
    return [
        record
        for record, state in reversed(judged)
        if record.path not in wrong and _has_happened(context, record, state)
    ]


def _refused(context: Context, judged: list[tuple[Record, State]]) -> tuple[Refused, ...]:
    """What stands against taking back, once for each place: one that was moved and edited is two actions."""
    found: dict[str, Refused] = {}
    for record, state in judged:
        if reason := _against(context, record, state):
            moved = record.target if record.kind == "MoveFile" else ""
            found[record.path] = Refused(record.path, reason, moved or getattr(found.get(record.path), "now", ""))
    return tuple(found.values())


def _paths(records: list[Record]) -> tuple[str, ...]:
    """The places, each once: a file that was moved and then edited is one."""
    return tuple(dict.fromkeys(record.path for record in records))


def _against(context: Context, record: Record, state: State) -> str:
    if state in _REASONS:
        return _REASONS[state]
    for folder in upward(posixpath.dirname(record.path) or ".")[:-1] if state == "after" else ():
        around = context.absolute(folder)
        if around.is_symlink() or (around.exists() and not around.is_dir()):
            return f"{folder} is no folder any more"
    if state == "after" and record.entries and index_entries(context.root, record.path):
        # Killed between the rename and git's index: the entries are still there, and that is no one else's doing.
        return "" if index_entries(context.root, record.path) == record.entries else "git's index has it again"
    return ""


def _has_happened(context: Context, record: Record, state: State) -> bool:
    """Whether something of the action is left to take back: the file, folders made for it, or folders taken away."""
    if state == "after":
        return True
    if record.entries and not index_entries(context.root, record.path):
        return True  # an undo was killed between the rename and git's index
    return (
        any(context.absolute(folder).is_dir() for folder in record.made)
        and state == "before"
        and not _used(context, record)
    )


def _used(context: Context, record: Record) -> bool:
    return any(os.listdir(context.absolute(folder)) for folder in record.made[-1:] if context.absolute(folder).is_dir())


def _take_back(context: Context, lock: Lock, entry: Entry, record: Record) -> None:
    path = context.absolute(record.path)
    if record.kind in ("WriteFile", "EditFile", "RunCommand"):
        if record.backup:
            _restore(entry, record, context)
        elif record.before.kind == "nothing":
            path.unlink(missing_ok=True)
    else:
        for folder, mode in reversed(record.pruned):
            with contextlib.suppress(FileExistsError):
                context.absolute(folder).mkdir(parents=True)
                context.absolute(folder).chmod(mode)
        path.parent.mkdir(parents=True, exist_ok=True)  # somebody may have deleted it meanwhile
        if (context.root / record.target).exists() or (context.root / record.target).is_symlink():
            os.rename(context.root / record.target, path)
    if record.kind == "RemoveTree":
        for outer in (context.root / record.target).parents[:2]:
            with contextlib.suppress(OSError):  # it holds what other actions put aside
                outer.rmdir()
    if record.entries:
        data = record.entries.encode("utf-8", "surrogateescape")
        git.expect(held(lock, git.command(context.root, "update-index", "-z", "--index-info"), data))
    for folder in reversed(record.made):
        with contextlib.suppress(OSError):  # somebody put a file of theirs there: the folder is theirs now
            context.absolute(folder).rmdir()


def _restore(entry: Entry, record: Record, context: Context) -> None:
    """Put the kept file back by one rename: a kill leaves the one or the other."""
    backup = entry.folder / record.backup
    os.utime(backup, ns=(record.before.mtime_ns, record.before.mtime_ns), follow_symlinks=False)
    os.replace(backup, context.absolute(record.path))


def _set_times_back(context: Context, records: tuple[Record, ...]) -> None:
    """Modification times of folders as they were before the first action that touched them; what nothing changed is not written."""
    times: dict[str, int] = {}
    for record in records:
        for folder, moment in record.folders:
            times.setdefault(folder, moment)
    for folder, moment in times.items():
        with contextlib.suppress(FileNotFoundError):
            if context.absolute(folder).stat().st_mtime_ns != moment:
                os.utime(context.absolute(folder), ns=(moment, moment))
