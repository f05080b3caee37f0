"""What GitHub refuses a workflow for, beyond misspelt keys: values, names, shapes and expressions it cannot read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks.workflows._availability import HASHES, OF_JOB, OF_RUN, ROOTS, STRING, misplaced_names
from toolkit.checks.workflows._conditions import EXPRESSION, bare, is_expression
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job, Step, Workflow

__all__ = ["Refusal", "refusals"]

Refusal = tuple[tuple[str | int, ...], str, str]
"""Where, what is wrong, evidence."""

_FILTERS = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types")
_FILTERED = ("push", "pull_request", "pull_request_target", "workflow_run")
_GIVEN = {"workflow_dispatch": ("inputs",), "workflow_call": ("inputs", "outputs", "secrets")}
_TYPES = frozenset(
    {
        "assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize", "converted_to_draft",
        "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned", "ready_for_review", "review_requested",
        "review_request_removed", "auto_merge_enabled", "auto_merge_disabled",
    }
)  # fmt: skip
_SCOPES = (
    "actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "models",
    "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses",
)  # fmt: skip
_INPUT_TYPES = ("boolean", "choice", "environment", "number", "string")
_SHELLS = ("bash", "pwsh", "python", "sh", "cmd", "powershell")
_RUNNERS = (
    "ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04", "ubuntu-20.04", "macos-latest", "macos-15", "macos-14", "macos-13", "windows-latest",
    "windows-2025", "windows-2022", "windows-2019",
)  # fmt: skip
_IMAGE = regex(r"(?:ubuntu-\d\d\.\d\d|macos-\d\d|windows-20\d\d)")
"""Labels that look right, whether there is such an image yet or no more."""
_JOB_ID = regex(r"[A-Za-z_][\w-]*")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def refusals(workflow: Workflow) -> Iterator[Refusal]:
    """Every fault of a workflow of these kinds."""
    if not workflow.is_action:
        yield from _triggers(workflow)
        yield from _permissions(workflow.data.get("permissions"), ("permissions",))
        yield from _values(workflow.data, ())
        yield from misplaced_names(workflow)
    for job in workflow.jobs:
        if not workflow.is_action:
            yield from _job(job)
        for step in job.steps:
            yield from _step(step)


def _triggers(workflow: Workflow) -> Iterator[Refusal]:
    for event, filters in workflow.triggers.items():
        if event in _FILTERED:
            yield from _misspelt(filters, ("on", event), (*_FILTERS, "workflows"))
        elif event in _GIVEN:
            yield from _misspelt(filters, ("on", event), _GIVEN[event])
        for kind in ("branches", "tags", "paths"):
            if kind in filters and f"{kind}-ignore" in filters:
                yield (
                    ("on", event, f"{kind}-ignore"),
                    f"{kind} and {kind}-ignore cannot both be given for {event}",
                    kind,
                )
        for name in listed(filters.get("types") if event in ("pull_request", "pull_request_target") else None):
            near = likely(str(name), sorted(_TYPES), 0.6)
            if isinstance(name, str) and name not in _TYPES and near:
                yield ("on", event, "types"), f"{name!r} is no type of {event}; {near!r} is", name
    yield from _inputs(workflow)
    for index, item in enumerate(listed(workflow.document.get(("on", "schedule")))):
        cron = table(item).get("cron")
        if isinstance(cron, str) and (wrong := _never_due(cron)):
            yield ("on", "schedule", index), f"{cron!r} {wrong}", cron


def _misspelt(filters: dict[str, Any], path: tuple[str | int, ...], known: tuple[str, ...]) -> Iterator[Refusal]:
    for key in filters:
        near = likely(str(key), known, 0.7)
        if key not in known and near:
            yield (*path, key), f"{key!r} is no filter or setting of {path[-1]}; {near!r} is", str(key)


def _inputs(workflow: Workflow) -> Iterator[Refusal]:
    for name, about in table(workflow.triggers, "workflow_dispatch", "inputs").items():
        kind = table(about).get("type")
        if isinstance(kind, str) and kind not in _INPUT_TYPES:
            yield ("on", "workflow_dispatch", "inputs", name, "type"), f"{kind!r} is no type of an input", kind


def _never_due(cron: str) -> str:
    """Why no time fits a schedule of five fields; empty if one does."""
    fields = cron.split()
    if len(fields) != len(_RANGES):
        return ""
    for field, (first, last) in zip(fields, _RANGES, strict=True):
        plain = re.sub(r"/\d+", "", field)  # steps may be as large as they like
        if any(not first <= int(number) <= last for number in re.findall(r"\d+", plain)):
            return f"holds {field!r}, which is not from {first} to {last}"
    days, month = fields[2], fields[3]
    if days.isdigit() and month.isdigit() and fields[4] == "*" and int(days) > _DAYS.get(int(month), 31):
        return "is a day that no year has"
    return ""


def _permissions(given: Any, path: tuple[str | int, ...]) -> Iterator[Refusal]:
    if isinstance(given, str) and given not in ("read-all", "write-all"):
        yield path, f"{given!r} is no permission; read-all and write-all are", given
    for scope, right in table(given).items():
        near = likely(str(scope), _SCOPES, 0.8)
        if scope not in _SCOPES and near:
            yield (*path, scope), f"{scope!r} is no permission; {near!r} is", str(scope)
        elif isinstance(right, str) and right not in ("read", "write", "none"):
            yield (*path, scope), f"{right!r} is no right; read, write and none are", right


def _job(job: Job) -> Iterator[Refusal]:
    if not _JOB_ID.fullmatch(job.id):
        yield job.path, f"{job.id!r} is no name of a job: letters, digits, - and _ only, and no digit first", job.id
    yield from _permissions(job.data.get("permissions"), (*job.path, "permissions"))
    steps, called = job.data.get("steps"), job.data.get("uses")
    if called is not None and steps is not None:
        yield (*job.path, "uses"), f"job {job.id} calls a workflow and has steps", str(called)
    elif called is None and "runs-on" in job.data and (not isinstance(steps, list) or not steps):
        what = "has no steps" if not steps else "has steps that are no list"
        yield (*job.path, "steps") if steps else job.path, f"job {job.id} {what}", job.id
    yield from _values(job.data, job.path)
    yield from _labels(job)
    strategy = job.data.get("strategy")
    if isinstance(strategy, dict) and isinstance(strategy.get("matrix"), list):
        yield (*job.path, "strategy", "matrix"), f"the matrix of job {job.id} is a list: it needs names", "matrix"
    yield from _condition(job.data.get("if"), (*job.path, "if"), OF_JOB, "a job")


def _values(data: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Refusal]:
    """Values that are no number, no shell, no mapping where GitHub wants one."""
    minutes = data.get("timeout-minutes")
    if isinstance(minutes, str) and "${{" not in minutes and not re.fullmatch(r"\d+(?:\.\d+)?", minutes.strip()):
        yield (*path, "timeout-minutes"), f"{minutes!r} is no number of minutes", minutes
    if data.get("env") is not None and not isinstance(data["env"], dict) and "${{" not in str(data["env"]):
        yield (*path, "env"), "env has to be names with values", str(data["env"])[:80]
    run = table(data, "defaults").get("run")
    for place, given in ((path, data), ((*path, "defaults", "run"), run)):
        shell = table(given).get("shell")
        if isinstance(shell, str) and "{0}" not in shell and "${{" not in shell and shell.lower() not in _SHELLS:
            yield (*place, "shell"), f"{shell!r} is no shell that GitHub knows, and has no {{0}} for the script", shell


def _labels(job: Job) -> Iterator[Refusal]:
    """Labels that are nearly one of GitHub's own runners."""
    for label in job.runners if not isinstance(job.data.get("runs-on"), dict) else ():
        near = likely(label, _RUNNERS, 0.9, slip=True)
        if near and label not in _RUNNERS and not _IMAGE.fullmatch(label):
            yield (*job.path, "runs-on"), f"no runner has the label {label!r}; {near!r} is one", label


