"""What GitHub refuses, and what is always empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps
from toolkit.model import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("text", "severity", "line"),
    [
        (steps("- run: ls", job="needs: [biuld]"), "error", 5),
        (
            "on: push\njobs:\n  a: {runs-on: x, needs: b, steps: [{run: a}]}\n  b: {runs-on: x, needs: a, steps: [{run: a}]}\n",
            "error",
            3,
        ),
        ("on: push\njobs:\n  a:\n    steps: [{run: ls}]\n", "error", 3),
        (steps("- name: nothing"), "error", 7),
        (steps("- run: ls", head="on: {push: {branch: main}}\n"), "error", 1),
        (steps("- run: ls", head="on: {push: {branches: [a], branches-ignore: [b]}}\n"), "error", 1),
        (steps("- run: ls", head="on: {pull_request: {types: [synchronise]}}\n"), "error", 1),
        (steps("- run: ls", head="on: {workflow_dispatch: {inputs: {a: {type: enum}}}}\n"), "error", 1),
        (steps("- run: ls", head="on: {workflow_dispatch: {input: {a: {type: string}}}}\n"), "error", 1),
        (steps("- run: ls", head="on:\n  schedule:\n    - cron: '0 25 * * *'\n"), "error", 3),
        (steps("- run: ls", head="on:\n  schedule:\n    - cron: '0 0 31 2 *'\n"), "error", 3),
        (steps("- run: ls", job="permissions: {content: read}"), "error", 5),
        (steps("- run: ls", job="permissions: {contents: rd}"), "error", 5),
        (steps("- run: ls", job="if: secrets.KEY != ''"), "error", 5),
        (steps("- run: ls", job="if: env.DEEP == 'true'"), "error", 5),
        (steps("- run: ls\n  if: secrets.KEY"), "error", 8),
        (steps("- run: ls\n  if: githb.ref == 'x'"), "error", 8),
        (steps('- run: ls\n  if: github.ref == "x"'), "error", 8),
        (steps("- run: ls\n  if: github.ref = 'x'"), "error", 8),
        (steps("- run: echo ${{ github.sha | lower }}"), "error", 7),
        (steps("- uses: actions/setup-node"), "error", 7),
        (steps("- uses: ./.github/workflows/ci.yml"), "error", 7),
        (steps("- run: ls", job="strategy: {matrix: [1, 2]}"), "error", 5),
        ("on: push\njobs:\n  1a: {runs-on: x, steps: [{run: a}]}\n", "error", 3),
        ("on: push\njobs:\n  a: {runs-on: x, steps: []}\n", "error", 3),
        (steps("- run: ls\n  uses: a/b@v1"), "error", 7),
        (steps("- {run: ls, id: x}\n- {run: ls, id: X}"), "error", 8),
        (steps("- run: ls\n  working_directory: x"), "error", 8),
        (steps("- run: ls", head="on: pull-request\n"), "error", 1),
        (steps("- run: ls", head="on:\n  schedule:\n    - cron: '0 3 * *'\n"), "error", 3),
        (steps("- run: echo ${{ github.ref"), "error", 7),
        (steps("- run: ls\n  if: ${{ github.ref }} == 'x'"), "warning", 8),
        (steps("- run: echo ${{ needs.build.outputs.x }}"), "warning", 7),
        (steps("- run: ls\n  if: steps.tset.outcome == 'failure'\n- {run: ls, id: test}"), "warning", 8),
        (steps("- run: echo ${{ matrix.os }}"), "warning", 7),
        (steps("- run: ls\n  if: |\n    ${{ failure() }}"), "warning", 8),
        ("jobs: {}\n", "error", 1),
    ],
)
def test_refused_or_empty(inspect: Callable[..., list[Finding]], text: str, severity: str, line: int) -> None:
    found = inspect("workflow-invalid", at_root(text), variables={"PATH": ""})

    assert places(found) == [(severity, CI, line)]


def test_what_one_file_repeats_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: ls\n  if: secrets.KEY\n- run: a\n  if: secrets.KEY\n- run: b\n  if: secrets.OTHER")

    found = inspect("workflow-invalid", at_root(text))

    assert [(one.line, one.message.rpartition(": ")[2]) for one in found] == [
        (8, "GitHub refuses the workflow (so in line 10)"),
        (12, "GitHub refuses the workflow"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        steps(
            "- run: ls", head="name: x\nrun-name: y\non: push\npermissions: {}\nconcurrency: a\ndefaults: {}\nenv: {}\n"
        ),
        steps(
            "- run: echo ${{ matrix.os }} ${{ matrix.extra }}",
            job="strategy: {matrix: {os: [a], include: [{extra: 1}]}}",
        ),
        steps("- run: echo ${{ matrix.os }}", job="strategy: {matrix: '${{ fromJSON(vars.m) }}'}"),
        steps("- run: |\n    echo 'needs.build.x' steps.other"),
        steps("- run: ls\n  if: |-\n    ${{ always() }}"),
        steps(
            "- run: echo b=1 >> $GITHUB_OUTPUT\n  if: fromJSON(steps.a.outputs.b).exists == false && (github.event.x || vars.y).z\n  id: a"
        ),
        steps("- run: ls\n  if: fromJSON(vars.LIST)[0] && env.A == 'x' && runner.os == 'Linux'"),
        steps("- uses: $/.github/actions/own\n- uses: docker://alpine:3\n- uses: ./here"),
        steps("- uses: ./.github/workflows/actions/setup"),
        steps("- run: ls", head="on: {push: {branches: [a], paths: [b]}, pull_request: {types: [milestoned]}}\n"),
        steps("- run: ls", job="permissions: {id-token: write, models: read, contents: none}"),
        steps("- run: ls", head="on:\n  schedule:\n    - cron: '0/90 0 29 2 *'\n"),
        steps(
            "- {run: cat x >> $GITHUB_OUTPUT, id: a}\n- run: echo ${{ steps.A.outputs.x }} ${{ github.event.needs.x }} ${{ 'needs.y' }}"
        ),
        steps("- run: ls", head="on:\n  schedule:\n    - cron: '*/15 3-5 * JAN,MAR MON-FRI'\n"),
        "a: 1\n",
        "on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci1.yml\n",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], text: str) -> None:
    tree = at_root(text, "on: [push, workflow_call]\njobs:\n  a: {uses: a/b/.github/workflows/c.yml@v1}\n")

    assert inspect("workflow-invalid", tree, variables={"PATH": ""}) == []


def test_a_call_of_what_is_not_made_for_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root("on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci1.yml\n", steps("- run: ls"))

    assert places(inspect("workflow-invalid", tree, variables={"PATH": ""})) == [("error", CI, 4)]


def test_findings_of_actionlint_are_graded(inspect: Callable[..., list[Finding]], tmp_path: Path) -> None:
    said = [
        {"message": "undefined variable", "filepath": CI, "line": 3, "kind": "expression"},
        {"message": "label is unknown", "filepath": CI, "line": 4, "kind": "runner-label"},
        {"message": 'input "x" is not defined in action', "filepath": CI, "line": 5, "kind": "action"},
        {"message": "runtime is old", "filepath": CI, "line": 6, "kind": "action"},
        {"message": 'value "a" in "exclude" does not match in matrix', "filepath": CI, "line": 7, "kind": "matrix"},
        {"message": "undefined variable", "filepath": CI, "line": 30, "kind": "expression"},
    ]
    program = tmp_path / "bin" / "actionlint"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat <<'EOF'\n{json.dumps(said)}\nEOF\nexit 1\n")
    program.chmod(0o755)

    tree = at_root(steps("- run: ls") + "#\n" * 30)
    found = inspect("workflow-invalid", tree, variables={"PATH": str(program.parent)})

    assert found[0].related == (Place(CI, 30),)
    assert places(found) == [("error", CI, 3), ("info", CI, 4), ("warning", CI, 5), ("info", CI, 6), ("info", CI, 7)]
    assert found[0].message == "undefined variable (and 1 more of this kind)"


@pytest.mark.real("actionlint")
def test_a_key_that_is_younger_than_actionlint_is_none_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    import os

    text = steps("- run: ls", head="on: push\nconcurrency: {group: a, queue: max}\n")
    assert inspect("workflow-invalid", at_root(text), variables={"PATH": os.environ["PATH"]}) == []


@pytest.mark.real("actionlint")
def test_the_real_actionlint(inspect: Callable[..., list[Finding]]) -> None:
    import os

    text = steps("- run: echo ${{ gitub.ref }}")
    found = inspect("workflow-invalid", at_root(text), variables={"PATH": os.environ["PATH"]})

    assert [(one.severity, one.line) for one in found if one.severity != "info"] == [("error", 7)]


_PLACES = [
    ('env: {A: "${{ %s }}"}\n', "", "", "github inputs vars secrets"),
    ("run-name: ${{ %s }}\n", "", "", "github inputs vars"),
    ("", 'strategy: {matrix: {x: ["${{ %s }}"]}}', "", "github inputs vars needs"),
    ("", 'env: {A: "${{ %s }}"}', "", "github inputs vars needs strategy matrix secrets"),
    ("", "name: ${{ %s }}", "", "github inputs vars needs strategy matrix"),
    ("", "timeout-minutes: ${{ %s }}", "", "github inputs vars needs strategy matrix"),
    ("", 'container: {image: "${{ %s }}"}', "", "github inputs vars needs strategy matrix"),
    ("", 'container: {image: a, credentials: {username: a, password: "${{ %s }}"}}', "", "github inputs vars needs strategy matrix env secrets"),
    ("", 'container: {image: a, env: {A: "${{ %s }}"}}', "", "github inputs vars needs strategy matrix job runner env secrets"),
    ("", 'services: {a: {image: "${{ %s }}"}}', "", "github inputs vars needs strategy matrix"),
    ("", 'environment: {name: a, url: "${{ %s }}"}', "", "github inputs vars needs strategy matrix job runner env steps"),
    ("", 'outputs: {a: "${{ %s }}"}', "", "github inputs vars needs strategy matrix job runner env secrets steps"),
    ("", "", '  env: {A: "${{ %s }}"}', "github inputs vars needs strategy matrix job runner env secrets steps hashFiles"),
]  # fmt: skip
_NAMES = "github inputs vars needs strategy matrix job runner env secrets steps hashFiles always"


def _text(place: tuple[str, str, str, str], name: str) -> str:
    head, job, step, _ = place
    written = f"{name}('a')" if name == "hashFiles" else f"{name}()" if name == "always" else f"toJSON({name}['a'])"
    body = "- run: ls\n" + (step % written if step else "")
    return steps(body, head="on: push\n" + (head % written if head else ""), job=job % written if job else "")


def _told(found: list[Finding]) -> bool:
    return any("is not known in" in one.message or "not allowed here" in one.message for one in found)


@pytest.mark.parametrize("place", _PLACES, ids=lambda place: next(filter(None, place)).strip()[:40])
def test_what_an_expression_may_name_depends_on_where_it_stands(
    inspect: Callable[..., list[Finding]], place: tuple[str, str, str, str]
) -> None:
    for name in _NAMES.split():
        found = inspect("workflow-invalid", at_root(_text(place, name)), variables={"PATH": ""})

        assert _told(found) is (name not in place[3].split()), name


@pytest.mark.real("actionlint")
@pytest.mark.parametrize("place", _PLACES, ids=lambda place: next(filter(None, place)).strip()[:40])
def test_actionlint_says_the_same_of_what_an_expression_may_name(place: tuple[str, str, str, str]) -> None:
    import subprocess

    for name in _NAMES.split():
        linted = subprocess.run(
            ["actionlint", "-shellcheck=", "-pyflakes=", "-"], input=_text(place, name), capture_output=True, text=True, check=False
        )  # fmt: skip

        assert ("not allowed here" in linted.stdout) is (name not in place[3].split()), f"{name}: {linted.stdout}"


@pytest.mark.parametrize(
    ("text", "severity", "line"),
    [
        (steps("- run: echo ${{ github.reff }}"), "warning", 7),
        (steps("- run: echo ${{ githb.ref }}"), "error", 7),
        (steps("- run: echo ${{ toUpper(github.ref) }}"), "error", 7),
        (steps("- run: echo ${{ hashFile('x') }}"), "error", 7),
        (steps("- run: echo ${{ inputs.m }}"), "warning", 7),
        (
            steps("- run: echo ${{ needs.b.result }} ${{ needs.b.outputs.a }}\n- run: echo ${{ needs.b.outputs.c }}"),
            "warning",
            7,
        ),
        (steps("- {run: echo a=1 >> $GITHUB_OUTPUT, id: s}\n- run: echo ${{ steps.s.outputs.b }}"), "warning", 8),
        (steps("- {run: ls, id: s}\n- run: echo ${{ steps.s.result }}"), "warning", 8),
        (steps("- run: ls", job="timeout-minutes: ten"), "error", 5),
        (steps("- run: ls\n  shell: zsh"), "error", 8),
        (steps("- run: ls\n  env: [a, b]"), "error", 8),
        (steps("- run: ls", job="container: {image: a, volume: [b]}"), "error", 5),
        (steps("- run: ls").replace("ubuntu-24.04", "ubuntu-lastest"), "error", 4),
        (steps("- uses: actions/checkout@v4\n  with: {fetch_depth: 0}"), "warning", 8),
        (steps("- run: ls", job="secrets: inherit"), "error", 5),
        (
            "on: push\njobs:\n  a: {runs-on: x, steps: [{run: a}], outputs: {b: c}}\n  d: {runs-on: x, needs: a, steps: [{run: 'echo ${{ needs.a.outputs.e }}'}]}\n",
            "warning",
            4,
        ),
    ],
)
def test_names_and_values_that_are_not_known(
    inspect: Callable[..., list[Finding]], text: str, severity: str, line: int
) -> None:
    found = inspect("workflow-invalid", at_root(text), variables={"PATH": ""})

    assert places(found) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "text",
    [
        steps("- run: echo ${{ inputs.m }}", head="on: {workflow_dispatch: {inputs: {m: {type: string}}}}\n"),
        steps("- run: echo ${{ format('{0}', github.event.anything.at.all) }} ${{ env.X }} ${{ secrets.Y }}"),
        steps("- {run: terraform plan, id: s}\n- run: echo ${{ steps.s.outputs.stdout }}"),
        steps("- {run: ./outputs.sh, id: s}\n- run: echo ${{ steps.s.outputs.b }}"),
        steps("- {run: 'printf \"b<<EOF\" >> $GITHUB_OUTPUT', id: s}\n- run: echo ${{ steps.s.outputs.b }}"),
        steps("- {run: '{ echo $x; } >> $GITHUB_OUTPUT', id: s}\n- run: echo ${{ steps.s.outputs.b }}"),
        steps("- {uses: a/b@v1, id: s}\n- run: echo ${{ steps.s.outputs.b }}"),
        steps("- run: ls\n  shell: bash -x {0}", job="timeout-minutes: ${{ fromJSON(vars.T) }}"),
        steps("- uses: actions/checkout@v4\n  with: {brand-new-input: 0}"),
        steps("- run: ls").replace("ubuntu-24.04", "ubuntu-latest-8-cores"),
        steps("- run: ls").replace("ubuntu-24.04", "ubuntu-26.04"),
    ],
)
def test_names_and_values_that_may_be_right(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("workflow-invalid", at_root(text), variables={"PATH": ""}) == []


@pytest.mark.parametrize(
    ("called", "given", "told"),
    [
        ("{}", "secrets: {KEY: x}", True),
        ("{}", "if: true", True),
        ("{}", "secrets: inherit", False),
        ("{secrets: {OTHER: {required: false}}}", "secrets: {KEY: x}", False),
        ("{}\n  push:", "if: true", False),
    ],
)
def test_a_secret_that_no_caller_hands_over(
    inspect: Callable[..., list[Finding]], called: str, given: str, told: bool
) -> None:
    secrets = "secrets: {KEY: {required: false}}" if called == "{}" and "KEY" in given else ""
    event = f"workflow_call: {{{secrets}}}{called[2:]}" if called.startswith("{}") else f"workflow_call: {called}"
    event = (
        event
        if "OTHER" not in called
        else "workflow_call: {secrets: {KEY: {required: false}, OTHER: {required: false}}}"
    )
    inner = "jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: a\n        env: {A: '${{ secrets.OTHER }}', B: '${{ secrets.GITHUB_TOKEN }}'}\n"
    tree = at_root(
        f"on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci1.yml\n    {given}\n", f"on:\n  {event}\n{inner}"
    )

    found = inspect("workflow-invalid", tree, variables={"PATH": ""})

    assert [one.evidence for one in found] == ["secrets.OTHER"] * told


def test_a_job_of_an_environment_has_its_secrets(inspect: Callable[..., list[Finding]]) -> None:
    inner = "on: workflow_call\njobs:\n  a:\n    runs-on: x\n    environment: live\n    steps:\n      - run: a\n        env: {A: '${{ secrets.OTHER }}'}\n"
    tree = at_root("on: push\njobs:\n  a:\n    uses: ./.github/workflows/ci1.yml\n", inner)

    assert inspect("workflow-invalid", tree, variables={"PATH": ""}) == []


CALLED = """on:
  workflow_call:
    inputs:
      stage: {type: string, required: true}
      size: {type: number, required: true, default: 1}
    secrets:
      key: {required: true}
    outputs:
      url: {value: "${{ jobs.a.outputs.url }}"}
      state: {value: "${{ jobs.a.result }}"}
      gone: {value: "${{ jobs.b.outputs.url }}"}
