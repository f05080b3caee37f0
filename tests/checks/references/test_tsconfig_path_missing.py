"""Paths of TypeScript configurations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_missing_aliases_parents_and_references(inspect: Inspect) -> None:
    tree = {
        "a": {
            "tsconfig.json": '{\n"compilerOptions": {"paths": {\n"@lib/*": ["./lib2/*"],\n"@none/*": ["./none/*"]\n}},\n'
            '"references": [{"path": "../gone"}]\n}',
            "src": {"a.ts": 'import x from "@lib/x";\n'},
        },
        "b": {"tsconfig.json": '{\n"extends": "../tsconfig.bas.json"\n}'},
        "tsconfig.base.json": "{}",
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [
        ("error", "a/tsconfig.json", 3),
        ("info", "a/tsconfig.json", 4),
        ("error", "a/tsconfig.json", 6),
        ("error", "b/tsconfig.json", 2),
    ]


def test_quiet_after_the_chain_with_endings_and_outputs(inspect: Inspect) -> None:
    tree = {
        "base.json": '{"compilerOptions": {"baseUrl": "./src", /* of all */ "paths": {"@a/*": ["a/*"], "@b": ["b"],}}}',
        "app": {
            "tsconfig.json": '{"extends": ["../base.json", "@tsconfig/node20/tsconfig.json"], "compilerOptions": {"paths": {'
            '"@a/*": ["a/*"], "react": ["./node_modules/@types/react"], "@gen/*": ["../app/generated/*"], "~/*": ["gone/*", "a/*"]}}}'
        },
        "src": {"a": {"x.ts": ""}, "b.ts": ""},
    }

    assert inspect("tsconfig-path-missing", tree) == []


def test_one_finding_for_many_wrong_references(inspect: Inspect) -> None:
    listed = ",\n".join(f'{{"path": "../gone{number}"}}' for number in range(5))
    found = inspect("tsconfig-path-missing", {"a": {"tsconfig.json": f'{{"references": [\n{listed}]}}'}})

    assert places(found) == [("error", "a/tsconfig.json", 2)]
    assert "../gone4 (6)" in found[0].evidence


def test_inputs_bases_and_shared_configurations(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root", "scripts": {"build": "tsc"}}',
        "shared": {"package.json": '{"name": "@a/config"}', "base.json": "{}"},
        "b": {"x.ts": ""},
        "tsconfig.json": '{"extends": [\n"@a/config/bse.json",\n"@no/where"],\n"include": ["source", "lib/**/*.ts"],\n'
        '"compilerOptions": {\n"baseUrl": "./source",\n"rootDir": "./source"},\n"references": [{"path": "b"}]}',
    }

    assert sorted(places(inspect("tsconfig-path-missing", tree))) == [
        ("error", "tsconfig.json", line) for line in (2, 3, 6, 8)
    ]


def test_quiet_about_inputs_that_are_there_or_made(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root", "devDependencies": {"@tsconfig/node22": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/brought": {}}}',
        "shared": {"package.json": '{"name": "@a/config"}', "base.json": "{}"},
        "src": {"a.ts": ""},
        "tsconfig.json": '{"extends": ["@a/config/base", "@tsconfig/node22/tsconfig.json", "brought/x.json"],'
        '"include": ["src", "test"], "compilerOptions": {"baseUrl": ".", "rootDir": "src"}}',
        "tsconfig.gen.json": '{"include": ["generated/**/*.ts", ".next/types/**/*.ts"], "references": [{"path": "./tsconfig.json"}]}',
    }

    assert inspect("tsconfig-path-missing", tree) == []


def test_a_parent_outside_of_the_repository(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"app": {"tsconfig.json": '{\n"extends": "../../tsconfig.base.json"}', "a.ts": ""}}

    assert places(inspect("tsconfig-path-missing", tree)) == [("error", "app/tsconfig.json", 2)]


def test_imports_below_another_configuration_are_of_its_aliases(inspect: Callable[..., list[Finding]]) -> None:
    alias = '{\n"compilerOptions": {"baseUrl": ".", "paths": {\n"@/*": ["./gone/*"]}}}'
    own = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./src/*"]}}}'
    source = {"src": {"a.ts": "import b from '@/b'\n", "b.ts": ""}}
    tree = {
        "tsconfig.json": alias,
        "web": {"tsconfig.json": own, **source},
        "heir": {"tsconfig.json": '{"extends": "../tsconfig.json"}'},
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [("info", "tsconfig.json", 3)]
    tree["heir"] = {**tree["heir"], **source}  # type: ignore[dict-item]
    assert places(inspect("tsconfig-path-missing", tree)) == [("error", "tsconfig.json", 3)]


@pytest.mark.parametrize(
    ("build", "config", "told"),
    [
        pytest.param("next build", "", True, id="next"),
        pytest.param("vite build", "export default { plugins: [] }", True, id="vite"),
        pytest.param("tsc --noEmit && vite build", "", True, id="after a check"),
        pytest.param("vite build", "export default { build: { outDir: 'lib' } }", False, id="told otherwise"),
        pytest.param("vite build --outDir lib", "", False, id="told by the command"),
        pytest.param("vite build && tsup", "", False, id="beside another one"),
        pytest.param("rollup -c", "", False, id="a bundler of libraries"),
    ],
)
def test_an_alias_into_sources_that_no_builder_of_applications_writes(
    inspect: Callable[..., list[Finding]], build: str, config: str, told: bool
) -> None:
    tree = {
        "package.json": f'{{"name": "a", "scripts": {{"build": "{build}"}}}}',
        "vite.config.ts": config,
        "tsconfig.json": '{"compilerOptions": {"paths": {"@lib/*": ["./lib/*"]}}}',
        "src": {"a.ts": "import x from '@lib/x';\n"},
    }

    assert places(inspect("tsconfig-path-missing", tree)) == ([("error", "tsconfig.json", 1)] if told else [])


@pytest.mark.parametrize(
    ("name", "own", "told"),
    [
        pytest.param("tsconfig.base.json", '"rootDir": "./src"', False, id="all heirs say otherwise"),
        pytest.param("tsconfig.base.json", '"strict": true', True, id="an heir takes it as it is"),
        pytest.param("tsconfig.json", '"rootDir": "./src"', True, id="the compiler takes it by itself"),
    ],
)
def test_the_root_of_a_configuration_that_is_only_extended(
    inspect: Callable[..., list[Finding]], name: str, own: str, told: bool
) -> None:
    tree = {
        "services": {
            name: '{"compilerOptions": {"strict": true, "rootDir": "./src"}}',
            "package.json": '{"scripts": {"build": "tsc"}}',
            "a": {
                "package.json": '{"scripts": {"build": "tsc"}}',
                "tsconfig.json": f'{{"extends": "../{name}", "compilerOptions": {{{own}}}}}',
                "src": {"a.ts": ""},
            },
        }
    }

    assert places(inspect("tsconfig-path-missing", tree)) == ([("error", f"services/{name}", 1)] if told else [])


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        pytest.param("client", True, id="misspelt above"),
        pytest.param("clients", False, id="made within a folder that is there"),
        pytest.param("build", False, id="an output"),
    ],
)
def test_what_git_ignores_below_a_folder_that_is_not_there(
    inspect: Callable[..., list[Finding]], folder: str, told: bool
) -> None:
    tree = {
        ".gitignore": "generated/\nbuild/\n",
        "program": {"clients": {"ts": {"src": {"index.ts": ""}}}},
        "web": {
            "tsconfig.json": f'{{"compilerOptions": {{"paths": {{"@made/*": ["../program/{folder}/ts/src/generated/*"]}}}}}}',
            "a.ts": "import x from '@made/x';\n",
        },
    }

    found = inspect("tsconfig-path-missing", tree)

    assert [(one.severity, one.path, "(program/clients does)" in one.message) for one in found] == (
        [("error", "web/tsconfig.json", True)] if told else []
    )


def test_an_alias_that_nobody_uses_is_told_once_a_folder(inspect: Callable[..., list[Finding]]) -> None:
    paths = '{"compilerOptions": {"paths": {"@/styles/*": ["./styles/*"]}}}'

    found = inspect("tsconfig-path-missing", {"tsconfig.json": paths, "tsconfig.server.json": paths, "a.ts": ""})

    assert places(found) == [("info", "tsconfig.json", 1)]


def test_an_alias_to_what_the_compiler_makes_of_sources_leads_to_the_sources(inspect: Inspect) -> None:
    paths = {"@a/*": ["./a/src/*.js"], "@b/*": ["./b/src/*.js"]}
    tree = {
        "tsconfig.json": json.dumps({"compilerOptions": {"paths": paths}}),
        "a": {"src": {"x.ts": "export {}\n"}},
        "main.ts": 'import "@a/x"\nimport "@b/x"\n',
    }

    (found,) = inspect("tsconfig-path-missing", tree)

    assert found.severity == "error"
    assert found.message.startswith("The alias @b/* leads to ./b/src/*.js, which does not exist")


def test_inputs_that_git_ignores_a_program_writes(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"scripts": {"build": "tsc"}}',
        "tsconfig.json": '{"include": ["./made/**/*.ts"]}',
        "readme.md": "",
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [("error", "tsconfig.json", 1)]
    assert inspect("tsconfig-path-missing", {**tree, ".gitignore": "made/**/*.ts\n"}) == []


def test_what_leads_into_one_folder_is_one_finding(inspect: Inspect) -> None:
    """Used and unused aliases, inputs and roots; an alias that is a dependency's name is only a warning."""
    paths = '"@own/a": ["../../packages/a/src"],\n"@own/a/*": ["../../packages/a/src/*"],\n"~/*": ["./lib/*"]'
    tree = {
        ".gitignore": "apps/**/lib/\n",
        "package.json": '{"name": "root"}',
        "libs": {"a": {"package.json": '{"name": "@own/a"}'}},
        "apps": {
            "web": {
                "package.json": '{"dependencies": {"@own/a": "*"}, "scripts": {"types": "tsc --noEmit"}}',
                "tsconfig.json": f'{{"compilerOptions": {{\n"rootDir": "./code",\n"paths": {{\n{paths}\n}}}},\n"include": ["code/**/*"]}}',
                "x.ts": 'import "@own/a";\nimport x from "@own/a";\nimport y from "~/y";\n',
            }
        },
    }

    found = inspect("tsconfig-path-missing", tree)

    assert [(one.severity, one.line, one.message) for one in found] == [
        ("error", 2, "rootDir is ./code, which does not exist: the compiler stops. include leads there, too."),
        (
            "warning",
            4,
            "The alias @own/a leads to ../../packages/a/src, which does not exist; apps/web/x.ts imports from it.",
        ),
        (
            "error",
            6,
            "The alias ~/* leads to ./lib/*, which does not exist and is ignored by git; apps/web/x.ts imports from it.",
        ),
    ]


