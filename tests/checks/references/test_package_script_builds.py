"""Scripts of packages that run what a build writes, and what configurations of their tools name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.references.package_scripts import scripts, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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


def test_quiet_about_the_server_that_next_writes(inspect: Inspect) -> None:
    tree = {"package.json": scripts(start="node server.js"), "next.config.js": ""}

    assert inspect("package-script-broken", tree) == []


def test_outputs_of_folders_that_are_gone_and_paths_out_of_the_repository(inspect: Inspect) -> None:
    text = scripts(
        a="node ./clients/gone/dist/index.js",
        b="node clients/cli/dist/index.js",
        c="openapi-typescript ../../api/openapi.yaml -o src/api.ts",
        d="node dist/index.js && node vendor/x/dist/a.js && tool ../elsewhere/x.yaml",
    )
    cli = '{"name": "cli", "scripts": {"build": "rollup -c"}}'
    tree = {
        "web": {"package.json": text, "clients": {"cli": {"package.json": cli}}},
        "api": {"openapi.yaml": ""},
        ".gitignore": "dist/\n/web/vendor/\n",
    }

    assert told(inspect("package-script-broken", tree)) == [
        (
            "error",
            "The script a fails: the folder clients/gone does not exist, so that nothing makes ./clients/gone/dist/index.js.",
        ),
        (
            "error",
            "The script c fails: ../../api/openapi.yaml lies outside of the repository; ../api/openapi.yaml is there.",
        ),
    ]


def test_programs_that_no_crate_has(inspect: Inspect) -> None:
    text = scripts(
        a="cargo run --bin indexr",
        b="cargo build --release --bin api && cargo run --bin=seed",
        c='cargo run --bin "$BIN"',
    )
    crate = {
        "Cargo.toml": '[package]\nname = "api"\n',
        "src": {"main.rs": "", "bin": {"indexer.rs": "", "seed": {"main.rs": ""}}},
    }

    assert told(inspect("package-script-broken", {"package.json": text, "api": crate})) == [
        ("error", "The script a fails: no crate has a program indexr; indexer is one.")
    ]


NEST = '{{"scripts": {{"build": "nest build{options}",\n "start:prod": "node dist/{start}"}}}}\n'
OPTIONS = '{"compilerOptions": {"outDir": "./dist"}}\n'
WITH_JSON = '{"compilerOptions": {"outDir": "./dist", "resolveJsonModule": true}}\n'
BUILD = '{"extends": "./tsconfig.json", "exclude": ["node_modules", "test", "dist"]}\n'


@pytest.mark.parametrize(
    ("start", "more", "told"),
    [
        ("src/main.js", {}, True),
        ("main", {"prisma": {"seed.ts": ""}}, True),
        ("main", {}, False),
        ("main.js", {}, False),
        ("src/main", {"prisma": {"seed.ts": ""}}, False),
        ("src/main", {"tsconfig.json": WITH_JSON, "src": {"main.ts": "import data from '../package.json'\n"}}, False),
        ("main", {"tsconfig.json": WITH_JSON, "src": {"main.ts": "import data from '../package.json'\n"}}, True),
        ("main", {"src": {"main.ts": "import data from '../package.json'\n"}}, False),
        ("src/main", {"nest-cli.json": '{"compilerOptions": {"builder": "swc"}}'}, True),
        ("src/main", {"nest-cli.json": '{"compilerOptions": {"builder": "swc"}}', ".swcrc": "{}"}, False),
        ("src/main", {"nest-cli.json": '{"monorepo": true}'}, False),
        ("src/main", {"tsconfig.build.json": '{"extends": "@acme/base"}'}, False),
    ],
)
def test_where_nest_builds(inspect: Inspect, start: str, more: dict[str, Any], told: bool) -> None:
    package = NEST.format(options="", start=start)
    tree = {"package.json": package, "tsconfig.json": OPTIONS, "tsconfig.build.json": BUILD, "src": {"main.ts": ""}}

    found = inspect("package-script-broken", {".gitignore": "dist\n", "api": {**tree, **more}})

    assert places(found) == ([("error", "api/package.json", 2)] if told else [])


@pytest.mark.parametrize(
    ("start", "more", "main", "told"),
    [
        ("index.js", "", "", False),
        ("index.js", "", "import { a } from '../../lib/a.js'\n", True),
        ("api/src/index.js", "", "import { a } from '../../lib/a.js'\n", False),
        ("index.js", ', "rootDir": "src"', "import { a } from '../../lib/a.js'\n", False),
        ("index.js", "", "import type { t } from '../../lib/t'\n", False),
        ("index.js", "", "import { b } from '@lib/a'\n", False),
        ("api/src/index.js", ', "baseUrl": ".", "paths": {"@lib/*": ["../lib/*"]}', "import '@lib/a'\n", False),
        ("api/src/index.js", ', "paths": {"@b": ["../lib/b"]}', "import '@b'\n", False),
        ("api/src/index.js", "", "import { a } from '../../lib/b'\n", False),
        ("services/api/src/index.js", "", "import { a } from '../../lib/b'\n", False),
    ],
)
def test_what_is_imported_from_beside_moves_the_output(
    inspect: Inspect, start: str, more: str, main: str, told: bool
) -> None:
    """As tsc does: the folder that all it compiles share is that of what is imported, too, declarations left out."""
    package = f'{{"scripts": {{"build": "tsc",\n "start": "node dist/{start}"}}}}\n'
    tree = {
        "lib": {"a.ts": "", "b.ts": "import '../../core/c'\n" if start.startswith("services") else "", "t.d.ts": ""},
        "api": {
            "package.json": package,
            "tsconfig.json": f'{{"compilerOptions": {{"outDir": "dist"{more}}}, "include": ["src"]}}\n',
            "src": {"index.ts": main},
        },
    }

    found = inspect("package-script-broken", {".gitignore": "dist\n", "services": tree, "core": {"c.ts": ""}})

    assert places(found) == ([("error", "services/api/package.json", 2)] if told else [])


@pytest.mark.parametrize(
    ("build", "start", "told"),
    [
        ("esbuild a.ts --outfile=dist/a.js", "node build/a.js", True),
        ("esbuild a.ts --outfile=dist/a.js", "node dist/server.js", True),
        ("esbuild a.ts --outfile=dist/a.js", "node dist/a.js", False),
        ("esbuild a.ts --outfile=dist/a.js && cp -r dist build", "node build/a.js", False),
        ("next build", "node build/a.js", False),
    ],
)
def test_output_that_the_build_leaves_elsewhere(inspect: Inspect, build: str, start: str, told: bool) -> None:
    package = f'{{"scripts": {{"build": "{build}",\n "start": "{start}"}}}}\n'

    found = inspect("package-script-broken", {".gitignore": "dist\nbuild\n", "package.json": package, "a.ts": ""})

    assert places(found) == ([("warning", "package.json", 2)] if told else [])


@pytest.mark.parametrize(
    "program",
    [
        "console.log(fs.readdirSync('clients/typescript'));\n",
        "fs.mkdirSync('./clients/rust');\n",
        "fs.mkdirSync('./clients/typescript-old');\n",
    ],
)
def test_a_folder_that_a_program_only_reads_or_does_not_name(inspect: Inspect, program: str) -> None:
    text = scripts(build="cd clients/typescript && tsc", look="node scripts/look.mjs")

    found = inspect("package-script-broken", {"package.json": text, "scripts": {"look.mjs": program}})

    assert places(found) == [("error", "package.json", 4)]


JEST = """module.exports = {
  // setupFiles: ['./commented.js'],
  setupFilesAfterEnv: ['<rootDir>/test/there.js', '<rootDir>/test/gone.js'],
  globalSetup: './test/there',
};
"""
PLAYWRIGHT = """export default defineConfig({
  testDir: './tests/e2e',
  globalSetup: require.resolve('./global-setup.ts'),
  reporter: [['html', { outputFolder: './report' }]],
});
"""
VITE = """export default { resolve: { alias: {
  '@': path.resolve(__dirname, './src'),
  '@core': path.resolve(__dirname, '../core/src'),
  '@ui': resolve(__dirname, '../../ui/src'),
} }, build: { outDir: path.resolve(__dirname, '../made') } };
"""


def test_what_configurations_of_tests_and_bundlers_name(inspect: Inspect) -> None:
    tree = {
        "package.json": scripts(test="jest"),
        "jest.config.js": JEST,
        "test": {"there.js": ""},
        "tests": {"playwright.config.ts": PLAYWRIGHT, "global-setup.ts": ""},
        "web": {"package.json": "{}", "vite.config.ts": VITE, "src": {"a.ts": "import '@core/x';\n"}},
        "idle": {"package.json": "{}", "vite.config.ts": VITE, "src": {"a.ts": "import '@corex/y';\n"}},
        "moved": {"jest.config.ts": "export default { rootDir: '../x', setupFiles: ['<rootDir>/y.js'] };\n"},
    }

    found = inspect("package-script-broken", tree)

    assert [(one.severity, one.path) for one in found if one.severity == "info"] == [("info", "idle/vite.config.ts")]
    assert [(one.severity, one.path, one.line, one.message) for one in found if one.severity != "info"] == [
        ("error", "jest.config.js", 3, "setupFilesAfterEnv is test/gone.js, which does not exist: no test runs."),
        ("warning", "moved/jest.config.ts", 1, "setupFiles is y.js, which does not exist: no test runs."),
        ("warning", "tests/playwright.config.ts", 2, "testDir is ./tests/e2e, which does not exist: no test is found."),
        (
            "warning",
            "web/vite.config.ts",
            3,
            "The alias @core leads to ../core/src, which does not exist. So do 1 more aliases.",
        ),
    ]


@pytest.mark.parametrize("option", ["preset: '../jest.preset.js'", "roots: ['<rootDir>', '<rootDir>/units']"])
def test_jest_stops_without_its_preset_or_a_folder_of_roots(inspect: Inspect, option: str) -> None:
    package = {"package.json": scripts(test="jest"), "jest.config.js": f"module.exports = {{\n  {option},\n}};\n"}
    whole = {"jest.preset.js": "", "ui": {**package, "units": {"a.test.js": ""}}}
    named = {
        "ui": {"package.json": package["package.json"], "jest.config.js": "module.exports = { preset: 'ts-jest' };\n"}
    }

    assert places(inspect("package-script-broken", {"ui": package})) == [("error", "ui/jest.config.js", 2)]
    assert inspect("package-script-broken", whole) == []
    assert inspect("package-script-broken", named) == []


@pytest.mark.parametrize(("command", "level"), [("jest", "error"), ("jest -c other.js", "warning")])
def test_what_the_configuration_of_jest_in_a_manifest_names(inspect: Inspect, command: str, level: str) -> None:
    jest = '"jest": {\n  "setupFiles": ["<rootDir>/there.js"],\n  "setupFilesAfterEnv": ["<rootDir>/test/gone.js"]\n}'
    manifest = f'{{"scripts": {{"test": "{command}"}}, "setupFiles": ["./no.js"],\n{jest}}}\n'
    tree = {"package.json": manifest, "there.js": "", "other.js": ""}

    assert places(inspect("package-script-broken", tree)) == [(level, "package.json", 4)]


VITEST = "export default { test: { setupFiles: ['./setup.ts'] } };\n"


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"vitest.config.ts": VITEST}, [("error", "vitest.config.ts", 1)]),
        ({"libs": {"ui": {"vite.config.mts": VITEST, "setup.ts": ""}}}, []),
        ({"test": {"vitest.config.ts": VITEST}, "setup.ts": ""}, []),
        ({"config": {"vitest.config.ts": VITEST}, "web": {"package.json": "{}", "setup.ts": ""}}, []),
        ({"libs": {"ui": {"vite.config.mts": VITEST}}}, [("error", "libs/ui/vite.config.mts", 1)]),
        ({"package.json": "{}", "vitest.config.ts": VITEST}, [("warning", "vitest.config.ts", 1)]),
    ],
    ids=["nowhere", "in its own folder", "in the package", "shared by a package", "in none", "that nothing starts"],
)
def test_vitest_is_started_in_a_package_or_beside_its_configuration(
    inspect: Inspect, tree: dict[str, object], found: list[tuple[str, str, int]]
) -> None:
    assert places(inspect("package-script-broken", {"package.json": scripts(test="vitest"), **tree})) == found


@pytest.mark.parametrize("text", ["setupFiles: [" * 20_000, "testDir: '" + "./" * 60_000, "'@" * 60_000])
def test_hostile_configurations_take_no_time(inspect: Inspect, text: str) -> None:
    begin = time.monotonic()

    assert inspect("package-script-broken", {"package.json": "{}", "jest.config.js": text}) == []
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("options", "source", "made"),
    [
        ('"outDir": "dist"', "import { x } from '../../shared/x';\n", "dist/api/src/index.js"),
        ('"outDir": "dist"', "import { x } from './x';\n", ""),
        ('"outDir": "dist", "rootDir": "src"', "import { x } from '../../shared/x';\n", ""),
        ('"outDir": "dist", "resolveJsonModule": true', "import p from '../package.json';\n", "dist/src/index.js"),
    ],
)
def test_an_import_moves_what_the_compiler_counts_from(
    inspect: Callable[..., list[Finding]], options: str, source: str, made: str
) -> None:
    tree = {
        "shared": {"x.ts": ""},
        "api": {
            "package.json": '{"scripts": {"build": "tsc", "start": "node dist/index.js"}}',
            "tsconfig.json": f'{{"compilerOptions": {{{options}}}, "include": ["src"]}}',
            "src": {"index.ts": source, "x.ts": ""},
        },
    }

    found = inspect("package-script-broken", tree)

    assert [made in one.message for one in found] == [True] * bool(made)
