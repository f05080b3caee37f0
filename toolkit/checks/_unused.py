"""Helpers that nothing imports: what they lack fails for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._specifiers import SOURCES, importers, last_part
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_unused"]

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
    """Whether no source, and no manifest above it, names a script in a folder of helpers; anything that may be loaded otherwise is used."""
    if not path.endswith(SOURCES) or not _HELPER.search(path) or _LOADED.search(path):
        return False
    stem = last_part(path)
    manifests = [text_of(context, inside(up, "package.json")) for up in upward(folder_of(path))]
    if any(stem in text or _FINDS.search(text) for text in manifests):
        return False
    return importers(context).get(stem, frozenset()) <= {path}
