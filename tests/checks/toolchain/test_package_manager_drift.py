"""Package managers that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        ("error", ".github/workflows/ci.yml", 6),
        ("error", "api/package.json", 2),
        ("warning", "chain/Anchor.toml", 2),
        ("error", "own/package.json", 3),
        ("warning", "web/Dockerfile", 2),
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


def test_quiet_about_installs_that_are_meant(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **PNPM,
        "Dockerfile": "FROM node:22\nRUN npm install -g pnpm && npm install --global turbo && pnpm install --frozen-lockfile\n",
        "README.md": "```sh\nnpm install\n```\nor\n```sh\nyarn install\n```\n",
        ".github": {"workflows": {"a.yml": WORKFLOW.format("npm install left-pad && cd other && npm ci")}},
        "other": {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": '{"lockfileVersion": 3}'},
    }

    assert inspect("package-manager-drift", tree) == []


def test_npm_client_of_lerna_and_the_form_of_the_lock_of_yarn(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {**PNPM, "lerna.json": '{\n"npmClient": "yarn"}'},
        "b": {
            "package.json": '{\n"packageManager": "yarn@4.1.0"}',
            "yarn.lock": "# yarn lockfile v1\n\na@1:\n  version 1\n",
        },
        "c": {
            "package.json": '{"packageManager": "yarn@1.22.22"}',
            "yarn.lock": "# yarn lockfile v1\n\na@1:\n  version 1\n",
        },
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("warning", "a/lerna.json", 2),
        ("error", "b/package.json", 2),
    ]


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
        "web": {"package.json": '{"name": "web", "packageManager": "pnpm@9.0.0"}', "bun.lockb": "x"},
    }

    assert [one.path for one in inspect("package-manager-drift", tree) if one.path.startswith("web/")] == []


def test_installs_of_a_devcontainer(inspect: Callable[..., list[Finding]]) -> None:
    tree = {**PNPM, ".devcontainer": {"devcontainer.json": '{\n"postCreateCommand": {"a": "yarn install"}\n}'}}

    assert places(inspect("package-manager-drift", tree)) == [("warning", ".devcontainer/devcontainer.json", 2)]
