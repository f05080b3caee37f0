"""Asking git, without letting a repository's own configuration run anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.commands import Command, Completed
from toolkit.errors import CannotCheckError
from toolkit.system.process import NOT_FOUND, Child, run

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ENVIRONMENT", "NOT_A_REPOSITORY", "command", "expect", "git", "start", "top_level"]

NOT_A_REPOSITORY = b"not a git repository"

# fsmonitor may name a program to run; a check that only reads must neither run it nor take the index lock.
_QUIET = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "advice.detachedHead=false")
ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def command(root: Path, *args: str, timeout_s: float | None = None) -> Command:
    """The command that asks git about the folder ``root``."""
    return Command((*_QUIET, *args), root, ENVIRONMENT, timeout_s)


def start(root: Path, *args: str) -> Child:
    """Start git without waiting for it.

    Raises:
        CannotCheckError: git is not installed, or the folder is gone.
    """
    try:
        return Child(command(root, *args))
    except OSError as error:
        raise CannotCheckError(
            f"git cannot be run in {root}: {error.strerror}", "install git, and see that the folder exists"
        ) from error


def git(root: Path, *args: str, data: bytes | None = None, timeout_s: float | None = None) -> Completed:
    """Run git to its end; the caller looks at the code.

    Args:
        root: the folder to run in.
        args: git's arguments.
        data: what it reads from standard input.
        timeout_s: seconds until it is ended; ``None`` waits for ever.
    """
    return run(command(root, *args, timeout_s=timeout_s), data)


def expect(done: Completed) -> Completed:
    """The same result, if it is one.

    Raises:
        CannotCheckError: git failed; the message is git's own, the hint fits the known causes.
    """
    if done.ok:
        return done
    if done.code == NOT_FOUND:
        raise CannotCheckError(
            "git is not installed, and nothing is known about tracked files without it", "install git"
        )
    text = done.error_text.strip()
    raise CannotCheckError(f"git failed: {_first_line(text)}", _hint(text))


def top_level(folder: Path) -> str | None:
    """The work tree's top folder, or ``None`` outside a repository or in a bare one."""
    done = git(folder, "rev-parse", "--show-toplevel")
    return done.text.removesuffix("\n") if done.ok and done.stdout.strip() else None


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(("fatal:", "error:"))] or text.splitlines()
    return lines[0].partition(": ")[2] or lines[0] if lines else "no message"


def _hint(text: str) -> str:
    if "dubious ownership" in text:
        return "the folder belongs to another user: git config --global --add safe.directory PATH"
    if "short read" in text or "Resource deadlock avoided" in text or "mmap failed" in text:
        return "files of the repository are not on this machine: invoke hydrate"
    if "index file" in text or "bad signature" in text or "index uses" in text:
        return "the index is damaged or evicted: invoke hydrate --scan, then git fsck"
    return ""
