"""Scripts in folders that git ignores although scripts in them are tracked."""

from __future__ import annotations

import dataclasses
import posixpath
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.near_paths import near

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.references import Verdict

__all__ = ["SCRIPT_FILE", "judged"]

SCRIPT_FILE = regex(r"\.(js|mjs|cjs|ts|mts|cts|tsx|jsx|sh|bash|py)$")

_ANY = "any-name-at-all"
"""Stands for whatever a folder may hold: git says of no folder with tracked files that it is ignored."""


def judged(context: Inspection, verdict: Verdict) -> Verdict:
    """A verdict that takes an ignored script for missing where others of its folder are tracked: no build makes it there."""
    folder, inventory = posixpath.dirname(verdict.path), context.inventory
    if verdict.kind != "ignored" or not folder or not SCRIPT_FILE.search(verdict.path):
        return verdict
    tracked = any(
        posixpath.dirname(one) == folder and SCRIPT_FILE.search(one) and one in inventory.tracked_set
        for one in context.below(folder)
    )
    if not tracked or not inventory.ignored((f"{folder}/{_ANY}",)):
        return verdict
    return dataclasses.replace(verdict, kind="missing", near=near(context, verdict.path))