@pytest.mark.parametrize(
    ("beside", "level"),
    [
        ({}, "info"),
        ({"libs/package.json": "{}"}, "info"),
        ({"libs/package.json": '{"scripts": {"build": "tsc -p tsconfig.build.json"}}'}, "info"),
        ({"libs/package.json": '{"scripts": {"build": "tsc && vite build -p x"}}'}, "error"),
        ({"app/tsconfig.json": '{"references": [{"path": "../libs"}], "files": []}'}, "info"),
        (
            {
                "app/tsconfig.json": '{"references": [{"path": "../libs"}], "files": []}',
                "app/package.json": '{"scripts": {"build": "tsc -b"}}',
            },
            "error",
        ),
        ({"package.json": '{"scripts": {"b": "tsc -p ./libs"}}'}, "error"),
        ({"README.md": "| libs/tsconfig.json | settings of the libraries |\n"}, "info"),
        ({"README.md": "Run `tsc -p libs/tsconfig.json`.\n"}, "error"),
        ({"Makefile": "types:\n\ttsc --project libs/tsconfig.json\n"}, "error"),
    ],
)
def test_a_configuration_by_which_nothing_is_compiled(inspect: Inspect, beside: dict[str, str], level: str) -> None:
    tree: dict[str, dict[str, str] | str] = {"libs": {"tsconfig.json": '{"include": ["src/**/*.ts"]}'}}
    for path, text in beside.items():
        folder, _, name = path.rpartition("/")
        here = tree.setdefault(folder, {}) if folder else tree
        here[name] = text  # type: ignore[index]

    assert [(one.severity, one.path) for one in inspect("tsconfig-path-missing", tree)] == [
        (level, "libs/tsconfig.json")
    ]


