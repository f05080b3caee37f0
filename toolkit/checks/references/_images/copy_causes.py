"""What is one fault of many copies in Dockerfiles, and the one finding for it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.references import lost_part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

__all__ = ["LEFT_OUT", "LOCKS", "MISSES", "NO_MODULES", "NO_STAGE", "by_fault", "together"]

_IGNORED = regex(r"(?:\S*/)?([\w.-]+) is ignored by git, so that no clone has it")
_NEEDED = regex(r" needs (\S+): ")
MISSES = "the build context does not hold it"
LEFT_OUT = ".dockerignore leaves it out of the build context"
NO_MODULES = "names modules that no COPY brings into the stage"
NO_STAGE = "No stage before this line is called"
_NOT_THERE = regex(r"(?:^|; )([^;]{1,300}?) does not exist(?=;|$)")
_OF_LOCK = regex(r"` makes |its workspace keeps one ")
_MOST_PLACES = 12
_MOST_CAUSES = 2
"""How many lost sources of one Dockerfile are told of one by one."""
_WRAPPER = regex(r"(?:^|/)(?:gradle|gradlew|gradle/wrapper|mvnw|\.mvn)(?:/|$)")
"""The parts of a wrapper, which are committed together or not at all."""
LOCKS = {
    "package-lock.json": "npm install --package-lock-only",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install --lockfile-only",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
    "Cargo.lock": "cargo generate-lockfile",
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "go.sum": "go mod tidy",
    "Gemfile.lock": "bundle lock",
    "composer.lock": "composer update",
    "Pipfile.lock": "pipenv lock",
    "mix.lock": "mix deps.get",
    "pubspec.lock": "dart pub get",
}
"""The lock files of package managers, and the commands that make them."""


def by_fault(context: Inspection, findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """The findings of each fault: of one cause, of copies of one Dockerfile, of one Dockerfile that is of another time."""
    causes: dict[str, list[Finding]] = {}
    for one in findings:
        causes.setdefault(_cause(context, one), []).append(one)
    many = Counter(found[0].path for found in causes.values() if _is_lost(found[0]))
    faults: dict[str, list[Finding]] = {}
    for name, found in causes.items():
        first = found[0]
        copied = LEFT_OUT in first.message or first.message.startswith(NO_STAGE)
        old = _is_lost(first) and many[first.path] > _MOST_CAUSES
        faults.setdefault(first.message if copied else first.path if old else name, []).extend(found)
    return faults.values()


def _is_lost(finding: Finding) -> bool:
    """Whether a source is missing that no package manager makes."""
    return MISSES in finding.message and not _OF_LOCK.search(finding.message)


def _cause(context: Inspection, finding: Finding) -> str:
    """What is one fault: a folder that several copies miss, an ignored lock, a lost stage, another file's ``.dockerignore``."""
    if LEFT_OUT in finding.message:
        return f"{finding.path} {LEFT_OUT}"
    if finding.message.startswith(NO_STAGE):
        return f"{finding.path} {finding.message}"
    if MISSES not in finding.message:
        return finding.message if NO_MODULES in finding.message else f"{finding.path} {finding.line} {finding.message}"
    match = _NEEDED.search(finding.message) or _IGNORED.fullmatch(finding.evidence)
    if match and match[1] in LOCKS:
        return match[1]
    lost = _NOT_THERE.findall(finding.evidence)
    if lost and all(_WRAPPER.search(path) for path in lost):
        return f"{finding.path} wrapper"
    tops = {lost_part(context, path) for path in lost}
    return tops.pop() if len(tops) == 1 else finding.evidence


def together(found: list[Finding]) -> Finding:
    """One finding for several that have one cause."""
    first, *others = sorted(found, key=lambda one: one.severity != "error")
    if not others:
        return first
    places = ", ".join(f"{one.path}:{one.line}" for one in others[:_MOST_PLACES])
    fixes = [one.fixes[0] for one in found if one.fixes and one.fixes[0].actions]
    same = len(fixes) == len(found) and len({fix.title for fix in fixes}) == 1
    joined = (
        (dataclasses.replace(fixes[0], actions=tuple(action for fix in fixes for action in fix.actions)),)
        if same
        else first.fixes
    )
    message = first.message
    for text in (MISSES, LEFT_OUT, NO_MODULES):
        message = message.replace(f"{text},", f"{text} (as in {len(others)} more place{'s' * (len(others) > 1)}),")
    related = tuple(dict.fromkeys(place for one in others for place in one.places))
    return dataclasses.replace(
        first, message=message, evidence=f"{first.evidence}; so with {places}", fixes=joined, related=related
    )
