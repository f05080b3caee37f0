"""Helpers that nothing imports: what they lack fails for nobody."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._specifiers import specifiers
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_unused"]

_SOURCES = ("*.js", "*.mjs", "*.cjs", "*.jsx", "*.ts", "*.mts", "*.cts", "*.tsx", "*.vue", "*.svelte", "*.astro")
_ENDING = regex(r"\.(?:[cm]?[jt]sx?|vue|svelte)$")
_HELPER = regex(
    r"(?:^|/)(?:libs?|utils?|helpers?|common|shared|components?|hooks|middlewares?)/(?:[\w.-]+/)*[\w.-]+$|[-_.](?:backup|old|copy|unused)\.[cm]?[jt]sx?$"
)
_LOADED = regex(
    r"(?:^|/)(?:pages|routes|api|plugins|commands|migrations|functions|handlers|tests?)/|(?:^|/)(?:index|main|server|app|cli|worker|entry)[\w.-]*$|\.(?:config|stories|test|spec)\."
)
"""Files that a program or a framework loads by where they lie or what they are called."""
_FINDS = regex(r"\"(?:nuxt|unplugin-[\w-]+)\"\s*:|nuxt\.config")
"""Packages that find components and helpers by themselves."""


def is_unused(context: Inspection, path: str) -> bool:
    """Whether no source, and no manifest above it, names a file of a folder of helpers; anything that may be loaded otherwise is used."""
    if not _HELPER.search(path) or _LOADED.search(path):
        return False
    stem = _stem(path)
    manifests = [text_of(context, inside(up, "package.json")) for up in upward(folder_of(path))]
    if any(stem in text or _FINDS.search(text) for text in manifests):
        return False
    return _imported(context).get(stem, frozenset()) <= {path}


def _stem(path: str) -> str:
    return _ENDING.sub("", posixpath.basename(path))


@once_a_run
def _imported(context: Inspection) -> dict[str, frozenset[str]]:
    """The last parts of all paths that sources import, each with the sources that do."""
    found: dict[str, set[str]] = {}
    for path in context.matching(*_SOURCES):
        for one in context.fact(specifiers, path):
            found.setdefault(_stem(one.partition("?")[0].rstrip("/")), set()).add(path)
    return {name: frozenset(paths) for name, paths in found.items()}
