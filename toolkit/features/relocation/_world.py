"""What a relocation looks at, and what it says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Role

__all__ = ["Left", "Note", "UndecidedError", "World"]


class UndecidedError(Exception):
    """A place at which nobody but a person can say what is meant: the whole file stays where it is.

    Args:
        reason: what stands in the way.
        line: 1-based; 0 for the whole file.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something a person has to look at; the line is 1-based and counts in the file before the move."""

    path: str
    line: int
    message: str

    @property
    def text(self) -> str:
        """For a plan's notes."""
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@frozen
class Left:
    """A file that stays where it is, and why.

    Args:
        vendored: others maintain it, so nothing is to be done.
    """

    path: str
    line: int
    reason: str
    vendored: bool = False


def _own(_folder: str) -> tuple[Role, str]:
    return "own", ""


@dataclass(frozen=True)
class World:
    """The repository, as far as a relocation needs it.

    Args:
        files: the tracked paths.
        read: gives a file's bytes; what it raises is passed on, unless the file does not matter much.
        links: those of the paths that are symbolic links.
        role: what a folder is to the repository, and the rule that says so.
        origin: ``owner/name`` of this repository where that is known.
        failures: what ``read`` raises for a file that cannot be read.
    """

    files: frozenset[str]
    read: Callable[[str], bytes]
    links: frozenset[str] = frozenset()
    role: Callable[[str], tuple[Role, str]] = field(default=_own)
    origin: str = ""
    failures: tuple[type[Exception], ...] = (OSError,)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a tracked path."""
        found: set[str] = set()
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def exists(self, path: str) -> bool:
        """Whether a path is a tracked file or a folder that holds one."""
        return path in self.files or path in self.folders
