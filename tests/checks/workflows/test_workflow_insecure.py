"""What strangers can make a workflow do."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"
ALONE = {"PATH": ""}
THEIRS = "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.event.pull_request.head.sha }}\n- run: npm ci && npm test"


@pytest.mark.parametrize(
    ("text", "severity", "line"),
    [
        (steps("- run: echo ${{ github.event.pull_request.title }}", head="on: pull_request\n"), "warning", 7),
        (steps("- run: |\n    echo\n    echo '${{ github.event.issue.body }}'", head="on: issues\n"), "error", 9),
        (
            steps("- run: git push ${{ github.head_ref || github.ref_name }}", head="on: [push, pull_request]\n"),
            "warning",
            7,
        ),
        (
            steps(
                "- uses: actions/github-script@v7\n  with:\n    script: f('${{ github.event.comment.body }}')",
                head="on: issue_comment\n",
            ),
            "error",
            9,
        ),
        (steps("- run: echo ${{ github.event.head_commit.message }}"), "warning", 7),
        (
            steps("- run: echo ${{ env.MSG }}", job="env: {MSG: '${{ github.event.head_commit.message }}'}"),
            "warning",
            8,
        ),
        (
            steps(
                "- run: echo ${{ github.head_ref }}",
                head="on: pull_request\n",
                job="if: \"!contains(github.event.pull_request.labels.*.name, 'bot') && github.actor != 'dependabot[bot]'\"",
            ),
            "warning",
            8,
        ),
        (
            steps(
                "- run: echo ${{ github.event.workflow_run.head_branch }}",
                head="on: workflow_run\n",
                job="if: github.event.workflow_run.head_repository.full_name != github.repository",
            ),
            "error",
            8,
        ),
        (
            steps(
                "- run: echo ${{ github.event.workflow_run.head_branch }}",
                head="on: workflow_run\n",
                job="if: github.event.workflow_run.pull_requests[0] == null",
            ),
            "error",
            8,
        ),
        (
            steps(
                "- run: echo ${{ github.event.pull_request.title }}",
                head="on: pull_request_target\n",
                job="if: github.event.pull_request.head.repo.fork",
            ),
            "error",
            8,
        ),
        (
            steps(
                "- run: echo ${{ github.event.pull_request.title }}",
                head="on: pull_request_target\n",
                job="if: '!github.event.pull_request.head.repo.fork'",
            ),
            "info",
            8,
        ),
        (steps("- run: echo '${{ toJSON(github.event) }}'", head="on: issues\n"), "error", 7),
        (steps("- run: echo '${{ toJSON(secrets) }}'"), "warning", 7),
        (steps("- run: gh pr checkout 1 && npm ci", head="on: pull_request_target\n"), "error", 7),
        (steps("- run: |\n    git fetch origin pull/1/head:pr\n    make", head="on: issue_comment\n"), "error", 8),
        (steps("- run: ls", head="on: push\npermissions: write-all\n"), "warning", 2),
        (steps("- run: ls", job="permissions: write-all"), "warning", 5),
        (steps("- run: ls", job="container: {image: a, credentials: {username: b, password: c}}"), "error", 5),
        (steps("- run: echo ${{ secrets.KEY }}"), "warning", 7),
        (steps("- run: |\n    echo one\n    echo \"key: $KEY\"\n  env: {KEY: '${{ secrets.KEY }}'}"), "warning", 9),
        (steps("- run: echo $DATABASE_URL\n  env: {DATABASE_URL: '${{ secrets.DATABASE_URL }}'}"), "warning", 7),
        (steps("- run: echo $(echo $KEY | base64)\n  env: {KEY: '${{ secrets.KEY }}'}"), "warning", 7),
        (steps("- run: printenv\n  env: {KEY: '${{ secrets.KEY }}'}"), "warning", 7),
        (steps("- uses: a/b@main\n- uses: a/b/c@main\n  with: {key: '${{ secrets.KEY }}'}"), "warning", 8),
        (steps("- uses: snyk/actions/node@master\n  env: {T: '${{ secrets.SNYK_TOKEN }}'}"), "info", 7),
        (steps("- uses: tj-actions/changed-files@v44"), "warning", 7),
        (
            steps(
                "- run: echo ${{ github.head_ref }}",
                head="on: pull_request\n",
                job="if: github.event.pull_request.head.repo.full_name == github.repository",
            ),
            "info",
            8,
        ),
        (steps("- run: ls", head="on: push\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}\n"), "error", 2),
        (steps("- run: ls\n  env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}"), "error", 8),
        (steps(THEIRS, head="on: pull_request_target\n"), "error", 9),
        (steps(THEIRS, head="on: pull_request_target\n", job="environment: reviewed"), "warning", 10),
    ],
)
def test_insecure(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, text: str, severity: str, line: int
) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)

    assert places(inspect("workflow-insecure", at_root(text), variables=ALONE)) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "text",
    [
        steps(
            "- run: echo $TITLE\n  env: {TITLE: '${{ github.event.pull_request.title }}'}", head="on: pull_request\n"
        ),
        steps("- run: echo ${{ github.event.pull_request.number }} ${{ github.sha }}", head="on: pull_request\n"),
        steps("- run: echo ${{ github.event.pull_request.title }}", head="on: push\n"),
        steps("- run: echo ${{ contains(steps.x.outputs.body, 'y') }}", head="on: issues\n"),
        steps(THEIRS, head="on: pull_request\n"),
        steps("- run: echo ${{ secrets.KEY }} | base64 -d\n- run: echo ${{ secrets.KEY }} > key.json"),
        steps("- run: echo \"::add-mask::$KEY\" && echo ${#KEY} $KEYS\n  env: {KEY: '${{ secrets.KEY }}', KEYS: a}"),
        steps(
            '- run: echo "set=$([ -n "$KEY" ] && echo true) of $(echo -n "$KEY" | wc -c), $(hashed "$KEY")"\n'
            "  env: {KEY: '${{ secrets.KEY }}'}"
        ),
        steps("- run: |\n    {\n      echo key=$KEY\n    } >> key.env\n  env: {KEY: '${{ secrets.KEY }}'}"),
        steps(
            THEIRS.replace("pull_request.head.sha", "workflow_run.head_sha"),
            head="on: {workflow_run: {workflows: [a]}}\n",
            job="if: github.event.workflow_run.event == 'push'",
        ),
        steps("- run: echo ${{ secrets.STAGING_URL }} ${{ secrets.TEAM_ID }}"),
        steps("- run: env FOO=1 make && export\n- uses: a/b@v1\n  with: {key: '${{ secrets.KEY }}'}"),
        steps(
            "- uses: actions/checkout@main\n- uses: tj-actions/changed-files@v46", job="permissions: {contents: write}"
        ),
        steps(
            THEIRS,
            head="on: pull_request_target\n",
            job="if: github.event.pull_request.user.login == 'dependabot[bot]'",
        ),
        steps(
            THEIRS.replace("pull_request.head.sha", "workflow_run.head_sha")
            + "- run: echo ${{ github.event.workflow_run.head_sha }}",
            head="on: {workflow_run: {workflows: [a]}}\n",
            job="if: github.event.workflow_run.conclusion == 'failure' && github.event.workflow_run.pull_requests[0] != null",
        ),
        steps(THEIRS.replace("pull_request.head.sha", "pull_request.head.ref"), head="on: pull_request_target\n"),
        steps(THEIRS.replace("npm ci && npm test", "echo"), head="on: pull_request_target\n"),
        steps("- uses: actions/checkout@v4\n- run: npm ci", head="on: pull_request_target\n"),
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)

    assert inspect("workflow-insecure", at_root(text), variables=ALONE) == []


@pytest.mark.parametrize(
    ("gate", "condition", "severity"),
    [
        ("uses: some/check-user-permission@v2", "", ""),
        ("run: gh api repos/$R/collaborators/$WHO/permission --jq .permission | grep write", "", ""),
        ("uses: some/check-user-permission@v2\n        continue-on-error: true", "", "error"),
        ("uses: some/check-user-permission@v2", "    if: always()\n", "error"),
        ("run: npm run lint", "", "error"),
    ],
)
def test_a_job_before_that_asks_who_it_is(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, gate: str, condition: str, severity: str
) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)
    body = "\n".join(f"      {line}" for line in THEIRS.splitlines())
    text = (
        "on: pull_request_target\njobs:\n  gate:\n    runs-on: ubuntu-24.04\n    steps:\n"
        f"      - {gate}\n  test:\n    needs: gate\n{condition}    runs-on: ubuntu-24.04\n    steps:\n{body}\n"
    )

    assert [one.severity for one in inspect("workflow-insecure", at_root(text), variables=ALONE)] == (
        [severity] if severity else []
    )


@pytest.mark.parametrize(
    ("source", "head", "severity"),
    [
        ("name: a\non: pull_request\n", "on: {workflow_run: {workflows: [a]}}\n", "error"),
        ("name: a\non: {workflow_run: {workflows: [b]}}\n", "on: {workflow_run: {workflows: [a]}}\n", "error"),
        ("name: b\non: push\n", "on: {workflow_run: {workflows: [a]}}\n", "error"),
        ("name: a\non: pull_request\n", "on: {workflow_run: {workflows: [a], branches: [main]}}\n", "warning"),
        ("name: a\non: pull_request\n", "on: {workflow_run: {workflows: [a], branches: ['**']}}\n", "error"),
        ("name: a\non: {workflow_dispatch: {}, push: {}}\n", "on: {workflow_run: {workflows: [a]}}\n", ""),
        ("name: a\non: push\n", "on: {workflow_run: {workflows: [a]}, pull_request_target: {}}\n", "error"),
    ],
)
def test_who_starts_the_workflow_before(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, source: str, head: str, severity: str
) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)
    text = steps(THEIRS.replace("pull_request.head.sha", "workflow_run.head_sha"), head=head)

    found = inspect("workflow-insecure", at_root(text, steps("- run: ls", head=source)), variables=ALONE)

    assert [one.severity for one in found] == ([severity] if severity else [])


@pytest.mark.real("zizmor")
def test_the_real_zizmor(inspect: Callable[..., list[Finding]]) -> None:
    text = steps(
        "- uses: a/b@main\n- run: echo ${{ github.event.pull_request.title }}", head="on: pull_request_target\n"
    )
    found = inspect("workflow-insecure", at_root(text), variables={"PATH": os.environ["PATH"]})

    assert {(one.severity, one.line) for one in found if one.severity != "info"} == {("error", 8)}


def test_inside_an_action(inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)
    action = "runs:\n  using: composite\n  steps:\n    - run: echo ${{ github.event.issue.title }}\n      shell: bash\n"

    assert places(inspect("workflow-insecure", {"ci": {"action.yml": action}}, variables=ALONE)) == [
        ("warning", "ci/action.yml", 4)
    ]


def test_a_file_that_zizmor_refuses_hides_no_other(inspect: Callable[..., list[Finding]], tmp_path: Path) -> None:
    place = {
        "symbolic": {"kind": "Primary", "key": {"Local": {"given_path": CI}}},
        "concrete": {"location": {"start_point": {"row": 5}}},
    }
    said = [
        {
            "ident": "bot-conditions",
            "desc": "x",
            "determinations": {"severity": "High", "confidence": "High"},
            "locations": [place],
        }
    ]
    program = tmp_path / "bin" / "zizmor"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncase \"$*\" in *ci1.yml*) exit 1 ;; esac\ncat <<'EOF'\n{json.dumps(said)}\nEOF\n")
    program.chmod(0o755)
    tree = at_root(steps("- run: ls"), "on: push\njobs: {a: {}}\n")

    found = inspect("workflow-insecure", tree, variables={"PATH": f"{program.parent}:/usr/bin:/bin"})

    assert places(found) == [("warning", CI, 6)]


@pytest.mark.parametrize(("files", "told"), [(3, 3), (4, 1)])
def test_a_habit_that_zizmor_finds_in_many_files_is_told_once(
    inspect: Callable[..., list[Finding]], tmp_path: Path, files: int, told: int
) -> None:
    said = [
        {
            "ident": "artipacked",
            "locations": [
                {
                    "symbolic": {"kind": "Primary", "key": {"Local": {"given_path": f".github/workflows/{name}"}}},
                    "concrete": {"location": {"start_point": {"row": 5}}},
                }
            ],
        }
        for name in ("ci.yml", "ci1.yml", "ci2.yml", "ci3.yml")[:files]
    ]
    program = tmp_path / "bin" / "zizmor"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat <<'EOF'\n{json.dumps(said)}\nEOF\n")
    program.chmod(0o755)
    tree = at_root(*(steps("- run: ls") for _ in range(files)))

    found = inspect("workflow-insecure", tree, variables={"PATH": f"{program.parent}:/usr/bin:/bin"})

    assert len(found) == told
    assert found[0].message == ("zizmor: artipacked" if told > 1 else "zizmor: artipacked, 4 times in 4 files")


def test_inputs_in_a_script_are_only_told(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)
    head = "on:\n  workflow_dispatch:\n    inputs:\n      tag:\n      kind: {type: choice, options: [a]}\n"
    body = "- run: echo ${{ inputs.kind }}\n- run: |\n    echo\n    ./x ${{ inputs.tag }}\n- run: echo ${{ github.event.inputs.tag }}"

    found = inspect("workflow-insecure", at_root(steps(body, head=head)), variables=ALONE)

    assert places(found) == [("info", CI, 14)]
    assert found[0].message == (
        "the input tag is put into a script as it is: who starts the workflow writes commands (so are 1 more)"
    )


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ("node base/check.mjs --candidate theirs", 0),
        ("node theirs/check.mjs", 1),
        ("cd theirs && npm ci", 1),
        ("npm ci --prefix theirs", 1),
    ],
)
def test_a_checkout_as_data_runs_only_where_a_step_goes_into_it(
    inspect: Callable[..., list[Finding]], run: str, told: int
) -> None:
    checkout = (
        "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.event.pull_request.head.sha }}\n    path: theirs"
    )
    text = steps(f"{checkout}\n- run: {run}", head="on: pull_request_target\n")

    assert places(inspect("workflow-insecure", at_root(text), variables=ALONE)) == [("error", CI, 9)] * told


def test_a_branch_that_the_trigger_lists_is_no_text_of_strangers(inspect: Callable[..., list[Finding]]) -> None:
    head = "on:\n  workflow_run:\n    workflows: [CI]\n    branches: "
    body = "- run: echo ${{ github.event.workflow_run.head_branch }}"

    assert inspect("workflow-insecure", at_root(steps(body, head=f"{head}[main]\n")), variables=ALONE) == []
    assert len(inspect("workflow-insecure", at_root(steps(body, head=f"{head}['f/**']\n")), variables=ALONE)) == 1


def test_an_action_of_a_branch_is_told_once_for_all_workflows(inspect: Callable[..., list[Finding]]) -> None:
    step = "      - uses: someone/tool@main\n        with: {key: '${{ secrets.DEPLOY }}'}\n"
    flow = f"on: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{step}"
    tree = {".github": {"workflows": {"a.yml": flow, "b.yml": flow}}}

    found = [one for one in inspect("workflow-insecure", tree) if "branch" in one.message]

    assert [(one.severity, one.path) for one in found] == [("warning", ".github/workflows/a.yml")]
    assert "(as in 1 more place)" in found[0].message
    assert found[0].evidence.endswith("; so in .github/workflows/b.yml:7")


LEFT = "- uses: actions/download-artifact@v4\n  with: {run-id: '${{ github.event.workflow_run.id }}'}\n"
ASKS = "- id: a\n  run: echo commit=$(%s) >> $GITHUB_OUTPUT\n"
TAKES = "- uses: actions/checkout@v4\n  with: {ref: '${{ steps.a.outputs.commit_sha }}'}\n- run: npm test"


@pytest.mark.parametrize(
    ("event", "before", "told"),
    [
        ("workflow_run: {workflows: [CI]}", LEFT + ASKS % "jq -r .commit left.json", 1),
        ("workflow_run: {workflows: [CI]}", ASKS % "jq -r .commit kept.json", 0),
        ("issue_comment:", ASKS % "gh pr view 1 --json headRefOid -q .headRefOid", 1),
        ("issue_comment:", ASKS % "git rev-parse main", 0),
    ],
)
def test_a_stranger_s_commit_from_a_step_before(
    inspect: Callable[..., list[Finding]], event: str, before: str, told: int
) -> None:
    text = steps(before + TAKES, head=f"on:\n  {event}\n")

    found = inspect("workflow-insecure", at_root(text), variables=ALONE)

    assert ["checks out and runs a stranger's code" in one.message for one in found].count(True) == told


@pytest.mark.parametrize(("manifest", "severity"), [("https://github.com/Acme/shop", "info"), ("", "warning")])
def test_an_action_of_the_same_owner_at_a_branch(
    inspect: Callable[..., list[Finding]], manifest: str, severity: str
) -> None:
    text = steps("- uses: acme/actions/tell@main\n  with: {key: '${{ secrets.CHAT_KEY }}'}")
    tree = at_root(text) | {"Cargo.toml": f'[workspace.package]\nrepository = "{manifest}"\n'}

    assert places(inspect("workflow-insecure", tree, variables=ALONE)) == [(severity, CI, 7)]
