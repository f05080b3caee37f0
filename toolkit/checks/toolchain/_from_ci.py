"""Versions that GitHub workflows set up, variables and matrices followed."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._ci_jobs import Job
from toolkit.checks.toolchain._gone_folders import is_of_what_is_gone
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said

__all__ = ["floating", "is_stable_meant", "said", "unset"]

_ROOT = regex(r"\.github/(?:workflows/[^/]+|actions/[^/]+/action)\.ya?ml")
_STABLE = regex(
    r"dtolnay/rust-toolchain@(?:stable|master)\b|toolchain:[ ]*[\"']?stable\b|rustup (?:default|update|override set) stable\b"
)


def said(context: Inspection) -> Iterator[Said]:
    """What the workflows that GitHub runs set up; one that lies elsewhere never runs and says nothing."""
    for job in _jobs(context):
        yield from job.said()


def unset(context: Inspection) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Tool, and paths and lines of the steps that set it up and name neither a version nor a file that does."""
    found: dict[str, list[tuple[str, int]]] = {}
    for job in _jobs(context):
        for number, step in enumerate(job.steps):
            action = str(step.get("uses", "")).partition("@")[0]
            tool = action.removeprefix("actions/setup-")
            if action == tool or tool not in ("node", "python", "go"):
                continue
            # Python's action looks for this file by itself, the others do not.
            is_found = tool == "python" and context.is_file(".python-version")
            if not is_found and not _says(step, tool) and not _is_set_again(job.steps[number + 1 :], action, tool):
                line = job.document.line((*job.at, "steps", number, "uses"))
                if not context.is_foreign(job.path):
                    found.setdefault(tool, []).append((job.path, line))
    yield from ((tool, _shown_first(context, places)) for tool, places in sorted(found.items()))


def _says(step: Mapping[str, object], tool: str) -> bool:
    """Whether a step that sets up a tool names its version, or a file that does."""
    return any(table(step, "with").get(f"{tool}-version{end}") for end in ("", "-file"))


def _is_set_again(later: Sequence[Mapping[str, object]], action: str, tool: str) -> bool:
    """Whether another step sets the tool up, in a version that it names, before any command runs."""
    before = takewhile(lambda step: "run" not in step, later)
    return any(str(step.get("uses", "")).partition("@")[0] == action and _says(step, tool) for step in before)


def is_stable_meant(context: Inspection) -> bool:
    """Whether a workflow that builds takes Rust's newest release by name: somebody decided to follow it."""
    return any(job.builds and _STABLE.search(text_of(context, job.path)) for job in _jobs(context))


def floating(context: Inspection) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """Tool, what is asked for, and paths and lines of the versions in workflows that are whatever is newest on the day."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for job in _jobs(context):
        for tool, text, line in job.floating() if not context.is_foreign(job.path) else ():
            found.setdefault((tool, text), []).append((job.path, line))
    yield from ((*what, _shown_first(context, places)) for what, places in sorted(found.items()))


def _shown_first(context: Inspection, places: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Places each once, those before all that the run tells of."""
    return sorted(set(places), key=lambda one: (not context.shows(one[0]), one))


def _jobs(context: Inspection) -> Iterator[Job]:
    for path, document in context.documents(
        sorted(path for path in context.inventory.tracked if _ROOT.fullmatch(path)), yaml.parse
    ):
        jobs = table(document.data, "jobs")
        if is_of_what_is_gone(context, path, table(document.data, "on")):
            continue
        for name in jobs:
            if isinstance(jobs[name], dict):
                yield Job(path, document, ("jobs", name))
        if isinstance(table(document.data, "runs").get("steps"), list):  # an action of this repository
            yield Job(path, document, ("runs",))
