"""What interpreters are given: modules of Python, and whether what is near a missing script can be started by the program in front of it."""

from __future__ import annotations

import posixpath
import re
import sys
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from toolkit.checks.references._broken import Broken
from toolkit.checks.references._scripts.run_outputs import OUTPUT
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, path_from
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_MODULES = frozenset({".js", ".mjs", ".cjs"})
"""Endings by which Node.js tells what kind of module a file is."""
_RUNNABLE = (".py", "/__main__.py")
_CLOSE = 0.8
_PATHS = regex(r"\bPYTHONPATH\b")
_OF_A_PROJECT = frozenset(
    {"app", "api", "backend", "core", "jobs", "scripts", "server", "services", "src", "tasks", "worker", "workers"}
)
"""How projects call packages of their own: what an index has under such a name is something else."""


def module(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """A module of ``python -m`` of a package of the repository that is not there, or not where it is started."""
    name = option(words, "-m")
    top, _, rest = name.partition(".")
    if not words[0].startswith("python") or not rest or not re.fullmatch(r"[A-Za-z_][\w.]*", name):
        return
    bases = (folder, path_from(folder, "src"))
    home = next((base for base in bases if path_from(base, top) in context.inventory.folders), "")
    if not home:
        yield from _without_package(context, name, folder, bases)
        return
    path = name.replace(".", "/")
    verdict = resolve(context, path, home, suffixes=_RUNNABLE)
    if verdict.kind == "missing" and not OUTPUT.search(path):
        yield Broken(name, f"{path}.py does not exist", f"add {inside(home, path)}.py, or correct the module {name}")


def _without_package(context: Inspection, name: str, folder: str, bases: Iterable[str]) -> Iterator[Broken]:
    """A module whose package no folder here is: one nearly of that name has the module, another folder has it, or nothing is called like it."""
    top, _, rest = name.partition(".")
    names = {path_from(base, one) for base in bases for one in (top, f"{top}.py")}
    known = context.inventory.folders | context.inventory.files
    if top in sys.stdlib_module_names or not names.isdisjoint(known):
        return
    tail = rest.replace(".", "/")
    beside = {posixpath.basename(one) for one in context.inventory.folders if folder_of(one) in bases}
    near = next(
        (one for one in get_close_matches(top, sorted(beside), 1, _CLOSE) if _has(context, bases, f"{one}/{tail}")), ""
    )
    away = [folder_of(one) for one in sorted(context.inventory.folders) if posixpath.basename(one) == top]
    if near:
        text, todo = f"there is no package {top} here; {near} has {rest}", f"write {near}.{rest}"
        yield Broken(name, text, todo, near=f"{near}.{rest}")
    elif (
        away and not any(lines(context, _PATHS, "PYTHONPATH")) and not any(_is_installed(context, one) for one in away)
    ):
        there = next((one for one in away if _has(context, (one,), f"{top}/{tail}")), "")
        text = f"there is no package {top} here, where it is started; {there} has it"
        if there:
            yield Broken(name, text, f"start it in {there}, or correct the module {name}", "warning")
    elif not away and top in _OF_A_PROJECT:
        text = f"there is no package {top}, here or elsewhere"
        yield Broken(name, text, f"add {inside(folder, name.replace('.', '/'))}.py, or correct the module {name}")


def _has(context: Inspection, bases: Iterable[str], path: str) -> bool:
    return any(context.is_file(path_from(base, path + ending)) for base in bases for ending in _RUNNABLE)


def _is_installed(context: Inspection, folder: str) -> bool:
    """Whether what lies in a folder can be installed, so that it is found from anywhere."""
    homes = (folder, folder_of(folder)) if posixpath.basename(folder) == "src" else (folder,)
    return any(
        context.is_file(inside(home, one)) for home in homes for one in ("pyproject.toml", "setup.py", "setup.cfg")
    )


def startable(one: Broken, program: str) -> Broken:
    """What is missing, without an edit of its path where the near file is one that another program has to run."""
    ending = posixpath.splitext(one.near)[1]
    needs = next((name for name, endings in _RUN_BY.items() if ending in endings), "")
    own = _KIN.get(posixpath.basename(program), "")
    if len({ending, posixpath.splitext(one.word)[1]} & _MODULES) > 1:
        return replace(one, near="")  # a module of another kind may end at its first line
    if not needs or needs == own or (not own and needs in _BOTH):
        return one
    return replace(one, near="", todo=f"write {needs} {one.near} in place of {program} {one.word}")
