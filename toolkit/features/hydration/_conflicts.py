"""Conflict copies inside git's folder: moved aside where nothing can be lost by it, named where it could."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.features.hydration._areas import QUARANTINE
from toolkit.system import git
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.features.hydration._survey import Conflict

__all__ = ["Settled", "settle"]

_OID = regex(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")


@frozen
class Settled:
    """What became of one copy.

    Args:
        moved_to: where it is now, relative to the root; empty if it stayed.
        reason: why it was moved, or why it stayed.
    """

    path: str
    moved_to: str
    reason: str


def settle(root: Path, conflicts: Iterable[Conflict]) -> list[Settled]:
    """Quarantine copies of refs whose commit a real ref reaches, and copies equal to their original.

    Args:
        root: absolute; nothing below a git folder may be dataless.
        conflicts: what the scan found; those of the work tree are left alone.
    """
    return [_one(root, conflict) for conflict in conflicts if conflict.in_git]


def _one(root: Path, conflict: Conflict) -> Settled:
    path = root / conflict.path
    if not path.is_file():
        return Settled(conflict.path, "", "a folder: look at it by hand")
    content = path.read_bytes()
    reason, safe = _judge(root, conflict, content)
    if not safe:
        return Settled(conflict.path, "", reason)
    git_dir, inner = _split(conflict.path)
    day = time.strftime("%Y-%m-%d")
    target = f"{git_dir}/{QUARANTINE}/{day}/{inner}"
    number = 1
    while os.path.lexists(root / target):
        number += 1
        target = f"{git_dir}/{QUARANTINE}/{day}-{number}/{inner}"
    (root / target).parent.mkdir(parents=True, exist_ok=True)
    path.rename(root / target)
    return Settled(conflict.path, target, reason)


def _judge(root: Path, conflict: Conflict, content: bytes) -> tuple[str, bool]:
    """Why a copy may or may not be moved, and whether it may."""
    original = root / conflict.original
    try:
        if original.is_file() and original.read_bytes() == content:
            return "equal to its original", True
    except OSError as error:
        return f"its original cannot be read: {error.strerror}", False
    if "/refs/" not in conflict.path:
        return "differs from its original", False
    return _judge_ref(root, conflict, content.decode("ascii", "replace").strip())


def _judge_ref(root: Path, conflict: Conflict, text: str) -> tuple[str, bool]:
    if text.startswith("ref: "):
        return "a symbolic ref, which names no commit of its own", True
    if not _OID.match(text):
        return "holds no commit", False
    reached = git.git(root, "for-each-ref", "--count=1", "--contains", text, "--format=%(refname)", timeout_s=600)
    name = reached.text.strip()
    if reached.ok and name and name != _ref_name(conflict.path):
        return f"its commit {text[:12]} is reachable from {name}", True
    return f"its commit {text[:12]} is reachable from nowhere else: git branch rescue/{text[:8]} {text}", False


def _ref_name(path: str) -> str:
    return path[path.index("/refs/") + 1 :]


def _split(path: str) -> tuple[str, str]:
    """The git folder of a path, and what follows it."""
    parts = path.split("/")
    at = next((index for index, part in enumerate(parts) if part == ".git" or part.endswith(".git")), 0)
    return "/".join(parts[: at + 1]), "/".join(parts[at + 1 :])
