"""Versions that YAML reads as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.workflows import at_root, steps
from toolkit.model import EditFile, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


def test_the_last_zero_is_lost(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(
        "- uses: actions/setup-go@v5\n  with:\n    go-version: 1.20",
        head="on: push\nenv:\n  GO_VERSION: 1.20\n",
        job="strategy: {matrix: {python: [3.9, 3.10]}}",
    )
    found = inspect("workflow-version-float", at_root(text))
    at = text.index("3.10")

    assert places(found) == [("error", CI, 3), ("error", CI, 7), ("error", CI, 12)]
    assert found[1].fixes[0].actions == (EditFile(CI, (Span(at, at + 4, b'"3.10"'),), digest_bytes(text.encode())),)


def test_quiet_for_what_stays_itself(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(
        "- uses: actions/setup-go@v5\n  with:\n    go-version: '1.20'\n    threshold: 0.10",
        head="on: push\nenv:\n  GO_VERSION: 1.21\n  RATE: 1.50\n",
        job="strategy: {matrix: {python: [3.9, '3.10', 3.11], node: [20]}}",
    )

    assert inspect("workflow-version-float", at_root(text)) == []


def test_defaults_of_inputs_and_actions(inspect: Callable[..., list[Finding]]) -> None:
    action = "inputs:\n  go-version: {default: 1.20}\n  ratio: {default: 0.10}\nruns:\n  using: composite\n  steps:\n"
    action += "    - uses: actions/setup-python@v5\n      with: {python-version: 3.10}\n"
    flow = "on:\n  workflow_call:\n    inputs:\n      python-version: {type: string, default: 3.10}\njobs: {}\n"

    assert places(inspect("workflow-version-float", at_root(flow, ci={"action.yml": action}))) == [
        ("error", ".github/workflows/ci.yml", 4),
        ("error", "ci/action.yml", 2),
        ("error", "ci/action.yml", 8),
    ]
