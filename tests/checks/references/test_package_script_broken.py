"""Scripts that run what is not there."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.package_scripts import scripts, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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
        j="cd web && npm stop; cd ../api && npm start",
    )
    tree = {"package.json": text, "web": {"package.json": scripts(start="vite")}, "tools": {"a.js": ""}}
    tree["api"] = {"package.json": "{}"}

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", line) for line in range(4, 14)]


def test_a_near_file_that_another_program_runs_is_no_edit(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(a="node run/check.js", b="node run/serve.js"),
        "run": {"check.sh": "", "server.js": ""},
    }

    shell, script = inspect("package-script-broken", tree)

    assert [(one.safety, one.title) for one in shell.fixes] == [
        ("manual", "write bash run/check.sh in place of node run/check.js")
    ]
    assert [(one.safety, one.title) for one in script.fixes] == [("unsafe", "write node run/server.js")]


def test_another_output_of_the_build_is_no_advice(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(build="tsc", prod="node build/server.js"),
        "tsconfig.json": '{"compilerOptions": {"outDir": "build", "rootDir": "."}, "include": ["src"]}',
        "src": {"config.ts": "export {};\n", "run.ts": "export {};\n"},
    }

    (found,) = inspect("package-script-broken", tree)

    assert "and the like" in found.message
    assert found.fixes[0].title.startswith("name a file that")


def test_a_dependency_by_path(inspect: Inspect) -> None:
    tree = {
        "a": {"package.json": '{\n"dependencies": {"x": "file:../gone",\n"y": "file:../b"}}'},
        "b": {"package.json": "{}"},
    }

    assert places(inspect("package-script-broken", tree)) == [("error", "a/package.json", 2)]


def test_quiet_about_what_runs(inspect: Inspect) -> None:
    text = scripts(
        build="node build.mjs",
        start="npm run build && node dist/server.js",
        later="node dist/server.js",
        inline="node -e 'gone.js'",
        option="node --import ./hook.mjs -r dotenv/config src/a",
        glob="node --test 'test/**/*.js'",
        tool="npx tsx src/a.ts && python -m http.server",
        many="npm-run-all build:* && run-p build start && npx npm-run-all --npm-path npm --parallel build start",
        **{"build:x": "true"},
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


def test_demands_that_an_install_cannot_meet(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root",\n"pnpm": {"patchedDependencies": {\n"a@1": "patches/a.patch"}}}',
        "pnpm-workspace.yaml": "packages: [web]\ncatalog:\n  react: ^19\npatchedDependencies:\n  b: patches/b.patch\n",
        ".yarnrc.yml": "yarnPath: .yarn/releases/yarn.cjs\n",
        "web": {
            "package.json": '{"name": "web", "version": "1.0.0", "dependencies": {\n'
            '"x": "workspace:*",\n"y": "catalog:",\n"z": "catalog:old",\n"p": "patch:p@npm%3A^1#./p.patch",\n'
            '"web": "workspace:^2"}}'
        },
    }

    assert sorted(places(inspect("package-script-broken", tree))) == [
        ("error", ".yarnrc.yml", 1),
        ("error", "package.json", 3),
        ("error", "pnpm-workspace.yaml", 5),
        *(("error", "web/package.json", line) for line in range(2, 7)),
    ]


def test_quiet_about_demands_that_are_met(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root", "workspaces": {"packages": ["web"], "catalog": {"hono": "4"}}}',
        "web": {
            "package.json": '{"name": "web", "dependencies": {"root": "workspace:^", "alias": "workspace:root@*", "hono": "catalog:",'
            '"up": "link:..\\\\.", "builtin": "patch:t@npm%3A5#optional!builtin<compat/t>"}}'
        },
    }

    assert inspect("package-script-broken", tree) == []


def test_what_several_scripts_lack_is_one_finding(inspect: Inspect) -> None:
    found = inspect("package-script-broken", {"package.json": scripts(a="node gone.js", b="node gone.js --loud")})

    assert places(found) == [("error", "package.json", 4)]
    assert found[0].message == "The scripts a, b fail: gone.js does not exist."


def test_programs_that_nothing_installs(inspect: Inspect) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"node_modules/rimraf": {"version": "6.0.0"}}}'
    manifest = {
        "scripts": {
            "test": "vitest run",
            "lint": "npx eslint .",
            "clean": "rimraf dist",
            "up": "nodemon a.js",
            "go": "my-own-tool",
            "type": "pnpm dlx tsc",
            "maybe": "jest || true",
        },
        "dependencies": {"zod": "3"},
    }
    tree = {
        "package.json": json.dumps(manifest, indent=0),
        "package-lock.json": lock,
        "a.js": "",
        "Dockerfile": "FROM node:22\nRUN npm install -g nodemon@3\n",
        "bare": {"package.json": scripts(test="vitest run")},
    }

    found = inspect("package-script-broken", tree)

    assert [(one.line, one.message) for one in found] == [
        (3, "The script test fails: vitest is a program of the package of that name, which no manifest asks for.")
    ]


def test_what_cp_make_and_nodemon_need(inspect: Inspect) -> None:
    text = scripts(
        a="cp config/gone.json dist/",
        b="tsc && shx cp -r assets/gone dist",
        c="make gone",
        d="make -C tools all",
        e="nodemon --watch src --exec ts-node src/gone.ts",
        f="nodemon -x 'ts-node src/gone2.ts'",
        g='concurrently "npm:watch:*"',
        h="run-p serve:*",
    )
    quiet = scripts(
        a="cp dist/a.js public/ && cp .env.example .env && cp src/*.css out",
        b="node make.js && cp made/x.json lib/",
        c="make build test && make -j 4 build && make $TARGET",
        d="make -f other.mk anything",
        e='concurrently "npm:a"',
    )
    tree = {
        "package.json": text,
        "Makefile": "all: build\nbuild test:\n\ttrue\nX := 1\n",
        "src": {"there.ts": ""},
        "ok": {
            "package.json": quiet,
            "make.js": "",
            ".env.example": "",
            "other.mk": "include rules.mk\n",
            "Makefile": "build: \n\ttrue\ntest:\n",
        },
    }

    assert places(inspect("package-script-broken", tree)) == [("error", "package.json", line) for line in (4,)] + [
        ("warning", "package.json", 5),
        *(("error", "package.json", line) for line in range(6, 12)),
    ]


def test_what_turbo_is_told_of_a_package_that_is_not_there_is_never_walked(inspect: Inspect) -> None:
    tree = {
        "package.json": json.dumps({"name": "root", "scripts": {"a": "turbo build"}}),
        "web": {"package.json": json.dumps({"name": "web", "scripts": {"build": "vite build"}})},
        "turbo.json": json.dumps({"tasks": {"old#build": {"dependsOn": ["gone#build"]}}}),
    }

    (found,) = inspect("package-script-broken", tree)

    assert (found.severity, found.message) == (
        "warning",
        "old#build waits for gone#build, and no package is called old: turbo never comes to either.",
    )
    tree["turbo.json"] = json.dumps({"tasks": {"web#build": {"dependsOn": ["gone#build"]}}})
    assert [one.severity for one in inspect("package-script-broken", tree)] == ["error"]


@pytest.mark.parametrize(("listed", "told"), [("packages/*", []), ("packages/web", ["error"])])
def test_of_two_manifests_with_one_name_the_member_counts(inspect: Inspect, listed: str, told: list[str]) -> None:
    asked = {"name": "web", "dependencies": {"pay": "workspace:*"}}
    tree = {
        "package.json": json.dumps({"name": "root", "workspaces": [listed]}),
        "packages": {
            "web": {"package.json": json.dumps(asked)},
            "pay": {"package.json": '{"name": "pay", "version": "1.0.0"}'},
            "scaffold": {"package.json": '{"name": "scaffold"}', "over": {"pay": {"package.json": '{"name": "pay"}'}}},
        },
    }

    assert [one.severity for one in inspect("package-script-broken", tree)] == told


def test_hostile_scripts_and_makefiles_take_no_time(inspect: Inspect) -> None:
    text = scripts(a="a=" * 20_000, b="cd a && " * 2000, c="sh -c '" * 500, d="make x", e="nodemon -x " * 300)
    makefile = "a " * 50_000 + "\n" + "x" * 100_000 + "\n" + "\n".join(f"t{one}: t{one + 1}" for one in range(5000))

    assert [one.line for one in inspect("package-script-broken", {"package.json": text, "Makefile": makefile})] == [
        5,
        7,
    ]


def test_what_a_hook_asks_for_in_vain_does_not_run(inspect: Inspect) -> None:
    hook = (
        "if ls src/agents/*.ts 1> /dev/null 2>&1; then\n  for one in src/agents/*.ts; do\n    if true; then npm run lost; fi\n"
        "  done\nelse\n  npm run gone\nfi\nif [ -d lib ]; then\n  npm run also\nfi\n"
    )
    tree = {
        "package.json": scripts(lint="ls"),
        ".husky": {"pre-push": hook},
        "lib": {"a.js": ""},
        ".kit": {"copy": {".husky": {"pre-commit": "node nothing.js\n"}}},
    }

    assert places(inspect("package-script-broken", tree)) == [
        ("error", ".husky/pre-push", 6),
        ("error", ".husky/pre-push", 9),
    ]


def test_what_hooks_of_git_run(inspect: Inspect) -> None:
    hook = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n# node gone.js\nnpm run lint\nnpm run gone\nnpx lint-staged\n'
    guarded = (
        "if [ -f scripts/gone.sh ]; then\n  bash scripts/gone.sh\nfi\n[ -x ./gone ] && ./gone\ncd web && npm test\n"
    )
    tree = {
        "package.json": scripts(lint="true"),
        "web": {"package.json": scripts(test="true")},
        ".husky": {"pre-commit": hook, "pre-push": guarded},
        "docs": {"pre-commit": "npm run gone\n"},
    }

    assert places(inspect("package-script-broken", tree)) == [("error", ".husky/pre-commit", 6)]


def test_what_a_subshell_does_to_the_folder_ends_with_it(inspect: Inspect) -> None:
    hook = "if true; then\n  ( cd a && npm run test ) || {\n    exit 1\n  }\nfi\n( cd b && npm run test ) || exit 1\n( cd gone && ls )\n"
    tree = {
        "package.json": scripts(x="(cd a && npm run test) && node b/b.js", y="(cd a && npm run test); node b.js"),
        ".husky": {"pre-commit": hook},
        "a": {"package.json": scripts(test="true")},
        "b": {"package.json": scripts(test="true"), "b.js": ""},
    }

    assert places(inspect("package-script-broken", tree)) == [
        ("error", ".husky/pre-commit", 7),
        ("error", "package.json", 5),
    ]


def test_what_a_script_asks_for_first_from_another_folder(inspect: Inspect) -> None:
    command = "if [ $E = 'local' ] && [ -f ./{}/make.sh ]; then (cd a && ./make.sh); else echo none; fi"
    tree = {
        "package.json": scripts(
            x=command.format("a"), y="cd a && ./make.sh", z=command.format("a").replace("make.sh]", "b]")
        ),
        "a": {"a.txt": ""},
    }

    (found,) = inspect("package-script-broken", tree)

    assert "The script y fails: ./make.sh does not exist" in found.message


def test_commands_in_other_tables_alternatives_and_scripts_in_bin(inspect: Inspect) -> None:
    manifest = {
        "prisma": {"seed": "tsx prisma/gone.ts"},
        "simple-git-hooks": {"pre-commit": "node gone.js"},
        "husky": {"hooks": {"pre-push": "npm run gone"}},
        "scripts": {"a": "sh -c './bin/gone.sh'", "b": "./bin/made", "prepare": "node -e 1 || node gone.js"},
    }

    found = inspect("package-script-broken", {"package.json": json.dumps(manifest, indent=0)})

    assert sorted(((one.severity, one.line) for one in found if one.severity != "info"), reverse=True) == [
        ("error", 14),
        ("error", 10),
        ("error", 6),
        ("error", 3),
    ]


def test_further_interpreters_runners_and_options(inspect: Inspect) -> None:
    text = scripts(
        start="true",
        a="start-server-and-test start http://localhost:3000 gone",
        b="deno run -A tools/gone.ts",
        c="python -m app.gone",
        d="uv run python gone.py && poetry run gone2.py",
        e="knex migrate:latest --knexfile db/gone.ts",
        f="kubectl apply -f deploy/gone.yaml",
        g="npx hardhat --network x run scripts/gone3.ts",
        h="forge script script/Gone4.s.sol:Gone --broadcast",
        i="infra/gone5.sh && vite-node gone6.ts",
    )
    quiet = scripts(
        start="true",
        a="start-server-and-test start 3000 start",
        b="python -m pytest && python -m app.there && python -m http.server",
        c="uv run pytest && uv run --with x there.py && deno task start",
        d="kubectl apply -f - && kubectl apply -f https://x.example.org/a.yaml",
        e="forge script Deploy && hardhat test there.ts && node_modules/x/y.js && app/there.sh",
    )
    tree = {
        "package.json": text,
        "app": {"there.py": ""},
        "ok": {"package.json": quiet, "there.py": "", "app": {"there.py": "", "there.sh": ""}},
    }

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", line) for line in (5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 13)]


def test_ignored_scripts_beside_tracked_ones(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(a="tsx tools/loadtest.ts", b="tsx local/mine.ts", c="bash own/run.sh"),
        ".gitignore": "tools/*\n!tools/load-test.ts\nlocal/\nown/run.sh\n",
        "tools": {"load-test.ts": ""},
        "own": {"other.sh": ""},
    }

    assert told(inspect("package-script-broken", tree)) == [
        ("error", "The script a fails: tools/loadtest.ts does not exist; tools/load-test.ts does.")
    ]


def test_one_finding_for_many_lacks_of_one_reason(inspect: Inspect) -> None:
    root = {f"dev:{name}": f"pnpm --filter @x/{name} dev" for name in ("alpha", "beta", "gamma", "delta")}
    member = {"dependencies": {"x": "1"}, "scripts": {"build": "tsc"}}
    tree = {
        "package.json": json.dumps({"name": "root", "scripts": root}),
        "pnpm-workspace.yaml": "packages: ['packages/*']\n",
        "pnpm-lock.yaml": "",
        "packages": {
            "own": {"package.json": '{"name": "own", "devDependencies": {"typescript": "5"}}'},
            **{
                name: {"package.json": json.dumps({"name": name, **member})} for name in ("one", "two", "three", "four")
            },
        },
    }

    found = inspect("package-script-broken", tree)

    text = "tsc is a program of typescript, which others ask for, and this package does not reach"
    assert told(found) == [
        ("warning", "4 workspaces that scripts choose are not there, the first of them @x/alpha."),
        ("warning", f"Scripts of 4 packages fail: {text}."),
    ]


def test_programs_count_from_the_folder_in_which_they_run(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root"}',
        "pnpm-workspace.yaml": "packages: ['packages/*']\n",
        "pnpm-lock.yaml": "",
        "packages": {
            "ui": {"package.json": '{"name": "ui", "devDependencies": {"storybook": "9"}}'},
            "a": {
                "package.json": '{"name": "a", "dependencies": {"x": "1"}, "scripts": {"a": "cd ../ui && pnpm exec storybook build"}}'
            },
        },
    }

    assert inspect("package-script-broken", tree) == []


def test_hostile_words_take_no_time(inspect: Inspect) -> None:
    text = scripts(
        a="node " + "../" * 6_000 + "dist/x.jsx",
        b="node " + "a/" * 9_000 + "dist/" * 200 + "x",
        c="yarn c " + "c " * 9_000,
        d="pnpm --filter " * 1_400,
    )
    start = time.process_time()
    inspect("package-script-broken", {"package.json": text})

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("pip install -r gone.txt", True),
        ("cd py && pip install -r requirements.txt", False),
        ("pip install -r py/requirements.txt", False),
        ("pip install -r $FILE -r https://a/b.txt", False),
    ],
)
def test_requirements_that_scripts_install(inspect: Inspect, script: str, told: bool) -> None:
    tree = {"package.json": scripts(py=script), "py": {"requirements.txt": "a==1\n"}}

    assert places(inspect("package-script-broken", tree)) == ([("error", "package.json", 4)] if told else [])


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("node --watch -r ts-node/register src/main.js", False),
        ("node --watch --require dotenv/config src/main.js", False),
        ("node --watch --import tsx/esm src/main.js", False),
        ("node --watch --loader ts-node/esm src/main.js", False),
        ("nodemon --watch src/lib src/main.js", False),
        ("node --watch -r ts-node/register src/gone.js", True),
        ("node --watch src/gone.js", True),
    ],
)
def test_what_node_loads_before_is_a_module_of_a_package(inspect: Inspect, command: str, told: bool) -> None:
    tree = {"package.json": json.dumps({"scripts": {"dev": command}}), "src": {"main.js": "", "lib": {"a.js": ""}}}

    found = [one for one in inspect("package-script-broken", tree) if "no manifest asks" not in one.message]

    assert [one.message for one in found] == (["The script dev fails: src/gone.js does not exist."] if told else [])


def test_a_script_that_was_copied_from_package_to_package_is_one_finding(inspect: Inspect) -> None:
    member = {"package.json": '{"name": "x", "scripts": {\n"fmt": "pnpm run fix"}}'}
    tree = {"package.json": '{"name": "root"}', "apps": dict.fromkeys("abcdef", member)}

    assert [(one.path, one.line, one.message) for one in inspect("package-script-broken", tree)] == [
        (
            "apps/a/package.json",
            2,
            "The same script fmt of 6 packages fails: apps/a/package.json has no script fix.",
        )
    ]


def test_a_script_by_the_short_name_of_its_manager(inspect: Inspect) -> None:
    """``npm t`` is no word of a script's name."""
    tree = {"package.json": scripts(test="node gone.js", check="npm t", again="npm t -- --watch")}

    assert [(one.severity, one.line) for one in inspect("package-script-broken", tree)] == [("error", 4)]


