"""Line by line: what is rewritten, what is left, and what a person is told."""

from __future__ import annotations

import re

import pytest
import yaml as pyyaml

from tests.features.relocation.sample import REPOSITORY, SUB, SUBPROJECT, applied, decide, world
from toolkit.features.relocation.relocate import Left, World, nested_workflows, relocate
from toolkit.features.relocation.relocate import Relocation as Result

HEAD = "on: workflow_dispatch\njobs:\n  a:\n    runs-on: x\n    steps:\n"
CHECKOUT = "      - uses: actions/checkout@v4\n"
NEW = ".github/workflows/apps-edge-w.yml"


def one(text: str, extra: dict[str, str] | None = None, root: dict[str, str] | None = None) -> tuple[Result, str]:
    """The relocation of a single workflow, and its text after."""
    files = {".github/workflows/w.yml": text, **(extra or {})}
    relocation, before = decide(files, root=root or {})
    return relocation, applied(relocation, before).get(NEW, b"").decode()


def steps(*lines: str) -> str:
    return HEAD + CHECKOUT + "".join(f"      {line}\n" for line in lines)


def after(*lines: str, extra: dict[str, str] | None = None) -> list[str]:
    """The steps behind the checkout after the move."""
    relocation, text = one(steps(*lines), extra)
    assert relocation.left == ()
    return [line[6:] for line in text.partition(CHECKOUT)[2].splitlines()]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (["- uses: ./"], ["- uses: ./apps/edge"]),
        (["- uses: 'docker://x'"], ["- uses: 'docker://x'"]),
        (["- run: x", "  working-directory: ./a/../b"], ["- run: x", "  working-directory: apps/edge/b"]),
        (["- run: x", "  working-directory: /tmp/b"], ["- run: x", "  working-directory: /tmp/b"]),
        (
            ["- run: x", "  working-directory: ${{ github.workspace }}/b"],
            ["- run: x", "  working-directory: ${{ github.workspace }}/apps/edge/b"],
        ),
        (
            ["- uses: actions/setup-go@v5", "  with: {go-version-file: ./go.mod, cache: false}"],
            ["- uses: actions/setup-go@v5", "  with: {go-version-file: apps/edge/go.mod, cache: false}"],
        ),
        (
            ["- uses: actions/setup-node@v4", "  with:", "    cache-dependency-path: |", "      a/*.json", "      b.json  "],
            ["- uses: actions/setup-node@v4", "  with:", "    cache-dependency-path: |", "      apps/edge/a/*.json", "      apps/edge/b.json  "],
        ),
        (
            ["- uses: golangci/golangci-lint-action@v6"],
            ["- uses: golangci/golangci-lint-action@v6", "  with:", "    working-directory: apps/edge"],
        ),
        (
            ["- uses: Swatinem/rust-cache@v2", "  with:", "    workspaces: |", "      . -> target", "      b", "    shared-key: x"],
            ["- uses: Swatinem/rust-cache@v2", "  with:", "    workspaces: |", "      apps/edge -> target", "      apps/edge/b", "    shared-key: x"],
        ),
        (
            ["- uses: docker/build-push-action@v6", "  with:", "    context: .", "    file: ./Dockerfile"],
            ["- uses: docker/build-push-action@v6", "  with:", "    context: apps/edge", "    file: apps/edge/Dockerfile"],
        ),
        (
            ["- uses: docker/build-push-action@v6", "  with:", "    push: false # why"],
            ["- uses: docker/build-push-action@v6", "  with:", "    push: false # why", "    context: '{{defaultContext}}:apps/edge'"],
        ),
        (
            ["- uses: actions/cache@v4", "  with:", "    path: |", "      ~/target", "      target", "    key: x"],
            ["- uses: actions/cache@v4", "  with:", "    path: |", "      ~/target", "      apps/edge/target", "    key: x"],
        ),
        (
            ["- uses: codecov/codecov-action@v5", "  with:", "    files: ./a.xml,b.xml"],
            ["- uses: codecov/codecov-action@v5", "  with:", "    files: apps/edge/a.xml,apps/edge/b.xml"],
        ),
        (
            ["- uses: dorny/paths-filter@v3", "  with:", "    filters: |", "      src:", "        - 'src/**'", "        - '!x'"],
            ["- uses: dorny/paths-filter@v3", "  with:", "    filters: |", "      src:", "        - 'apps/edge/src/**'", "        - '!apps/edge/x'"],
        ),
        (
            ["- uses: actions/checkout@v4", "  with:", "    sparse-checkout: |", "      src"],
            ["- uses: actions/checkout@v4", "  with:", "    sparse-checkout: |", "      apps/edge/src"],
        ),
        (
            ["- uses: actions/cache@v4", "  with:", "    key: 'x-${{ hashFiles(''a'', ''!b'', format(''{0}/c'', runner.os)) }}'"],
            ["- uses: actions/cache@v4", "  with:", "    key: 'x-${{ hashFiles(''a'', ''!b'', format(''{0}/c'', runner.os)) }}'"],
        ),
        (
            ["- run: echo ${{ hashFiles( 'a' ,'b/**') }} ${{ HASHFILES('c') }}"],
            ["- run: echo ${{ hashFiles( 'apps/edge/a','apps/edge/b/**') }} ${{ HASHFILES('apps/edge/c') }}"],
        ),
        (
            ["- if: hashFiles('a') != ''", "  uses: x/y@v1"],
            ["- if: hashFiles('apps/edge/a') != ''", "  uses: x/y@v1"],
        ),
        (
            ["- if: \"hashFiles('a') != ''\"", "  run: x"],
            ["- if: \"hashFiles('apps/edge/a') != ''\"", "  run: x"],
        ),
        (
            ["- run: >-", "    x ${{ hashFiles('a') }}", "    y"],
            ["- run: >-", "    x ${{ hashFiles('apps/edge/a') }}", "    y"],
        ),
    ],
    ids=lambda item: " ".join(item)[:60],
)  # fmt: skip
def test_steps(before: list[str], expected: list[str]) -> None:
    assert after(*before, extra={"action.yml": "runs: {using: node20}\n"}) == expected


