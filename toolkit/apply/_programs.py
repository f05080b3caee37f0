"""Programs that a plan runs: under the lock, and with what they changed written down."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.apply._journal import mark_of
from toolkit.expressions import regex
from toolkit.system import git
from toolkit.system.process import run

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.apply._journal import Journal, Record
    from toolkit.commands import Command, Completed
    from toolkit.system.lock import Lock

__all__ = ["cause", "copy", "held", "index_entries", "write_down"]

_TELLING = regex(r"\b(?:error|fatal|failed)\b|ERR!", re.IGNORECASE)
_VAGUE = regex(
    r"^warning\b|"
    r"(?:error|ERR!) code \S+$|complete log of this run"
)
"""What cargo says while it tries again, and npm before and after the cause."""


def held(lock: Lock, command: Command, data: bytes | None = None) -> Completed:
    """Run a program under the lock: whoever comes after our death ends it before going on."""
    return run(command, data, keep_fds=(lock.descriptor,), started=lock.add_group)


def cause(done: Completed) -> str:
    """The line that says why a program failed: the first that speaks of an error, else the last."""
    lines = [line.strip() for line in done.error_text.splitlines() if line.strip()]
    telling = (line for line in lines if _TELLING.search(line) and not _VAGUE.search(line))
    return next(telling, lines[-1] if lines else f"ended with {done.code}")


def copy(path: Path, backup: Path) -> None:
    """Copy a file with its times: a second name would not do for a program that writes in place."""
    import shutil

    shutil.copy2(path, backup)


def write_down(root: Path, journal: Journal, before: Record) -> None:
    """Write down what a program changed, one that failed too: only afterwards is it known.

    Args:
        root: the repository's folder.
        journal: the plan's journal; its folder holds the copy that ``before`` names.
        before: how the file and its entry in git's index were.
    """
    after = mark_of(root / before.path)
    same = after.same(before.before)
    out = before.entries if before.entries and not index_entries(root, before.path) else ""
    if same and before.backup:
        (journal.folder / before.backup).unlink(missing_ok=True)
    if out or not same:
        journal.begin(replace(before, after=after, backup="" if same else before.backup, entries=out))
    journal.write("known", index=before.index)


def index_entries(root: Path, path: str) -> str:
    """What git's index holds of a path, in the form that ``git update-index --index-info -z`` takes back."""
    done = git.expect(git.git(root, "ls-files", "-z", "--stage", "--", f":(literal){path}"))
    return done.text
