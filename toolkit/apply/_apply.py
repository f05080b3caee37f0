"""Carrying out a plan, action by action."""

from __future__ import annotations

import os
import posixpath
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from toolkit.apply._guards import Refusal, inside, refuse_other_case, removable
from toolkit.apply._journal import JOURNAL, NOTHING, Journal, Mark, Record, mark_of, new_id
from toolkit.apply._programs import cause, copy, held, index_entries, write_down
from toolkit.commands import Command
from toolkit.documents import edit
from toolkit.errors import ToolkitError
from toolkit.model import EditFile, Materialize, MoveFile, Outcome, RemoveTree, RunCommand, WriteFile
from toolkit.system import git
from toolkit.system.files import digest_bytes
from toolkit.system.lock import hold
from toolkit.system.quarantine import FOLDER, move_aside
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.model import Action, Plan
    from toolkit.system.lock import Holder, Lock

__all__ = ["Applied", "apply", "place"]


@frozen
class Applied:
    """What became of a plan.

    Args:
        id: its name in the journal, for ``undo``; empty if there was nothing to do.
        outcomes: one for each action, in order.
    """

    id: str
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """Whether every action was done or had been done before."""
        return all(one.status == "done" or one.reason == _ALREADY for one in self.outcomes)


_ALREADY = "already so"
_OURS = ("invoke", "inv", "toolkit")


def apply(
    context: Context,
    plan: Plan,
    command: str,
    *,
    waiting: Callable[[Holder | None], None] = lambda _holder: None,
) -> Applied:
    """Carry a plan out under the repository's lock; one action's failure does not stop the others.

    Args:
        context: the run.
        plan: what to do.
        command: who asks, for the journal and for those who wait.
        waiting: called if somebody else holds the lock.

    Raises:
        ToolkitError: the journal cannot be written, so nothing was done.
    """
    if not plan.actions:
        return Applied("", ())
    context.prepare_state()
    with hold(context.state / "lock", command, waiting) as lock:
        name = new_id()
        worker = _Worker(context, lock, Journal(context.state / JOURNAL / name), context.state / FOLDER / name)
        _announce(worker.journal, name, plan, command)
        outcomes = tuple(worker.perform(index, action) for index, action in enumerate(plan.actions))
        worker.journal.write("closed")
        worker.journal.close()
    return Applied(name, outcomes)


def _announce(journal: Journal, name: str, plan: Plan, command: str) -> None:
    """Write the plan down before anything of it is done.

    Raises:
        ToolkitError: the journal cannot be written.
    """
    try:
        journal.write(
            "plan",
            id=name,
            title=plan.title,
            command=command,
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            actions=len(plan.actions),
            notes=list(plan.notes),
        )
    except OSError as error:
        raise ToolkitError(
            f"the journal cannot be written: {error.strerror}", "free space, then run this again"
        ) from error


