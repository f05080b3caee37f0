"""Composite actions: their ``run`` steps ignore a workflow's defaults, so each gets its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.features.relocation._editor import open_document
from toolkit.features.relocation._expressions import Scope
from toolkit.features.relocation._steps import Steps
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.relocation._world import Note, World

__all__ = ["Composite", "manifest_of", "rewrite"]


@frozen
class Composite:
    """An action after the edits; ``content`` is ``None`` where nothing changes."""

    path: str
    content: bytes | None
    notes: tuple[Note, ...]
    local: Mapping[str, list[dict[str, Any]]]


def manifest_of(folder: str, world: World) -> str | None:
    """The file that describes the action of a folder."""
    names = ("action.yml", "action.yaml")
    return next((f"{folder}/{name}" for name in names if f"{folder}/{name}" in world.files), None)


def rewrite(path: str, sub: str, world: World, passed: list[dict[str, Any]], *, in_use: bool) -> Composite:
    """Edit an action for callers at the root.

    Args:
        path: its ``action.yml``.
        sub: the subproject's folder.
        world: the repository.
        passed: the inputs that its callers give.
        in_use: a workflow at the root calls it already, so that it must work as it is.

    Raises:
        UndecidedError: something that only a person can decide.
    """
    editor = open_document(path, world.read(path))
    runs = editor.document.data.get("runs")
    steps = runs.get("steps") if isinstance(runs, dict) else None
    if not isinstance(runs, dict) or runs.get("using") != "composite" or not isinstance(steps, list):
        return Composite(path, None, (), {})
    if in_use:
        if all(_adapted(step, sub) for step in steps):
            return Composite(path, None, (), {})
        raise editor.undecided(("runs", "steps"), "a workflow at the root uses this action as it is")
    local: dict[str, list[dict[str, Any]]] = {}
    scope = Scope(inputs=editor.document.data.get("inputs"), passed=tuple(passed))
    worker = Steps(editor, sub, world, scope, local)
    for index, step in enumerate(steps):
        if not isinstance(step, dict):
            raise editor.undecided(("runs", "steps", index), "a step that is no mapping")
        place = ("runs", "steps", index)
        worker.step(place, step, default=False)
        worker.hash_files(step, place)
        worker.review(step, place)
    content = editor.finish() if editor.spans else None
    return Composite(path, content, tuple(sorted(editor.notes)), local)


def _adapted(step: Any, sub: str) -> bool:
    given = step.get("working-directory") if isinstance(step, dict) else None
    return not isinstance(step, dict) or "run" not in step or str(given) == sub or str(given).startswith(f"{sub}/")
