"""Path filters of events, and of actions that look for changed files, under which nothing lies."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, yaml
from toolkit.places import listed, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step, Workflow
    from toolkit.model import Severity

__all__ = ["DeadFilter", "of_actions", "of_events"]


@frozen
class DeadFilter:
    """A pattern that matches no file.

    Args:
        pattern: as written.
        message: what it means.
        line: where it stands.
        severity: how bad it is.
    """

    pattern: str
    message: str
    line: int
    severity: Severity


def of_events(context: Inspection, workflow: Workflow) -> Iterator[DeadFilter]:
    """Patterns of ``paths`` of the events of a workflow."""
    said: set[str] = set()
    for event in ("push", "pull_request", "pull_request_target"):
        patterns = list(enumerate(listed(workflow.triggers.get(event, {}).get("paths"))))
        for index, item, alone in _dead(context, patterns):
            if item not in said:
                said.add(item)
                line = workflow.document.line(("on", event, "paths", index))
                end = f": no {event} starts this workflow" if alone else ""
                yield DeadFilter(
                    item, f"the filter {item!r} {_why(context, item)}{end}", line, _weight(context, item, alone)
                )


def of_actions(context: Inspection, step: Step) -> Iterator[DeadFilter]:
    """Patterns of ``dorny/paths-filter``, whose answers decide which jobs run."""
    given = step.inputs.get("filters")
    if step.action != "dorny/paths-filter" or not isinstance(given, str) or "\n" not in given:
        return
    try:
        filters = yaml.parse(given).data
    except DocumentError:
        return
    start = step.job.workflow.document.value_line((*step.path, "with", "filters"))
    lines = given.split("\n")
    for name, patterns in table(filters).items():
        flat = list(enumerate(_flat(patterns)))
        for _, item, alone in _dead(context, flat):
            at = next((number for number, text in enumerate(lines) if item in text), 0)
            end = f": {name} is never true" if alone else ""
            message = f"the filter {item!r} {_why(context, item)}{end}"
            yield DeadFilter(item, message, start + 1 + at, _weight(context, item, alone))


def _flat(patterns: Any) -> Iterator[Any]:
    """Patterns of a filter; those of an alias stand in a list of their own, those of a kind of change below its name."""
    for item in patterns if isinstance(patterns, list) else [patterns]:
        if isinstance(item, list):
            yield from item
        elif isinstance(item, dict):
            yield from (part for parts in item.values() for part in (parts if isinstance(parts, list) else [parts]))
        else:
            yield item


def _dead(context: Inspection, patterns: list[tuple[int, Any]]) -> list[tuple[int, str, bool]]:
    """Patterns under which nothing lies, each with whether none of them all has anything."""
    positive = [(index, item) for index, item in patterns if isinstance(item, str) and not item.startswith("!")]
    dead = [(index, item) for index, item in positive if not _matches_anything(context, item)]
    return [(index, item, len(dead) == len(positive)) for index, item in dead]


def _why(context: Inspection, pattern: str) -> str:
    if pattern.startswith("./"):
        return "begins with ./ and so never matches"
    is_folder = pattern.strip("/") in context.inventory.folders
    return "is a folder: only /** matches what is in it" if is_folder else "matches no file"


def _weight(context: Inspection, pattern: str, alone: bool) -> Severity:
    """A pattern that is wrong by itself or meant a folder of the repository is worse than a file that may come."""
    is_folder = pattern.strip("/") in context.inventory.folders
    whole = pattern.endswith(("/**", "/*", "/**/*")) and not pattern.startswith((".", "*"))
    return "warning" if alone or is_folder or whole or pattern.startswith("./") else "info"


def _matches_anything(context: Inspection, pattern: str) -> bool:
    if re.search(r"[?+\[\]{}()]", pattern) or pattern.startswith("**"):
        return True
    if "*" not in pattern:
        # A workflow that was just moved to the root names itself before anybody has committed it.
        new = pattern.startswith(".github/workflows/") and pattern in context.inventory.files
        return new or pattern in context.inventory.tracked_set or pattern in context.inventory.gitlinks
    fixed = posixpath.dirname(pattern.split("*", 1)[0] + "x") or "."
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}  # of folders as many as there are, none among them
    parts = re.split(r"((?<=/)\*\*/|\*\*|\*)", pattern)
    expression = re.compile("".join(meant.get(part, re.escape(part)) for part in parts))
    tracked = context.inventory.tracked_set
    if any(fixed == inner or fixed.startswith(f"{inner}/") for inner in context.inventory.gitlinks):
        return True
    if pattern.endswith("/**") and pattern.count("*") == 2:
        return any(path in tracked for path in context.below(fixed))
    return any(path in tracked and expression.fullmatch(path) for path in context.below(fixed))
