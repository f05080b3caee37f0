"""Sources of JavaScript and TypeScript that a program or a framework loads by their name or their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, home_of, inside, upward
from toolkit.specifiers import SOURCES, last_part

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["has_an_entry", "is_entry"]

_ENTRY = regex(
    r"(?:(?:src|lib|app|apps|server|source|client|electron)/)?(?:index|main|server|app|worker|cli|entry|start|run|boot|bootstrap|handler|lambda"
    r"|instrumentation|middleware|proxy|root|popup|background|content|preload|renderer|sw|service-worker|mod|lib|client|types|extension|plugin)[\w.-]*",
    re.IGNORECASE,
)
"""What a program loads by its name, at the top of a package or of its sources."""
_HANDLER = regex(r"(?m)^(?:module\.)?exports\.handler\s*=|^export\s+(?:const|(?:async\s+)?function)\s+handler\b")
"""What a function of a cloud is called by, whichever source has it."""
_PLACE = (
    r"(?:api|plugins|commands|migrations|seeds?|seeders|functions|handlers|lambdas?|workers?|jobs|crons?|scripts?|bin|tasks"
    r"|subscribers|listeners|netlify|supabase|convex|server|public|extensions?|mcp|tools?|agents|examples?|demos?|bench\w*)/"
)
_PLACES = regex(rf"(?:^|/){_PLACE}")
_AT_THE_TOP = regex(rf"(?:src/)?{_PLACE}")
"""Folders whose files a framework or a person loads by where they lie; below the root of several packages only at its top."""
_PAGES = regex(r"(?:^|/)(?:app|pages|routes|layouts|middleware|islands|content)/")
_OF_ROUTES = regex(r"\"@(?:remix-run|react-router)/dev\"\s*:")
_BY_ROUTES = regex(r"(?:^|/)(?:pages|routes|layouts|middleware|islands|content)/|^app/[^/]+$")
"""Frameworks for which ``app`` holds all sources, and what they load of them."""
_ROUTED = regex(
    r"\"(?:next|nuxt|astro|gatsby|vike|umi|meteor|blitz|vitepress|expo-router|@sveltejs/kit|@remix-run/\w+|@react-router/\w+|@solidjs/start|@builder\.io/qwik\w*"
    r"|@tanstack/(?:react-start|router-plugin|start)|@generouted/[\w-]+|vite-plugin-pages|unplugin-vue-router|@redwoodjs/\w+|@docusaurus/core|@angular/core|ember-source)\"\s*:"
)
"""Frameworks that load pages by where they lie."""
_NAMED = regex(
    r"\.(?:config|stories|entity|model|schema|module|controller|route|job|worker|command|d)\.\w+$|(?:^|/)[._][^/]*$"
)


@once_a_run
def is_entry(context: Inspection, path: str) -> bool:
    """Whether a source is loaded by its name, or by where it lies."""
    if is_test(path):
        return False
    home = home_of(context, path, ("package.json", "deno.json", "deno.jsonc"))
    own = path if home == "." else path.removeprefix(f"{home}/")
    places = _AT_THE_TOP.match if home == "." and len(by_folder(context)) > 1 else _PLACES.search
    manifest = text_of(context, inside(home, "package.json"))
    pages = _BY_ROUTES if _OF_ROUTES.search(manifest) and '"next"' not in manifest else _PAGES
    paged = pages.search(own) and (_ROUTED.search(manifest) or places is not _PLACES.search)
    named = _ENTRY.fullmatch(own) or places(own) or _NAMED.search(own) or paged or _is_in_manifest(context, path)
    return bool(named) or context.fact(_has_handler, path)


def _has_handler(context: Inspection, path: str) -> bool:
    return _HANDLER.search(text_of(context, path, errors="replace")) is not None


def _is_in_manifest(context: Inspection, path: str) -> bool:
    """Whether a manifest or a page beside the package's top names a source, or what is made of it."""
    stem = re.escape(last_part(path))
    word = re.compile(rf"/{stem}(?=[.\"'])|[\"' ]{stem}\.[cm]?[jt]sx?\b")
    around = upward(folder_of(path))
    texts = (
        text_of(context, inside(up, name)) for up in around for name in ("package.json", "index.html", "project.json")
    )
    return any(word.search(text) for text in texts if text)


@once_a_run
def has_an_entry(context: Inspection, home: str) -> bool:
    """Whether a package has a source that is loaded by its name or place: what none of them leads to is loaded by nothing."""
    sources = (one for one in context.below(home) if one.endswith(SOURCES) and not _NAMED.search(one))
    return any(is_entry(context, one) for one in sources)
