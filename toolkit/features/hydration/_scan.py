"""Finding what is not on this machine, by ``lstat`` alone.

The only files that are opened are git's index and, where ``.git`` is a file, that pointer; both only if
they are local. A folder that cannot be listed without a download is an unknown subtree, never an empty one.
"""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING

from toolkit.features.hydration._areas import (
    QUARANTINE,
    Area,
    Item,
    conflict_original,
    git_area,
    is_precious,
    is_regenerable,
    order,
    stub_original,
)
from toolkit.features.hydration._pointers import git_folders, pointer_target
from toolkit.features.hydration._survey import Conflict, Repository, StaleLock, Survey, within
from toolkit.system import git, git_index, staging
from toolkit.system.darwin import Policy
from toolkit.system.dataless import FileState, Node, Seam, is_missing, seam
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.system.git_index import IndexEntry

__all__ = ["scan"]

_AWAY = (errno.EDEADLK, errno.ETIMEDOUT, errno.EIO, errno.EINTR, errno.EBUSY)
"""What listing a folder says whose listing is with the provider, or which changed its state just now."""


def scan(root: Path) -> Survey:
    """Look at every file below a repository's root, without reading.

    The process runs with materialization OFF from here on.

    Args:
        root: the absolute folder of the work tree.
    """
    began = time.monotonic()
    provider = seam(root)
    provider.set_policy(Policy.OFF)
    scanner = _Scanner(os.fspath(root), provider)
    scanner.work_tree()
    survey = scanner.survey
    survey.items.sort(key=order)
    survey.unknown.sort(key=order)
    survey.duration_s = time.monotonic() - began
    return survey


def _node(provider: Seam, path: str) -> Node | None:
    try:
        return provider.node(path)
    except OSError:
        return None


@frozen
class _Scope:
    """The nested repository that a folder belongs to; ``folders`` are those that hold tracked files."""

    name: str
    entries: Mapping[str, IndexEntry] | None
    folders: frozenset[str]


