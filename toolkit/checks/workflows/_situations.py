"""What is known of the values in conditions: how a workflow can be started, and what its jobs and steps have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._conditions import why_never
from toolkit.checks.workflows._event_values import NAME, actions, inputs, payload, refs, times
from toolkit.checks.workflows._expand import choices, is_on
from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._values import OneOf, Text
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.checks.workflows._model import Job, Step, Workflow

__all__ = ["EVENTS", "OF_GITHUB", "explained", "mended", "never", "of_job", "of_step", "situations", "starts_of"]

EVENTS = (
    "branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment", "deployment_status", "discussion",
    "discussion_comment", "fork", "gollum", "image_version", "issue_comment", "issues", "label", "merge_group", "milestone",
    "page_build", "project", "project_card", "project_column", "public", "pull_request", "pull_request_comment",
    "pull_request_review", "pull_request_review_comment", "pull_request_target", "push", "registry_package", "release",
    "repository_dispatch", "schedule", "status", "watch", "workflow_call", "workflow_dispatch", "workflow_run",
)  # fmt: skip
OF_GITHUB = frozenset(
    {
        "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url", "artifact_cache_size_limit",
        "base_ref", "env", "event", "event_name", "event_path", "graphql_url", "head_ref", "job", "job_workflow_sha", "output", "path",
        "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id",
        "repository_visibility", "repositoryurl", "retention_days", "run_attempt", "run_id", "run_number", "secret_source", "server_url",
        "sha", "state", "step_summary", "token", "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
    }
)  # fmt: skip
"""Members of ``github``; every other is nothing."""

_RESULTS = ("success", "failure", "cancelled", "skipped")
_SYSTEMS = {"ubuntu": "Linux", "windows": "Windows", "macos": "macOS"}
_ENVIRONMENT = regex(r"\benv\.(\w+)")
_SETS = regex(
    r"GITHUB_ENV|\.(?:sh|bash|py|[cm]?[jt]s|rb)\b|\b(?:make|just|task|npm|pnpm|yarn|bun|nix|direnv|mise|act)\b"
)
"""What a script may set variables of the job by: itself, or by what it runs."""
_VALUES = 3
"""Values and names of a condition that a finding tells."""
_KEEPS_ENVIRONMENT = (
    "actions/checkout",
    "actions/setup-",
    "actions/cache",
    "actions/upload-artifact",
    "actions/download-artifact",
)
"""Actions after which settings of the environment are what they were, but for names of their own."""


def situations(workflow: Workflow) -> list[dict[str, Any]]:
    """The ways a workflow can be started: for each, what is known of ``github`` and ``inputs``."""
    found: list[dict[str, Any]] = []
    for event, filters in workflow.triggers.items():
        if event == "workflow_call":
            found.append({})  # the caller's event, whatever it is
            continue
        for action in actions(event, filters):
            given = payload(event, action) | (inputs(filters) if event == "workflow_dispatch" else {})
            given["github.event.schedule"] = times(workflow) if event == "schedule" else None
            found += [{"github.event_name": event, **given, **values} for values in refs(event, filters, action)]
    return found


def never(condition: Any, own: Mapping[str, Any], starts: Sequence[Mapping[str, Any]] = ({},)) -> str | None:
    """Why a condition holds in no situation; ``None`` where it may in one.

    Args:
        condition: ``if:`` as written.
        own: what is known of the job or step, as :func:`of_job` tells it.
        starts: the ways the workflow can be started; by default any way at all.
    """
    named = re.findall(r"\bgithub\.(\w+)", condition) if isinstance(condition, str) else []
    misspelt = {f"github.{name.lower()}": None for name in named if name.lower() not in OF_GITHUB}
    reasons = [why_never(condition, {**own, **misspelt, **start}) for start in starts]
    known = [one for one in dict.fromkeys(reasons) if one is not None]
    return None if not reasons or None in reasons else _summed(known)


def _summed(reasons: list[str]) -> str:
    """What decides a condition in several situations, each name once with its values."""
    values: dict[str, list[str]] = {}
    for reason in filter(None, reasons):
        name, _, value = reason.partition(" is ")
        values.setdefault(name, []).append(value)
    told = (f"{name} is {' or '.join(given[:_VALUES])}" if any(given) else name for name, given in values.items())
    return "; ".join([*told][:_VALUES])


def of_job(job: Job) -> dict[str, Any]:
    """What is known in every condition of a job: what holds of all runs, results of other jobs, its matrix, its machine."""
    found: dict[str, Any] = {
        # A called workflow sees the event of its caller.
        "github.event_name": OneOf(tuple(event for event in EVENTS if event != "workflow_call")),
        "github.ref": OneOf(tuple(Text(f"refs/{kind}/") for kind in ("heads", "tags", "pull"))),
        "github.ref_name": NAME,
        "github.ref_type": OneOf(("branch", "tag")),
        "github.repository": Text(form=r"[^/]+/[^/]+"),
        "github.actor": Text(form=r"(?!(?:dependabot|renovate|github-actions)$).*"),
        "job.status": OneOf(("success", "failure", "cancelled")),
        "runner.os": OneOf(tuple(_SYSTEMS.values())),
        "runner.arch": OneOf(("X86", "X64", "ARM", "ARM64")),
    }
    waits = only_after_success(job.data.get("if"))
    for name in needed(job):
        result = OneOf(("success",) if waits else _RESULTS)
        found |= {f"needs.{name.lower()}.result": result, f"needs.{name.lower()}.outputs": Text()}
    if waits and needed(job):
        found["needs.*.result"] = "success"
    labels = [label.lower().partition("-")[0] for label in job.runners]
    if labels and all(label in _SYSTEMS for label in labels):
        found["runner.os"] = OneOf(tuple(dict.fromkeys(_SYSTEMS[label] for label in labels)))
    matrix = table(job.data, "strategy").get("matrix")
    for key in matrix if isinstance(matrix, dict) else ():
        if given := choices(f"matrix.{key}", job):
            found[f"matrix.{str(key).lower()}"] = OneOf((*given, None))  # a row of `include` may lack it
    return found


def starts_of(condition: Any, own: Mapping[str, Any], starts: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """In which of the situations a condition may hold."""
    return frozenset(index for index, start in enumerate(starts) if why_never(condition, {**own, **start}) is None)


def only_after_success(condition: Any) -> bool:
    """Whether what has a condition only runs where all before it succeeded: the condition asks for no state of its own."""
    return not re.search(r"\b(?:always|failure|cancelled|success)\s*\(", str(condition))


def explained(why: str, condition: Any) -> str:
    """Why a condition never holds, with what the result of others has to do with it."""
    after = only_after_success(condition) and re.search(
        r"\.(?:result|outcome|conclusion)\b|\bjob\.status", str(condition)
    )
    return f"{why or 'all before it succeeded'}: without always() or failure() it only runs then" if after else why


def mended(why: str) -> str:
    """What a person does about a condition that no event meets."""
    if "never a text" in why:
        return "compare with true without quotes, or name the input alone"
    return "add the event to on:, correct the condition, or remove what never runs"


def of_step(step: Step) -> dict[str, Any]:
    """What is known in a condition of one step."""
    found = of_job(step.job)
    waits = only_after_success(step.data.get("if"))
    if waits:
        found["job.status"] = OneOf(("success",))
    for other in step.job.steps:
        name = other.data.get("id")
        if isinstance(name, str):
            own = f"steps.{name.lower()}"
            given = "continue-on-error" in other.data
            ended = OneOf(("success", "skipped") if waits or is_on(other.data.get("continue-on-error")) else _RESULTS)
            found |= {
                f"{own}.outcome": OneOf(_RESULTS) if given else ended, f"{own}.conclusion": ended, f"{own}.outputs": Text(),
            }  # fmt: skip
    for data in (step.job.workflow.data, step.job.data, step.data):
        for name, value in (data.get("env") or {}).items() if isinstance(data.get("env"), dict) else ():
            found[f"env.{str(name).lower()}"] = _fixed(step, str(name), value)
    for name in _ENVIRONMENT.findall(str(step.data.get("if", ""))):
        if f"env.{name.lower()}" not in found and not _may_be_set(step, name):
            found[f"env.{name.lower()}"] = None  # conditions see no variables but those of the file
    return found


def _may_be_set(step: Step, name: str) -> bool:
    """Whether a step before may give a job a variable that the file does not have."""
    for other in step.job.steps[: step.index]:
        script = str(other.data.get("run", ""))
        if (other.uses and not other.action.startswith(_KEEPS_ENVIRONMENT)) or name in script or _SETS.search(script):
            return True
    return False


def _fixed(step: Step, name: str, value: Any) -> Any:
    """The value of an environment variable, if no step before may give it another."""
    if isinstance(value, str) and "${{" in value:
        return Text()
    for other in step.job.steps[: step.index]:
        script = str(other.data.get("run", ""))
        if other.uses and not other.action.startswith(_KEEPS_ENVIRONMENT):
            return Text()
        if "GITHUB_ENV" in script and name in script:
            return Text()
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else Text()
