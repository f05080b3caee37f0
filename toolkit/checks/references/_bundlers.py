"""Configurations of bundlers and frameworks (``vite.config.ts``): where they lie, and their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import path_from, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["config_path", "config_text", "is_taken"]

_IMPORT = regex(
    r"(?m)^\s*(?:import|const|let|var)\s+(?P<names>[\w$*{}\s,:]{1,400}?)\s*(?:\bfrom|=\s*require\()\s*[\"']"
)
_HANDED_ON = regex(
    r"\bexport\s*(?:\*|\{[^}]*\bdefault\b[^}]*\})\s*from\b|(?:\bmodule\.exports\s*=|\.\.\.)\s*\(?\s*(?:await\s+import|require)\("
)

_ENDINGS = ("ts", "js", "mjs", "mts", "cjs")
_LARGEST = 200_000
"""Bytes; what is longer was written by a program."""


def config_path(context: Inspection, folder: str, program: str, given: str = "") -> str:
    """The configuration of a program in a folder, by the name that it is given or by its own; empty if it has none."""
    names = (given,) if given else tuple(f"{program}.config.{ending}" for ending in _ENDINGS)
    folders = upward(folder) if program == "tsup" else (folder,)  # which looks through all above, too
    paths = (path_from(up, name) for up in folders for name in names)
    return next((path for path in paths if context.is_file(path)), "")


def config_text(context: Inspection, path: str) -> str | None:
    """The text of a configuration or a script that builds; ``None`` if there is none, or it cannot be read."""
    try:
        content = context.read(path) if path else b""
    except Unreadable:
        return None
    return content.decode("utf-8", "replace") if path and len(content) <= _LARGEST else None


def is_taken(text: str) -> bool:
    """Whether a configuration takes its settings, or some of them, from another module: what it says itself is not all.

    A function that only gives settings their types (``defineConfig``) takes none.
    """
    names = {name for match in _IMPORT.finditer(text) for name in re.findall(r"[\w$]+", match["names"])}
    own = "|".join(re.escape(name) for name in sorted(names) if not name.startswith("define") and name != "as")
    used = rf"(?:\bexport\s+default|\bmodule\.exports\s*=|\bdefine\w+\(|\.\.\.|\b(?:merge\w*|extends?)\s*[:(])\s*(?:\[\s*)?(?:{own})(?![\w$.])"
    return _HANDED_ON.search(text) is not None or (bool(own) and re.search(used, text) is not None)
