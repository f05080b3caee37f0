"""Which files of a Drizzle schema are in use: those that ``drizzle.config`` names, and what they and the sources of the package import; and whether anything runs its migrations."""

from __future__ import annotations

import posixpath
import re
from fnmatch import translate
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["follows_journal", "is_baselined", "is_compiled", "is_migrated", "unused_schemas"]

_APPLIED = (
    "drizzle-kit migrate",
    "drizzle-kit up",
    "/migrator",
    "d1 migrations apply",
    "supabase db",
    "supabase migration",
)
_RUNS = regex(
    r"\bdrizzle-kit[\w:@-]* (?:migrate|up)\b|\bdrizzle-orm/[\w-]+/migrator\b|\bd1 migrations apply\b|\bsupabase (?:db (?:push|reset)|migration up)\b"
)
_BY_JOURNAL = regex(r"\bdrizzle-kit[\w:@-]* migrate\b|\bdrizzle-orm/[\w-]+/migrator\b")
_READ_ONLY = regex(r"\.(?:mdx?|txt|sql)\Z|(?:^|/)\.(?!github/|gitlab|circleci/|husky/)[\w-]+/")
"""Documents, and what assistants and editors are told that they may run."""

_PICTURE = "0000_snapshot.json"
_CONFIG = ("drizzle.config.ts", "drizzle.config.js", "drizzle.config.mts", "drizzle.config.mjs", "drizzle.config.cjs")
_SCHEMA = regex(r"\bschema\s*:\s*(\[[^\]]*\]|[^\n]*?(?=,\s*\w+\s*:|\n|\Z))")
_TEXT = regex(r"[\"'`]([./\w][^\"'`\n]*)[\"'`]")
_FROM = regex(r"(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*[\"'](\.[^\"'\n]*)[\"']")
_ENDINGS = (".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js")
_SOURCES = (".ts", ".tsx", ".mts", ".js", ".mjs", ".svelte", ".vue", ".astro")


def unused_schemas(context: Inspection, paths: Iterable[str]) -> frozenset[str]:
    """The files among some with models that neither the configuration nor any source comes to."""
    found: set[str] = set()
    for config in context.inventory.named(*_CONFIG):
        mine = {path for path in paths if below(folder_of(config), path)}
        roots = set(_named(context, config, mine)) if mine else set()
        rest = mine - _reached(context, roots) if roots else set()
        if rest:
            found |= rest - _reached(context, _entries(context, folder_of(config), mine))
    return frozenset(found)


def is_compiled(context: Inspection, path: str) -> bool:
    """Whether a source of JavaScript lies beside the types that a compiler wrote with it: its models are those of another source."""
    return path.endswith(".js") and context.is_file(f"{path.removesuffix('.js')}.d.ts")


def is_migrated(context: Inspection, home: str, home_of: Callable[[str], str]) -> bool:
    """Whether anything but a document runs the migrations of a package: else somebody may push its schema by hand."""
    return _is_run(context, home, home_of, _RUNS)


def follows_journal(context: Inspection, home: str, home_of: Callable[[str], str]) -> bool:
    """Whether Drizzle itself runs the migrations of a package, by its journal."""
    return _is_run(context, home, home_of, _BY_JOURNAL)


def is_baselined(context: Inspection, home: str, tables: Iterable[str]) -> bool:
    """Whether the first picture that Drizzle has of a package's database holds tables that no migration makes: they were there before the history began."""
    pictures = [_text(context, path) for path in context.inventory.named(_PICTURE) if below(home, path)]
    return any(f'"name": "{table}"' in picture for picture in pictures for table in tables)


def _is_run(context: Inspection, home: str, home_of: Callable[[str], str], runs: re.Pattern[str]) -> bool:
    return any(
        not (_READ_ONLY.search(path) or context.is_foreign(path))
        and home_of(path) in (home, ".")
        and runs.search(_text(context, path))
        for path in files_with(context, _APPLIED, everything=True)
    )


def _named(context: Inspection, config: str, models: set[str]) -> Iterator[str]:
    """The sources that the configuration names, as files, folders and patterns."""
    match = _SCHEMA.search(_text(context, config))
    for text in _TEXT.findall(match[1]) if match else ():
        path = join(folder_of(config), text)
        if path is None:
            continue
        if "*" in path:
            wanted = re.compile(translate(path.replace("/**/", "/*")))
            yield from (one for one in models if wanted.match(one))
        elif context.is_file(path):
            yield path
        else:
            yield from (one for one in models if below(path, one))


def _entries(context: Inspection, folder: str, models: set[str]) -> set[str]:
    """The sources of a package outside of the folder of its models, and what its manifest names within."""
    common = posixpath.commonpath([folder_of(path) or "." for path in models]) or "."
    outside = {
        path
        for path in context.below(folder)
        if path.endswith(_SOURCES) and (common == folder or not below(common, path))
        if not context.is_file(inside(folder_of(path), "meta/_journal.json"))  # what Drizzle has read from a database
    }
    manifest = _text(context, inside(folder, "package.json"))
    stems = {
        path
        for path in context.below(common)
        if posixpath.splitext(path[len(folder) + 1 :])[0].removeprefix("src/") in manifest
    }
    return (outside - models) | {path for path in stems if path.endswith(_SOURCES)}


def _reached(context: Inspection, starts: set[str]) -> set[str]:
    """What some sources import, and what that imports."""
    seen: set[str] = set()
    pending = list(starts)
    while pending:
        path = pending.pop()
        if path not in seen:
            seen.add(path)
            pending += context.fact(_imports, path)
    return seen


def _imports(context: Inspection, path: str) -> tuple[str, ...]:
    """The files that a source imports by their place."""
    found = []
    for specifier in dict.fromkeys(_FROM.findall(_text(context, path))):
        target = join(folder_of(path), specifier)
        stem = re.sub(r"\.[cm]?jsx?$", "", target) if target is not None else ""
        there = next(
            (one for one in (target or "", *(stem + ending for ending in _ENDINGS)) if one and context.is_file(one)),
            None,
        )
        found += [there] if there is not None else []
    return tuple(found)


def _text(context: Inspection, path: str) -> str:
    try:
        return context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return ""