def test_programs_at_the_root_read_what_the_scripts_write_below() -> None:
    assert after(
        "- run: make > report.md && echo x | tee -a out/log.txt",
        "- uses: actions/github-script@v7",
        "  with:",
        "    script: |",
        "      const a = fs.readFileSync('report.md'), b = `out/log.txt`, c = require('./scripts/post')",
        "      const d = 'main', e = 'other.md', f = 'package.json', g = 'docs'",
        extra={"scripts/post.js": "", "package.json": "{}", "docs/a.md": ""},
    )[-2:] == [
        "      const a = fs.readFileSync('apps/edge/report.md'), b = `apps/edge/out/log.txt`, c = require('./apps/edge/scripts/post')",
        "      const d = 'main', e = 'other.md', f = 'apps/edge/package.json', g = 'docs'",
    ]


def test_inputs_are_added_where_a_default_looks_at_the_root() -> None:
    files = {
        "pnpm-lock.yaml": "",
        "package.json": "{}",
        "go.sum": "",
        "requirements/requirements.txt": "",
        ".python-version": "",
    }
    assert after(
        "- uses: pnpm/action-setup@v4",
        "- uses: actions/setup-node@v4",
        "  with: {cache: pnpm}",
        "- uses: actions/setup-go@v5",
        "- uses: actions/setup-python@v5",
        "  with:",
        "    cache: pip",
        extra=files,
    ) == [
        "- uses: pnpm/action-setup@v4",
        "  with:",
        "    package_json_file: apps/edge/package.json",
        "- uses: actions/setup-node@v4",
        "  with: {cache: pnpm, cache-dependency-path: apps/edge/pnpm-lock.yaml}",
        "- uses: actions/setup-go@v5",
        "  with:",
        "    cache-dependency-path: apps/edge/go.sum",
        "- uses: actions/setup-python@v5",
        "  with:",
        "    cache: pip",
        "    cache-dependency-path: apps/edge/**/requirements.txt",
        "    python-version-file: apps/edge/.python-version",
    ]


