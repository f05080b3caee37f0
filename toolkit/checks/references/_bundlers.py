"""Configurations of bundlers and frameworks (``vite.config.ts``): where they lie, and their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.places import path_from

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["config_path", "config_text"]

_LARGEST = 200_000
"""Bytes; what is longer was written by a program."""


def config_path(context: Inspection, folder: str, program: str) -> str:
    """The configuration of a program in a folder; empty if it has none."""
    names = (path_from(folder, f"{program}.config.{ending}") for ending in ("ts", "js", "mjs", "mts", "cjs"))
    return next((name for name in names if context.is_file(name)), "")


def config_text(context: Inspection, path: str) -> str | None:
    """The text of a configuration or a script that builds; ``None`` if there is none, or it cannot be read."""
    try:
        content = context.read(path) if path else b""
    except Unreadable:
        return None
    return content.decode("utf-8", "replace") if path and len(content) <= _LARGEST else None
