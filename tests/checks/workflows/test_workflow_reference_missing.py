"""Paths in workflows that no clone has, and those that only seem so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps
from toolkit.model import EditFile, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"
WEB = {"package.json": '{"scripts": {"test": "x"}}', "package-lock.json": "{}", "scripts": {"a.sh": ""}}


@pytest.mark.parametrize(
    ("body", "severity", "line"),
    [
        ("- run: ls\n  working-directory: gone", "error", 8),
        ("- uses: ./.github/actions/gone", "error", 7),
        (
            "- uses: actions/setup-node@v4\n  with: {cache: npm, cache-dependency-path: gone/package-lock.json}",
            "error",
            8,
        ),
        ("- uses: actions/setup-go@v5\n  with: {cache-dependency-path: gone/go.sum}", "warning", 8),
        ("- uses: actions/setup-node@v4\n  with:\n    node-version-file: .nvmrc", "error", 9),
        ("- run: |\n    echo\n    bash scripts/gone.sh", "error", 9),
        ("- run: cd web && ./scripts/b.sh", "error", 7),
        ("- run: (cd web && true)\n- run: node web/gone.js --x", "error", 8),
        ("- run: pip install -r requirements.txt", "error", 7),
        ("- run: npm --prefix gone ci", "error", 7),
        ("- run: docker compose -f gone.yml up -d", "error", 7),
        ("- run: npm run lint\n  working-directory: web", "error", 7),
        ("- run: cat x\n  working-directory: gone\n  continue-on-error: true", "warning", 8),
        ("- run: docker build -f Dockerfile.gone .", "error", 7),
        ("- run: docker build -t a:b --pull gone", "error", 7),
        ("- run: |\n    pushd gone\n    make", "error", 8),
        ("- run: terraform -chdir=gone init", "error", 7),
        ("- run: npx tsc -p tsconfig.gone.json", "error", 7),
        ("- run: kubectl apply -f k8s/gone/", "error", 7),
    ],
)
def test_missing(inspect: Callable[..., list[Finding]], body: str, severity: str, line: int) -> None:
    assert places(inspect("workflow-reference-missing", at_root(steps(body), web=WEB))) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "body",
    [
        "- run: npm test\n  working-directory: web",
        "- run: docker build -t a web && docker build --push -f web/package.json . && docker build - && docker build --tag a:b",
        "- run: kubectl apply -f https://a.io/b.yaml && kubectl apply -f -",
        "- run: npx -p typescript tsc",
        "- run: ls\n  working-directory: ./web/",
        "- run: ls\n  working-directory: ${{ github.workspace }}/web",
        "- run: ls\n  working-directory: ${{ inputs.folder }}",
        "- run: ls\n  working-directory: $HOME/x",
        "- run: mkdir -p made\n- run: ls\n  working-directory: made",
        "- run: git clone $URL\n- run: ls\n  working-directory: other",
        "- uses: actions/download-artifact@v4\n- run: ls\n  working-directory: files",
        "- run: ls\n  working-directory: web/dist",
        "- uses: actions/checkout@v4\n  with: {repository: a/b, path: other}\n- run: ls\n  working-directory: other/x",
        "- uses: actions/checkout@v4\n  with: {ref: gh-pages}\n- run: ls\n  working-directory: pages",
        "- run: |\n    if [ -f gone.sh ]; then\n      bash gone.sh\n    fi",
        "- run: bash gone.sh || true",
        "- run: '! bash gone.sh'",
        "- run: curl -o gone.sh https://x && bash gone.sh",
        "- run: |\n    cat > gone.sh <<EOF\n    bash never.sh\n    EOF\n    bash gone.sh",
        "- run: .\\gone.ps1\n  shell: pwsh",
        "- run: ./configure && ./binary",
        "- run: npm run lint --if-present\n  working-directory: web",
        "- run: npm run lint -w other\n  working-directory: web",
        "- run: npm run $SCRIPT\n  working-directory: web",
        "- run: bash gone.sh\n  if: hashFiles('gone.sh') != ''",
        "- run: cd $(mktemp -d) && bash x.sh",
        "- uses: ./web/action",
        "- uses: docker://alpine:3\n- uses: owner/repo/path@v1",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    web = {**WEB, "action": {"action.yml": ""}}

    assert inspect("workflow-reference-missing", at_root(steps(body), web=web)) == []


def test_matrix_and_defaults_are_followed(inspect: Callable[..., list[Finding]]) -> None:
    job = "strategy: {matrix: {dir: [web, gone]}}\ndefaults: {run: {working-directory: 'web'}}"
    body = "- run: bash scripts/a.sh\n- run: bash scripts/b.sh\n- run: ls\n  working-directory: ${{ matrix.dir }}"

    assert places(inspect("workflow-reference-missing", at_root(steps(body, job=job), web=WEB))) == [
        ("error", CI, 10),
        ("error", CI, 12),
    ]


def test_a_checkout_in_a_folder(inspect: Callable[..., list[Finding]]) -> None:
    body = "- uses: actions/checkout@v4\n  with: {path: src}\n- run: ls\n  working-directory: src/gone"
    text = steps(body).replace("      - uses: actions/checkout@v4\n", "", 1)

    assert places(inspect("workflow-reference-missing", at_root(text, web=WEB))) == [("error", CI, 9)]


def test_called_workflows_and_libraries(inspect: Callable[..., list[Finding]]) -> None:
    library = steps("- run: ls\n  working-directory: gone", head="on: workflow_call\n")
    tree = at_root("on: push\njobs:\n  a:\n    uses: ./.github/workflows/gone.yml\n", library)

    assert places(inspect("workflow-reference-missing", tree)) == [("error", CI, 4)]


def test_dead_filters(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  push:\n    paths:\n      - web/**\n      - old/**\n      - web\n      - '*.toml'\n      - '!x/**'\n      - '**/*.go'\n      - ./web/**\n"
    found = inspect("workflow-reference-missing", at_root(steps("- run: ls", head=head), web=WEB))

    assert places(found) == [("warning", CI, 5), ("warning", CI, 6), ("info", CI, 7), ("warning", CI, 10)]


def test_the_only_other_place_is_a_safe_fix(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- uses: actions/setup-node@v4\n  with:\n    cache: npm\n    cache-dependency-path: package-lock.json")
    (found,) = inspect("workflow-reference-missing", at_root(text, web=WEB))
    at = text.index("package-lock.json")

    edit = EditFile(CI, (Span(at, at + 17, b"web/package-lock.json"),), digest_bytes(text.encode()))
    assert [(fix.safety, fix.actions) for fix in found.fixes] == [("safe", (edit,))]


def test_a_default_folder_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    job = "defaults:\n  run:\n    working-directory: gone"

    found = inspect("workflow-reference-missing", at_root(steps("- run: ls\n- run: ls", job=job)))

    assert places(found) == [("error", CI, 7)]