ON = "name: W\n{on}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: x\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("on: push", f"on:\n  push:\n    paths:\n      - apps/edge/**\n      - {NEW}"),
        ("'on': [push] # why", f"'on':\n  push:\n    paths:\n      - apps/edge/**\n      - {NEW} # why"),
        ("on:\n- push\n- release", f"on:\n  push:\n    paths:\n      - apps/edge/**\n      - {NEW}\n  release:"),
        ("on:\n  push: # why", f"on:\n  push: # why\n    paths:\n      - apps/edge/**\n      - {NEW}"),
        ("on: {push: {branches: [a]}}", f"on: {{push: {{branches: [a], paths: [apps/edge/**, {NEW}]}}}}"),
        ("on:\n  push: {}", f"on:\n  push: {{paths: [apps/edge/**, {NEW}]}}"),
        ("on:\n  push:\n    tags: [v*]", "on:\n  push:\n    tags: [v*]"),
        ("on:\n  push:\n    paths: ['src/**', '!src/x']", "on:\n  push:\n    paths: ['apps/edge/src/**', '!apps/edge/src/x']"),
        ("on:\n  push:\n    paths:\n    - .github/workflows/w.yml", f"on:\n  push:\n    paths:\n    - {NEW}"),
        ("on:\n  push:\n    paths: ['**']", f"on:\n  push:\n    paths: ['apps/edge/**', {NEW}]"),
        (
            "on:\n  push:\n    paths-ignore: ['.github/**', 'a b']",
            "on:\n  push:\n    paths: [apps/edge/**, '!apps/edge/.github/**', '!apps/edge/a b']",
        ),
        ("on:\n  push:\n    paths: src/**", "on:\n  push:\n    paths: apps/edge/src/**"),
        ("on:\n  schedule:\n    - cron: '0 0 * * *'", "on:\n  schedule:\n    - cron: '0 0 * * *'"),
    ],
)  # fmt: skip
def test_triggers(before: str, expected: str) -> None:
    relocation, text = one(ON.replace("{on}", before))
    assert relocation.left == ()
    assert text == ON.replace("{on}", expected)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: [", 1, "not YAML"),
        (steps("- run: x", "  env: &e {A: b}"), 8, "uses anchors"),
        (steps("- run: x", "  run: y"), 8, "key run is given twice"),
        ("- a\n", 1, "not a mapping"),
        ("jobs: {}\n", 1, "no events under on:"),
        ("on: push\n", 1, "no jobs"),
        ("on: push\njobs:\n  a: {}\n", 3, "a job without steps"),
        ("on:\n  - push # x\n  - release\njobs:\n  a:\n    steps: []\n", 1, "comments within a value"),
        (steps("- uses: actions/checkout@v4", "  with:", "    path: src"), 9, "a checkout with path"),
        (steps("- uses: actions/checkout@v4", "  with: {repository: a/b}"), 8, "a checkout with repository"),
        (HEAD + "      - uses: ./x\n", 6, "in a job that checks nothing out"),
        (steps("- uses: ./../x"), 7, "./../x climbs out of the subproject"),
        (steps("- uses: docker/build-push-action@v6", "  with: {context: '{{defaultContext}}:../x'}"), 8, "../x climbs out"),
        (steps("- uses: ./none"), 0, "uses ./apps/edge/none: no action.yml is tracked there"),
        ("on: push\njobs:\n  a:\n    uses: ./.github/workflows/none.yml\n", 4, "calls ./.github/workflows/none.yml, which does not move"),
        (
            "on: push\ndefaults: {run: {working-directory: '${{ vars.X }}'}}\njobs:\n  a:\n    steps:\n" + CHECKOUT + "      - run: x\n",
            2,
            "a default folder that cannot be told",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_stays_with_its_line(text: str, line: int, reason: str) -> None:
    relocation, moved = one(text)
    assert moved == ""
    assert relocation.plan.actions == ()
    (left,) = relocation.left
    assert (left.path, left.line, left.vendored) == (f"{SUB}/.github/workflows/w.yml", line, False)
    assert reason in left.reason


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (["- run: |", "    a", "    cd ../x"], 9, "'cd ../x': leaves the subproject's folder"),
        (["- run: git diff --name-only HEAD~1 | x"], 7, "git prints these paths from the repository's root"),
        (["- run: x", "  env:", "    A: ${{ github.workspace }}/x"], 9, "the workspace is now the repository's root"),
        (["- run: x", "  working-directory: ${{ steps.a.outputs.b }}"], 8, "whose value is not known here"),
        (["- run: x", "  working-directory: ../x"], 8, "climbs out of the subproject"),
        (["- uses: a/b@v1", "  with:", "    config-file: x"], 9, "config-file of a/b may be a path of the subproject"),
        (["- uses: tj-actions/changed-files@v45"], 7, "its outputs name files from the repository's root"),
        (["- run: x ${{ vars.PLACE }}"], 7, "needs the variable PLACE in this repository"),
        (["- if: github.repository == 'a/b'", "  run: x"], 7, "asks for a repository by name"),
        (["- uses: x/y@v1", '  with: {key: "${{ hashFiles(env.X) }}"}'], 8, "whose value is not known here"),
    ],
)  # fmt: skip
def test_what_a_person_has_to_look_at(lines: list[str], line: int, message: str) -> None:
    relocation, _ = one(steps(*lines))
    found = [note for note in relocation.notes if message in note.message]
    assert [(note.path, note.line) for note in found] == [(f"{SUB}/.github/workflows/w.yml", line)]
    assert found[0].text in relocation.plan.notes


def test_a_matrix_decides_whether_a_path_moves() -> None:
    text = HEAD.replace(
        "runs-on: x",
        "runs-on: x\n    strategy: {matrix: {rel: [a, b], mixed: [a, /b], abs: [/a, ~/b], computed: '${{ fromJSON(x) }}'}}",
    )
    names = ("rel", "mixed", "abs", "computed")
    body = "".join(f"      - run: x\n        working-directory: ${{{{ matrix.{name} }}}}\n" for name in names)
    relocation, moved = one(text + CHECKOUT + body)
    assert re.findall(r"working-directory: (.*)", moved.partition(CHECKOUT)[2]) == [
        "apps/edge/${{ matrix.rel }}",
        "${{ matrix.mixed }}",
        "${{ matrix.abs }}",
        "${{ matrix.computed }}",
    ]
    assert [note.line for note in relocation.notes] == [11, 15]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_everything_else_stays_byte_for_byte(newline: str) -> None:
    relocation, before = decide(SUBPROJECT, newline=newline)
    assert relocation.left == ()
    tree = applied(relocation, before)
    for item in relocation.moved:
        old, new = item.before.decode(), tree[item.target].decode()
        assert ("\r\n" in new) == (newline == "\r\n")
        assert new.count("\n") == new.count(newline)
        kept = [line for line in old.splitlines() if "#" in line]
        assert [line.partition("#")[2] for line in kept] == [
            line.partition("#")[2] for line in new.splitlines() if "#" in line
        ]
    touched = {item.source for item in relocation.moved}
    assert {path for path in before if tree.get(path) != before[path]} == touched
    assert all(not re.match(r".+/\.github/workflows/", path) for path in tree)


def test_a_second_plan_has_nothing_to_do() -> None:
    relocation, before = decide(SUBPROJECT)
    tree = applied(relocation, before)
    again = relocate(World(frozenset(tree), tree.__getitem__))
    assert (again.plan.actions, again.left) == ((), ())


def test_a_part_first_and_the_rest_later_share_their_action() -> None:
    _, before = decide(SUBPROJECT)
    first = relocate(World(frozenset(before), before.__getitem__), [f"{SUB}/.github/workflows/ci.yml"])
    assert [item.source for item in first.moved if item.source != item.target] == [f"{SUB}/.github/workflows/ci.yml"]
    tree = applied(first, before)
    tree[f"{SUB}/.github/workflows/late.yml"] = steps("- uses: ./.github/actions/setup").encode()
    second = relocate(World(frozenset(tree), tree.__getitem__))
    assert second.left == ()
    after = applied(second, tree)
    action = f"{SUB}/.github/actions/setup/action.yml"
    assert after[action] == tree[action], "it was prepared by the first part"


def test_an_action_that_the_root_uses_as_it_is_keeps_its_users_in_place() -> None:
    root = {".github/workflows/r.yml": "on: push\njobs: {a: {steps: [{uses: ./apps/edge/act}]}}\n"}
    action = "runs:\n  using: composite\n  steps:\n    - run: x\n      shell: bash\n"
    relocation, _ = one(steps("- uses: ./act"), {"act/action.yml": action}, root)
    assert relocation.left == (
        Left(
            f"{SUB}/.github/workflows/w.yml",
            0,
            "uses ./apps/edge/act: a workflow at the root uses this action as it is",
        ),
    )


def test_who_depends_on_what_stays_stays_too() -> None:
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        ".github/workflows/b.yml": "on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/c.yml\n",
        ".github/workflows/c.yml": "on: workflow_call\njobs: &j {}\n",
        ".github/workflows/d.yml": "on: workflow_dispatch\njobs: {a: {steps: []}}\n",
    }
    relocation, _ = decide(files, root={})
    assert [(item.path[-5:], item.line) for item in relocation.left] == [("a.yml", 4), ("b.yml", 4), ("c.yml", 2)]
    assert [item.target for item in relocation.moved] == [".github/workflows/apps-edge-d.yml"]


def test_names_and_files_clash_in_any_letter_case() -> None:
    text = "name: {name}\non: workflow_dispatch\njobs: {{a: {{steps: []}}}}\n"
    files = {
        ".github/workflows/A-B-CI.yml": text.format(name="Root"),
        "a/b/.github/workflows/ci.yml": text.format(name="ci"),
        "a-b/.github/workflows/CI.yml": text.format(name="CI"),
        "A/B/.github/workflows/x.yml": text.format(name="'Deploy: now'"),
        "c/.github/workflows/x.yml": text.format(name='"Deploy: now" # why'),
    }
    relocation = relocate(world(files))
    tree = applied(relocation, {path: text.encode() for path, text in files.items()})
    names = {path: pyyaml.safe_load(content)["name"] for path, content in tree.items()}
    assert names == {
        ".github/workflows/A-B-CI.yml": "Root",
        ".github/workflows/a-b-CI-2.yml": "a-b - CI",
        ".github/workflows/a-b-ci-3.yml": "a/b - ci",
        ".github/workflows/a-b-x.yml": "A/B - Deploy: now",
        ".github/workflows/c-x.yml": "c - Deploy: now",
    }
    assert b'name: "c - Deploy: now" # why\n' in tree[".github/workflows/c-x.yml"]


@pytest.mark.parametrize(("more", "said"), [("", "with the same content"), ("# old\n", "in another version")])
def test_what_the_root_has_already_stays(more: str, said: str) -> None:
    text = "on: push\njobs: {}\n" + "".join(f"# line {number}\n" for number in range(60))

    result, _ = one(text + more, root={".github/workflows/w.yml": text})

    (left,) = result.left
    assert (left.path, said in left.reason) == (f"{SUB}/.github/workflows/w.yml", True)
    assert result.plan.actions == ()


def test_two_of_one_name_are_told_apart_by_their_files() -> None:
    text = "name: Test\non: workflow_dispatch\njobs: {a: {steps: []}}\n"
    follower = "on:\n  workflow_run:\n    workflows: [Test]\njobs: {a: {steps: []}}\n"
    files = {".github/workflows/a.yml": text, ".github/workflows/b.yml": text, ".github/workflows/c.yml": follower}
    relocation, before = decide(files, root={})
    tree = applied(relocation, before)
    names = [pyyaml.safe_load(content).get("name") for content in tree.values()]
    assert names == ["apps/edge - Test (a)", "apps/edge - Test (b)", None]
    assert [note.text for note in relocation.notes] == [
        "apps/edge/.github/workflows/c.yml:3: not exactly one workflow of the subproject that moves is called 'Test'"
    ]


def test_concurrency_groups_are_parted() -> None:
    text = "on: workflow_dispatch\nconcurrency: pages\njobs:\n  a:\n    concurrency:\n      group: >-\n        x\n        ${{ github.ref }}\n    steps: []\n"
    assert one(text)[1] == text.replace(" pages", " apps-edge-pages").replace("        x\n", "        apps-edge-x\n")
    own = text.replace("pages", "${{ github.workflow }}").replace("        x\n", "        ${{ github.workflow }}\n")
    assert one(own)[1] == own


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a/lib/x/foundry.toml": "", "a/lib/x/.github/workflows/w.yml": HEAD}, "vendored: a/lib/x/ is a dependency"),
        (
            {"lib/x/package.json": '{"repository": "o/x"}', "lib/x/y/.github/workflows/w.yml": HEAD},
            "vendored: lib/x/ is a dependency with a repository of its own, o/x",
        ),
        (
            {
                "package.json": '{"repository": {"url": "git+https://github.com/me/all.git"}}',
                "p/package.json": '{"repository": "https://github.com/them/p"}',
                "p/.github/workflows/w.yml": HEAD,
            },
            "vendored: p/package.json is published from them/p",
        ),
        ({"Archive/v1/.github/workflows/w.yml": HEAD}, "archived: Archive/ is only kept"),
    ],
)
def test_what_others_maintain_stays_and_is_explained(files: dict[str, str], reason: str) -> None:
    beside = {
        path.replace("workflows/w.yml", "dependabot.yml"): "version: 2\nupdates:\n- {}\n"
        for path in files
        if ".github" in path
    }
    relocation = relocate(world({**files, **beside}))
    assert relocation.plan.actions == ()
    assert relocation.notes == ()
    (left,) = relocation.left
    assert left.vendored
    assert left.reason.startswith(reason)


def test_roles_links_and_a_repository_of_our_own() -> None:
    files = {
        "v/.github/workflows/w.yml": HEAD,
        "p/.github/workflows/w.yml": HEAD,
        "p/package.json": '{"repository": "me/p"}',
    }
    contents = {path: text.encode() for path, text in files.items()}
    found = relocate(
        World(
            frozenset(contents),
            contents.__getitem__,
            links=frozenset({"p/.github/workflows/w.yml"}),
            role=lambda folder: ("template", "a rule") if folder == "v" else ("own", ""),
            origin="me/all",
        )
    )
    assert found.left == (
        Left("p/.github/workflows/w.yml", 0, "a symbolic link"),
        Left("v/.github/workflows/w.yml", 0, "template: a rule", vendored=True),
    )


@pytest.mark.parametrize(
    "repository",
    [
        '"https://github.com/them/all"',
        '{"url": "https://github.com/them/other.git", "directory": "p"}',
    ],
)
def test_in_a_fork_the_packages_are_at_home_though_they_name_the_other_owner(repository: str) -> None:
    files = {
        "p/.github/workflows/w.yml": HEAD + "      - run: x\n",
        "p/package.json": f'{{"repository": {repository}}}',
    }
    contents = {path: text.encode() for path, text in files.items()}
    found = relocate(World(frozenset(contents), contents.__getitem__, origin="me/all"))
    assert [item.target for item in found.moved] == [".github/workflows/p-w.yml"]


def test_nested_workflows_are_found_by_their_path_alone() -> None:
    files = [
        "a/.github/workflows/x.yml",
        "a/.github/workflows/x.yaml",
        "a/.github/workflows/deep/x.yml",
        "a/.github/workflows/x.yml.disabled",
        "a/.github/actions/x/action.yml",
        ".github/workflows/x.yml",
        "a.github/workflows/x.yml",
    ]
    assert nested_workflows(files) == (("a/.github/workflows/x.yaml", "a"), ("a/.github/workflows/x.yml", "a"))


def test_badges_and_mentions_are_named() -> None:
    badge = "\n[![x](https://github.com/o/r/actions/workflows/w.yml/badge.svg)](x)\n"
    root = {"docs.md": "", "README.md": "see\napps/edge/.github/workflows/w.yml\n"}
    relocation, _ = one(steps("- run: x"), {"README.md": badge}, root)
    assert [(note.path, note.line) for note in relocation.notes] == [("README.md", 2), (f"{SUB}/README.md", 2)]


def test_odd_folders() -> None:
    for sub, slug in (("Apps/My Web", "apps-my-web"), ("a/[b]", "a-b"), ("日本", "subproject"), ("x.y/_z", "x.y-_z")):
        relocation, before = decide(
            {".github/workflows/w.yml": "on: push\njobs:\n  a:\n    steps:\n" + CHECKOUT + "      - run: x\n"}, sub, {}
        )
        data = pyyaml.safe_load(applied(relocation, before)[f".github/workflows/{slug}-w.yml"])
        assert data["defaults"]["run"]["working-directory"] == sub
        literal = sub.replace("[", "\\[").replace("]", "\\]")
        assert data[True]["push"]["paths"][0] == f"{literal}/**"


DEPENDABOT = """\
version: 2
updates:
    # the packages
    - package-ecosystem: npm   # why
      directory: /
      schedule:
          interval: weekly
      groups:
          all:
              patterns: ["*"]
    - package-ecosystem: cargo
      directories: [/a, "b/"]
      schedule: {interval: daily}
    - package-ecosystem: github-actions
      directory: /
      schedule: {interval: weekly}
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_dependabot_goes_into_the_root_s(newline: str) -> None:
    root = "version: 2\nupdates:\n- package-ecosystem: github-actions\n  directory: /\n  schedule: {interval: weekly}\n# the end\n"
    relocation, before = decide(
        {".github/dependabot.yml": DEPENDABOT}, root={".github/dependabot.yml": root.replace("\n", newline)}
    )
    tree = applied(relocation, before)
    assert list(tree) == [".github/dependabot.yml"]
    assert tree[".github/dependabot.yml"].decode() == (
        "version: 2\nupdates:\n- package-ecosystem: github-actions\n  directory: /\n  schedule: {interval: weekly}\n"
        "- package-ecosystem: npm   # why\n  directory: /apps/edge\n  schedule:\n      interval: weekly\n"
        '  groups:\n      all:\n          patterns: ["*"]\n'
        '- package-ecosystem: cargo\n  directories: [/apps/edge/a, "/apps/edge/b"]\n  schedule: {interval: daily}\n'
        "# the end\n"
    ).replace("\n", newline)


@pytest.mark.parametrize(
    ("nested", "root", "reason"),
    [
        ("version: 2\nregistries: {}\nupdates:\n  - {a: b}\n", "", "registries belongs to the whole file"),
        ("version: 2\nupdates: []\n", "", "no updates"),
        ("version: 2\nupdates: [{directory: /}]\n", "", "an update in brackets"),
        (
            "updates:\n  - package-ecosystem: npm\n    directory: /\n    x: 1\n",
            "updates:\n  - package-ecosystem: npm\n    directory: /apps/edge\n",
            "the root updates npm in /apps/edge already, in another way",
        ),
        ("updates:\n  - package-ecosystem: npm\n", "updates: []\n", "its updates are no block list"),
        ("a: [", "", "not YAML"),
    ],
)
def test_dependabot_that_clashes_stays(nested: str, root: str, reason: str) -> None:
    files = {".github/dependabot.yml": root} if root else {}
    relocation, _ = decide({".github/dependabot.yml": nested}, root=files)
    assert relocation.plan.actions == ()
    (left,) = relocation.left
    assert reason in left.reason


def test_owners_go_behind_the_root_s() -> None:
    nested = "# ours\n* @a\n*.js @b # why\n/src/ @c\ndocs/* @d\nbuild/\n\na\\ b @e\n"
    relocation, before = decide({".github/CODEOWNERS": nested}, root={"CODEOWNERS": "* @root"})
    assert applied(relocation, before) == {
        "CODEOWNERS": (
            b"* @root\n# apps/edge/.github/CODEOWNERS\n# ours\n/apps/edge/ @a\n/apps/edge/**/*.js @b # why\n/apps/edge/src/ @c\n"
            b"/apps/edge/docs/* @d\n/apps/edge/**/build/\n\n/apps/edge/**/a\\ b @e\n"
        )
    }


def test_templates_are_named_and_left() -> None:
    files = {
        ".github/ISSUE_TEMPLATE/bug.md": "",
        ".github/FUNDING.yml": "",
        ".github/workflows/x.yml.disabled": "",
        "CONTRIBUTING.md": "",
    }
    relocation, _ = decide(files, root={})
    assert relocation.plan.actions == ()
    assert [note.path.removeprefix(f"{SUB}/.github/") for note in relocation.notes] == [
        "FUNDING.yml",
        "ISSUE_TEMPLATE/bug.md",
        "workflows/x.yml.disabled",
    ]


def test_the_root_s_own_workflows_are_never_touched() -> None:
    relocation, before = decide(SUBPROJECT)
    tree = applied(relocation, before)
    assert {path: tree[path].decode() for path in REPOSITORY} == dict(REPOSITORY)
