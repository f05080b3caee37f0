"""Variables that a bundler writes into what every visitor loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._standing import is_idle
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._values import is_trial, names_a_secret
from toolkit.expressions import regex
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["BuiltIn", "built_in", "for_everybody"]

_BUILT_IN = regex(
    r"^[ \t]*[\"']?(?P<key>[A-Z][A-Z0-9_]{3,60})[\"']?\s?:\s?process\.env\b|[\"'](?:process\.env|import\.meta\.env)\.(?P<defined>[A-Z][A-Z0-9_]{3,60})[\"']\s?:\s?JSON\.stringify\(",
    re.MULTILINE,
)
"""An entry of ``env`` of Next, and of ``define`` of Vite."""
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.mts", "*.vue", "*.svelte", "*.html", "*.astro")


_PREFIXES = ("NEXT_PUBLIC_", "VITE_", "EXPO_PUBLIC_", "REACT_APP_", "VUE_APP_")
_FOR_EVERYBODY = regex(
    r"(?:process\.env(?![.\[][\"']?VITE)|import\.meta\.env)[.\[][\"']?(?P<name>(?:NEXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP|VUE_APP)_"
    r"(?:(?:\w+_)?(?P<sure>SECRET(?:_KEY)?|PRIVATE_KEY|SERVICE_ROLE(?:_KEY)?|MNEMONIC|ADMIN_(?:API_)?(?:KEY|TOKEN|PASSWORD)|CRON_(?:API_)?KEY|PINATA_JWT(?:_TOKEN)?"
    r"|(?:OPENAI|ANTHROPIC|GROQ|DEEPSEEK|MISTRAL|OPENROUTER|MOONSHOT|PERPLEXITY|XAI|COHERE|RESEND|SENDGRID)_(?:API_)?KEY)|(?:\w+_)?(?:TOKEN|API_?KEY|ACCESS_KEY|JWT)))\b[\"']?\]?"
)
"""A variable that bundlers write into pages, with the name of what only a server may have, or of what may be that."""
_CALLED = regex(r"\b(?:const|let|var)\s+(?P<name>\w+)\s*(?::[^=\n]{1,40})?=\s*\Z")
_SENT = r"(?:[Aa]uthorization[\"'`]?\]?\s*[:=,]\s*[`\"'](?:Bearer|Token|Basic) (?:\$\{{|[\"']\s*\+\s*)|[\"'`][Xx]-[\w-]{{0,40}}(?:[Kk]ey|[Tt]oken|KEY|TOKEN)[\"'`]\]?\s*[:=,]\s*)(?:{})(?!\w)"
"""What lets somebody in by a header."""
_OF_PAGES = regex(r"CONTENTFUL|STORYBLOK|SANITY|PRISMIC|DATOCMS|MAPBOX|PUBLI(?:C_API|SHABLE)")
"""Services whose tokens for pages open what everybody may read."""
_ASIDE = regex(r"(?m)^[ \t]*(?://|\*|#|<!--|\{/\*)")
_OF_NEXT = regex(r"\ANEXT_PUBLIC_")
_CLIENT = regex(r"\A(?:\s|//[^\n]*|/\*.*?\*/)*[\"']use client[\"']", re.DOTALL)
"""Begins a source of Next that a browser loads."""
_SERVED = regex(r"(?:^|/)(?:app/(?:.*/)?route|pages/api/.+)\.[jt]sx?$")
_BY_HAND = regex(r"(?:^|/)scripts?/")
_SERVER = regex(r"(?m)^import [\"']server-only[\"']")
"""Sources of Next that no browser ever loads."""
_BEFORE = 160
"""Characters before a variable in which a name for it stands."""


class BuiltIn(NamedTuple):
    """A variable with the name of a secret, the entry that builds it in, whether a source names it, and whether nothing loads that."""

    name: str
    line: int
    text: str
    used: bool
    idle: bool = False


def built_in(context: Inspection, path: str) -> Iterator[BuiltIn]:
    """The variables that a configuration of a bundler builds in."""
    content = text_of(context, path)
    for match in _BUILT_IN.finditer(content):
        name = match["key"] or match["defined"]
        if names_a_secret(name) and (match["defined"] or _is_in_env(content[: match.start()])):
            line = line_at(content, match.start("key") if match["key"] else match.start("defined"))
            yield BuiltIn(name, line, " ".join(match[0].split())[:120], _is_used(context, path, name))


def for_everybody(context: Inspection) -> Iterator[tuple[str, BuiltIn]]:
    """Each variable with the name of a secret and a prefix that builds it in, where a source names it; best a source that browsers load."""
    places: dict[str, tuple[str, BuiltIn]] = {}
    for path in files_with(context, _PREFIXES, _SOURCES):
        if is_trial(path) or _BY_HAND.search(path):
            continue
        content = text_of(context, path)
        for match in _FOR_EVERYBODY.finditer(content):
            name = match["name"]
            if _ASIDE.match(content, content.rfind("\n", 0, match.start()) + 1):
                continue
            if _OF_NEXT.match(name) and (_SERVED.search(path) or _SERVER.search(content)):
                continue
            if not match["sure"] and (_OF_PAGES.search(name) or not _is_sent(content, match)):
                continue
            loaded = match["sure"] is not None and (not _OF_NEXT.match(name) or _CLIENT.match(content) is not None)
            best = places[name][1] if name in places else None
            if best is None or best.idle or (loaded and not best.used):
                idle = is_idle(context, path)
                if best is None or not idle:
                    places[name] = (path, BuiltIn(name, line_at(content, match.start()), match[0], loaded, idle))
    yield from places.values()


def _is_sent(content: str, match: re.Match[str]) -> bool:
    """Whether a source logs in by a header with a variable of the environment, itself or by the name that it gives to it."""
    called = _CALLED.search(content, max(match.start() - _BEFORE, 0), match.start())
    names = (re.escape(match[0]), *([called["name"]] if called else []))
    return re.search(_SENT.format("|".join(names)), content) is not None


def _is_used(context: Inspection, path: str, name: str) -> bool:
    """Whether a source beside or below a configuration of a bundler names a variable, which is replaced there."""
    wanted = tuple(f"{where}.{name}" for where in ("process.env", "import.meta.env"))
    found = files_with(context, wanted, _SOURCES, everything=True)
    return any(one != path and below(folder_of(path), one) for one in found)


def _is_in_env(before: str) -> bool:
    """Whether a place lies within the object ``env`` of a configuration, and not within ``serverRuntimeConfig``."""
    start = max((match.end() for match in re.finditer(r"(?<![\w.])env\s?:\s?\{", before)), default=-1)
    depth = 1
    for mark in re.finditer(r"[{}]", before[start:]) if start >= 0 else ():
        depth += 1 if mark[0] == "{" else -1
        if not depth:
            return False
    return start >= 0 and depth == 1
