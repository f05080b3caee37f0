"""Images that steps build from another folder than the one that their Dockerfiles count from."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.contexts import elsewhere
from toolkit.checks.references._images.builds import asked
from toolkit.checks.references._scripts.workflow_steps import MATRIX, filled_in, legs, steps_of, told
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Built", "misbuilt"]

_COMMAND = regex(r"\bdocker(?:[ \t]+buildx)?[ \t]+build\b[^\n]*\$\{\{[ \t]*matrix\.[^\n]*")
_CONTINUED = regex(r"\\\n[ \t]*")
_ACTION = "docker/build-push-action"


class Built(NamedTuple):
    """A step whose builds stop.

    Args:
        path, line: where it stands.
        images: the Dockerfiles, each with a source that its build context lacks.
        other: the folder that has them.
    """

    path: str
    line: int
    images: dict[str, str]
    other: str


def misbuilt(context: Inspection) -> Iterator[Built]:
    """The steps of all workflows that build an image by an action, or one for each value of a matrix that is written there."""
    for path in context.below(".github/workflows"):
        text = text_of(context, path, errors="replace") if path.endswith((".yml", ".yaml")) else ""
        if not context.shows(path) or not ("docker" in text and "build" in text):
            continue
        document = context.readable(path, yaml.parse)
        for where, job, step in steps_of(document.data) if document is not None else ():
            if "working-directory" in step or "defaults" in job:
                continue
            for key, *named in _builds(step):
                line = document.position((*where, *key))[0] if document is not None else 0
                given, folder = (told(one, step, job, document and document.data) for one in named)
                yield from _judged(context, (path, _exact(text, line, folder)), job, given, folder)


def _builds(step: dict[str, object]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The builds of a step: where each stands, its Dockerfile and its context; of commands those with a value of the matrix open in one of them."""
    run, inputs = step.get("run"), table(step.get("with"))
    for match in _COMMAND.finditer(_CONTINUED.sub(" ", run)) if isinstance(run, str) else ():
        marked = MATRIX.sub(r"${{matrix.\1}}", match[0])
        given, rest = asked(tuple(word.strip("\"'") for word in marked.split()))
        if len(rest) == 1:
            yield ("run",), given, rest[0]
    if str(step.get("uses")).startswith(_ACTION) and isinstance(inputs.get("context"), str):
        yield ("with", "context"), str(inputs.get("file") or ""), str(inputs["context"])


def _judged(
    context: Inspection, place: tuple[str, int], job: dict[str, Any], given: str, folder: str
) -> Iterator[Built]:
    found: dict[str, dict[str, str]] = {}
    open_in = MATRIX.search(f"{folder} {given}")
    for leg in (*legs(job), *_computed(context, place[0], job, folder)) if open_in else ({},):
        home, file = (posixpath.normpath(filled_in(one, leg)) if one else "" for one in (folder, given))
        file = file or posixpath.join(home, "Dockerfile")
        if "$" not in home + file and context.is_file(file) and home in (*context.inventory.folders, "."):
            lost = elsewhere(context, file, home)
            if lost:
                found.setdefault(lost[0], {})[file] = lost[1]
    yield from (Built(*place, images, other) for other, images in found.items())


def _computed(context: Inspection, path: str, job: dict[str, Any], folder: str) -> Iterator[dict[str, str]]:
    """The values of a matrix that another job computes, as folders with a Dockerfile and the rest of the workflow name them."""
    match = MATRIX.search(folder)
    if match and isinstance(table(job, "strategy", "matrix").get(match[1]), str):
        before, after = posixpath.normpath(folder[: match.start()] + "_")[:-1], folder[match.end() :]
        way = re.compile(rf"{re.escape(before)}([\w.-]+){re.escape(after)}/Dockerfile")
        text = text_of(context, path, errors="replace")
        for name in (one[1] for one in map(way.fullmatch, context.matching("Dockerfile")) if one):
            if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                yield {match[1]: name}


def _exact(text: str, line: int, folder: str) -> int:
    """The line from one on that has the folder as it is written."""
    written = MATRIX.split(folder)[0] or folder
    lines = text.splitlines()
    return next(
        (at for at in range(line, len(lines) + 1) if "matrix." in lines[at - 1] and written in lines[at - 1]), line
    )
