"""Copies out of stages: what a stage brings, makes and is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_stages_that_are_not_there(inspect: Inspect) -> None:
    dockerfile = """\
FROM node AS builder
FROM bilder AS other
COPY --from=nginx /a /a
COPY --from=registry.invalid/x /a /a
COPY --from=builder /a /a
COPY --from=build /b /b
COPY --from=7 /c /c
COPY --from=late /d /d
COPY --from=0 /e /e
FROM node AS late
"""
    found = inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile})

    assert [(one.line, one.evidence) for one in found] == [
        (2, "builder is one"),
        (6, "builder is one"),
        (7, "it is no image of Docker's library either"),
        (8, "it is no image of Docker's library either"),
    ]


def test_quiet_about_contexts_that_compose_names_like_stages(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build:\n      context: .\n      additional_contexts:\n        build: ./b\n"
    tree = {"Dockerfile": "FROM node\nCOPY --from=build /b /b\n", "compose.yml": compose, "b": {"a": ""}}

    assert inspect("dockerfile-copy-missing", tree) == []


WEB = '{"scripts": {"build": "vite build"}}'


@pytest.mark.parametrize(
    ("config", "copied", "expected"),
    [
        ("", "dist", []),
        ("", "build", ["the build of web makes dist"]),
        ("export default { build: { outDir: 'build' } }", "dist", ["the build of web makes build"]),
        ("export default { build: { outDir: './build/web' } }", "build", []),
        ("export default { build: { outDir: process.env.OUT } }", "out", []),
    ],
)
def test_the_folder_that_a_bundler_fills(inspect: Inspect, config: str, copied: str, expected: list[str]) -> None:
    dockerfile = (
        f"FROM node AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=b /app/{copied} /srv\n"
    )
    tree = {"web": {"Dockerfile": dockerfile, "package.json": WEB, "vite.config.ts": config}}
    tree["compose.yml"] = "services:\n  web:\n    build: ./web\n"  # type: ignore[assignment]

    assert [one.evidence for one in inspect("dockerfile-copy-missing", tree)] == expected


def test_quiet_about_frameworks_that_build_elsewhere(inspect: Inspect) -> None:
    dockerfile = "FROM node AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM a\nCOPY --from=b /app/build /srv\n"
    package = '{"scripts": {"build": "vite build"}, "devDependencies": {"@sveltejs/kit": "2"}}'

    assert inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "package.json": package}) == []


def test_what_a_stage_neither_brings_nor_makes(inspect: Inspect) -> None:
    dockerfile = """\