def _step(step: Step) -> Iterator[Refusal]:
    yield from _values(step.data, step.path)
    yield from _condition(step.data.get("if"), (*step.path, "if"), OF_RUN | {"steps"}, "a step")
    plain = step.uses and not step.uses.startswith(("./", "docker://", "../", "$/")) and "${{" not in step.uses
    if plain and "@" not in step.uses:
        yield (*step.path, "uses"), f"{step.uses} has no version: an action is NAME@VERSION", step.uses
    elif step.uses.startswith("./.github/workflows/") and step.uses.endswith((".yml", ".yaml")):
        yield (*step.path, "uses"), "a step cannot call a workflow: only a job can", step.uses
    for key in ("run", "name"):
        for text in EXPRESSION.findall(step.data[key]) if isinstance(step.data.get(key), str) else ():
            if not is_expression(text):
                yield (*step.path, key), "an expression that GitHub cannot read", f"${{{{{text}}}}}"


def _condition(condition: Any, path: tuple[str | int, ...], known: frozenset[str], what: str) -> Iterator[Refusal]:
    text = bare(condition) if isinstance(condition, str) else None
    if text is None:
        return
    if not is_expression(text):
        hint = ": texts stand in single quotes" if '"' in text else ""
        yield path, f"a condition that GitHub cannot read{hint}", text.strip()
        return
    for match in ROOTS.finditer(STRING.sub("''", text)):
        root = match["root"].lower()
        if root not in known:
            yield path, f"{match['root']!r} is not known in a condition of {what}", text.strip()
            return
    if known is OF_JOB and HASHES.search(STRING.sub("''", text)):
        yield path, f"'hashFiles' is not known in a condition of {what}", text.strip()