def test_a_configuration_of_a_package_that_another_member_asks_for(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root"}',
        "pnpm-workspace.yaml": "packages: [app, lib]\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "app": {"package.json": '{"name": "app", "dependencies": {"expo": "1"}}'},
        "lib": {"package.json": '{"name": "lib"}', "tsconfig.json": '{"extends": "expo/tsconfig.base"}'},
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [("error", "lib/tsconfig.json", 1)]
    assert inspect("tsconfig-path-missing", {**tree, ".npmrc": "shamefully-hoist=true\n"}) == []


def test_an_alias_of_a_configuration_says_something_to_what_it_takes(inspect: Inspect) -> None:
    """Tests beside it that it leaves out, and a configuration that nobody compiles by, fail for nobody."""
    aliased = '{"compilerOptions": {"paths": {"~/*": ["./lib/*"]}}, "include": ["src", "setup.ts"]}'
    code = "import x from '~/x';\n"
    manifest = '{"name": "a"}'
    scripts = '{"name": "a", "scripts": {"build": "tsc -p tsconfig.build.json"}}'
    tree = {
        "built": {"package.json": scripts, "tsconfig.build.json": aliased, "src": {"a.ts": code}},
        "idle": {"package.json": manifest, "tsconfig.build.json": aliased, "src": {"a.ts": code}},
        "left": {"package.json": manifest, "tsconfig.json": aliased, "setup.ts": "", "test": {"a.ts": code}},
        "taken": {"package.json": manifest, "tsconfig.json": aliased, "src": {"a.ts": code}},
    }

    assert {(one.path.partition("/")[0], one.severity) for one in inspect("tsconfig-path-missing", tree)} == {
        ("built", "error"),
        ("idle", "info"),
        ("left", "info"),
        ("taken", "error"),
    }


def test_one_folder_that_is_gone_is_told_once_for_configurations_beside_each_other(inspect: Inspect) -> None:
    built = '{"extends": "./tsconfig.json", "compilerOptions": {"rootDir": "./src"}, "include": [],\n"files": ["src/index.ts", "src/a.ts"]}'
    tree = {
        "package.json": '{"name": "a", "scripts": {"build": "tsc -p tsconfig.build.json",\n"types": "tsc --noEmit"}}',
        "tsconfig.json": '{"include": ["src/**/*"]}',
        "tsconfig.build.json": built,
        "web": {"package.json": '{"name": "b", "scripts": {"types": "tsc"}}', "tsconfig.json": '{"include": ["src"]}'},
    }

    assert [(one.severity, one.path) for one in inspect("tsconfig-path-missing", tree)] == [
        ("error", "tsconfig.build.json"),
        ("error", "web/tsconfig.json"),
    ]


def test_an_alias_is_not_led_to_the_index_of_another_part(inspect: Inspect) -> None:
    tree = {
        "tsconfig.json": '{"compilerOptions": {"paths": {"@a/gone": ["./libs/gone/src/index.ts"]}}}',
        "a.ts": "import '@a/gone';\n",
        "libs": {"ui": {"src": {"index.ts": ""}}},
    }

    titles = [fix.title for one in inspect("tsconfig-path-missing", tree) for fix in one.fixes]

    assert titles == [
        "lead @a/gone to what is there in place of ./libs/gone/src/index.ts, or bring libs/gone/src/index.ts back"
    ]


def test_what_many_configurations_lack_in_the_same_words_is_told_once(inspect: Inspect) -> None:
    text = '{"compilerOptions": {"rootDir": "src"}, "include": ["src"]}'
    manifest = '{"name": "NAME", "scripts": {"build": "tsc"}}'

    def tree(count: int) -> dict[str, Any]:
        names = [f"p{number}" for number in range(count)]
        return {name: {"package.json": manifest.replace("NAME", name), "tsconfig.json": text} for name in names}

    few = inspect("tsconfig-path-missing", tree(2))
    (found,) = inspect("tsconfig-path-missing", tree(5))

    assert len(few) == 2
    assert (found.path, len(found.related), "4 more configurations" in found.message) == ("p0/tsconfig.json", 4, True)


@pytest.mark.parametrize(
    ("base", "own", "told"),
    [
        ("{}", "", [("warning", "tsconfig.spec.json", 2)]),
        ('{"files": []}', "", []),
        ("{}", '"references": [], ', []),
    ],
)
def test_inputs_that_a_list_of_files_or_references_make_needless(
    inspect: Inspect, base: str, own: str, told: list[tuple[str, str, int]]
) -> None:
    """The compiler stops without inputs only where nothing may stand for them."""
    tree = {
        "tsconfig.json": base,
        "tsconfig.spec.json": f'{{"extends": "./tsconfig.json", {own}\n"include": ["specs/*.ts"]}}',
        "package.json": '{"scripts": {"typecheck": "tsc -p tsconfig.spec.json"}}',
    }

    assert places(inspect("tsconfig-path-missing", tree)) == told


def test_parents_of_a_configuration_that_nothing_names(inspect: Inspect) -> None:
    """It stops who starts the compiler by it, and nobody does."""
    tree = {
        "package.json": '{"scripts": {"build": "tsc -p tsconfig.build.json"}}',
        "tsconfig.lib.json": '{"extends": "./gone.json",\n"references": [{"path": "../gone/tsconfig.lib.json"}]}',
        "tsconfig.build.json": '{"extends": "./lost.json", "files": ["a.ts"]}',
        "a.ts": "",
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [
        ("error", "tsconfig.build.json", 1),
        ("info", "tsconfig.lib.json", 1),
        ("info", "tsconfig.lib.json", 2),
    ]


def test_what_two_parts_want_from_a_third_that_is_gone(inspect: Inspect) -> None:
    part = '{"references": [{"path": "../gone"}]}'
    tree = {"a": {"tsconfig.json": part, "a.ts": ""}, "b": {"tsconfig.json": part, "b.ts": ""}}

    (found,) = inspect("tsconfig-path-missing", tree)

    assert (found.severity, found.path, found.related[-1].path) == ("error", "a/tsconfig.json", "b/tsconfig.json")
