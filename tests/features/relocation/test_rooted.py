"""Workflows written beside a subproject for the whole repository: their paths must not get the folder twice."""

from __future__ import annotations

import pytest

from tests.features.relocation.sample import SUB, applied, decide

PLACE = ".github/workflows/w.yml"
NEW = ".github/workflows/apps-edge-w.yml"
FILES = {"package.json": "{}", "package-lock.json": "", "src/a.ts": "", "scripts/x.sh": "", "requirements.txt": ""}


def workflow(*steps: str, on: str = "on: push", top: str = "") -> str:
    lines = "".join(f"      {line}\n" for line in steps)
    return f"{on}\n{top}jobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n{lines}"


def moved(text: str, extra: dict[str, str] | None = None, root: dict[str, str] | None = None) -> str:
    relocation, before = decide({PLACE: text, **FILES, **(extra or {})}, root=root or {})
    assert relocation.left == ()
    return applied(relocation, before)[NEW].decode()


@pytest.mark.parametrize(
    "text",
    [
        workflow("- run: npm ci", "  working-directory: ./apps/edge"),
        workflow("- run: npm ci", top="defaults:\n  run:\n    working-directory: apps/edge\n"),
        workflow("- run: npm ci", "  working-directory: ${{ env.HERE }}", top="env: {HERE: ./apps/edge}\n"),
        workflow("- run: npm ci", "  working-directory: ${{ env.HERE }}/src", top="env: {HERE: apps/edge}\n"),
        workflow("- uses: actions/setup-node@v4", "  with: {cache: npm, cache-dependency-path: apps/edge/package-lock.json}"),
        workflow("- uses: actions/cache@v4", "  with: {path: ~/x, key: \"${{ hashFiles('apps/edge/**/*.json') }}\"}"),
        workflow("- run: |", "    cd apps/edge", "    npm ci"),
        workflow("- run: npm --prefix apps/edge ci && npm test"),
        workflow("- run: bash apps/edge/scripts/x.sh"),
        workflow("- run: pip install -r ./apps/edge/requirements.txt"),
        workflow("- uses: x/y@v1", "  with: {working-directory: apps/edge}"),
        workflow("- run: npm ci", "  working-directory: services/other"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_counts_from_the_root_stays_to_the_byte(text: str) -> None:
    assert moved(text, root={"services/other/package.json": "{}"}) == text


@pytest.mark.parametrize(
    ("step", "root"),
    [
        (("- run: cargo test --all",), {"Cargo.toml": ""}),
        (("- run: |", "    make", "    x"), {"Makefile": ""}),
        (("- run: bash tools/ci.sh",), {"tools/ci.sh": ""}),
        (("- run: cd infra && terraform init",), {"infra/main.tf": ""}),
        (("- uses: docker/build-push-action@v6", "  with: {context: services/api}"), {"services/api/Dockerfile": ""}),
    ],
)
def test_what_is_there_at_the_root_alone_is_meant_there(step: tuple[str, ...], root: dict[str, str]) -> None:
    text = workflow(*step)
    assert moved(text, root=root) == text
    both = moved(text, extra=root, root=root)
    assert both != text


def test_a_command_that_finds_its_manifest_in_the_subproject_alone_speaks_against_the_root() -> None:
    text = workflow("- run: npm ci", "- run: |", "    cd apps/edge", "    npm test")
    relocation, _ = decide({PLACE: text, **FILES}, root={})
    (left,) = relocation.left
    assert left.reason == "'apps/edge' counts from the repository's root, but 'npm ci' in line 7 from apps/edge"
    assert moved(workflow("- run: npm install -g x", "- run: cd apps/edge && npm test")).count("apps/edge") == 1


def test_a_filter_that_finds_something_in_the_subproject_alone_gets_its_folder() -> None:
    on = "on:\n  push:\n    paths: ['package.json', '**.ts', 'apps/edge/**', 'gone/**']"
    text = workflow("- run: npm ci", "  working-directory: apps/edge", on=on)
    assert moved(text) == text.replace("'package.json'", "'apps/edge/package.json'")


def test_only_names_of_what_moves_beside_it_change() -> None:
    on = "on:\n  pull_request:\n    paths:\n      - 'apps/edge/**'\n      - '.github/workflows/w.yml'\n"
    steps = ("- run: npm ci", "  working-directory: apps/edge", "- uses: ./.github/actions/setup")
    text = workflow(*steps, on=on.rstrip(), top="concurrency: ci\n")
    result = moved(text, {".github/actions/setup/action.yml": "runs: {using: composite, steps: []}\n"})
    expected = text.replace(PLACE, NEW).replace("concurrency: ci", "concurrency: apps-edge-ci")
    assert result == expected.replace("./.github/actions/setup", "./apps/edge/.github/actions/setup")


def test_it_is_said_which_path_decided() -> None:
    relocation, _ = decide({PLACE: workflow("- run: npm ci", "  working-directory: apps/edge"), **FILES}, root={})
    (note,) = relocation.notes
    assert (note.line, note.message) == (8, "its paths count from the repository's root already, and stay as they are")


def test_paths_from_both_places_are_left_to_a_person() -> None:
    text = workflow("- run: npm ci", "  working-directory: apps/edge", "- run: x", "  working-directory: src")
    relocation, _ = decide({PLACE: text, **FILES}, root={})
    (left,) = relocation.left
    assert left.line == 8
    assert left.reason == (
        "'apps/edge' counts from the repository's root, but 'src' in line 10 from apps/edge"
    )  # fmt: skip
    assert relocation.plan.actions == ()


def test_a_folder_of_the_same_name_inside_is_no_evidence() -> None:
    text = workflow("- run: npm ci", "  working-directory: apps/edge")
    assert f"working-directory: {SUB}/apps/edge" in moved(text, {"apps/edge/package.json": "{}"})


def test_a_file_found_from_the_root_only_decides_though_the_folder_is_there_twice() -> None:
    text = workflow("- uses: actions/setup-node@v4", "  with: {node-version-file: apps/edge/package.json}")
    assert moved(text, {"apps/edge/x.py": ""}) == text


def test_a_filter_alone_keeps_its_pattern_and_the_steps_get_their_folder() -> None:
    on = "on:\n  push:\n    paths: ['apps/edge/**', 'shared/**']"
    result = moved(workflow("- run: npm ci", on=on))
    assert "paths: ['apps/edge/**', 'apps/edge/shared/**']" in result
    assert f"working-directory: {SUB}\n" in result


def test_names_in_texts_are_no_paths() -> None:
    text = workflow("- run: echo apps/edge && docker build -t apps/edge:latest .", "- run: echo https://x/apps/edge/a")
    assert f"working-directory: {SUB}\n" in moved(text)


def test_a_caller_starts_for_changes_of_what_it_calls() -> None:
    called = "on: workflow_call\njobs:\n  a:\n    runs-on: x\n    steps: [{run: x}]\n"
    caller = "on: pull_request\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n"
    relocation, before = decide({PLACE: caller, ".github/workflows/called.yml": called}, root={})
    assert applied(relocation, before)[NEW].decode() == (
        "on:\n  pull_request:\n    paths:\n      - apps/edge/**\n      - .github/workflows/apps-edge-w.yml\n"
        "      - .github/workflows/apps-edge-called.yml\n"
        "jobs:\n  a:\n    uses: ./.github/workflows/apps-edge-called.yml\n"
    )


def test_a_script_that_ends_the_file_without_a_line_end_is_kept() -> None:
    text = (
        workflow("- run: ls") + "  b:\n    runs-on: x\n    steps:\n      - run: |\n          echo a\n          echo b"
    )
    assert moved(text).endswith(
        "  b:\n    runs-on: x\n    defaults:\n      run:\n        working-directory: .\n"
        "    steps:\n      - run: |\n          echo a\n          echo b"
    )


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("github.event.pull_request.head.repo.full_name == github.repository", False),
        ("github.repository == github.event.pull_request.head.repo.full_name", False),
        ("github.repository == 'a/b'", True),
        ("github.repository_owner != 'a'", True),
        ("${{ 'a/b' == github.repository }}", True),
        ("github.event.repository.name == 'b'", True),
    ],
)
def test_a_repository_asked_for_by_name_is_told(condition: str, *, told: bool) -> None:
    relocation, _ = decide({PLACE: workflow(f"- if: {condition}", "  run: x")}, root={})
    assert any("asks for a repository by name" in note.message for note in relocation.notes) is told
