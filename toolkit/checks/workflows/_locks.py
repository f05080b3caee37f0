"""Lock files that caches and frozen installs look for, and where."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._frozen import WORKSPACES, frozen_by
from toolkit.checks.workflows._expand import expand
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import inside, path_from, upward
from toolkit.roles import glob_expression

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._frozen import Frozen
    from toolkit.checks.workflows._model import Job, Step

__all__ = ["anything_matches", "caching", "has_lock", "is_told_by_install", "makes"]


_MAX_CHARS = 20_000
_INSTALLS = regex(
    r"\b(?:npm (?:i|install)|pnpm (?:i|install)|yarn install|uv lock|cargo (?:generate-lockfile|update))\b"
    r"(?![^\n]* (?:-g|--global|--frozen-lockfile|--immutable)\b)"
)


def has_lock(context: Inspection, folder: str, kind: Frozen) -> bool:
    """Whether a folder has a lock, or a workspace around it; npm goes up to the next project where a folder is none."""
    tracked = context.inventory.tracked_set
    if kind.workspace == WORKSPACES and "package-lock.json" in kind.names:
        folder = next((one for one in upward(folder) if inside(one, "package.json") in tracked), folder)
    below = False
    while True:
        here = any(path_from(folder, name) in tracked for name in kind.names)
        if here and (not below or _is_workspace(context, folder, kind.workspace)):
            return True
        if folder in ("", "."):
            return False
        folder, below = posixpath.dirname(folder) or ".", True


def _is_workspace(context: Inspection, folder: str, sign: tuple[str, str]) -> bool:
    name, key = sign
    path = path_from(folder, name)
    if not name or path not in context.inventory.tracked_set:
        return False
    if not key:
        return True
    try:
        data: Any = context.json(path) if path.endswith(".json") else context.toml(path)
    except Unreadable:
        return True
    return isinstance(data, dict) and key in data


def makes(step: Step, names: tuple[str, ...]) -> bool:
    """Whether an earlier step may have made a lock, or brought other files."""
    for earlier in step.job.steps[: step.index]:
        text = earlier.data.get("run")
        if isinstance(text, str) and (_INSTALLS.search(text[:_MAX_CHARS]) or any(name in text for name in names)):
            return True
        restored = "cache" in earlier.action and any(name in str(earlier.inputs.get("path")) for name in names)
        if "download-artifact" in earlier.action or restored:
            return True
    return any(name in step.script for name in names) or bool(re.search(r"\bgit (?:clone|checkout)\b", step.script))


def anything_matches(context: Inspection, pattern: str) -> bool:
    """Whether a tracked file matches a pattern of ``hashFiles``, which counts from the root."""
    pattern = posixpath.normpath(pattern)
    tracked = context.inventory.tracked_set
    if not re.search(r"[*?\[{!]", pattern):
        return pattern in tracked
    name = posixpath.basename(pattern)
    named = context.inventory.named(name) if not re.search(r"[*?\[{!]", name) else tracked
    expression = glob_expression(pattern)
    return any(path in tracked and expression.fullmatch(path) for path in named)


def caching(job: Job, home: str, kind: Frozen) -> tuple[Step, str] | None:
    """The step of a job that keeps a cache by a lock of a folder, and the path as written; ``None`` without one."""
    for step in job.steps:
        given = step.inputs.get("cache-dependency-path")
        for line in given.splitlines() if isinstance(given, str) else ():
            for text in expand(line.strip(), job) if line.strip() else ():
                path = job.repository_path(text)
                if path is not None and (posixpath.dirname(path) or ".", posixpath.basename(path)) in {
                    (home, name) for name in kind.names
                }:
                    return step, line.strip()
    return None


def is_told_by_install(context: Inspection, job: Job, path: str) -> bool:
    """Whether a job installs by the very lock that its cache names, and the folder has none: one cause, told for the install."""
    home, name = posixpath.dirname(path) or ".", posixpath.basename(path)
    if home not in context.inventory.folders and home != ".":
        return False
    for step in job.steps:
        for command in step.commands:
            asked = frozen_by(command)
            sure = (
                asked is not None
                and not command.depth
                and "||" not in (command.before, command.after)
                and command.cwd is not None
            )
            if asked is None or not sure or name not in asked[0].names:
                continue
            homes = [
                job.repository_path(posixpath.join(folder, command.cwd or ".", asked[1]), step.index)
                for folder in step.folders
            ]
            if homes == [home] and not has_lock(context, home, asked[0]) and not makes(step, asked[0].names):
                return True
    return False
