"""Caches and frozen installs that need a lock file which is not there."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._frozen import frozen_by
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._in_vain import in_vain
from toolkit.checks.workflows._locks import anything_matches, caching, has_lock, makes
from toolkit.checks.workflows._lost import finding_of, lost
from toolkit.checks.workflows._names import line_of
from toolkit.checks.workflows._setup_caches import add_path, locks_of_job, unmet
from toolkit.checks.workflows._workflows import is_called, scripted
from toolkit.expressions import regex
from toolkit.model import Fix, Place
from toolkit.places import below, path_from
from toolkit.references import lost_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step
    from toolkit.model import Finding


_NOWHERE = "and there is none"
_SHOWN = 12
_HASHED = regex(r"hashFiles\(([^()]*)\)")
_QUOTED = regex(r"'([^']+)'")
_PLAIN = regex(r"(?:[\w.-]+/)+[\w-][\w.-]*\.\w+")
"""A file by its whole path, which nobody takes for a pattern."""
_LOCK = regex(r"lock|go\.sum|requirements|pyproject|Pipfile|shrinkwrap|gradle|pom\.xml", re.IGNORECASE)


class WorkflowCacheWithoutLock(Check):
    """A cache or a frozen install needs a lock file that is not there.

    What it checks:
        ``cache-dependency-path`` that names no file of a clone (where its whole folder is lost and used elsewhere, that is
        ``workflow-reference-missing``); ``cache: npm|yarn|pnpm`` of setup-node without a lock at the root and without it; ``cache:
        pip|pipenv|poetry`` of setup-python, ``gradle`` and ``maven`` of setup-java without any of their files; ``npm ci``,
        ``--frozen-lockfile``, ``--immutable``, ``--locked`` and the like in folders that have no lock, nor does a workspace above
        them, ``--prefix`` and ``cd`` followed (told once, where a cache of the same job names the lock); keys of caches by the
        ``hashFiles`` of locks that are not there. setup-go, which caches unless it is told not to, only works without a cache. A
        lock that is missing is told once a file.

    Why it matters:
        The step ends with "Dependencies lock file is not found" or "can only install with an existing lock file"
        before anything is tested. A key without a lock never changes, and the first cache is kept for ever.

    How to fix:
        Name the lock of the folder the job works in by ``cache-dependency-path``; commit the lock that is missing.

    Fix safety:
        Safe where the job works in one folder that has the lock: the line is added; unsafe where the lock that is named lies at
        another place. Else manual.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        return _once(self._every(context))

    def _every(self, context: Inspection) -> Iterator[Finding]:
        for workflow in scripted(context):
            if workflow.is_library and not is_called(context, workflow):
                continue
            for fault in lost(context, workflow):
                if fault.lock:
                    yield finding_of(self, context, workflow, fault)
            gone = {
                lost_part(context, one.verdict.path) for one in lost(context, workflow) if one.verdict and one.folder
            }
            said: set[str] = set()
            for step in workflow.steps:
                yield from self._caches(context, step, said)
                yield from self._keys(context, step, said, gone)
                yield from self._installs(context, step, said)

    def _caches(self, context: Inspection, step: Step, said: set[str]) -> Iterator[Finding]:
        cache = str(step.inputs.get("cache", "")).lower()
        if step.inputs.get("cache-dependency-path") or step.job.repository_path(".", step.index) != ".":
            return
        names, fatal, text = unmet(context, step, cache)
        if names and text not in said and not makes(step, names):
            said |= {text, names[0]}
            yield self._cache(context, step, names, text, fatal=fatal)

    def _cache(
        self, context: Inspection, step: Step, names: tuple[str, ...], what: str, *, fatal: bool = True
    ) -> Finding:
        document = step.job.workflow.document
        found = locks_of_job(context, step, names)
        key = (*step.path, "with", "cache")
        line = document.position(key if document.place(key) else (*step.path, "uses"))
        by_hand = Fix("name the lock by cache-dependency-path, or remove the cache", "manual")
        fix = add_path(context, step, found[0]) if len(found) == 1 else None
        return self.finding(
            context,
            step.job.workflow.path,
            f"{what}, {_NOWHERE}: {'the step fails' if fatal else 'nothing is cached'}",
            line=line,
            evidence=f"the job works in {posixpath.dirname(found[0]) or '.'}" if found else step.uses,
            severity="error" if fatal else "info",
            fixes=(fix,) if fix else (by_hand,),
            causes=() if found else _causes(step, ".", names),
        )

    def _keys(self, context: Inspection, step: Step, said: set[str], gone: Collection[str]) -> Iterator[Finding]:
        """Keys of a cache that count on locks which are not there; what lies in folders that are ``gone`` is told with them."""
        if step.job.repository_path(".", step.index) != "." or in_vain(context, step):
            return
        for name in ("key", "cache-dependency-glob"):
            value = step.inputs.get(name)
            text = value if isinstance(value, str) else ""
            lists = [_QUOTED.findall(match) for match in _HASHED.findall(text)] if name == "key" else [text.split()]
            for patterns in lists:
                locks = [one for one in patterns if (_LOCK.search(one) or _PLAIN.fullmatch(one)) and "${{" not in one]
                if not locks or len(locks) < len(patterns) or any(anything_matches(context, one) for one in locks):
                    continue
                if all(any(below(folder, one) for folder in gone) for one in locks):
                    continue
                if context.inventory.ignored(one for one in locks if not _LOCK.search(one)):
                    continue  # what the job makes
                if text not in said and not makes(step, tuple(posixpath.basename(one) for one in locks)):
                    said.add(text)
                    yield self.finding(
                        context,
                        step.job.workflow.path,
                        f"the cache is kept by {', '.join(locks)}, and no clone has that: its key never changes{_again(step, name, locks, said)}",
                        line=step.job.workflow.document.value_line((*step.path, "with", name)),
                        evidence=" ".join(text.split())[:120],
                        # A pattern for any folder suits any repository: nobody looked for this lock.
                        severity="info" if all(one.startswith("**/") for one in locks) else "warning",
                        fixes=(Fix("name the lock that is there, or commit it", "manual"),),
                        causes=_causes(step, ".", [one.replace("**/", "") for one in locks if one[:1] != "*"]),
                    )

    def _installs(self, context: Inspection, step: Step, said: set[str]) -> Iterator[Finding]:
        for command in step.commands:
            asked = frozen_by(command)
            if asked is None or command.depth or "||" in (command.before, command.after) or command.cwd is None:
                continue
            kind, place = asked
            homes = [
                step.job.repository_path(posixpath.join(folder, command.cwd, place), step.index)
                for folder in step.folders
            ]
            # A folder that is not there is another check's fault.
            missing = [home for home in homes if home in context.inventory.folders or home == "."]
            if not homes or len(missing) < len(homes) or makes(step, kind.names):
                continue
            if any(has_lock(context, str(home), kind) for home in missing):
                continue
            lock = path_from(str(missing[0]), kind.names[0])
            if lock in said:
                continue
            said.add(lock)
            end = "it fails" if kind.fatal else "it takes whatever is newest"
            cache = caching(step.job, str(missing[0]), kind)
            needs = "needs" if cache is None else "and the cache before it need"
            line = step.line(command.line)
            if cache is not None:
                line = line_of(step.job.workflow, (*cache[0].path, "with", "cache-dependency-path"), cache[1])
            yield self.finding(
                context,
                step.job.workflow.path,
                f"`{' '.join(command.words[:3])}` {needs} {' or '.join(kind.names)} in {missing[0]}, and no clone has it: {end}",
                line=line,
                evidence=command.text[:120],
                severity="error" if kind.fatal and not is_on(step.data.get("continue-on-error")) else "warning",
                fixes=(Fix(f"commit {lock}", "manual"),),
                causes=_causes(step, str(missing[0]), kind.names),
            )


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    """What caches of several workflows look for at the root is one cause: the first, with the others as evidence."""
    groups: dict[object, list[Finding]] = {}
    for one in found:
        # What a job's own folder has is mended in that job.
        alike = _NOWHERE in one.message and one.evidence.startswith("actions/") and not one.fixes[0].actions
        groups.setdefault((one.message, one.severity) if alike else id(one), []).append(one)
    for first, *others in groups.values():
        places = ", ".join(f"{one.path}:{one.line}" for one in others[:_SHOWN])
        causes = tuple(cause for one in (first, *others) for cause in one.causes)
        related = tuple(Place(one.path, one.line) for one in others)
        text = f"{first.evidence}; so in {places}"
        yield replace(first, evidence=text, causes=causes, related=related) if others else first


def _again(step: Step, name: str, locks: list[str], said: set[str]) -> str:
    """The other steps of the workflow whose caches are kept by the same locks, which are told with this one."""
    lines = []
    for other in step.job.workflow.steps:
        text = other.inputs.get(name)
        if other.path != step.path and isinstance(text, str) and all(f"'{lock}'" in text for lock in locks):
            said.add(text)
            lines.append(str(step.job.workflow.document.value_line((*other.path, "with", name))))
    return f" (so with line {', '.join(lines)})" if lines else ""


def _causes(step: Step, folder: str, names: Iterable[str]) -> tuple[str, ...]:
    """The locks that this workflow asks for and that are not there."""
    return tuple(f"lock {path_from(folder, name)} in {step.job.workflow.path}" for name in names)
