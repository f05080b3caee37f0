"""Helpers that nothing imports: what they lack fails for nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._compiled import is_compiled
from toolkit.checks._specifiers import ENDING, SOURCES, importers, last_part, leads_to, specifiers
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import folder_of, home_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_copy", "is_nobodys", "is_unused"]

_HELPER = regex(
    r"(?:^|/)(?:libs?|utils?|helpers?|common|shared|components?|hooks|middlewares?|services?)/(?:[\w.-]+/)*[\w.-]+$"
)
_COPY = regex(r"(?:[-_.](?:backup|old|copy|unused)| \(?\d\)?| copy)\.[cm]?[jt]sx?$")
"""What somebody put aside of a source, or a sync program made of it."""
_LOADED = regex(
    r"(?:^|/)(?:api|plugins|commands|migrations|functions|handlers|tests?)/|(?:^|/)(?:index|main|server|app|cli|worker|entry)[\w.-]*$|\.(?:config|stories|test|spec)\."
)
"""Files that a program or a framework loads by where they lie or what they are called."""
_PAGES = regex(r"(?:^|/)(?:pages|routes|views|screens)/")
"""Files that a router finds by their place, where there is one that does."""
_ROUTES = regex(
    r"\"(?:next|gatsby|nuxt|astro|umi|vike|vite-plugin-(?:pages|ssr|react-pages)|expo-router|@generouted/[\w-]+|@(?:remix-run|umijs|docusaurus|analogjs)/[\w-]+"
    r"|@sveltejs/kit|@solidjs/start|@builder\.io/qwik-city|@react-router/(?:dev|fs-routes)|@tanstack/[\w-]*(?:router|start)[\w-]*)\"\s*:"
)
_FINDS = regex(r"\"(?:nuxt|unplugin-[\w-]+|moleculer|ember-source)\"\s*:|nuxt\.config")
"""Packages that find components, helpers and services by themselves."""
_OWN = ("@/", "~/")
"""What an alias of a package's own sources begins with."""


def is_copy(path: str) -> bool:
    """Whether the name of a script says that another one is the one that counts."""
    return _COPY.search(path) is not None


def is_unused(context: Inspection, path: str) -> bool:
    """Whether nothing that is loaded leads to a script in a folder of helpers, in however many steps, nor does the build give it to a compiler.

    Anything that may be loaded otherwise is used.
    """
    return not _may_be_loaded(context, path) and _is_unreached(context, path) and not is_compiled(context, path)


def is_nobodys(context: Inspection, path: str) -> bool:
    """The same of a script anywhere, for where none is loaded by its place."""
    return _LOADED.search(path) is None and _is_unreached(context, path) and not is_compiled(context, path)


def _is_unreached(context: Inspection, path: str) -> bool:
    """Whether no chain of imports leads from anything that may be loaded by itself to a script, which is taken for a helper."""
    seen, left = {path}, [path]
    while left:
        one = left.pop()
        if one != path and _may_be_loaded(context, one):
            return False
        found = {source for source in importers(context).get(last_part(one), ()) if _imports(context, source, one)}
        left += found - seen
        seen |= found
    return not _is_named(context, path)


def _may_be_loaded(context: Inspection, path: str) -> bool:
    """Whether a program, a framework or a person may load a file by its place or its name."""
    is_page = _PAGES.search(path) is not None
    helper = path.endswith(SOURCES) and (is_page or _HELPER.search(path) is not None or is_copy(path))
    found = _LOADED.search(path) is not None or (is_page and not _is_of_one_page(context, path))
    return not helper or found or _is_named(context, path)


def _is_of_one_page(context: Inspection, path: str) -> bool:
    """Whether a package is one page in a browser and declares no router that finds files by their place: what no import leads to is in no bundle."""
    folder = home_of(context, path, ("package.json",))
    text = text_of(context, inside(folder, "package.json"))
    return context.is_file(inside(folder, "index.html")) and _ROUTES.search(text) is None


def _is_named(context: Inspection, path: str) -> bool:
    """Whether a manifest above a file names it, or a package that finds such files by itself."""
    named = re.compile(rf"(?<![\w-]){re.escape(last_part(path))}(?![\w-])")
    manifests = (text_of(context, inside(up, "package.json")) for up in upward(folder_of(path)))
    return any(named.search(text) or _FINDS.search(text) for text in manifests)


def _imports(context: Inspection, source: str, path: str) -> bool:
    """Whether a source may import a file: a relative path says which one it means, and ``@/`` one of the source's own package."""
    near = home_of(context, source, ("package.json",)) == home_of(context, path, ("package.json",))
    found = (
        one
        for one in context.fact(specifiers, source)
        if last_part(one) == last_part(path)
        and (
            leads_to(one, source, path)
            if one.startswith(".")
            else near and _ends_like(path, one)
            if one.startswith(_OWN)
            else True
        )
    )
    return any(not _is_erased(text_of(context, source, errors="replace"), one) for one in found)


def _is_erased(text: str, written: str) -> bool:
    """Whether all that a source takes from a file are types, of which nothing is left when it runs."""
    quoted = rf"[\"']{re.escape(written)}[\"']"
    typed = re.findall(rf"\b(?:import|export)\s+type\b[^;\"'()]{{0,2000}}?\bfrom\s*{quoted}", text)
    return len(typed) == len(re.findall(quoted, text))


def _ends_like(path: str, written: str) -> bool:
    """Whether a path ends with what stands behind an alias of the sources."""
    stem = ENDING.sub("", written.partition("?")[0].partition("/")[2].rstrip("/")).removesuffix("/index")
    return f"/{ENDING.sub('', path)}".removesuffix("/index").endswith(f"/{stem}")
