"""Locks, and members of a workspace, that the build context does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_lock_that_git_ignores(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": "FROM rust\nCOPY Cargo.toml Cargo.lock ./\nCOPY dist ./dist\nCOPY .env settings.example ./\n",
        "b": {"Dockerfile": "FROM rust\nCOPY Cargo.toml Cargo.lock ./\n", "Cargo.toml": ""},
        "Cargo.toml": "",
        ".gitignore": "Cargo.lock\ndist\n.env\nsettings.example\n",
        "docker-compose.yml": "services:\n  a:\n    build: .\n  b:\n    build: ./b\n",
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [
        ("error", "Dockerfile", 2),
        ("warning", "Dockerfile", 4),
    ]


MEMBER = """\
FROM %s
COPY package.json %s ./
COPY . .
CMD ["node", "src/http/index.js"]
"""


@pytest.mark.parametrize(
    ("lock", "todo"),
    [
        (
            "package-lock.json",
            "run `npm install --package-lock-only --no-workspaces` in services/two and commit services/two/package-lock.json, or build from ., whose package-lock.json is for all members, and copy that",
        ),
        (
            "bun.lock",
            "commit services/two/bun.lock, made by `bun install` in a copy of services/two outside of the workspace, or build from ., whose bun.lock is for all members, and copy that",
        ),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_a_member_without_the_lock_that_its_siblings_have(
    inspect: Inspect, lock: str, todo: str, *, beside: bool
) -> None:
    dockerfile = MEMBER % ("node", lock)
    member = {"package.json": "{}", "Dockerfile": dockerfile, "src": {"http": {"index.js": ""}}}
    tree = {
        "package.json": '{"name": "all", "workspaces": ["services/*"]}',
        lock: "{}",
        "services": {"one": {**member, lock: "{}"}, "two": member} if beside else {"two": member},
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.path, found.line) == ("error", "services/two/Dockerfile", 2)
    assert [fix.title for fix in found.fixes] == [todo]
    assert inspect("deploy-reference-missing", tree) == []


def test_a_member_that_asks_for_others_has_no_lock_of_its_own(inspect: Inspect) -> None:
    asks = '{"name": "two", "dependencies": {"one": "workspace:*"}}'
    dockerfile = "FROM node\nCOPY package.json pnpm-lock.yaml ./\nCOPY . .\n"
    tree = {
        "package.json": '{"name": "all"}',
        "pnpm-workspace.yaml": "packages: [services/*]\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "services": {
            "two": {"package.json": asks, "Dockerfile": dockerfile, "a.js": ""},
            "one": {"package.json": '{"name": "one"}'},
        },
        "compose.yml": "services: {two: {build: services/two}}\n",
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert [fix.title for fix in found.fixes] == [
        "build from ., whose pnpm-lock.yaml is for all members, and copy that"
    ]


def test_a_member_whose_image_copies_on_what_the_root_has_not(inspect: Inspect) -> None:
    dockerfile = (
        "FROM node AS build\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml .npmrc ./\nCOPY . .\nRUN pnpm build\n"
        "FROM node\nCOPY --from=build /app/public ./public\n"
    )
    root = {"package.json": "{}", "pnpm-lock.yaml": "", ".npmrc": "", "pnpm-workspace.yaml": "packages: [apps/*]\n"}
    app = {"package.json": "{}", "Dockerfile": dockerfile, "public": {"a.svg": ""}}

    (found,) = inspect("dockerfile-copy-missing", {**root, "apps": {"web": app}})

    assert (found.severity, found.line) == ("error", 3)
    assert found.message.startswith("COPY pnpm-lock.yaml .npmrc: the build context does not hold it")
    again = dockerfile.replace("RUN", "COPY package.json pnpm-lock.yaml ./\nRUN")
    twice = inspect("dockerfile-copy-missing", {**root, "apps": {"web": {**app, "Dockerfile": again}}})
    assert [one.message[:22] for one in twice] == ["COPY pnpm-lock.yaml .n", "COPY pnpm-lock.yaml: t"]
    assert inspect("dockerfile-copy-missing", {**root, "public": {"a.svg": ""}, "apps": {"web": app}}) == []


def test_a_member_that_is_built_from_the_root(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "all", "workspaces": ["services/*"]}',
        "bun.lock": "{}",
        "services": {"two": {"package.json": "{}", "Dockerfile": MEMBER % ("node", "bun.lock"), "src": {"a.js": ""}}},
        "src": {"http": {"index.js": ""}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


def test_a_wrapper_that_was_not_committed_is_told_once_and_locks_by_what_makes_them(inspect: Inspect) -> None:
    text = "FROM jdk\nCOPY build.gradle ./\nCOPY gradle gradle\nCOPY gradlew ./\nCOPY mix.exs mix.lock ./\nCOPY Cargo.lock ./\n"
    tree = {"a": {"Dockerfile": text, "build.gradle": "", "mix.exs": ""}, ".gitignore": "Cargo.lock\n"}

    found = inspect("dockerfile-copy-missing", tree)

    assert sorted((one.line, one.fixes[0].title) for one in found) == [
        (3, "commit a/gradle, or correct the path or the build context"),
        (5, "run `mix deps.get` and commit a/mix.lock"),
        (6, "take Cargo.lock out of .gitignore, run `cargo generate-lockfile` and commit a/Cargo.lock"),
    ]


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN cargo build --release -p api", [4]),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY libs/db libs/db\nRUN cargo build", [5]),
        (
            "COPY Cargo.toml api/Cargo.toml ./\nRUN mkdir -p api/src && echo 'fn main() {}' > api/src/main.rs\nRUN cargo build",
            [4],
        ),
        (
            "COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY libs libs\nCOPY jobs/Cargo.toml jobs/\nRUN cargo build",
            [],
        ),
        ("COPY Cargo.* ./\nCOPY api api\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY . .\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY */Cargo.toml ./\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN sed -i '/jobs/d' Cargo.toml\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY --from=b /jobs jobs\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN --mount=type=bind,source=.,target=. cargo build", []),
        ("COPY api/Cargo.toml ./\nCOPY api/src src\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN cd api && cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nRUN cargo install cargo-chef", []),
        (
            "COPY Cargo.toml ./\nCOPY api api\nRUN cargo build || true\nCOPY jobs jobs\nCOPY libs libs\nRUN cargo build",
            [],
        ),
        ("COPY Cargo.toml ./\nRUN cargo build || true\nCOPY api api\nRUN cargo build", [5]),
    ],
)
def test_members_of_a_workspace_that_no_copy_brings(inspect: Inspect, copies: str, told: list[int]) -> None:
    crate = {"Cargo.toml": "[package]\nname = 'x'\n", "src": {"lib.rs": ""}}
    tree = {
        "Cargo.toml": "[workspace]\nmembers = ['api', 'jobs', 'libs/*', 'gone']\n", "Cargo.lock": "",
        "Dockerfile": f"FROM rust\n{copies}\n", "api": crate, "jobs": crate, "libs": {"db": crate, "net": crate},
    }  # fmt: skip

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == told


def test_a_lock_by_the_name_that_bun_gave_it_before(inspect: Inspect) -> None:
    tree = {"Dockerfile": "FROM oven/bun\nCOPY package.json bun.lockb ./\n", "package.json": "{}", "bun.lock": ""}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert "makes bun.lockb" not in found.message
    assert [one.title for one in found.fixes] == ["write bun.lock in place of bun.lockb"]


def test_a_lock_that_another_manager_keeps(inspect: Inspect) -> None:
    tree = {
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "Dockerfile": "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.message.endswith("and the build stops. `pnpm` makes pnpm-lock.yaml there instead.")
    assert [fix.title for fix in found.fixes] == [
        "copy pnpm-lock.yaml in place of package-lock.json, and install with pnpm"
    ]