jobs:
  a:
    runs-on: x
    outputs: {url: x}
    steps:
      - run: echo ${{ inputs.stag }}
"""
CALLS = """on: push
jobs:
  good:
    uses: ./.github/workflows/ci1.yml
    with: {stage: a}
    secrets: {key: b}
  wrong:
    uses: ./.github/workflows/ci1.yml
    with:
      stage: a
      sise: 2
    secrets:
      kee: b
  less:
    uses: ./.github/workflows/ci1.yml
    secrets: inherit
    runs-on: x
  use:
    needs: good
    runs-on: x
    steps:
      - run: echo ${{ needs.good.outputs.url }} ${{ needs.good.outputs.uri }}
"""


def test_what_called_workflows_are_given(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("workflow-invalid", at_root(CALLS, CALLED), variables={"PATH": ""})

    assert places(found) == [
        ("error", CI, 8),
        ("error", CI, 11),
        ("error", CI, 13),
        ("error", CI, 15),
        ("error", CI, 17),
        ("warning", CI, 22),
        ("warning", ".github/workflows/ci1.yml", 11),
        ("warning", ".github/workflows/ci1.yml", 17),
    ]


ACTION = """inputs:
  version: {required: true}
  mode: {default: a}
outputs:
  out:
    value: ${{ steps.gone.outputs.x }}
