"""What a check is given: the context of every feature, and what only those who look for trouble ask."""

from __future__ import annotations

import posixpath
import re
import threading
from bisect import bisect_left
from dataclasses import replace
from fnmatch import translate
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from toolkit.context import Context
from toolkit.discovery import Discovered, discover
from toolkit.errors import ToolkitError
from toolkit.path_names import is_backup
from toolkit.places import below, upward
from toolkit.roles import role_of
from toolkit.system import git
from toolkit.system.files import read_with_look
from toolkit.system.inventory import Inventory, take
from toolkit.texts import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from toolkit.model import Role, Subproject

__all__ = ["FOREIGN", "Inspection"]

_MOST_READ = 64 * 1024 * 1024
"""Bytes of texts that are read ahead: nine of ten repositories have fewer."""

T = TypeVar("T")

FOREIGN: frozenset[Role] = frozenset({"vendored", "template", "fixture", "submodule", "ignored"})
"""Roles whose findings are counted but break nothing here: others maintain the place, or it is not built."""


class Inspection(Context):
    """The context of a doctor's run: what every feature has, and what only checks ask for.

    Args:
        root: the absolute folder of the repository.
        variables: the process environment.
        focus: the only files to look at (``--changed``); ``None`` for all.
    """

    def __init__(
        self, root: Path, variables: Mapping[str, str] | None = None, focus: frozenset[str] | None = None
    ) -> None:
        super().__init__(root, variables)
        self.focus = focus
        self.offline = False
        self.unlisted = ""
        """Why the repository cannot be listed (a damaged index); empty if it can."""
        self.is_read = False
        """Whether all tracked texts are in memory, which is sooner searched than any file is opened."""
        self._aside: frozenset[str] = frozenset()
        self._roles: dict[str, tuple[Role, str]] = {}
        self._discovering = threading.Lock()

    @cached_property
    def inventory(self) -> Inventory:
        """The one walk, without files that git tracks and somebody deleted: the next commit has them no more.

        A file whose placeholder ``.NAME.icloud`` lies in its place is not deleted but evicted. Copies that somebody put aside
        come last: of several places with one cause checks tell the first, and a living one it has to be.
        """
        deleted = git.start(self.root, "ls-files", "-z", "--deleted")
        try:
            taken = take(self.root)
        finally:
            done = deleted.wait()
        if not taken.is_git:
            return taken
        git.expect(done)
        placeholders = (
            f"{posixpath.dirname(path)}/.{posixpath.basename(path)}.icloud" for path in done.text.split("\0")
        )
        gone = {
            path
            for path, stub in zip(done.text.split("\0"), placeholders, strict=True)
            if path and stub.removeprefix("/") not in taken.files
        }
        self._aside = frozenset(folder for folder in taken.folders if is_backup(f"{folder}/"))
        if not gone and not self._aside:
            return taken
        return replace(taken, tracked=self.living_first(path for path in taken.tracked if path not in gone))

    def read_ahead(self, most: int = _MOST_READ) -> None:
        """Read all tracked texts once, for all that look at them and for all copies of this process.

        Args:
            most: bytes that are held in memory; of a larger repository each file is read by who needs it.
        """
        inventory = self.inventory
        texts = [path for path in inventory.tracked if not path.endswith(NO_TEXT) and path not in inventory.links]
        for path in texts:
            try:
                content, look = read_with_look(f"{self._top}{path}")
            except (OSError, ToolkitError):
                continue  # told to whoever asks for the file
            self._bytes[path] = content
            self.facts.saw(path, look)
            most -= len(content)
            if most < 0:
                return
        self.is_read = True

    @cached_property
    def discovered(self) -> Discovered:
        """Every subproject, found once for all checks."""
        with self._discovering:
            return self.__dict__["discovered"] if "discovered" in self.__dict__ else discover(self)

    def shows(self, *paths: str) -> bool:
        """Whether anything in one of the files is to be told: ``--changed`` leaves the others out."""
        return self.focus is None or not self.focus.isdisjoint(paths)

    @property
    def subprojects(self) -> tuple[Subproject, ...]:
        """The subprojects that tasks work on."""
        return self.discovered.subprojects

    def owner(self, path: str, family: str = "") -> Subproject | None:
        """The subproject whose folder, or that of a member, is the nearest that holds a path; only of one family, if one is named."""
        found = (
            item for up in upward(path) for item in self._owners.get(up, ()) if not family or item.family == family
        )
        return next(found, None)

    @cached_property
    def _owners(self) -> dict[str, list[Subproject]]:
        """The subprojects of a folder, before those of which it is a member."""
        owners: dict[str, list[Subproject]] = {}
        every_one = (*self.discovered.subprojects, *self.discovered.excluded)
        for item in reversed(every_one):
            owners.setdefault(item.path, []).append(item)
        for item in reversed(every_one):
            for member in item.members:
                owners.setdefault(member, []).append(item)
        return owners

    def role(self, path: str) -> tuple[Role, str]:
        """What a file or folder is to the repository, and the rule that says so; told by its folder, once."""
        folder = path if path in self.inventory.folders else posixpath.dirname(path) or "."
        found = self._roles.get(folder)
        if found is None:
            found = self._embedded(folder) or role_of(self, folder)
            if found[0] == "template" and self._is_installed(folder):
                found = "own", ""
            self._roles[folder] = found
        return found

    def _is_installed(self, folder: str) -> bool:
        """Whether a workspace claims a folder, or one around it, whose path says that it is handed out: here it is built, too."""
        members = {one for item in self.subprojects for one in item.members if role_of(self, one)[0] == "template"}
        return any(below(one, folder) for one in members)

    def _embedded(self, folder: str) -> tuple[Role, str] | None:
        for inner in self.inventory.gitlinks:
            if below(inner, folder):
                return "submodule", f"{inner}/ is another repository's commit"
        return None

    def is_foreign(self, path: str) -> bool:
        """Whether a path belongs to a copy that others maintain, a template or a fixture."""
        return self.role(path)[0] in FOREIGN

    def named(self, *names: str) -> Iterator[str]:
        """Files of these exact names that git does not ignore, those that ``--changed`` leaves: to report on.

        To compare with what did not change, ask :attr:`inventory` itself.
        """
        found = (path for path in self.inventory.named(*names) if self.focus is None or path in self.focus)
        return iter(self.living_first(found)) if self._aside else found

    def living_first(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The paths in their order, those last that lie in a folder that somebody put aside."""
        return tuple(sorted(paths, key=lambda path: path.rpartition("/")[0] in self._aside) if self._aside else paths)

    def matching(self, *patterns: str) -> Iterator[str]:
        """Like :meth:`named`, for globs of the last part of a path (``*.tf``, ``Dockerfile*``)."""
        expression = _any_of(patterns)
        return self.named(*filter(expression.fullmatch, self._names))

    def below(self, folder: str) -> tuple[str, ...]:
        """Every listed file below a folder, ignored ones too, sorted."""
        if folder == ".":
            return self._sorted
        first = bisect_left(self._sorted, f"{folder}/")
        return self._sorted[first : bisect_left(self._sorted, f"{folder}0", first)]  # "0" follows "/"

    @cached_property
    def _sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self.inventory.files))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        if self.focus is not None:
            return tuple(dict.fromkeys(path.rpartition("/")[2] for path in sorted(self.focus)))
        return tuple(sorted(self.inventory.by_name))


@cache
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Names that one of the globs matches, as :func:`fnmatch.fnmatchcase` would: thirty thousand calls in place of each."""
    return re.compile("|".join(map(translate, globs)))
