"""Paths in workflows that no clone has, and those that only seem so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"
WEB = {
    "package.json": '{"scripts": {"test": "x"}}',
    "package-lock.json": "{}",
    "scripts": {"a.sh": ""},
    "Dockerfile": "",
}


@pytest.mark.parametrize(
    ("body", "severity", "line"),
    [
        ("- run: ls\n  working-directory: gone", "error", 8),
        ("- uses: ./.github/actions/gone", "error", 7),
        (
            "- uses: actions/setup-node@v4\n  with: {cache: npm, cache-dependency-path: gone/a.json}\n- run: ls\n  working-directory: gone",
            "error",
            8,
        ),
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
        ("- run: |\n    set -e\n    for d in k8s/gone/*/; do\n      ls $d\n    done", "warning", 9),
        ("- uses: dorny/paths-filter@v3\n  with:\n    filters: .github/gone.yml", "error", 9),
        ("- run: |\n    node web/gone.js || {\n      echo lost\n      exit 1\n    }", "error", 8),
        ("- run: pytest gone/ || true", "warning", 7),
        ("- run: node scripts/gone.js --env x || echo 'went on'", "warning", 7),
        ("- run: psql -d a -f gone/schema.sql || true", "warning", 7),
        ("- run: ops/create-a\n- run: node gone.js", "error", 8),
        ("- run: npm run test:gone || echo 'tests completed'", "warning", 7),
        ("- run: python -m pytest -q gone/unit || echo none", "warning", 7),
        ("- run: npx jest --ci --coverage gone/unit || exit 0", "warning", 7),
        ("- run: npx jest --ci e2e/", "error", 7),
        ("- run: |\n    set +e\n    bash gone.sh\n    echo done", "warning", 9),
        ("- run: |\n    set +e\n    echo go\n    bash gone.sh", "error", 10),
        ("- run: npm run gone 2>&1 | tee out.txt", "warning", 7),
        ("- run: npm run gone 2>&1 | tee out.txt\n  shell: bash", "error", 7),
        ("- run: |\n    set -o pipefail\n    npm run gone | tee out.txt", "error", 9),
        ("- run: |\n    npm run lint --prefix web\n    echo done\n  shell: bash {0}", "warning", 8),
        ("- run: |\n    node gone.js\n    node --version\n  shell: pwsh", "warning", 8),
        ("- run: |\n    cargo build\n    echo done\n  shell: pwsh", "warning", 8),
    ],
)
def test_missing(inspect: Callable[..., list[Finding]], body: str, severity: str, line: int) -> None:
    assert places(inspect("workflow-reference-missing", at_root(steps(body), web=WEB))) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "body",
    [
        "- run: npm test\n  working-directory: web",
        "- run: |\n    for f in \"./web/\"*.json 'web'/*; do ls $f; done",
        "- run: |\n    cd web\n    for f in gone/*; do ls $f; done",
        '- run: |\n    if [ -n "$X" ]; then\n      for f in gone/*; do ls $f; done\n    fi',
        "- run: docker build -t a web && docker build --push -f web/package.json . && docker build - && docker build --tag a:b",
        "- run: kubectl apply -f https://a.io/b.yaml && kubectl apply -f -",
        "- run: npx -p typescript tsc",
        "- run: ls\n  working-directory: ./web/",
        "- run: pytest gone || pytest web",
        "- run: cp gone.yml b.yml || true\n- run: pip install -r gone.txt || true\n- run: cd gone || true",
        "- run: for f in $(find . -path './gone/*'); do ls $f; done",
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


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("matrix.dir != 'e2e' && needs.changes.outputs[matrix.dir] == 'true'", 0),
        ("matrix.dir == 'web'", 0),
        ("needs.changes.outputs[matrix.dir] == 'true'", 1),
        ("matrix.dir != 'web'", 1),
    ],
)
def test_a_step_runs_for_the_values_of_a_matrix_that_its_condition_lets_in(
    inspect: Callable[..., list[Finding]], condition: str, told: int
) -> None:
    body = f"- run: npm run generate\n  if: {condition}\n  working-directory: ${{{{ matrix.dir }}}}"
    text = steps(body, job="strategy: {matrix: {dir: [web, e2e]}}")
    packages = {"web/package.json": '{"scripts": {"generate": "a"}}', "e2e/package.json": '{"scripts": {"test": "a"}}'}

    found = inspect("workflow-reference-missing", {".github/workflows/ci.yml": text, **packages})

    assert ["e2e/package.json has no script 'generate'" in one.message for one in found] == [True] * told


def test_matrix_and_defaults_are_followed(inspect: Callable[..., list[Finding]]) -> None:
    job = "strategy: {matrix: {dir: [web, gone]}}\ndefaults: {run: {working-directory: 'web'}}"
    body = "- run: bash scripts/a.sh\n- run: bash scripts/b.sh\n- run: ls\n  working-directory: ${{ matrix.dir }}"

    assert places(inspect("workflow-reference-missing", at_root(steps(body, job=job), web=WEB))) == [
        ("error", CI, 5),
        ("error", CI, 10),
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
    gone = head.replace("      - web\n", "      - gone/**\n")
    first, *rest = inspect("workflow-reference-missing", at_root(steps("- run: ls", head=gone), web=WEB))
    assert (places([first]), len(rest)) == ([("warning", CI, 5)], 2)
    assert first.message == "the filter 'old/**' matches no file; neither does that of line 6 match anything"


def test_a_dead_filter_of_several_workflows_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: ls", head="on:\n  push:\n    paths: [web/**, shared/**]\n")

    (found,) = inspect("workflow-reference-missing", at_root(text, text, text, web=WEB))

    assert found.message == "the filter 'shared/**' matches no file; so in 2 more workflows"
    assert [one.path for one in found.places] == [CI, CI.replace("ci", "ci1"), CI.replace("ci", "ci2")]


def test_stars_between_folders_stand_for_none_too(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  push:\n    paths:\n      - proto/**/*.proto\n      - proto/**/*.txt\n      - proto/v**/a.proto\n"
    tree = at_root(steps("- run: ls", head=head), web=WEB)

    found = inspect("workflow-reference-missing", {**tree, "proto": {"a.proto": ""}})

    assert places(found) == [("info", CI, 5), ("info", CI, 6)]


def test_a_workflow_that_is_not_committed_yet_is_there(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  push:\n    paths:\n      - web/**\n      - .github/workflows/new.yml\n"

    found = inspect(
        "workflow-reference-missing",
        at_root(steps("- run: ls", head=head), web=WEB),
        loose={".github": {"workflows": {"new.yml": "on: push\n"}}},
    )

    assert found == []


def test_a_default_folder_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    job = "defaults:\n  run:\n    working-directory: gone"

    found = inspect("workflow-reference-missing", at_root(steps("- run: ls\n- run: ls", job=job)))

    assert places(found) == [("error", CI, 7)]


def test_one_missing_folder_is_one_cause(inspect: Callable[..., list[Finding]]) -> None:
    body = """- run: ls
  working-directory: api
