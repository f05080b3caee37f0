"""Versions of Anchor in requirements, and the dated table of what goes together."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.places import inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program

__all__ = ["anchor_of", "line_of", "pinned", "row", "table_date"]

_VERSION = re.compile(
    r"(?P<operator>[\^~=]|==|>=)?\s*v?(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.(?P<patch>\d+))?(?P<pre>-[\w.]+)?"
)
_LOCKED = re.compile(rb'name = "anchor-lang"\r?\nversion = "([^"]+)"')


def pinned(text: str) -> str:
    """The version that a requirement comes to, for what has the release line in common; empty if it leaves that open.

    ``^0.31.0``, ``0.31.1`` and ``~0.31`` stay within 0.31; ``>=0.31``, ``*`` and ``0`` do not say.
    From 1.0 on a caret lets the minor version grow; what is written is taken for what is meant.
    """
    match = _VERSION.fullmatch(text.strip())
    if match is None or match["operator"] == ">=" or (match["minor"] is None):
        return ""
    return f"{match['major']}.{match['minor']}.{match['patch'] or 0}{match['pre'] or ''}"


def line_of(version: str) -> str:
    """The release line that must be equal: ``0.31`` of ``0.31.1``; ``1.0`` of ``1.0.0-rc.5``."""
    return ".".join(version.split("-", maxsplit=1)[0].split(".")[:2])


def anchor_of(context: Inspection, program: Program) -> str:
    """The version of anchor-lang that a program is built with, by its requirement or else its lock; empty if unknown."""
    found = pinned(program.anchor or "")
    if found or program.anchor is None:
        return found
    for folder in upward(program.folder):
        path = inside(folder, "Cargo.lock")
        if context.is_file(path):
            try:
                locked = set(_LOCKED.findall(context.read(path)))
            except Unreadable:
                return ""
            return locked.pop().decode("utf-8", "replace") if len(locked) == 1 else ""
    return ""


@cache
def _table() -> dict[str, Any]:
    text = resources.files("toolkit.checks.onchain").joinpath("compatibility.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def table_date() -> str:
    """Of which month the table is."""
    return str(_table()["date"])


def row(version: str) -> dict[str, str]:
    """What goes with a release of Anchor; empty if the table does not know it."""
    line = line_of(version)
    return next((one for one in _table()["anchor"] if one["version"] == line), {})
