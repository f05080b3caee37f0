"""What explains an import of JavaScript, what only seems to, and what locks say of the rest."""

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
        },
    }

    assert [one.evidence for one in inspect("dependency-undeclared", tree)] == [
        "tools/b.mjs:3, tools/c.mjs:3, tools/d.mjs:3"
    ]


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


def test_a_package_without_a_lock_of_its_own_beside_one_that_has_one(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"dependencies": {"x": "1"}}',
        "package-lock.json": '{"packages": {"node_modules/x": {}}}',
        "server": {"package.json": '{"dependencies": {"sdk": "1"}}', "a.js": 'require("brought").x();\n'},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "server/a.js", 1)]


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
