"""Bringing evicted files back: find them without reading, restore from git, download, verify, prevent.

:func:`guard` is for tasks that are about to read a repository; on a file system that cannot hold evicted
files it costs one system call.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.system import dataless
from toolkit.system.darwin import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["guard", "require_local"]

_NAMED = 5
"""Paths that a message names."""
_GIT_FILES = ("HEAD", "config", "index", "packed-refs", "info/exclude")


def guard(root: Path, paths: Iterable[str] = (), *, areas: Iterable[str] = ()) -> tuple[str, ...]:
    """The needed files that are not on this machine; reads nothing and downloads nothing.

    Args:
        root: the absolute folder of a work tree.
        paths: files or folders that the caller is about to read, relative to the root; a folder is asked
            itself, not walked.
        areas: whole areas that it needs: ``git control`` (cheap: its first files), or any other value of
            ``Area``, for which the tree is walked.

    Returns:
        Paths relative to the root that are dataless, or below a dataless folder.
    """
    provider = dataless.seam(root)
    if not provider.capable:
        return ()
    provider.set_policy(Policy.OFF)
    wanted = tuple(areas)
    asked = [*paths, *((f".git/{name}" for name in _GIT_FILES) if "git control" in wanted else ())]
    away = [
        path for path in asked if dataless.state(os.path.join(root, path), provider) is not dataless.FileState.LOCAL
    ]
    walked = set(wanted) - {"git control"}
    if walked:
        from toolkit.features.hydration._scan import scan

        survey = scan(root)
        away += [item.path for item in (*survey.items, *survey.unknown) if item.area.value in walked]
    return tuple(dict.fromkeys(away))


def require_local(root: Path, task: str, paths: Iterable[str] = (), *, areas: Iterable[str] = ()) -> None:
    """Refuse to start a task while files that it needs are not on this machine.

    Args:
        root: the absolute folder of a work tree.
        task: what wants to start, for the message.
        paths: see :func:`guard`.
        areas: see :func:`guard`.

    Raises:
        ToolkitError: files are missing; the message names the first, the hint the one command that brings them.
    """
    away = guard(root, paths, areas=areas)
    if not away:
        return
    more = f" and {len(away) - _NAMED} more" if len(away) > _NAMED else ""
    raise ToolkitError(
        f"{task} needs {len(away)} {'file that is' if len(away) == 1 else 'files that are'} not on this machine: "
        f"{', '.join(away[:_NAMED])}{more}",
        "invoke hydrate" + (", or invoke bootstrap --hydrate for both" if task == "bootstrap" else ""),
    )
