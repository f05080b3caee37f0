"""The locks that caches of setup actions look for, and where a job has them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.documents import DocumentError
from toolkit.expressions import regex
from toolkit.model import EditFile, Fix, Span
from toolkit.packages import SETUP_NODE_CACHES, SETUP_PYTHON_CACHES
from toolkit.places import path_from
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step

__all__ = ["add_path", "locks_of_job", "unmet"]

_ANYWHERE = {
    ("actions/setup-java", "gradle"): regex(r"\.gradle(?:\.kts)?$|gradle-wrapper\.properties$|libs\.versions\.toml$"),
    ("actions/setup-java", "maven"): regex(r"(?:^|/)pom\.xml$"),
    ("actions/setup-dotnet", "true"): regex(r"(?:^|/)packages\.lock\.json$"),
}
"""Other caches, with the files of which one has to be anywhere."""


def unmet(context: Inspection, step: Step, cache: str) -> tuple[tuple[str, ...], bool, str]:
    """The locks that a cache looks for and does not find, whether the step fails without, and the fault in words."""
    nothing: tuple[tuple[str, ...], bool, str] = ((), False, "")
    if step.action == "actions/setup-node" and cache in SETUP_NODE_CACHES:
        names = SETUP_NODE_CACHES[cache]
        there = any(_is_there(context, name) for name in names)
        return nothing if there else (names, True, f"cache: {cache} looks for {names[0]} at the root")
    if step.action == "actions/setup-python" and cache in SETUP_PYTHON_CACHES:
        names = SETUP_PYTHON_CACHES[cache]
        there = any(path in context.inventory.tracked_set for path in context.inventory.named(*names))
        return nothing if there else (names, True, f"cache: {cache} looks for {' or '.join(names)}")
    if pattern := _ANYWHERE.get((step.action, cache)):
        there = any(pattern.search(path) for path in context.inventory.tracked_set)
        return nothing if there else ((cache,), True, f"cache: {cache} looks for files of its kind")
    if step.action == "actions/setup-go" and cache != "false" and _major(step) >= 4:
        elsewhere = bool(context.inventory.by_name.get("go.sum", ()))
        if elsewhere and not _is_there(context, "go.sum"):
            return ("go.sum",), False, "setup-go caches by the root's go.sum"
    return nothing


def _is_there(context: Inspection, path: str) -> bool:
    return path in context.inventory.tracked_set


def locks_of_job(context: Inspection, step: Step, names: tuple[str, ...]) -> list[str]:
    """Locks in the folders that the job's scripts work in."""
    found: dict[str, None] = {}
    for other in step.job.steps:
        for command in other.commands:
            for folder in other.folders if command.cwd is not None else ():
                home = step.job.repository_path(posixpath.join(folder, command.cwd or "."), other.index)
                for name in names:
                    path = path_from(home or ".", name)
                    if home is not None and _is_there(context, path):
                        found[path] = None
    return list(found)


def add_path(context: Inspection, step: Step, lock: str) -> Fix | None:
    """A line with ``cache-dependency-path`` after the one with ``cache``."""
    document = step.job.workflow.document
    key = (*step.path, "with", "cache")
    place, node = document.place(key), document.node((*step.path, "with"))
    if place is None or node is None or node.flow:
        return None
    content = document.text.content
    end = content.find("\n", place.end)
    end = len(content) if end < 0 else end
    start = content.rfind("\n", 0, place.first) + 1
    indent = content[start : place.first]
    if indent.strip(" ") not in ("", "-"):
        return None
    end -= content[:end].endswith("\r")
    try:
        at = document.text.byte(end)
    except DocumentError:
        return None
    line = f"{document.text.newline}{' ' * len(indent)}cache-dependency-path: {lock}"
    path = step.job.workflow.path
    edit = EditFile(path, (Span(at, at, line.encode()),), digest_bytes(context.read(path)))
    return Fix(f"add cache-dependency-path: {lock}", "safe", (edit,))


def _major(step: Step) -> int:
    match = re.search(r"@v(\d+)", step.uses)
    return int(match[1]) if match else 5