- run: pip install -r requirements.txt
  working-directory: ./api
- run: pytest api/tests
- uses: docker/build-push-action@v6
  with:
    file: ${{ matrix.app }}/Dockerfile"""
    text = steps(body, job="strategy:\n  matrix:\n    app: [a, b, c]")
    found = inspect("workflow-reference-missing", at_root(text))

    assert places(found) == [("error", CI, 7), ("error", CI, 11)]
    assert found[0].message == "working-directory: api does not exist; the step fails (3 more places here)"
    assert found[1].message == "file: a/Dockerfile does not exist; the step fails; so do b/Dockerfile, c/Dockerfile"


def test_inside_an_action_that_is_called(inspect: Callable[..., list[Finding]]) -> None:
    action = (
        "runs:\n  using: composite\n  steps:\n    - run: ./scripts/gone.sh\n      shell: bash\n    - uses: ./ci/lost\n"
    )
    tree = at_root(steps("- uses: ./ci/used"), ci={"used": {"action.yml": action}, "unused": {"action.yml": action}})

    assert places(inspect("workflow-reference-missing", tree)) == [
        ("error", "ci/used/action.yml", 4),
        ("error", "ci/used/action.yml", 6),
    ]


def test_a_checkout_by_another_action(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: bash gone.sh").replace("actions/checkout@v4", "acme/action-checkout-and-setup@v1", 1)

    assert places(inspect("workflow-reference-missing", at_root(text))) == [("error", CI, 7)]


def test_scripts_without_the_right_to_be_started(inspect: Callable[..., list[Finding]]) -> None:
    web = {"a.py": "#!/usr/bin/env python3\n", "b.sh": "", "c.md": ""}
    body = "- run: |\n    ./web/b.sh\n    web/a.py --x\n    A=(\n    )\n- run: |\n    web/b.sh\n    web/a.py --x || true\n    web/c.md"

    assert places(inspect("workflow-reference-missing", at_root(steps(body), web=web))) == [("warning", CI, 14)]
    body = "- run: web/a.py\n- run: chmod +x web/*.py && web/a.py"
    found = inspect("workflow-reference-missing", at_root(steps(body), web=web))
    assert [(one.line, one.fixes[0].title) for one in found] == [(7, "git update-index --chmod=+x web/a.py")]


def test_commands_of_one_missing_project_are_one_cause(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect(
        "workflow-reference-missing",
        at_root(steps("- run: cargo clippy\n- run: cargo bench\n- run: cargo test -p x"), web=WEB),
    )

    assert places(found) == [("error", CI, 7)]
    assert found[0].message == ("`cargo clippy` finds no Cargo.toml in the root: the step fails (2 more places here)")


def test_a_local_action_without_checkout(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- uses: ./.github/actions/publish").replace("      - uses: actions/checkout@v4\n", "")

    assert places(inspect("workflow-reference-missing", at_root(text))) == [("error", CI, 6)]
    assert (
        inspect(
            "workflow-reference-missing", at_root(text.replace("- uses: ./", "- run: git clone x .\n      - uses: ./"))
        )
        == []
    )


def test_an_ignored_folder_that_nothing_makes(inspect: Callable[..., list[Finding]]) -> None:
    told = steps("- run: pip install ruff\n- run: ruff check .\n  working-directory: private")
    made = steps("- run: npm run codegen\n- run: ruff check .\n  working-directory: private")
    by_action = steps("- uses: ./ops/build\n- run: ruff check .\n  working-directory: private")
    action = "runs:\n  using: composite\n  steps:\n    - run: npm run codegen\n      shell: bash\n"
    tree = {
        ".gitignore": "private/\n",
        "package.json": '{"scripts": {"codegen": "x"}}',
        "ops": {"build": {"action.yml": action}},
    }

    assert places(inspect("workflow-reference-missing", at_root(told, **tree))) == [("error", CI, 9)]
    assert inspect("workflow-reference-missing", at_root(made, **tree)) == []
    assert inspect("workflow-reference-missing", at_root(by_action, **tree)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("- run: cd docs && npm install", True),
        ("- run: npm i\n  working-directory: docs", True),
        ("- run: cd docs && go mod download", True),
        ("- run: cd docs && npm install left-pad", False),
        ("- run: cd docs && npm install -g serve", False),
        ("- run: cd web && npm install", False),
        ("- run: cd web/docs && npm install", False),
        ("- run: cd docs && npm init -y && npm install", False),
    ],
)
def test_an_install_where_no_project_is(inspect: Callable[..., list[Finding]], body: str, told: bool) -> None:
    tree = at_root(steps(body), web={**WEB, "docs": {"a.md": ""}}, docs={"a.md": ""})

    found = [one for one in inspect("workflow-reference-missing", tree) if "finds no" in one.message]

    assert places(found) == ([("error", CI, 7)] if told else [])


@pytest.mark.parametrize("manifest", ["[package\nname = 'second'\n", '[package]\nname = "second"\nname = "second"\n'])
def test_a_manifest_that_cannot_be_read_hides_only_its_own_names(
    inspect: Callable[..., list[Finding]], manifest: str
) -> None:
    crates = {"first": {"Cargo.toml": '[package]\nname = "first"\n'}, "broken": {"Cargo.toml": manifest}}
    body = "- run: cargo test -p first\n- run: cargo test -p second\n- run: cargo test -p third"

    found = inspect(
        "workflow-reference-missing", at_root(steps(body), **{"Cargo.toml": "[workspace]\n"}, crates=crates)
    )

    assert places(found) == [("error", CI, 9)]


@pytest.mark.parametrize(("place", "told"), [(".", 1), ("there", 0)])
def test_an_action_that_works_in_several_layouts(inspect: Callable[..., list[Finding]], place: str, told: int) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: cd there/gone\n      shell: bash\n"
    body = f"- uses: actions/checkout@v4\n  with: {{path: {place}}}\n- uses: ./{place}/.github/actions/a"
    actions = {".github/actions/a/action.yml": action}
    tree = at_root(steps("- uses: ./.github/actions/a"), steps(body), **actions)

    assert len(inspect("workflow-reference-missing", tree)) == told


@pytest.mark.parametrize(("rows", "told"), [("a, b, c", 3), ("a, b, c, web, d", 1)])
def test_many_rows_of_one_matrix_are_one_finding(inspect: Callable[..., list[Finding]], rows: str, told: int) -> None:
    job = f"strategy:\n  matrix:\n    app:\n      - {rows.replace(', ', chr(10) + '      - ')}"
    body = "- uses: docker/build-push-action@v6\n  with:\n    context: .\n    file: ${{ matrix.app }}/Dockerfile"

    found = inspect("workflow-reference-missing", at_root(steps(body, job=job), web=WEB))

    assert len(found) == told
    assert told > 1 or found[0].message.endswith("; so do b/Dockerfile, c/Dockerfile, d/Dockerfile")


_STEPS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n      - uses: actions/checkout@v4\n"


def test_one_missing_folder_of_several_workflows_is_one_cause(inspect: Callable[..., list[Finding]]) -> None:
    """Files in one missing folder are one finding, of other workflows, too; each is named."""
    lint = _STEPS.format(more="") + "".join(
        f"      - run: docker compose -f stack/{name}.yml config\n" for name in "ab"
    )
    deploy = _STEPS.format(more="") + "      - run: docker compose -f stack/a.yml up -d\n"
    tree = {".github": {"workflows": {"lint.yml": lint, "deploy.yml": deploy}}}

    found = inspect("workflow-reference-missing", tree)

    assert [(one.path, one.line, one.message, one.evidence) for one in found] == [
        (
            ".github/workflows/deploy.yml",
            7,
            "-f: stack/a.yml does not exist; the step fails; 1 more workflow names it, too",
            "stack/a.yml, .github/workflows/lint.yml",
        )
    ]


@pytest.mark.parametrize(
    ("more", "step", "lines"),
    [
        ("    if: github.event_name == 'schedule'\n", "      - run: bash gone/run.sh\n", []),
        ("", "      - run: bash gone/run.sh\n", [7]),
        ("    defaults: {run: {working-directory: gone}}\n", "      - run: npm run nothing\n", [5]),
        ("    needs: generated\n", "      - uses: actions/download-artifact@v4\n        with: {name: x}\n", []),
    ],
)
def test_what_another_fault_explains_is_not_told(
    inspect: Callable[..., list[Finding]], more: str, step: str, lines: list[int]
) -> None:
    """Jobs that never run, scripts of a package in a missing folder, artifacts behind a job that is not there."""
    tree = {"package.json": '{"scripts": {}}', ".github": {"workflows": {"ci.yml": _STEPS.format(more=more) + step}}}

    assert [one.line for one in inspect("workflow-reference-missing", tree)] == lines


def test_ecosystems_that_one_folder_has_nothing_for_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    text = "version: 2\nupdates:\n" + "".join(
        f"  - package-ecosystem: {name}\n    directory: /\n    schedule: {{interval: weekly}}\n"
        for name in ("npm", "maven", "cargo")
    )

    found = inspect("workflow-reference-missing", {".github": {"dependabot.yml": text}, "package.json": "{}"})

    assert [(one.line, one.message, one.evidence) for one in found] == [
        (
            7,
            "Dependabot looks for maven in /, which has no pom.xml or the like, nor what cargo would need: the update fails",
            "/, cargo (10)",
        )
    ]


@pytest.mark.parametrize(("before", "lines"), [("mkdir -p made/parts\n", []), ("", [7])])
def test_a_loop_over_what_the_step_makes(inspect: Callable[..., list[Finding]], before: str, lines: list[int]) -> None:
    script = f"{before}for one in made/parts/*.json; do cat $one; done".replace("\n", "\n    ")
    tree = at_root(steps(f"- uses: actions/checkout@v4\n- run: |\n    {script}")) | {".gitignore": "made/\n"}

    assert [one.line - 2 for one in inspect("workflow-reference-missing", tree)] == lines


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("cat > deploy/proxy/Dockerfile <<'EOF'\nFROM a\nEOF", [8]),
        ("echo x >> deploy/gone/notes.txt", [8]),
        ("mkdir -p deploy/proxy\ncat > deploy/proxy/Dockerfile <<'EOF'\nFROM a\nEOF", []),
        ("cat > deploy/Dockerfile <<'EOF'\nFROM a\nEOF", []),
        ("echo x > $OUT/gone/a.txt\necho x > /tmp/gone/a.txt\necho x > dist/a.txt 2> /dev/null", []),
        ("./make-all.sh\necho x > made/a.txt", []),
        ("if [ -d gone ]; then echo x > gone/a.txt; fi", []),
    ],
)
def test_a_redirection_makes_no_folder(inspect: Callable[..., list[Finding]], script: str, lines: list[int]) -> None:
    step = "      - run: |\n" + "".join(f"          {line}\n" for line in script.split("\n"))
    tree = {
        "deploy": {"a.txt": ""},
        "make-all.sh": "mkdir made\n",
        ".github": {"workflows": {"ci.yml": _STEPS.format(more="") + step}},
    }

    assert [one.line for one in inspect("workflow-reference-missing", tree)] == lines


def test_many_dead_filters_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  push:\n    paths:\n      - web/**\n" + "".join(f"      - old{number}/**\n" for number in range(5))

    found = inspect("workflow-reference-missing", at_root(steps("- run: ls", head=head), web=WEB))

    assert places(found) == [("warning", CI, 5)]
    assert "4 more (lines 6, 7, 8, 9)" in found[0].message


def test_a_folder_of_the_name_of_a_target_is_up_to_date(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(steps("- run: make proto -B\n- run: make gone"), Makefile="all:\n\ttrue\n", proto={"a.proto": "x"})

    assert places(inspect("workflow-reference-missing", tree)) == [("error", CI, 8)]


def test_recipes_of_just_that_are_not_there(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(steps("- run: just build fast\n- run: just gone"), justfile="build how:\n    true\n")

    found = [one for one in inspect("workflow-reference-missing", tree) if "recipe" in one.message]

    assert places(found) == [("error", CI, 8)]


def test_a_cache_that_is_switched_off_needs_no_lock(inspect: Callable[..., list[Finding]]) -> None:
    step = "- uses: actions/setup-go@v5\n  with:\n    cache-dependency-path: gone/go.sum\n    cache: "

    assert inspect("workflow-cache-without-lock", at_root(steps(f"{step}false"))) == []


def test_paths_that_nobody_can_own(inspect: Callable[..., list[Finding]]) -> None:
    owners = (
        "# all\n* @a\n/web/ @a\nweb/src/ @a\n/gone/ @b\n/gone.md @b\ndocs/ @c\n*.rs @d\n/old/**/x @e\napps/api/ @f\n"
    )
    tree = at_root(steps("- run: ls"), CODEOWNERS=owners, web=WEB | {"src": {"a.ts": ""}}, deep={"docs": {"a.md": ""}})

    (found,) = inspect("workflow-reference-missing", tree)

    assert (found.path, found.line, found.severity) == ("CODEOWNERS", 5, "info")
    assert found.evidence == "/gone/ (5), /gone.md (6), apps/api/ (10)"


def test_programs_of_cargo_that_a_matrix_names(inspect: Callable[..., list[Finding]]) -> None:
    manifest = '[package]\nname = "fuzz"\n[[bin]]\nname = "blocks"\npath = "blocks.rs"\n'
    job = "strategy:\n  matrix:\n    target: [blocks, gone]"
    text = steps("- run: cd fuzz && cargo +nightly fuzz run ${{ matrix.target }} -- -runs=1", job=job)

    (found,) = inspect("workflow-reference-missing", at_root(text, fuzz={"Cargo.toml": manifest, "blocks.rs": ""}))

    assert found.message == "no crate has a program 'gone': the step fails"


DEMAND = "if [ ! -f {} ]; then\n      echo none\n      exit 1\n    fi"


@pytest.mark.parametrize(
    ("script", "count"),
    [
        (DEMAND.format("web/scripts/a.sh"), 1),
        ("test -f web/scripts/a.sh || exit 1", 1),
        (DEMAND.format("scripts/a.sh"), 0),
        (DEMAND.format("web/scripts/made.sh"), 0),
        (DEMAND.format("web/scripts/a.sh").replace("exit 1", "exit 0"), 0),
        ("if [ -f web/scripts/a.sh ]; then\n      exit 1\n    fi", 0),
    ],
)
def test_a_file_that_a_script_demands_by_its_path_from_the_root(
    inspect: Callable[..., list[Finding]], script: str, count: int
) -> None:
    body = f"- working-directory: web\n  run: |\n    set -e\n    {script}\n    npm test"

    found = inspect("workflow-reference-missing", at_root(steps(body), web=WEB))

    assert places(found) == [("error", CI, 10)] * count


def test_a_package_that_the_workspace_does_not_list_is_selected_by_nobody(
    inspect: Callable[..., list[Finding]],
) -> None:
    body = "- uses: pnpm/action-setup@v4\n- run: pnpm --filter @acme/e2e test\n- run: pnpm --filter @acme/web test\n- run: pnpm --filter @acme/e2e lint"
    tree = {
        "package.json": '{"name": "root"}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "web": {"package.json": '{"name": "@acme/web", "scripts": {"test": "true"}}'},
        "e2e": {"package.json": '{"name": "@acme/e2e", "scripts": {"test": "true", "lint": "true"}}'},
    }

    (found,) = inspect(
        "workflow-reference-missing", at_root(steps(body), **tree, **{"pnpm-workspace.yaml": "packages: [web]\n"})
    )

    assert (found.severity, found.line) == ("warning", 8)
    assert found.message == (
        "no workspace is called '@acme/e2e', and e2e/package.json is in none: pnpm does nothing, and succeeds (1 more place here)"
    )
    listed = {"pnpm-workspace.yaml": "packages: [web, e2e]\n"}
    assert inspect("workflow-reference-missing", at_root(steps(body), **tree, **listed)) == []


def test_the_name_of_python_makes_no_folder(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: |\n    python -m pip install --upgrade pip\n    python -m pip install -e packages/python\n- run: cd packages/python && python -m pytest"
    tree = at_root(steps(body), packages={"a": {"x": ""}})

    assert [(one.severity, one.line) for one in inspect("workflow-reference-missing", tree)] == [("error", 10)]


def test_a_script_that_is_nowhere_is_told_once_for_all_workflows(inspect: Callable[..., list[Finding]]) -> None:
    steps = "      - run: npm run smoke\n      - run: npm run smoke -- --again\n"
    flow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{steps}"
    tree = {"package.json": '{"scripts": {"test": "a"}}', ".github": {"workflows": {"a.yml": flow, "b.yml": flow}}}

    (found,) = inspect("workflow-reference-missing", tree)

    assert (found.path, found.line) == (".github/workflows/a.yml", 7)
    assert found.message.endswith(" (1 more place here); 1 more workflow names it, too")


@pytest.mark.parametrize(
    ("before", "script", "told"),
    [
        ("if [ ! -f mvnw ]; then\n      mvn -N wrapper:wrapper -Dmaven=3.9.5\n    fi", "mvnw", False),
        ("mvn org.apache.maven.plugins:maven-wrapper-plugin:3.2.0:wrapper", "mvnw", False),
        ("gradle wrapper --gradle-version 8.5", "gradlew", False),
        ("mvn -v", "mvnw", True),
        ("gradle wrapper", "mvnw", True),
    ],
)
def test_a_wrapper_that_a_step_before_makes(
    inspect: Callable[..., list[Finding]], before: str, script: str, told: bool
) -> None:
    body = f"- run: |\n    cd web\n    {before}\n    chmod +x {script}\n- run: |\n    cd web\n    ./{script} package"

    found = inspect("workflow-reference-missing", at_root(steps(body), web={"a.txt": ""}))

    assert [one.severity for one in found] == (["error"] if told else [])
