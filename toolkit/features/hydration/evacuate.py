"""Moving a repository, or its git folder alone, out of a synced tree; the original is never deleted.

Everything is built and proven in a folder beside the target, which takes its name in one step at the end. A run
that was interrupted leaves that folder, and the next run goes on with it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError, UsageError
from toolkit.features.hydration._areas import is_precious
from toolkit.features.hydration._download import free_bytes
from toolkit.features.hydration._pointers import (
    repoint_inside,
    repoint_modules,
    repoint_outside,
    repoint_work_trees,
)
from toolkit.features.hydration._repository import require_repository
from toolkit.features.hydration._run import hydrate
from toolkit.features.hydration._scan import scan
from toolkit.features.hydration._verify import fsck
from toolkit.system import copying, files, git, staging
from toolkit.system.owner import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.features.hydration._request import Options, Progress
    from toolkit.features.hydration._result import Result
    from toolkit.system.owner import Owner

__all__ = ["NOTE", "OLD_GIT", "Evacuated", "evacuate", "evacuate_git", "require_target"]

NOTE = "EVACUATED.txt"
"""Left in the original, so that a person who opens it sees where the work goes on."""
OLD_GIT = ".git.evacuated"
_BUILDING = ".evacuating"


@dataclass
class Evacuated:
    """What was done.

    Attributes:
        hydrated: how the files were brought back first.
        target: where the repository, or its git folder, is now; empty if it did not come to that.
        files: how many entries were copied and compared.
        left_out: regenerable folders that git ignores, which the next bootstrap makes anew.
        rewritten: files that hold an absolute path of the repository and now hold the new one.
        passed_over: sockets and the like.
    """

    hydrated: Result
    target: str = ""
    files: int = 0
    size: int = 0
    left_out: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def evacuate(root: Path, target: Path, options: Options, progress: Progress, owner: Owner | None) -> Evacuated:
    """Copy a repository out of its synced tree and prove the copy.

    Args:
        root: the absolute folder of the work tree.
        target: absolute; must not exist.
        options: how files are brought back first.
        progress: is told of every item.
        owner: the provider of the root, if it is known.

    Raises:
        UsageError: the target cannot take it.
        ToolkitError: there is no room, or the copy is not what the original is.
    """
    require_repository(root)
    require_target(root, target)
    done = Evacuated(hydrate(root, options, progress, owner))
    if done.hydrated.exit_code:
        return done
    done.left_out = _ignored(root, done.hydrated.after.regenerable)
    left_out = {*done.left_out, ".toolkit", NOTE}
    entries = list(copying.walk(str(root), lambda path: path in left_out or path.endswith(staging.SUFFIX)))
    entries += [entry for folder in done.left_out for entry in _precious(root, folder)]
    before = _status(root)
    building = _build(root, target, entries, done, progress)
    done.rewritten += repoint_inside(building, scan(building).repositories, str(root), str(target))
    _prove(root, building, entries, set(done.rewritten), progress)
    if _status(building) != before:
        raise ToolkitError(
            f"git status differs between {root} and its copy in {building}",
            "nothing was changed in the original; compare the two, then delete the copy",
        )
    _check_objects(building, progress)
    os.rename(building, target)
    done.rewritten += repoint_outside(root, target)
    _leave_note(root, target)
    done.target = str(target)
    return done


def require_target(root: Path, target: Path, *, probe: bool = True) -> None:
    """See that a target can take a repository.

    Args:
        root: the repository.
        target: absolute.
        probe: make the folder that will hold it and try to write there, rather than ask for the permission only.

    Raises:
        UsageError: it exists, is inside of the repository or of a synced tree, or cannot be written to.
    """
    if os.path.lexists(target):
        raise UsageError(f"{target} exists", "name a folder that does not exist yet")
    if target.is_relative_to(root) or root.is_relative_to(target):
        raise UsageError(f"{target} and {root} lie within each other", "name a folder outside of the repository")
    owner = identify(target, Path.home())
    if owner is not None:
        raise UsageError(
            f"{target} is kept by {owner.name} too (told by {owner.told_by})",
            "name a folder that no provider syncs, for example ~/Developer",
        )
    if not probe:
        above = next(folder for folder in target.parents if folder.exists())
        if not os.access(above, os.W_OK):
            raise UsageError(f"{above} cannot be written to", "name another folder")
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        tried = target.parent / staging.name()
        tried.mkdir()
        tried.rmdir()
    except OSError as error:
        raise UsageError(f"{target.parent} cannot be written to: {error.strerror}", "name another folder") from error


def _ignored(root: Path, folders: list[str]) -> list[str]:
    """Those that git ignores: leaving out others would change what git status says."""
    data = b"\0".join(os.fsencode(folder) for folder in folders)
    done = git.git(root, "check-ignore", "-z", "--stdin", data=data)
    return [folder for folder in done.text.split("\0") if folder]


def _precious(root: Path, folder: str) -> Iterator[copying.Found]:
    """What cannot be made again, in a folder that otherwise can, with the folders on the way."""
    deploy = f"{folder}/deploy"
    names = sorted(os.listdir(root / deploy)) if os.path.isdir(root / deploy) else []
    keys = [name for name in names if is_precious(f"{deploy}/{name}")]
    if keys:
        yield copying.Found(folder, "folder", 0)
        yield copying.Found(deploy, "folder", 0)
    for name in keys:
        yield copying.Found(f"{deploy}/{name}", "file", os.lstat(root / deploy / name).st_size)


def _build(root: Path, target: Path, entries: list[copying.Found], done: Evacuated, progress: Progress) -> Path:
    """Copy into the folder beside the target."""
    done.files, done.size = len(entries), sum(entry.size for entry in entries)
    done.passed_over = [entry.path for entry in entries if entry.kind == "other"]
    entries[:] = [entry for entry in entries if entry.kind != "other"]
    free = free_bytes(str(target.parent))
    if done.size > free:
        raise ToolkitError(f"{done.size} bytes are to be copied and {free} are free in {target.parent}", "free space")
    building = target.with_name(target.name + _BUILDING)
    progress.begin("Copying", len(entries), done.size)
    try:
        copying.copy(str(root), str(building), entries, _tell(progress))
    except OSError as error:
        raise ToolkitError(
            f"{error.filename or building} could not be copied: {error.strerror}",
            "the original is untouched; the next run goes on with what is in " + str(building),
        ) from error
    finally:
        progress.end()
    return building


def _tell(progress: Progress) -> Callable[[copying.Found], None]:
    from toolkit.features.hydration._areas import Area, Item

    return lambda entry: progress.advance(Item(entry.path, entry.size, 0, Area.TRACKED), "")


def _prove(root: Path, building: Path, entries: list[copying.Found], rewritten: set[str], progress: Progress) -> None:
    progress.begin("Comparing", len(entries), sum(entry.size for entry in entries))
    compared = [entry for entry in entries if entry.path not in rewritten]
    found = list(copying.differences(str(root), str(building), compared, _tell(progress)))
    progress.end()
    if found:
        raise ToolkitError(
            f"the copy differs in {len(found)} places, first {found[0].path}: {found[0].reason}",
            "something wrote to the original meanwhile; nothing was changed there: run this again",
        )


def _check_objects(top: Path, progress: Progress) -> None:
    progress.begin("Checking git objects", 0, 0)
    complaint = fsck(top, thorough=True)
    progress.end()
    if complaint:
        raise ToolkitError(f"git fsck complains of the copy in {top}: {complaint}", "check the original: git fsck")


def _status(top: Path) -> str:
    done = git.git(top, "status", "--porcelain=v2", "--untracked-files=all", "--ignore-submodules=none", "-z")
    return git.expect(done).text.replace(f"? {NOTE}\0", "")


def _leave_note(root: Path, target: Path) -> None:
    text = (
        f"This repository was copied to\n\n    {target}\n\non {time.strftime('%Y-%m-%d %H:%M')} and is worked on there.\n"
        "The copy was compared byte by byte. Nothing here was changed or deleted; delete it when you are sure.\n"
    )
    files.atomic_write(root / NOTE, text.encode("utf-8", "surrogateescape"))


# only the git folder


def evacuate_git(root: Path, target: Path, options: Options, progress: Progress, owner: Owner | None) -> Evacuated:
    """Move a repository's git folder out of the synced tree and leave a pointer; the old one stays beside.

    Args:
        root: the absolute folder of the work tree.
        target: where the git folder goes; absolute, must not exist.
        options: how files are brought back first.
        progress: is told of every item.
        owner: the provider of the root, if it is known.

    Raises:
        UsageError: the target cannot take it, or there is no git folder to move.
        ToolkitError: there is no room, or the copy is not what the original is.
    """
    source = _git_folder(root)
    require_target(root, target)
    done = Evacuated(hydrate(root, options, progress, owner))
    if done.hydrated.exit_code:
        return done
    before = _status(root)
    entries = list(copying.walk(str(source), lambda path: path.endswith(staging.SUFFIX)))
    building = _build(source, target, entries, done, progress)
    _prove(source, building, entries, set(), progress)
    _exclude_old(building)
    modules = repoint_modules(root, building)
    os.rename(building, target)
    _switch(root, target)
    done.rewritten = [*modules, *repoint_work_trees(root, target)]
    if _status(root) != before:
        raise ToolkitError(
            f"git status of {root} changed with its git folder",
            f"go back: rm {root}/.git, then mv {root / OLD_GIT} {root}/.git",
        )
    _check_objects(root, progress)
    done.target = str(target)
    return done


def _git_folder(root: Path) -> Path:
    """The git folder that is to move.

    Raises:
        UsageError: it lies elsewhere already, or an old one is in its way.
    """
    source = root / ".git"
    if not os.path.lexists(source) and (root / OLD_GIT).is_dir():
        os.rename(root / OLD_GIT, source)  # interrupted between the two steps of _switch
    require_repository(root)
    if not source.is_dir() or source.is_symlink():
        raise UsageError(f"{source} is no folder: the git folder lies elsewhere already", "nothing is to be done")
    if os.path.lexists(root / OLD_GIT):
        raise UsageError(f"{root / OLD_GIT} is there from before", "delete it if you are sure, then run this again")
    return source


def _exclude_old(git_dir: Path) -> None:
    """Keep git from seeing the old folder as untracked."""
    exclude = git_dir / "info" / "exclude"
    content = exclude.read_bytes() if exclude.exists() else b""
    line = f"/{OLD_GIT}/\n".encode()
    if line not in content:
        files.atomic_write(exclude, content + (b"" if content.endswith(b"\n") or not content else b"\n") + line)


def _switch(root: Path, target: Path) -> None:
    """Put the pointer in the place of the folder; between the two steps the old folder has another name."""
    os.rename(root / ".git", root / OLD_GIT)
    try:
        files.atomic_write(root / ".git", os.fsencode(f"gitdir: {target}\n"))
    except OSError:
        os.rename(root / OLD_GIT, root / ".git")
        raise
