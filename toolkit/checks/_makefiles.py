"""Targets and parts of Makefiles, as far as they can be told without make."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["MAKEFILES", "including", "recipes", "targets"]

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
"""The names that make looks for, in its order."""
_RULE = regex(r"^(?P<names>[^\s:#=][^:#=\n]*?)\s*::?(?!=)", re.MULTILINE)
_NEEDS = regex(r"(?P<names>[\w./-][\w./ -]*?)[ \t]*::?(?!=)(?P<needs>[\w./ -]*)")
_OPEN = regex(r"^[^\S\n]*-?s?include\b|^define\b|^\$\(|\beval\b|^[^\t#:=\n]*%[^=\n]*:", re.MULTILINE)

_INCLUDE = regex(r"^ *-?s?include[ \t]+([^\n#]+)", re.MULTILINE)
_UNKNOWN = regex(r"\$[({][^(){}\n]*[)}]")


def targets(context: Inspection, path: str) -> frozenset[str] | None:
    """The targets of a Makefile; ``None`` where others may come from patterns, variables or included files."""
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return None
    names = [match["names"] for match in _RULE.finditer(text)] if not _OPEN.search(text) else ["$"]
    return None if any("$" in name for name in names) else frozenset(name for one in names for name in one.split())


def recipes(context: Inspection, path: str, wanted: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines of the recipes of some targets and of what these need, each with its number: each is a script of its own."""
    lines = text_of(context, path, errors="replace").splitlines()
    rules = [(at, match) for at, line in enumerate(lines) if (match := _NEEDS.match(line))]
    open_, seen = list(wanted), set[str]()
    while open_:
        name = open_.pop()
        for at, match in rules if name not in seen else ():
            if name not in match["names"].split():
                continue
            open_ += match["needs"].split()
            for number in range(at + 1, len(lines)):
                if lines[number].strip() and not lines[number].startswith(("\t", "#")):
                    break
                yield number + 1, lines[number].strip()
        seen.add(name)


def including(context: Inspection, part: str) -> frozenset[str]:
    """The folders of the Makefiles that include a part, perhaps by way of others: its recipes run there, wherever it lies."""
    found, open_ = {part}, [part]
    while open_:
        name = posixpath.basename(open_.pop())
        fresh = {path for path, globs in _includes(context) if any(fnmatchcase(name, one) for one in globs)} - found
        found |= fresh
        open_ += fresh
    return frozenset(folder_of(path) for path in found if not path.endswith(".mk"))


@once_a_run
def _includes(context: Inspection) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every file of make that includes others, with the names of these; ``*`` stands for what a variable says."""
    found = []
    for path in context.matching(*MAKEFILES, "*.mk"):
        text = text_of(context, path, errors="replace")
        words = (word for match in _INCLUDE.finditer(text) for word in _UNKNOWN.sub("*", match[1]).split())
        names = tuple(posixpath.basename(word.rstrip(")")) for word in words)
        found += [(path, names)] if names else []
    return tuple(found)