def test_scripts_without_the_right_to_be_started(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(a="./ci/a.py", b="python ci/a.py", c="./ci/b.sh && ci/a.py --x", d="ci/a.py || true"),
        "web": {"package.json": scripts(a="chmod +x a.py", b="./a.py"), "a.py": ""},
        "ci": {"a.py": "", "b.sh": ""},
    }

    found = inspect("package-script-broken", tree)
    assert [(one.path, one.fixes[0].title) for one in found] == [
        ("package.json", "git update-index --chmod=+x ci/a.py"),
        ("package.json", "git update-index --chmod=+x ci/a.py"),
    ]


def test_common_modules_in_a_package_of_es_modules(inspect: Inspect) -> None:
    package = {
        "type": "module",
        "scripts": {"test": "jest", "dev": "next dev"},
        "devDependencies": {"jest": "1", "next": "1"},
    }
    common = "// jest\nmodule.exports = {}\n"
    tree = {
        "web": {
            "package.json": json.dumps(package),
            "jest.config.js": common,
            "webpack.config.js": common,
            "next.config.js": "export default {}\n// module.exports = {}\n",
            "a.test.js": "",
        },
        "api": {
            "package.json": json.dumps({**package, "type": "commonjs"}),
            "jest.config.js": common,
            "a.test.js": "",
        },
    }

    assert places(inspect("package-script-broken", tree)) == [("error", "web/jest.config.js", 2)]