runs:
  using: composite
  steps:
    - run: echo ${{ inputs.verion }}
    - run: echo ${{ inputs.mode }}
      shell: bash
"""


def test_actions_and_what_they_are_given(inspect: Callable[..., list[Finding]]) -> None:
    body = "- uses: ./ci\n  id: a\n  with: {verson: 1}\n- uses: ./ci\n  with: {version: 1}\n- run: echo ${{ steps.a.outputs.oot }}"
    found = inspect("workflow-invalid", at_root(steps(body), ci={"action.yml": ACTION}), variables={"PATH": ""})

    assert places(found) == [
        ("warning", CI, 7),
        ("warning", CI, 9),
        ("warning", CI, 12),
        ("warning", "ci/action.yml", 6),
        ("error", "ci/action.yml", 10),
        ("warning", "ci/action.yml", 10),
    ]


def test_files_with_nothing_in_them(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": {
            "dependabot.yml": "",
            "workflows": {
                "a.yml": "",
                "a2.yml": "\n",
                "b.yaml": "# off\n#on: push\n",
                "c.yml": "on: push\njobs: {a: {uses: ./x.yml}}\n",
                "d.txt": "",
            },
        }
    }

    found = [one for one in inspect("workflow-invalid", tree) if "GitHub refuses it" in one.message]

    assert places(found) == [("error", ".github/workflows/a.yml", 1), ("warning", ".github/workflows/b.yaml", 1)]
    assert [one.path for one in found[0].related][-1] == ".github/workflows/a2.yml"
