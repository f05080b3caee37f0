"""What the commands of steps need, and what the actions beside them read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


TREE = {
    "package.json": '{"name": "root", "scripts": {"build": "x", "test": "y"}}',
    "pnpm-workspace.yaml": "packages: [apps/*]",
    "Makefile": "build test:\n\tgo build\nVALUE := a:b\n",
    "Cargo.toml": "[workspace]\n",
    "apps": {
        "web": {
            "package.json": '{"name": "@acme/web", "scripts": {"build": "x", "test:unit": "y"}, "devDependencies": {"tests": "1"}}',
            "a.ts": "",
        },
        "vault": {"Cargo.toml": '[package]\nname = "vault-core"\n[dependencies]\nserde = "1"\n'},
    },
    "tests": {"a.py": ""},
    "image": {"Dockerfile": "FROM a AS builder\nFROM b AS runtime\n"},
}


@pytest.mark.parametrize(
    "command",
    [
        "pnpm test:e2e",
        "cd apps/web && pnpm -w run test:unit",
        "pnpm --filter @acme/web run test:e2e",
        "yarn --cwd apps/web test:uni",
        "npm run lint --prefix apps/web",
        "npm run test:unit --workspace=@acme/api",
        "make deploy",
        "make -C . lint",
        "cargo test -p vault",
        "anchor build -p escrow",
        "pytest apps/web/tests",
        "cd apps/web && python -m py_compile train.py",
        "npx bundlesize --config bundlesize.config.json",
        "python -m pytest -v tests/b.py",
        "go test ./services/api/...",
        "npx tsx scripts/seed.ts",
        "uv run python scripts/migrate.py",
        "pnpm exec eslint -c ci.eslintrc.json apps",
        "cp .env.sample .env",
        "helm upgrade --install acme ./charts/acme -f values.yaml",
        "terraform plan -var-file=prod.tfvars",
        "docker build apps/web",
        "docker compose -f compose.ci.yml logs -f web",
        "kubectl apply -k k8s/overlays/prod",
        "k6 run load/smoke.js",
        "pnpm lint",
        "npm start",
        "yarn workspace @acme/web typecheck",
        "pnpm --filter @acme/web check-types",
        "docker buildx build --check apps/mobile",
        "docker build apps/mobile -t mobile:1",
        "docker build --target production -t api image",
        "cargo deny --config ci/deny.toml check",
        "cd image && docker compose up -d",
        "cd apps && make build",
        "cd tests && alembic upgrade head",
        "terraform -version && cd tests && terraform validate",
        "go vet ./...",
    ],
)
def test_what_commands_ask_for(inspect: Callable[..., list[Finding]], command: str) -> None:
    found = inspect("workflow-reference-missing", at_root(steps(f"- run: {command}"), **TREE))

    assert {(one.severity, one.line) for one in found} == {("error", 7)}


@pytest.mark.parametrize(
    "command",
    [
        "pnpm -w run build",
        "cd apps/web && pnpm -w test",
        "pnpm -r test:e2e",
        "pnpm --filter './apps/*' lint",
        "pnpm --filter @acme/web... test:e2e",
        "pnpm playwright test",
        "yarn vitest run",
        "yarn tests run",
        "yarn test:unit",
        "npm run lint --if-present",
        "make test CC=gcc",
        "cargo build -p serde",
        "cargo test -p vault_core",
        "pytest -k tests/b.py -m slow",
        "pytest tests/a.py::test_a",
        "go run ./...",
        "kubectl logs -f deployment/api",
        "docker compose logs -f web",
        "cp -r dist/ out",
        "helm upgrade acme bitnami/nginx",
        "[ -f scripts/x.sh ] && ./scripts/x.sh",
        "node -e 'x'",
    ],
)
def test_quiet_for_what_may_be_there(inspect: Callable[..., list[Finding]], command: str) -> None:
    body = f"- uses: pnpm/action-setup@v4\n- run: |\n    {command}"

    assert inspect("workflow-reference-missing", at_root(steps(body), **TREE)) == []


def test_rules_that_a_makefile_makes_up_are_not_judged(inspect: Callable[..., list[Finding]]) -> None:
    for text in ("include common.mk\n", "build-%:\n\tx\n", "$(NAMES): x\n\ty\n", "$(eval x)\n"):
        tree = at_root(steps("- run: make deploy"), Makefile=text)

        assert inspect("workflow-reference-missing", tree) == []


def test_a_step_that_looked_for_the_file(inspect: Callable[..., list[Finding]]) -> None:
    body = """- id: has
  run: if [ -f gone.sh ]; then echo "it=1" >> "$GITHUB_OUTPUT"; fi
- if: steps.has.outputs.it == '1'
  run: bash gone.sh
- run: |
    ls gone2.sh
    bash gone2.sh
- run: python -m make_it gone3.sh || true
- run: bash gone3.sh"""

    assert places(inspect("workflow-reference-missing", at_root(steps(body)))) == [("error", CI, 13)]


def test_what_actions_read(inspect: Callable[..., list[Finding]]) -> None:
    body = """- uses: actions/labeler@v5
