"""Which of the places that disagree is told, and which disagreements have one cause."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks.toolchain._related import agree, depth
from toolkit.expressions import regex
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.toolchain._said import Said

__all__ = ["BLAME", "lone", "together", "worst"]

Pair = tuple["Said", "Said"]
BLAME = ("linter", "matrix", "workflow", "image", "shell", "file", "range", "settings")
"""Of two that exclude each other, which is more likely wrong."""
_VOTES = 3
"""Places that must agree against one before it is the one that is wrong; of a manifest's demand more."""
_VOTES_AGAINST_RANGE = 5
_ALIKE = 5
"""Files of one kind that agree before another one beside them is told for that alone."""
_ON_PURPOSE = regex(r"(?i)publish|release|deploy|docs|pages|nightly|canary|compat|legacy|smoke")
"""Workflows that may well run another version than the others."""


def together(pairs: list[Pair], said: list[Said]) -> Iterator[list[Pair]]:
    """The pairs by what they have in common: the demand that most others exclude, and all that exclude it, again and again.

    What is left between places that were told already has the same causes.
    """
    left = list(pairs)
    told: set[Said] = set()
    while left:
        counts = Counter(one for pair in left for one in pair)
        center = max(counts, key=lambda one: (counts[one], _is_outvoted(one, left, said), *_order(one)))
        members = {one for pair in left if center in pair for one in pair}
        yield [pair for pair in left if members.issuperset(pair)]
        told |= members
        left = [pair for pair in left if not told.issuperset(pair)]


def worst(group: list[Pair], said: list[Said]) -> Said:
    """The one that disagrees with most others, or with what most of the repository says."""
    counts = Counter(one for pair in group for one in pair)
    counts = Counter({one: counts[one] for one in counts if not _is_backed(one, group, said)}) or counts
    outvoted = [one for one in counts if _is_outvoted(one, group, said)]
    # What a manifest or the settings demand is the measure: the many that break it are what is wrong.
    suspects = [one for one in counts if one.kind not in ("range", "settings")] or list(counts)
    if outvoted and max(counts[one] for one in outvoted) == max(counts.values()):
        suspects = outvoted
    return max(suspects, key=lambda one: (counts[one], *_order(one)))


def lone(said: list[Said]) -> Iterator[list[Pair]]:
    """The one Dockerfile or workflow that takes another version than all the others of the repository, which agree."""
    for kind in ("image", "workflow"):
        files: dict[str, list[Said]] = {}
        for one in said:
            if (
                one.kind == kind
                and (one.builds or kind == "workflow")
                and one.what not in ("script", "RUN", "run", "COPY")
            ):
                files.setdefault(one.path, []).append(one)
        if len(files) <= _ALIKE:
            continue
        homes = Counter(folder_of(folder_of(path)) for path in files)
        apart = [
            path
            for path in files
            if homes[folder_of(folder_of(path))] > 1 and sum(_meet(files[path], files[other]) for other in files) == 1
        ]
        rest = [one for path in files if path not in apart for one in files[path][:1]]
        if len(apart) != 1 or not any(one.builds for one in files[apart[0]]) or _is_on_purpose(apart[0], kind):
            continue
        odd = files[apart[0]][0]
        if all(agree(rest[0], one) for one in rest) and not _is_wanted(odd, rest[0], said):
            yield [(odd, one) for one in rest]


def _is_wanted(one: Said, other: Said, said: list[Said]) -> bool:
    """Whether a manifest beside a version allows it and not the other that the rest of the repository takes."""
    ranges = [two for two in said if two.kind == "range" and two.folder == one.folder]
    return any(agree(two, one) and not agree(two, other) for two in ranges)


def _is_on_purpose(path: str, kind: str) -> bool:
    return kind == "workflow" and _ON_PURPOSE.search(path.rpartition("/")[2]) is not None


def _is_backed(one: Said, group: list[Pair], said: list[Said]) -> bool:
    """Whether the demand of a manifest that a version file speaks for, too, allows it and none of those that disagree with it."""
    others = [other for pair in group if one in pair for other in pair if other != one]
    ranges = [two for two in said if two.kind == "range" and below(one.folder, two.folder)]
    return one.kind == "file" and any(
        agree(two, one) and not any(agree(two, other) for other in others) for two in ranges
    )


def _meet(some: list[Said], others: list[Said]) -> bool:
    return any(agree(one, other) for one in some for other in others)


def _order(one: Said) -> tuple[int, int, str, int]:
    return -BLAME.index(one.kind), depth(one.folder), one.path, one.line if one.kind == "image" else 0


def _is_outvoted(one: Said, pairs: list[Pair], said: list[Said]) -> bool:
    """Whether no other place agrees with a demand and many agree against it; the settings decide, and Go raises its own line."""
    if one.kind == "settings" or (one.kind == "range" and one.tool == "go") or _votes(one, said):
        return False
    against = [other for pair in pairs if one in pair for other in pair if other != one and other.kind != "range"]
    needed = _VOTES_AGAINST_RANGE if one.kind == "range" else _VOTES
    return any(_votes(other, said) + 1 >= needed for other in against[:1])


def _votes(one: Said, said: list[Said]) -> int:
    """Other files that name a version which does for a demand as well."""
    exact = ("file", "shell", "image", "workflow")
    return len({other.path for other in said if other.path != one.path and other.kind in exact and agree(one, other)})
