"""Registries that packages are taken from, as settings of package managers name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import pyprojects
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Index", "plain"]

_FILES = (".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pip.conf", "pip.ini", "uv.toml", "Pipfile", "Gemfile")
_LINE = regex(
    r"""(?mix)^[ \t]*(?:@[\w-]+:)?["']?
    (?:registry|index-url|extra-index-url|index_url|find-links|--index-url|-i|--extra-index-url|--find-links|-f
      |npmregistryserver|url|source)["']?
    [ \t]*[=: ][ \t]*["']?(?P<url>http://[^\s"'#,}]+)"""
)
_TABLES = (("tool", "uv", "index", "url"), ("tool", "poetry", "source", "url"), ("tool", "pdm", "source", "url"))
_NEAR = regex(r"http://(?:[^/@]*@)?(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[\w-]+(?::\d+)?(?:/|$))")
"""This machine, and names without a dot: neighbours in a container's network."""


class Index(NamedTuple):
    """A registry: the file and the line that name it, and its address."""

    path: str
    line: int
    url: str


def plain(context: Inspection) -> Iterator[Index]:
    """Registries that are asked by plain http, but for those close by."""
    names = (*context.named(*_FILES), *context.matching("*requirements*.txt", "*requirements*.in"))
    for path in sorted(set(names)):
        text = text_of(context, path)
        for match in _LINE.finditer(text) if "http://" in text else ():
            if not _NEAR.match(match["url"]):
                yield Index(path, line_at(text, match.start("url")), match["url"])
    for path, document in pyprojects(context):
        for *at, key in _TABLES if context.shows(path) else ():
            listed = table(document.data, *at[:-1]).get(at[-1])
            for number, item in enumerate(listed if isinstance(listed, list) else ()):
                url = table({"": item}, "").get(key)
                if isinstance(url, str) and url.startswith("http://") and not _NEAR.match(url):
                    yield Index(path, document.line((*at, number, key)), url)