def test_files_that_only_begin_like_an_output_and_files_of_load_tests(inspect: Inspect) -> None:
    text = scripts(
        a="true && node coverage-total.js",
        b="node ci/build-gone.js",
        c="k6 run load/gone.js",
        d="tsc && node dist-web/a.js",
    )

    assert places(inspect("package-script-broken", {"package.json": text, "load": {"a.js": ""}})) == [
        ("error", "package.json", 4),
        ("error", "package.json", 5),
        ("error", "package.json", 6),
    ]


def test_scripts_whose_files_lay_in_one_folder_are_one_finding(inspect: Inspect) -> None:
    text = scripts(a="tsx src/gone/a.ts", b="tsx src/gone/b.ts", c="tsx src/lost.ts")

    found = inspect("package-script-broken", {"package.json": text, "src": {"x.ts": ""}})

    assert [(one.line, one.message) for one in found] == [
        (4, "The scripts a, b fail: src/gone/a.ts does not exist, nor do the other files of that folder."),
        (6, "The script c fails: src/lost.ts does not exist."),
    ]


def test_what_many_packages_bring_may_be_there_without_a_lock(inspect: Callable[..., list[Finding]]) -> None:
    manifest = {
        "name": "a",
        "scripts": {"clean": "rimraf dist", "test": "vitest run"},
        "devDependencies": {"eslint": "^8"},
    }

    (found,) = inspect("package-script-broken", {"package.json": json.dumps(manifest)})

    assert found.message.startswith("The script test fails: vitest")


