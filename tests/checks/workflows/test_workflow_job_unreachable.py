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
    ],
)
def test_perhaps(inspect: Callable[..., list[Finding]], on: str, condition: str) -> None:
    assert inspect("workflow-job-unreachable", at_root(flow(on, f'"{condition}"'))) == []


def test_switched_off_and_steps(inspect: Callable[..., list[Finding]]) -> None:
    text = (
        "on: push\njobs:\n  off:\n    if: false\n    runs-on: x\n  a:\n    runs-on: x\n    steps:\n"
        "      - run: echo\n        if: github.event_name == 'release'\n"
    )

    assert places(inspect("workflow-job-unreachable", at_root(text))) == [
        ("info", ".github/workflows/ci.yml", 4),
        ("warning", ".github/workflows/ci.yml", 10),
    ]


def test_waits_for_a_name_that_none_has(inspect: Callable[..., list[Finding]]) -> None:
    waiting = "on:\n  workflow_run:\n    workflows: [{}]\njobs: {{}}\n"
    tree = at_root(waiting.format("Tests"), "name: Test\non: push\njobs: {}\n", waiting.format("Test"))

    assert places(inspect("workflow-job-unreachable", tree)) == [("warning", ".github/workflows/ci.yml", 3)]


def test_an_unreadable_workflow_may_have_the_name(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root("on:\n  workflow_run:\n    workflows: [Tests]\njobs: {}\n", "name: [Tests\n")

    assert inspect("workflow-job-unreachable", tree) == []
