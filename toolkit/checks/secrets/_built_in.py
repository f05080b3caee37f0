"""Variables that a bundler writes into what every visitor loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._values import names_a_secret
from toolkit.expressions import regex
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["BuiltIn", "built_in"]

_BUILT_IN = regex(
    r"^[ \t]*[\"']?(?P<key>[A-Z][A-Z0-9_]{3,60})[\"']?\s?:\s?process\.env\b|[\"'](?:process\.env|import\.meta\.env)\.(?P<defined>[A-Z][A-Z0-9_]{3,60})[\"']\s?:\s?JSON\.stringify\(",
    re.MULTILINE,
)
"""An entry of ``env`` of Next, and of ``define`` of Vite."""
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.mts", "*.vue", "*.svelte", "*.html", "*.astro")


class BuiltIn(NamedTuple):
    """A variable with the name of a secret, the entry that builds it in, and whether a source names it."""

    name: str
    line: int
    text: str
    used: bool


def built_in(context: Inspection, path: str) -> Iterator[BuiltIn]:
    """The variables that a configuration of a bundler builds in."""
    content = text_of(context, path)
    for match in _BUILT_IN.finditer(content):
        name = match["key"] or match["defined"]
        if names_a_secret(name) and (match["defined"] or _is_in_env(content[: match.start()])):
            line = line_at(content, match.start("key") if match["key"] else match.start("defined"))
            yield BuiltIn(name, line, " ".join(match[0].split())[:120], _is_used(context, path, name))


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
