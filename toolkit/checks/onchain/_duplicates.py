"""Programs of which a repository has several copies: by their ids, their instructions, their names, their lines."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from toolkit.checks.onchain._binding_texts import EXAMPLE_FOLDER
from toolkit.checks.onchain._copies import Copy, describe
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program

__all__ = ["compare", "is_collection"]

_PAIR = 2
_MANY_WORKSPACES = 8
"""From so many Anchor.toml on a repository is a collection of examples or tests."""
_SHARED = 0.5
"""Part of the smaller set of instructions, or of lines, that two copies must have in common."""
_NEARLY_ALL = 0.7
"""Part of the instructions that two programs of different names must have in common."""
_FEW = 2
"""So few instructions in common say nothing of programs with different names."""
_ENTRY_POINT = regex(
    r"\b(?:entrypoint|program_entrypoint|lazy_program_allocator|process_entrypoint)!|\bfn\s+process_instruction\b"
)
_ADDED = regex(r"_?(?:v\d+|program|contract|onchain|new|old|copy|legacy|backup|solana|anchor|native|pinocchio)(?=_|$)")
"""Words that people add to the name of a program when they copy it."""
_SHORTEST = 13
"""Characters of a line that says anything."""


def is_collection(context: Inspection, copies: list[Copy]) -> bool:
    """Whether the copies look like lessons or tests: by their paths, many workspaces, or more than two copies without an id in common."""
    if sum(EXAMPLE_FOLDER.search(one.program.root) is None for one in copies) <= 1:
        return True  # at most one of them is deployed
    ids = [{declared.address for declared in one.program.declared} for one in copies]
    apart = sum(len(one) for one in ids) == len(set().union(*ids))
    return (apart and len(copies) > _PAIR) or len(workspaces(context)) >= _MANY_WORKSPACES


@once_a_run
def compare(context: Inspection) -> list[list[Copy]]:
    """Groups of copies, the likeliest source of truth first."""
    built = [one for one in programs(context) if _is_built(one) and not context.is_foreign(one.root)]
    groups: list[list[Program]] = []
    for one, other in combinations(built, 2):
        if not _related(one, other, variants=_in_one_workspace(context, one, other)):
            continue
        touched = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in touched]
        groups.append(
            [program for program in built if program in (one, other) or any(program in group for group in touched)]
        )
    copies = [[describe(context, program) for program in group] for group in groups]
    return [sorted(group, key=lambda one: one.score, reverse=True) for group in copies]


def _is_built(program: Program) -> bool:
    """Whether a crate is a program of its own, with Anchor or without."""
    if not program.shared_object or program.source is None:
        return False
    return program.has_entry or (program.anchor is None and _ENTRY_POINT.search(program.source.code) is not None)


def _in_one_workspace(context: Inspection, one: Program, other: Program) -> bool:
    """Whether one Anchor.toml builds both: then they are two programs on purpose, however much they have in common."""
    return any(one in space.programs and other in space.programs for space in workspaces(context))


def _related(one: Program, other: Program, *, variants: bool) -> bool:
    """Whether two programs are copies of one.

    Args:
        one: a program.
        other: another one.
        variants: they are built side by side, under names of their own.
    """
    if one.ids & other.ids:
        return True
    if variants and one.name != other.name:
        return False
    mine, theirs = set(one.instructions), set(other.instructions)
    same_name = one.name == other.name or _plain(one.name) == _plain(other.name)
    if not mine or not theirs:
        # Nothing is known of the instructions of programs without Anchor: the name has to be the very same one.
        return one.name == other.name and (one.anchor is None) != (other.anchor is None)
    common = len(mine & theirs)
    if same_name:
        return common / min(len(mine), len(theirs)) >= _SHARED
    return common > _FEW and common / max(len(mine), len(theirs)) >= _NEARLY_ALL and _alike(one, other)


@cache
def _plain(name: str) -> str:
    return _ADDED.sub("", name).strip("_") or name


def _alike(one: Program, other: Program) -> bool:
    """Whether the crate roots have half of their lines in common."""
    mine, theirs = _lines(one), _lines(other)
    return bool(mine and theirs) and len(mine & theirs) / min(len(mine), len(theirs)) >= _SHARED


def _lines(program: Program) -> set[str]:
    text = program.source.uncommented if program.source else ""
    return {
        line for part in text.splitlines() if len(line := part.strip()) >= _SHORTEST and not line.startswith("use ")
    }
