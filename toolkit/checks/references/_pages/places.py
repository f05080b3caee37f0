"""Where a page may mean that its commands are typed: what the repository is called, and which folders a text speaks of."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder, named
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, path_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.checking import Inspection

__all__ = ["children", "cloned_into", "homes", "is_own", "letters", "mentioned", "projects_called"]

_CLONED = regex(r"\bgit clone [^\n&;`|]+")
_VALUED = frozenset(
    {"-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "--reference", "-j", "--jobs", "--filter"}
)
"""Options of ``git clone`` that take a value."""
_NAME = regex(r"[@\w.][\w./@-]*\w")
_FIRST_PAGES = ("README.md", "readme.md", "Readme.md")


def cloned_into(words: Sequence[str]) -> str:
    """The folder that ``git clone`` makes; empty where it names no repository."""
    plain = [word for before, word in pairwise(words[1:]) if not word.startswith("-") and before not in _VALUED]
    name = (plain[1] if len(plain) > 1 else plain[0] if plain else "").rstrip("/").removesuffix(".git")
    return re.split(r"[/:]", name)[-1]


def is_own(context: Inspection, name: str) -> bool:
    """Whether the repository may be called so."""
    return letters(name) in _own_names(context)


@once_a_run
def _own_names(context: Inspection) -> frozenset[str]:
    """By what the repository may be called: its folder, the package at its root, and what its first page says and clones."""
    root = by_folder(context).get(".")
    names = [context.root.name, context.root.name.rpartition("+")[2]]
    names += [str(root.data.get("name", "")).rpartition("/")[2]] if root else []
    for path in filter(context.is_file, _FIRST_PAGES):
        text = text_of(context, path, errors="replace")
        names += [
            next((line for line in text.splitlines() if line.startswith("# ")), ""),
            *(cloned_into(one.split()) for one in _CLONED.findall(text)[:1]),
        ]
    return frozenset(filter(None, map(letters, names)))


def letters(name: str) -> str:
    """A name without what people write in various ways: case, blanks, dashes and colons."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def mentioned(context: Inspection, home: str, text: str) -> list[str]:
    """The folders that a text speaks of: by their path, and those of projects by their name as well."""
    found: list[str] = []
    for word in dict.fromkeys(_NAME.findall(text)):
        found += [named(context)[word].folder] if word in named(context) else []
        found += projects_called(context, word.strip("./"))
        found += [one for base in (home, ".") if (one := path_from(base, word)) in context.inventory.folders]
    return found


def projects_called(context: Inspection, name: str) -> tuple[str, ...]:
    """The folders of projects of which a name is the last part."""
    return _by_last(context).get(name.lower(), ())


@once_a_run
def _by_last(context: Inspection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for folder in sorted(homes(context)):
        name = posixpath.basename(folder).lower()
        found[name] = (*found.get(name, ()), folder)
    return found


@once_a_run
def homes(context: Inspection) -> frozenset[str]:
    """The folders of projects."""
    return frozenset({*by_folder(context), *(one.path for one in context.subprojects)})


@once_a_run
def children(context: Inspection, folder: str) -> frozenset[str]:
    """The names of the folders in a folder."""
    return frozenset(posixpath.basename(one) for one in context.inventory.folders if folder_of(one) == folder)
