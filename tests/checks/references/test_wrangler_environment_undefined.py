"""Environments that commands name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


CONFIG = 'name = "a"\nmain = "a.ts"\n[env.production]\nvars = {}\n# [env.staging]\n'


def test_environments_that_are_not_defined(inspect: Inspect) -> None:
    workflow = """\
on: push
jobs:
  a:
    steps:
      - run: |
          cd edge
          npx wrangler deploy --env=prod
      - uses: cloudflare/wrangler-action@v3
        with:
          workingDirectory: edge
          command: deploy --env stage
"""
    tree = {
        "edge": {
            "wrangler.toml": CONFIG,
            "package.json": '{\n"scripts": {\n"stage": "tsc && wrangler deploy -e staging"\n}}',
        },
        ".github": {"workflows": {"ci.yml": workflow}},
    }

    found = inspect("wrangler-environment-undefined", tree)

    assert places(found) == [
        ("error", ".github/workflows/ci.yml", 7),
        ("error", ".github/workflows/ci.yml", 11),
        ("error", "edge/package.json", 3),
    ]
    assert "commented out" in found[0].message


def test_quiet_about_defined_environments_pages_and_variables(inspect: Inspect) -> None:
    scripts = '{"scripts": {"a": "wrangler deploy --env production", "b": "wrangler pages deploy --env x", "c": "wrangler deploy --env $E", '
    scripts += '"d": "wrangler deploy -c other.toml --env beta", "e": "docker run --env staging a"}}'
    tree = {"wrangler.toml": CONFIG, "other.toml": "", "package.json": scripts}

    assert inspect("wrangler-environment-undefined", tree) == []


SCRIPT = """\
#!/usr/bin/env bash
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
for stage in production preview; do
  (cd "$ROOT/edge" && wrangler deploy --env "$stage")
done
pushd edge
npx wrangler deploy -e production
popd
wrangler deploy --config edge/wrangler.toml --env=live
pnpm --filter edge exec wrangler deploy --env qa
docker run --env nothing image
"""
MAKE = "DIR := edge\ndeploy:\n\tcd $(DIR) && npx wrangler deploy --env live\nok:\n\tcd $(DIR) && npx wrangler deploy --env production\n"
JUST = "deploy:\n    cd edge && wrangler deploy --env live\n"
TASKS = "version: '3'\ntasks:\n  deploy:\n    dir: edge\n    cmds:\n      - wrangler deploy --env live\n      - cmd: wrangler deploy --env production\n"
MATRIX = """\
on: push
jobs:
  a:
    strategy:
      matrix:
        stage: [production, test]
    defaults:
      run:
        working-directory: edge
    steps:
      - run: |
          echo begin
          wrangler deploy --env ${{ matrix.stage }}
      - run: wrangler deploy
        env:
          CLOUDFLARE_ENV: nightly
"""


def test_commands_of_scripts_and_task_runners(inspect: Inspect) -> None:
    tree = {
        "edge": {"wrangler.toml": CONFIG, "package.json": '{"name": "edge"}'},
        "scripts": {"deploy.sh": SCRIPT},
        "Makefile": MAKE,
        "justfile": JUST,
        "Taskfile.yml": TASKS,
        ".github": {"workflows": {"ci.yml": MATRIX}},
    }

    assert places(inspect("wrangler-environment-undefined", tree)) == [
        ("error", ".github/workflows/ci.yml", 13),
        ("error", ".github/workflows/ci.yml", 14),
        ("error", "Makefile", 3),
        ("error", "Taskfile.yml", 6),
        ("error", "justfile", 2),
        ("error", "scripts/deploy.sh", 4),
        ("error", "scripts/deploy.sh", 9),
        ("error", "scripts/deploy.sh", 10),
    ]


def test_hostile_scripts_are_read_in_time(inspect: Inspect) -> None:
    loops = "".join(f"for v{at} in a b c d e f g h; do\n" for at in range(20))
    line = "wrangler deploy --env " + "".join(f"$v{at}" for at in range(20)) + "\n"
    tree = {"wrangler.toml": CONFIG, "a.sh": loops + line + "wrangler " + "$(" * 5000 + "\n" + "wrangler " + '"' * 9999}

    assert inspect("wrangler-environment-undefined", tree) is not None


def test_long_lines_of_makefiles_and_scripts(inspect: Inspect) -> None:
    make = "A = wrangler" + " " * 150_000 + "b\n\twrangler " + "$(A)" * 2000 + "\n"
    script = "wrangler $(cd " + "$(dirname " * 10_000 + "\nfor a in wrangler" + " " * 150_000 + "b\n"
    tree = {"wrangler.toml": CONFIG, "Makefile": make, "a.sh": script}

    assert inspect("wrangler-environment-undefined", tree) == []


STEPS = """\
on: push
jobs:
  a:
    strategy:
      matrix:
        worker: %s
    steps:
      - uses: cloudflare/wrangler-action@v3
        with:
          workingDirectory: workers/${{ matrix.worker }}
          command: deploy --env %s
      - run: npx wrangler deploy --env %s
        working-directory: workers/${{ matrix.worker }}
