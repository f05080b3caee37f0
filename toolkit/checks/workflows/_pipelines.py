"""Tests and builds whose failure the pipelines of GitLab, CircleCI, Azure, Bitbucket and Cloud Build swallow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._optional import may_be_tried
from toolkit.checks.workflows._swallowing import swallowed
from toolkit.documents import yaml
from toolkit.places import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._swallowing import Swallowed
    from toolkit.documents import Path

__all__ = ["swallowed_in_pipelines"]

_FILES = (
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
    "cloudbuild.yml",
)
_SCRIPTS = frozenset({"script", "run", "command", "bash", "args"})
"""Keys under which their jobs and steps have a script, or the lines of one."""
_MAY_FAIL = ("allow_failure", "allowFailure", "continueOnError")


def swallowed_in_pipelines(context: Inspection) -> Iterator[tuple[str, int, Swallowed]]:
    """Every command of a pipeline whose failure an alternative swallows: the file, the line, the command."""
    there = [path for path in _FILES if path in context.inventory.tracked_set and context.shows(path)]
    for path, document in context.documents(there, yaml.parse):
        for place, text in _scripts(document.data, ()):
            # How each of their shells ends is not looked at: only what is written beside the command.
            for one in swallowed(text, stops=True):
                yield path, document.text_line(place, one.command.line), one


def _scripts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The scripts of what must not fail, with their places."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _scripts(item, (*path, index))
    if not isinstance(data, dict) or any(data.get(key) for key in _MAY_FAIL):
        return
    if any(may_be_tried(str(one)) for one in (*path[-1:], data.get("name"), data.get("displayName"))):
        return
    for key, value in data.items():
        if key in _SCRIPTS and not isinstance(value, dict):
            for index, text in enumerate(several(value)):
                if isinstance(text, str):
                    yield (*path, key, index) if isinstance(value, list) else (*path, key), text
        elif key != "after_script":
            yield from _scripts(value, (*path, key))
