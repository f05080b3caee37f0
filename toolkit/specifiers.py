"""What sources of JavaScript and TypeScript may import, looked for once for all who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, path_from

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["ENDING", "SOURCES", "importers", "last_part", "leads_to", "resolved", "specifiers"]

SOURCES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro", ".mdx")
ENDING = regex(r"\.(?:[cm]?[jt]sx?|vue|svelte)$")

_FORMS = tuple(regex(rb"""%b\s*+\(?\s*+["']([^"'\s]+)["']""" % word) for word in (b"from", b"import", b"require"))
"""One for each word: an expression that begins with fixed letters is found five times as fast as one of several."""
_ENDINGS = ("", ".ts", ".tsx", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")
_LARGEST = 1_000_000
"""Bytes; larger files are bundles."""


def specifiers(context: Inspection, path: str) -> tuple[str, ...]:
    """The paths and the names of packages that a file may import, sorted; also those in comments and texts."""
    content = context.content(path)
    if content is None or len(content) > _LARGEST:
        return ()
    return tuple(sorted({found.decode("utf-8", "replace") for form in _FORMS for found in form.findall(content)}))


def last_part(path: str) -> str:
    """The last part of a path or of what is imported, without an ending; of an index that of its folder."""
    folder, _, name = path.partition("?")[0].rstrip("/").rpartition("/")
    stem = ENDING.sub("", name)
    return folder.rpartition("/")[2] if stem == "index" and folder else stem


def leads_to(written: str, source: str, path: str) -> bool:
    """Whether a relative path, as a source has it, means a certain file: with its ending or that of another, or as an index."""
    target = path_from(folder_of(source), written.partition("?")[0])
    stem = ENDING.sub("", target)
    return path == target or ENDING.sub("", path) in (stem, f"{stem}/index")


def resolved(context: Inspection, written: str, source: str) -> str:
    """The file that a relative path means, as a source has it; empty if there is none."""
    target = path_from(folder_of(source), written.partition("?")[0]) if written.startswith(".") else ""
    stems = (target, target.removesuffix(".js")) if target else ()
    named = (f"{stem}{ending}" for stem in stems for ending in _ENDINGS)
    return next((path for path in named if context.is_file(path)), "")


@once_a_run
def importers(context: Inspection) -> dict[str, frozenset[str]]:
    """The last parts of all that sources import, each with the sources that do, those that ``--changed`` leaves out too."""
    found: dict[str, set[str]] = {}
    for path in sorted(context.inventory.files):
        if path.endswith(SOURCES):
            for one in context.fact(specifiers, path):
                found.setdefault(last_part(one), set()).add(path)
    return {name: frozenset(paths) for name, paths in found.items()}
