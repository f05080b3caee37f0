"""Installs of Dockerfiles that need what no COPY brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

LOCKED = {
    "package.json": '{"name": "a"}',
    "package-lock.json": "{}",
    "pnpm-lock.yaml": "",
    "yarn.lock": "",
    "src": {"a.js": ""},
}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("COPY package.json ./\nRUN npm ci\nCOPY . .\n", "npm ci needs package-lock.json: no COPY brings it"),
        (
            "RUN apk add git && corepack enable\nCOPY package.json .\nRUN cd . && npm ci\n",
            "npm ci needs package-lock.json: no COPY",
        ),
        (
            "COPY package.json pnpm-lock.yaml* /other/\nRUN pnpm i --frozen-lockfile\n",
            "needs pnpm-lock.yaml: no COPY brings it",
        ),
        (
            "COPY package.json ./\nRUN --mount=type=cache,target=/cache npm ci\n",
            "npm ci needs package-lock.json: no COPY",
        ),
        ("COPY package.json ./\nRUN yarn install --immutable\n", "needs yarn.lock: no COPY"),
        ("COPY package.json ./\nRUN yarn install --frozen-lockfile\n", ""),
        ("COPY package.json ./\nRUN npm i -g bun && bun install --frozen-lockfile\n", ""),
        ("COPY package.json ./\nRUN poetry check --lock\n", "needs poetry.lock: no COPY"),
        ("COPY package.json ./\nRUN poetry sync\n", ""),
        ("COPY package.json package-lock.json ./\nRUN npm ci\n", ""),
        ("COPY package*.json ./\nRUN npm ci\n", ""),
        ("COPY . .\nRUN npm ci\n", ""),
        ("COPY package-lock.json /\nCOPY package.json ./\nRUN npm ci\n", ""),
        ("COPY package.json ./\nRUN npm install\nRUN npm ci\n", ""),
        ("COPY package.json ./\nRUN npm ci || npm install\n", ""),
        ("COPY package.json ./\nRUN if [ -f package-lock.json ]; then npm ci; fi\n", ""),
        ("COPY package.json ./\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci\n", ""),
        ("COPY --from=registry.invalid/x /files .\nRUN npm ci\n", ""),
        ("COPY $FILES ./\nRUN npm ci\n", ""),
        ("WORKDIR $HOME\nCOPY package.json ./\nRUN npm ci\n", ""),
    ],
)
def test_a_lock_that_a_frozen_install_needs(inspect: Inspect, lines: str, told: str) -> None:
    found = inspect("dockerfile-copy-missing", {"Dockerfile": f"FROM node:20\nWORKDIR /app\n{lines}", **LOCKED})

    assert [told in one.message for one in found] == [True] * bool(told)


def test_stages_that_others_begin_from(inspect: Inspect) -> None:
    text = (
        "FROM node:20 AS base\nWORKDIR /app\n{}FROM base AS build\nRUN npm ci\n"
        "FROM registry.invalid/own/image\nCOPY package.json .\nRUN npm ci\n"
    )

    found = inspect("dockerfile-copy-missing", {"Dockerfile": text.format("COPY package.json .\n"), **LOCKED})

    assert [one.line for one in found] == [5]
    assert not inspect("dockerfile-copy-missing", {"Dockerfile": text.format("COPY package*.json .\n"), **LOCKED})


def test_locks_that_no_clone_has_are_told_once(inspect: Inspect) -> None:
    text = "FROM node:20\nCOPY package*.json ./\nRUN npm ci\n"
    folder = {"Dockerfile": text, "package.json": "{}"}

    found = inspect("dockerfile-copy-missing", {"a": folder, "b": folder})

    assert [(one.severity, one.path, one.line) for one in found] == [("error", "a/Dockerfile", 3)]
    assert "(as in 1 more place)" in found[0].message
    assert found[0].evidence == "a/package-lock.json: no clone has it; so with b/Dockerfile:3"
    assert found[0].fixes[0].title == "commit the lock"


def test_a_member_has_the_lock_of_its_workspace(inspect: Inspect) -> None:
    service = {"Dockerfile": "FROM node:20\nCOPY package.json pnpm-lock.yaml* ./\nRUN pnpm i --frozen-lockfile\n"}
    tree = {
        "compose.yaml": "services: {a: {build: services/a}}\n", "services": {"a": {"package.json": "{}", **service}},
        "package.json": "{}", "pnpm-lock.yaml": "",
    }  # fmt: skip
    space = {"pnpm-workspace.yaml": "packages: [services/*]\n"}

    said = [inspect("dockerfile-copy-missing", one)[0].fixes[0].title for one in (tree, {**tree, **space})]

    assert said == ["commit the lock", "build from the folder of pnpm-lock.yaml, and copy that"]


def test_a_lock_that_dockerignore_leaves_out(inspect: Inspect) -> None:
    tree = {
        "compose.yaml": "services: {a: {build: .}}\n",
        "Dockerfile": "FROM node:20\nCOPY . .\nRUN npm ci\n",
        ".dockerignore": "*.json\n!package.json\n",
        **LOCKED,
    }

    assert [one.message for one in inspect("dockerfile-copy-missing", tree)] == [
        "npm ci needs package-lock.json: .dockerignore leaves it out of the build context, and the build stops."
    ]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("run: |\n          cd svc/api\n          docker build -t ${{ env.HOST }}/api:${{ github.sha }} .", True),
        ("working-directory: svc\n        run: docker build -t api api", True),
        ("run: cd svc/api && docker build -t api ../..", False),
        ("run: cd $HOME && docker build .", False),
        ("run: npm test", False),
    ],
)
def test_the_folder_in_which_a_workflow_builds_is_the_context(inspect: Inspect, step: str, told: bool) -> None:
    flow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - name: build\n        {step}\n"
    tree = {
        **LOCKED,
        "svc/api": {"package.json": "{}", "Dockerfile": "FROM node:20\nCOPY package*.json ./\nRUN npm ci\n"},
        ".github/workflows/ci.yml": flow,
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert ["npm ci needs package-lock.json: the build context" in one.message for one in found] == [True] * told


def test_an_install_of_another_manager_than_that_of_the_workspace(inspect: Inspect) -> None:
    tree = {
        "compose.yaml": "services: {a: {build: services/a}}\n",
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "packages: [services/*]\n",
        "services": {"a": {"package.json": "{}", "Dockerfile": "FROM node:20\nCOPY package*.json ./\nRUN npm ci\n"}},
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.fixes[0].title == (
        "install from pnpm-lock.yaml, which its workspace has for all, by the manager that made it"
    )
