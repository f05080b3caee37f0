"""Failures that are swallowed, and those that may be."""

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
    ("body", "severity", "line"),
    [
        ("- run: pnpm test || true", "error", 7),
        ("- run: |\n    cd web\n    npm run build || echo 'failed'", "error", 9),
        ("- run: 'cargo test --all || :'", "error", 7),
        ("- run: uv run --frozen pytest -q || exit 0", "error", 7),
        ("- run: npx tsc --noEmit || true", "error", 7),
        ("- run: npm run test:unit || true", "error", 7),
        ("- run: anchor test --skip-deploy || true", "error", 7),
        ("- run: make test || true", "error", 7),
        ("- run: npm ci || true", "warning", 7),
        ("- run: npx eslint . || true", "warning", 7),
        ("- run: go test ./...\n  continue-on-error: true", "warning", 8),
        ("- run: pytest | tee log.txt", "warning", 7),
        ("- run: npm test; true", "error", 7),
        ("- run: |\n    set +e\n    cargo test\n    exit 0", "error", 9),
        ("- run: |\n    set +e\n    npm test\n    echo finished", "error", 9),
        ("- run: npm test\n  continue-on-error: ${{ true }}", "warning", 8),
        ("- run: timeout -k 5 300 npm test || true", "error", 7),
        ("- run: xvfb-run -a npm test || true", "error", 7),
        ("- run: python manage.py test || true", "error", 7),
        ("- run: docker compose run --rm api pytest || true", "error", 7),
        ('- run: echo "tests passed"', "warning", 7),
    ],
)
def test_swallowed(inspect: Callable[..., list[Finding]], body: str, severity: str, line: int) -> None:
    assert places(inspect("workflow-cannot-fail", at_root(steps(body)))) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "body",
    [
        "- run: npm test",
        "- run: |\n    set +e\n    npm test\n    set -e\n    echo finished",
        "- run: |\n    set +e\n    npm test\n    code=$?\n    exit $code",
        "- run: |\n    set +e\n    npm test",
        "- run: echo starting\n- run: npm test",
        "- run: echo version=1 > made.txt",
        "- run: echo $(make-it)",
        "- run: docker rm -f x || true\n- run: kill $PID || true\n- run: npm audit || true",
        "- run: npm test || exit 1",
        "- run: npm test || { cat log; exit 1; }",
        "- run: npm test || (echo failed && exit 1)",
        "- run: npm test || echo failed && exit 1",
        "- run: npm test || echo failed=true >> $GITHUB_OUTPUT",
        "- run: 'npm test || CODE=$?\n\n    echo $CODE'",
        "- run: count=$(npm test || true)",
        "- run: npm run test:watch --version || true",
        "- name: Experimental tests\n  run: npm test || true",
        "- run: npm test\n  continue-on-error: ${{ matrix.experimental }}",
        "- id: t\n  run: npm test\n  continue-on-error: true\n- if: steps.t.outcome == 'failure'\n  run: exit 1",
        "- run: set -o pipefail; pytest | tee log.txt",
        "- run: pytest | tee log.txt\n  shell: bash",
        "- run: ls\n  continue-on-error: true",
        "- uses: codecov/codecov-action@v4\n  continue-on-error: true",
        "- run: |\n    cat <<EOF\n    npm test || true\n    EOF",
        "- run: npm test || echo x\n  shell: pwsh",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    assert inspect("workflow-cannot-fail", at_root(steps(body))) == []


def test_a_whole_job(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: npm test", job="continue-on-error: true")

    assert places(inspect("workflow-cannot-fail", at_root(text))) == [("warning", CI, 5)]
    assert (
        inspect("workflow-cannot-fail", at_root(steps("- run: npm test", job="name: Nightly (allowed to fail)"))) == []
    )
