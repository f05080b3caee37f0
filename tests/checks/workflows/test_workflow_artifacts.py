"""Artifacts that one job asks for and another brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.workflows import at_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

UPLOADS = """on: push
jobs:
  build:
    runs-on: x
    strategy:
      matrix:
        os: [a, b]
    steps:
      - uses: actions/upload-artifact@v4
        with: {name: "dist-${{ matrix.os }}", path: x}
      - uses: actions/upload-artifact@v4
        with: {name: "sha-${{ github.sha }}", path: x}
  use:
    needs: build
    runs-on: x
    steps:
      - uses: actions/download-artifact@v4
        with: {name: dist-a}
      - uses: actions/download-artifact@v4
        with: {name: "sha-${{ github.sha }}"}
      - uses: actions/download-artifact@v4
        with: {name: dist-c}
      - uses: actions/download-artifact@v4
        with: {name: other, run-id: 1}
      - uses: actions/download-artifact@v4
        with: {pattern: "*"}
  early:
    runs-on: x
    steps:
      - uses: actions/download-artifact@v4
        with: {name: dist-a}
"""


def test_artifacts(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("workflow-reference-missing", at_root(UPLOADS))

    assert [(one.line, one.message) for one in found] == [
        (
            22,
            "no job uploads an artifact named 'dist-c'; uploaded: dist-a, dist-b, sha-${{ github.sha }}: the step fails",
        ),
        (31, "job early does not wait for build, which uploads 'dist-a': the step fails"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("on: push", "on: workflow_call"),
        (
            '      - uses: actions/upload-artifact@v4\n        with: {name: "s',
            '      - uses: x/y-artifact@v1\n        with: {name: "s',
        ),
    ],
)
def test_artifacts_that_others_may_bring(inspect: Callable[..., list[Finding]], change: tuple[str, str]) -> None:
    assert inspect("workflow-reference-missing", at_root(UPLOADS.replace(*change))) == []
