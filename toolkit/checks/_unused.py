"""Helpers that nothing imports: what they lack fails for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._specifiers import SOURCES, importers, last_part, leads_to, specifiers
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import folder_of, home_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_copy", "is_unused"]

_HELPER = regex(
    r"(?:^|/)(?:libs?|utils?|helpers?|common|shared|components?|hooks|middlewares?|services?)/(?:[\w.-]+/)*[\w.-]+$"
)
_COPY = regex(r"(?:[-_.](?:backup|old|copy|unused)| \(?\d\)?| copy)\.[cm]?[jt]sx?$")
"""What somebody put aside of a source, or a sync program made of it."""
_LOADED = regex(
    r"(?:^|/)(?:pages|routes|api|plugins|commands|migrations|functions|handlers|tests?)/|(?:^|/)(?:index|main|server|app|cli|worker|entry)[\w.-]*$|\.(?:config|stories|test|spec)\."
)
"""Files that a program or a framework loads by where they lie or what they are called."""
_FINDS = regex(r"\"(?:nuxt|unplugin-[\w-]+|moleculer|ember-source)\"\s*:|nuxt\.config")
"""Packages that find components, helpers and services by themselves."""
_OWN = ("@/", "~/")
"""What an alias of a package's own sources begins with."""


def is_copy(path: str) -> bool:
    """Whether the name of a script says that another one is the one that counts."""
    return _COPY.search(path) is not None


def is_unused(context: Inspection, path: str) -> bool:
    """Whether no source, and no manifest above it, names a script in a folder of helpers; anything that may be loaded otherwise is used."""
    if not path.endswith(SOURCES) or not (_HELPER.search(path) or is_copy(path)) or _LOADED.search(path):
        return False
    stem = last_part(path)
    manifests = [text_of(context, inside(up, "package.json")) for up in upward(folder_of(path))]
    if any(stem in text or _FINDS.search(text) for text in manifests):
        return False
    return not any(_imports(context, one, path) for one in importers(context).get(stem, frozenset()) - {path})


def _imports(context: Inspection, source: str, path: str) -> bool:
    """Whether a source may import a file: a relative path says which one it means, and ``@/`` one of the source's own package."""
    near = home_of(context, source, ("package.json",)) == home_of(context, path, ("package.json",))
    return any(
        leads_to(one, source, path) if one.startswith(".") else near or not one.startswith(_OWN)
        for one in context.fact(specifiers, source)
        if last_part(one) == last_part(path)
    )
