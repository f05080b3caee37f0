"""Package managers that disagree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


FIELD = '{\n  "packageManager": "pnpm@9.15.4",\n  "dependencies": {"a": "1"}\n}'


def workflow(version: str) -> dict[str, object]:
    step = f"      - uses: pnpm/action-setup@v4\n        with:\n          version: {version}\n"
    return {
        "workflows": {"ci.yml": f"jobs:\n  a:\n    steps:\n{step}      - run: pnpm i\n        working-directory: web\n"}
    }


def test_names_and_versions(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": workflow("8"),
        "web": {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n", "Dockerfile": "FROM x\nRUN npm i -g pnpm@8\n"},
        "api": {"package.json": FIELD, "yarn.lock": "a@1:\n"},
        "chain": {"Anchor.toml": '[toolchain]\npackage_manager = "yarn"\n', "package-lock.json": "{}"},
        "own": {"package.json": '{\n"packageManager": "pnpm@9.15.4",\n"engines": {"pnpm": "^8"}}'},
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("warning", ".github/workflows/ci.yml", 6),
        ("error", "api/package.json", 2),
        ("warning", "chain/Anchor.toml", 2),
        ("error", "own/package.json", 3),
    ]


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": workflow("9"),
        "web": {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n"},
        "two": {"package.json": '{"packageManager": "npm@10.9.2"}', "package-lock.json": "{}", "yarn.lock": "a@1:\n"},
        "dev": {
            "package.json": '{"devEngines": {"packageManager": {"name": "npm", "version": ">=10"}}}',
            "package-lock.json": "{}",
        },
        "none": {"package.json": '{"packageManager": "yarn@4.1.0"}', "yarn.lock": ""},
        "other": {"package.json": '{"engines": {"npm": ">=7"}}'},
    }

    assert inspect("package-manager-drift", tree) == []


PNPM = {"package.json": '{"name": "r", "packageManager": "pnpm@10.0.0"}', "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          echo a\n          {}\n"


def test_installs_by_another_manager(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **PNPM,
        "Dockerfile": "FROM node:22\nCOPY . .\nRUN yarn install --frozen-lockfile\n",
        "README.md": "```sh\nnpm install\nnpm run dev\n```\n",
        ".github": {"workflows": {"a.yml": WORKFLOW.format("npm ci")}},
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("error", ".github/workflows/a.yml", 8),
        ("warning", "Dockerfile", 3),
        ("warning", "README.md", 2),
    ]


@pytest.mark.parametrize(
    ("command", "level"),
    [("npm install", "error"), ("npm install --workspaces", "error"), ("npm run build --workspaces", "")],
)
def test_npm_stops_at_dependencies_of_workspaces(
    inspect: Callable[..., list[Finding]], command: str, level: str
) -> None:
    tree = {
        **PNPM,
        "package.json": '{"name": "r", "packageManager": "pnpm@10.0.0", "workspaces": ["apps/*"]}',
        "pnpm-workspace.yaml": "packages: [apps/*]\n",
        "apps": {
            "a": {"package.json": '{"name": "a", "dependencies": {"b": "workspace:*"}}'},
            "b": {"package.json": '{"name": "b"}'},
        },
        ".github": {"workflows": {"a.yml": WORKFLOW.format(command)}},
    }

    found = inspect("package-manager-drift", tree)

    assert [(one.severity, one.message.rpartition(": npm ")[2]) for one in found] == (
        [(level, "refuses b: workspace:*")] if level else []
    )


def test_quiet_about_installs_that_are_meant(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **PNPM,
        "Dockerfile": "FROM node:22\nRUN npm install -g pnpm && npm install --global turbo && pnpm install --frozen-lockfile\n",
        "README.md": "```sh\nnpm install\n```\nor\n```sh\nyarn install\n```\n",
        ".github": {"workflows": {"a.yml": WORKFLOW.format("npm install left-pad && cd other && npm ci")}},
        "other": {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": '{"lockfileVersion": 3}'},
    }

    assert inspect("package-manager-drift", tree) == []


def test_one_finding_for_places_that_differ_alike(inspect: Callable[..., list[Finding]]) -> None:
    images = {f"Dockerfile.{name}": "FROM oven/bun:1.2.0\n" for name in "abc"}
    tree = {"package.json": '{"packageManager": "bun@1.3.0"}', "bun.lock": "{}", **images}

    assert len(inspect("package-manager-drift", tree)) == 1


def test_installs_of_shell_scripts_makefiles_and_hosts(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **PNPM,
        "Makefile": "setup:\n\t@npm install\n",
        "scripts": {"up.sh": '#!/bin/sh\ncd "$(dirname "$0")/.."\nyarn install\n', "on.sh": "cd web && npm install\n"},
        "vercel.json": '{\n"installCommand": "npm install --prefix=."\n}',
        "tools": {"x.sh": "npm install\n"},
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("warning", "Makefile", 2),
        ("warning", "scripts/up.sh", 3),
        ("warning", "vercel.json", 2),
    ]


def test_a_member_whose_workspace_has_the_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **PNPM,
        "pnpm-workspace.yaml": "packages: [web]\n",
        "web": {"package.json": '{"name": "web", "packageManager": "pnpm@10.2.0"}', "bun.lockb": "x"},
    }

    assert [one.path for one in inspect("package-manager-drift", tree) if one.path.startswith("web/")] == []


def test_installs_of_a_devcontainer(inspect: Callable[..., list[Finding]]) -> None:
    tree = {**PNPM, ".devcontainer": {"devcontainer.json": '{\n"postCreateCommand": {"a": "yarn install"}\n}'}}

    assert places(inspect("package-manager-drift", tree)) == [("warning", ".devcontainer/devcontainer.json", 2)]


def test_a_member_that_names_another_manager_than_its_workspace(inspect: Callable[..., list[Finding]]) -> None:
    pnpm = {**PNPM, "pnpm-workspace.yaml": "packages: ['*']\n"}
    npm = {"package.json": '{"name": "r", "workspaces": ["*"]}', "package-lock.json": "{}"}
    tree = {
        "a": {**pnpm, "x": {"package.json": '{\n"packageManager": "yarn@4.5.0"}'}},
        "b": {**npm, "x": {"package.json": '{"name": "x",\n"packageManager": "pnpm@9.0.0"}'}},
        "c": {**npm, "x": {"package.json": '{"devEngines":\n{"packageManager": {"name": "bun"}}}'}},
        "d": {**pnpm, "x": {"package.json": '{"name": "x",\n\n"packageManager": "pnpm@8.15.4"}'}},
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("warning", "a/x/package.json", 2),
        ("warning", "b/x/package.json", 2),
        ("warning", "c/x/package.json", 2),
        ("warning", "d/x/package.json", 3),
    ]


def test_quiet_about_members_that_say_the_same_and_folders_outside_of_the_workspace(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        **PNPM,
        "pnpm-workspace.yaml": "packages: ['a/*']\n",
        "a": {"x": {"package.json": '{"packageManager": "pnpm@10.1.0+sha512.abc"}'}, "y": {"package.json": "{}"}},
        "tool": {"package.json": '{"packageManager": "yarn@4.5.0", "dependencies": {"a": "1"}}', "yarn.lock": ""},
        # Nothing but the field of the root speaks against it.
        "alone": {"package.json": '{"dependencies": {"a": "1"}}', "README.md": "```sh\nnpm install\n```\n"},
    }

    assert inspect("package-manager-drift", tree) == []


def test_installs_of_other_pipelines(inspect: Callable[..., list[Finding]]) -> None:
    gitlab = "default:\n  image: node:20\n\nlint:\n  script:\n    - yarn install --frozen-lockfile\n    - yarn lint\n\nweb:\n  script:\n    - cd web\n    - npm ci\n"
    tree = {
        **PNPM,
        ".gitlab-ci.yml": gitlab,
        ".circleci": {"config.yml": "jobs:\n  a:\n    steps:\n      - run: npm ci\n"},
        "bitbucket-pipelines.yml": 'pipelines:\n  default:\n    - step:\n        script:\n          - "npm install"\n',
        "azure-pipelines.yml": "steps:\n  - script: npm ci\n",
        "buildspec.yml": "phases:\n  install:\n    commands:\n      - npm install\n",
        "netlify.toml": '[build]\n  command = "npm ci && npm run build"\n',
        "Jenkinsfile": "stage('a') {\n  steps {\n    sh 'npm ci'\n  }\n}\n",
        "render.yaml": "services:\n  - type: web\n    buildCommand: yarn install && yarn build\n",
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("error", ".circleci/config.yml", 4),
        ("warning", ".gitlab-ci.yml", 6),
        ("error", "Jenkinsfile", 3),
        ("error", "azure-pipelines.yml", 2),
        ("warning", "bitbucket-pipelines.yml", 5),
        ("warning", "buildspec.yml", 4),
        ("error", "netlify.toml", 2),
        ("warning", "render.yaml", 3),
    ]


def test_quiet_about_pipelines_of_the_right_manager_and_those_that_walk_about(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        **PNPM,
        ".gitlab-ci.yml": "a:\n  script:\n    - pnpm install --frozen-lockfile\n    # - npm ci\nb:\n  before_script:\n    - cd old\n  script:\n    - npm ci\n",
        "azure-pipelines.yml": "steps:\n  - script: npm ci\n    workingDirectory: old\n",
        "netlify.toml": '[build]\n  base = "old"\n  command = "npm ci"\n',
        "Jenkinsfile": "dir('old') {\n  sh 'npm ci'\n}\n",
        "config.yml": "run: npm ci\n",
        "x.gitlab-ci.yml": "'" * 50_000 + "\n" + "- " * 50_000 + "\n- x" + " " * 90_000 + "y\n",
    }  # fmt: skip

    assert inspect("package-manager-drift", tree) == []


def test_a_lock_with_its_settings_outvotes_the_field(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "r",\n"packageManager": "npm@10.9.0"}',
        "pnpm-workspace.yaml": "packages: ['a']\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "a": {"package.json": '{"name": "a", "dependencies": {"b": "1"}}'},
        "tool": {"package.json": '{"name": "t", "dependencies": {"b": "1"}}'},
    }

    assert places(inspect("package-manager-drift", tree)) == [("error", "package.json", 2)]
    assert [one.message for one in inspect("lockfile-missing", tree) if "pnpm" not in one.message] == [
        "dependencies without a package-lock.json: every install may bring other versions, and a frozen one fails"
    ]


def test_the_version_of_volta_where_no_field_says_one(inspect: Callable[..., list[Finding]]) -> None:
    volta = {"package.json": '{"volta": {"node": "22.20.0", "pnpm": "10.19.0"}}', "pnpm-lock.yaml": "x: 1\n"}
    tree = {".github": {"workflows": workflow("10.18.3")["workflows"]}, "web": volta}

    assert places(inspect("package-manager-drift", tree)) == [("warning", ".github/workflows/ci.yml", 6)]


def test_commands_that_enter_a_folder_first_and_commands_for_all_members(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"packageManager": "pnpm@9.1.0"}',
        "pnpm-workspace.yaml": "packages: ['apps/*']\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "apps": {
            "a": {"package.json": '{"name": "a", "scripts": {\n"up": "cd .. && cd a && npm install",\n"x": "cd ../b && npm ci"}}', "vercel.json": '{\n"installCommand": "cd ../.. && yarn install"}'},
            "b": {"package.json": '{"name": "b"}'},
        },
        "own": {"package.json": '{"name": "o"}', "package-lock.json": "{}"},
        "Makefile": (
            'all:\n\tcd apps/a && npm install\n\t@echo "cd apps/a && yarn install"\n\tcd own && npm ci\n\tcd x; cd y; \\\n\tyarn install\n'
            "web:\n\t@yarn workspaces run build\n\tcd ../out && bun install\n"
        ),
        "build.sh": "npm run build --workspaces\n",
    }  # fmt: skip

    assert places(inspect("package-manager-drift", tree)) == [
        ("warning", "Makefile", 2),
        ("warning", "Makefile", 8),
        ("warning", "apps/a/package.json", 3),
        ("warning", "apps/a/vercel.json", 2),
        ("warning", "build.sh", 1),
    ]
    tree["package.json"] = '{"packageManager": "pnpm@9.1.0", "workspaces": ["apps/*"]}'
    assert ("warning", "build.sh", 1) not in places(inspect("package-manager-drift", tree))


def test_an_install_that_wants_no_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"packageManager": "pnpm@9.1.0"}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "Dockerfile": "FROM node:22\nRUN npm install --omit=dev --no-package-lock\n",
    }

    assert places(inspect("package-manager-drift", tree)) == [("info", "Dockerfile", 2)]


def test_a_pnpm_that_cannot_read_the_lock(inspect: Callable[..., list[Finding]]) -> None:
    flow = (
        "env:\n  PNPM_VERSION: '8'\njobs:\n  a:\n    steps:\n      - uses: pnpm/action-setup@v4\n        with:\n"
        "          version: ${{ env.PNPM_VERSION }}\n      - run: pnpm install --frozen-lockfile\n"
    )
    tree = {
        "package.json": '{"name": "r"}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "Dockerfile": "FROM node:22\nRUN npm install -g pnpm@8\nCOPY . .\n",
        ".github": {"workflows": {"ci.yml": flow}},
    }

    (found,) = inspect("package-manager-drift", tree)

    assert (found.severity, found.path, found.line) == ("error", ".github/workflows/ci.yml", 2)
    assert "and 1 more places" in found.message
    tree["pnpm-lock.yaml"] = "lockfileVersion: '6.0'\n"
    assert inspect("package-manager-drift", tree) == []


def test_scripts_of_anchor_by_a_manager_that_installs_nothing_here(inspect: Callable[..., list[Finding]]) -> None:
    scripts = '[programs.localnet]\n[scripts]\nbuild = "cargo x"\ntest = "yarn run ts-mocha"\n'
    tree = {
        "package.json": '{"workspaces": ["chain"]}',
        "package-lock.json": "{}",
        "chain": {"Anchor.toml": scripts, "package.json": "{}"},
        "own": {"Anchor.toml": scripts, "yarn.lock": "x@1:\n"},
    }

    assert places(inspect("package-manager-drift", tree)) == [("info", "chain/Anchor.toml", 4)]


def test_images_that_stop_without_their_lock_are_one_error(inspect: Callable[..., list[Finding]]) -> None:
    image = "FROM node:22\nCOPY package*.json ./\nRUN {}\n"
    tree: dict[str, object] = {"package.json": '{"name": "r"}', "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
    tree["pnpm-workspace.yaml"] = "packages: ['*']\n"
    for name, command in (("a", "npm ci"), ("b", "npm ci --omit=dev"), ("c", "npm ci || npm install")):
        tree[name] = {"package.json": f'{{"name": "{name}"}}', "Dockerfile": image.format(command)}

    found = inspect("package-manager-drift", tree)

    assert places(found) == [("error", "a/Dockerfile", 3), ("warning", "c/Dockerfile", 3)]
    assert found[0].message.startswith("`npm ci` (and in 1 more image) in a project of pnpm")
    assert found[0].evidence.endswith("; so with b/Dockerfile:3")


@pytest.mark.parametrize(
    ("release", "level"),
    [("v4", "error"), ("v3", "warning"), (f"{'a3' * 20} # v3", "warning"), (f"{'a3' * 20} # v6.0.1", "error")],
)
def test_an_older_action_takes_the_version_that_it_is_given(
    inspect: Callable[..., list[Finding]], release: str, level: str
) -> None:
    flow = f"jobs:\n  a:\n    steps:\n      - uses: pnpm/action-setup@{release}\n        with:\n          version: 8\n      - run: pnpm i\n"
    tree = {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n", ".github": {"workflows": {"ci.yml": flow}}}

    assert places(inspect("package-manager-drift", tree)) == [(level, ".github/workflows/ci.yml", 6)]


@pytest.mark.parametrize(
    ("release", "given", "told"),
    [("v4", "9", True), ("v4", "9.15.4", False), ("v6", "9", False), ("v3", "9", False)],
)
def test_the_action_of_version_4_compares_the_words(
    inspect: Callable[..., list[Finding]], release: str, given: str, told: bool
) -> None:
    flow = f"jobs:\n  a:\n    steps:\n      - uses: pnpm/action-setup@{release}\n        with:\n          version: {given}\n"
    tree = {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n", ".github": {"workflows": {"ci.yml": flow}}}

    found = inspect("package-manager-drift", tree)

    assert places(found) == ([("error", ".github/workflows/ci.yml", 6)] if told else [])


def forcing(word: str, more: str = "") -> str:
    return f'{{"name": "a", "dependencies": {{"b": "1"}},{more}\n"{word}": {{"qs": "6.13.0", "b>ws": "8.17.1"}}}}'


@pytest.mark.parametrize(
    ("lock", "word", "read"),
    [
        ("package-lock.json", "overrides", True),
        ("package-lock.json", "resolutions", False),
        ("pnpm-lock.yaml", "overrides", False),
        ("pnpm-lock.yaml", "resolutions", True),
        ("yarn.lock", "overrides", False),
        ("yarn.lock", "resolutions", True),
        ("bun.lock", "overrides", True),
        ("bun.lock", "resolutions", True),
    ],
)
def test_versions_forced_in_a_word_that_is_not_read(
    inspect: Callable[..., list[Finding]], lock: str, word: str, read: bool
) -> None:
    found = [one for one in inspect("package-manager-drift", {"package.json": forcing(word), lock: "{}"}) if one.line]

    assert places(found) == ([] if read else [("warning", "package.json", 2)])
    assert read or "qs, b>ws are whatever the others ask for" in found[0].message


def test_versions_forced_twice(inspect: Callable[..., list[Finding]]) -> None:
    held = '"pnpm": {"overrides": {"qs": "6.13.0"}},'
    tree: dict[str, object] = {"package.json": forcing("overrides", held), "pnpm-lock.yaml": "lockfileVersion: '9.0'"}
    (found,) = inspect("package-manager-drift", tree)
    assert found.evidence == "b>ws"
    settings = "packages: [web]\noverrides:\n  qs: 6.13.0\n  b>ws: 8.17.1\n"
    assert inspect("package-manager-drift", {**tree, "pnpm-workspace.yaml": settings}) == []


@pytest.mark.parametrize(
    ("written", "held"),
    [("qs", "qs@<6.13"), ("@a/qs", "b>@a/qs@>=1"), ("qs", "b@1>qs"), ("**/qs", "qs@^6"), ("@a/b/@a/qs", "@a/qs@1")],
)
def test_versions_forced_twice_in_other_forms(inspect: Callable[..., list[Finding]], written: str, held: str) -> None:
    manifest = {"name": "a", "overrides": {written: "1"}, "pnpm": {"overrides": {held: "1"}}}
    tree = {"package.json": json.dumps(manifest), "pnpm-lock.yaml": "lockfileVersion: '9.0'"}
    assert inspect("package-manager-drift", tree) == []
    manifest["pnpm"] = {"overrides": {held.replace("qs", "other"): "1"}}
    assert len(inspect("package-manager-drift", {"package.json": json.dumps(manifest)})) == 1


def test_versions_forced_in_a_member(inspect: Callable[..., list[Finding]]) -> None:
    member: dict[str, object] = {
        "package.json": '{"name": "r", "workspaces": ["web"]}',
        "package-lock.json": "{}",
        "web": {"package.json": forcing("overrides")},
        "apart": {"package.json": forcing("overrides")},
    }
    (found,) = inspect("package-manager-drift", member)
    assert (found.path, found.line) == ("web/package.json", 2)
    assert "the workspace's root decides (package.json)" in found.message


def test_a_version_in_a_variable_and_a_job_that_works_in_several_folders(
    inspect: Callable[..., list[Finding]],
) -> None:
    flow = (
        "env:\n  PNPM_VERSION: '9'\njobs:\n  a:\n    steps:\n      - uses: pnpm/action-setup@v4\n        with:\n"
        "          version: ${{ env.PNPM_VERSION }}\n      - run: pnpm i\n        working-directory: web\n"
        "      - run: pnpm i\n        working-directory: api\n"
    )
    tree = {
        "package.json": '{"packageManager": "pnpm@9.0.0", "dependencies": {"a": "1"}}',
        "pnpm-lock.yaml": "x: 1\n",
        ".github": {"workflows": {"ci.yml": flow}},
        "web": {"a.js": ""},
        "api": {"a.js": ""},
    }

    (found,) = inspect("package-manager-drift", tree)

    assert (found.severity, found.line) == ("error", 2)
    assert "more places" not in found.message
    assert found.message.endswith(": the action refuses")


@pytest.mark.parametrize("scripts", ["{}", '{"docs": "pnpm build && x"}'])
def test_a_frozen_install_of_the_only_manager_without_its_lock(
    inspect: Callable[..., list[Finding]], scripts: str
) -> None:
    flow = "jobs:\n  a:\n    steps:\n      - run: pnpm install --frozen-lockfile\n"
    package = f'{{"dependencies": {{"a": "1"}}, "scripts": {scripts}}}'
    tree = {"package.json": package, ".github": {"workflows": {"ci.yml": flow}}}

    (found,) = inspect("package-manager-drift", tree)

    assert found.severity == "error"
    assert found.message.startswith("`pnpm install --frozen-lockfile` where there is no pnpm-lock.yaml")
    assert [fix.title for fix in found.fixes] == ["make a lock with pnpm, and commit it"]

    tree["Makefile"] = "all:\n\tnpm install\n"
    (found,) = inspect("package-manager-drift", tree)

    assert "in a project of npm (default)" in found.message


@pytest.mark.parametrize(
    ("form", "field", "given", "told"),
    [
        ("'9.0'", "8.15.6", "9", ["write pnpm@9, in full, into package.json, and take the version from there alone", "take pnpm >=9 there, or make the lock with pnpm 8.15.6"]),
        ("'6.0'", "", "10", ["take pnpm >=7 <10 there, or make the lock with pnpm 10"]),
        ("'6.0'", "", "9", []),
        ("5.4", "", "8", ["take pnpm <8 there, or make the lock with pnpm 8"]),
        ("5.4", "", "7", []),
        ("'9.0'", "", "11", []),
    ],
)  # fmt: skip
def test_the_form_of_the_lock_says_which_pnpm_reads_it(
    inspect: Callable[..., list[Finding]], form: str, field: str, given: str, told: list[str]
) -> None:
    tree = {
        "package.json": f'{{"packageManager": "pnpm@{field}"}}' if field else '{"name": "a"}',
        "pnpm-lock.yaml": f"lockfileVersion: {form}\n",
        ".github": {
            "workflows": {"a.yml": WORKFLOW.replace("- run", f"- uses: pnpm/action-setup@v2\n        with:\n          version: {given}\n      - run").format("pnpm install")}
        },
    }  # fmt: skip

    assert [fix.title for one in inspect("package-manager-drift", tree) for fix in one.fixes] == told


@pytest.mark.parametrize(
    ("field", "settings", "told"),
    [
        ("9.15.4", "allowBuilds:\n  esbuild: true\n", [1]),
        ("10.4.1", "onlyBuiltDependencies: [esbuild]\n", [1]),
        ("10.5.0", "onlyBuiltDependencies: [esbuild]\n", []),
        ("9.15.4", "packages:\nallowBuilds:\n  esbuild: true\n", [1]),
        ("9.15.4", "packages: []\n", []),
        ("9.15.4", "# nothing yet\n", []),
        ("9.15.4", "# nothing\n'packages':\n  - a\n", []),
        ("9.15.4", "\n", []),
    ],
)
def test_pnpm_before_10_5_refuses_settings_without_packages(
    inspect: Callable[..., list[Finding]], field: str, settings: str, told: list[int]
) -> None:
    tree = {
        "package.json": f'{{"packageManager": "pnpm@{field}"}}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "pnpm-workspace.yaml": settings,
    }

    found = inspect("package-manager-drift", tree)

    assert [one.line for one in found] == told
    assert all("names no packages" in one.message for one in found)


@pytest.mark.parametrize(
    ("lock", "content", "level"),
    [
        ("package-lock.json", "{}", "info"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "info"),
        ("yarn.lock", "# yarn lockfile v1\n", "info"),
        ("yarn.lock", "__metadata:\n  version: 8\n", "warning"),
    ],
)
def test_bun_takes_over_the_locks_that_it_reads(
    inspect: Callable[..., list[Finding]], lock: str, content: str, level: str
) -> None:
    tree = {
        "package.json": '{"name": "r", "dependencies": {"a": "1"}}',
        lock: content,
        ".github": {"workflows": {"a.yml": WORKFLOW.format("bun install")}},
    }

    assert [one.severity for one in inspect("package-manager-drift", tree)] == [level]


BERRY = {"package.json": '{"packageManager": "yarn@4.5.0"}', "yarn.lock": "__metadata:\n  version: 8\n"}
HOSTED = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n{}      - run: yarn install --immutable\n"


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"Dockerfile": "FROM node:22-alpine AS base\nFROM base\nRUN yarn install --immutable\nFROM nginx\n"}, [("error", "Dockerfile", 3)]),
        ({"Dockerfile": "FROM node:22\nRUN corepack enable && yarn install --immutable\n"}, []),
        ({"Dockerfile": "FROM acme/node:22\nRUN yarn install --immutable\n"}, []),
        ({"Dockerfile": "FROM node:22\nRUN yarn install\n", ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.5.0.cjs\n"}, []),
        ({"Dockerfile": "FROM node:22\nRUN yarn install\n", "package.json": '{"packageManager": "yarn@1.22.22"}'}, []),
        ({".github": {"workflows": {"a.yml": HOSTED.format("")}}}, [("error", ".github/workflows/a.yml", 6)]),
        ({".github": {"workflows": {"a.yml": HOSTED.format("      - run: corepack enable\n")}}}, []),
        ({".github": {"workflows": {"a.yml": HOSTED.format("      - uses: ./.github/actions/setup\n")}}}, []),
        ({".github": {"workflows": {"a.yml": HOSTED.format("").replace("ubuntu-latest", "[self-hosted]")}}}, []),
    ],
)  # fmt: skip
def test_yarn_of_a_later_line_where_nothing_brings_it(
    inspect: Callable[..., list[Finding]], tree: dict[str, object], told: list[tuple[str, str, int]]
) -> None:
    assert places(inspect("package-manager-drift", BERRY | tree)) == told


@pytest.mark.parametrize(
    ("script", "told"), [("case $1 in\n          yarn) echo ours ;;\n          esac", False), ("(true && yarn)", True)]
)
def test_a_pattern_of_a_case_is_no_install(inspect: Callable[..., list[Finding]], script: str, *, told: bool) -> None:
    tree = {**PNPM, ".github": {"workflows": {"a.yml": WORKFLOW.format(f"|\n          {script}")}}}

    assert bool(inspect("package-manager-drift", tree)) == told


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('echo "Next: cd ../other && npm install && npm start"\n', False),
        ("printf '%s' 'then\nnpm install\n'\n", False),
        ("cat <<'EOF' > notes.txt\nnpm install\nEOF\n", False),
        ('echo "Installing" && npm install\n', True),
        ("cat <<EOF > notes.txt\nfirst\nEOF\nnpm install\n", True),
    ],
)
def test_what_a_script_shows_to_people_installs_nothing(
    inspect: Callable[..., list[Finding]], script: str, *, told: bool
) -> None:
    assert bool(inspect("package-manager-drift", {**PNPM, "setup.sh": script})) == told


@pytest.mark.parametrize(("there", "told"), [("dist.txt", 0), ("dist/a.js", 1)])
def test_an_install_in_a_folder_that_only_a_build_makes(
    inspect: Callable[..., list[Finding]], there: str, told: int
) -> None:
    tree = {
        "package.json": '{"packageManager": "pnpm@9.1.0"}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        there: "",
        "Dockerfile": "FROM node:22\nWORKDIR /app\nCOPY ./dist/ /app/dist/\nWORKDIR /app/dist\nRUN npm install\n",
    }

    assert len(inspect("package-manager-drift", tree)) == told
