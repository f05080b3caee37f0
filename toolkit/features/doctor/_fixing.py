"""One plan out of the fixes of many findings; where two contradict, one wins by rule and the other is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.features.doctor._results import worst_first
from toolkit.model import EditFile, Materialize, MoveFile, Plan, RemoveTree, RunCommand, WriteFile
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model import Action, Finding, Fix, Safety, Span

__all__ = ["Chosen", "Conflict", "Repair", "repair_of"]


@frozen
class Chosen:
    """A finding with the fix that the plan holds for it."""

    finding: Finding
    fix: Fix


@frozen
class Conflict:
    """A fix that is left out because another one, of a worse or earlier finding, touches the same place."""

    loser: Chosen
    winner: Chosen
    path: str


@frozen
class Repair:
    """What ``doctor --fix`` is about to do.

    Args:
        plan: the actions, edits of one file joined.
        chosen: the findings it means to end.
        conflicts: fixes that lost.
        unsafe: findings that have only an unsafe fix, which was not asked for.
        manual: findings that need a person.
    """

    plan: Plan
    chosen: tuple[Chosen, ...]
    conflicts: tuple[Conflict, ...] = ()
    unsafe: tuple[Finding, ...] = ()
    manual: tuple[Finding, ...] = ()


def repair_of(findings: Iterable[Finding], *, unsafe: bool = False) -> Repair:
    """Choose the first allowed fix of each finding and join them, worst finding first.

    Copies that others maintain are left alone: their findings are counted among ``manual``.
    """
    allowed: tuple[Safety, ...] = ("safe", "unsafe") if unsafe else ("safe",)
    draft = _Draft()
    for one in worst_first(findings):
        fix = next((fix for fix in one.fixes if fix.safety in allowed and fix.actions), None)
        if fix is not None and not one.vendored:
            draft.add(Chosen(one, fix))
        elif any(fix.safety == "unsafe" and fix.actions for fix in one.fixes) and not one.vendored:
            draft.unsafe.append(one)
        else:
            draft.manual.append(one)
    return draft.repair()


class _Draft:
    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.chosen: list[Chosen] = []
        self.conflicts: list[Conflict] = []
        self.unsafe: list[Finding] = []
        self.manual: list[Finding] = []
        self.owners: list[tuple[Action, Chosen]] = []

    def add(self, one: Chosen) -> None:
        """Take all actions of a fix, or none."""
        new: list[Action] = []
        for action in one.fix.actions:
            if action in self.actions:
                continue
            clash = next(
                ((other, owner) for other, owner in self.owners if (_clash(action, other))),
                None,
            )
            if clash is not None:
                path = next(iter(_paths(action)), "")
                self.conflicts.append(Conflict(one, clash[1], path))
                return
            new.append(action)
        self.actions.extend(new)
        self.owners.extend((action, one) for action in new)
        self.chosen.append(one)

    def repair(self) -> Repair:
        """The plan, with all edits of one file as one action."""
        edits: dict[str, EditFile] = {}
        joined: list[Action] = []
        for action in self.actions:
            if isinstance(action, EditFile) and action.path in edits:
                first = edits[action.path]
                extra = tuple(span for span in action.spans if span not in first.spans)
                edits[action.path] = replace(first, spans=_sorted(action.path, (*first.spans, *extra)))
            else:
                joined.append(action)
                if isinstance(action, EditFile):
                    edits[action.path] = action
        # Programs come last: a lock is made of manifests as they will be.
        joined.sort(key=lambda action: isinstance(action, RunCommand))
        final = tuple(edits[action.path] if isinstance(action, EditFile) else action for action in joined)
        count = len(self.chosen)
        plan = Plan(f"doctor --fix: {count} finding{'s' if count != 1 else ''}", final)
        return Repair(plan, tuple(self.chosen), tuple(self.conflicts), tuple(self.unsafe), tuple(self.manual))


def _clash(one: Action, other: Action) -> bool:
    """Whether two different actions cannot both be done as they were meant."""
    if isinstance(one, EditFile) and isinstance(other, EditFile) and one.path == other.path:
        same = one.expected_digest == other.expected_digest
        pairs = ((a, b) for a in one.spans for b in other.spans if a != b)
        return not same or any(_overlap(a, b) and not _are_items(one.path, a, b) for a, b in pairs)
    return any(_touch(a, b) for a in _paths(one) for b in _paths(other))


def _are_items(path: str, one: Span, other: Span) -> bool:
    """Whether two insertions at one place are items of a list in which no order counts: rules, or what is declared."""
    if not one.start == one.end == other.start == other.end:
        return False
    name = path.rpartition("/")[2]
    before = all(span.text.rstrip().endswith(b",") for span in (one, other))
    behind = all(span.text.startswith(b",") for span in (one, other))
    return name == ".gitignore" or (name == "package.json" and (before or behind))


def _sorted(path: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans with what is declared at one place by name; elsewhere as they are."""
    declared = path.rpartition("/")[2] == "package.json"
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.text))) if declared else spans


def _overlap(one: Span, other: Span) -> bool:
    """Two insertions at one place clash too: their order would be a guess."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _paths(action: Action) -> tuple[str, ...]:
    """The paths that an action changes."""
    match action:
        case MoveFile(source, target, _):
            return source, target
        case WriteFile() | EditFile() | RemoveTree() | Materialize():
            return (action.path,)
        case RunCommand():
            return (action.changes,) if action.changes else ()