@pytest.mark.parametrize(
    ("script", "extra", "told"),
    [
        ("tauri dev", {}, True),
        ("tauri build", {"src-tauri/Cargo.toml": ""}, True),
        ("tauri dev", {"src-tauri/tauri.conf.json": "{}"}, False),
        ("tauri dev", {"desktop/Tauri.toml": ""}, False),
        ("tauri build", {".gitignore": "src-tauri/\n"}, False),
        ("tauri init", {}, False),
    ],
)
def test_tauri_without_a_configuration(inspect: Inspect, script: str, extra: dict[str, str], *, told: bool) -> None:
    manifest = f'{{"scripts": {{"desktop": "{script}"}}, "devDependencies": {{"@tauri-apps/cli": "^2.0.0"}}}}'

    found = inspect("package-script-broken", {"package.json": manifest, **extra})

    assert ["tauri finds no tauri.conf.json" in one.message for one in found] == [True] * told


def test_many_files_of_one_manifest_that_are_gone_are_one_finding(inspect: Inspect) -> None:
    lost = {f"s{number}": f"node scripts/{number}.js" for number in range(4)}
    tree = {
        "many": {"package.json": scripts(**lost, there="node scripts/there.js"), "scripts": {"there.js": ""}},
        "few": {"package.json": scripts(a="node scripts/1.js", b="node scripts/2.js"), "scripts": {"there.js": ""}},
    }

    found = inspect("package-script-broken", tree)

    assert [(one.message, one.line) for one in found] == [
        ("4 files that scripts name are not there, the first of them scripts/0.js.", 4),
        ("The script a fails: scripts/1.js does not exist.", 4),
        ("The script b fails: scripts/2.js does not exist.", 5),
    ]
    assert [place.line for place in found[0].places] == [4, 5, 6, 7]


def test_only_what_is_sure_to_be_meant_is_written(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(a="node run/move.mjs", b="node run/sede.js", c="node run/add-teams.js"),
        "run": {"move.js": "", "seed.js": "", "add-user-teams.js": ""},
    }

    found = inspect("package-script-broken", tree)

    assert {one.message: [fix.title for fix in one.fixes if fix.actions] for one in found} == {
        "The script a fails: run/move.mjs does not exist; run/move.js does.": [],
        "The script b fails: run/sede.js does not exist; run/seed.js does.": ["write node run/seed.js"],
        "The script c fails: run/add-teams.js does not exist.": [],
    }
