"""What interpreters are given: modules of Python, and whether what is near a missing script can be started by the program in front of it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks.references._broken import Broken
from toolkit.checks.references._run_outputs import OUTPUT
from toolkit.places import inside, path_from
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["module", "startable"]

_RUN_BY = {
    "bash": (".sh", ".bash"),
    "python3": (".py",),
    "node": (".js", ".mjs", ".cjs"),
    "tsx": (".ts", ".mts", ".tsx"),
}
"""Programs by the endings of what they run."""
_KIN = {"bash": "bash", "sh": "bash", "zsh": "bash", "python": "python3", "python3": "python3", "node": "node"}
"""Interpreters by the first of their kind; any other runs JavaScript and TypeScript."""
_BOTH = frozenset({"node", "tsx"})


def module(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """A module of ``python -m`` whose package is a folder here, and that this folder does not have."""
    name = option(words, "-m")
    top, _, rest = name.partition(".")
    bases = (folder, path_from(folder, "src"))
    folder = next((base for base in bases if path_from(base, top) in context.inventory.folders), "")
    if not words[0].startswith("python") or not rest or not folder:
        return
    path = name.replace(".", "/")
    verdict = resolve(context, path, folder, suffixes=(".py", "/__main__.py"))
    if re.fullmatch(r"[\w.]+", name) and verdict.kind == "missing" and not OUTPUT.search(path):
        yield Broken(name, f"{path}.py does not exist", f"add {inside(folder, path)}.py, or correct the module {name}")


def startable(one: Broken, program: str) -> Broken:
    """What is missing, without an edit of its path where the near file is one that another program has to run."""
    ending = posixpath.splitext(one.near)[1]
    needs = next((name for name, endings in _RUN_BY.items() if ending in endings), "")
    own = _KIN.get(posixpath.basename(program), "")
    if not needs or needs == own or (not own and needs in _BOTH):
        return one
    return replace(one, near="", todo=f"write {needs} {one.near} in place of {program} {one.word}")
