"""Caches and frozen installs that need a lock file which is not there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._workflows import workflows
from toolkit.documents import DocumentError
from toolkit.model import EditFile, Fix, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step
    from toolkit.checks.workflows._shell import Simple
    from toolkit.model import Finding

_NODE = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
}
"""What ``setup-node`` looks for at the workspace's root, by its own list of patterns."""

_PYTHON = {
    "pip": ("requirements.txt", "pyproject.toml"),
    "pipenv": ("Pipfile.lock",),
    "poetry": ("poetry.lock",),
}
"""What ``setup-python`` looks for anywhere in the workspace."""

_FROZEN = (
    (re.compile(r"npm (?:ci|clean-install)\b"), ("package-lock.json", "npm-shrinkwrap.json")),
    (re.compile(r"pnpm (?:i|install)\b.*--frozen-lockfile(?!=false)"), ("pnpm-lock.yaml",)),
    (re.compile(r"yarn(?: install)?\b.*--(?:immutable|frozen-lockfile)\b"), ("yarn.lock",)),
    (re.compile(r"bun (?:i|install)\b.*--frozen-lockfile\b|bun ci\b"), ("bun.lock", "bun.lockb")),
    (re.compile(r"uv sync\b.*--(?:locked|frozen)\b"), ("uv.lock",)),
    (re.compile(r"cargo (?:\+\S+ )?(?:build|test|check|clippy|run)\b.*--locked\b"), ("Cargo.lock",)),
)
_ELSEWHERE = re.compile(r" (?:--prefix|-C|--dir|--cwd|--manifest-path|--project|--directory|-w|--workspace)\b")
_INSTALLS = re.compile(
    r"\b(?:npm (?:i|install)|pnpm (?:i|install)|yarn install|uv lock|cargo (?:generate-lockfile|update))\b"
)


class WorkflowCacheWithoutLock(Check):
    """A cache or a frozen install needs a lock file that is not there.

    What it checks:
        ``cache: npm|yarn|pnpm`` of setup-node without a lock at the root and without ``cache-dependency-path``;
        ``cache: pip|pipenv|poetry`` of setup-python without any of its files; ``npm ci``, ``--frozen-lockfile``,
        ``--immutable`` and ``--locked`` in folders that have no lock, nor does a workspace above them. setup-go, which
        caches unless it is told not to, only works without a cache.

    Why it matters:
        The step ends with "Dependencies lock file is not found" or "can only install with an existing lock file"
        before anything is tested.

    How to fix:
        Name the lock of the folder the job works in by ``cache-dependency-path``; commit the lock that is missing.

    Fix safety:
        Safe where the job works in one folder that has the lock: the line is added. Else manual.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            if workflow.is_library:
                continue
            for step in workflow.steps:
                yield from self._caches(context, step)
                for command in step.commands:
                    yield from self._installs(context, step, command)

    def _caches(self, context: Inspection, step: Step) -> Iterator[Finding]:
        cache = str(step.inputs.get("cache", "")).lower()
        if step.inputs.get("cache-dependency-path") or step.job.repository_path(".", step.index) != ".":
            return
        if step.action == "actions/setup-node" and cache in _NODE:
            if not any(_is_there(context, name) for name in _NODE[cache]) and not _makes(step, _NODE[cache]):
                yield self._cache(
                    context, step, _NODE[cache], f"cache: {cache} looks for {_NODE[cache][0]} at the root"
                )
        elif step.action == "actions/setup-python" and cache in _PYTHON:
            names = _PYTHON[cache]
            if not any(path in context.inventory.tracked_set for path in context.inventory.named(*names)):
                yield self._cache(context, step, names, f"cache: {cache} looks for {' or '.join(names)}")
        elif step.action == "actions/setup-go" and cache != "false" and _major(step) >= 4:
            locks = context.inventory.by_name.get("go.sum", ())
            if locks and not _is_there(context, "go.sum"):
                text = "setup-go caches by the root's go.sum"
                yield self._cache(context, step, ("go.sum",), text, fatal=False)

    def _cache(
        self, context: Inspection, step: Step, names: tuple[str, ...], what: str, *, fatal: bool = True
    ) -> Finding:
        document = step.job.workflow.document
        found = _locks_of_job(context, step, names)
        key = (*step.path, "with", "cache")
        line = document.position(key if document.place(key) else (*step.path, "uses"))
        by_hand = Fix("name the lock by cache-dependency-path, or remove the cache", "manual")
        fix = _add_path(context, step, found[0]) if len(found) == 1 else None
        return self.finding(
            context,
            step.job.workflow.path,
            f"{what}, and there is none: {'the step fails' if fatal else 'nothing is cached'}",
            line=line,
            evidence=f"the job works in {posixpath.dirname(found[0]) or '.'}" if found else step.uses,
            severity="error" if fatal else "info",
            fixes=(fix,) if fix else (by_hand,),
        )

    def _installs(self, context: Inspection, step: Step, command: Simple) -> Iterator[Finding]:
        if command.depth or "||" in (command.before, command.after) or command.cwd is None:
            return
        text = command.text
        names = next((names for pattern, names in _FROZEN if pattern.match(text)), ())
        if not names or _ELSEWHERE.search(text) or _makes(step, names) or not step.folders:
            return
        missing = []
        for folder in step.folders:
            home = step.job.repository_path(posixpath.join(folder, command.cwd), step.index)
            if home is None or home not in context.inventory.folders or _lock_above(context, home, names):
                return
            missing.append(home)
        caught = step.data.get("continue-on-error") is True
        yield self.finding(
            context,
            step.job.workflow.path,
            f"`{' '.join(command.words[:3])}` needs {' or '.join(names)} in {missing[0]}, and no clone has it: it fails",
            line=step.line(command.line),
            evidence=text[:120],
            severity="warning" if caught else "error",
            fixes=(Fix(f"commit {posixpath.normpath(posixpath.join(missing[0], names[0]))}", "manual"),),
        )


def _is_there(context: Inspection, path: str) -> bool:
    return path in context.inventory.tracked_set


def _lock_above(context: Inspection, folder: str, names: tuple[str, ...]) -> str:
    """The lock of a folder or of a workspace around it."""
    while True:
        for name in names:
            path = posixpath.normpath(posixpath.join(folder, name))
            if _is_there(context, path):
                return path
        if folder in ("", "."):
            return ""
        folder = posixpath.dirname(folder) or "."


def _makes(step: Step, names: tuple[str, ...]) -> bool:
    """Whether an earlier step may have made a lock, or brought other files."""
    for earlier in step.job.steps[: step.index]:
        text = earlier.data.get("run")
        if isinstance(text, str) and (_INSTALLS.search(text) or any(name in text for name in names)):
            return True
        if "download-artifact" in earlier.action or ("cache" in earlier.action and "lock" in str(earlier.inputs)):
            return True
    return any(name in step.script for name in names) or bool(re.search(r"\bgit (?:clone|checkout)\b", step.script))


def _locks_of_job(context: Inspection, step: Step, names: tuple[str, ...]) -> list[str]:
    """Locks in the folders that the job's scripts work in."""
    found: dict[str, None] = {}
    for other in step.job.steps:
        for command in other.commands:
            for folder in other.folders if command.cwd is not None else ():
                home = step.job.repository_path(posixpath.join(folder, command.cwd or "."), other.index)
                for name in names:
                    path = posixpath.normpath(posixpath.join(home or ".", name))
                    if home is not None and _is_there(context, path):
                        found[path] = None
    return list(found)


def _add_path(context: Inspection, step: Step, lock: str) -> Fix | None:
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
