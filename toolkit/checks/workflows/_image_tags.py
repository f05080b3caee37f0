"""Images that a step asks for by the whole commit, though they are pushed under the first digits of it alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._workflows import every_workflow
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step, Workflow

__all__ = ["untagged"]

_NAMES = "docker/metadata-action"
_BLANKS = regex(r"(?<=\$\{\{)\s+|\s+(?=\}\})")
_GIVEN = regex(r"\$\{\{steps\.[\w-]+\.outputs\.tags\}\}")
_OPEN = regex(r":\S*[$]|sha")
"""In tags: what may be the commit."""
_WHOLE = regex(r"format=long|github\.sha|GITHUB_SHA")
_PUSHES = regex(r"\b(?:docker|podman|buildah|skopeo|crane)\b[^\n]*\b(?:build|tag|push|copy|bake)\b")
_ROLLS_OUT = regex(r"\bhelm[ \t]+(?:upgrade|install)\b")
_COMMIT = r"(?:\$\{\{github\.sha\}\}|\$\{?GITHUB_SHA\b\}?)(?![\w.-])"


def untagged(context: Inspection, workflow: Workflow) -> Iterator[tuple[Step, list[int], str]]:
    """Tags by which steps ask for an image that never gets them: the first step, the lines, and what is asked for; of Helm where it rolls out."""
    named = [step for step in workflow.steps if step.action == _NAMES]
    lines = {_plain(line.strip()) for step in named for line in str(step.inputs.get("images", "")).splitlines()}
    images = "|".join(map(re.escape, sorted(lines - {""})))
    given = any(_GIVEN.search(_tags(step)) for step in workflow.steps)
    if (
        not images
        or not given
        or any(_may_tag(workflow, step) for one in every_workflow(context) for step in one.steps)
    ):
        return
    wanted = re.compile(rf"(?:(?:{images}):|\bimage\.tag=){_COMMIT}")
    found: dict[str, list[tuple[Step, int]]] = {}
    for step in workflow.steps:
        texts = [(line, step.line(index)) for index, line in enumerate(step.script.splitlines())]
        place = workflow.document.position
        texts += [(str(value), place((*step.path, "with", key))[0]) for key, value in step.inputs.items()]
        for text, at in texts:
            match = wanted.search(_plain(text))
            if match and (":" in match[0] or _ROLLS_OUT.search(step.script)):
                found.setdefault(match[0], []).append((step, at))
    yield from ((places[0][0], [at for _, at in places], image) for image, places in found.items())


def _may_tag(workflow: Workflow, step: Step) -> bool:
    """Whether a step may give an image of a workflow the whole commit for a tag."""
    tags = _GIVEN.sub("", _tags(step))
    if step.action == _NAMES:
        return _WHOLE.search(tags) is not None or "DOCKER_METADATA" in str((step.data, step.job.data.get("env")))
    pushes = _PUSHES.search(step.script) is not None
    near = (
        step.job.workflow.path == workflow.path or _WHOLE.search(str((step.data, step.job.data.get("env")))) is not None
    )
    return _OPEN.search(tags) is not None or (pushes and near)


def _tags(step: Step) -> str:
    return _plain(str(step.inputs.get("tags", "")))


def _plain(text: str) -> str:
    """A text whose expressions have no blanks at their ends."""
    return _BLANKS.sub("", text)
