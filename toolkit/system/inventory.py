"""The one walk of a run: what git tracks, what lies beside it, what is too heavy to enter.

Git lists the index and walks the work tree in two processes at once; only folders that hold no
tracked file at all are walked here. Nothing is opened for reading, so no evicted file is downloaded.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.system import git
from toolkit.system.git_ignore import IgnoreRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["HEAVY", "Inventory", "take"]

HEAVY = frozenset(
    {
        "node_modules", "bower_components", "target", ".venv", "venv", ".tox", ".nox", "__pycache__", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", ".wrangler", ".anchor", "test-ledger", ".terraform",
        ".gradle", "Pods", "DerivedData", ".direnv", ".devbox", ".devenv", ".pnpm-store", ".toolkit", ".cache", ".expo", ".git",
    }
)  # fmt: skip
"""Folder names that installers, compilers and caches fill; recorded, not entered."""

_LINK = "120000"
_GITLINK = "160000"
_PROGRAM = "100755"


@dataclass(frozen=True)
class Inventory:
    """Every path of the repository that a feature may ask about.

    Args:
        root: the absolute folder.
        is_git: whether git knows the folder.
        tracked: paths in the index, in git's order, without gitlinks.
        links: those of them that are symbolic links.
        programs: those of them that may be started by their path.
        gitlinks: submodules and other embedded commits in the index.
        loose: paths that git does not track (ignored ones too), outside heavy folders.
        heavy: heavy folders that hold no tracked file; not entered.
        nested: folders with a ``.git`` of their own, in no index of ours; not entered.
        unreadable: folders that could not be listed.
        seen: paths that a look at the disk has found in this run, by whoever looked.
    """

    root: Path
    is_git: bool
    tracked: tuple[str, ...]
    links: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    gitlinks: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set, repr=False, compare=False)
    _ignored: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    _named: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def rules(self) -> IgnoreRules:
        """Git's ignore rules, for those who ask often."""
        return IgnoreRules(self.root)

    @cached_property
    def tracked_set(self) -> frozenset[str]:
        """The tracked paths, to ask for one."""
        return frozenset(self.tracked)

    @cached_property
    def files(self) -> frozenset[str]:
        """Tracked and loose paths together."""
        return self.tracked_set.union(self.loose)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a listed path, ``"."`` included."""
        found = {"."}
        last = ""
        for path in (*self.tracked, *self.loose):
            folder = path.rpartition("/")[0]
            if folder == last:
                continue
            last = folder
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Paths by their last part; tracked ones first."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for paths in (self.tracked, self.loose):
            for name, path in zip([path.rpartition("/")[2] for path in paths], paths, strict=True):
                found[name].append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def named(self, *names: str) -> Iterator[str]:
        """Paths whose last part is one of the names, which git does not ignore, and which are there.

        What was deleted or moved since the last commit stands in the index still, and in a sparse checkout so does all that
        is left out; asking the disk for every path of the index would take as long as a ``git status``.
        """
        for name in names:
            if name not in self._named:
                self._named[name] = tuple(self._present(name))
            yield from self._named[name]

    def _present(self, name: str) -> Iterator[str]:
        paths = self.by_name.get(name, ())
        loose = [path for path in paths if path not in self.tracked_set] if self.is_git else []
        dropped = self.ignored(loose) if loose else frozenset()
        top = os.fspath(self.root)
        yield from (
            path for path in paths if path not in dropped and (path in self.seen or os.path.lexists(f"{top}/{path}"))
        )

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that git's ignore rules cover; each is asked for once.

        What lies outside, beyond a link or in a submodule is none: git refuses to answer for it, and for all that it is asked with.

        Raises:
            CannotCheckError: git failed.
        """
        asked = tuple(paths)
        if not self.is_git:
            return frozenset()
        unknown = [path for path in asked if path not in self._ignored]
        if unknown:
            within = [path for path in unknown if not self._is_beyond(path)]
            hits = self.rules.covered(within) if within else frozenset()
            self._ignored.update((path, path in hits) for path in unknown)
        return frozenset(path for path in asked if self._ignored[path])

    def _is_beyond(self, path: str) -> bool:
        """Whether a path leaves the repository, or a folder above it is a tracked link or a submodule."""
        if path == ".." or path.startswith(("/", "../")):
            return True
        parts = path.split("/") if self._gates else []  # of a folder, which ends in a slash, its own name is one above
        return any("/".join(parts[:end]) in self._gates for end in range(1, len(parts)))

    @cached_property
    def _gates(self) -> frozenset[str]:
        return self.links.union(self.gitlinks)


