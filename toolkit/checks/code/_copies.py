"""Copies of a module, whatever their files are called.

A file is known by its longest lines: few are enough to tell modules apart, and a copy in which something was mended keeps most of them.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice, takewhile
from typing import TYPE_CHECKING
from zlib import crc32

from toolkit.checks._search import held
from toolkit.checks.code._sources import LANGUAGES
from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["are_alike", "code_lines", "look_alikes", "sharing"]

_LEAST_LINES = 12
"""Lines of code below which a copy costs less than a shared package."""
_ALIKE = 0.85
_COMMENT = regex(r"^\s*(?://|#(?!\[)|\*|/\*|\"\"\"|''')")
_NO_CODE = (b"//", b"#", b"*", b"/*", b"import ", b"from ", b"export {", b"export * ", b"use ", b"}", b'"""')
_SHORT = 12
"""Bytes of a line that tells nothing: braces, ``return`` and the like."""
_MARKS = 6
_SHARED = 3
"""Marks of two files that have to be the same."""
_TOO_MANY = 8
"""Files with one line, from which on it is a phrase that everybody writes."""
_EVERYBODY = 60
"""Files that hold a line anywhere, from which on it is such a phrase."""
_HEAD = 1_500
"""Bytes in which a file says that a program wrote it, behind a license."""
_LARGEST = 400_000
_GENERATED = regex(
    rb"(?i)\bautomatically generated\b|(?:auto-?)?generated (?:by|from|file|using|with|weights|bindings)|do not (?:hand-?)?edit|@generated|ke(?:pt|ep)\b[^\n]{0,40}\bin sync|synced from|canonical (?:copy|source|version)|Object\.defineProperty\(exports, .__esModule"
)


def _longest(context: Inspection, path: str) -> tuple[bytes, ...]:
    """The longest lines of code of a file, stripped; none of a file that is small or that a program wrote."""
    if (content := context.content(path)) is None:
        return ()
    lines = content.split(b"\n")
    if len(content) > _LARGEST or len(lines) < _LEAST_LINES or _GENERATED.search(content[:_HEAD]):
        return ()
    ordered = sorted(sorted(set(map(bytes.strip, lines))), key=len, reverse=True)  # equal lengths by their letters
    code = (line for line in ordered if not line.startswith(_NO_CODE))
    return tuple(islice(takewhile(lambda line: len(line) > _SHORT, code), _MARKS))


def _marks(context: Inspection, path: str) -> tuple[int, ...]:
    """The longest lines of code of a file, as numbers."""
    return tuple(crc32(b"".join(line.split())) for line in _longest(context, path))


def sharing(context: Inspection, paths: Iterable[str]) -> frozenset[str]:
    """All sources that hold some of the longest lines of others, unless everybody writes these: among them are their copies."""
    longest = [_longest(context, path) for path in paths]
    lines = {line for several in longest for line in several}
    # Whoever has as many lines of a file as a copy shares has one of these: the longest, because the fewest write them.
    sought = {line for several in longest for line in several[: max(len(several) - _SHARED + 1, 0)]}
    found = held(context, sought, [f"*{ending}" for ending in LANGUAGES])
    holders = Counter(line for several in found.values() for line in several)
    lines.difference_update(line for line, count in holders.items() if count > _EVERYBODY)
    near = (path for path, several in found.items() if not lines.isdisjoint(several) and context.is_readable(path))
    return frozenset(path for path in near if sum(line in context.read(path) for line in lines) >= _SHARED)


def look_alikes(context: Inspection, paths: Iterable[str]) -> Iterator[list[str]]:
    """Groups of files that share some of their longest lines, each sorted."""
    holding: dict[int, list[str]] = {}
    for path in paths:
        for mark in context.fact(_marks, path):
            holding.setdefault(mark, []).append(path)
    shared: Counter[tuple[str, str]] = Counter()
    for several in holding.values():
        if 1 < len(several) <= _TOO_MANY:
            shared.update(combinations(sorted(several), 2))
    partners: dict[str, set[str]] = {}
    for (first, second), count in shared.items():
        if count >= _SHARED:
            together = partners.setdefault(first, {first}) | partners.setdefault(second, {second})
            for path in together:
                partners[path] = together
    yield from (list(group) for group in sorted({tuple(sorted(group)) for group in partners.values()}))


def code_lines(context: Inspection, path: str) -> list[str]:
    """Lines of code without blanks, comments and imports; none where they are too few."""
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return []
    found = ("".join(line.split()) for line in text.split("\n") if not _COMMENT.match(line))
    code = [
        line
        for line in found
        if len(line) > 1 and not line.startswith(("import", 'from"', "use", "export*from", "export{"))
    ]
    return code if len(code) >= _LEAST_LINES else []


def are_alike(mine: list[str], theirs: list[str]) -> bool:
    """Whether six of seven lines of two files are the same."""
    if not _ALIKE <= len(mine) / len(theirs) <= 1 / _ALIKE:
        return False
    shared = sum((Counter(mine) & Counter(theirs)).values())
    return shared >= _ALIKE * max(len(mine), len(theirs))
