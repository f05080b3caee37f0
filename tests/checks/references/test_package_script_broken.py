"""Scripts that run what is not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def scripts(**given: str) -> str:
    return json.dumps({"name": "a", "scripts": given}, indent=0)


def test_what_is_missing(inspect: Inspect) -> None:
    text = scripts(
        a="node tools/gone.mjs",
        b="npm run nothing",
        c="cd nowhere && ls",
        d="tsc -p tsconfig.build.json",
        e="bash ./tools/run.sh --fast",
        f="npm test -w @a/gone",
        g="./tools/gone.sh",
        h="npm --prefix web run go",
        i="jest --config jest.custom.js",
    )
    tree = {"package.json": text, "web": {"package.json": scripts(start="vite")}, "tools": {"a.js": ""}}

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", line) for line in range(4, 13)]


def test_a_dependency_by_path(inspect: Inspect) -> None:
    tree = {
        "a": {"package.json": '{\n"dependencies": {"x": "file:../gone",\n"y": "file:../b"}}'},
        "b": {"package.json": "{}"},
    }

    assert places(inspect("package-script-broken", tree)) == [("error", "a/package.json", 2)]


def test_where_the_build_writes_it(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(build="tsc", start="node dist/main.js"),
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src", "test"]}',
        "src": {"main.ts": ""},
        "test": {"a.ts": ""},
    }

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", 5)]
    assert [fix.title for fix in found[0].fixes] == ["write node dist/src/main.js"]


def test_quiet_about_what_runs(inspect: Inspect) -> None:
    text = scripts(
        build="node build.mjs",
        start="npm run build && node dist/server.js",
        later="node dist/server.js",
        inline="node -e 'gone.js'",
        option="node --import ./hook.mjs -r dotenv/config src/a",
        glob="node --test 'test/**/*.js'",
        tool="npx tsx src/a.ts && python -m http.server",
        many="npm-run-all build:* && run-p build start",
        maybe="npm run none --if-present; npm run none -r --workspaces",
        filtered="pnpm --filter './x/**' run none && pnpm -r run none",
        guarded="node gone.js || true",
        asked="[ -f gone.sh ] && bash gone.sh",
        away="cd $HOME && node gone.js",
        yarn="yarn run vitest && bun run tsc",
        module="node node_modules/x/cli.js",
    )
    tree = {"package.json": text, "build.mjs": "", "hook.mjs": "", "src": {"a.ts": "", "a.js": ""}}

    assert [one.message for one in inspect("package-script-broken", tree)] == []


def test_quiet_about_the_server_that_next_writes(inspect: Inspect) -> None:
    tree = {"package.json": scripts(start="node server.js"), "next.config.js": ""}

    assert inspect("package-script-broken", tree) == []
