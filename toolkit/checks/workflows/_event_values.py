"""What an event brings to a workflow: its actions, the members of ``github`` that it fills, and the branches and tags it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._values import UNKNOWN, OneOf, Text
from toolkit.expressions import regex
from toolkit.places import listed, several, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checks.workflows._model import Workflow

__all__ = ["NAME", "actions", "inputs", "payload", "refs", "times"]

_PARTS = {
    "push": ("head_commit", "commits"),
    "pull_request": ("pull_request", "label"),
    "pull_request_target": ("pull_request", "label"),
    "pull_request_review": ("pull_request", "review"),
    "pull_request_review_comment": ("pull_request", "comment"),
    "issues": ("issue", "label"),
    "issue_comment": ("issue", "comment"),
    "release": ("release",),
    "workflow_dispatch": ("inputs",),
    "repository_dispatch": ("client_payload",),
    "workflow_run": ("workflow_run",),
    "schedule": (),
}
"""The parts of ``github.event`` that an event brings, of those that tell events apart."""

_EVERY_PART = frozenset(part for parts in _PARTS.values() for part in parts)
_DEFAULT_ACTIONS = ("opened", "synchronize", "reopened")
NAME = Text(form="(?!refs/).*")
"""The name of any branch or tag."""
_GLOB = regex(r"[*?+!\[\]]")


def actions(event: str, filters: Mapping[str, Any]) -> tuple[Any, ...]:
    """The actions of an event by which a workflow starts: those that it names, or GitHub's own choice."""
    given = several(filters.get("types"))
    if given:
        return tuple(given)
    return _DEFAULT_ACTIONS if event in ("pull_request", "pull_request_target") else (None,)


def times(workflow: Workflow) -> Any:
    """The schedules of a workflow, of which the event names the one that is due."""
    given = workflow.document.get(("on", "schedule"))
    times = [table(item).get("cron") for item in given] if isinstance(given, list) else []
    return OneOf(tuple(times)) if times and all(isinstance(one, str) for one in times) else UNKNOWN


def payload(event: str, action: Any) -> dict[str, Any]:
    """Parts of the event that it does not bring, as nothing."""
    brought = set(_PARTS.get(event, _EVERY_PART))
    if isinstance(action, str) and not action.endswith("labeled"):
        brought.discard("label")
    found: dict[str, Any] = {f"github.event.{part}": None for part in sorted(_EVERY_PART - brought)}
    if isinstance(action, str):
        found["github.event.action"] = action
    if event in ("push", "schedule", "workflow_dispatch"):
        found["github.event.action"] = None
    if event in _PARTS and "inputs" not in brought:
        found["inputs"] = None
    if event in ("push", "schedule", "workflow_dispatch", "release", "issues", "issue_comment"):
        found |= {"github.base_ref": None, "github.head_ref": None}
    return found


def inputs(filters: Mapping[str, Any]) -> dict[str, Any]:
    """What people may enter: ``inputs`` keeps kinds, ``github.event.inputs`` is all text."""
    given = filters.get("inputs")
    found: dict[str, Any] = {}
    for name, about in table(given).items():
        kind = table(about).get("type")
        options = tuple(map(str, listed(table(about).get("options")))) if kind == "choice" else ()
        key = str(name).lower()
        if kind == "boolean":
            found[f"inputs.{key}"] = OneOf((True, False))
            found[f"github.event.inputs.{key}"] = OneOf(("true", "false"))
        elif options:
            found[f"inputs.{key}"] = found[f"github.event.inputs.{key}"] = OneOf((*options, ""))
    return found


def refs(event: str, filters: Mapping[str, Any], action: Any) -> Iterator[dict[str, Any]]:
    """What an event of an action may say about branches and tags."""
    if event == "push":
        yield from _pushed(filters)
    elif event in ("pull_request", "pull_request_target"):
        bases = _named(filters.get("branches"))
        for base in bases or [Text()]:
            own = {"github.base_ref": base}
            if event == "pull_request" and action != "closed":
                own |= {"github.ref": Text("refs/pull/"), "github.ref_name": Text(form=r"\d+/\w+")}
            yield own
    elif event == "release":
        yield {"github.ref": Text("refs/tags/"), "github.ref_type": "tag"}
    elif event == "schedule":
        yield {"github.ref": Text("refs/heads/"), "github.ref_type": "branch"}
    else:
        yield {}


def _pushed(filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Branches and tags that a push may bring: a filter for the one shuts out the other."""
    branches, tags = (any(f"{kind}{end}" in filters for end in ("", "-ignore")) for kind in ("branches", "tags"))
    for kind, wanted, other, word in (("heads", branches, tags, "branch"), ("tags", tags, branches, "tag")):
        if other and not wanted:
            continue
        for name in _named(filters.get("branches" if kind == "heads" else "tags")) or [NAME]:
            whole = Text(f"refs/{kind}/{name.prefix}") if isinstance(name, Text) else f"refs/{kind}/{name}"
            yield {"github.ref_type": word, "github.ref": whole, "github.ref_name": name}


def _named(given: Any) -> list[str | Text]:
    """The names that a filter lets through: as they are, or of a pattern the part before its first mark."""
    names = several(given)
    found: list[str | Text] = []
    for name in names:
        if isinstance(name, str) and not name.startswith("!"):
            mark = _GLOB.search(name)
            # `?` and `+` are about the character before them.
            kept = 0 if mark is None else max(mark.start() - (mark[0] in "?+"), 0)
            found.append(name if mark is None else Text(name[:kept]))
    return found
