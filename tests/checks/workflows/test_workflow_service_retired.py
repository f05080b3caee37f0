"""Images, actions and commands that GitHub has switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps
from toolkit.documents import edit
from toolkit.model import EditFile

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- uses: actions/cache@v2  # old", "- uses: actions/cache@v4  # old"),
        ('- uses: "actions/upload-artifact@v3.1.2"', '- uses: "actions/upload-artifact@v4"'),
        (
            '- run: echo "::set-output name=a::$(cat x | wc -l)"  # why',
            '- run: echo "a=$(cat x | wc -l)" >> "$GITHUB_OUTPUT"  # why',
        ),
        ('- run: echo "::set-output name=a::$X"', '- run: echo "a=$X" >> "$GITHUB_OUTPUT"'),
        ("- run: |\n    ls\n    echo '::set-env name=A::b'", "- run: |\n    ls\n    echo 'A=b' >> \"$GITHUB_ENV\""),
        ('- run: |\n    echo "::add-path::$HOME/bin"', '- run: |\n    echo "$HOME/bin" >> "$GITHUB_PATH"'),
        (
            "- run: |\n    echo ::set-output name=day::$(date +'%F')\n    # ::set-output\n    echo ::set-output name=b-c::${{ a.b }}",
            '- run: |\n    echo day=$(date +\'%F\') >> "$GITHUB_OUTPUT"\n    # ::set-output\n    echo b-c=${{ a.b }} >> "$GITHUB_OUTPUT"',
        ),
        (
            '- run: sh -c "$(curl -sSfL https://release.solana.com/v1.18.26/install)"',
            '- run: sh -c "$(curl -sSfL https://release.anza.xyz/v1.18.26/install)"',
        ),
    ],
)
def test_repairs_keep_the_rest_of_the_line(inspect: Callable[..., list[Finding]], old: str, new: str) -> None:
    before = at_root(steps(old))
    ((_, text),) = flat(before)

    fixes = [one.fixes[0] for one in inspect("workflow-service-retired", before)]

    assert [fix.safety for fix in fixes] == ["unsafe"]
    (action,) = fixes[0].actions
    assert isinstance(action, EditFile)
    assert edit.apply(text.encode(), action.spans).decode() == next(iter(flat(at_root(steps(new)))))[1]


@pytest.mark.parametrize(
    "run",
    [
        'echo "::set-output name=a::$(x | y "z")"',
        "echo ::set-output name=a::b c",
        'x && echo "::set-output name=a::1"',
        'echo "::set-output name=a::1" && echo "b"',
        "echo ::set-output name=a::1 | tee",
        'echo "::set-output name=a::1%0A2"',
        "curl https://release.solana.com/v1.10.31/install",
    ],
)
def test_what_is_not_simple_is_left_to_a_person(inspect: Callable[..., list[Finding]], run: str) -> None:
    found = inspect("workflow-service-retired", at_root(steps(f"- run: |\n    {run}")))

    assert [(fix.safety, fix.actions) for one in found for fix in one.fixes] == [("manual", ())]


def flat(tree: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    """The files of a tree, with their paths."""
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        found += flat(value, f"{above}{name}/") if isinstance(value, dict) else [(f"{above}{name}", value)]
    return found
