"""Conditions that no event can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def flow(on: str, condition: str) -> str:
    return f"on: {on}\njobs:\n  a:\n    if: {condition}\n    runs-on: x\n    steps:\n      - run: echo\n"


@pytest.mark.parametrize(
    ("on", "condition"),
    [
        ("[push, pull_request]", "github.event_name == 'schedule'"),
        ("push", "${{ github.event_name == 'workflow_dispatch' && github.actor != 'x' }}"),
        ("{push: {branches: [main]}}", "startsWith(github.ref, 'refs/tags/v')"),
        ("{push: {branches: [main]}}", "github.ref == 'refs/heads/master'"),
        ("{push: {tags: ['v*']}}", "github.ref_type == 'branch'"),
        ("pull_request", "github.ref == 'refs/heads/main'"),
        ("{issues: {types: [opened]}}", "github.event.action == 'closed'"),
        ("workflow_dispatch", "contains(github.event_name, 'pull_request')"),
        ("push", "contains(fromJSON('[\"release\"]'), github.event_name)"),
        ("push", "github.event_name == 'push' && !(github.event_name == 'push')"),
        ("push", "github.event.pull_request.merged == true"),
        ("push", "github.event.pull_request.labels.*.name == 'x'"),
        ("push", "inputs.deploy == 'true'"),
        ("push", "github.base_ref == 'main'"),
        ("[push, pull_request]", "github.event.inputs.env == 'prod'"),
        ("pull_request", "github.event.action == 'closed'"),
        ("pull_request", "github.ref_name == 'main'"),
        ("{pull_request: {branches: [main]}}", "github.base_ref == 'master'"),
        ("{pull_request: {types: [opened]}}", "github.event.label.name == 'deploy'"),
        ("{push: {tags: ['v*']}}", "github.ref_name == 'main'"),
        ("{push: {branches: ['release/**']}}", "github.ref == 'refs/heads/main'"),
        ("{workflow_dispatch: {inputs: {deploy: {type: boolean}}}}", "inputs.deploy == 'yes'"),
        ("{workflow_dispatch: {inputs: {to: {type: choice, options: [dev, prod]}}}}", "inputs.to == 'production'"),
        ("push", "github.event_nam == 'push'"),
        ("push", "github.event.schedule == '0 0 * * *'"),
        ("[push, workflow_dispatch]", "github.ref == 'refs/head/main'"),
        ("{schedule: [{cron: '0 3 * * *'}]}", "github.event.schedule == '0 0 * * *'"),
        ("{push: , workflow_call: }", "github.event_name == 'workflow_call'"),
    ],
)
def test_never(inspect: Callable[..., list[Finding]], on: str, condition: str) -> None:
    found = inspect(
        "workflow-job-unreachable", at_root(flow(on, f'"{condition}"' if '"' not in condition else condition))
    )

    assert places(found) == [("warning", ".github/workflows/ci.yml", 4)]


@pytest.mark.parametrize(
    ("on", "condition"),
    [
        ("{schedule: [{cron: '0 3 * * *'}]}", "github.event_name == 'schedule'"),
        ("[push, workflow_call]", "github.event_name == 'schedule'"),
        ("push", "startsWith(github.ref, 'refs/tags/')"),
        ("{push: {branches: ['**']}}", "github.ref == 'refs/heads/master'"),
        ("{push: {branches: [main], tags: ['v*']}}", "startsWith(github.ref, 'refs/tags/')"),
        ("{push: {branches: [Main]}}", "github.ref == 'refs/heads/main'"),
        ("{pull_request: {types: [closed]}}", "github.ref == 'refs/heads/main'"),
        ("push", "github.event_name != 'pull_request' || github.event.pull_request.merged"),
        ("pull_request", "always() && needs.x.result == 'success'"),
        ("push", "${{ github.event_name == 'x' }} || text"),
        ("push", "github.event_name == 'x' ||"),
        ("workflow_dispatch", "github.ref == 'refs/heads/main'"),
        ("push", "github[format('event_{0}', 'name')] == 'x'"),
        ("merge_group", "github.event_name == 'MERGE_GROUP'"),
        ("push", "!github.event.pull_request.draft"),
        ("push", "github.event.pull_request.head.repo.full_name != github.repository"),
        ("push", "github.event.inputs.env == ''"),
        ("[push, pull_request]", "github.event.pull_request.draft == false"),
        ("{pull_request: {types: [opened, labeled]}}", "github.event.label.name == 'deploy'"),
        ("{pull_request: {branches: ['release/*']}}", "github.base_ref == 'release/1'"),
        ("{push: {branches: ['v?x']}}", "github.ref_name == 'x'"),
        ("{workflow_dispatch: {inputs: {deploy: {type: boolean}}}}", "inputs.deploy"),
        ("{workflow_dispatch: {inputs: {deploy: {type: boolean}}}}", "github.event.inputs.deploy == 'true'"),
        ("{workflow_call: {inputs: {deploy: {type: boolean}}}}", "inputs.deploy == true"),
        ("{push: , schedule: [{cron: '0 3 * * *'}, {cron: '0 5 * * *'}]}", "github.event.schedule == '0 5 * * *'"),
        ("workflow_call", "github.event.schedule == '0 5 * * *'"),
    ],
)
def test_perhaps(inspect: Callable[..., list[Finding]], on: str, condition: str) -> None:
    found = inspect("workflow-job-unreachable", at_root(flow(on, f'"{condition}"')))

    assert [one for one in found if one.severity != "info"] == []


def test_what_needs_a_job_that_never_runs(inspect: Callable[..., list[Finding]]) -> None:
    text = (
        "on: push\njobs:\n  last:\n    needs: [middle]\n    runs-on: x\n  off:\n    if: false\n    runs-on: x\n"
        "  middle:\n    needs: off\n    runs-on: x\n  report:\n    needs: [middle]\n    if: always()\n    runs-on: x\n"
    )

    assert places(inspect("workflow-job-unreachable", at_root(text))) == [
        ("warning", ".github/workflows/ci.yml", 4),
        ("info", ".github/workflows/ci.yml", 7),
        ("warning", ".github/workflows/ci.yml", 10),
    ]


def test_filters_that_no_branch_passes(inspect: Callable[..., list[Finding]]) -> None:
    text = "on:\n  push:\n    branches:\n      - main\n      - refs/heads/dev\n    tags: ['refs-*']\njobs: {}\n"

    assert places(inspect("workflow-job-unreachable", at_root(text))) == [("warning", ".github/workflows/ci.yml", 5)]


def test_only_what_nothing_calls_is_told(inspect: Callable[..., list[Finding]]) -> None:
    called = "on: workflow_call\njobs: {}\n"
    caller = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci.yml\n"

    found = inspect("workflow-job-unreachable", at_root(called, caller, called))

    assert places(found) == [("info", ".github/workflows/ci2.yml", 1)]


def test_switched_off_and_no_step(inspect: Callable[..., list[Finding]]) -> None:
    text = (
        "on: push\njobs:\n  off:\n    if: false\n    runs-on: x\n  a:\n    runs-on: x\n    steps:\n"
        "      - run: echo\n        if: github.event_name == 'release'\n"
    )

    assert places(inspect("workflow-job-unreachable", at_root(text))) == [("info", ".github/workflows/ci.yml", 4)]


def test_waits_for_a_name_that_none_has(inspect: Callable[..., list[Finding]]) -> None:
    waiting = "on:\n  workflow_run:\n    workflows: [{}]\njobs: {{}}\n"
    tree = at_root(waiting.format("Tests"), "name: Test\non: push\njobs: {}\n", waiting.format("Test"))

    assert places(inspect("workflow-job-unreachable", tree)) == [("warning", ".github/workflows/ci.yml", 3)]


def test_an_unreadable_workflow_may_have_the_name(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root("on:\n  workflow_run:\n    workflows: [Tests]\njobs: {}\n", "name: [Tests\n")

    assert inspect("workflow-job-unreachable", tree) == []


APART = """on:
  push:
    branches: [main, develop]
  release:
    types: [published]
