"""What builds in the tree of a program, or imports what is built there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["callers"]

_BUILDS = ("*.yml", "*.yaml", "package.json", "Makefile", "makefile", "justfile", "*.sh", "Dockerfile*", "*.Dockerfile")
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.mjs", "*.rs")
_ENTERED = regex(
    r"(?:\b(?:cd|pushd|working-directory:|context:)|--(?:manifest-path|cwd|prefix|dir|directory)|-C)[ \t=]{1,9}[\"']?((?:\.{1,2}/)*[\w.@-][\w./@-]*)"
)
"""Folders that commands and jobs work in."""
_IMPORTED = regex(r"[\"']([\w./@-]{0,200}\btarget/(?:idl|types|deploy)/[\w./@-]*)[\"']")
"""What Anchor builds of a program, by its path."""


def callers(context: Inspection, tree: str, name: str) -> tuple[str, ...]:
    """Files outside of a tree that work in it or import what is built in it; none for the root, which everything works in.

    Args:
        context: the run.
        tree: the folder of the program's Anchor.toml, else of its crates.
        name: of the program.
    """
    if tree == ".":
        return ()
    found = {
        path
        for path in holding(context, [tree.rpartition("/")[2]], _BUILDS)
        if not below(tree, path) and any(below(tree, place) for place in _entered(context, path))
    }
    found |= {
        path
        for path in holding(context, [f"idl/{name}", f"types/{name}", f"deploy/{name}"], _SOURCES)
        if not below(tree, path) and any(below(tree, place) for place in _imported(context, path))
    }
    return tuple(sorted(found))


@once_a_run
def _entered(context: Inspection, path: str) -> frozenset[str]:
    """Folders that a file names, as counted from the root and from its own folder."""
    named = frozenset(_ENTERED.findall(text_of(context, path)))
    places = (join(base, text) for text in named for base in (".", folder_of(path)))
    return frozenset(place for place in places if place is not None)


def _imported(context: Inspection, path: str) -> Iterator[str]:
    for text in _IMPORTED.findall(text_of(context, path)):
        if (place := join(folder_of(path), text)) is not None:
            yield place
