"""Entries of packages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_entries_that_nobody_makes(inspect: Inspect) -> None:
    text = '{\n"name": "a", "files": ["src"],\n"main": "index.js",\n"types": "typings/a.d.ts",\n"bin": {"a": "./cli.js"},\n'
    text += '"exports": {".": "./src/a.js", "./b": {"import": "./src/b.js"}}\n}'

    assert places(inspect("package-entry-missing", {"p": {"package.json": text, "src": {"a.js": ""}}})) == [
        ("warning", "p/package.json", 3)
    ]  # four of one package are one finding


def test_quiet_about_outputs_endings_and_packages(inspect: Inspect) -> None:
    text = '{"name": "a", "main": "dist/a.js", "module": "./lib/a.mjs", "types": "./src/a", "bin": "./cli", '
    text += '"browser": "expo-router/entry", "exports": {"./*": "./src/*.js", "./n": null, "./p": ["./gone.js", "./src/a.js"]}, '
    text += '"scripts": {"build": "rollup -c"}, "dependencies": {"expo-router": "1"}}'
    tree = {"package.json": text, "src": {"a.js": "", "a.ts": ""}, "cli.js": ""}

    assert inspect("package-entry-missing", tree) == []


def test_what_npm_writes_into_a_private_package_is_information(inspect: Inspect) -> None:
    found = inspect(
        "package-entry-missing", {"a": {"package.json": '{"name": "a", "private": true, "main": "index.js"}'}}
    )

    assert [one.severity for one in found] == ["info"]


def test_a_compiler_beside_a_bundler_proves_nothing(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "a", "main": "dist/a.js", "scripts": {"build": "vite build", "typecheck": "tsc"}}',
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src", "test"]}',
        "src": {"a.ts": ""},
        "test": {"b.ts": ""},
    }

    assert inspect("package-entry-missing", tree) == []


def test_imports_browser_and_one_finding_for_one_path(inspect: Inspect) -> None:
    text = (
        '{"name": "a", "files": ["index.js"],\n"imports": {\n"#db": "./db.js"},\n"browser": {\n"./index.js": "./gone.js",\n'
        '"fs": "empty"},\n"exports": {"import":\n"./lost.js",\n"require": "./lost.js"}}'
    )

    found = inspect("package-entry-missing", {"package.json": text, "index.js": ""})

    assert sorted(one.line for one in found) == [3, 5, 8]


def test_what_files_promises_and_styles(inspect: Inspect) -> None:
    text = '{"name": "a", "main": "a.js", "style":\n"./a.css", "files": [\n"bin",\n"dist",\n"README.md",\n"lib/**",\n"x.graphql"]}'
    private = text.replace('"name"', '"private": true, "name"', 1).replace("./a.css", "./a.js")
    tree = {"p": {"package.json": text, "a.js": ""}, "q": {"package.json": private, "a.js": ""}}

    assert places(inspect("package-entry-missing", tree)) == [
        ("warning", "p/package.json", 2),
        ("warning", "p/package.json", 3),
        ("warning", "p/package.json", 7),
    ]


def test_entries_that_a_build_is_known_not_to_make(inspect: Inspect) -> None:
    tsc = '{"name": "a", "main":\n"dist/main.js", "types": "dist/index.d.ts", "scripts": {"build": "tsc"}}'
    tsup = (
        '{"name": "b", "type": "module", "main":\n"dist/index.cjs", "module": "dist/index.js", "types":\n"dist/index.d.ts",'
        ' "bin":\n"dist/cli.js", "scripts": {"build": "tsup src/index.ts --format esm"}}'
    )
    options = '{"compilerOptions": {"outDir": "dist", "rootDir": "src", "declaration": true}}'
    source = {"src": {"index.ts": ""}}
    tree = {
        "a": {"package.json": tsc, "tsconfig.json": options, **source},
        "b": {"package.json": tsup, **source},
        "c": {"package.json": tsup.replace("esm", "esm,cjs --dts").replace("dist/cli.js", "dist/index.js"), **source},
        "d": {"package.json": tsup, "tsup.config.ts": "", **source},
    }

    assert places(inspect("package-entry-missing", tree)) == [
        ("warning", "a/package.json", 2),
        ("warning", "b/package.json", 2),
        ("warning", "b/package.json", 3),
        ("warning", "b/package.json", 4),
    ]


def test_an_entry_of_a_private_package_that_nobody_asks_for_is_information(inspect: Inspect) -> None:
    text = '{"name": "jobs", "private": true, "main": "dist/index.js", "scripts": {"build": "tsc"}}'
    jobs = {"package.json": text, "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}', "src": {"nightly.ts": ""}}
    user = {"package.json": '{"name": "web", "dependencies": {"jobs": "workspace:*"}}'}

    assert [one.severity for one in inspect("package-entry-missing", {"jobs": jobs})] == ["info"]
    assert [one.severity for one in inspect("package-entry-missing", {"jobs": jobs, "web": user})] == ["warning"]


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.message) for one in found]


def test_declarations_that_the_compiler_does_not_write(inspect: Inspect) -> None:
    def tree(options: str, extends: str = "", build: str = "tsc") -> dict[str, object]:
        manifest = {"name": "a", "main": "build/index.js", "types": "build/index.d.ts", "scripts": {"build": build}}
        config = f'{{{extends}"compilerOptions": {{"outDir": "build", "rootDir": "src"{options}}}, "include": ["src"]}}'
        return {"a": {"package.json": json.dumps(manifest), "tsconfig.json": config, "src": {"index.ts": ""}}}

    text = "types is build/index.d.ts, which does not exist: `npm run build` writes no declarations."
    assert told(inspect("package-entry-missing", tree(""))) == [("warning", text)]
    for quiet in (
        tree(', "declaration": true'),
        tree(', "composite": true'),
        tree("", '"extends": "@x/tsconfig", '),
        tree("", build="tsc && rollup -c"),
    ):
        assert inspect("package-entry-missing", quiet) == []


def test_what_the_compiler_writes_elsewhere_although_others_pack_it(inspect: Inspect) -> None:
    manifest = {
        "name": "desktop",
        "private": True,
        "main": "dist/electron/main.js",
        "scripts": {
            "build": "pnpm clean && tsc",
            "clean": "rimraf dist",
            "dist": "electron-builder",
            "dev": "tsc && electron .",
        },
        "devDependencies": {"electron": "1"},
    }
    server = {"name": "b", "main": "build/server.js", "scripts": {"build": "tsc"}}
    config = '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}'
    tree = {
        "desktop": {"package.json": json.dumps(manifest), "tsconfig.json": config, "src": {"main.ts": ""}},
        "server": {"package.json": json.dumps(server), "tsconfig.json": config, "src": {"server.ts": ""}},
        "bundled": {
            "package.json": json.dumps({**server, "scripts": {"build": "tsc && node bundle.js"}}),
            "tsconfig.json": config,
            "src": {"server.ts": ""},
        },
    }

    found = inspect("package-entry-missing", tree)

    assert {one.path: one.message for one in found} == {
        "desktop/package.json": "main is dist/electron/main.js, which does not exist; `pnpm run build` makes desktop/dist/main.js.",
        "server/package.json": "main is build/server.js, which does not exist; `npm run build` makes server/dist/server.js.",
    }


def test_folders_without_an_index_and_patterns(inspect: Inspect) -> None:
    manifest = {
        "name": "a",
        "main": "./src",
        "exports": {
            ".": "./src",
            "./x/*": "./dist/*.js",
            "./y/*": "./dist/y/*.js",
            "./z/": "./src/",
            "./w/*": "./w/*.css",
        },
        "scripts": {"build": "tsc"},
    }
    config = '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}'
    tree = {
        "a": {
            "package.json": json.dumps(manifest),
            "tsconfig.json": config,
            "src": {"helpers.ts": ""},
            "w": {"in": {"a.css": ""}},
        },
        "b": {"package.json": '{"name": "b", "main": "./lib"}', "lib": {"index.js": ""}},
    }

    assert told(inspect("package-entry-missing", tree)) == [
        ("warning", "exports.. is ./src, a folder without an index."),
        ("warning", "exports../y/* is ./dist/y/*.js, which does not exist, and no build is known to make it."),
    ]


def test_a_private_main_matters_where_something_reads_it(inspect: Inspect) -> None:
    def tree(name: str, **more: object) -> dict[str, object]:
        manifest = {"name": name, "private": True, "main": "src/gone.ts", **more}
        return {"package.json": json.dumps(manifest), "src": {"a.ts": ""}}

    user = {
        "package.json": '{"name": "user", "dependencies": {"used": "*", "asked": "*"}}',
        "a.ts": "import x from 'used';\n",
    }
    tree_of_all = {
        "used": tree("used"),
        "asked": tree("asked"),
        "mobile": tree("mobile", dependencies={"expo": "1"}),
        "beside": tree("beside", exports={".": "./src/a.ts"}),
        "user": user,
    }

    assert [(one.severity, one.path) for one in inspect("package-entry-missing", tree_of_all)] == [
        ("info", "asked/package.json"),
        ("info", "beside/package.json"),
        ("warning", "mobile/package.json"),
        ("warning", "used/package.json"),
    ]


def test_manifests_that_nx_copies_beside_its_output(inspect: Inspect) -> None:
    manifest = '{"name": "a", "main": "./src/index.js", "types": "./src/index.d.ts", "style": "./gone.css"}'
    library = {"package.json": manifest, "project.json": "{}", "src": {"index.ts": ""}}

    assert places(inspect("package-entry-missing", {"nx.json": "{}", "libs": {"a": library}})) == [
        ("warning", "libs/a/package.json", 1)
    ]


def test_a_private_main_beside_its_source_is_information(inspect: Inspect) -> None:
    tree = {
        "a": {"package.json": '{"name": "a", "private": true, "main": "./src/index.js"}', "src": {"index.ts": ""}},
        "b": {"package.json": '{"name": "b", "dependencies": {"a": "*"}}', "b.ts": "import a from 'a';\n"},
    }

    assert [one.severity for one in inspect("package-entry-missing", tree)] == ["info"]


SOURCE = {"index.ts": "export const a = 1\n"}
COMPILED = '{"compilerOptions": {"outDir": "OUT", "rootDir": "src"}, "include": ["src"]}\n'


@pytest.mark.parametrize(
    ("script", "files", "told"),
    [
        ("tsc", {"tsconfig.json": COMPILED.replace("OUT", "lib")}, True),
        ("esbuild src/index.ts --outfile=dist/main.js", {}, True),
        ("babel src -d lib", {}, True),
        ("rollup -c", {"rollup.config.js": "export default { output: { file: 'out/a.js' } }\n"}, True),
        ("vite build --outDir out", {}, True),
        ("tsc", {"tsconfig.json": COMPILED.replace("OUT", "dist")}, False),
        ("esbuild src/index.ts --outfile=dist/index.js", {}, False),
        ("babel src", {}, False),
        ("rollup -c", {"rollup.config.js": "export default { output: [{ file: pkg.main }, { file: 'out/a.js' }] }\n"}, False),
        ("rollup -c", {"rollup.config.js": "const file = 'dist/index.js'\nexport default { output: [{ file }, { file: 'a.js' }] }\n"}, False),
        ("node build.mjs", {"build.mjs": "write('dist/index.js')\n"}, False),
        ("nest build", {}, False),
        ("vite build", {}, False),
        ("vite build", {"vite.config.ts": "export default { build: { lib: true, outDir: 'out' } }\n"}, True),
        ("vite build", {"vite.config.ts": "export default { plugins: [dts({ outDir: 'dist/types' })], build: { lib: {} } }\n"}, False),
        ("webpack", {"webpack.config.js": "module.exports = { output: { path: path.resolve(__dirname, 'out') } };\n"}, True),
        ("webpack", {"webpack.config.js": "dotenv({ path: resolve('.env') });\nmodule.exports = { output: { path: OUT } };\n"}, False),
        ("tsc && cp -r lib dist", {"tsconfig.json": COMPILED.replace("OUT", "lib"), "Makefile": ""}, False),
    ],
)  # fmt: skip
def test_ignored_modules_that_builds_leave_elsewhere(
    inspect: Inspect, script: str, files: dict[str, str], told: bool
) -> None:
    package = f'{{"name": "a", "main": "dist/index.js",\n "scripts": {{"build": "{script}"}}}}\n'
    tree = {".gitignore": "dist\nlib\nout\n", "a": {"package.json": package, "src": SOURCE, **files}}

    found = inspect("package-entry-missing", tree)

    assert places(found) == ([("warning", "a/package.json", 1)] if told else [])


@pytest.mark.parametrize(
    ("scripts", "root", "files", "level"),
    [
        ('{"lint": "eslint ."}', '{"build": "turbo build", "test": "npm run test -ws"}', {}, "warning"),
        ('{"build": "tsc --noEmit"}', "{}", {}, "warning"),
        ("{}", '{"build": "tsc -b packages/a"}', {}, ""),
        ("{}", '{"build": "rollup -c"}', {}, ""),
        ("{}", "{}", {"vite.config.ts": ""}, ""),
        ("{}", "{}", {"Makefile": ""}, ""),
        ('{"build": "nest build"}', "{}", {}, ""),
    ],
)
def test_a_package_that_nobody_builds_is_told_once(
    inspect: Inspect, scripts: str, root: str, files: dict[str, str], level: str
) -> None:
    package = f'{{"name": "a",\n "main": "dist/index.js",\n "types": "dist/index.d.ts",\n "scripts": {scripts}}}\n'
    packages = {
        "a": {"package.json": package, "src": SOURCE, **files},
        "b": {"package.json": '{"name": "b", "dependencies": {"a": "*"}}\n'},
    }
    tree = {".gitignore": "dist\n", "package.json": f'{{"name": "r", "scripts": {root}}}\n', "packages": packages}

    found = inspect("package-entry-missing", tree)

    assert places(found) == ([(level, "packages/a/package.json", 2)] if level else [])


def test_what_is_written_into_a_part_of_a_folder_is_not_written_in_place_of_the_rest(inspect: Inspect) -> None:
    manifest = {
        "name": "a",
        "exports": {"./x": "./dist/x.js"},
        "scripts": {"build": "vite build --outDir dist/ui && tsc"},
    }
    tree = {
        "package.json": json.dumps(manifest),
        "tsconfig.json": COMPILED.replace("OUT", "dist"),
        "src": SOURCE,
        ".gitignore": "dist\n",
    }

    assert [one.message for one in inspect("package-entry-missing", tree) if "dist/ui" in one.message] == []


@pytest.mark.parametrize(("source", "safety"), [("bridge/index.ts", "manual"), ("src/index.ts", "unsafe")])
def test_the_entry_of_a_part_is_not_that_of_the_package(inspect: Inspect, source: str, safety: str) -> None:
    tree = {
        "package.json": '{"name": "a", "main": "dist/index.js", "scripts": {"build": "tsc"}}',
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "."}, "include": ["**/*.ts"]}',
        source: "export const a = 1\n",
        "cli.ts": "export const b = 1\n",
    }
    found = inspect("package-entry-missing", tree)

    assert [fix.safety for one in found for fix in one.fixes] == [safety]


@pytest.mark.parametrize(
    ("sources", "safety", "said"),
    [
        (("src/kinds/round.ts", "src/kinds/old/square.ts"), "manual", "dist/kinds/old/square.js"),
        (("src/square/index.ts", "src/kinds/square.ts"), "unsafe", "dist/square/index.js"),
        (("src/square.ts", "test/a.ts"), "unsafe", "dist/src/square.js"),
    ],
)
def test_a_namesake_of_another_folder_is_not_written_and_the_index_of_a_folder_comes_first(
    inspect: Inspect, sources: tuple[str, str], safety: str, said: str
) -> None:
    tree: dict[str, object] = {
        "package.json": '{"name": "a", "exports": {"./square": "./dist/square.js"}, "scripts": {"build": "tsc"}}',
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}, "include": ["src", "test"]}',
    }
    for one in (*sources, "src/index.ts"):
        tree[one] = "export const a = 1\n"

    (found,) = inspect("package-entry-missing", tree)

    assert found.message.endswith(f"which does not exist; `npm run build` makes {said}.")
    assert [fix.safety for fix in found.fixes] == [safety]
    assert [said in fix.title for fix in found.fixes] == [True]


def test_what_tools_fill_and_generators_write(inspect: Inspect) -> None:
    """Patterns into a folder that a tool's configuration names or git ignores, manifests that generators write, and declarations
    of a compiler whose configuration is cut off."""

    def entry(**more: object) -> str:
        return json.dumps({"name": "a", "version": "1.0.0", "scripts": {"build": "hardhat compile"}, **more})

    tree = {
        ".gitignore": "/b/abis\n",
        "a": {
            "package.json": entry(exports={"./abis/*": "./abis/*", "./none/*": "./none/*"}),
            "hardhat.config.ts": "export default { abiExporter: { path: './abis', runOnCompile: true } };\n",
        },
        "b": {"package.json": entry(exports={"./abis/*": "./abis/*.json"})},
        "src": {"generated": {"client": {"package.json": entry(main="./index.js", types="./index.d.ts")}}},
        "sdk": {
            "package.json": json.dumps(
                {"name": "sdk", "types": "dist/index.d.ts", "main": "dist/index.js", "scripts": {"build": "tsc"}}
            ),
            "tsconfig.json": '{"extends": "../gone.json", "compilerOptions": {"outDir": "dist"}, "include": ["src"]}',
            "src": {"index.ts": ""},
        },
    }

    assert [(one.path, one.message) for one in inspect("package-entry-missing", tree)] == [
        ("a/package.json", "exports../none/* is ./none/*, which does not exist, and no build is known to make it.")
    ]


def test_the_code_and_the_declarations_of_one_module_are_one_finding(inspect: Inspect) -> None:
    manifest = {"name": "a", "version": "1.0.0", "main": "made/a.js", "types": "made/a.d.ts"}
    apart = {**manifest, "types": "other/b.d.ts"}
    tree = {"a": {"package.json": json.dumps(manifest)}, "b": {"package.json": json.dumps(apart)}}

    assert [one.path for one in inspect("package-entry-missing", tree)] == [
        "a/package.json", "b/package.json", "b/package.json",
    ]  # fmt: skip


def test_forms_of_one_module_are_told_at_once(inspect: Inspect) -> None:
    manifest = (
        '{"name": "a", "exports": {"./mail": {"types":\n"./dist/mail.d.ts", "import": "./dist/mail.mjs", "require": "./dist/mail.js"}},'
        ' "scripts": {"build": "tsup src/index.ts src/mails/mail.ts --format esm,cjs --dts"}}'
    )
    tree = {"a": {"package.json": manifest, "src": {"index.ts": "", "mails": {"mail.ts": ""}}}}

    assert told(inspect("package-entry-missing", tree)) == [
        (
            "warning",
            "3 entries lead to what does not exist, the first of them ./dist/mail.d.ts; `npm run build` makes a/dist/mails/mail.d.ts.",
        )
    ]


def test_the_types_of_a_part_are_no_layout(inspect: Inspect) -> None:
    manifest = '{"name": "a", "main": "dist/index.js", "scripts": {"build": "tsc"}}'
    config = '{"compilerOptions": {"outDir": "dist", "rootDir": "src", "declaration": true}, "include": ["src"]}'
    tree = {"a": {"package.json": manifest, "tsconfig.json": config, "src": {"types": {"index.ts": ""}, "b.ts": ""}}}

    (found,) = inspect("package-entry-missing", tree)

    assert found.message == "main is dist/index.js, which does not exist, and no build is known to make it."
    assert [fix.safety for fix in found.fixes] == ["manual"]


def test_what_nx_copies_lists_what_nx_makes(inspect: Inspect) -> None:
    manifest = '{"name": "a", "files": ["index.d.ts", "gone.txt"]}'
    by_nx = {"nx.json": "{}", "a": {"package.json": manifest, "project.json": "{}"}}

    assert len(inspect("package-entry-missing", {"a": {"package.json": manifest}})) == 2
    assert inspect("package-entry-missing", by_nx) == []


def test_an_import_of_the_package_itself_that_nobody_uses(inspect: Inspect) -> None:
    manifest = '{"name": "a", "imports": {"#hooks/*": "./src/hooks/*.ts"}}'
    tree = {"a": {"package.json": manifest, "src": {"a.ts": "export {};\n"}}}
    used = {"a": {**tree["a"], "src": {"a.ts": "import '#hooks/b';\n"}}}

    assert [one.severity for one in inspect("package-entry-missing", tree)] == ["info"]
    assert [one.severity for one in inspect("package-entry-missing", used)] == ["warning"]


LIBRARY = {"name": "a", "version": "1.0.0", "main": "index.js", "types": "index.d.ts"}
BUNDLED = "export default { input: 'src/index.ts', output: { file: 'dist/index.js' } };\n"


@pytest.mark.parametrize(
    ("more", "config", "told"),
    [
        pytest.param({}, BUNDLED, True, id="its own settings"),
        pytest.param({}, "import base from '@acme/rollup';\nexport default base;\n", False, id="settings of a package"),
        pytest.param({}, "export default { ...(await import('@acme/rollup')).default };\n", False, id="spread"),
        pytest.param({}, "export { default } from '../rollup.base.mjs';\n", False, id="handed on"),
        pytest.param({"publishConfig": {"directory": "dist"}}, BUNDLED, False, id="published from below"),
        pytest.param({"scripts": {"build": "rollup -c && cp package.json dist"}}, BUNDLED, False, id="copied"),
        pytest.param(
            {"scripts": {"build": "rollup -c", "release": "npm publish ./dist"}}, BUNDLED, False, id="released"
        ),
        pytest.param({"scripts": {"build": "rollup -c", "release": "npm publish"}}, BUNDLED, True, id="released whole"),
    ],
)
def test_a_manifest_that_is_published_from_the_folder_of_the_build(
    inspect: Inspect, more: dict[str, Any], config: str, told: bool
) -> None:
    package = {**LIBRARY, "scripts": {"build": "rollup -c"}, **more}
    tree = {"package.json": json.dumps(package), "rollup.config.mjs": config, "src": {"index.ts": ""}}

    assert bool(inspect("package-entry-missing", tree)) is told


def test_where_to_the_compiler_writes_is_said_by_a_parent(inspect: Inspect) -> None:
    def member(main: str, parent: str) -> dict[str, Any]:
        package = {"name": main, "main": main, "scripts": {"build": "tsc"}}
        config = {"extends": parent, "include": ["src"]}
        return {"package.json": json.dumps(package), "tsconfig.json": json.dumps(config), "src": {"index.ts": ""}}

    shared = '{"compilerOptions": {"outDir": "${configDir}/lib", "rootDir": "${configDir}/src"}}'
    tree = {
        "base": {"package.json": '{"name": "@a/base", "exports": {"./node": "./node.json"}}', "node.json": shared},
        "right": member("lib/index.js", "@a/base/node"),
        "wrong": member("dist/index.js", "@a/base/node"),
        "unknown": member("dist/index.js", "@acme/base"),
    }

    found = inspect("package-entry-missing", tree)

    assert [(one.path, [fix.title for fix in one.fixes]) for one in found] == [
        ("wrong/package.json", ["write lib/index.js"]),
    ]


def test_the_configuration_of_tsup_lies_in_any_folder_above(inspect: Inspect) -> None:
    package = {"name": "a", "version": "1.0.0", "main": "lib/index.js", "scripts": {"build": "tsup src/index.ts"}}
    source = {"package.json": json.dumps(package), "src": {"index.ts": ""}}
    config = "export default { outDir: 'lib' };\n"

    assert places(inspect("package-entry-missing", {"a": {"b": source, "tsup.config.ts": config}, "c": source})) == [
        ("warning", "c/package.json", 1)
    ]


def test_a_main_in_place_of_what_the_build_makes(inspect: Inspect) -> None:
    options = {"outDir": "dist", "rootDir": "src"}
    tree = {
        "package.json": json.dumps({**LIBRARY, "types": "dist/index.d.ts", "scripts": {"build": "tsc"}}),
        "tsconfig.json": json.dumps({"compilerOptions": {**options, "declaration": True}, "include": ["src"]}),
        "src": {"index.ts": ""},
    }

    (found,) = inspect("package-entry-missing", tree)

    assert [(fix.title, fix.safety) for fix in found.fixes] == [("write dist/index.js", "unsafe")]


@pytest.mark.parametrize(("name", "told"), [("prisma-client-00f91698f36f17fa3d54", 0), ("prisma-client-tools", 1)])
def test_quiet_about_the_client_that_the_generator_of_prisma_writes(inspect: Inspect, name: str, told: int) -> None:
    manifest = json.dumps({"name": name, "main": "index.js", "exports": {"./native": "./native.js"}})
    found = inspect("package-entry-missing", {"db": {"made": {"package.json": manifest, "index.js": ""}}})
    assert len(found) == told
