"""The workflows that GitHub runs and the actions of the repository itself, read once for all checks."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.workflows._model import Workflow
from toolkit.documents import yaml
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["FOLDER", "actions", "every_workflow", "is_called", "is_workflow", "scripted", "workflows"]

FOLDER = ".github/workflows"
_ENDINGS = (".yml", ".yaml")


def is_workflow(path: str) -> bool:
    """Whether GitHub reads a file as a workflow: directly in the root's folder."""
    return posixpath.dirname(path) == FOLDER and path.endswith(_ENDINGS)


@once_a_run
def every_workflow(context: Inspection) -> tuple[Workflow, ...]:
    """All workflows at the root that can be read; ``config-unparsable`` speaks of the others."""
    listed = sorted(path for path in context.below(FOLDER) if is_workflow(path))
    dropped = context.inventory.ignored(path for path in listed if path not in context.inventory.tracked_set)
    return tuple(_read(context, [path for path in listed if path not in dropped]))


def workflows(context: Inspection) -> Iterator[Workflow]:
    """The workflows to report on: all, or those that ``--changed`` leaves."""
    return (one for one in every_workflow(context) if context.shows(one.path))


@once_a_run
def actions(context: Inspection) -> tuple[Workflow, ...]:
    """The composite actions of the repository, wherever they lie: steps that workflows call by a path."""
    tracked = context.inventory.tracked_set
    listed = sorted(path for path in context.inventory.named("action.yml", "action.yaml") if path in tracked)
    return tuple(one for one in _read(context, listed) if one.is_action)


def scripted(context: Inspection) -> Iterator[Workflow]:
    """Workflows and composite actions to report on: all that has steps."""
    yield from workflows(context)
    yield from (one for one in actions(context) if context.shows(one.path))


def is_called(context: Inspection, workflow: Workflow) -> bool:
    """Whether a job of this repository calls a reusable workflow, or a step a composite action.

    An action that a workflow also calls in a checkout elsewhere (``./there/.github/actions/a``) works in several layouts.
    """
    called, folder = _called_here(context), posixpath.dirname(workflow.path) or "."
    moved = (one for one in called if one.endswith(f"/{folder}") and one not in context.inventory.folders)
    return not called.isdisjoint((workflow.path, folder)) and not any(moved)


@once_a_run
def _called_here(context: Inspection) -> frozenset[str]:
    """What jobs and steps of the repository call by its path."""
    jobs = [job for one in (*every_workflow(context), *actions(context)) for job in one.jobs]
    used = [job.data.get("uses") for job in jobs] + [step.uses for job in jobs for step in job.steps]
    texts = [text.partition("@")[0] for text in used if isinstance(text, str)]
    plain = [posixpath.normpath(text) for text in texts if text.startswith("./")]
    # A workflow may be called with the repository's own name before its path.
    return frozenset([*plain, *(text[at:] for text in texts if (at := text.find(f"{FOLDER}/")) > 0)])


def _read(context: Inspection, paths: list[str]) -> Iterator[Workflow]:
    for path, document in context.documents(paths, yaml.parse):
        if isinstance(document.data, dict):
            yield Workflow(path, document, document.data)
