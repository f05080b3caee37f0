"""Imports of JavaScript in sources that nothing runs, and of what nothing uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_components_that_no_source_imports_fail_nobody(inspect: Callable[..., list[Finding]]) -> None:
    components = {f"part{at}.tsx": f"import x from 'kit-{at}';\nx();\n" for at in range(9)}
    app = {"package.json": '{"name": "app", "dependencies": {"other": "1"}}', "src/components": components}
    app["package-lock.json"] = '{"packages": {"node_modules/other": {}}}'
    page = "import '@/components/part8';\n"

    (dead,) = inspect("dependency-undeclared", {"app": app})
    (beside,) = inspect("dependency-undeclared", {"app": app, "b": {"package.json": "{}", "page.tsx": page}})
    loaded = inspect("dependency-undeclared", {"app": {**app, "src/main.tsx": page}})

    assert [one.severity for one in (dead, beside)] == ["warning", "warning"]
    assert dead.message.endswith("; no source imports these files")
    assert ("error", "app/src/components/part8.tsx", 1) in places(loaded)
    assert {one.severity for one in loaded if "part8" not in one.path} == {"warning"}


def test_a_tree_of_components_that_only_import_each_other_fails_nobody(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "app", "dependencies": {"other": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "index.html": '<script type="module" src="/src/main.tsx"></script>',
        "src": {
            "main.tsx": "import './pages/home';\n",
            "pages": {
                "home.tsx": "import { row } from '@/components/new/table';\nimport type { T } from '@/components/new/tones';\nrow();\n",
                "gone.tsx": "import '@/components/old/card';\n",
            },
            "components/new": {
                "table.tsx": "import x from 'kit-used';\nx();\n",
                "tones.tsx": "import x from 'kit-typed';\nx();\n",
            },
            "components/old": {
                "card.tsx": "import './table';\n",
                "table.tsx": "import x from 'kit-dead';\nx();\n",
            },
        },
    }

    assert places(inspect("dependency-undeclared", tree)) == [
        ("error", "src/components/new/table.tsx", 1),
        ("warning", "src/components/new/tones.tsx", 1),
        ("warning", "src/components/old/table.tsx", 1),
    ]
    routed = {**tree, "package.json": '{"name": "app", "dependencies": {"next": "1"}}'}
    assert ("error", "src/components/old/table.tsx", 1) in places(inspect("dependency-undeclared", routed))


def test_what_is_out_of_use_is_told_once_and_as_information(inspect: Callable[..., list[Finding]]) -> None:
    package = {"package.json": '{"dependencies": {"other": "1"}}', "src/run.js": "import 'kit-a';\n"}
    tree = {"packages": {"archived": {"a": package, "b": package}, "alive": package}}

    assert places(inspect("dependency-undeclared", tree)) == [
        ("warning", "packages/alive/src/run.js", 1),
        ("info", "packages/archived/a/src/run.js", 1),
    ]


def test_sources_that_a_generator_fills_in(inspect: Callable[..., list[Finding]]) -> None:
    text = "import { A } from 'kit-a';\nexport class <%= name %> extends A {}\n"
    tree = {
        "package.json": '{"name": "makers"}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "files": {"__name__": {"__name__.service.ts": text}, "__name@dasherize__.ts": text},
    }

    assert inspect("dependency-undeclared", tree) == []


def test_a_copy_that_a_program_made_is_not_the_place(inspect: Callable[..., list[Finding]]) -> None:
    code = "import x from 'kit';\nx();\n"
    tree = {
        "package.json": '{"name": "a", "dependencies": {"other": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "src": {"client 2.ts": code, "client.ts": code, "only 2.ts": "import x from 'lamp';\nx();\n"},
    }

    found = inspect("dependency-undeclared", tree)

    assert [(one.path, one.severity) for one in found] == [("src/client.ts", "error"), ("src/only 2.ts", "warning")]


def test_helpers_that_no_source_imports_count_less(inspect: Callable[..., list[Finding]]) -> None:
    lock = (
        '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.0.0"}}}'
    )
    tree = {
        "package.json": '{"name": "x", "dependencies": {"a": "1"}}',
        "package-lock.json": lock,
        "src": {
            "index.js": "import './lib/used-cart';\n",
            "lib": {"dead-cart.js": "import 'gone-cache';\n", "used-cart.js": "import 'lost-cache';\n"},
            "dead-page.js": "import 'third-cache';\n",
        },
    }

    found = inspect("dependency-undeclared", tree)

    assert [(one.severity, one.path) for one in found] == [
        ("warning", "src/dead-page.js"),
        ("warning", "src/lib/dead-cart.js"),
        ("error", "src/lib/used-cart.js"),
    ]


@pytest.mark.parametrize(
    ("build", "settings", "told"),
    [
        ("vite build", {}, "warning"),
        ("tsc && vite build", {}, "error"),
        ("tsc -b && vite build", {"tsconfig.json": '{"files": [], "references": [{"path": "./app.json"}]}'}, "error"),
        ("tsc -p slim.json", {"slim.json": '{"files": ["src/main.ts"]}'}, "warning"),
        ("next build", {}, "error"),
        ("next build", {"next.config.mjs": "export default { typescript: { ignoreBuildErrors: true } }"}, "warning"),
    ],
)
def test_what_a_build_compiles_is_no_dead_helper(
    inspect: Callable[..., list[Finding]], build: str, settings: dict[str, str], told: str
) -> None:
    tree = {
        "package.json": f'{{"scripts": {{"build": "{build}"}}, "dependencies": {{"other": "1"}}}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "tsconfig.json": "{}",
        "app.json": '{"include": ["src"]}',
        "src": {"main.ts": "", "lib/dead-cart.ts": "import x from 'kit-a';\nx();\n"},
        **settings,
    }

    assert places(inspect("dependency-undeclared", tree)) == [(told, "src/lib/dead-cart.ts", 1)]


@pytest.mark.parametrize(
    ("manifest", "more", "told"),
    [
        pytest.param('"private": true', {"src": {"a.ts": ""}}, [], id="private, with its sources"),
        pytest.param('"private": true', {}, ["dist/index.js"], id="private, without"),
        pytest.param('"version": "1.0.0"', {"src": {"a.ts": ""}}, ["dist/index.js"], id="published"),
    ],
)
def test_what_a_build_made_of_sources_that_are_there(
    inspect: Callable[..., list[Finding]], manifest: str, more: dict[str, object], told: list[str]
) -> None:
    tree = {
        "package.json": f'{{"name": "a", {manifest}}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "dist": {"index.js": 'import pako from "pako";\npako.x();\n'},
        **more,
    }

    assert [one.path for one in inspect("dependency-undeclared", tree)] == told


@pytest.mark.parametrize(
    ("path", "code", "level"),
    [
        pytest.param(
            "a.ts", 'import { a, b as c } from "pako";\n// a and c\nexport const d = b;\n', "warning", id="not used"
        ),
        pytest.param("a.ts", 'import a from "pako";\nexport const d = [a];\n', "error", id="handed on"),
        pytest.param("a.ts", 'import "pako";\n', "error", id="for what it does"),
        pytest.param("a.ts", 'export { a } from "pako";\n', "error", id="exported"),
        pytest.param("a.tsx", 'import React from "pako";\nexport default () => <p />;\n', "error", id="JSX"),
        pytest.param("a.js", 'import a from "pako";\n', "error", id="not translated"),
    ],
)
def test_what_a_compiler_drops_is_not_missed(
    inspect: Callable[..., list[Finding]], path: str, code: str, level: str
) -> None:
    tree = {"package.json": '{"name": "a"}', "package-lock.json": '{"packages": {"node_modules/x": {}}}', path: code}

    (found,) = inspect("dependency-undeclared", tree)

    assert (found.severity, found.message.endswith("nothing uses what is imported")) == (level, level == "warning")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ["info"]),
        ({"bin": "assets/cli.js"}, ["warning"]),
        ({"files": ["dist"]}, ["warning"]),
        ({"used": "import '../assets/a';\n"}, ["error"]),
    ],
)
def test_material_that_a_program_publishes_and_copies(
    inspect: Callable[..., list[Finding]], more: dict[str, Any], told: list[str]
) -> None:
    used = more.pop("used", "export {};\n")
    manifest = {"name": "make", "bin": "dist/cli.js", "files": ["dist", "assets"], **more}
    tree = {
        "package.json": json.dumps(manifest),
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "tsconfig.json": '{"include": ["src"]}',
        "src": {"cli.ts": used},
        "assets": {"a.ts": "import { b } from 'kit-b';\nexport const a = b();\n"},
    }

    assert [one.severity for one in inspect("dependency-undeclared", {"make": tree})] == told
