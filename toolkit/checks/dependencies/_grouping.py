"""Which imports of packages that no manifest declares have one cause, and are told at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._standing import standing
from toolkit.checks.dependencies._held import APART, BROUGHT_BY_NOTHING
from toolkit.model import Fix
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._undeclared_javascript import Undeclared
    from toolkit.model import Finding

__all__ = ["MANIFESTS", "alike", "apart", "cause", "is_unmapped", "lacking"]

_ALIKE = 2
"""Manifests that lack the same up to which each has a finding of its own."""
MANIFESTS = 8
"""Manifests that lean on what others bring, and packages that one lacks, up to which each is told by itself."""


def cause(name: str, first: Undeclared) -> str:
    """What has one repair: a file; an alias that is not there, and a module of Go, for ``go mod tidy`` mends it wherever it is imported."""
    if is_unmapped(first):
        return name.partition("/")[0]
    return "" if first.path.endswith(".go") else first.path


def is_unmapped(item: Undeclared) -> bool:
    """Whether it is known which source of the repository is meant, and an alias is missing."""
    return bool(item.here) and item.held == "unknown"


def apart(
    every_one: Iterable[tuple[str, str, Undeclared, list[Undeclared]]],
) -> dict[tuple[Held, str], list[tuple[str, Undeclared]]]:
    """Imports of the kinds that are told by themselves, with their files, by kind and by what is meant here."""
    found: dict[tuple[Held, str], list[tuple[str, Undeclared]]] = {}
    for _, name, first, _ in every_one:
        if first.held in APART:
            found.setdefault((first.held, first.here), []).append((name, first))
    return found


def lacking(
    context: Inspection,
    told: Iterable[tuple[str, str, Undeclared, list[Undeclared]]],
) -> dict[tuple[str, Held, bool], list[tuple[str, Undeclared]]]:
    """Manifests of which many packages are lacking that nothing else brings, with these: those apart that only dead files import."""
    found: dict[tuple[str, Held, bool], list[tuple[str, Undeclared]]] = {}
    for manifest, name, first, _ in told:
        if first.held in BROUGHT_BY_NOTHING:
            found.setdefault((manifest, first.held, standing(context, first.path) == "unused"), []).append(
                (name, first)
            )
    sums: Counter[tuple[str, Held]] = Counter()
    for (manifest, held, _), many in found.items():
        sums[manifest, held] += len(many)
    return {key: many for key, many in found.items() if len(many) > 1 and sums[key[:2]] > MANIFESTS}


def alike(context: Inspection, found: list[tuple[str, tuple[str, ...], Finding]]) -> Iterator[Finding]:
    """The findings, with one for what several manifests of a workspace lack alike."""
    groups: dict[tuple[str, tuple[str, ...], str], list[tuple[str, Finding]]] = {}
    for manifest, names, one in found:
        owner = context.owner(folder_of(manifest))
        home = owner.path if owner is not None and names else f"{manifest} {one.path}:{one.line}"
        groups.setdefault((home, names, one.severity), []).append((manifest, one))
    for (_, names, _), many in groups.items():
        (_, first), *others = many
        if not others[_ALIKE - 1 :]:
            yield from (one for _, one in many)
            continue
        todo = f"add {', '.join(names)} to {', '.join(manifest for manifest, _ in many)}, then lock again"
        yield replace(
            first,
            message=f"{first.message}. So it is with {len(others)} more manifests",
            evidence="; ".join(one.evidence for _, one in many),
            fixes=(Fix(todo, "manual"),),
            related=tuple(place for _, one in many for place in one.places)[1:],
        )