- uses: actions/github-script@v7
  with:
    script: |
      const run = require('./.github/scripts/run.js')
      const fs = require('fs')
- uses: acme/deploy@v1
  with:
    workingDirectory: workers/edge
- uses: docker/build-push-action@v6
  with:
    context: tests"""

    assert places(inspect("workflow-reference-missing", at_root(steps(body), **TREE))) == [
        ("error", CI, 7),
        ("error", CI, 11),
        ("error", CI, 15),
        ("error", CI, 18),
    ]


def test_filters_of_changed_files(inspect: Callable[..., list[Finding]]) -> None:
    body = """- uses: dorny/paths-filter@v3
  with:
    filters: |
      web: &web
        - 'apps/web/**'
      docs:
        - 'docs/**'
      all:
        - *web
        - added|modified: 'gone/**'"""

    assert places(inspect("workflow-reference-missing", at_root(steps(body), **TREE))) == [
        ("warning", CI, 13),
        ("warning", CI, 16),
    ]


def test_values_of_one_row_stay_together(inspect: Callable[..., list[Finding]]) -> None:
    matrix = """strategy:
  matrix:
    os: [linux]
    include:
      - {os: linux, folder: apps/web, file: a.ts}
      - {folder: tests, file: a.py}
      - {folder: tests, file: b.py}"""
    body = "- uses: docker/build-push-action@v6\n  with: {file: '${{ matrix.folder }}/${{ matrix.file }}'}"
    found = inspect("workflow-reference-missing", at_root(steps(body, job=matrix), **TREE))

    assert [one.message for one in found] == ["file: tests/b.py does not exist; the step fails"]


def test_what_a_program_may_have_written_is_copied(inspect: Callable[..., list[Finding]]) -> None:
    for before in ("python tests/a.py", "npm run build", "./make-all.sh || true"):
        body = f"- run: |\n    {before}\n    cp tests/index.json out.json"

        assert inspect("workflow-reference-missing", at_root(steps(body), **TREE, **{"make-all.sh": ""})) == []


NEAR_MISSES = """- run: pnpm web && yarn tests
- run: docker build --target Runtime image
- run: docker build --target 0 image && docker build --some-option image
- run: cargo install cargo-audit && cargo --version
- run: cmake -B made && cd made && make
- run: terraform apply saved.plan
- run: go install example.com/tool@latest && go run example.com/tool
- run: pnpm --filter "./apps/*" lint && pnpm -r lint
- run: npm install"""


def test_commands_that_need_nothing_from_here(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(
        steps("- uses: pnpm/action-setup@v4\n" + NEAR_MISSES),
        **{**TREE, "package.json": '{"scripts": {"web": "x"}, "devDependencies": {"tests": "1"}}'},
    )

    assert inspect("workflow-reference-missing", tree) == []


def test_pnpm_goes_on_without_a_workspace(inspect: Callable[..., list[Finding]]) -> None:
    body = "- uses: pnpm/action-setup@v4\n- run: pnpm -F @acme/mobile build\n- run: pnpm -F @acme/mobile2 --fail-if-no-match build"

    found = inspect("workflow-reference-missing", at_root(steps(body), **TREE))

    assert places(found) == [("warning", CI, 8), ("error", CI, 9)]
    assert [one.message for one in found if one.severity == "warning"] == [
        "no workspace is called '@acme/mobile': pnpm does nothing, and succeeds"
    ]


def test_the_line_of_a_word_in_a_folded_or_continued_command(inspect: Callable[..., list[Finding]]) -> None:
    body = """- run: >
    cargo clippy
    -p serde
    -p lost
- run: |
    docker build \\
      -t x \\
      -f gone.Dockerfile .
- run: |
    echo gone.sh
    bash gone.sh"""

    found = inspect("workflow-reference-missing", at_root(steps(body), **TREE))

    assert places(found) == [("error", CI, 10), ("error", CI, 14), ("error", CI, 17)]


def test_actions_that_stand_in_for_others(inspect: Callable[..., list[Finding]]) -> None:
    body = """- uses: depot/build-push-action@v1
  with:
    context: image
    file: image/${{ matrix.file }}
- uses: docker/build-push-action@v6
  with:
    context: image
    target: production
- uses: docker/build-push-action@v6
  with: {context: image, target: builder}
