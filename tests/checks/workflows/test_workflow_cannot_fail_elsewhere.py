"""Failures that are swallowed in what a workflow runs, in other jobs, and in pipelines of other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


def test_in_what_a_workflow_runs(inspect: Callable[..., list[Finding]]) -> None:
    body = """- run: ./ci/test.sh
- run: bash ci/test.sh && bash ci/good.sh && bash ci/strict.sh
- run: npm test
  working-directory: web
- run: npm --prefix web run lint"""
    script = "#!/bin/bash\nnpm test\necho done\n"
    manifest = (
        '{\n  "scripts": {\n    "test": "jest || true",\n    "lint": "eslint .",\n    "e2e": "jest || true"\n  }\n}\n'
    )
    tree = at_root(
        steps(body),
        ci={
            "test.sh": script,
            "good.sh": script.replace("npm test", "npm test || exit 1"),
            "strict.sh": script.replace("/bash\n", "/bash\nset -euo pipefail\n"),
            "unused.sh": script,
        },
        web={"package.json": manifest},
    )

    assert places(inspect("workflow-cannot-fail", tree)) == [
        ("error", "ci/test.sh", 2),
        ("error", "web/package.json", 3),
    ]


def test_what_a_called_script_runs(inspect: Callable[..., list[Finding]]) -> None:
    make = "test: unit\n\t@pytest\nunit:\n\t-go test ./...\n\tnpm test || true\nclean:\n\t-npm test\n"
    tree = at_root(
        steps("- run: make test\n- run: npm run ci\n- run: npx turbo run lint\n- run: npm --prefix web test"),
        Makefile=make,
        web={"package.json": '{"scripts": {\n"test": "echo no tests"\n}}'},
        api={"package.json": '{"scripts": {\n"lint": "eslint . || true"\n}}'},
        **{"package.json": '{"scripts": {"ci": "npm run unit",\n"unit": "jest || true",\n"e2e": "jest || true"}}'},
    )

    assert sorted(places(inspect("workflow-cannot-fail", tree))) == [
        ("error", "Makefile", 4),
        ("error", "Makefile", 5),
        ("error", "package.json", 2),
        ("warning", "api/package.json", 2),
        ("warning", "web/package.json", 2),
    ]


GITLAB = """unit:
  script:
    - npm ci
    - npm test || true
  after_script:
    - npm test || true
lint:
  allow_failure: true
  script: npm test || true
optional tests:
  script: npm test || true
"""
CIRCLE = """jobs:
  test:
    steps:
      - run:
          name: all
          command: |
            echo go
            pytest || echo failed
      - run: pytest
"""


def test_pipelines_of_others(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect(
        "workflow-cannot-fail", {".gitlab-ci.yml": GITLAB, ".circleci": {"config.yml": CIRCLE}, "package.json": "{}"}
    )

    assert sorted(places(found)) == [("error", ".circleci/config.yml", 8), ("error", ".gitlab-ci.yml", 4)]


JOBS = """on: push
jobs:
  test:
    runs-on: x
    steps:
      - run: npm test
  deploy:
    needs: test
    if: always()
    runs-on: x
    steps:
      - run: kubectl apply -f k8s
  passed:
    needs: [test]
    if: ${{ !cancelled() }}
    runs-on: x
    steps:
      - run: echo passed
  ship:
    needs: test
    if: always()
    runs-on: x
    steps:
      - run: echo now
      - run: npx wrangler deploy
  tell:
    needs: test
    if: always()
    runs-on: x
    steps:
      - run: curl -d x https://chat.invalid
  release:
    needs: test
    if: always() && needs.test.result == 'success'
    runs-on: x
    steps:
      - run: npm publish
  gate:
    needs: test
    if: always()
    runs-on: x
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1
      - run: echo good
"""


def test_jobs_that_run_whatever_happened(inspect: Callable[..., list[Finding]]) -> None:
    assert places(inspect("workflow-cannot-fail", at_root(JOBS))) == [
        ("warning", CI, 9),
        ("warning", CI, 15),
        ("warning", CI, 21),
    ]
