"""Faults of a workflow once a cause, and the findings made of them."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks.workflows._missing import faults_of
from toolkit.checks.workflows._situations import never, of_job, situations
from toolkit.documents import DocumentError
from toolkit.expressions import regex
from toolkit.model import EditFile, Fix
from toolkit.packages import LOCKS
from toolkit.places import below
from toolkit.references import lost_part
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.checking import Check, Inspection
    from toolkit.checks.workflows._missing import Fault
    from toolkit.checks.workflows._model import Workflow
    from toolkit.documents.yaml import Document
    from toolkit.model import Finding

__all__ = ["finding_of", "lost", "once"]

_SHOWN = 5
_NO_SCRIPT = regex(r"(?:\S+ )?has no script '[^']+'")
_ROWS = 3
"""Rows of one matrix that name what is not there, up to which each has a finding of its own."""


def lost(context: Inspection, workflow: Workflow) -> list[Fault]:
    """What a workflow names and that is not there, once a cause; read once for the two checks that tell it."""
    known: dict[str, list[Fault]] = context.shared.setdefault("workflows.lost", {})
    if workflow.path not in known:
        starts = situations(workflow)
        # What a job that never runs names harms nobody before it runs; that it does not is told elsewhere.
        jobs = [job for job in workflow.jobs if not starts or never(job.data.get("if"), of_job(job), starts) is None]
        found = [fault for job in jobs for fault in faults_of(context, job)]
        known[workflow.path] = _by_cause(context, found, workflow.document)
    return known[workflow.path]


def once(
    context: Inspection, found: Iterable[tuple[Workflow, Fault]]
) -> Iterator[tuple[Workflow, Fault, list[tuple[Workflow, Fault]]]]:
    """Faults of many workflows, those that name one script or what lies in one missing folder in one: the first, and those of the others."""
    groups: dict[object, list[tuple[Workflow, Fault]]] = {}
    for index, (workflow, fault) in enumerate(found):
        verdict = fault.verdict
        alike = verdict is not None and verdict.kind in ("missing", "ignored") and not verdict.near
        named = _NO_SCRIPT.match(fault.message)
        script = (named[0], fault.severity) if named else index
        key = (lost_part(context, verdict.path), fault.lock) if verdict is not None and alike else script
        groups.setdefault(key, []).append((workflow, fault))
    for group in groups.values():
        first = next((one for one in group if one[1].severity == "error"), group[0])
        yield *first, [one for one in group if one[1] is not first[1]]


def finding_of(
    check: Check, context: Inspection, workflow: Workflow, fault: Fault, others: Sequence[tuple[Workflow, Fault]] = ()
) -> Finding:
    """The finding that a check makes of a fault; other workflows have it, too."""
    alike = ((there, item) for there, one in ((workflow, fault), *others) for item in (one, *one.others))
    return check.finding(
        context,
        workflow.path,
        fault.message
        + (
            f"; {len(others)} more workflow{'s' * (len(others) > 1)} name{'s' * (len(others) == 1)} it, too"
            if others
            else ""
        ),
        line=_place(workflow, fault),
        evidence=", ".join((fault.text[:120], *(one.path for one, _ in others[:_SHOWN]))),
        severity=fault.severity,
        fixes=_fixes(context, workflow, fault),
        related=[(one.path, _place(one, item)) for one, item in alike],
    )


def _place(workflow: Workflow, fault: Fault) -> tuple[int, int]:
    inside = fault.line or _line_within(workflow, fault.key, fault.text)
    return (inside, 0) if inside else workflow.document.position(fault.key)


def _fixes(context: Inspection, workflow: Workflow, fault: Fault) -> tuple[Fix, ...]:
    key, text, verdict = fault.key, fault.text, fault.verdict
    by_hand = Fix(fault.todo or f"correct {text[:120]}, or remove what needs it", "manual")
    if verdict is None:
        return (by_hand,)
    node = workflow.document.node(key) if key else None
    sure = verdict.sure or _is_only_lock(context, text, verdict.near)
    if not sure or node is None or node.kind != "scalar" or node.value != text:
        return (by_hand,)
    near = f"./{verdict.near}" if text.startswith("./") else verdict.near
    try:
        span = workflow.document.replace(key, near)
    except DocumentError:
        return (by_hand,)
    edit = EditFile(workflow.path, (span,), digest_bytes(context.read(workflow.path)))
    return (Fix(f"use {near}", "unsafe", (edit,)),)  # of one name, too: it may be another program's


def _is_only_lock(context: Inspection, text: str, near: str) -> bool:
    """Whether a path names a lock by the name that one file of the repository has: no other can be meant."""
    name = posixpath.basename(near)
    return name in LOCKS and name == posixpath.basename(text) and len(context.inventory.by_name.get(name, ())) == 1


def _line_within(workflow: Workflow, key: tuple[str | int, ...], text: str) -> int:
    """The line of one of several paths in a block."""
    place = workflow.document.place(key)
    if place is None:
        return 0
    content = workflow.document.text.content
    at = content.find(text, place.start, place.end)
    return workflow.document.text.line(at) if at >= 0 and "\n" in content[place.start : at] else 0


def _by_cause(context: Inspection, found: list[Fault], document: Document) -> list[Fault]:
    """One fault for each thing that is missing: what lies in a missing folder is missing because of it."""
    groups: dict[object, list[Fault]] = {}
    lines: dict[int, int] = {}
    for one in found:
        verdict = one.verdict
        folder = lost_part(context, verdict.path) if verdict is not None and verdict.kind != "exists" else ""
        cause = folder or (verdict.path if verdict is not None else "")
        # What a matrix puts into one place, or names in one line, is one fault, too.
        line = document.line(one.key) if one.key else 0
        same = next((key for key, group in groups.items() if line and lines[id(group[0])] == line), None)
        lines[id(one)] = line
        named = _NO_SCRIPT.match(one.message)
        alone = (named[0], one.severity) if named else (one.message, one.line)
        groups.setdefault(same or (cause or one.cause or alone), []).append(one)
    return [_with_more(group) for group in _by_matrix(list(groups.values()))]


def _by_matrix(groups: list[list[Fault]]) -> list[list[Fault]]:
    """Groups of faults, those of many rows of one matrix in one: such a matrix was written ahead of what it names."""
    homes = [one[0].key[: one[0].key.index("matrix")] if "matrix" in one[0].key else None for one in groups]
    made: dict[object, list[Fault]] = {}
    for group, home in zip(groups, homes, strict=True):
        many = home is not None and homes.count(home) > _ROWS
        made.setdefault(home if many else id(group), []).extend(group)
    return list(made.values())


def _with_more(group: list[Fault]) -> Fault:
    first = next((one for one in group if one.severity == "error"), group[0])
    if len(group) == 1:
        return first
    here = first.verdict.path if first.verdict else ""
    beside = dict.fromkeys(one.verdict.path for one in group if one.verdict and not below(here, one.verdict.path))
    more = f"; so do {', '.join(list(beside)[:_SHOWN])}" if beside else ""
    count = len(group) - 1
    lock = all(one.lock for one in group)
    text = first.message + (more or f" ({count} more place{'s' * (count > 1)} here)")
    return replace(first, lock=lock, message=text, others=tuple(one for one in group if one is not first))
