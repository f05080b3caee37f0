"""Imports that leave their package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def package(**more: str) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **more})


def test_one_finding_for_a_file_and_a_place(inspect: Inspect) -> None:
    code = (
        "import a from '../../shared/a.js';\nimport b from '../../shared/b.js';\nconst c = require('../../../lib/c');\n"
    )
    tree = {
        "services": {"api": {"package.json": package(), "src": {"a.js": code}}, "shared": {"a.js": "", "b.js": ""}},
        "lib": {"c.js": ""},
    }

    assert places(inspect("import-escapes-project", tree)) == [
        ("warning", "services/api/src/a.js", 1),
        ("warning", "services/api/src/a.js", 3),
    ]


def test_quiet_inside_of_the_package_and_of_the_workspace(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}',
        "package-lock.json": "{}",
        "packages": {
            "a": {
                "package.json": package(),
                "c.ts": "",
                "src": {"deep": {"a.ts": "import type b from '../../../b/src/b';\nimport c from '../../c';\n"}},
            },
            "b": {"package.json": '{"name": "b"}', "src": {"b.ts": ""}},
        },
        "lone": {
            "package.json": package(),
            "a.ts": "// import x from '../x';\nconst text = 'see ../../x';\n",
            "esm": {"package.json": '{"type": "module"}', "b.js": "import a from '../a.js';\n"},
        },
    }

    assert inspect("import-escapes-project", tree) == []


def test_configuration_and_declared_reach_are_information(inspect: Inspect) -> None:
    tree = {
        "web": {
            "package.json": package(),
            "vite.config.ts": "import base from '../vite.base';\n",
            "tsconfig.json": '{"include": ["src", "../shared"]}',
            "src": {"a.ts": "import s from '../../shared/s';\n"},
        },
        "shared": {"s.ts": ""},
        "vite.base.ts": "",
    }

    assert {one.severity for one in inspect("import-escapes-project", tree)} == {"info"}


def test_search_paths_of_python(inspect: Inspect) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\n\n"
        'sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "common" / "src"))\n'
        'sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "common"))\n'
        'sys.path.append("/home/somebody/common")\n'
        "ROOT = Path(__file__).parent.parent\nsys.path.insert(0, str(ROOT))\n"
        "sys.path.append('..')\n"
    )
    tree = {
        "api": {"pyproject.toml": '[project]\nname = "api"\nversion = "1"\n', "src": {"a.py": code}},
        "common": {"src": {"b.py": ""}},
    }

    assert places(inspect("import-escapes-project", tree)) == [("warning", "api/src/a.py", line) for line in (4, 5, 6)]


def test_crates_and_modules_outside_of_the_repository(inspect: Inspect) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\n\n[dependencies]\nb = { path = "../b" }\nc = { path = "c" }\n',
        "c": {"Cargo.toml": '[package]\nname = "c"\n'},
        "go.mod": "module a\n\ngo 1.22\n\nreplace x/y => ../y\n\nreplace x/z => ./z\n",
    }

    assert places(inspect("import-escapes-project", tree)) == [("error", "Cargo.toml", 5), ("error", "go.mod", 5)]


def test_a_package_beside_the_workspace(inspect: Inspect) -> None:
    lone = {"package.json": package(), "a.ts": "import b from '../../packages/b/b';\nimport c from '../../../c';\n"}
    tree = {
        "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}',
        "package-lock.json": "{}",
        "packages": {"b": {"package.json": '{"name": "b"}', "b.ts": ""}},
        "tools": {"x": lone},
    }

    assert places(inspect("import-escapes-project", tree)) == [
        ("warning", "tools/x/a.ts", 1),
        ("warning", "tools/x/a.ts", 2),
    ]


def test_files_that_rust_sources_build_in(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "a"\nversion = "1.0.0"\n'
    tree = {
        "a": {
            "Cargo.toml": crate,
            "src": {
                "lib.rs": '\nconst A: &str = include_str!("../../shared/a.json");\n#[path = "../../shared/b.rs"]\nmod b;\n'
                '#![doc = include_str!("../../README.md")]\nconst C: &str = include_str!("../own.txt");\n'
            },
            "own.txt": "",
        },
        "shared": {"a.json": "{}", "b.rs": ""},
        "README.md": "",
    }

    assert places(inspect("import-escapes-project", tree)) == [
        ("warning", "a/src/lib.rs", 2),
        ("info", "a/src/lib.rs", 5),
    ]


def test_search_paths_of_tests_are_information(inspect: Callable[..., list[Finding]]) -> None:
    text = 'import sys\nsys.path.insert(0, "../shared")\n'
    tree = {"a": {"pyproject.toml": "", "tests": {"x.py": text}, "run.py": text}, "shared": {"b.py": ""}}

    assert [one.path for one in inspect("import-escapes-project", tree) if one.severity == "warning"] == ["a/run.py"]


SIBLINGS = {
    "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*", "apps/*"]}',
    "package-lock.json": "{}",
}


def members(**of_a: object) -> dict[str, object]:
    """A workspace whose member ``a`` has these files, beside a member ``b`` with sources."""
    b = {"package.json": '{"name": "b"}', "src": {"b.ts": "export const b = 1;\n", "b.test.ts": ""}}
    return {**SIBLINGS, "packages": {"a": of_a, "b": b}}


def test_values_of_a_sibling_that_is_no_dependency_are_told(inspect: Inspect) -> None:
    code = "import {\n  b,\n} from '../../b/src/b';\nconst c = require('../../b/src/b');\nexport const d = () => import('../../b/src/b.js');\n"

    found = inspect("import-escapes-project", members(**{"package.json": package(), "src": {"a.ts": code}}))

    assert places(found) == [("warning", "packages/a/src/a.ts", 3)]
    assert found[0].message == (
        "../../b/src/b and 2 more takes sources of packages/b, on which packages/a does not depend: whatever holds or "
        "builds only packages/a lacks them."
    )


def test_the_compiler_refuses_sources_outside_of_its_root(inspect: Inspect) -> None:
    code = "export type { B } from '../../b/src/b.js';\n"
    manifest = package(scripts={"build": "tsc -p tsconfig.build.json"})  # type: ignore[arg-type]
    config = '{"compilerOptions": {"rootDir": "./src", "outDir": "dist"}, "include": ["src"]}'
    composite = '{"compilerOptions": {"composite": true}, "include": ["src"]}'
    bound = config.replace('"include"', '"references": [{"path": "../b"}], "include"')

    def told(text: str, **more: str) -> list[tuple[str, str]]:
        files = {"package.json": manifest, "tsconfig.build.json": text, "src": {"a.ts": code}, **more}
        return [(one.severity, one.message) for one in inspect("import-escapes-project", members(**files))]

    assert told(config) == [
        ("error", "../../b/src/b.js lies outside of rootDir packages/a/src: the compiler stops (TS6059).")
    ]
    assert told(composite) == [
        ("error", "../../b/src/b.js is no input of the composite project: the compiler stops (TS6307).")
    ]
    assert told(bound) == []


def test_an_output_that_moves_takes_the_entry_along(inspect: Inspect) -> None:
    manifest = json.dumps({"name": "a", "main": "dist/a.js", "scripts": {"build": "tsc"}})
    config = '{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}'
    files = {
        "package.json": manifest,
        "tsconfig.json": config,
        "src": {"a.ts": "import type { B } from '../../b/src/b';\n"},
    }

    found = inspect("import-escapes-project", members(**files))

    assert places(found) == [("warning", "packages/a/src/a.ts", 1)]
    assert found[0].message == (
        "../../b/src/b makes the compiler count its output from a folder above packages/a: dist/a.js, which "
        "package.json names, is no longer where it writes."
    )


def test_types_tests_scripts_and_what_is_covered_are_left_alone(inspect: Inspect) -> None:
    value, types = "import { b } from '../../b/src/b';\n", "import type { B } from '../../b/src/b';\n"
    named = "import { type B, type C } from '../../b/src/b';\ntype D = import('../../b/src/b').D;\n"
    covering = '{"include": ["src", "../b/src/**/*"]}'
    quiet = {
        "types": {"package.json": package(), "src": {"a.ts": types, "c.ts": named}},
        "aside": {
            "package.json": package(),
            "src": {"a.test.ts": value, "a.stories.tsx": value},
            "scripts": {"a.ts": value},
            "vite.config.ts": "import b from '../b/src/b';\n",
        },
        "covered": {"package.json": package(), "tsconfig.json": covering, "src": {"a.ts": value}},
    }

    for files in quiet.values():
        assert inspect("import-escapes-project", members(**files)) == []
    above = {**members(**{"package.json": package(), "src": {"a.ts": value}}), "tsconfig.json": "{}"}
    assert inspect("import-escapes-project", above) == []


def test_a_dependency_past_its_entry_is_information(inspect: Inspect) -> None:
    manifest = package(dependencies={"b": "*"})  # type: ignore[arg-type]
    found = inspect(
        "import-escapes-project", members(**{"package.json": manifest, "src": {"a.ts": "import '../../b/src/b';\n"}})
    )

    assert [(one.severity, one.message) for one in found] == [
        ("info", "../../b/src/b goes past what packages/b exports, although packages/a depends on it.")
    ]


def test_long_statements_take_no_time(inspect: Inspect) -> None:
    code = "import {\n" + "  type a,\n" * 20_000 + "} from '../../b/src/b';\n" + "import " * 20_000
    assert places(inspect("import-escapes-project", members(**{"package.json": package(), "src": {"a.ts": code}}))) == [
        ("warning", "packages/a/src/a.ts", 20_002)
    ]


def test_scripts_of_a_lone_package_are_information(inspect: Inspect) -> None:
    tree = {
        "a": {"package.json": package(), "scripts": {"a.js": "import b from '../../shared/b.js';\n"}},
        "shared": {"b.js": ""},
    }

    assert places(inspect("import-escapes-project", tree)) == [("info", "a/scripts/a.js", 1)]


STORE = "import a from '../../../node_modules/.pnpm/%s@1.0.0/node_modules/%s/a.js';\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"test": {"a.test.ts": "import { b } from '../../packages/b/src/b';\n"}},
            ["packages/packages does not exist"],
        ),
        (
            {"src": {"a.ts": "import x from '../../b/src/gone';\nimport d from '../../b/d.json';\n"}},
            ["packages/b/src/gone does not exist", "packages/b/d.json does not exist"],
        ),
        ({"src": {"a.ts": STORE % ("x", "x") + STORE % ("y", "y")}}, ["reaches into the store"]),
        (
            {
                "src": {
                    "a.ts": "/*\nimport x from '../../c/gone';\n*/\nconst t = `\nimport x from '../../c/gone';\n`;\n"
                }
            },
            [],
        ),
        ({"src": {"a.ts": "import x from '../../b/dist/gone';\nimport y from '../../b/src/generated/y';\n"}}, []),
        ({"src": {"a.ts": "import x from '../../b/logo.svg?raw';\n"}}, []),
        ({"scripts": {"a.mjs": "import x from '../../b/src/b.js';\n"}}, []),
        ({"templates": {"a.ts": "import x from '../../../gone';\n"}}, []),
    ],
)
def test_imports_of_what_is_not_there(inspect: Inspect, files: dict[str, object], told: list[str]) -> None:
    found = inspect("import-escapes-project", members(**{"package.json": package(), **files}))

    lost = [one for one in found if "leads nowhere" in one.message or "reaches into" in one.message]
    assert [one.severity for one in lost] == ["warning"] * len(told)
    assert all(text in one.message for one, text in zip(lost, told, strict=True))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("src/a.ts", "import x from './gone';\n", id="beside it"),
        pytest.param("src/a.tsx", "import {\n  x,\n} from '../lib/gone.js';\n", id="several lines"),
        pytest.param("src/a.js", "const x = require('./deep/gone');\n", id="require"),
        pytest.param("src/a.mjs", "export * from './gone.mjs';\n", id="export"),
        pytest.param("src/a.vue", "<script>\nimport './gone'\n</script>\n", id="component"),
        pytest.param("src/a.ts", "const x = lazy(() => import('./gone'));\n", id="dynamic"),
        pytest.param("src/a.ts", "import x from './Other';\n", id="upper case"),
        pytest.param("app/a.py", "from .gone import x\n", id="module"),
        pytest.param("app/deep/a.py", "import os\nfrom ..gone.inner import x\n", id="of the package above"),
    ],
)
def test_an_import_within_a_package_that_leads_nowhere(inspect: Inspect, path: str, code: str) -> None:
    tree = {"package.json": package(), "src/other.ts": "", "app/__init__.py": "", path: code}

    assert [(one.severity, one.path) for one in inspect("import-escapes-project", tree)] == [("warning", path)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param(
            "src/a.ts", "import a from './there';\nimport b from './deep';\nimport c from './there.js';\n", id="there"
        ),
        pytest.param(
            "src/a.ts", "import a from './screen';\nimport b from './data.json?raw';\n", id="platforms and queries"
        ),
        pytest.param("src/a.ts", "import a from './gone.css';\nimport b from './gone.svg';\n", id="assets"),
        pytest.param("src/a.ts", "import a from './generated/x';\nimport b from '../dist/x';\n", id="made"),
        pytest.param("src/a.ts", "import a from './made-by-script';\n", id="named in a script"),
        pytest.param("src/a.ts", "import a from './ignored-one';\n", id="ignored"),
        pytest.param("src/a.ts", "// import a from './gone';\n/* import b from './gone' */\n", id="comments"),
        pytest.param(
            "src/a.ts", "const a = `\nimport b from './gone';\n`;\nconst c = \"import d from './gone'\";\n", id="texts"
        ),
        pytest.param("src/a.js", "try { require('./gone'); } catch {}\nimport('./gone').catch(() => 1);\n", id="tried"),
        pytest.param(
            "src/a.ts", "try {\n  const { a } = await import('./gone');\n} catch {}\n", id="tried and taken apart"
        ),
        pytest.param("docs/test-examples/a.ts", "import a from './gone';\n", id="examples"),
        pytest.param("src/a.tsx", "const a = <code>import b from './gone'</code>;\n", id="shown"),
        pytest.param("legacy/a.js", "import a from './gone';\n", id="old code"),
        pytest.param("fixtures/a.js", "import a from './gone';\n", id="fixture"),
        pytest.param("app/a.py", "from .there import x\nfrom . import y\nfrom .inner import z\n", id="modules"),
        pytest.param(
            "app/a.py", "try:\n    from .gone import x\nexcept ImportError:\n    x = None\n", id="tried modules"
        ),
        pytest.param(
            "app/a.py", "from ._native import x\nfrom .api_pb2 import y\nfrom .version import z\n", id="made modules"
        ),
        pytest.param("app/a.py", 'TEXT = """\nfrom .gone import x\n"""\n', id="texts of Python"),
        pytest.param("found/a.py", "from .gone import x\n", id="package that finds its modules"),
        pytest.param("native/a.py", "from .gone import x\n", id="package that is compiled"),
    ],
)
def test_quiet_about_imports_that_lead_somewhere(inspect: Inspect, path: str, code: str) -> None:
    tree = {
        ".gitignore": "ignored-one.ts\n",
        "package.json": package(scripts="x").replace('"x"', '{"gen": "make-code src/made-by-script.ts"}'),
        "src": {"there.ts": "", "deep": {"index.ts": ""}, "screen.ios.tsx": "", "data.json": "{}"},
        "app": {"__init__.py": "", "there.py": "", "inner": {"b.py": ""}},
        "found": {"__init__.py": "__path__ = []\n"},
        "native": {"__init__.py": "", "Cargo.toml": '[package]\nname = "n"\n'},
        path: code,
    }

    assert inspect("import-escapes-project", tree) == []


def test_what_a_package_lost_is_told_once_a_file_or_once(inspect: Inspect) -> None:
    few = {"package.json": package(), "a.ts": "import './gone';\n", "deep": {"b.ts": "import '../gone';\n"}}
    many = {"package.json": package(), "a.ts": "".join(f"import './gone{number}';\n" for number in range(5))}

    found = inspect("import-escapes-project", {"few": few, "many": many})

    assert [(one.path, one.message, one.evidence) for one in found] == [
        (
            "few/a.ts",
            "./gone leads nowhere: few/gone does not exist.",
            "./gone (few/a.ts:1), ../gone (few/deep/b.ts:1)",
        ),
        (
            "many/a.ts",
            "./gone0 leads nowhere: many/gone0 does not exist. So do 4 more imported files.",
            ", ".join(f"./gone{number} (many/a.ts:{number + 1})" for number in range(5)),
        ),
    ]


def test_another_case_is_shown_and_roots_that_are_one_are_trusted(inspect: Inspect) -> None:
    tree = {"package.json": package(), "src": {"a.ts": "import './Button';\n", "button.tsx": ""}}

    [found] = inspect("import-escapes-project", tree)

    assert found.message == "./Button leads nowhere: src/Button does not exist; src/button.tsx does."
    assert (
        inspect("import-escapes-project", {**tree, "tsconfig.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}'})
        == []
    )


@pytest.mark.parametrize(
    "code", ["from './" * 60_000, "import " * 90_000 + "'./a", "require(" + " " * 400_000, "'./a/" * 90_000]
)
def test_hostile_sources_take_no_time(inspect: Inspect, code: str) -> None:
    assert inspect("import-escapes-project", {"package.json": package(), "a.ts": code}) == []


ALIASED = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./src/*"], "~lib/*": ["./lib/*", "./vendor/*"]}}}'


@pytest.mark.parametrize(
    ("code", "target"),
    [
        pytest.param("import x from '@/odds';\n", "src/odds", id="default"),
        pytest.param("export { y } from '@/deep/odds.js';\n", "src/deep/odds.js", id="export"),
        pytest.param("const z = require('~lib/odds');\n", "lib/odds", id="several targets"),
        pytest.param("import type { T } from '@/types/odds';\n", "src/types/odds", id="types"),
    ],
)
def test_an_alias_that_leads_to_no_file(inspect: Inspect, code: str, target: str) -> None:
    tree = {"package.json": package(), "tsconfig.json": ALIASED, "lib": {"a.ts": ""}, "src": {"a": {"b.ts": code}}}

    assert [
        (one.severity, one.path, one.line, one.message.partition(": ")[2])
        for one in inspect("import-escapes-project", tree)
    ] == [("warning", "src/a/b.ts", 1, f"{target} does not exist.")]


@pytest.mark.parametrize(
    ("code", "files"),
    [
        pytest.param("import x from '@/there';\n", {}, id="there"),
        pytest.param("import x from '~lib/odds';\n", {"vendor": {"odds.ts": ""}}, id="the second target"),
        pytest.param(
            "import x from '@/odds';\n",
            {"vite.config.ts": "alias: { '@': path.resolve(__dirname, './web') }", "web": {"odds.ts": ""}},
            id="bundler",
        ),
        pytest.param(
            "import x from '@/odds';\n", {"vite.config.ts": "alias: {\n '@': root,\n}"}, id="bundler in other words"
        ),
        pytest.param("// import x from '@/odds';\n", {}, id="comment"),
        pytest.param("import x from '@/odds';\n", {"src/tsconfig.json": "{}"}, id="nearer configuration"),
        pytest.param("import x from '@/odds.svg';\n", {}, id="asset"),
        pytest.param("import x from '@/generated/odds';\n", {}, id="generated"),
        pytest.param(
            "import x from '@/odds';\n", {"README.md": "Run `make-odds > src/odds.ts` first.\n"}, id="instruction"
        ),
    ],
)
def test_an_alias_that_leads_somewhere(inspect: Inspect, code: str, files: dict[str, Any]) -> None:
    tree = {"package.json": package(), "tsconfig.json": ALIASED, "lib": {"a.ts": ""}, **files}

    assert inspect("import-escapes-project", {**tree, "src/there.ts": "", "src/a/b.ts": code}) == []


def test_a_scope_of_packages_that_is_an_alias_too(inspect: Inspect) -> None:
    aliased = '{"compilerOptions": {"paths": {"@acme/*": ["./packages/*"]}}}'
    manifest = '{"name": "a", "dependencies": {"@acme/ui": "1"}}'
    code = "import a from '@acme/ui/button';\nimport b from '@acme/lost';\n"
    tree = {"package.json": manifest, "tsconfig.json": aliased, "packages": {"x.ts": ""}, "src": {"a.ts": code}}

    assert places(inspect("import-escapes-project", tree)) == [("warning", "src/a.ts", 2)]


def test_that_prose_names_a_file_makes_none(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "README.md": "The rules are in `src/rules/limits.ts`, and well tested.\n",
        "src": {"a.ts": "import './rules/limits';\n"},
    }

    (found,) = inspect("import-escapes-project", tree)

    assert (found.path, found.line) == ("src/a.ts", 1)


def test_many_lost_imports_are_told_by_the_folders_of_their_package(inspect: Inspect) -> None:
    lost = "".join(f"import './gone{number}';\n" for number in range(3))
    tree = {
        "package.json": package(),
        "web": {"a.ts": lost, "deep": {"b.ts": lost}},
        "jobs": {"c.ts": "import './lost';\n"},
    }

    assert [(one.path, "So do 5 more" in one.message) for one in inspect("import-escapes-project", tree)] == [
        ("jobs/c.ts", False),
        ("web/a.ts", True),
    ]
