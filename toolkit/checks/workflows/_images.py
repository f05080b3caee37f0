"""Stages that images are built to, and that their Dockerfile does not have."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks._operands import context_of_build
from toolkit.documents import dockerfile
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["lacking_stage", "no_stage"]


def lacking_stage(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    """The stage that ``docker build --target`` asks for and its Dockerfile does not have, as a sentence; else empty."""
    target = option(words, "--target")
    home = context_of_build(words)
    if not target or not home:
        return ""
    named = option(words, "-f", "--file")
    path = posixpath.join(folder, named) if named else posixpath.join(folder, home, "Dockerfile")
    return no_stage(context, posixpath.normpath(path), target)


def no_stage(context: Inspection, path: str, target: str) -> str:
    """A sentence that a Dockerfile has no stage of a name; empty where it has one, or that cannot be told."""
    if path not in context.inventory.tracked_set or not re.fullmatch(r"[\w.-]+", target) or target.isdigit():
        return ""
    document = context.readable(path, dockerfile.parse)
    if document is None:
        return ""
    known = [stage.name for stage in document.stages if stage.name]
    if target.lower() in {name.lower() for name in known} or any("$" in name for name in known):
        return ""
    near = likely(target, known, 0.6)
    has = f"; {near!r} is one" if near else f": it has {', '.join(known[:5]) or 'none with a name'}"
    return f"{path} has no stage {target!r}{has}"
