"""Moving things aside by rename only, and erasing what was moved aside."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from toolkit.commands import Command
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.system.process import Child

__all__ = ["FOLDER", "erase", "erase_later", "mounts_below", "move_aside"]

FOLDER = "quarantine"
"""The only folder of the state folder in which anything may be erased."""
_OCTAL = regex(rb"\\([0-7]{3})")


def move_aside(source: Path, target: Path) -> None:
    """Rename a file, link or folder; nothing is copied, so that evicted content is not downloaded.

    Raises:
        ToolkitError: the target lies on another file system, or something is mounted inside.
        OSError: the system refuses.
    """
    if mounted := mounts_below(source):
        raise ToolkitError(f"{mounted[0]} is a mount point", "unmount it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.lstat(source.parent).st_dev != os.lstat(target.parent).st_dev:
        raise ToolkitError(f"{source.name} lies on another file system than the quarantine", "remove it by hand")
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise ToolkitError(
                f"{source.name} lies on another file system than the quarantine", "remove it by hand"
            ) from error
        raise


def mounts_below(path: Path) -> list[str]:
    """Mount points that are the path or lie in it."""
    if os.path.ismount(path):
        return [str(path)]
    if sys.platform != "linux" or not path.is_dir():
        return []
    prefix = f"{os.path.realpath(path)}/"
    with open("/proc/self/mounts", "rb") as table:
        points = [line.split(b" ")[1] for line in table]
    # Blanks and backslashes are written in octal (proc(5)), and all other bytes as they are.
    plain = (os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), point)) for point in points)
    return [point for point in plain if point.startswith(prefix)]


def erase(path: Path) -> None:
    """Delete for good something that was moved aside; folders without write permission are opened first.

    Raises:
        ValueError: the path does not lie in a quarantine.
        OSError: it cannot be deleted.
    """
    inside = Path(os.path.normpath(path))
    if FOLDER not in inside.parts[:-1] or ".." in path.parts:
        raise ValueError(str(path))
    if inside.is_symlink() or not inside.is_dir():
        inside.unlink(missing_ok=True)
        return
    for folder, names, _ in os.walk(inside):
        for name in names:
            child = os.path.join(folder, name)
            if not os.path.islink(child) and not os.access(child, os.W_OK | os.X_OK):
                os.chmod(child, stat.S_IRWXU)
    shutil.rmtree(inside)


def erase_later(path: Path) -> None:
    """Erase in a process that outlives this one, so that nobody waits for a million unlinks.

    Raises:
        OSError: the process cannot be started.
    """
    package = str(Path(__file__).resolve().parents[2])
    argv = (sys.executable, "-m", "toolkit.system.quarantine", str(path))
    command = Command(argv, path.parent, {"PYTHONPATH": package})
    Child(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).leave()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        erase(Path(argument))