jobs:
  image:
    if: github.event_name == 'push' && github.ref == 'refs/heads/main'
    runs-on: x
  staging:
    needs: [image]
    if: github.ref == 'refs/heads/develop'
    runs-on: x
  production:
    needs: image
    if: github.event_name == 'release'
    runs-on: x
  after:
    needs: staging
    runs-on: x
  fine:
    needs: image
    if: github.event_name == 'push'
    runs-on: x
  anyway:
    needs: image
    if: always() && github.event_name == 'release'
    runs-on: x
"""


def test_jobs_that_never_run_together(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("workflow-job-unreachable", at_root(APART))

    assert places(found) == [("warning", ".github/workflows/ci.yml", 11), ("warning", ".github/workflows/ci.yml", 15)]
    assert found[1].message.startswith("job production never runs: image, which it needs, never runs in the same run")


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("needs.a.result == 'failure'", True),
        ("${{ needs.a.result != 'success' }}", True),
        ("contains(needs.*.result, 'failure')", True),
        ("needs.a.result == 'skipped' && github.ref == 'refs/heads/main'", True),
        ("always() && needs.a.result == 'failure'", False),
        ("failure() && needs.a.result == 'failure'", False),
        ("${{ !cancelled() && needs.a.result != 'success' }}", False),
        ("needs.a.result == 'success'", False),
        ("contains(needs.*.result, 'success')", False),
        ("needs.a.outputs.failed == 'yes'", False),
    ],
)
def test_jobs_for_the_failure_of_another(inspect: Callable[..., list[Finding]], condition: str, told: bool) -> None:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n  b:\n    needs: a\n    runs-on: x\n    if: {condition}\n"

    found = inspect("workflow-job-unreachable", at_root(text))

    assert places(found) == ([("warning", ".github/workflows/ci.yml", 8)] if told else [])


def test_the_values_of_one_name_are_told_together(inspect: Callable[..., list[Finding]]) -> None:
    text = flow("{push: {branches: [main, next]}, pull_request: }", "github.ref == 'refs/heads/master'")

    (found,) = inspect("workflow-job-unreachable", at_root(text))

    said = "(github.ref is 'refs/heads/main' or 'refs/heads/next' or a text that begins with 'refs/pull/')"
    assert found.message.endswith(said)