class _Worker:
    """Performs actions; each method either changes one place or raises."""

    def __init__(self, context: Context, lock: Lock, journal: Journal, quarantine: Path) -> None:
        self.context = context
        self.lock = lock
        self.journal = journal
        self.quarantine = quarantine

    def perform(self, index: int, action: Action) -> Outcome:
        """Do one action and write down how it ended."""
        try:
            reason = self._perform(index, action)
            outcome = Outcome(action, "skipped" if reason else "done", reason)
        except Refusal as refusal:
            outcome = Outcome(action, "skipped", str(refusal))
        except ToolkitError as error:
            outcome = Outcome(action, "failed", error.message)
        except OSError as error:
            outcome = Outcome(action, "failed", error.strerror or str(error))
        self.journal.write("end", index=index, kind=type(action).__name__, status=outcome.status, reason=outcome.reason)
        return outcome

    def _perform(self, index: int, action: Action) -> str:
        """Do it; a text that is returned says why there was nothing to do."""
        match action:
            case WriteFile():
                return self._write(index, action, action.content, action.expected_digest, action.mode)
            case EditFile():
                path = inside(self.context.root, action.path)
                if mark_of(path).digest != action.expected_digest:
                    raise Refusal("it changed since the plan was made")
                new = edit.apply(path.read_bytes(), action.spans)
                return self._write(index, action, new, action.expected_digest, 0o644)
            case MoveFile():
                self._move(index, action)
            case RemoveTree():
                self._remove(index, action)
            case RunCommand():
                self._run(index, action)
            case Materialize():
                raise Refusal("invoke hydrate brings it back")
        return ""

    def _write(self, index: int, action: WriteFile | EditFile, content: bytes, expected: str | None, mode: int) -> str:
        path = inside(self.context.root, action.path)
        before = mark_of(path)
        if before.kind == "file" and before.digest == digest_bytes(content):
            return _ALREADY
        if before.kind not in ("file", "nothing"):
            raise Refusal(f"a {before.kind} is there")
        if (before.digest or None) != expected:
            raise Refusal("it changed since the plan was made" if before.digest else "it is gone")
        if before is NOTHING:
            refuse_other_case(path, action.path)
        kept = before.mode if before.kind == "file" else mode
        after = Mark("file", digest_bytes(content), kept)
        staged = self.journal.folder / f"new-{index}"
        staged.write_bytes(content)
        os.chmod(staged, kept)
        self._same_owner(path, staged)
        backup = f"before-{index}" if before.kind == "file" else ""
        record = Record(
            index, type(action).__name__, action.path, before=before, after=after, backup=backup,
            folders=self._folders(action.path), made=self._to_make(action.path),
        )  # fmt: skip
        if backup:
            _keep(path, self.journal.folder / backup)
        self.journal.begin(record)
        path.parent.mkdir(parents=True, exist_ok=True)
        place(staged, path)
        return ""

    def _same_owner(self, path: Path, staged: Path) -> None:
        """A root user's edit leaves the file to its owner."""
        if os.geteuid() == 0 and path.exists():
            status = path.stat()
            os.chown(staged, status.st_uid, status.st_gid)

    def _move(self, index: int, action: MoveFile) -> None:
        source, target = inside(self.context.root, action.source), inside(self.context.root, action.target)
        before = mark_of(source)
        if before.kind != "file" or before.digest != action.expected_digest:
            raise Refusal("it changed since the plan was made" if before.kind == "file" else "it is gone")
        refuse_other_case(target, action.target)
        record = Record(
            index, "MoveFile", action.source, action.target, before, before,
            folders=(*self._folders(action.source), *self._folders(action.target)),
            made=self._to_make(action.target), pruned=self._to_prune(action.source, action.target),
        )  # fmt: skip
        self.journal.begin(record)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(source, target)
        for folder, _ in record.pruned:
            os.rmdir(self.context.absolute(folder))

    def _remove(self, index: int, action: RemoveTree) -> None:
        path = inside(self.context.root, action.path)
        removable(self.context, action, path)
        before = mark_of(path)
        target = self.quarantine / str(index) / path.name
        entries = index_entries(self.context.root, action.path) if action.tracked else ""
        record = Record(
            index, "RemoveTree", action.path, os.path.relpath(target, self.context.root), before, before,
            folders=self._folders(action.path), entries=entries,
        )  # fmt: skip
        self.journal.begin(record)
        move_aside(path, target)
        if entries:
            words = ("rm", "--cached", "--quiet", "-r", "--ignore-unmatch", "--", f":(literal){action.path}")
            git.expect(held(self.lock, git.command(self.context.root, *words)))

    def _run(self, index: int, action: RunCommand) -> None:
        if action.argv[0] in _OURS:
            raise Refusal("it works under the lock that is held here: run it by itself")
        folder = inside(self.context.root, action.cwd, leaf=False)
        before = self._before_run(index, action)
        self.journal.write("run", index=index, argv=list(action.argv), cwd=action.cwd)
        done = held(self.lock, Command(action.argv, folder, dict(action.env)))
        if before is not None:
            write_down(self.context.root, self.journal, before)
        if not done.ok:
            raise ToolkitError(cause(done))

    def _before_run(self, index: int, action: RunCommand) -> Record | None:
        """How the file is that the program is going to change; ``None`` where that cannot be taken back."""
        path = inside(self.context.root, action.changes) if action.changes else None
        if path is None or (before := mark_of(path)).kind not in ("file", "nothing"):
            return None
        backup = f"before-{index}" if before.kind == "file" else ""
        if backup:
            copy(path, self.journal.folder / backup)
            self._same_owner(path, self.journal.folder / backup)
        entries = index_entries(self.context.root, action.changes) if self.context.inventory.is_git else ""
        return Record(
            index, "RunCommand", action.changes, before=before, backup=backup,
            folders=self._folders(action.changes), entries=entries,
        )  # fmt: skip

    def _folders(self, path: str) -> tuple[tuple[str, int], ...]:
        """The folders above that exist, with their modification times."""
        found = []
        folder = posixpath.dirname(path)
        while folder:
            if (absolute := self.context.absolute(folder)).is_dir():
                found.append((folder, absolute.stat().st_mtime_ns))
            folder = posixpath.dirname(folder)
        return (*found, (".", self.context.root.stat().st_mtime_ns))

    def _to_make(self, path: str) -> tuple[str, ...]:
        found = []
        folder = posixpath.dirname(path)
        while folder and not self.context.absolute(folder).exists():
            found.append(folder)
            folder = posixpath.dirname(folder)
        return tuple(reversed(found))

    def _to_prune(self, path: str, target: str) -> tuple[tuple[str, int], ...]:
        """Folders that hold nothing but what is moved out, and into which it is not moved."""
        found = []
        folder, child = posixpath.dirname(path), posixpath.basename(path)
        while folder and not target.startswith(f"{folder}/") and os.listdir(self.context.absolute(folder)) == [child]:
            found.append((folder, self.context.absolute(folder).stat().st_mode & 0o7777))
            folder, child = posixpath.dirname(folder), posixpath.basename(folder)
        return tuple(found)


def _keep(path: Path, backup: Path) -> None:
    """Keep the file that is about to be replaced, with its times: as a second name, else as a copy."""
    backup.unlink(missing_ok=True)
    try:
        os.link(path, backup)
    except OSError:
        copy(path, backup)


def place(staged: Path, path: Path) -> None:
    """Put a ready file in its place by one rename.

    Raises:
        ToolkitError: the folder cannot be written to, or the journal lies on another file system, from which no
            rename leads here.
    """
    if not os.access(path.parent, os.W_OK):
        raise ToolkitError(f"the folder of {path.name} cannot be written to", "make it writable, or work on a copy")
    if os.lstat(staged).st_dev != os.lstat(path.parent).st_dev:
        raise ToolkitError(f"{path.name} lies on another file system than the journal", "edit it by hand")
    os.replace(staged, path)
