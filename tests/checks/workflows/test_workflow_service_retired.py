"""Images, actions and commands that GitHub has switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


def test_retired(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(
        "- uses: actions/upload-artifact@v3\n- uses: actions/cache@v2\n- run: |\n    echo\n    echo '::set-env name=A::b'"
    ).replace("ubuntu-24.04", "ubuntu-20.04")

    assert places(inspect("workflow-service-retired", at_root(text))) == [
        ("error", CI, 4),
        ("error", CI, 7),
        ("error", CI, 8),
        ("error", CI, 11),
    ]


def test_in_a_matrix(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: ls", job="strategy:\n  matrix:\n    os:\n      - ubuntu-latest\n      - macos-11").replace(
        "ubuntu-24.04", "${{ matrix.os }}"
    )

    assert places(inspect("workflow-service-retired", at_root(text))) == [("error", CI, 9)]


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(
        "- uses: actions/upload-artifact@v4\n- uses: actions/cache@v4.2.1\n- uses: actions/cache@v3\n- uses: actions/cache@6849a6489940f00c2f30c0fb92c6274307ccb58a"
        '\n- uses: other/upload-artifact@v3\n- run: echo "A=b" >> $GITHUB_ENV',
    ).replace("ubuntu-24.04", "[self-hosted, ubuntu-20.04]")

    assert inspect("workflow-service-retired", at_root(text)) == []


def test_deprecated_ones_and_old_versions_in_an_action(inspect: Callable[..., list[Finding]]) -> None:
    action = """name: a
runs:
  using: composite
  steps:
    - uses: actions/cache@v4.0.2
    - shell: bash
      run: |
        # ::set-output name=none::1
        echo "::set-output name=a::1"
        echo "::set-output name=b::2"
        sh -c "$(curl -sSfL https://release.solana.com/v1.18.4/install)"
"""
    tree = {"ci": {"a": {"action.yml": action}, "b": {"action.yml": "runs: {using: node12, main: a.js}\n"}}}

    assert places(inspect("workflow-service-retired", tree)) == [
        ("error", "ci/a/action.yml", 5),
        ("warning", "ci/a/action.yml", 9),
        ("warning", "ci/a/action.yml", 11),
        ("warning", "ci/b/action.yml", 1),
    ]


def test_what_one_file_uses_often_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    old = "- run: echo ::set-output name=a::1\n"
    text = steps(old * 3 + "- uses: actions/upload-artifact@v3\n- run: ls\n- uses: actions/upload-artifact@v3")

    found = sorted(inspect("workflow-service-retired", at_root(text)), key=lambda one: one.line)

    assert [(one.severity, one.line, one.evidence) for one in found] == [
        ("warning", 7, "::set-output name=; also in lines 8, 9"),
        ("error", 10, "uses: actions/upload-artifact@v3; also in lines 12"),
    ]
