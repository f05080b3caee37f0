"""Guards by files that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("- run: |\n    if [ -f e2e/config.ts ]; then\n      echo\n    fi", 8),
        ("- run: |\n    cd web\n    if [[ -d e2e ]]; then echo; fi", 9),
        ("- run: test -f conf/jest.cfg && echo", 7),
        ("- run: '[ -e tests/run.sh ] && bash tests/run.sh'", 7),
        ("- run: echo\n  if: hashFiles('e2e/x.ts') != ''", 8),
        ("- run: echo\n  if: ${{ hashFiles('e2e/*.ts') != '' }}", 8),
        ("- run: '[[ -x ./ci/smoke.sh ]] && ./ci/smoke.sh'", 7),
        ("- run: '[ ! -d programs ] && exit 0'\n", 7),
        ("- run: |\n    if [ ! -f conf/x.json ]; then\n      echo skipped\n      exit 0\n    fi\n    make", 8),
        ("- run: |\n    if [ -d e2e ]; then make; else echo none; fi", 8),
        ("- run: |\n    if [ -f web/a ] && [ -f web/jest.cfg ]; then make; fi", 8),
        (
            "- run: |\n    if [ -f gone.ts ]; then\n      echo 'x=1' >> $GITHUB_OUTPUT\n    else\n      echo 'x=0' >> $GITHUB_OUTPUT\n    fi",
            8,
        ),
        ("- run: ls e2e/*.spec.ts 2>/dev/null && make", 7),
        ("- run: |\n    if grep -q 'test:contract' web/a; then make; fi", 8),
        ("- run: npm test\n- run: |\n    if [ -d web/test ]; then make; fi", 9),
        ("- run: test -f gone.ts && make || echo none", 7),
    ],
)
def test_never_true(inspect: Callable[..., list[Finding]], body: str, line: int) -> None:
    found = inspect("workflow-guard-never-true", at_root(steps(body), web={"a": ""}))

    assert places(found) == [("warning", CI, line)]


def test_what_starter_workflows_look_for_is_only_told(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: |\n    if [ -f setup.py ]; then pip install -e .; fi"

    assert places(inspect("workflow-guard-never-true", at_root(steps(body)))) == [("info", CI, 8)]


@pytest.mark.parametrize(
    "body",
    [
        "- run: |\n    if [ -f README.md ]; then echo; fi",
        "- run: |\n    if [ -f gone.ts ]; then a; else b; fi",
        "- run: |\n    if [ ! -f gone.ts ]; then a; fi",
        '- run: |\n    if [ -f "$FILE" ]; then a; fi',
        "- run: |\n    if [ -f coverage/lcov.info ]; then a; fi",
        "- run: |\n    if [ -d dist ]; then a; fi",
        "- run: touch gone.ts\n- run: |\n    if [ -f gone.ts ]; then a; fi",
        "- run: |\n    make-it gone.ts\n    if [ -f gone.ts ]; then a; fi",
        '- run: |\n    cd "$PROJECT"\n    if [ -d program ]; then a; fi',
        "- run: |\n    cat <<'EOF' > run.sh\n    if [ -d program ]; then a; fi\n    EOF",
        "- run: |\n    if [ -f .env ]; then a; fi",
        "- run: |\n    if ls .changeset/*.md; then a; fi",
        "- run: |\n    if [ -d newsfragments/api ]; then a; fi",
        "- run: test -f gone.ts && a || b",
        "- run: |\n    if [ ! -f gone.ts ]; then\n      echo missing\n      exit 1\n    fi",
        "- run: '[ ! -f gone.ts ] && touch gone.ts'",
        '- run: |\n    for d in a b; do\n      if [ -f "$d/x" ]; then make; fi\n    done',
        "- run: |\n    if [ -f gone.ts ] || [ -f README.md ]; then a; fi",
        "- run: |\n    if grep -q 'x.*y' README.md; then a; fi",
        "- run: ls gone && a",
        "- run: |\n    alembic revision --autogenerate\n    if [ -d gone/versions ]; then a; fi",
        "- run: |\n    if [[ $A == b &&\n      $C == d\n    ]]; then a; fi",
        "- run: mkdir -p web/test\n- run: |\n    if [ -d web/test ]; then a; fi",
        "- run: echo\n  if: hashFiles('**/go.mod') != ''",
        "- run: echo\n  if: hashFiles('ui/test-output/latest/index.json') != ''",
        '- run: |\n    CODE="$(curl -s -o answer.json \\\n      https://a.invalid)"\n    if [ -f answer.json ]; then cat answer.json; fi',
        "- uses: a/scan@v1\n  with: {output: found.json}\n- run: echo\n  if: hashFiles('found.json') != ''",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    assert inspect("workflow-guard-never-true", at_root(steps(body), **{"README.md": ""})) == []


@pytest.mark.parametrize(
    "condition",
    [
        "github.event_nam == 'push'",
        "github.event_name == 'pushed'",
        "github.repository == 'toolkit'",
        "github.actor == 'dependabot'",
        "runner.os == 'ubuntu'",
        "runner.os == 'Windows'",
        "job.status == 'failed'",
        "steps.probe.outcome == 'failed'",
        "steps.probe.outputs.ok == true",
        "matrix.os == 'windows'",
        "env.MODE == 'production'",
        "env.FAST == true",
        "always() && startsWith(github.ref, 'main')",
        "startsWith(github.ref, 'refs/tag/')",
        "startsWith(github.ref, 'refs/branches/main')",
        "github.ref == 'refs/head/main'",
        "github.ref_name == 'refs/heads/main'",
        "!contains(fromJSON('[\"push\"]'), 'push')",
    ],
)
def test_compares_with_what_it_never_is(inspect: Callable[..., list[Finding]], condition: str) -> None:
    body = f"- id: probe\n  run: echo\n- run: echo\n  if: {condition if condition[0] != '!' else f'${{{{ {condition} }}}}'}"
    settings = "env: {MODE: staging, FAST: true}\nstrategy: {matrix: {os: [ubuntu-24.04, macos-15]}}"

    assert places(inspect("workflow-guard-never-true", at_root(steps(body, job=settings)))) == [("warning", CI, 12)]


@pytest.mark.parametrize(
    "condition",
    [
        "github.event_name == 'Push'",
        "startsWith(github.ref, 'refs/tags/v') || github.ref == 'refs/heads/main'",
        "startsWith(github.ref, 'refs/')",
        "github.ref_name == 'feature/refs'",
        "github.actor == 'dependabot[bot]'",
        "github.repository == 'owner/toolkit'",
        "runner.os == 'linux'",
        "runner.os != 'Windows'",
        "steps.probe.outcome == 'failure' || failure()",
        "steps.probe.outputs.ok == 'true'",
        "matrix.os != 'ubuntu-24.04'",
        "matrix.extra != 'yes'",
        "matrix.node == 20",
        "env.MODE == 'Staging'",
        "env.FAST == 'true'",
        "env.SET == 'x'",
        "env.OTHER != ''",
        "vars.X == true",
    ],
)
def test_compares_with_what_it_may_be(inspect: Callable[..., list[Finding]], condition: str) -> None:
    body = (
        "- id: probe\n  run: echo SET=x >> $GITHUB_ENV\n- run: echo\n"
        f"  env: {{OTHER: '${{{{ secrets.X }}}}'}}\n  if: {condition}"
    )
    settings = (
        "env: {MODE: staging, FAST: true, SET: y}\n"
        "strategy: {matrix: {os: [ubuntu-24.04], node: [20], include: [{os: macos-15, extra: 'yes'}]}}"
    )

    assert inspect("workflow-guard-never-true", at_root(steps(body, job=settings))) == []


def test_a_switch_in_the_file_is_only_told(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: echo\n  if: env.DEEP == 'true'"

    found = inspect("workflow-guard-never-true", at_root(steps(body, job="env: {DEEP: false}")))

    assert [(one.severity, one.message) for one in found] == [("info", "the guard is never true: env.DEEP is 'false'")]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("steps.a.outcome == 'failure'", True),
        ("steps.a.conclusion == 'failure'", True),
        ("job.status == 'failure'", True),
        ("always() && steps.b.conclusion == 'failure'", True),
        ("steps.b.outcome == 'failure'", False),
        ("always() && steps.a.outcome == 'failure'", False),
        ("failure() && steps.a.conclusion == 'failure'", False),
        ("steps.a.outcome == 'skipped'", False),
        ("steps.a.outcome == 'success'", False),
    ],
)
def test_steps_for_the_failure_of_another(inspect: Callable[..., list[Finding]], condition: str, told: bool) -> None:
    body = f"- id: a\n  run: make\n- id: b\n  run: make\n  continue-on-error: true\n- run: echo\n  if: {condition}"

    assert places(inspect("workflow-guard-never-true", at_root(steps(body)))) == ([("warning", CI, 13)] if told else [])


def test_steps_that_no_event_runs(inspect: Callable[..., list[Finding]]) -> None:
    text = (
        "on: push\njobs:\n  off:\n    if: github.event_name == 'release'\n    runs-on: x\n    steps:\n"
        "      - run: echo\n        if: github.event_name == 'release'\n  a:\n    runs-on: x\n    steps:\n"
        "      - run: echo\n        if: github.event_name == 'release'\n      - run: echo\n        if: false\n"
        "      - run: echo\n        if: github.event_name == 'push'\n"
    )

    assert places(inspect("workflow-guard-never-true", at_root(text))) == [("warning", CI, 13), ("info", CI, 15)]
    assert places(inspect("workflow-job-unreachable", at_root(text))) == [("warning", CI, 4)]


def test_a_boolean_input_is_no_text(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  workflow_dispatch:\n    inputs:\n      migrate: {type: boolean}\n"
    body = "- run: echo\n  if: inputs.migrate == 'true'"

    (found,) = inspect("workflow-guard-never-true", at_root(steps(body, head=head)))

    assert "(inputs.migrate is true or false, and never a text)" in found.message
    assert [fix.title for fix in found.fixes] == ["compare with true without quotes, or name the input alone"]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("env.HOOK != ''", True),
        ("env.HOOK", True),
        ("${{ success() && env.HOOK != '' }}", True),
        ("env.HOOK == ''", False),
        ("env.KNOWN != ''", False),
        ("env.LATER != ''", False),
        ("env.HOOK != '' || github.event_name == 'push'", False),
    ],
)
def test_a_variable_that_nothing_sets(inspect: Callable[..., list[Finding]], condition: str, told: bool) -> None:
    body = f'- run: echo "LATER=1" >> later\n- run: ./notify\n  if: "{condition}"'

    found = inspect("workflow-guard-never-true", at_root(steps(body, job="env: {KNOWN: '${{ secrets.KNOWN }}'}")))

    assert places(found) == ([("warning", ".github/workflows/ci.yml", 10)] if told else [])


@pytest.mark.parametrize(
    "before",
    [
        "run: echo 'HOOK=1' >> $GITHUB_ENV",
        "run: ./setup.sh",
        "run: cat .env >> $GITHUB_ENV",
        "uses: a/b@v1",
        "run: make env",
    ],
)
def test_a_variable_that_a_step_before_may_set(inspect: Callable[..., list[Finding]], before: str) -> None:
    body = f"- {before}\n- run: ./notify\n  if: env.HOOK != ''"

    assert [one for one in inspect("workflow-guard-never-true", at_root(steps(body))) if "HOOK" in one.evidence] == []


@pytest.mark.parametrize(
    ("after", "then", "told"),
    [
        ("mv new.md CHANGES.md", "uses: peter-evans/create-pull-request@v6", False),
        ("mv new.md CHANGES.md", "run: git commit -am log && git push", False),
        ("mv new.md CHANGES.md", "run: npm test", True),
        ("mv new.md other.md", "run: git push", True),
    ],
)
def test_a_file_that_the_script_makes_and_the_job_commits(
    inspect: Callable[..., list[Finding]], after: str, then: str, told: bool
) -> None:
    body = f"- run: |\n    if [ -f CHANGES.md ]; then cat CHANGES.md >> new.md; fi\n    {after}\n- {then}"

    assert len(inspect("workflow-guard-never-true", at_root(steps(body)))) == told


@pytest.mark.parametrize(
    "body",
    [
        "- run: |\n    if [ -d plug ]; then make; else\n      echo 'plug does not exist yet, skipping'\n    fi",
        "- run: make\n  if: github.event_name == 'push' && false\n  # Alternative",
    ],
)
def test_a_guard_that_says_so_is_information(inspect: Callable[..., list[Finding]], body: str) -> None:
    assert [one.severity for one in inspect("workflow-guard-never-true", at_root(steps(body)))] == ["info"]
