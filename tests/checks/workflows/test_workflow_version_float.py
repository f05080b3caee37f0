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
