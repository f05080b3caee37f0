"""Calls of reusable workflows and of actions: what they are given and do not know, what they want and do not get."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks.workflows._workflows import every_workflow
from toolkit.documents import yaml
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step, Workflow
    from toolkit.checks.workflows._names import Fault

__all__ = ["faults_of_calls"]

_CALLING = frozenset({"name", "uses", "with", "secrets", "strategy", "needs", "if", "concurrency", "permissions"})
"""Keys that a job may have which calls a workflow."""
_INPUTS = {
    "actions/checkout": """repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter
        sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory
        github-server-url""",
    "actions/setup-node": """always-auth node-version node-version-file architecture check-latest registry-url scope token cache
        cache-dependency-path mirror mirror-token package-manager-cache""",
    "actions/setup-python": """python-version python-version-file cache architecture check-latest token cache-dependency-path
        update-environment allow-prereleases freethreaded pip-version pip-install""",
    "actions/setup-go": "go-version go-version-file check-latest token cache cache-dependency-path architecture",
    "actions/setup-java": """java-version java-version-file distribution java-package architecture jdkfile check-latest server-id
        server-username server-password settings-path overwrite-settings gpg-private-key gpg-passphrase cache
        cache-dependency-path job-status token mvn-toolchain-id mvn-toolchain-vendor""",
    "actions/cache": "path key restore-keys upload-chunk-size enablecrossosarchive fail-on-cache-miss lookup-only save-always",
    "actions/upload-artifact": "name path if-no-files-found retention-days compression-level overwrite include-hidden-files archive",
    "actions/download-artifact": "name artifact-ids path pattern merge-multiple github-token repository run-id",
    "docker/build-push-action": """add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call
        cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets
        secret-envs secret-files shm-size ssh tags target ulimit github-token""",
    "docker/login-action": "registry username password scope ecr logout registry-auth",
    "pnpm/action-setup": "version dest run_install package_json_file standalone cache cache_dependency_path",
}
"""Inputs of actions that nearly every workflow uses, separated by blanks: only what is nearly one of them is told."""


def faults_of_calls(context: Inspection, workflow: Workflow) -> Iterator[Fault]:
    """Every fault of what the jobs and steps of a workflow call."""
    for job in workflow.jobs:
        uses = job.data.get("uses")
        if isinstance(uses, str):
            yield from _of_job(context, job, uses)
        elif not workflow.is_action:
            for key in ("with", "secrets"):
                if key in job.data:
                    yield (
                        (*job.path, key),
                        f"{key!r} is only for jobs that call a workflow: GitHub refuses the workflow",
                        key,
                        "error",
                    )
        for step in job.steps:
            yield from _of_step(context, step)


def _of_job(context: Inspection, job: Job, uses: str) -> Iterator[Fault]:
    for key in job.data:
        if key not in _CALLING and key != "steps":
            yield (
                (*job.path, key),
                f"a job that calls a workflow may not have {key!r}: GitHub refuses the workflow",
                key,
                "error",
            )
    one = next((one for one in every_workflow(context) if uses == f"./{one.path}"), None)
    if one is None or "workflow_call" not in one.triggers:
        return
    call = one.triggers["workflow_call"]
    yield from _handed_over(job, call, "inputs", "with", one.path)
    if job.data.get("secrets") != "inherit":
        yield from _handed_over(job, call, "secrets", "secrets", one.path)


def _handed_over(job: Job, call: dict[str, Any], kind: str, key: str, path: str) -> Iterator[Fault]:
    """Names that a called workflow does not know, and names that it requires."""
    asked = call.get(kind) or {}
    given = job.data.get(key) or {}
    if not isinstance(asked, dict) or not isinstance(given, dict):
        return
    known = {str(name).lower(): about for name, about in asked.items()}
    for name in given:
        if str(name).lower() not in known:
            hint = _near(str(name), list(known))
            yield (
                (*job.path, key, name),
                f"{path} has no {kind[:-1]} {name!r}{hint}: GitHub refuses the workflow",
                str(name),
                "error",
            )
    has = {str(name).lower() for name in given}
    for name, about in known.items():
        required = isinstance(about, dict) and about.get("required") is True and "default" not in about
        if required and name not in has:
            yield (
                (*job.path, "uses"),
                f"{path} requires the {kind[:-1]} {name!r}: GitHub refuses the workflow",
                name,
                "error",
            )


def _of_step(context: Inspection, step: Step) -> Iterator[Fault]:
    if step.uses.startswith("./") and "${{" not in step.uses:
        yield from _of_local_action(context, step)
        return
    known = _INPUTS.get(step.action, "").split()
    for name in step.inputs if known else ():
        plain = str(name).lower()
        near = likely(plain, known, 0.8, slip=True)
        if plain not in known and near:
            message = f"{step.action} has no input {name!r}; {near!r} is one: it is not looked at"
            yield (*step.path, "with", name), message, str(name), "warning"


def _of_local_action(context: Inspection, step: Step) -> Iterator[Fault]:
    data = _action(context, posixpath.normpath(step.uses))
    asked = (data.get("inputs") or {}) if data is not None else None
    if not isinstance(asked, dict) or (data or {}).get("runs", {}).get("using") == "docker":
        return
    known = {str(name).lower(): about for name, about in asked.items()}
    for name in step.inputs:
        if str(name).lower() not in known:
            message = f"{step.uses} has no input {name!r}{_near(str(name), list(known))}: it is not looked at"
            yield (*step.path, "with", name), message, str(name), "warning"
    has = {str(name).lower() for name in step.inputs}
    for name, about in known.items():
        if isinstance(about, dict) and about.get("required") is True and "default" not in about and name not in has:
            yield (*step.path, "uses"), f"{step.uses} requires the input {name!r}: it is empty", name, "warning"


def _action(context: Inspection, folder: str) -> dict[str, Any] | None:
    for name in ("action.yml", "action.yaml"):
        path = path_from(folder, name)
        if path in context.inventory.tracked_set:
            document = context.readable(path, yaml.parse)
            data = table(document.data) if document else {}
            return data if isinstance(data.get("runs"), dict) else None
    return None


def _near(name: str, known: list[str]) -> str:
    near = likely(name, known, 0.6)
    return f"; {near!r} is one" if near else ""
