"""Repositories in which nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.workflows import at_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

NESTED = {".github": {"workflows": {"ci.yml": "on: push\njobs: {}\n"}}}


def test_only_nested_ones(inspect: Callable[..., list[Finding]]) -> None:
    assert places(inspect("no-root-workflow", {"web": NESTED})) == [("error", ".", 0)]


def test_another_service_runs_something(inspect: Callable[..., list[Finding]]) -> None:
    assert places(inspect("no-root-workflow", {"web": NESTED, ".gitlab-ci.yml": ""})) == [("warning", ".", 0)]


def test_no_automation_at_all_is_told(inspect: Callable[..., list[Finding]]) -> None:
    assert places(
        inspect("no-root-workflow", {"web": {"package.json": '{"name": "web", "dependencies": {"a": "1"}}'}})
    ) == [("info", ".", 0)]


def test_quiet_with_a_workflow_and_with_copies_only(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("no-root-workflow", at_root("on: push\njobs: {}\n", web=NESTED)) == []


def test_quiet_where_only_a_copy_has_some(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("no-root-workflow", {"vendor": {"x": NESTED}}) == []
