"""Migrations that share a version, of runners that know each by its version alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.code._sql_drift import Drift
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["twice_numbered"]

_SUPABASE = regex(r"(?:.*/)?supabase/migrations/(?P<version>\d+)_[^/]*\.sql")
_FLYWAY = regex(r"(?:.*/)?V(?P<version>\d+(?:[._]\d+)*)__[^/]*\.sql")
_UP = regex(r"(?:.*/)?(?P<version>\d+)_[^/]*\.up\.sql")
_RUNNERS = (
    (_SUPABASE, "supabase db push stops at the second: the version is its key in schema_migrations"),
    (_FLYWAY, "Flyway refuses to start: it finds more than one migration with this version"),
    (_UP, "the runner refuses the folder, or leaves one of them out"),
)
"""How the files of a runner are called, and what it does about two of one version; others run files in the order of their names."""
_SIGNS = ("flyway", "refinery")
"""What a repository says whose files Flyway, or who knows versions as it does, runs: people number files alike that they run by hand."""
_FIX = "give each of them a version of its own"


def twice_numbered(context: Inspection) -> Iterator[Drift]:
    """The first version of each folder that two files have, at the second of them, with the others."""
    folders: dict[tuple[str, re.Pattern[str], str], dict[tuple[int, ...], list[str]]] = {}
    for path in sorted(context.matching("*.sql")):
        for expression, what in _RUNNERS:
            if match := expression.fullmatch(path):
                version = tuple(int(part) for part in match["version"].replace("_", ".").split("."))
                folders.setdefault((folder_of(path), expression, what), {}).setdefault(version, []).append(path)
                break
    for (folder, expression, what), versions in folders.items():
        twice = {version: paths for version, paths in versions.items() if len(paths) > 1}
        if not twice or (expression is _FLYWAY and not _runs_flyway(context, folder)):
            continue
        version, (first, second, *_) = next(iter(twice.items()))
        names = [".".join(map(str, one)) for one in twice]
        more = f" The same holds for {len(names) - 1} more versions." if len(names) > 1 else ""
        text = f"{first.rpartition('/')[2]} has the version {'.'.join(map(str, version))}, too: {what}.{more}"
        yield Drift(second, 0, text, f"versions that several files have: {', '.join(names[:20])}", "error", fix=_FIX)


def _runs_flyway(context: Inspection, folder: str) -> bool:
    """Whether Flyway looks for migrations in a folder by itself, or anything but documents and migrations says that it is used."""
    if f"/{folder}".endswith("/db/migration"):
        return True
    found = files_with(context, _SIGNS, ignore_case=True, everything=True)
    return any(not path.endswith((".md", ".mdx", ".txt", ".sql")) for path in found)
