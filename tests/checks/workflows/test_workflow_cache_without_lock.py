"""Caches and frozen installs without their lock."""

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
WEB = {"package.json": "{}", "package-lock.json": "{}"}
CACHE = "- uses: actions/setup-node@v4\n  with:\n    cache: npm"


@pytest.mark.parametrize(
    ("body", "severity", "line"),
    [
        (CACHE, "error", 9),
        (f"{CACHE}\n- run: npm ci", "error", 9),  # one lock, told once
        (
            "- uses: actions/cache@v4\n  with:\n    path: x\n    key: k-${{ hashFiles('ops/images.txt') }}",
            "warning",
            10,
        ),
        ("- uses: actions/setup-python@v5\n  with: {cache: pip}", "error", 8),
        ("- run: npm ci\n  working-directory: api", "error", 7),
        ("- run: cd api && npm ci", "error", 7),
        ("- run: pnpm install --frozen-lockfile", "error", 7),
        ("- run: uv sync --locked\n  continue-on-error: true", "warning", 7),
        ("- run: npm --prefix api ci", "error", 7),
        ("- run: npm clean-install --prefix ./api\n- run: cd api && npm ci", "error", 7),
        ("- run: npm ci\n  working-directory: web/packages/a", "error", 7),
        ("- run: yarn install --frozen-lockfile", "warning", 7),
        ("- run: yarn install --immutable", "error", 7),
        ("- run: pipenv install --deploy", "error", 7),
        ("- run: cargo build --locked --manifest-path api/Cargo.toml", "error", 7),
        ("- uses: actions/setup-java@v4\n  with: {cache: gradle}", "error", 8),
        (
            "- uses: actions/cache@v4\n  with:\n    path: x\n    key: a-${{ hashFiles('**/yarn.lock', 'pnpm-lock.yaml') }}",
            "warning",
            10,
        ),
        ("- uses: astral-sh/setup-uv@v3\n  with: {cache-dependency-glob: uv.lock}", "warning", 8),
        (CACHE + "\n    cache-dependency-path: gone/package-lock.json", "error", 10),
        (
            CACHE + "\n    cache-dependency-path: |\n      web/package-lock.json\n      api/package-lock.json",
            "error",
            12,
        ),
        ("- uses: actions/setup-go@v5\n  with: {cache-dependency-path: gone/go.sum}", "warning", 8),
        (
            "- uses: actions/setup-python@v5\n  with: {cache: pip, cache-dependency-path: api/requirements.txt}",
            "error",
            8,
        ),
    ],
)
def test_missing(inspect: Callable[..., list[Finding]], body: str, severity: str, line: int) -> None:
    web = {**WEB, "packages": {"a": {"package.json": "{}"}}}
    tree = at_root(steps(body), web=web, api={"package.json": "{}"})

    assert places(inspect("workflow-cache-without-lock", tree)) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "body",
    [
        CACHE + "\n    cache-dependency-path: web/package-lock.json",
        "- run: npm ci\n  working-directory: web",
        "- run: npm ci\n  working-directory: web/packages/a",
        "- run: npm ci --prefix web",
        "- run: npm ci\n  working-directory: ${{ inputs.where }}",
        "- run: npm install\n- run: npm ci",
        "- run: npm ci || npm install",
        "- run: npm ci --prefix web/",
        "- run: npm ci --workspace api",
        "- uses: actions/cache@v4\n  with: {path: x, key: \"${{ hashFiles('**/package-lock.json', 'x.lock') }}\"}",
        "- uses: actions/cache@v4\n  with: {path: x, key: \"${{ hashFiles('**/*.c') }}\"}",
        "- run: |\n    if [ -f package-lock.json ]; then npm ci; fi",
        "- run: pnpm install --frozen-lockfile=false",
        "- run: uv run --script --locked --no-build ops/check.py",
        "- uses: actions/checkout@v4\n  with: {repository: a/b}\n- run: npm ci",
        "- uses: actions/setup-python@v5\n  with: {cache: ''}",
        CACHE + "\n    cache-dependency-path: gone/package-lock.json\n- run: npm test\n  working-directory: gone",
        "- uses: actions/setup-node@v4\n  with: {node-version: 22}",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    web = {**WEB, "package.json": '{"workspaces": ["packages/*"]}', "packages": {"a": {"package.json": "{}"}}}

    assert inspect("workflow-cache-without-lock", at_root(steps(body), web=web)) == []


def test_the_lock_of_the_folder_the_job_works_in(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(f"{CACHE}\n- run: npm ci\n  working-directory: web")
    (found,) = inspect("workflow-cache-without-lock", at_root(text, web=WEB))
    at = text.index("cache: npm") + len("cache: npm")
    line = b"\n          cache-dependency-path: web/package-lock.json"

    edit = EditFile(CI, (Span(at, at, line),), digest_bytes(text.encode()))
    assert [(fix.safety, fix.actions) for fix in found.fixes] == [("safe", (edit,))]


def test_go_only_goes_without_its_cache(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- uses: actions/setup-go@v5\n- uses: actions/setup-go@v5\n  with: {cache: false}")

    assert places(inspect("workflow-cache-without-lock", at_root(text, api={"go.sum": ""}))) == [("info", CI, 7)]


def test_what_a_cache_keeps_is_no_lock(inspect: Callable[..., list[Finding]]) -> None:
    body = "- uses: actions/cache@v4\n  with: {path: ~/.npm, key: lock}\n- run: npm install -g pnpm\n- run: npm ci"

    assert places(inspect("workflow-cache-without-lock", at_root(steps(body)))) == [("error", CI, 10)]


def test_a_cache_and_an_install_of_one_lock_are_one_cause(inspect: Callable[..., list[Finding]]) -> None:
    body = """- uses: actions/setup-node@v4
  with:
    cache: npm
    cache-dependency-path: web/package-lock.json
- run: npm ci
  working-directory: web"""
    tree = at_root(steps(body), web={"package.json": "{}"})

    found = inspect("workflow-cache-without-lock", tree)

    assert places(found) == [("error", ".github/workflows/ci.yml", 10)]
    assert found[0].message == (
        "`npm ci` and the cache before it need package-lock.json or npm-shrinkwrap.json in web, and no clone has it: it fails"
    )
    assert inspect("workflow-reference-missing", tree) == []
    other = at_root(steps(body.replace("npm ci", "npm install")), web={"package.json": "{}"})
    assert places(inspect("workflow-cache-without-lock", other)) == [("error", ".github/workflows/ci.yml", 10)]


def test_the_only_other_place_is_an_unsafe_fix(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- uses: actions/setup-node@v4\n  with:\n    cache: npm\n    cache-dependency-path: package-lock.json")
    (found,) = inspect("workflow-cache-without-lock", at_root(text, web=WEB))
    at = text.index("package-lock.json")

    edit = EditFile(CI, (Span(at, at + 17, b"web/package-lock.json"),), digest_bytes(text.encode()))
    assert [(fix.safety, fix.actions) for fix in found.fixes] == [("unsafe", (edit,))]


def test_npm_goes_up_to_the_next_project(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(
        steps("- run: cd docs && npm ci\n- run: cd web/docs && npm ci"),
        docs={"a.md": ""},
        web={**WEB, "docs": {"a": ""}},
    )

    assert places(inspect("workflow-cache-without-lock", tree)) == [("error", CI, 7)]


def test_a_lost_lock_of_several_keys_is_told_once_with_every_line(inspect: Callable[..., list[Finding]]) -> None:
    cache = "- uses: actions/cache@v4\n  with:\n    path: x\n    key: {}-${{{{ hashFiles('gone/Cargo.lock') }}}}\n"

    (found,) = inspect("workflow-cache-without-lock", at_root(steps(cache.format("a") + cache.format("b"))))

    assert found.line == 10
    assert found.message.endswith("its key never changes (so with line 14)")


def test_caches_of_many_workflows_that_look_for_one_lock_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    step = "      - uses: actions/setup-node@v4\n        with: {cache: npm}\n      - run: npm install\n"
    flow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{step}"
    tree = {"package.json": "{}", ".github": {"workflows": {"a.yml": flow, "b.yml": flow}}}

    (found,) = inspect("workflow-cache-without-lock", tree)

    assert (found.severity, found.path, found.line) == ("error", ".github/workflows/a.yml", 8)
    assert found.evidence.endswith("; so in .github/workflows/b.yml:8")
