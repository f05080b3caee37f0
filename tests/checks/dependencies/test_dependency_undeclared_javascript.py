"""What explains an import of JavaScript, and what only seems to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    "configuration",
    [
        'export default { serverExternalPackages: ["pako", "@prisma/client"] };\n',
        "module.exports = {\n  experimental: {\n    serverComponentsExternalPackages: ['pako'],\n  },\n  transpilePackages: ['pako'],\n};\n",
        'export default { optimizeDeps: { include: ["pako"] }, ssr: { noExternal: ["pako"] } };\n',
    ],
)
def test_what_a_bundler_leaves_out_has_to_be_installed(
    inspect: Callable[..., list[Finding]], configuration: str
) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"next": "15"}}',
        "package-lock.json": '{"packages": {"node_modules/next": {}}}',
        "next.config.mjs": configuration,
        "src": {"a.js": 'import pako from "pako";\npako.x();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("error", "src/a.js", 1)]


@pytest.mark.parametrize(
    ("more", "found"),
    [pytest.param("", [], id="a page"), pytest.param("<p>" * 120_000, [("error", "src/a.js", 1)], id="a report")],
)
def test_only_a_page_of_ordinary_length_maps_names(
    inspect: Callable[..., list[Finding]], more: str, found: list[tuple[str, str, int]]
) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"other": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "index.html": f'<script type="importmap">{{"imports": {{"pako": "/pako.js"}}}}</script>{more}',
        "src": {"a.js": 'import pako from "pako";\npako.x();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == found


def test_types_that_a_package_writes_of_another_install_nothing(inspect: Callable[..., list[Finding]]) -> None:
    lock = "importers:\n\n  .:\n    x: 1\n\npackages:\n\n  pako@2.1.0:\n    x: 1\n\n  other@1.0.0:\n    x: 1\n\nsnapshots:\n\n  other@1.0.0:\n    dependencies:\n      pako: 2.1.0\n"
    tree = {
        "package.json": '{"name": "a", "dependencies": {"other": "1"}}',
        "pnpm-lock.yaml": lock,
        "shims.d.ts": 'declare module "pako" {\n  export function x(): void;\n}\ndeclare module "virtual-pages";\n',
        "a.ts": 'import pako from "pako";\nimport pages from "virtual-pages";\npako.x(pages.x());\n',
        "b.ts": 'import type { X } from "pako";\n',
    }

    assert places(inspect("dependency-undeclared", tree)) == [("error", "a.ts", 1)]


def test_a_require_that_looks_beside_another_manifest(inspect: Callable[..., list[Finding]]) -> None:
    made = "import { createRequire } from 'node:module';\nconst load = createRequire(PLACE);\n"
    there, here = "new URL('../apps/web/package.json', import.meta.url)", "import.meta.url"
    joined = "resolve(__dirname, '../apps/web/package.json')"
    tree = {
        "package.json": '{"name": "a", "dependencies": {"other": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "tools": {
            "a.mjs": made.replace("PLACE", there) + "const { x } = load('pako');\nx();\n",
            "b.mjs": made.replace("PLACE", there) + "import pako from 'pako';\nload('pako');\npako.x();\n",
            "c.mjs": "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('pako').x();\n",
            "d.mjs": made.replace("PLACE", here).replace("load", "require") + "const { x } = require('pako');\nx();\n",
            "e.mjs": made.replace("PLACE", joined) + "const { x } = load('pako');\nx();\n",
            "f.mjs": made.replace("PLACE", "\n  'file:///app/web/package.json',\n") + "const x = load('pako');\nx();\n",
        },
    }

    assert [one.evidence for one in inspect("dependency-undeclared", tree)] == [
        "tools/b.mjs:3, tools/c.mjs:3, tools/d.mjs:3"
    ]


def test_names_that_the_program_of_a_build_maps(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"scripts": {"build": "node scripts/build.js && echo"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "scripts": {"build.js": "b.onResolve({ filter: /./ }, (one) => one.path === '@a/inner' && { path });\n"},
        "a.js": 'require("@a/inner").x();\n',
    }

    assert inspect("dependency-undeclared", tree) == []
    tree["package.json"] = '{"scripts": {"test": "node scripts/build.js"}}'
    assert places(inspect("dependency-undeclared", tree)) == [("error", "a.js", 1)]


def test_quiet_about_types_of_what_is_imported_where_it_is_there(inspect: Callable[..., list[Finding]]) -> None:
    code = "let a: typeof import('pako') | null = null;\ntry { a = await import('pako'); } catch {}\nlet b: import('pako').B;\n"
    tree = {"package.json": "{}", "package-lock.json": '{"packages": {"node_modules/x": {}}}', "a.ts": code}

    assert inspect("dependency-undeclared", tree) == []


def test_what_brings_types_is_not_called_as_they_are(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "a.ts": 'import type { Event } from "aws-lambda";\nexport const a = (e: Event) => e;\n',
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert [fix.title for fix in found.fixes] == [
        "add to package.json what has the types of aws-lambda, then lock again, or correct the import"
    ]


def test_a_source_of_the_package_under_a_scope_that_no_alias_maps(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "src": {
            "security": {"urls.ts": ""},
            "a.ts": 'import { u } from "@security/urls";\nimport v from "@other/urls";\nv(u);\n',
        },
    }

    found = inspect("dependency-undeclared", tree)

    assert [(one.severity, one.line, one.message.partition(" is ")[0]) for one in found] == [
        ("warning", 1, "@security/..."),
        ("error", 2, "@other/urls"),
    ]
    assert found[0].fixes[0].title == "map @security/* in the configuration, or import src/security/urls.ts by its path"


def test_a_source_by_the_name_of_what_the_compiler_makes_of_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "tsconfig.json": '{"compilerOptions": {"baseUrl": "./"}}',
        "tailwind.config.mts": "export default {};\n",
        "src": {"a.ts": 'import t from "tailwind.config.mjs";\nimport u from "other.config.mjs";\nexport { t, u };\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("error", "src/a.ts", 2)]


def test_settings_that_nothing_reads_any_more_and_scripts_that_say_where_their_packages_lie(
    inspect: Callable[..., list[Finding]],
) -> None:
    plugin = 'module.exports = { plugins: [require("eslint-plugin-node")] };\n'
    tree = {
        "package.json": '{"name": "a", "dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "flat": {".eslintrc.js": plugin, "eslint.config.mjs": "export default [];\n"},
        "alone": {".eslintrc.js": plugin},
        "scripts": {"once.ts": '// NODE_PATH=lib/node_modules npx tsx once.ts\nimport a from "lost";\na.b();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "alone/.eslintrc.js", 1)]


def test_a_manifest_that_cannot_be_read_may_declare_anything(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "app": {"package.json": '{"dependencies": {"y": "1",}}', "a.js": 'import "y";\n'},
        "index.js": 'import "z";\n',
    }

    assert places(inspect("dependency-undeclared", tree)) == [("error", "index.js", 1)]


def test_what_stands_anywhere_within_a_try_is_tried(inspect: Callable[..., list[Finding]]) -> None:
    tried = (
        f"try {{\n  if (on) {{ a({{}}) }}\n{'  b.c();' * 60}\n  if (on) {{ const y = require('y'); }}\n}} catch {{}}\n"
    )
    tree = {
        "package.json": '{"name": "a", "dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "a.js": tried,
        "b.js": f"{tried}const z = require('z');\n",
    }

    assert [(one.path, one.message.partition(" ")[0]) for one in inspect("dependency-undeclared", tree)] == [
        ("b.js", "z")
    ]


def test_an_import_whose_promise_is_caught(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"dependencies": {"other": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/other": {}}}',
        "a.js": 'import("kit-a").then((m) => { m.run(1, 2); }).catch(() => {});\n'
        'import("kit-b")\n  .then((m) => m.run(), () => undefined);\n'
        'import("kit-c").finally(() => {}).catch(report);\n'
        'import("kit-d").then((m) => m.run(1, 2));\n'
        'import("kit-e").then((m) => {\n  fetch(m).catch(report);\n},);\n',
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert (found.line, "kit-e (line 6)" in found.message) == (5, True)


def test_what_a_parent_that_is_not_here_may_map(inspect: Callable[..., list[Finding]]) -> None:
    base = {
        "package.json": '{"name": "a", "devDependencies": {"@acme/config": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/@acme/config": {}}}',
        "src": {
            "methods": {"b.ts": ""},
            "a.ts": 'import { b } from "@methods/b";\nimport { c } from "@gone/c";\nb(c());\n',
        },
    }
    parents = {
        "unknown": '{"extends": "@acme/config/tsconfig.json"}',
        "plain": '{"extends": "@tsconfig/node20/tsconfig.json"}',
        "own": '{"extends": "@acme/config/tsconfig.json", "compilerOptions": {"paths": {}}}',
    }
    tree = {name: {**base, "tsconfig.json": text} for name, text in parents.items()}

    found = inspect("dependency-undeclared", tree)

    assert sorted((one.path, one.line) for one in found) == [
        ("own/src/a.ts", 1),
        ("own/src/a.ts", 2),
        ("plain/src/a.ts", 1),
        ("plain/src/a.ts", 2),
        ("unknown/src/a.ts", 2),
    ]


def test_an_alias_of_a_configuration_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    code = 'import { t } from "@db/types";\nt();\n'
    tree = {
        "package.json": '{"name": "r", "private": true, "workspaces": ["apps/*", "packages/*"]}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "apps": {
            "web": {
                "package.json": '{"name": "web"}',
                "tsconfig.json": '{"compilerOptions": {"paths": {"@db/*": ["../../packages/db/src/*"]}}, "include": ["src", "../../taken"]}',
            }
        },
        "packages": {
            "db": {"package.json": '{"name": "db"}', "src": {"types.ts": "export const t = 1;\n", "q.ts": code}}
        },
        "taken": {"a.ts": code},
        "kept": {"a.ts": code, "b.ts": code},
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert (found.severity, found.path, [one.path for one in found.related]) == ("warning", "kept/a.ts", ["kept/b.ts"])
    assert [fix.title for fix in found.fixes] == [
        "map @db/* in the configuration, or import packages/db/src/types.ts by its path"
    ]


def test_a_manifest_under_another_name_beside_a_script_and_hidden_settings(
    inspect: Callable[..., list[Finding]],
) -> None:
    asked = '{"scripts": {"start": "node serve.js"}, "dependencies": {"talking": "1"}}'
    tree = {
        "package.json": '{"name": "a", "dependencies": {"b": "1"}}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "serve.js": 'import { talk } from "talking";\ntalk();\n',
        ".drawrc.ts": 'import type { Draw } from "drawing";\nexport default {} as Draw;\n',
        "serve-package.json": asked,
    }
    assert inspect("dependency-undeclared", tree) == []

    found = inspect("dependency-undeclared", tree | {"serve-package.json": asked.replace("serve.js", "other.js")})
    assert [(one.path, one.line) for one in found] == [("serve.js", 1)]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, [("error", "src/a.js", 1)]),
        ({"a.ts": "export {};\n"}, []),
    ],
)
def test_what_a_compiler_made_of_the_source_beside_it(
    inspect: Callable[..., list[Finding]], more: dict[str, str], found: list[tuple[str, str, int]]
) -> None:
    tree = {
        "package.json": '{"name": "a", "dependencies": {"next": "15"}}',
        "package-lock.json": '{"packages": {"node_modules/next": {}}}',
        "src": {"a.js": 'const pako = require("pako");\npako.x();\n', **more},
    }

    assert places(inspect("dependency-undeclared", tree)) == found


@pytest.mark.parametrize(("script", "level"), [("webpack build", "error"), ("vite build", "warning")])
def test_settings_of_a_bundler_that_nothing_starts(
    inspect: Callable[..., list[Finding]], script: str, level: str
) -> None:
    tree = {
        "package.json": f'{{"name": "a", "scripts": {{"build": "{script}"}}, "dependencies": {{"next": "15"}}}}',
        "package-lock.json": '{"packages": {"node_modules/next": {}}}',
        "webpack.config.js": 'const plugin = require("pako");\nmodule.exports = plugin();\n',
    }

    assert places(inspect("dependency-undeclared", tree)) == [(level, "webpack.config.js", 1)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("export const f = (r: Req, n: Map<string, string> | Res): Res => n as Res;\n", 0),
        ("export class F extends Req {}\nexport const a: Res[] = [];\n", 1),
        ("export const all = [Req, Res];\n", 1),
    ],
)
def test_types_of_a_package_that_another_brings(inspect: Callable[..., list[Finding]], code: str, told: int) -> None:
    """What only stands where types do is gone when it runs, and the lock has the types."""
    tree = {
        "package.json": '{"name": "a", "dependencies": {"kit": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/kit": {}, "node_modules/pako": {}, "node_modules/@types/pako": {}}}',
        "src": {"a.ts": f"import {{ Req, Res }} from 'pako';\n{code}"},
    }

    assert len(inspect("dependency-undeclared", tree)) == told
