"""Imports that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.references.packages import package

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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

    assert [(one.severity, one.path) for one in inspect("import-missing", tree)] == [("error", path)]


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
        pytest.param("src/a.svelte", "<script>\n</script>\n<pre>\nimport x from './gone'\n</pre>\n", id="markup"),
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
        "app": {"__init__.py": "y = 1\n", "there.py": "x = 1\n", "inner": {"b.py": ""}},
        "found": {"__init__.py": "__path__ = []\n"},
        "native": {"__init__.py": "", "Cargo.toml": '[package]\nname = "n"\n'},
        path: code,
    }

    assert inspect("import-missing", tree) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"test": {"a.test.ts": "import { b } from '../../packages/b/src/b';\n"}},
            [("warning", "packages/packages/b/src/b does not exist.")],
        ),
        (
            {"src": {"a.ts": "import x from '../../b/src/gone';\nimport d from '../../b/d.json';\n"}},
            [("error", "packages/b/src/gone does not exist. 1 more imported file does not exist, either.")],
        ),
        ({"scripts": {"a.ts": "import x from './gone';\n"}}, [("warning", "packages/a/scripts/gone does not exist.")]),
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
        ({"templates": {"a.ts": "import x from '../../../gone';\n"}}, []),
    ],
)
def test_an_import_from_another_package_that_leads_nowhere(
    inspect: Inspect, files: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    tree = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages": {"a": {"package.json": package(), **files}, "b": {"package.json": '{"name": "b"}', "src/b.ts": ""}},
    }

    found = inspect("import-missing", tree)

    assert [(one.severity, one.message.partition("nowhere: ")[2]) for one in found] == told


def test_another_case_is_shown_and_roots_that_are_one_are_trusted(inspect: Inspect) -> None:
    tree = {"package.json": package(), "src": {"a.ts": "import './Button';\n", "button.tsx": ""}}

    [found] = inspect("import-missing", tree)

    assert found.message == "./Button leads nowhere: src/Button does not exist; src/button.tsx does."
    assert inspect("import-missing", {**tree, "tsconfig.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}'}) == []


@pytest.mark.parametrize(
    "code", ["from './" * 60_000, "import " * 90_000 + "'./a", "require(" + " " * 400_000, "'./a/" * 90_000]
)
def test_hostile_sources_take_no_time(inspect: Inspect, code: str) -> None:
    assert inspect("import-missing", {"package.json": package(), "a.ts": code}) == []


def test_that_prose_names_a_file_makes_none(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "README.md": "The rules are in `src/rules/limits.ts`, and well tested.\n",
        "src": {"a.ts": "import './rules/limits';\n"},
    }

    (found,) = inspect("import-missing", tree)

    assert (found.path, found.line) == ("src/a.ts", 1)


def test_a_list_of_files_makes_none(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "check.sh": 'for f in "src/services/agent.ts" "src/other.ts"; do test -f "$f"; done\n',
        "gen.js": "fs.writeFileSync('src/services/made.ts', text);\n",
        "src": {"a.ts": "import './services/agent';\nimport './services/made';\n"},
    }

    assert [(one.path, one.line) for one in inspect("import-missing", tree)] == [("src/a.ts", 1)]


def test_roots_that_are_one_count_below_their_configuration(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "a": {"tsconfig.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}', "x.ts": "import './gone'\n"},
        "b": {"x.ts": "import './gone'\n"},
    }

    assert places(inspect("import-missing", tree)) == [("error", "b/x.ts", 1)]
    shared = {"tsconfig": {"tsconfig.base.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}'}}
    assert inspect("import-missing", {**tree, **shared}) == []


@pytest.mark.parametrize(
    ("path", "more", "told"),
    [
        ("web/start.js", {}, True),
        ("web/start.js", {"web/pack.sh": "mkdir out\ncp start.js package.json out/\n"}, False),
        ("web/start.js", {"web/pack.sh": "cp other-start.js out/\n"}, True),
        ("docs/agents/base.js", {}, False),
        ("docs/src/base.js", {}, True),
        ("web/src/_archive/a/card.js", {}, False),
    ],
)
def test_files_that_are_copied_or_kept(inspect: Inspect, path: str, more: dict[str, str], told: bool) -> None:
    """A file that a script copies runs beside other files; pages and archives are built by nobody."""
    found = inspect("import-missing", {"package.json": package(), path: "import './gone.js'\n", **more})

    assert [one.path for one in found] == [path] * told


def test_a_script_that_is_to_be_copied_counts_from_above(inspect: Inspect) -> None:
    code = "require('./src/models');\nrequire('./src/gone');\n"
    tree = {
        "package.json": package(),
        "src": {"models.js": ""},
        "scripts": {"a.js": "// Copy this file to the root of the project\n" + code, "b.js": code},
    }

    (found,) = inspect("import-missing", tree)

    named = "scripts/a.js:3 -> scripts/src/gone, scripts/b.js:1 -> scripts/src/models"
    assert found.evidence == f"{named}; also imported at scripts/b.js:2"


def test_a_helper_that_no_source_imports_harms_nobody_yet(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "src/lib/dead-helper.ts": "import './gone-one';\n",
        "src/lib/used-helper.ts": "import '../gone-two';\n",
        "src/index.ts": "import './lib/used-helper';\n",
    }

    assert sorted((one.path, one.severity) for one in inspect("import-missing", tree)) == [
        ("src/lib/dead-helper.ts", "warning"),
        ("src/lib/used-helper.ts", "error"),
    ]


def test_a_bare_name_in_the_root_is_made_by_what_writes_such_a_file(inspect: Inspect) -> None:
    """That scripts speak of a config is no reason to think that they make one."""
    tree = {"api": {"package.json": package(), "app.js": "const c = require('../config');\n"}}
    speaks = {"build.sh": "mkdir -p out && cp config out\n"}
    makes = {"build.sh": "echo '{}' > config.json\n"}

    assert places(inspect("import-missing", {**tree, **speaks})) == [("error", "api/app.js", 1)]
    assert inspect("import-escapes-project", {**tree, **speaks}) == []
    assert inspect("import-missing", {**tree, **makes}) == []


def test_what_nothing_loads_stops_nobody(inspect: Inspect) -> None:
    lost = "import { a } from './gone';\nimport { nothing } from '../there';\n"
    tree = {
        "package.json": package(private="yes"),
        "web": {
            "package.json": package(),
            "src": {"main.ts": "import './used/a';\n", "there.ts": "export const a = 1;\n", "used": {"a.ts": lost}, "dead": {"a.ts": lost}},
        },
        "left": {"there.ts": "export const a = 1;\n", "src": {"a.ts": lost}},
    }  # fmt: skip

    found = inspect("import-missing", tree)

    assert sorted((one.severity, one.path, one.line) for one in found) == [
        ("error", "web/src/used/a.ts", 1),
        ("error", "web/src/used/a.ts", 2),
        ("info", "left/src/a.ts", 1),
        ("info", "left/src/a.ts", 2),
        ("warning", "web/src/dead/a.ts", 1),
    ]


def test_parts_of_a_bundle_are_made(inspect: Inspect) -> None:
    code = "import './Page-Dwel7VuP.js';\nimport './vendor-BxYzabQr.js';\nimport './index-12ab34cd.js';\nimport './my-settings.js';\n"

    (found,) = inspect("import-missing", {"package.json": package(), "kept": {"index.js": code}})

    assert found.line == 4


def test_a_component_that_no_compiler_takes_and_nothing_imports(inspect: Inspect) -> None:
    config = '{"include": ["src"], "exclude": EXCLUDED}'
    tree = {
        "package.json": '{"name": "a", "scripts": {"build": "vite build"}}',
        "tsconfig.json": config,
        "src": {"main.ts": "", "components": {"shown": {"a.tsx": "import { b } from './gone';\nb();\n"}}},
    }

    levels = [
        [
            one.severity
            for one in inspect("import-missing", {**tree, "tsconfig.json": config.replace("EXCLUDED", given)})
        ]
        for given in ('["src/components/shown"]', "[]")
    ]

    assert levels == [["info"], ["warning"]]


@pytest.mark.parametrize(
    ("builder", "told"),
    [
        ("b.onResolve({ filter: /(^|\\/)glue\\.js$/ }, () => ({ path: './glue.js', external: true }));\n", False),
        ("build({ entryPoints: ['src/a.ts'], external: ['./glue.js'] });\n", False),
        ("build({ entryPoints: ['src/a.ts'], external: ['./other.js'] });\n", True),
    ],
)
def test_what_a_bundler_leaves_out_has_to_lie_beside_the_bundle_alone(
    inspect: Inspect, builder: str, *, told: bool
) -> None:
    tree = {"package.json": package(), "build.mjs": builder, "src/a.ts": "import x from './glue.js';\nx();\n"}

    assert bool(inspect("import-missing", tree)) is told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("- `src/auth/check.ts` - signature generation", True),
        ("- `src/auth/check.guard.ts` is created by hand", True),
        ("`src/auth/check.ts` is generated by `make check`", False),
    ],
)
def test_a_page_that_describes_a_file_makes_none(inspect: Inspect, line: str, *, told: bool) -> None:
    tree = {"package.json": package(), "README.md": f"{line}\n", "src/auth/a.ts": "import x from './check';\nx();\n"}

    assert bool(inspect("import-missing", tree)) is told
