"""What locks and workspaces say of an import of JavaScript that no manifest explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


NPM = '{{\n  "lockfileVersion": 3,\n  "packages": {{\n    "": {{\n      "dependencies": {{\n        "pako": "1"\n      }}\n    }},\n    "node_modules/other": {{\n      "dependencies": {{{}}}\n    }},\n    "node_modules/pako": {{}}\n  }}\n}}\n'
PNPM_LOCK = "importers:\n\n  .:\n    dependencies:\n      pako:\n        specifier: '1'\n\npackages:\n\n  pako@1.0.0:\n    x: 1\n\nsnapshots:\n\n  other@1.0.0:\n    {}\n"
OLD_BUN = '{{\n  "lockfileVersion": 1,\n  "workspaces": {{\n    "": {{\n      "dependencies": {{\n        "pako": "1",\n      }},\n    }},\n  }},\n  "packages": {{\n    "other": ["other@1.0.0", "", {{ "dependencies": {{{}}} }}],\n    "pako": ["pako@1.0.0", "", {{}}],\n  }}\n}}\n'


def test_sources_among_the_members_of_a_workspace_without_a_manifest(inspect: Callable[..., list[Finding]]) -> None:
    text = "import x from 'kit-a';\nimport y from 'kit-b';\nx(); y();\n"
    tree = {
        "package.json": '{"name": "root", "workspaces": ["apps/*"]}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "apps": {
            "web": {"package.json": '{"name": "web"}', "start.js": "import 'kit-c';\n"},
            "left": {"src": {"deep": {"job.js": text}}},
        },
        "probes": {"probe.js": "import x from 'kit-d';\nx();\n"},
        "infra": {"run.sh": "node infra/start.mjs\n", "start.mjs": "import x from 'kit-e';\nx();\n"},
    }

    found = inspect("dependency-undeclared", tree)

    assert places(found) == [
        ("warning", "apps/left/src/deep/job.js", 1),
        ("error", "apps/web/start.js", 1),
        ("error", "infra/start.mjs", 1),
        ("warning", "probes/probe.js", 1),
    ]
    assert found[0].message.startswith("apps/left lies among the members of the workspace without a package.json")
    assert "kit-a, kit-b" in found[0].message
    nx = inspect("dependency-undeclared", {**tree, "apps/left/project.json": "{}"})
    assert not any("lies among the members" in one.message for one in nx)


def test_a_package_without_a_lock_of_its_own_beside_one_that_has_one(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "server": {"package.json": '{"dependencies": {"sdk": "1"}}', "a.js": 'require("brought").x();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "server/a.js", 1)]


def test_a_package_of_the_repository_outside_of_the_workspace_is_brought_by_somebody(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        "package.json": '{"name": "root"}',
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "pnpm-lock.yaml": PNPM_LOCK.format("{}"),
        "infra": {"x": {"package.json": '{"name": "@a/runtime"}', "package-lock.json": "{}"}},
        "packages": {"b": {"package.json": '{"name": "@a/b"}'}},
        "skills": {"a.ts": 'import { x } from "@a/runtime";\nx();\n'},
        "lib": {"a.ts": 'import { x } from "@a/b";\nx();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "lib/a.ts", 1)]


@pytest.mark.parametrize(
    ("name", "lock", "told"),
    [
        ("package-lock.json", NPM.format(""), "error"),
        ("package-lock.json", NPM.format('\n        "pako": "^1"\n      '), "warning"),
        (
            "package-lock.json",
            NPM.format('\n        "pako": "^1"\n      ').replace('"node_modules/other"', '"a/node_modules/other"'),
            "warning",
        ),
        ("pnpm-lock.yaml", PNPM_LOCK.format("x: 1"), "error"),
        ("pnpm-lock.yaml", PNPM_LOCK.format("dependencies:\n      pako: 1.0.0"), "error"),
        ("bun.lock", OLD_BUN.format(""), "error"),
        ("bun.lock", OLD_BUN.format(' "pako": "^1" '), "warning"),
    ],
)
def test_what_a_lock_has_of_before_and_what_others_bring(
    inspect: Callable[..., list[Finding]], name: str, lock: str, told: str
) -> None:
    tree = {"package.json": '{"dependencies": {"other": "1"}}', name: lock, "a.js": 'require("pako").x();\n'}

    (found,) = inspect("dependency-undeclared", tree)

    brought = "another dependency brings it" in found.message
    assert (found.severity, "the lock has it from before" in found.message) == (told, not brought)
    assert brought is ("pako: 1.0.0" in lock or told == "warning")


def test_a_member_without_its_scope(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "root", "workspaces": ["apps/*"]}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "apps": {
            "web": {"package.json": '{"name": "@own/web"}', "a.ts": 'import { b } from "shared";\nb();\n'},
            "kit": {"package.json": '{"name": "@own/shared"}'},
        },
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert (found.severity, found.message.partition(",")[0]) == (
        "warning",
        "shared is imported as @own/shared is meant",
    )
    assert found.fixes[0].title == "map shared in the configuration, or import @own/shared by its path"


def test_what_another_package_would_take_is_not_installed(inspect: Callable[..., list[Finding]]) -> None:
    entry = '"drizzle-orm": ["drizzle-orm@0.45.1", "", { "peerDependencies": { "pg": ">=8" }, "optionalPeers": ["pg"] }, "x"],'
    tree = {
        "package.json": '{"name": "a", "dependencies": {"drizzle-orm": "0"}}',
        "bun.lock": f'{{\n  "lockfileVersion": 1,\n  "packages": {{\n    {entry}\n  }}\n}}\n',
        "a.ts": 'import pg from "pg";\nimport { eq } from "drizzle-orm";\n',
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert (found.severity, found.line) == ("error", 1)


def test_a_manifest_that_only_brings_tools_is_that_of_no_sources(inspect: Callable[..., list[Finding]]) -> None:
    lock = '{"packages": {"node_modules/other": {}}}'
    source = "import x from 'kit-a';\nx();\n"
    tools = {"package.json": '{"private": true, "devDependencies": {"other": "1"}}', "package-lock.json": lock}
    library = {"package.json": '{"main": "a.ts", "devDependencies": {"other": "1"}}', "package-lock.json": lock}
    tree = {"tools": {**tools, "sdk": {"a.ts": source}}, "library": {**library, "a.ts": source}}

    assert places(inspect("dependency-undeclared", tree)) == [
        ("error", "library/a.ts", 1),
        ("warning", "tools/sdk/a.ts", 1),
    ]


@pytest.mark.parametrize(
    ("lock", "code", "told"),
    [
        pytest.param(
            "@types/cors", 'import { CorsOptions } from "cors";\nexport let a: CorsOptions;\n', False, id="types"
        ),
        pytest.param("@types/cors", 'import cors from "cors";\ncors();\n', True, id="a value"),
        pytest.param(
            "cors", 'import { CorsOptions } from "cors";\nexport let a: CorsOptions;\n', True, id="the package"
        ),
    ],
)
def test_types_of_others_in_the_lock_are_no_package(
    inspect: Callable[..., list[Finding]], lock: str, code: str, told: bool
) -> None:
    entry = f'"node_modules/{lock}": {{"resolved": "https://registry.test/{lock}/-/cors-1.0.0.tgz"}}'
    tree = {"package.json": "{}", "package-lock.json": f'{{"packages": {{{entry}}}}}', "a.ts": code}

    assert [one.severity for one in inspect("dependency-undeclared", tree)] == (
        ["error" if lock.startswith("@") else "warning"] if told else []
    )


def test_runners_that_take_modules_for_commonjs_find_what_pnpm_keeps(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        name: {
            "package.json": f'{{"name": "a", "type": "module", "scripts": {{"test": "{program} a.ts"}}, "dependencies": {{"other": "1"}}}}',
            "pnpm-lock.yaml": "packages:\n\n  pako@2.1.0:\n    x: 1\n\nsnapshots:\n\n  other@1.0.0:\n    dependencies:\n      pako: 2.1.0\n",
            "a.ts": 'import { Pako } from "pako";\nnew Pako();\n',
        }
        for name, program in (("one", "ts-mocha"), ("two", "node"))
    }

    assert {one.path: one.severity for one in inspect("dependency-undeclared", tree)} == {
        "one/a.ts": "warning",
        "two/a.ts": "error",
    }


@pytest.mark.parametrize(
    ("asked", "todo"),
    [
        pytest.param("", "bring @a/gone back into this repository", id="its own scope"),
        pytest.param('"@a/shared": "1"', "add @a/gone to web/package.json", id="a scope of more repositories"),
    ],
)
def test_a_package_of_the_repository_that_is_gone(inspect: Callable[..., list[Finding]], asked: str, todo: str) -> None:
    tree = {
        "package.json": '{"private": true, "workspaces": ["web", "ui"]}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "ui": {"package.json": '{"name": "@a/ui"}'},
        "web": {
            "package.json": f'{{"name": "web", "dependencies": {{{asked}}}}}',
            "src": {"a.ts": 'import { b } from "@a/gone";\nb();\n'},
        },
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert found.severity == "error"
    assert found.fixes[0].title.startswith(todo)


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        ('"node_modules/kit": {"peerDependencies": {"gone": "1"}}', "a clean install lacks it"),
        ('"../shared": {"dependencies": {"gone": "1"}}', "a clean install lacks it"),
        ('"node_modules/kit": {"dependencies": {"gone": "1"}}, "node_modules/gone": {}', "as long as another"),
    ],
)
def test_only_what_has_an_entry_of_its_own_is_locked(
    inspect: Callable[..., list[Finding]], lock: str, text: str
) -> None:
    tree = {
        "package.json": '{"dependencies": {"kit": "1"}}',
        "package-lock.json": f'{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"kit": "1"}}}}, {lock}}}}}',
        "start.js": "import gone from 'gone';\ngone();\n",
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert text in found.message
