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


def package(**more: Any) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **more})


def test_one_finding_for_a_package(inspect: Inspect) -> None:
    code = (
        "import a from '../../shared/a.js';\nimport b from '../../shared/b.js';\nconst c = require('../../../lib/c');\n"
    )
    tree = {
        "services": {"api": {"package.json": package(), "src": {"a.js": code}}, "shared": {"a.js": "", "b.js": ""}},
        "lib": {"c.js": ""},
    }

    (found,) = inspect("import-escapes-project", tree)

    assert places([found]) == [("warning", "services/api/src/a.js", 1)]
    assert found.evidence == "imports from services/shared, lib in services/api/src/a.js:3"


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

    assert places(inspect("import-escapes-project", tree)) == [("warning", "tools/x/a.ts", 1)]


def test_quiet_about_what_is_taken_where_the_package_cannot_be_had(inspect: Inspect) -> None:
    code = (
        "let a;\ntry { a = await import('@s/a'); } catch { a = await import('../a/index.js'); }\n"
        "const b = import('@s/a').catch(() => import('../a/index.js'));\n"
    )
    tools = {"b": {"package.json": json.dumps({"name": "@s/b", "dependencies": {"@s/a": "1"}}), "x.js": code}}
    tree = {"tools": {**tools, "a": {"package.json": '{"name": "@s/a"}', "index.js": ""}}}

    assert inspect("import-escapes-project", tree) == []
    tools["b"]["x.js"] = "import a from '../a/index.js';\n"
    assert places(inspect("import-escapes-project", tree)) == [("info", "tools/b/x.js", 1)]


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
    manifest = package(dependencies={"b": "*"})
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


def test_imports_of_the_store_are_told_once(inspect: Inspect) -> None:
    code = STORE % ("x", "x") + STORE % ("y", "y")

    found = inspect("import-escapes-project", members(**{"package.json": package(), "src": {"a.ts": code}}))

    lost = [one for one in found if "reaches into the store" in one.message]
    assert [one.severity for one in lost] == ["warning"]


def test_what_is_not_there_is_no_escape(inspect: Inspect) -> None:
    code = "import x from '../../b/src/gone';\nimport d from '../../b/d.json';\n"

    assert inspect("import-escapes-project", members(**{"package.json": package(), "src": {"a.ts": code}})) == []


@pytest.mark.parametrize(
    "code", ["from './" * 60_000, "import " * 90_000 + "'./a", "require(" + " " * 400_000, "'./a/" * 90_000]
)
def test_hostile_sources_take_no_time(inspect: Inspect, code: str) -> None:
    assert inspect("import-escapes-project", {"package.json": package(), "a.ts": code}) == []


PARENT = "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent.parent.parent))\n"


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param(
            {"svc": {"Dockerfile": "FROM python:3.12\nCOPY svc/ .\nCOPY database/ database/\n"}}, False, id="copied"
        ),
        pytest.param({"svc": {"Dockerfile": "FROM python:3.12\nCOPY svc/ .\n"}}, True, id="only itself copied"),
        pytest.param(
            {"compose.yml": "services:\n  a:\n    build: ./svc\n    volumes: ['./database:/app/database']\n"},
            False,
            id="mounted",
        ),
        pytest.param(
            {"compose.yml": "services:\n  a:\n    build: ./other\n    volumes: ['./database:/app/database']\n"},
            True,
            id="for another",
        ),
        pytest.param(
            {
                "compose.yml": "services:\n  a:\n    build: {context: ., dockerfile: ./svc/Dockerfile}\n    environment:\n      PYTHONPATH: /app\n"
            },
            False,
            id="a search path of the environment",
        ),
    ],
)
def test_a_search_path_that_the_container_holds(
    inspect: Callable[..., list[Finding]], beside: dict[str, Any], told: bool
) -> None:
    service = {"requirements.txt": "", "app": {"a.py": PARENT, "b.py": PARENT}, **beside.get("svc", {})}
    tree = {**beside, "svc": service, "database": {"x.py": ""}, "other": {"y.txt": ""}}

    found = inspect("import-escapes-project", tree)

    assert places(found) == ([("warning", "svc/app/a.py", 3)] if told else [])
    assert [one.message.endswith("The same in 1 more place.") for one in found] == [True] * told


