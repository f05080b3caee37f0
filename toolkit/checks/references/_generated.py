"""Folders that no clone has, and that a generator of the same package writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, inside, join, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["generated"]

_SOURCE = regex(r"[\w./-]+\.(?:[cm]?[jt]s|py|sh)\b")
_WRITES = regex(r"(?i)writ|mkdir|makedirs|render|generat|emit|extract|codegen|clone|\bcp\b")
_LARGEST = 400_000


def generated(context: Inspection, path: str, folder: str) -> bool:
    """Whether a program that a script of the package starts names a folder in words of its own and writes files.

    Args:
        context: the run.
        path: the folder, relative to the root.
        folder: of the command that wants it.
    """
    home = next((up for up in upward(folder) if context.is_file(inside(up, "package.json"))), "")
    if not home or not below(home, path) or "/" not in path.removeprefix(f"{home}/"):
        return False  # one word may mean anything
    parts = path.removeprefix(f"{home}/").split("/")
    whole = re.compile(rf"(?<![\w-]){re.escape('/'.join(parts))}(?![\w-])")
    quoted = [re.compile(rf"[\"'`/]{re.escape(part)}[\"'`/]") for part in parts]
    return any(whole.search(text) or all(one.search(text) for one in quoted) for text in _generators(context, home))


@once_a_run
def _generators(context: Inspection, home: str) -> tuple[str, ...]:
    """The programs that scripts of a package start, and that write something."""
    found = []
    try:
        scripts = table(table(context.json(inside(home, "package.json"))).get("scripts"))
    except Unreadable:
        return ()
    named = {join(home, word) or "" for script in scripts.values() for word in _SOURCE.findall(str(script))}
    for path in sorted(one for one in named if context.is_file(one)):
        text = (context.content(path) or b"")[:_LARGEST].decode("utf-8", "replace")
        if _WRITES.search(text):
            found.append(text)
    return tuple(found)
