"""What ``cp`` and ``make`` in a script need and do not find."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._makefiles import MAKEFILES, targets
from toolkit.checks._recipe_files import lacking_recipe
from toolkit.checks.references._broken import Broken
from toolkit.expressions import regex
from toolkit.near_paths import is_letter_off
from toolkit.places import inside, path_from
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._scripts.commands import Command

__all__ = ["copied", "made"]

_COPIERS = frozenset({"cp", "copyfiles", "cpx", "cpy", "ncp"})
_HARMLESS = frozenset({"tsc", "tsup", "vite", "next", "esbuild", "rollup", "webpack", "rm", "rimraf", "mkdir", "mkdirp", "echo", "cp",
                       "shx", "copyfiles", "cpx", "eslint", "prettier", "prisma", "tsc-alias", "nest", "chmod"})  # fmt: skip
"""Programs that make nothing but in output folders."""
_OPEN = regex(r"[$*?{}`<>]|^[~/-]|^\w+:|\\")
_MADE = regex(
    r"(^|/)(dist|build|lib|out|output|es|esm|cjs|target|\.[\w-]+|node_modules|coverage|generated|tmp|temp|artifacts|cache|idl|types)(/|$)"
)
"""Folders that something else fills first."""
_OPTIONS_OF_MAKE = frozenset({"-C", "--directory", "-f", "--file", "--makefile", "-I", "-o", "-W", "-j", "-l"})


def copied(context: Inspection, command: Command, folder: str) -> Iterator[Broken]:
    """Sources of a copy that nobody has, and that no command before can have made."""
    words = command.words[1:] if command.words[0] == "shx" else command.words
    if not _HARMLESS.issuperset(command.before):
        return
    names = [word for word in words[1:] if not word.startswith("-")] if words[:1] and words[0] in _COPIERS else []
    for source in names[:-1]:
        if _OPEN.search(source) or _MADE.search(source) or not re.search(r"\w[./]\w", source):
            continue
        verdict = resolve(context, source.rstrip("/"), folder)
        if verdict.kind == "missing" and not verdict.command:
            text = f"{source}, which it copies, does not exist"
            todo = f"add {source}, or take it out of the copy"
            yield Broken(source, text, todo, "error" if command.first else "warning")


def made(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """Targets that ``make`` is asked for and that its Makefile does not have, and recipes of just and Task."""
    if words[0] != "make":
        if (lost := lacking_recipe(context, words, folder)) is not None:
            todo = instead(
                lost.name, lost.near, f"add the {lost.kind} {lost.name} to {lost.path}, or name one that it has"
            )
            near = lost.near if is_letter_off(lost.name, lost.near) else ""
            yield Broken(lost.name, lost.text, todo, near=near)
        return
    place = option(words, "-C", "--directory")
    given = option(words, "-f", "--file", "--makefile")
    if _OPEN.search(place) or _OPEN.search(given):
        return
    folder = path_from(folder, place)
    names = (given,) if given else MAKEFILES
    path = next((found for name in names if context.is_file(found := inside(folder, posixpath.normpath(name)))), "")
    if not path:
        if not folder.startswith("..") and resolve(context, inside(folder, names[-1])).kind == "missing":
            todo = f"add {inside(folder, names[-1])}, or run make where one is"
            yield Broken(words[0], f"{folder} has no {names[-1]}", todo)
        return
    known = targets(context, path)
    skip = False
    for word in words[1:]:
        wanted = not skip and re.fullmatch(r"[\w./-]+", word) and not word.startswith("-")
        skip = not skip and word in _OPTIONS_OF_MAKE
        if wanted and known is not None and word not in known and not context.is_file(inside(folder, word)):
            near = likely(word, known)
            todo = instead(word, near, f"add the target {word} to {path}, or name one that it has")
            yield Broken(
                word,
                f"{path} has no target {word}{f'; {near} is one' if near else ''}",
                todo,
                near=near if is_letter_off(word, near) else "",
            )