class _Scanner:
    def __init__(self, root: str, provider: Seam) -> None:
        self.root = root
        self.provider = provider
        self.survey = Survey(root)
        self._visited: set[str] = set()

    # the work tree

    def work_tree(self) -> None:
        outside = _Scope(".", None, frozenset())
        top = _node(self.provider, self.root)
        pending = [("", outside, False)] if self._enterable(".", top, outside, Area.CONTROL) else []
        while pending:
            folder, scope, regenerable = pending.pop()
            nodes = self._list(folder, scope.name, self._folder_area(folder, scope, regenerable))
            if nodes is None:
                continue
            by_name = {node.name: node for node in nodes}
            if ".git" in by_name and not regenerable:
                scope = self._open_scope(folder, by_name[".git"])
            siblings = set(by_name)
            for node in nodes:
                path = f"{folder}/{node.name}" if folder else node.name
                if node.name == ".git" and not regenerable:
                    continue
                if node.kind != "folder":
                    self._file(path, node, scope, regenerable, siblings)
                elif self._own(path, node.name):
                    heavy = regenerable or self._regenerable(path, node.name, siblings, scope)
                    if heavy and not regenerable:
                        self.survey.regenerable.append(path)
                    if self._enterable(path, node, scope, self._folder_area(path, scope, heavy)):
                        pending.append((path, scope, heavy))

    def _own(self, path: str, name: str) -> bool:
        """Whether a folder belongs to the work tree: no git folder that was looked at, nothing that we left."""
        if f"{self.root}/{path}" in self._visited:
            return False
        if name.startswith(staging.PREFIX):
            self.survey.leftovers.append(path)
            return False
        return True

    def _regenerable(self, path: str, name: str, siblings: set[str], scope: _Scope) -> bool:
        return is_regenerable(name, siblings) and within(path, scope.name) not in scope.folders

    def _folder_area(self, folder: str, scope: _Scope, regenerable: bool) -> Area:
        if regenerable:
            return Area.REGENERABLE
        if scope.entries is None:
            return Area.WORK_TREE
        return Area.TRACKED if within(folder, scope.name) in scope.folders else Area.UNTRACKED

    def _file(self, path: str, node: Node, scope: _Scope, regenerable: bool, siblings: set[str]) -> None:
        survey = self.survey
        survey.files += 1
        if node.state is not FileState.LOCAL:
            area = self._file_area(path, scope, regenerable)
            self._away(Item(path, node.size, node.mtime_ns, area, scope.name), node)
        if regenerable or node.kind != "file":
            return
        if (original := conflict_original(node.name)) and original in siblings:
            survey.conflicts.append(Conflict(path, _sibling(path, original), in_git=False))
        elif stub_original(node.name):
            survey.stubs.append(path)

    def _file_area(self, path: str, scope: _Scope, regenerable: bool) -> Area:
        if regenerable:
            return Area.UNTRACKED if is_precious(path) else Area.REGENERABLE
        if scope.entries is None:
            return Area.WORK_TREE
        return Area.TRACKED if within(path, scope.name) in scope.entries else Area.UNTRACKED

    def _away(self, item: Item, node: Node) -> None:
        if node.state is FileState.DATALESS:
            self.survey.items.append(item)
        else:
            self.survey.unlisted.append((item.path, "its state cannot be told"))

    def _list(self, folder: str, scope: str, area: Area) -> list[Node] | None:
        """The entries of a folder, or ``None`` after noting why there are none."""
        try:
            return self.provider.listing(f"{self.root}/{folder}" if folder else self.root)
        except OSError as error:
            if error.errno in _AWAY:
                self.survey.unknown.append(Item(folder or ".", 0, 0, area, scope))
            elif not is_missing(error):
                self.survey.unlisted.append((folder or ".", error.strerror or str(error)))
            return None

    def _enterable(self, folder: str, node: Node | None, scope: _Scope, area: Area) -> bool:
        """Whether a folder can be listed without a download; one that cannot is noted as unknown."""
        if node is None or node.state is FileState.LOCAL:
            return True
        self.survey.unknown.append(Item(folder, 0, node.mtime_ns, area, scope.name))
        return False

    # git's own folders

    def _open_scope(self, folder: str, node: Node) -> _Scope:
        """Enter a work tree whose folder has a ``.git``, and scan its git folder."""
        name = folder or "."
        dot_git = f"{folder}/.git" if folder else ".git"
        git_dir = ""
        if node.kind == "folder":
            git_dir = f"{self.root}/{dot_git}"
        elif node.kind == "link":  # to .git.nosync, for example
            git_dir = os.path.normpath(f"{self.root}/{folder}/{os.readlink(f'{self.root}/{dot_git}')}")
        elif node.kind == "file" and node.state is FileState.LOCAL:
            git_dir = pointer_target(f"{self.root}/{dot_git}") or ""
        elif node.kind == "file":
            self.survey.files += 1
            self._away(Item(dot_git, node.size, node.mtime_ns, Area.CONTROL, name), node)
        for place in git_folders(git_dir, self.provider):
            self._git_folder(place, name)
        entries, written = self._index(folder, git_dir)
        self.survey.repositories[name] = Repository(name, git_dir, entries, written)
        return _Scope(name, entries, _folders(entries))

    def _git_folder(self, place: str, scope: str) -> None:
        top = os.path.relpath(place, self.root)
        if any(place == seen or place.startswith(seen + "/") for seen in self._visited):
            return  # a submodule's lies in that of its repository
        self._visited.add(place)
        owner = _Scope(scope, None, frozenset())
        pending = [""] if self._enterable(top, _node(self.provider, place), owner, Area.CONTROL) else []
        while pending:
            folder = pending.pop()
            nodes = self._list(f"{top}/{folder}" if folder else top, scope, git_area(folder + "/"))
            siblings = {node.name for node in nodes or ()}
            for node in nodes or ():
                inner = f"{folder}/{node.name}" if folder else node.name
                if node.kind != "folder":
                    self.survey.files += 1
                elif inner != QUARANTINE and self._enterable(f"{top}/{inner}", node, owner, git_area(inner + "/")):
                    pending.append(inner)
                self._in_git(top, inner, node, scope, siblings)

    def _in_git(self, top: str, inner: str, node: Node, scope: str, siblings: set[str]) -> None:
        path = f"{top}/{inner}"
        if node.kind == "file" and node.state is not FileState.LOCAL:
            self._away(Item(path, node.size, node.mtime_ns, git_area(inner), scope), node)
        original = conflict_original(node.name)
        # A submodule may have a name with a space and a number; refs, the index and objects may not.
        if original and (node.kind != "folder" or (original in siblings and not inner.startswith("modules/"))):
            self.survey.conflicts.append(Conflict(path, _sibling(path, original), in_git=True))
        elif node.name.endswith(".lock") and node.kind == "file" and not inner.startswith("toolkit/"):
            self.survey.locks.append(StaleLock(path, max(time.time() - node.mtime_ns / 1e9, 0.0)))
        elif node.name.startswith(staging.PREFIX):
            self.survey.leftovers.append(path)

    def _index(self, folder: str, git_dir: str) -> tuple[Mapping[str, IndexEntry] | None, int]:
        """The index by path, if it is here, and when it was written."""
        node = _node(self.provider, f"{git_dir}/index") if git_dir else None
        if node is None or node.state is not FileState.LOCAL:
            head = _node(self.provider, f"{git_dir}/HEAD") if git_dir else None
            # A repository without a commit has no index; one whose git folder is unknown has one that is not here.
            return ({}, 0) if node is None and head is not None and head.state is FileState.LOCAL else (None, 0)
        entries: list[IndexEntry] | None
        try:
            with open(f"{git_dir}/index", "rb") as stream:
                content = stream.read()
            entries = git_index.parse(content)
        except git_index.NeedsGitError:
            entries = self._listed_by_git(folder)
        except (OSError, git_index.IndexFormatError):
            return None, 0  # git itself may read a damaged index and list nonsense
        if entries is None:
            return None, 0
        return {entry.path: entry for entry in entries}, node.mtime_ns

    def _listed_by_git(self, folder: str) -> list[IndexEntry] | None:
        """What git itself says of a split or sparse index; ``None`` if it cannot."""
        from pathlib import Path

        done = git.git(Path(self.root, folder), "ls-files", "--stage", "--debug", "-z", timeout_s=60)
        try:
            return git_index.parse_listing(done.text) if done.ok else None
        except git_index.IndexFormatError:
            return None


def _folders(entries: Mapping[str, IndexEntry] | None) -> frozenset[str]:
    found = {""}
    for path in entries or ():
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def _sibling(path: str, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name