FROM rust AS build
WORKDIR /src
COPY . .
RUN cargo build --release && go build -o /out/worker ./cmd
FROM debian
COPY --from=build /src/target/release/shop-api /usr/bin/
COPY --from=build /src/target/release/shop /usr/bin/
COPY --from=build /out/wroker /usr/bin/
COPY --from=build /out/worker /usr/bin/
COPY --from=build /src/public /public
COPY --from=build /src/static /static
COPY --from=build /src/src/main.rs /src/.cache /
COPY --from=build /usr/local/bin/node /usr/bin/
"""
    tree = {
        "Dockerfile": dockerfile,
        "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\n',
        "src": {"main.rs": ""},
        "package.json": '{"scripts": {"prebuild": "cp -r theme static"}}',
    }

    assert [(one.line, one.evidence) for one in inspect("dockerfile-copy-missing", tree)] == [
        (6, "no crate makes a program shop-api; there is shop"),
        (8, "the stage makes /out/worker"),
        (10, "public does not exist, and nothing in the stage makes it"),
    ]


@pytest.mark.parametrize("run", ["python3 make.py -f JSON", "/make.sh && ls", "node make.js"])
def test_what_a_script_of_a_stage_makes_nobody_knows(inspect: Inspect, run: str) -> None:
    dockerfile = (
        f"FROM python AS build\nWORKDIR /src\nCOPY . .\nRUN {run}\nFROM debian\nCOPY --from=build /src/list /\n"
    )

    assert inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "a.py": ""}) == []


def test_what_makers_of_sites_leave_by_their_own_names(inspect: Inspect) -> None:
    copies = "".join(f"COPY --from=build /a/{name} /{name}\n" for name in ("storybook-static", "_site", "sights"))
    dockerfile = f"FROM node AS build\nWORKDIR /a\nCOPY . .\nRUN npm run book\nFROM nginx\n{copies}"

    found = inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "package.json": '{"scripts": {"book": "x"}}'})

    assert [(one.severity, one.line) for one in found] == [("error", 8)]


def test_the_outputs_of_another_package_say_nothing(inspect: Inspect) -> None:
    dockerfile = (
        "FROM node AS build\nWORKDIR /app\nCOPY package.json ./\nCOPY . .\nRUN npm run build\nFROM nginx\n"
        "COPY --from=build /app/public ./public\n"
    )
    api = '{"name": "api", "scripts": {"build": "tsc"}}'
    tree = {
        "app": {"Dockerfile": dockerfile, "package.json": '{"scripts": {"build": "next build"}}', "public": {"a": ""}},
        "api": {"package.json": api, "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}'},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


def test_quiet_about_copies_put_aside_and_placeholders(inspect: Inspect) -> None:
    tree = {"a": {"Dockerfile.bak": "FROM a\nCOPY gone /\n", "Dockerfile": "FROM a\nCOPY services/SERVICE_NAME /\n"}}

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == ["info"]


def test_hostile_stages_take_no_time(inspect: Inspect) -> None:
    stages = "".join(f"FROM s{n - 1} AS s{n}\nRUN {'x' * 200}\n" for n in range(1, 400))
    copies = "FROM a\nCOPY --from=s399 /out/" + "a" * 50_000 + " /b\n" + "COPY --from=s399 /o/b /b\n" * 200
    tree = {"a": {"Dockerfile": f"FROM a AS s0\n{stages}{copies}"}, "b": {"Dockerfile": f"FROM a AS s399\n{copies}"}}

    assert inspect("dockerfile-copy-missing", tree) == []


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("module.exports = {}", ['web/next.config.js does not set output to "standalone"']),
        (
            "module.exports = {\n  // output: 'standalone',\n}",
            ['web/next.config.js does not set output to "standalone"'],
        ),
        ("module.exports = require('@shop/next')({})", []),
        ("module.exports = require('plugin')({})", ['web/next.config.js does not set output to "standalone"']),
        ("module.exports = { output: process.env.X ? 'standalone' : undefined }", []),
    ],
)
def test_the_server_of_next(inspect: Inspect, config: str, expected: list[str]) -> None:
    dockerfile = "FROM node AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM a\nCOPY --from=b /app/web/.next/standalone ./\n"
    tree = {"Dockerfile": dockerfile, "web": {"next.config.js": config, "package.json": "{}"}}
    tree["kit"] = {"package.json": '{"name": "@shop/next"}'}

    assert [one.evidence for one in inspect("dockerfile-copy-missing", tree)] == expected


@pytest.mark.parametrize(("package", "count"), [('{"dependencies": {"next": "15"}}', 1), ("{}", 0)])
def test_the_server_of_next_without_a_configuration(inspect: Inspect, package: str, count: int) -> None:
    dockerfile = (
        "FROM node AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM a\nCOPY --from=b /app/.next/standalone ./\n"
    )

    found = inspect("dockerfile-copy-missing", {"web": {"Dockerfile": dockerfile, "package.json": package}})

    assert [one.evidence for one in found] == ['web has no next.config that sets output to "standalone"'] * count


@pytest.mark.parametrize(
    ("build", "copied", "expected"),
    [
        ("RUN go build -o /out/shop ./cmd", "/shop", "the stage makes /out/shop"),
        ("RUN CGO_ENABLED=0 go build -ldflags '-s' -o bin/shop ./cmd", "/src/shop", "the stage makes /src/bin/shop"),
        ("RUN go build -o /usr/bin/shop ./cmd", "/usr/bin/store", "the stage makes /usr/bin/shop"),
        ("RUN dotnet publish -c Release -o /srv/out", "/srv/publish", "the stage makes /srv/out"),
        ("RUN go build -o /out/shop ./cmd", "/out/shop", ""),
        ("RUN go build -o /out/shop ./cmd", "/out", ""),
        ("RUN go build -o /out/shop ./cmd && mv /out/shop /shop", "/shop", ""),
        ("RUN go build -o /out/ ./cmd/...", "/shop", ""),
        ("RUN cd cmd && go build -o shop", "/src/shop", ""),
        ("RUN go build -o /out/shop ./cmd", "/etc/ssl/certs", ""),
        ("RUN go build -o /usr/bin/shop ./cmd && make store", "/usr/bin/store", ""),
    ],
)
def test_where_a_compiler_writes(inspect: Inspect, build: str, copied: str, expected: str) -> None:
    dockerfile = (
        f"FROM golang:1.24 AS build\nWORKDIR /src\nCOPY cmd cmd\n{build}\nFROM scratch\nCOPY --from=build {copied} /\n"
    )

    assert [
        one.evidence for one in inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "cmd/main.go": ""})
    ] == [expected][: bool(expected)]


@pytest.mark.parametrize(
    ("image", "folder", "expected"),
    [
        ("python:3.13-slim", "/usr/local/lib/python3.12/site-packages", 1),
        ("ghcr.io/a/python:3.13.1", "/usr/local/lib/python3.12/site-packages", 1),
        ("base", "/usr/local/lib/python3.12", 1),
        ("python:3.12-slim", "/usr/local/lib/python3.12/site-packages", 0),
        ("python:3", "/usr/local/lib/python3.12/site-packages", 0),
        ("debian:bookworm", "/usr/lib/python3.11/site-packages", 0),
    ],
)
def test_folders_of_another_version_of_python(inspect: Inspect, image: str, folder: str, expected: int) -> None:
    dockerfile = (
        f"FROM python:3.13 AS base\nFROM {image} AS build\nFROM python:3.12\nCOPY --from=build {folder} {folder}\n"
    )

    assert len(inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile})) == expected


def test_a_program_that_no_crate_has_though_cargo_is_asked_for_it(inspect: Inspect) -> None:
    dockerfile = (
        'FROM rust AS build\nWORKDIR /a\nCOPY . .\nRUN cargo build --release --bin "sender"\nFROM scratch\n'
        "COPY --from=build /a/target/release/sender /\nCOPY --from=build /a/target/release/shop /\n"
    )
    tree = {
        "Dockerfile": dockerfile,
        "Cargo.toml": '[package]\nname = "shop"\n',
        "src": {"main.rs": "", "bin": {"mailer.rs": ""}},
    }

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == [6]


def test_half_of_a_stage_s_name(inspect: Inspect) -> None:
    copies = "COPY --from=prisma-cli /a /a\nCOPY --from=our-base /b /b\nCOPY --from=shop /c /c\n"

    found = inspect("dockerfile-copy-missing", {"Dockerfile": f"FROM node AS migrator-cli\nFROM node\n{copies}"})

    assert [(one.line, one.message) for one in found] == [
        (3, "No stage before this line is called prisma-cli: the build stops.")
    ]


@pytest.mark.parametrize(
    ("run", "ignored", "scripts", "expected"),
    [
        ("RUN npm ci", "dist\n", "{}", [6]),
        ("RUN corepack enable && pnpm install --frozen-lockfile", "**/dist\n", "{}", [6]),
        ("RUN apt-get update && CI=1 yarn --frozen-lockfile", "dist/\n", "{}", [6]),
        ("RUN npm ci && npm run build", "dist\n", "{}", []),
        ("RUN npm ci", "dist\n", '{"postinstall": "tsc"}', []),
        ("RUN npm ci", "node_modules\n", "{}", []),
        ("RUN make", "dist\n", "{}", []),
    ],
)
def test_a_stage_that_builds_nothing(
    inspect: Inspect, run: str, ignored: str, scripts: str, expected: list[int]
) -> None:
    dockerfile = f"FROM node:20 AS build\nWORKDIR /app\nCOPY . .\n{run}\nFROM nginx\nCOPY --from=build /app/dist /srv\n"
    tree = {"Dockerfile": dockerfile, ".dockerignore": ignored, "package.json": f'{{"scripts": {scripts}}}'}

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == expected


def test_quiet_about_outputs_that_others_bring_to_a_stage(inspect: Inspect) -> None:
    dockerfile = """\
