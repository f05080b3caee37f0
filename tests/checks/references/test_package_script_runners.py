"""Scripts that ask package managers, task runners, test runners and compilers for what they do not find."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.references.package_scripts import scripts, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_managers_and_task_runners_are_asked_for(inspect: Inspect) -> None:
    text = scripts(
        build="tsc",
        a='concurrently -n a,b "npm:build" "npm run gone"',
        b="sh -c 'npm run gone && true'",
        c="dotenv -e .env -- node gone.js",
        d="npm run gone -w @a/web",
        e="pnpm --filter @a/gone build",
        f="pnpm --filter @a/web gone:all",
        g="yarn workspace @a/gone start",
        h="yarn gone:all",
        i="bun run --filter '@a/gone' start",
        j="turbo run gone",
        k="turbo run build --filter=@a/gone...",
        l="lerna run build --scope @a/gone",
        m="nx run gone:build",
        n="npm-run-all build gone",
        o="tsup src/gone.ts",
        p="docker compose -f gone.yml up",
        q="yarn buidl",
    )
    tree = {
        "package.json": text,
        "nx.json": "{}",
        "web": {"package.json": '{"name": "@a/web", "scripts": {"start": "vite"}}'},
    }

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", line) for line in (5, 7, 8, 10, 11, 12, 14, 17, 19, 20, 21)]


def test_quiet_about_what_managers_find(inspect: Inspect) -> None:
    text = json.dumps(
        {
            "name": "root",
            "scripts": {
                "a": 'concurrently -k -n x,y "npm:a:*" "npm run b" "node -e 1; echo done"',
                "a:x": "true",
                "b": "pnpm --filter web... run start && pnpm -F './web' start && pnpm -w run a",
                "c": "turbo run build start --filter=...@a/web --filter='!@a/web' && turbo prune --scope=@a/web",
                "d": "yarn install && yarn workspace @a/web start && yarn eslint . && yarn workspaces foreach -A run start",
                "e": "npm run start -w web && npm run start --workspaces && nx run-many -t gone && nx build web",
                "f": "vitest run some.test.ts && bun test some",
                "g": "pnpm tsc && pnpm prisma generate && bun add x && yarn g:lint",
                "i": "npm run biome && npm run a:x",
                "biome": "true",
                "h": "dotenv -e .env -- sh -c 'echo a; b' 2>&1 | tee log",
            },
            "devDependencies": dict.fromkeys(
                ("eslint", "prisma", "typescript", "vitest", "concurrently", "dotenv-cli"), "9"
            ),
        }
    )
    web = {"package.json": '{"name": "@a/web", "scripts": {"start": "vite", "g:lint": "x"}}', "some.test.ts": ""}
    tree = {
        "package.json": text,
        "turbo.json": '{"tasks": {"build": {}, "start": {}}}',
        "nx.json": "{}",
        "web": web,
        "tsconfig.json": "{}",
    }

    assert [one.message for one in inspect("package-script-broken", tree)] == []


def test_what_turbo_nx_and_angular_name(inspect: Inspect) -> None:
    target = {"options": {"main": "api/src/gone.ts", "tsConfig": "{projectRoot}/tsconfig.json", "outputPath": "dist/x"}}
    project = {"name": "api", "targets": {"build": target}, "implicitDependencies": ["web", "gone"]}
    tasks = {"build": {"dependsOn": ["^build", "codegen", "web#build", "gone#build", "$ENV"]}, "test": {}}
    tree = {
        "package.json": scripts(e2e="turbo run e2e", build="turbo build"),
        "turbo.json": json.dumps({"tasks": tasks}, indent=0),
        "nx.json": "{}",
        "web": {"package.json": '{"name": "web", "devDependencies": {"nx": "20"}}'},
        "api": {"project.json": json.dumps(project, indent=0), "tsconfig.json": "{}"},
        "ng": {
            "angular.json": '{"projects": {"a": {"architect": {"build": {"options":\n{"tsConfig": "gone.json"}}}}}}'
        },
    }

    assert places(inspect("package-script-broken", tree)) == [
        ("error", "api/project.json", 6),
        ("error", "api/project.json", 14),
        ("error", "ng/angular.json", 2),
        ("error", "package.json", 4),
        ("error", "turbo.json", 6),
        ("error", "turbo.json", 8),
    ]


def test_turbo_stops_without_its_file_and_at_tasks_that_the_file_lacks(inspect: Inspect) -> None:
    tree: dict[str, object] = {
        "package.json": scripts(a="turbo run build", b="turbo test", c="turbo build --root-turbo-json=web/turbo.json"),
        "web": {"package.json": scripts(build="next build", test="vitest")},
    }
    (found,) = inspect("package-script-broken", {**tree, "web/turbo.json": '{"tasks": {"build": {}}}'})
    said = "turbo.json is neither here nor in a folder above, and turbo stops without it"
    assert found.message == f"The scripts a, b fail: {said}."

    (found,) = inspect("package-script-broken", {**tree, "turbo.json": '{"tasks": {"build": {}}}'})
    assert found.message == "The script b fails: no turbo.json defines test, and turbo stops."


@pytest.mark.parametrize(
    ("asked", "key", "line"),
    [("^2.1.0", "pipeline", 1), ("^2.1.0", "tasks", 0), ("1.13.4", "tasks", 1), ("^1.9", "pipeline", 0)]
    + [(asked, key, 0) for asked in ("latest", ">=1.10", "catalog:") for key in ("tasks", "pipeline")],
)
def test_the_word_of_another_release_of_turbo(inspect: Inspect, asked: str, key: str, line: int) -> None:
    tree = {
        "package.json": json.dumps({"scripts": {"a": "turbo build"}, "devDependencies": {"turbo": asked}}),
        "web": {"package.json": scripts(build="next build")},
        "turbo.json": json.dumps({key: {"build": {}}}),
    }
    found = inspect("package-script-broken", tree)
    assert places(found) == ([("error", "turbo.json", 1)] if line else [])


def test_a_package_that_several_tasks_of_turbo_wait_for_in_vain(inspect: Inspect) -> None:
    waits = {"dependsOn": ["gone#build"]}
    tree = {
        "package.json": scripts(ship="firebase deploy"),
        "turbo.json": json.dumps({"tasks": {"ship": waits, "post": waits}}),
    }

    (found,) = inspect("package-script-broken", tree)

    assert found.message == "ship, post wait for gone#build, and no package is called gone: turbo refuses."
    assert found.severity == "warning"  # no package has either task, and nothing has turbo run them


def test_the_test_of_a_package_that_has_none(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"scripts": {"ci": "npm test", "check": "pnpm t"}}',
        ".husky": {"pre-commit": "npm test\n"},
    }

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", ".husky/pre-commit", 1), ("error", "package.json", 1)]
    assert {fix.title for one in found for fix in one.fixes} == {
        "add a script test to package.json, or name one that it has"
    }


def test_folders_of_tests_that_no_path_has_in_its_name(inspect: Inspect) -> None:
    text = scripts(
        a="vitest run tests/bankrun",
        b="jest --runInBand ./test/gone/",
        c="mocha --recursive spec/unit",
        d="vitest run src/api && jest SRC/API && vitest --project web/gone && jest -t some/name tests",
        e="vitest run tests/other --passWithNoTests && jest --rootDir .. x/y && vitest related a/b && mocha dist/test",
        f="mocha -r ts-node/register 'test/**/*.ts' && jest packages/.*/src && jest --projects a/b c/d && vitest run made/here || true",
    )

    found = inspect("package-script-broken", {"package.json": text, "src": {"api": {"a.test.ts": ""}}})

    assert [one for one in told(found) if "finds no test" in one[1]] == [
        ("error", "The script a fails: vitest finds no test: no path has tests/bankrun in it."),
        ("error", "The script b fails: jest finds no test: no path has test/gone in it."),
        ("error", "The script c fails: mocha finds no test: no path has spec/unit in it."),
    ]


@pytest.mark.parametrize(
    ("script", "more", "told"),
    [
        ("jest --coverage", {}, True),
        ("vitest run", {"vitest.config.ts": "import { defineConfig } from 'vitest/config';\n"}, True),
        ("jest", {"src": {"a.spec.ts": ""}}, False),
        ("jest --passWithNoTests", {}, False),
        ("jest", {"jest.config.js": "module.exports = { passWithNoTests: true };\n"}, False),
        ("vitest run", {"vitest.config.ts": "import config from '@a/vitest-config';\nexport default config;\n"}, False),
        ("vitest", {}, False),
        ("jest src/a", {}, False),
    ],
)
def test_a_runner_without_any_test(inspect: Inspect, script: str, more: dict[str, Any], told: bool) -> None:
    tree = {
        "a": {
            "package.json": json.dumps({"scripts": {"test": script}, "devDependencies": {"jest": "29", "vitest": "3"}}),
            "src": {"a.ts": ""},
            **more,
        },
        "test.ts": "",
    }

    found = [one for one in inspect("package-script-broken", tree) if "finds no test" in one.message]

    assert [(one.severity, one.path) for one in found] == ([("warning", "a/package.json")] if told else [])


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("eslint src --ext .ts", True),
        ("eslint lib src", True),
        ("eslint lib --fix", False),
        ("eslint '**/*.ts'", False),
    ],
)
def test_folders_that_eslint_is_given(inspect: Inspect, script: str, told: bool) -> None:
    tree = {
        "package.json": json.dumps({"scripts": {"lint": script}, "devDependencies": {"eslint": "^9"}}),
        "lib": {"a.js": ""},
        "eslint.config.js": "",
    }

    assert ["eslint finds no src, and stops" in one.message for one in inspect("package-script-broken", tree)] == [
        True
    ] * told


def test_settings_of_nx_that_nobody_asks_for_are_left_over(inspect: Inspect) -> None:
    target = {"options": {"main": "api/src/gone.ts"}}
    tree = {
        "package.json": scripts(lint="echo none"),
        "nx.json": "{}",
        "api": {"project.json": json.dumps({"name": "api", "targets": {"build": target}})},
    }

    assert places(inspect("package-script-broken", tree)) == [("info", "api/project.json", 1)]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"packages/learn": "@own/learn"}, ""),
        ({"packages/viewer": "@own/ui-viewers"}, "; @own/ui-viewers is one"),
        ({"packages/viewer": "@other/ui-viewer"}, "; @other/ui-viewer is one"),
        ({".old/viewer": "@other/ui-viewer", "packages/a": "@own/a"}, ""),
        ({"archive/viewer": "@other/ui-viewer", "packages/a": "@own/a"}, ""),
    ],
)
def test_the_workspace_that_was_meant(inspect: Inspect, names: dict[str, str], said: str) -> None:
    """What names share by their scope says nothing, and what is only kept is no workspace."""
    tree: dict[str, object] = {"package.json": scripts(v="pnpm --filter @own/ui-viewer dev"), "pnpm-lock.yaml": ""}
    for folder, name in names.items():
        above, _, inner = folder.partition("/")
        tree[above] = {inner: {"package.json": json.dumps({"name": name, "scripts": {"dev": "x"}})}}

    assert [one.message for one in inspect("package-script-broken", tree)] == [
        f"The script v does nothing: no workspace is called @own/ui-viewer{said}."
    ]


@pytest.mark.parametrize(
    ("script", "more", "level"),
    [
        ("tsc --noEmit", {}, "error"),
        ("tsc", {"tsconfig.json": "{}"}, ""),
        ("tsc -p code", {"code": {"tsconfig.json": "{}"}}, ""),
        ("tsc --noEmit a.ts", {"a.ts": ""}, ""),
        ("tsc --version", {}, ""),
        ("tsc", {".gitignore": "tsconfig.json\n"}, ""),
    ],
)
def test_a_compiler_without_a_configuration(inspect: Inspect, script: str, more: dict[str, str], level: str) -> None:
    manifest = json.dumps({"name": "a", "devDependencies": {"typescript": "5"}, "scripts": {"t": script}})

    found = inspect("package-script-broken", {"package.json": manifest, **more})

    assert [one.severity for one in found] == ([level] if level else [])


def test_a_folder_that_is_no_package_is_no_workspace(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(web="turbo run dev --filter=web", api="turbo run dev --filter=api"),
        "turbo.json": '{"tasks": {"dev": {}}}',
        "apps": {"web": {"a.ts": ""}, "api": {"package.json": '{"name": "@own/service"}'}},
    }

    assert [one.message for one in inspect("package-script-broken", tree)] == [
        "The script web fails: no workspace is called web."
    ]


@pytest.mark.parametrize(
    ("script", "more", "told"),
    [
        ("vite build", {}, True),
        ("vite build", {"index.html": ""}, False),
        ("vite build", {"vite.config.mts": ""}, False),
        ("vite build", {".gitignore": "index.html\n"}, False),
        ("vite build site", {}, False),
        ("vite build --config x.ts", {"x.ts": ""}, False),
    ],
)
def test_a_page_that_vite_is_to_build(inspect: Inspect, script: str, more: dict[str, str], told: bool) -> None:
    manifest = {"name": "a", "scripts": {"build": script}, "devDependencies": {"vite": "^7.0.0"}}

    found = inspect("package-script-broken", {"package.json": json.dumps(manifest), "package-lock.json": "{}", **more})

    assert [one.message for one in found if "index.html" in one.message] == [
        "The script build fails: vite build finds no index.html beside package.json, and no configuration names another input."
    ] * told


_REFERS = '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}'


@pytest.mark.parametrize(
    ("script", "more", "told"),
    [
        ("tsc --noEmit", {"tsconfig.json": _REFERS}, "The script check does nothing: tsconfig.json lists no file"),
        (
            "tsc && node .",
            {"tsconfig.json": _REFERS},
            "The script check does less than it says: tsconfig.json lists no",
        ),
        ("tsc -b", {"tsconfig.json": _REFERS}, ""),
        ("tsc -p tsconfig.app.json", {"tsconfig.json": _REFERS, "tsconfig.app.json": "{}"}, ""),
        ("tsc --noEmit", {"tsconfig.json": '{"references": [{"path": "./a"}]}'}, ""),
        (
            "tsc --noEmit",
            {"tsconfig.json": '{"extends": "./b.json", "files": [], "references": [{"path": "./a"}]}'},
            "",
        ),
        ("webpack --mode production", {}, "The script check fails: webpack finds neither a configuration"),
        ("webpack --mode production", {"src/index.js": ""}, ""),
        ("webpack", {"webpack.config.ts": ""}, ""),
        ("webpack", {".webpack/webpack.config.js": ""}, ""),
        ("webpack ./lib/a.js", {"lib/a.js": ""}, ""),
        ("webpack --config build/webpack.js", {"build/webpack.js": ""}, ""),
    ],
)
def test_programs_that_have_nothing_to_work_on(inspect: Inspect, script: str, more: dict[str, str], told: str) -> None:
    asked = {"typescript": "^5.0.0", "webpack": "^5.0.0", "webpack-cli": "^5.0.0"}
    manifest = {"name": "a", "scripts": {"check": script}, "devDependencies": asked}

    found = inspect("package-script-broken", {"package.json": json.dumps(manifest), "index.js": "", **more})

    assert [one.message[: len(told)] for one in found] == ([told] if told else [])
    assert [one.severity for one in found] == (["warning" if "tsc" in script else "error"] if told else [])


def test_settings_of_one_folder_that_is_not_there_are_one_finding(inspect: Inspect) -> None:
    text = 'export default { setupFiles: ["./test/a.ts", "./test/b.ts", "./there/c.ts"] }\n'
    tree = {"package.json": "{}", "vitest.config.ts": text, "there": {"d.ts": ""}}

    assert [(one.line, one.message.rpartition(": ")[2]) for one in inspect("package-script-broken", tree)] == [
        (1, "no test runs. Nor does 1 more of that folder."),
        (1, "no test runs."),
    ]


@pytest.mark.parametrize(
    ("script", "root", "setup", "said"),
    [
        ("jest --rootDir=src", "", "../setup.js", ""),
        ("jest --rootDir src", "", "<rootDir>/../setup.js", ""),
        ("jest", "rootDir: 'src',", "../setup.js", ""),
        ("jest", "rootDir: 'src',", "./setup.js", "setupFiles is ./setup.js, which does not exist: "),
        ("jest", "rootDir: up(),", "./gone.js", ""),
        ("jest", "", "../setup.js", "setupFiles is ../setup.js, which does not exist: "),
    ],
)
def test_settings_of_jest_count_from_its_root(inspect: Inspect, script: str, root: str, setup: str, said: str) -> None:
    text = f"module.exports = {{ {root} setupFiles: ['{setup}'] }}\n"
    manifest = json.dumps({"name": "a", "scripts": {"test": script}, "devDependencies": {"jest": "30"}})
    tree = {"app": {"package.json": manifest, "jest.config.js": text, "setup.js": "", "src": {"a.test.js": ""}}}

    assert [one.message[: len(said)] for one in inspect("package-script-broken", tree)] == ([said] if said else [])


def test_settings_of_another_project_are_none_of_this_one(inspect: Inspect) -> None:
    """And of the entry of what compiles a whole folder only the name is used."""
    options = {"main": "api/src/gone.ts", "jestConfig": "api/jest.config.ts"}
    project = {"name": "api", "targets": {"test": {"executor": "@nx/js:tsc", "options": options}}}
    tree = {
        "package.json": '{"devDependencies": {"nx": "20"}}',
        "nx.json": "{}",
        "api": {"project.json": json.dumps(project)},
        "web": {"project.json": "{}", "jest.config.ts": ""},
    }

    (found,) = inspect("package-script-broken", tree)

    assert found.message == "The target test takes jestConfig from api/jest.config.ts, which does not exist: it fails."
    assert [fix.title for fix in found.fixes] == ["add api/jest.config.ts, or correct jestConfig of test"]


def test_a_runner_that_no_manifest_asks_for_and_that_has_nothing_to_run(inspect: Inspect) -> None:
    manifest = '{"name": "%s", "scripts": {"test": "jest"}, "devDependencies": {"typescript": "5"}}'
    tree = {
        "a": {"package.json": manifest % "a", "package-lock.json": "{}", "src": {"a.ts": ""}},
        "b": {"package.json": manifest % "b", "package-lock.json": "{}", "src": {"b.test.ts": ""}},
    }

    assert [(one.severity, one.path) for one in inspect("package-script-broken", tree)] == [
        ("warning", "a/package.json"),
        ("error", "b/package.json"),
    ]


@pytest.mark.parametrize(
    ("command", "private", "told"),
    [
        ("npm publish", True, True),
        ("npm run build && npm publish --access public", True, True),
        ("npm publish --access=public", True, True),
        ("npm publish", False, False),
        ("npm publish dist", True, False),
        ("cd dist && npm publish", True, False),
        ("npm publish -w part", True, False),
        ("npm publish || true", True, False),
    ],
)
def test_what_is_private_and_to_be_published(inspect: Inspect, command: str, private: bool, told: bool) -> None:
    manifest = json.dumps({"name": "a", "private": private, "scripts": {"build": "true", "release": command}})

    found = [
        one
        for one in inspect("package-script-broken", {"package.json": manifest, "dist": {"a": ""}})
        if "private" in one.message
    ]

    assert [one.severity for one in found] == (["error"] if told else [])


def test_tsup_looks_for_its_configuration_in_the_folders_above(inspect: Inspect) -> None:
    text = '{"name": "a", "scripts": {"build": "tsup --config tsup.shared.ts", "lost": "tsup --config tsup.gone.ts"}}'
    manifest = text.replace('"scripts"', '"devDependencies": {"tsup": "8"},\n"scripts"').replace('"lost"', '\n"lost"')

    found = inspect("package-script-broken", {"tsup.shared.ts": "", "a": {"package.json": manifest}})

    assert places(found) == [("error", "a/package.json", 3)]


LOCKED = '{{"packages": {{"node_modules/vitest": {{"peerDependenciesMeta": {{\n    "jsdom": {{\n      "optional": true\n}}}}}}{}}}}}'


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        (
            {"vitest.config.ts": "export default { test: { environment: 'jsdom' } }\n"},
            [("error", "vitest.config.ts", 1)],
        ),
        ({"vitest.config.ts": "export default { test: { environment: 'node' } }\n"}, []),
        ({"jest.config.js": "module.exports = {\n  testEnvironment: 'jsdom' }\n"}, [("warning", "jest.config.js", 2)]),
        ({"vitest.config.ts": "", "vitest.config.js": "export default { test: { environment: 'jsdom' } }\n"}, []),
    ],
)
def test_the_environment_of_tests_that_nothing_installs(inspect: Inspect, tree: dict[str, str], told: Any) -> None:
    manifest = {"scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "^3.0.0"}}
    brought = ', "node_modules/jsdom": {}, "node_modules/jest-environment-jsdom": {}'
    mine = {**manifest, "devDependencies": {"vitest": "^3.0.0", "jsdom": "*", "jest-environment-jsdom": "*"}}

    def found(data: dict[str, Any], lock: str) -> list[tuple[str, str, int]]:
        whole = {"package.json": json.dumps(data), "package-lock.json": LOCKED.format(lock), **tree}
        return places(one for one in inspect("package-script-broken", whole) if "The tests run in" in one.message)

    assert (found(manifest, ""), found(manifest, brought), found(mine, "")) == (told, [], [])


@pytest.mark.parametrize(
    ("setting", "asked", "lock", "told"),
    [
        ("preset: 'ts-jest'", {"jest": "30"}, "", True),
        ("preset: 'ts-jest/presets/default-esm'", {"jest": "30"}, "", True),
        ("transform: { '^.+\\\\.ts$': ['ts-jest', {}] }", {"jest": "30"}, "", True),
        ("preset: 'ts-jest'", {"jest": "30"}, ', "node_modules/ts-jest": {}', False),
        ("preset: 'ts-jest'", {"jest": "30", "ts-jest": "30"}, "", False),
        ("preset: 'ts-jest'", {"vitest": "3"}, "", False),
    ],
)
def test_what_translates_tests_and_is_not_installed(
    inspect: Inspect, setting: str, asked: dict[str, str], lock: str, told: bool
) -> None:
    tree = {
        "package.json": json.dumps({"scripts": {"test": "jest"}, "devDependencies": asked}),
        "package-lock.json": LOCKED.format(lock),
        "jest.config.js": f"module.exports = {{\n  {setting} }}\n",
        "a.test.ts": "",
    }

    found = [one for one in inspect("package-script-broken", tree) if "ts-jest" in one.message]

    assert places(found) == ([("error", "jest.config.js", 2)] if told else [])
