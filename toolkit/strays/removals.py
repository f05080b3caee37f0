"""Taking strays away: the actions for it, what is ignored from then on, and what nobody can make again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.model import Action, EditFile, RemoveTree, Span, WriteFile
from toolkit.strays import LITTER, ruled_out
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.checking import Inspection
    from toolkit.strays import Stray

__all__ = ["ignoring", "only_copy", "removal"]

_PATTERN = regex(r"[\\*?\[]| (?= *$)")
"""What git reads otherwise than it is written in a rule: routes of web frameworks are called ``[id]``."""


def removal(context: Inspection, stray: Stray) -> tuple[Action, ...]:
    """The actions that take a stray away, with the ignore rule that keeps it out of git from now on."""
    actions: list[Action] = [RemoveTree(stray.path, stray.reason, stray.owner, stray.tracked)]
    if stray.tracked and (rule := ignoring(context, (stray.path,))) is not None:
        actions.append(rule)
    return tuple(actions)


def ignoring(context: Inspection, folders: Iterable[str]) -> Action | None:
    """The edit of the root's ``.gitignore`` that covers folders which no rule covers yet; ``None`` if all are.

    Raises:
        Unreadable: the file is there and cannot be read.
    """
    asked = tuple(folders)
    known = ruled_out(context, asked)
    lines = dict.fromkeys(_rule(context, path) for path in asked if path not in known)
    if not lines or not context.inventory.is_git:
        return None
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    if ".gitignore" not in context.inventory.files:
        return WriteFile(".gitignore", text, None)
    old = context.read(".gitignore")
    end = len(old)
    gap = b"" if not old or old.endswith(b"\n") else b"\n"
    return EditFile(".gitignore", (Span(end, end, gap + text),), digest_bytes(old))


def _rule(context: Inspection, path: str) -> str:
    """The line that ignores a path; what a desktop leaves in every folder is ignored in every folder."""
    name = path.rpartition("/")[2]
    if name in LITTER:
        return name
    literal = _PATTERN.sub(r"\\\g<0>", path)
    return f"/{literal}" if path in context.inventory.files else f"/{literal}/"


def only_copy(path: Path) -> str:
    """What in a folder of outputs or installs nothing can make again, in a few words; empty if there is nothing.

    A few places are looked at, not the whole folder: keys of Solana programs (a new build makes new ones, and with them
    another program id), databases of ``wrangler dev``, and sources that pip cloned to be edited.
    """
    if path.name == "target":
        keys = sorted(name for name in _listed(path / "deploy") if name.endswith("-keypair.json"))
        if keys:
            return f"holds the key of a program, which no build makes again: deploy/{keys[0]}"
    if path.name == ".wrangler" and _listed(path / "state"):
        return "holds the data of wrangler dev: state"
    if path.name in (".venv", "venv"):
        clones = [name for name in sorted(_listed(path / "src")) if os.path.lexists(path / "src" / name / ".git")]
        if clones:
            return f"src/{clones[0]} is a repository of its own"
    return ""


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
