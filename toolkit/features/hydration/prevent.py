"""Keeping a provider from taking back: pins, exclusions, and a git that does not read again for nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.system import darwin, git
from toolkit.system.dataless import seam
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.system.owner import Owner

__all__ = ["Marked", "exclude", "pin", "reapply", "trust_no_ctime"]

_SET = b"1"
_LEGACY = b"Dropbox without File Provider\n"
_ASKED = "exclude-regenerable"
"""Name of the file in the state folder that says that exclusions were asked for here."""


@frozen
class Marked:
    """What became of one mark; ``reason`` is empty where it is set and was read back."""

    path: str
    attribute: str
    changed: bool
    reason: str = ""


def pin(root: Path, owner: Owner | None) -> Marked:
    """Ask the provider to keep a repository downloaded (Finder's "Keep Downloaded"), and read the mark back.

    A pin protects what is here; it is no proof that everything is.

    Raises:
        ToolkitError: no provider keeps the folder.
    """
    _require(root, owner)
    return _mark(root, ".", darwin.PINNED, (darwin.PINNED, darwin.PINNED_BARE))


def exclude(root: Path, folders: Iterable[str], owner: Owner | None, state: Path | None = None) -> list[Marked]:
    """Keep regenerable folders out of the synced tree.

    Never a link: npm 11 replaces a linked ``node_modules`` by a real folder.

    Args:
        root: absolute.
        folders: regenerable folders that are local, relative to the root.
        owner: the provider, which decides the attribute.
        state: the folder of the toolkit's own files, in which the wish is kept for :func:`reapply`.

    Raises:
        ToolkitError: no provider keeps the folder.
    """
    provider = _require(root, owner)
    if state is not None:
        (state / _ASKED).write_bytes(_LEGACY if provider.legacy_dropbox else b"")
    name = darwin.IGNORED_DROPBOX if provider.legacy_dropbox else darwin.IGNORED
    return [_mark(root, folder, name, (name,)) for folder in folders]


def reapply(root: Path, folders: Iterable[str], state: Path) -> list[Marked]:
    """Set the exclusions again that an installer took away with the folder that it replaced.

    Costs one ``lstat`` where none were asked for. Call it after every install.

    Args:
        root: absolute.
        folders: the folders that were installed into, relative to the root.
        state: the folder of the toolkit's own files.
    """
    if not (state / _ASKED).exists() or not seam(root).capable:
        return []
    name = darwin.IGNORED_DROPBOX if (state / _ASKED).read_bytes() == _LEGACY else darwin.IGNORED
    return [_mark(root, folder, name, (name,)) for folder in folders if os.path.isdir(root / folder)]


def trust_no_ctime(root: Path) -> bool:
    """Tell git not to compare the ctime; whether that was new.

    Every eviction and every download changes the ctime and nothing else (borgbase/vykar, file_cache.rs), and
    git reads a file again whose ctime differs: a status would download all that was evicted.

    Raises:
        ToolkitError: git could not write its configuration.
    """
    if git.git(root, "config", "--bool", "core.trustctime").text.strip() == "false":
        return False
    done = git.git(root, "config", "core.trustctime", "false")
    if not done.ok:
        raise ToolkitError(f"core.trustctime cannot be set: {done.error_text.strip()}", "see that .git is writable")
    return True


def _require(root: Path, owner: Owner | None) -> Owner:
    if not seam(root).capable:
        raise ToolkitError(
            "this file system has no evicted files, and no provider to mark anything for",
            "run this on the Mac whose synced folder holds the repository",
        )
    if owner is None:
        raise ToolkitError(
            f"nothing says that a cloud provider keeps {root}", "there is nothing to prevent outside of a synced folder"
        )
    return owner


def _mark(root: Path, folder: str, name: str, spellings: tuple[str, ...]) -> Marked:
    path = os.path.normpath(root / folder)
    if any(darwin.attribute(path, spelling) == _SET for spelling in spellings):
        return Marked(folder, name, changed=False)
    try:
        darwin.set_attribute(path, name, _SET)
    except OSError as error:
        return Marked(folder, name, changed=False, reason=error.strerror or str(error))
    if darwin.attribute(path, name) != _SET:
        return Marked(folder, name, changed=True, reason="it was set and could not be read back")
    return Marked(folder, name, changed=True)
