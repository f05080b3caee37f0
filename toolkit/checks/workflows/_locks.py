"""Lock files that caches and frozen installs look for, and where."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._expand import expand
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import inside, path_from, upward
from toolkit.roles import glob_expression
from toolkit.values import frozen
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step

__all__ = ["Frozen", "anything_matches", "caching", "frozen_by", "has_lock", "is_told_by_install", "makes"]


@frozen
class Frozen:
    """An install that needs a lock.

    Args:
        names: the locks, any of which will do.
        workspace: the file beside a lock further up that makes the lock count below, and the key in it.
        fatal: whether it fails without.
    """

    names: tuple[str, ...]
    workspace: tuple[str, str] = ("", "")
    fatal: bool = True


_NPM = ("package.json", "workspaces")
_FROZEN = (
    (
        regex(r"npm\b.* (?:ci|clean-install|install-clean|cit)\b"),
        Frozen(("package-lock.json", "npm-shrinkwrap.json"), _NPM),
    ),
    (
        regex(r"pnpm\b.* (?:i|install)\b.*--frozen-lockfile(?!=false)|pnpm (?:ci|install-clean)\b"),
        Frozen(("pnpm-lock.yaml",), ("pnpm-workspace.yaml", "")),
    ),
    (regex(r"yarn\b.*--immutable\b"), Frozen(("yarn.lock",), _NPM)),
    # Yarn 1 goes on without a lock, and freezes nothing.
    (regex(r"yarn\b.*--frozen-lockfile\b"), Frozen(("yarn.lock",), _NPM, fatal=False)),
    (regex(r"bun (?:i|install)\b.*--frozen-lockfile\b|bun ci\b"), Frozen(("bun.lock", "bun.lockb"), _NPM)),
    (regex(r"uv (?:sync|run)\b.*--(?:locked|frozen)\b"), Frozen(("uv.lock",), ("pyproject.toml", "tool"))),
    (
        regex(r"cargo (?:\+\S+ )?(?:build|test|check|clippy|run|nextest)\b.*--(?:locked|frozen)\b"),
        Frozen(("Cargo.lock",), ("Cargo.toml", "workspace")),
    ),
    (regex(r"pipenv (?:install\b.*--deploy|sync\b)"), Frozen(("Pipfile.lock",))),
    (regex(r"bundle install\b.*--(?:frozen|deployment)\b"), Frozen(("Gemfile.lock",))),
    (regex(r"pdm (?:install|sync)\b.*--frozen-lockfile\b"), Frozen(("pdm.lock",))),
    (regex(r"poetry (?:check --lock|sync)\b"), Frozen(("poetry.lock",))),
)
_PLACES = ("--prefix", "-C", "--dir", "--cwd", "--directory", "--project")
_MAX_CHARS = 20_000
_SELECTS = regex(r" (?:-w|--workspaces?|--filter|-F|-r|--recursive|--package|--path)\b")
_INSTALLS = regex(
    r"\b(?:npm (?:i|install)|pnpm (?:i|install)|yarn install|uv lock|cargo (?:generate-lockfile|update))\b"
    r"(?![^\n]* (?:-g|--global|--frozen-lockfile|--immutable)\b)"
)


def frozen_by(command: Simple) -> tuple[Frozen, str] | None:
    """The lock that a command needs, and the folder it is told to work in; ``None`` where it needs none for sure."""
    text = command.text
    kind = next((kind for pattern, kind in _FROZEN if pattern.match(text)), None)
    if kind is None or _SELECTS.search(text):
        return None
    place = option(command.words, *_PLACES)
    if manifest := option(command.words, "--manifest-path"):
        place = posixpath.dirname(manifest) or "."
    return None if place.startswith(("/", "~")) or re.search(r"[$*`]", place) else (kind, place or ".")


def has_lock(context: Inspection, folder: str, kind: Frozen) -> bool:
    """Whether a folder has a lock, or a workspace around it; npm goes up to the next project where a folder is none."""
    tracked = context.inventory.tracked_set
    if kind.workspace == _NPM and "package-lock.json" in kind.names:
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