FROM node:20 AS made
WORKDIR /app
COPY package.json ./
RUN npm install
COPY --from=example.invalid/assets /dist ./dist
FROM example.invalid/with-dist AS ready
WORKDIR /app
RUN npm install
FROM node:20 AS named
WORKDIR /build
COPY package.json ./
RUN npm install
FROM nginx
COPY --from=named /build/node_modules /d
COPY --from=made /app/dist /a
COPY --from=made /app/node_modules/x/dist /b
COPY --from=ready /app/dist /c
"""
    assert inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "package.json": "{}"}) == []


@pytest.mark.parametrize(
    ("copy", "lines"),
    [
        ("COPY package.json tsconfig.json ./\nCOPY src ./src", [6]),
        ("COPY package*.json ./\nCOPY . .", [6]),
        ("COPY package.json ./\nCOPY . .\nRUN mv dist build", []),
        ("COPY package.json ./\nCOPY src src\nRUN npx vite build --outDir build", []),
    ],
)
def test_what_the_compiler_of_a_stage_makes_elsewhere(inspect: Inspect, copy: str, lines: list[int]) -> None:
    dockerfile = f"FROM node:22 AS builder\nWORKDIR /app\n{copy}\nRUN npm run build\nFROM node:22\n"
    text = f"{dockerfile}COPY --from=builder /app/build ./dist\nCOPY --from=builder /app/dist ./other\n"
    tree = {
        "api": {
            "Dockerfile": text,
            "package.json": '{"scripts": {"build": "tsc"}}',
            "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}',
            "src": {"index.ts": ""},
        }
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert [one.evidence for one in found] == ["the build of api makes dist"] * len(lines)


def test_quiet_about_the_compiler_of_a_package_that_is_only_guessed(inspect: Inspect) -> None:
    text = "FROM node AS builder\nWORKDIR /app\nCOPY package.json seldom.lock ./\nRUN npm run build\nFROM node\nCOPY --from=builder /app/build ./\n"
    package = {
        "package.json": '{"scripts": {"build": "tsc"}}',
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}',
    }
    tree = {"templates": {"Dockerfile": text}, "server": {**package, "seldom.lock": "", "src": {"a.ts": ""}}}

    assert [one for one in inspect("dockerfile-copy-missing", tree) if "from=builder" in one.message] == []


@pytest.mark.parametrize(("written", "told"), [("api", 0), ("jobs", 1)])
def test_a_program_that_a_command_begins(inspect: Inspect, written: str, told: int) -> None:
    text = (
        f"FROM rust AS build\nWORKDIR /src\nCOPY . .\nRUN mkdir -p {written}/src && echo 'fn main() {{}}' > {written}/src/main.rs\n"
        "RUN cargo build --release\nFROM debian\nCOPY --from=build /src/target/release/shop-api /usr/bin/\n"
    )
    crate = "[package]\nname = '%s'\n"
    tree = {
        "Dockerfile": text,
        "api": {"Cargo.toml": crate % "shop-api"},
        "jobs": {"Cargo.toml": crate % "shop-jobs"},
        "web": {"Cargo.toml": crate % "shop-web", "src": {"main.rs": ""}},
    }

    assert len(inspect("dockerfile-copy-missing", tree)) == told


@pytest.mark.parametrize(("copied", "lines"), [("package.json", [3]), ("gone", [3, 6])])
def test_a_stage_that_another_build_context_would_fill(inspect: Inspect, copied: str, lines: list[int]) -> None:
    dockerfile = f"FROM node:22 AS builder\nWORKDIR /app\nCOPY package.json ./\nCOPY . .\nFROM node:22\nCOPY --from=builder /app/{copied} ./\n"
    tree = {
        "docker-compose.yml": "services:\n  a:\n    build:\n      context: .\n      dockerfile: a/Dockerfile\n",
        "a": {"Dockerfile": dockerfile, "package.json": "{}"},
    }

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == lines