def test_a_private_folder_that_nobody_installs_alone(inspect: Callable[..., list[Finding]]) -> None:
    code = "import { x } from '../../shared/x.js';\n"
    tree = {
        "kit": {"package.json": '{"name": "kit", "private": true}', "src": {"a.js": code}},
        "app": {"package.json": '{"name": "app", "private": true}', "Dockerfile": "FROM node\n", "src": {"a.js": code}},
        "shared": {"x.js": "", "package.json": '{"name": "shared"}'},
    }

    assert places(inspect("import-escapes-project", tree)) == [
        ("warning", "app/src/a.js", 1),
        ("info", "kit/src/a.js", 1),
    ]


def test_sister_projects_that_add_the_same_folder_are_one_finding(inspect: Inspect) -> None:
    service = {"pyproject.toml": "[project]\n", "app": {"main.py": PARENT}}
    tree = {"services": {"a": service, "b": service, "c": service, "shared": {"x.py": ""}}}

    (found,) = inspect("import-escapes-project", tree)

    assert (found.path, found.line) == ("services/a/app/main.py", 3)
    assert found.message.endswith("The same in 2 more places.")


def test_what_a_generator_writes_is_left_alone(inspect: Inspect) -> None:
    code = "interface Env {\n  OTHER: Service<typeof import('../other/src/index').default>;\n}\n"
    head = "/* eslint-disable */\n// Generated by Wrangler by running `wrangler types`\n"
    other = {"package.json": '{"name": "other"}', "src": {"index.ts": ""}}

    def told(text: str) -> list[str]:
        tree = {"site": {"package.json": package(), "env.ts": text}, "other": other}
        return [one.path for one in inspect("import-escapes-project", tree)]

    assert told(code) == ["site/env.ts"]
    assert told(head + code) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param({"__init__.py": ""}, False, id="a package of the project above"),
        pytest.param({}, True, id="no package"),
        pytest.param({"__init__.py": "", "agent": {"Dockerfile": "FROM python\n"}}, True, id="an image of its own"),
        pytest.param({"__init__.py": "", "agent": {"setup.py": ""}}, True, id="a project of its own"),
    ],
)
def test_requirements_within_a_package_of_the_project_above(inspect: Inspect, more: dict[str, Any], told: bool) -> None:
    agent = {"requirements.txt": "", "debug.py": PARENT, **more.get("agent", {})}
    tree = {"api": {"pyproject.toml": '[project]\nname = "api"\n', "deploy": {**more, "agent": agent}}}

    assert [one.path for one in inspect("import-escapes-project", tree) if one.severity == "warning"] == (
        ["api/deploy/agent/debug.py"] if told else []
    )


@pytest.mark.parametrize(
    ("options", "more", "level"),
    [
        pytest.param('"rootDir": "src"', {}, "error", id="without the root"),
        pytest.param('"rootDir": "../.."', {}, "warning", id="within it"),
        pytest.param('"outDir": "dist"', {}, "warning", id="no root"),
        pytest.param('"rootDir": "src"', {"package.json": package(scripts={"build": "vite build"})}, "warning", id="bundled"),
        pytest.param('"rootDir": "src"', {"nest-cli.json": '{"compilerOptions": {"builder": "swc"}}'}, "warning", id="file by file"),
        pytest.param('"rootDir": "src"', {"tsconfig.json": '{"references": [{"path": "../b"}]}'}, "warning", id="referred to"),
    ],
)  # fmt: skip
def test_what_the_compiler_refuses(inspect: Inspect, options: str, more: dict[str, str], level: str) -> None:
    tree = {
        "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}',
        "package-lock.json": "{}",
        "packages": {
            "a": {
                "package.json": package(scripts={"build": "tsc"}),
                "tsconfig.json": f'{{"compilerOptions": {{{options}}}, "include": ["src"]}}',
                "src": {"a.ts": "import { b } from '../../b/src/b';\nb();\n"},
                **more,
            },
            "b": {"package.json": '{"name": "b"}', "src": {"b.ts": "export const b = 1;\n"}},
        },
    }

    assert places(inspect("import-escapes-project", tree)) == [(level, "packages/a/src/a.ts", 1)]