- uses: appleboy/scp-action@v1
  with:
    source: "image/Dockerfile, compose.prod.yml,dist/*"
    target: /srv"""
    job = "strategy:\n  matrix:\n    include:\n      - file: Dockerfile\n      - file: Dockerfile.worker"

    found = inspect("workflow-reference-missing", at_root(steps(body, job=job), **TREE))

    assert places(found) == [("error", CI, 9), ("error", CI, 19), ("error", CI, 24)]


@pytest.mark.parametrize(("name", "told"), [("server.js", False), ("serve.js", True)])
def test_npm_starts_a_server_without_a_script(inspect: Callable[..., list[Finding]], name: str, told: bool) -> None:
    tree = at_root(steps("- run: npm start"), **{**TREE, name: ""})

    assert bool(inspect("workflow-reference-missing", tree)) == told


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("- uses: actions/setup-node@v4\n  with:\n    cache: pnpm\n- run: npm install -g pnpm && pnpm i", 9),
        ("- run: pnpm install --frozen-lockfile\n- run: pnpm test", 7),
        ("- run: |\n    cd web\n    bun install", 9),
        ("- run: uv sync", 7),
        ("- uses: actions/setup-python@v5\n- run: poetry install", 8),
        ("- run: corepack enable\n- run: pnpm install", 0),
        ("- uses: pnpm/action-setup@v4\n- uses: actions/setup-node@v4\n  with:\n    cache: pnpm\n- run: pnpm test", 0),
        ("- run: npm i -g pnpm@9 && pnpm install", 0),
        ("- run: pip install uv\n- run: uv sync", 0),
        ("- uses: jdx/mise-action@v2\n- run: just build", 0),
        ("- uses: ./.github/actions/setup\n- run: pnpm test", 0),
        ("- run: ./scripts/setup.sh\n- run: bun test", 0),
        ("- uses: oven-sh/setup-bun@v2\n- run: bunx tsc", 0),
        ("- run: docker run x pnpm test", 0),
    ],
)
def test_programs_that_runners_do_not_have(inspect: Callable[..., list[Finding]], body: str, line: int) -> None:
    tree = at_root(
        steps(body),
        **{
            "package.json": '{"scripts": {"test": "x"}}',
            "pnpm-lock.yaml": "",
            "web": {"package.json": "{}"},
            "pyproject.toml": "",
            ".github/actions/setup/action.yml": "runs: {using: composite, steps: []}",
            "scripts": {"setup.sh": ""},
        },
    )

    assert places(inspect("workflow-reference-missing", tree)) == ([("error", CI, line)] if line else [])


def test_programs_of_images_and_of_own_runners(inspect: Callable[..., list[Finding]]) -> None:
    for job in ("container: node:22", "env: {A: b}"):
        text = steps("- run: bun test", job=job)
        own = text.replace("ubuntu-24.04", "[self-hosted, linux]" if "env" in job else "ubuntu-24.04")

        assert inspect("workflow-reference-missing", at_root(own)) == []


def test_folders_of_tests_that_a_runner_is_given(inspect: Callable[..., list[Finding]]) -> None:
    body = (
        "- run: npx vitest run tests/bankrun --exclude=tests/bankrun/x\n- run: npx vitest run web/src\n"
        "- run: npx jest gone/dir || true\n- run: npx jest --projects gone/dir\n- run: cp -r web gone && npx jest gone/dir"
    )

    found = inspect("workflow-reference-missing", at_root(steps(body), web={"src": {"a.test.ts": ""}}))

    assert [(one.severity, one.line, one.message) for one in found] == [
        ("error", 7, "vitest finds no test: no path has tests/bankrun in it: the step fails"),
        ("warning", 9, "jest finds no test: no path has gone/dir in it: the command fails"),
    ]


ON_WINDOWS = "on: push\njobs:\n  test:\n    runs-on: {runner}\n{matrix}    steps:\n      - uses: actions/checkout@v4\n"


@pytest.mark.parametrize(
    ("runner", "step", "told"),
    [
        ("windows-latest", "- run: npm run gone", True),
        ("windows-latest", "- run: node scripts/gone.js --x", True),
        ("windows-latest", "- run: npm run gone\n        shell: cmd", True),
        ("windows-latest", "- run: npm run gone $env:X", False),
        ("windows-latest", "- run: if (Test-Path x) { npm run gone }", False),
        ("windows-latest", "- run: import gone\n        shell: python", False),
        ("windows-latest", "- run: npm run gone | Out-File x", False),
        ("${{ matrix.os }}", "- run: cd sub; npm run gone > $X", True),
        ("${{ matrix.os }}", "- run: npm run gone > $X\n        if: runner.os == 'Windows'", False),
        ("${{ matrix.os }}", "- run: npm run gone > $X\n        shell: pwsh", False),
    ],
)
def test_scripts_on_windows(inspect: Callable[..., list[Finding]], runner: str, step: str, told: bool) -> None:
    matrix = "    strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}\n" if "matrix" in runner else ""
    text = ON_WINDOWS.format(runner=runner, matrix=matrix) + f"      {step}\n"
    packages = {"package.json": '{"scripts": {}}', "sub": {"package.json": '{"scripts": {}}'}}

    found = inspect("workflow-reference-missing", at_root(text, **packages))

    assert [one.severity for one in found] == (["error"] if told else [])


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("flyctl deploy --config api/fly.tml --remote-only", "api/fly.tml"),
        ("fly deploy -c api/fly.toml", ""),
        ("sam deploy --template-file gone.yaml", "gone.yaml"),
        ("npx serverless deploy -c api/gone.yml", "api/gone.yml"),
    ],
)
def test_settings_that_deployments_are_given(inspect: Callable[..., list[Finding]], command: str, told: str) -> None:
    flow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: {command}\n"
    tree = {".github/workflows/ci.yml": flow, "api": {"fly.toml": ""}, "package.json": "{}"}

    found = inspect("workflow-reference-missing", tree)

    assert [told in one.message for one in found if one.severity == "error"] == [True] * bool(told)