def take(root: Path) -> Inventory:
    """List a folder: by git where it is a work tree, else by walking it.

    Args:
        root: an absolute folder.

    Raises:
        CannotCheckError: git is there but cannot answer (a damaged or evicted index, foreign ownership).
    """
    index = git.start(root, "ls-files", "-z", "--stage")
    beside = git.start(root, "ls-files", "-z", "--others", "--directory", "--no-empty-directory")
    listed = index.wait()
    # Parsed while git still looks beside the index, which takes it longer than listing.
    parsed = _parse_index(listed.text) if listed.ok else None
    others = beside.wait()
    walk = _Walk(root)
    # A bare repository lists its index and only fails when it is asked about a work tree.
    if any(reason in others.stderr for reason in (git.NOT_A_REPOSITORY, b"must be run in a work tree")):
        walk.enter("")
        return walk.inventory(is_git=False)
    git.expect(others)
    tracked, links, programs, gitlinks = parsed or _parse_index(git.expect(listed).text)
    for path in others.text.split("\0"):
        if path.endswith("/"):
            walk.folder(path[:-1])
        elif path:
            walk.files.append(path)
    walk.unreadable.extend(_unreadable(others.error_text))
    return walk.inventory(is_git=True, tracked=tracked, links=links, programs=programs, gitlinks=gitlinks)


def _parse_index(text: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str], tuple[str, ...]]:
    """Split ``mode hash stage TAB path`` records; a conflicted path stands once for each stage.

    All that stands before the path has one width in a repository, so that slices do for 100,000 records.
    """
    records = text.split("\0")
    records.pop()
    width = text.find("\t") + 1
    links = frozenset(_of_mode(_LINK, text, records, width))
    programs = frozenset(_of_mode(_PROGRAM, text, records, width))
    gitlinks = tuple(_of_mode(_GITLINK, text, records, width))
    embedded = set(gitlinks)
    paths = dict.fromkeys([record[width:] for record in records])
    tracked = tuple(path for path in paths if path not in embedded) if embedded else tuple(paths)
    return tracked, links, programs, gitlinks


def _of_mode(mode: str, text: str, records: list[str], width: int) -> Iterator[str]:
    """The paths of one mode; most repositories have none, which one search tells."""
    if text.startswith(mode) or f"\0{mode}" in text:
        yield from (record[width:] for record in records if record.startswith(mode))


def _unreadable(text: str) -> Iterator[str]:
    """Folders that git says it could not open."""
    for line in text.splitlines():
        if line.startswith("warning: could not open directory '"):
            yield line.split("'", 1)[1].rpartition("'")[0].rstrip("/")


class _Walk:
    """A walk that records heavy and nested folders in place of entering them, and follows no link."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = os.fspath(root)
        self.files: list[str] = []
        self.heavy: list[str] = []
        self.nested: list[str] = []
        self.unreadable: list[str] = []

    def inventory(
        self,
        *,
        is_git: bool,
        tracked: tuple[str, ...] = (),
        links: frozenset[str] = frozenset(),
        programs: frozenset[str] = frozenset(),
        gitlinks: tuple[str, ...] = (),
    ) -> Inventory:
        """What was found here, together with what git listed."""
        return Inventory(
            self.root,
            is_git,
            tracked,
            links,
            programs,
            gitlinks,
            loose=tuple(sorted(self.files)),
            heavy=tuple(sorted(self.heavy)),
            nested=tuple(sorted(self.nested)),
            unreadable=tuple(sorted(self.unreadable)),
        )

    def folder(self, path: str) -> None:
        """Record or enter one folder."""
        if path[path.rfind("/") + 1 :] in HEAVY:
            self.heavy.append(path)
        elif os.path.lexists(f"{self.top}/{path}/.git"):
            self.nested.append(path)
        else:
            self.enter(path)

    def enter(self, path: str) -> None:
        """List a folder and all below it; a stack, not recursion, because depth is the user's."""
        pending = [path]
        while pending:
            folder = pending.pop()
            prefix = f"{folder}/" if folder else ""
            try:
                entries = list(os.scandir(f"{self.top}/{folder}"))
            except OSError:
                self.unreadable.append(folder or ".")
                continue
            for entry in entries:
                child = prefix + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    self.files.append(child)
                elif entry.name in HEAVY:
                    if entry.name != ".git":
                        self.heavy.append(child)
                elif os.path.lexists(f"{self.top}/{child}/.git"):
                    self.nested.append(child)
                else:
                    pending.append(child)
