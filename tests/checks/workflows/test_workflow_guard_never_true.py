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
        "- run: test -f gone.ts && a || b",
        "- run: echo\n  if: hashFiles('**/go.mod') != ''",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    assert inspect("workflow-guard-never-true", at_root(steps(body), **{"README.md": ""})) == []