"""


@pytest.mark.parametrize(
    ("workers", "name", "lines"),
    [
        ("[one, two]", "production", [11, 12]),
        ("[one]", "production", []),
        ("[one, two]\n        exclude: [{worker: two}]", "production", []),
        ("${{ fromJSON(needs.a.outputs.b) }}", "production", []),
        ("[one, two]", "${{ matrix.worker }}", []),
    ],
)
def test_folders_of_a_matrix(inspect: Inspect, workers: str, name: str, lines: list[int]) -> None:
    tree = {
        "workers": {
            "one": {"wrangler.toml": CONFIG.replace("[env.production]", "[env.one]\n[env.production]")},
            "two": {"wrangler.toml": 'name = "b"\nmain = "b.ts"\n[env.two]\n'},
        },
        ".github": {"workflows": {"ci.yml": STEPS % (workers, name, name)}},
    }

    assert places(inspect("wrangler-environment-undefined", tree)) == [
        ("error", ".github/workflows/ci.yml", line) for line in lines
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("api/mise.toml", '[tasks.tail]\nrun = "wrangler tail --env prod"\n', 2),
        ("api/mise.toml", '[tasks."a:b"]\nrun = [\n  "echo a",\n  "npx wrangler tail --env prod",\n]\n', 4),
        (
            ".mise.toml",
            '[tasks.tail]\ndir = "{{config_root}}/api"\nrun = """\nset -e\nwrangler tail --env prod\n"""\n',
            5,
        ),
        (".config/mise.toml", '[tasks]\ntail = "cd api && wrangler tail --env prod"\n', 2),
        ("jobs/mise.toml", '[tasks.tail]\nrun = "pnpm --dir ../api exec wrangler tail --env prod"\n', 2),
        ("Makefile.toml", '[tasks.tail]\ncwd = "api"\nscript = ["wrangler tail --env prod"]\n', 3),
        ("deno.json", '{"tasks": {\n"tail": "cd api && wrangler tail --env prod"}}', 2),
        (
            "Taskfile.yml",
            "tasks:\n  tail:\n    dir: api\n    cmds:\n      - echo a\n      - wrangler tail --env prod\n",
            6,
        ),
        ("Taskfile.yml", "tasks:\n  tail: cd api && wrangler tail --env prod\n", 2),
        ("mise.toml", '[tasks.tail]\ndir = "{{cwd}}"\nrun = "wrangler tail --env prod"\n', 0),
        ("api/mise.toml", "[tasks.tail]\nrun = \"wrangler tail --env {{arg(name='env')}}\"\n", 0),
        ("api/mise.toml", '[tasks.tail]\nrun = "wrangler tail --env live"\n', 0),
        ("api/mise.toml", "tasks = 3\n# wrangler tail --env prod\n", 0),
    ],
)
def test_tasks_of_other_runners(inspect: Inspect, path: str, text: str, line: int) -> None:
    tree = {"api": {"wrangler.toml": 'name = "a"\nmain = "a.ts"\n[env.live]\nname = "b"\n'}}
    folder, _, name = path.rpartition("/")
    tree.setdefault(folder, {})[name] = text
    tree |= tree.pop("", {})  # type: ignore[arg-type]

    found = inspect("wrangler-environment-undefined", tree)

    assert [(one.path, one.line) for one in found] == ([(path, line)] if line else [])


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('if [ "$E" = "none" ]; then\n  E="main"\nfi\nif [ "$E" = "main" ]; then\n  wrangler deploy\nelse\n  wrangler deploy --env "$E"\nfi\n', []),
        ('E=main\nif [[ $E != "main" ]]; then\n  wrangler deploy --env $E\nelse\n  wrangler deploy\nfi\n', []),
        ('E=main\nif [ -n "$1" ]; then\n  E=live\nfi\nif [ "$E" == main ]; then\n  wrangler deploy\nelse\n  wrangler deploy --env $E\nfi\n', [8]),
        ('if [ "$E" = "prod" ]; then\n  wrangler deploy --env "$E"\nelif [ "$E" = "production" ]; then\n  wrangler deploy --env $E\nelse\n  wrangler deploy --env $E\nfi\nwrangler deploy --env $E\n', [2]),
        ('E=main\nif [ "$1" = x ]; then echo; fi\nwrangler deploy --env $E\n', [3]),
    ],
)  # fmt: skip
def test_conditions_that_ask_what_a_variable_is(inspect: Inspect, script: str, told: list[int]) -> None:
    found = inspect("wrangler-environment-undefined", {"wrangler.toml": CONFIG, "deploy.sh": script})

    assert [one.line for one in found] == told
