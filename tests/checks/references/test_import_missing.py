"""Imports that lead nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.references._imports import aliases
from toolkit.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def package(**more: str) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **more})


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


def test_a_folder_that_is_gone_is_one_cause(inspect: Inspect) -> None:
    code = "import b from './gone/b';\nimport a from './gone/a';\n"

    (found,) = inspect("import-missing", {"package.json": package(), "src": {"x.ts": "\n" + code, "y.ts": code}})

    assert (found.path, found.line) == ("src/x.ts", 2)
    assert (
        found.message
        == "./gone/b leads nowhere: src/gone/b does not exist. 1 more imported file does not exist, either."
    )
    assert [(one.path, one.line) for one in found.related] == [("src/x.ts", 3), ("src/y.ts", 1), ("src/y.ts", 2)]


def test_what_a_package_lost_is_told_once_a_file_or_once(inspect: Inspect) -> None:
    few = {"package.json": package(), "a.ts": "import './gone';\n", "deep": {"b.ts": "import '../gone';\n"}}
    many = {"package.json": package(), "a.ts": "".join(f"import './gone{number}';\n" for number in range(5))}

    found = inspect("import-missing", {"few": few, "many": many})

    assert [(one.path, one.message, one.evidence) for one in found] == [
        (
            "few/a.ts",
            "./gone leads nowhere: few/gone does not exist.",
            "few/a.ts:1 -> few/gone; also imported at few/deep/b.ts:1",
        ),
        (
            "many/a.ts",
            "./gone0 leads nowhere: many/gone0 does not exist. 4 more imported files do not exist, either.",
            ", ".join(f"many/a.ts:{number + 1} -> many/gone{number}" for number in range(5)),
        ),
    ]


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
        (one.severity, one.path, one.line, one.message.partition(": ")[2]) for one in inspect("import-missing", tree)
    ] == [("error", "src/a/b.ts", 1, f"{target} does not exist.")]


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

    assert inspect("import-missing", {**tree, "src/there.ts": "", "src/a/b.ts": code}) == []


def test_the_configuration_of_a_bundler_is_read_once(inspect: Inspect, monkeypatch: pytest.MonkeyPatch) -> None:
    aliased = '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "~/*": ["./src/*"]}}}'
    code = "import x from '@/there';\nimport y from '~/there';\n"
    sources = {"src": {"there.ts": "", "a": {"b.ts": code}, "c": {"d.ts": code}}}
    read: list[str] = []
    plain = text_of

    def counted(context: Inspection, path: str, *rest: Any, **more: Any) -> str:
        read.append(path)
        return plain(context, path, *rest, **more)

    monkeypatch.setattr(aliases, "text_of", counted)

    assert not inspect(
        "import-missing", {"package.json": package(), "tsconfig.json": aliased, "vite.config.ts": "", **sources}
    )
    assert read.count("vite.config.ts") == 1


def test_a_scope_of_packages_that_is_an_alias_too(inspect: Inspect) -> None:
    aliased = '{"compilerOptions": {"paths": {"@acme/*": ["./packages/*"]}}}'
    manifest = '{"name": "a", "dependencies": {"@acme/ui": "1"}}'
    code = "import a from '@acme/ui/button';\nimport b from '@acme/lost';\n"
    tree = {"package.json": manifest, "tsconfig.json": aliased, "packages": {"x.ts": ""}, "src": {"a.ts": code}}

    assert places(inspect("import-missing", tree)) == [("error", "src/a.ts", 2)]


def test_that_prose_names_a_file_makes_none(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "README.md": "The rules are in `src/rules/limits.ts`, and well tested.\n",
        "src": {"a.ts": "import './rules/limits';\n"},
    }

    (found,) = inspect("import-missing", tree)

    assert (found.path, found.line) == ("src/a.ts", 1)


def test_many_lost_imports_are_told_by_their_files_or_the_parts_of_their_package(inspect: Inspect) -> None:
    lost = "".join(f"import './gone{number}';\n" for number in range(3))
    few = {
        "package.json": package(),
        "web": {"a.ts": lost, "deep": {"b.ts": lost}, "__tests__": {"a.test.ts": "import './lost';\n"}},
        "night": {"c.ts": "import './lost';\n"},
    }
    many = {**few, "web": {f"{number}.ts": f"import './lost{number}';\n" for number in range(7)}}

    assert [(one.severity, one.path, one.message.partition(".ts.")[2]) for one in inspect("import-missing", few)] == [
        ("error", "night/c.ts", ""),
        ("error", "web/a.ts", ""),
        ("error", "web/deep/b.ts", ""),
        ("warning", "web/__tests__/a.test.ts", ""),
    ]
    assert [one.path for one in inspect("import-missing", many)] == [
        "night/c.ts",
        "web/0.ts",
        "web/__tests__/a.test.ts",
    ]


def test_contracts_of_solidity(inspect: Inspect) -> None:
    code = '// SPDX\npragma solidity ^0.8.0;\nimport "forge-std/Script.sol";\nimport {A} from "../src/A.sol";\nimport {\n  B\n} from "../../src/B.sol";\nimport "./C.sol";\n// import "./D.sol";\n'
    tree = {
        "evm": {
            "foundry.toml": "",
            "src": {"A.sol": "", "B.sol": ""},
            "deploy": {"deep": {"Run.s.sol": code, "C.sol": ""}},
        }
    }

    assert [(one.severity, one.line, one.message.partition(" ")[0]) for one in inspect("import-missing", tree)] == [
        ("error", 4, "../src/A.sol"),
    ]


def test_a_list_of_files_makes_none(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "check.sh": 'for f in "src/services/agent.ts" "src/other.ts"; do test -f "$f"; done\n',
        "gen.js": "fs.writeFileSync('src/services/made.ts', text);\n",
        "src": {"a.ts": "import './services/agent';\nimport './services/made';\n"},
    }

    assert [(one.path, one.line) for one in inspect("import-missing", tree)] == [("src/a.ts", 1)]


def test_what_git_ignores_of_every_compiler_excuses_no_import(inspect: Inspect) -> None:
    """A rule for one file may mean what a generator writes; one for an ending means nothing in particular."""
    tree = {
        ".gitignore": "**/*.js\n**/*.d.ts\n/src/grammar.js\n/src/made.ts\n",
        "package.json": package(),
        "src": {"a.ts": "import './gone'\nimport './made'\nimport './there'\n", "there.ts": ""},
        "old": {"src": {"_disabled": {"b.ts": "import './lost'\n"}}},
    }

    assert places(inspect("import-missing", tree)) == [("error", "src/a.ts", 1)]
    assert inspect("import-missing", {**tree, ".gitignore": "/src/gone.js\n/src/made.ts\n"}) == []


def test_a_folder_that_is_left_to_a_tool(inspect: Inspect) -> None:
    tree = {"package.json": package(), "src": {"a.ts": "import './idl/x.json'\n"}, ".gitignore": "/src/idl\n"}

    assert inspect("import-missing", tree) == []


def test_roots_that_are_one_count_below_their_configuration(inspect: Inspect) -> None:
    tree = {
        "package.json": package(),
        "a": {"tsconfig.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}', "x.ts": "import './gone'\n"},
        "b": {"x.ts": "import './gone'\n"},
    }

    assert places(inspect("import-missing", tree)) == [("error", "b/x.ts", 1)]
    shared = {"tsconfig": {"tsconfig.base.json": '{"compilerOptions": {"rootDirs": ["src", "b"]}}'}}
    assert inspect("import-missing", {**tree, **shared}) == []


def test_an_absolute_import_of_the_package_around_a_file(inspect: Inspect) -> None:
    app: dict[str, Any] = {
        "__init__.py": "",
        "config.py": "x = 1\n",
        "main.py": "from app.config import x\nfrom app.memory.store import y\nfrom app import z\n",
        "api": {"__init__.py": "", "a.py": "try:\n    from app.gone import b\nexcept ImportError:\n    b = 1\n"},
    }
    tree = {
        "one-agent": {"requirements.txt": "", "__init__.py": "", "app": app},
        "two": {"app": {"__init__.py": "", "memory": {"__init__.py": "", "store.py": ""}}},
    }

    assert places(inspect("import-missing", tree)) == [("error", "one-agent/app/main.py", 2)]


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(
            {
                "utils": {"helpers.py": ""},
                "tests": {"utils": {"__init__.py": "", "a.py": "from utils.helpers import x\n"}},
            },
            id="tests laid out as what they test",
        ),
        pytest.param(
            {"clients": {"google": {"__init__.py": "", "a.py": "from google.oauth2 import x\n", "b.py": ""}}},
            id="a folder called as a package of others",
        ),
        pytest.param(
            {
                "app": {
                    "__init__.py": "",
                    "a.py": "from app.b import x\nfrom app.proto.a_pb2 import y\n",
                    "b.py": "x = 1\n",
                }
            },
            id="what a compiler makes",
        ),
        pytest.param(
            {"app": {"a.py": "from app.b import x\nfrom app.c import y\n", "b.py": ""}}, id="a part of a name"
        ),
        pytest.param(
            {
                "app": {"__init__.py": "", "b.py": "x = 1\n", "a.py": "from app.b import x\nfrom app.made import y\n"},
                ".gitignore": "made.py\n",
            },
            id="ignored",
        ),
    ],
)
def test_quiet_about_absolute_imports_that_may_lead_elsewhere(inspect: Inspect, tree: dict[str, Any]) -> None:
    assert inspect("import-missing", tree) == []


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


def test_what_several_files_lack_is_told_once(inspect: Inspect) -> None:
    one = {"package.json": package(), "a.ts": "import '../x/gone';\nimport '../y/lost';\n"}
    many = {
        "package.json": package(),
        **{f"{name}.ts": f"import './redis';\nimport './{name}-own';\nimport './{name}-other';\n" for name in "ab"},
    }

    found = inspect("import-missing", {"one": {"src": one}, "many": many})

    assert [(one.path, one.line, one.evidence.count("->")) for one in found] == [
        ("many/a.ts", 1, 3),
        ("many/b.ts", 2, 2),
        ("one/src/a.ts", 1, 2),
    ]
    assert found[0].evidence.endswith("also imported at many/b.ts:1")


@pytest.mark.parametrize(
    ("rule", "there", "told"),
    [
        ("lib/", "there.ts", True),
        ("/web/lib/", "there.ts", False),
        ("lib/", "there.js", False),
    ],
)
def test_a_rule_of_git_that_hides_sources_among_sources(
    repository: Callable[..., Repository], rule: str, there: str, told: bool
) -> None:
    web = {"package.json": package(), "lib": {there: ""}, "src": {"a.ts": "import '../lib/gone'\n"}}
    made = repository({".gitignore": f"dist\n{rule}\n", "web": web})
    made.git("add", "--force", f"web/lib/{there}")

    found = list(load("import-missing").run(Inspection(made.root, {})))

    assert places(found) == [("error", "web/src/a.ts", 1)] * told
    assert not told or "line 2 of .gitignore (lib/)" in found[0].message


def test_rules_of_git_for_python(inspect: Inspect) -> None:
    """Its ``lib/`` hides sources of the browser, and a rule for an ending that no module has hides no module."""
    api = {"__init__.py": "", "main.py": "from .gone import x\n"}
    web = {"package.json": package(), "src": {"a.ts": "import '../lib/gone'\n"}}

    alone = inspect("import-missing", {".gitignore": "lib/\n*.json\n", "web": web, "api": api})
    both = inspect("import-missing", {".gitignore": "lib/\nlib64/\n*.json\n"})

    assert places(alone) == [("error", "api/main.py", 1)]
    assert places(both) == [("error", "api/main.py", 1), ("error", "web/src/a.ts", 1)]


@pytest.mark.parametrize(
    ("code", "module", "told"),
    [
        pytest.param("from .m import gone\n", "there = 1\n", True, id="nowhere"),
        pytest.param("from .m import (\n    there,  # it\n    gone as x,\n)\n", "there = 1\n", True, id="one of two"),
        pytest.param("from app.m import there, gone\n", "there = 1\n", True, id="by the whole name"),
        pytest.param("from app.m import gone\n", "there = 1\n", False, id="perhaps of another package"),
        pytest.param("from . import gone\n", "", True, id="submodule"),
        pytest.param("from . import m\n", "", False, id="a submodule that is there"),
        pytest.param("from .m import gone\n", "if 1:\n    from os import path as gone\n", False, id="imported"),
        pytest.param("from .m import gone\n", "a, (gone, *b) = 1, 2\n", False, id="unpacked"),
        pytest.param("from .m import gone\n", "with open() as gone:\n    pass\n", False, id="bound by with"),
        pytest.param("from .m import gone\n", "from os import *\n", False, id="star"),
        pytest.param("from .m import gone\n", "def __getattr__(name): return 1\n", False, id="told when asked"),
        pytest.param("from .m import gone\n", "print 'two'\n", False, id="no Python of today"),
        pytest.param("from .m import *\n", "there = 1\n", False, id="everything"),
        pytest.param("from .m import __version__\n", "there = 1\n", False, id="what Python gives"),
        pytest.param("try:\n    from .m import gone\nexcept ImportError:\n    gone = 1\n", "", False, id="tried"),
        pytest.param("def f():\n    from .m import gone\n", "", False, id="late"),
        pytest.param('"""\nfrom .m import gone\n"""\n', "", False, id="within a text"),
        pytest.param("from .m import gone\n", "import sys\nsys.modules[__name__] = 1\n", False, id="taken out"),
    ],
)
def test_a_name_that_the_module_does_not_have(inspect: Inspect, code: str, module: str, told: bool) -> None:
    found = inspect("import-missing", {"app": {"__init__.py": "", "a.py": code, "m.py": module}})

    assert bool(found) is told
    assert not found or "has no gone to import" in found[0].message


def test_a_name_that_another_file_gives_a_module(inspect: Inspect) -> None:
    tree = {"__init__.py": "", "a.py": "from .m import gone\n", "m.py": ""}

    assert places(inspect("import-missing", {"app": tree})) == [("error", "app/a.py", 1)]
    assert inspect("import-missing", {"app": {"b.py": "from . import m\nm.gone = 1\n"}}) == []


@pytest.mark.parametrize(
    ("code", "module", "level"),
    [
        pytest.param("import { gone } from './m';\n", "export const there = 1;\n", "error", id="nowhere"),
        pytest.param("import a, {\n  there,\n  gone as b,\n} from './m.js';\n", "export const there = 1;\n", "error", id="one of two"),
        pytest.param("import { Gone } from './m';\nconst a = <Gone />;\n", "export const there = 1;\n", "error", id="component"),
        pytest.param("import { Gone } from './m';\nlet a: Gone[];\n", "export const there = 1;\n", "warning", id="a type by its use"),
        pytest.param("import type { gone } from './m';\n", "export const there = 1;\n", "warning", id="a type by its import"),
        pytest.param("import { gone } from './m';\n", "const gone = 1;\nexport { gone };\nexport const a = 1;\n", "", id="listed"),
        pytest.param("import { gone } from './m';\n", "export * from './n';\nexport const a = 1;\n", "", id="star"),
        pytest.param("import { gone } from './m';\n", "export type * from './n';\nexport const a = 1;\n", "", id="star of types"),
        pytest.param("import { gone } from './m';\n", "const gone = 1;\nexport const a = 1;\n", "", id="there and not exported"),
        pytest.param("import { gone } from './m';\n", "export const { a, gone } = b;\n", "", id="unpacked"),
        pytest.param("import { gone } from './m';\n", "module.exports = b;\n", "", id="common"),
        pytest.param("import { default as a } from './m';\n", "export default 1;\n", "", id="default"),
        pytest.param("// import { gone } from './m';\n", "export const a = 1;\n", "", id="comment"),
        pytest.param("jest.mock('./m', () => ({ gone: 1 }));\nimport { gone } from './m';\n", "export const a = 1;\n", "", id="mocked"),
        pytest.param("import { gone } from 'm';\n", "export const a = 1;\n", "", id="package"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_occur_in_a_source(inspect: Inspect, code: str, module: str, level: str) -> None:
    found = inspect("import-missing", {"package.json": package(), "src": {"a.tsx": code, "m.ts": module, "n.ts": ""}})

    assert [one.severity for one in found] == ([level] if level else [])
    assert all("has no " in one.message and "to import" in one.message for one in found)


def test_one_source_of_several_gives_a_name(inspect: Inspect) -> None:
    tree = {"a.ts": "import { gone } from './m';\n", "m.ts": "export const a = 1;\n", "m": {"index.ts": ""}}

    assert inspect("import-missing", {"package.json": package(), "src": tree}) == []


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


def test_a_name_that_only_a_component_lacks_which_no_source_imports(inspect: Inspect) -> None:
    tree = {
        "app": {"package.json": package(), "src/components/Card.tsx": "import { gone } from '../m';\ngone();\n"},
        "app/src/m.ts": "export const a = 1;\n",
        "site": {"package.json": package(), "src/main.tsx": "import Card from '@/components/Card';\n"},
        "site/src/components/Card.tsx": "import { lost } from '../m';\nlost();\n",
        "site/src/m.ts": "export const a = 1;\n",
    }

    assert [(one.path, one.severity) for one in inspect("import-missing", tree)] == [
        ("app/src/components/Card.tsx", "warning"),
        ("site/src/components/Card.tsx", "error"),
    ]


@pytest.mark.parametrize(
    ("script", "code", "level"),
    [
        ("wrangler deploy", "import { Kind } from './gone';\nexport const a: Kind[] = [];\n", "warning"),
        ("vite build", "import type { kind } from './gone';\nexport const a: kind = 1;\n", "warning"),
        ("wrangler deploy", "import { Kind } from './gone';\nexport const a = new Kind();\n", "error"),
        ("tsc && vite build", "import type { Kind } from './gone';\nexport const a: Kind = 1;\n", "error"),
        ("node a.js", "import type { Kind } from './gone';\nexport const a: Kind = 1;\n", "error"),
    ],
)
def test_types_that_a_bundler_drops(inspect: Inspect, script: str, code: str, level: str) -> None:
    manifest = json.dumps({"name": "a", "scripts": {"build": script}})

    assert [one.severity for one in inspect("import-missing", {"package.json": manifest, "src/a.ts": code})] == [level]


def test_an_alias_without_its_folder_is_the_fault_of_its_configuration(inspect: Inspect) -> None:
    """The compiler takes the longest alias, and no shorter one in its place; the bundler's copy of it has the same cause."""
    aliased = '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "@/pages/*": ["./src/pages/*"]}}}'
    vite = "export default { resolve: { alias: { '@/pages': path.resolve(__dirname, './src/pages') } } }\n"
    code = "import a from '@/pages/home';\nimport b from '@/odds';\n"
    tree = {"package.json": package(), "tsconfig.json": aliased, "vite.config.ts": vite, "src": {"a.ts": code}}

    (dead,) = inspect("tsconfig-path-missing", tree)
    (copied,) = inspect("package-script-broken", tree)

    assert places(inspect("import-missing", tree)) == [("error", "src/a.ts", 2)]
    assert dead.causes == copied.causes == ("folder src/pages",)


def test_a_bare_name_in_the_root_is_made_by_what_writes_such_a_file(inspect: Inspect) -> None:
    """That scripts speak of a config is no reason to think that they make one."""
    tree = {"api": {"package.json": package(), "app.js": "const c = require('../config');\n"}}
    speaks = {"build.sh": "mkdir -p out && cp config out\n"}
    makes = {"build.sh": "echo '{}' > config.json\n"}

    assert places(inspect("import-missing", {**tree, **speaks})) == [("error", "api/app.js", 1)]
    assert inspect("import-escapes-project", {**tree, **speaks}) == []
    assert inspect("import-missing", {**tree, **makes}) == []


_CRATE = '[package]\nname = "a"\nversion = "0.1.0"\n'


def test_modules_of_a_crate_without_a_file(inspect: Inspect) -> None:
    tree = {
        "api": {
            "Cargo.toml": _CRATE + '[[bin]]\nname = "x"\npath = "cmd/x.rs"\n',
            "src/lib.rs": "pub mod there;\n#[cfg(test)]\nmod checks;\n",
            "src/there.rs": "pub mod deep;\nmod inner {\n    mod handler;\n}\n",
            "src/there/deep.rs": "",
            "cmd/x.rs": "mod gone;\n",
            "tests/all.rs": "mod common;\n",
        }
    }

    found = inspect("import-missing", tree)

    assert places(found) == [
        ("error", "api/cmd/x.rs", 1),
        ("warning", "api/src/lib.rs", 3),
        ("error", "api/src/there.rs", 3),
        ("warning", "api/tests/all.rs", 1),
    ]
    assert "mod gone leads nowhere: api/cmd/gone.rs does not exist" in found[0].message


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"src/lib.rs": '#[cfg(feature = "x")]\n#[allow(unused)]\nmod gone;\n'}, id="with a feature"),
        pytest.param(
            {"src/lib.rs": "#[cfg(unix)]\nmod unix;\n", "src/unix.rs": "mod gone;\n"}, id="below one with a condition"
        ),
        pytest.param({"src/lib.rs": "cfg_if! { if #[cfg(unix)] {\nmod gone;\n} }\n"}, id="in a macro"),
        pytest.param({"src/lib.rs": "#[pallet::made]\nmod gone;\n"}, id="a macro as attribute"),
        pytest.param({"src/lib.rs": '#[cfg_attr(x, path = "y.rs")]\nmod gone;\n'}, id="a path for some"),
        pytest.param({"src/lib.rs": '#[path = "y/z.rs"]\nmod a;\n', "src/y/z.rs": "mod b;\n", "src/y/b.rs": ""}, id="beside a path"),
        pytest.param({"src/lib.rs": "mod gone;\n", "build.rs": 'fn main() { write("src/gone.rs"); }\n'}, id="built"),
        pytest.param({"src/lib.rs": "mod generated;\n"}, id="generated"),
        pytest.param({"src/left.rs": "mod gone;\n", "src/lib.rs": ""}, id="of a file that nothing compiles"),
        pytest.param({"src/lib.rs": "mod gone;\n", ".gitignore": "/src/gone.rs\n"}, id="ignored by its name"),
        pytest.param({"examples/x.rs": "mod gone;\n", "src/lib.rs": ""}, id="example"),
    ],
)  # fmt: skip
def test_modules_that_are_not_surely_missing(inspect: Inspect, tree: dict[str, Any]) -> None:
    assert inspect("import-missing", {"Cargo.toml": _CRATE, **tree}) == []


def test_modules_of_a_program_are_told_with_the_rest_of_it(inspect: Inspect) -> None:
    manifest = _CRATE + '[dependencies]\nanchor-lang = "0.31.1"\n'
    tree = {"Cargo.toml": manifest, "src/lib.rs": "mod gone;\n#[program]\npub mod a {}\n"}

    assert inspect("import-missing", tree) == []
    assert places(inspect("anchor-incomplete-program", tree)) == [("error", "src/lib.rs", 1)]


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


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("import { gone } from './there';\n", 1, id="as it is"),
        pytest.param("// The rules.\n/* @ts-nocheck is not set */\nimport { gone } from './there';\n", 1, id="only named"),
        pytest.param("// What is to be.\n// @ts-nocheck - a sketch\nimport { gone } from './there';\n", 0, id="unchecked"),
        pytest.param("/** A sketch. */\n// @ts-nocheck\nimport { gone } from './there';\n", 0, id="unchecked below a comment"),
        pytest.param("// @ts-expect-error to come\nimport { gone } from './there';\n", 0, id="expected"),
    ],
)  # fmt: skip
def test_a_name_that_the_compiler_is_not_to_look_for(inspect: Inspect, code: str, told: int) -> None:
    tree = {"package.json": package(), "src": {"there.ts": "export const a = 1;\n", "a.ts": code}}

    assert len(inspect("import-missing", tree)) == told


def test_parts_of_a_bundle_are_made(inspect: Inspect) -> None:
    code = "import './Page-Dwel7VuP.js';\nimport './vendor-BxYzabQr.js';\nimport './index-12ab34cd.js';\nimport './my-settings.js';\n"

    (found,) = inspect("import-missing", {"package.json": package(), "kept": {"index.js": code}})

    assert found.line == 4


def test_what_one_file_asks_of_several_modules_is_told_once(inspect: Inspect) -> None:
    asks = "from .first import One\nfrom .second import Two, Three\nfrom .shared import Four\n"
    tree = {
        "setup.py": "",
        "app": {"__init__.py": asks, "first.py": "A = 1\n", "second.py": "B = 2\n", "shared.py": "C = 3\n", "d.py": "from .shared import Four\n"},
    }  # fmt: skip

    found = sorted(inspect("import-missing", tree), key=lambda one: one.line)

    assert [(one.path, one.line, one.message) for one in found] == [
        (
            "app/__init__.py",
            1,
            "app/first.py has no One to import: Python stops there. Nor does 1 more of its modules have what it asks for.",
        ),
        ("app/__init__.py", 3, "app/shared.py has no Four to import: Python stops there."),
    ]
    assert [place.line for place in found[0].related] == [2]


def test_a_message_names_a_dozen(inspect: Inspect) -> None:
    names = ", ".join(f"name{number}" for number in range(20))
    tree = {
        "package.json": package(),
        "src": {"a.ts": f"import {{ {names} }} from './b';\n", "b.ts": "export const b = 1;\n"},
    }

    (found,) = inspect("import-missing", tree)

    assert found.message.endswith("name10, name11 and 8 more.")


@pytest.mark.parametrize(
    ("written", "beside", "told"),
    [
        ("./x.ts", "x.d.ts", False),
        ("./x.tsx", "x.d.ts", False),
        ("./x.js", "x.d.ts", False),
        ("./x.mts", "x.d.mts", False),
        ("./x.ts", "y.d.ts", True),
        ("./x.mts", "x.d.ts", True),
    ],
)
def test_declarations_stand_for_their_source(inspect: Inspect, written: str, beside: str, told: bool) -> None:
    tree = {
        "types": {
            "a.d.ts": f"import type {{ X }} from '{written}';\nexport type A = X;\n",
            beside: "export type X = 1;\n",
        }
    }

    assert [one.line for one in inspect("import-missing", tree)] == [1] * told


@pytest.mark.parametrize(
    ("line", "more", "stops"),
    [
        ("import type { Gone } from './a';\n", {}, "no compiler looks at that test, and nothing says that the type is not there"),
        ("import { gone } from './a';\n", {}, "no compiler looks at that test, and nothing says that it is undefined there"),
        ("import { gone } from './a';\n", {"vitest.config.ts": "x({ typecheck: { enabled: false } })\n"}, "no compiler looks"),
        ("import { gone } from './a';\n", {"vitest.config.ts": "x({ typecheck: { enabled: true } })\n"}, "the compiler stops there"),
        ("import { gone } from './a';\n", {"jest.config.js": "x({ preset: 'ts-jest' })\n"}, "the compiler stops there"),
        ("import { gone } from './a';\n", {"tsconfig.test.json": '{"include": ["**/*.test.ts"]}'}, "the compiler stops there"),
    ],
)  # fmt: skip
def test_a_test_that_no_compiler_looks_at(inspect: Inspect, line: str, more: dict[str, str], stops: str) -> None:
    tree = {
        "package.json": '{"scripts": {"build": "tsc", "test": "vitest run"}}',
        "tsconfig.json": '{"include": ["src"], "exclude": ["**/*.test.ts"]}',
        "src": {"a.ts": "export const here = 1;\n", "index.ts": "import './a';\n", "a.test.ts": line},
        **more,
    }

    (found,) = inspect("import-missing", tree)

    assert f" to import: {stops}" in found.message


def test_what_git_ignores_and_a_generator_of_the_package_names(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "a", "scripts": {"lint": "node build.js && eslint ."}}',
        ".gitignore": "src/*.js\n",
        "eslint.config.mjs": "import main from './src/main.config.js';\nimport gone from './src/gone.config.js';\nexport default [main, gone];\n",
        "build.js": "const outputs = ['main.config.js'];\noutputs.map(write);\n",
        "src": {"a.ts": ""},
    }

    (found,) = inspect("import-missing", tree)

    assert (found.path, found.line) == ("eslint.config.mjs", 2)


def test_an_alias_from_the_folder_of_whatever_extends_it(inspect: Inspect) -> None:
    shared = '{"compilerOptions": {"paths": {"@/*": ["${configDir}/src/*"]}}}'
    tree = {
        "base": {"package.json": '{"name": "@a/base"}', "tsconfig.lib.json": shared},
        "web": {
            "package.json": '{"name": "web", "scripts": {"build": "tsc"}}',
            "tsconfig.json": '{"extends": "@a/base/tsconfig.lib.json"}',
            "src": {
                "a.ts": "import { b } from '@/b';\nimport { c } from '@/c';\nb(c);\n",
                "b.ts": "export const b = 1;\n",
            },
        },
    }

    assert places(inspect("import-missing", tree)) == [("error", "web/src/a.ts", 2)]
    assert inspect("tsconfig-path-missing", tree) == []


GO = 'package main\n\nimport (\n\t"fmt"\n\t"shop/internal/IMPORTED"\n)\n\nfunc main() { fmt.Println(x.X) }\n'


@pytest.mark.parametrize(
    ("imported", "more", "level"),
    [
        pytest.param("gone", {}, "error", id="not there"),
        pytest.param("here", {}, "", id="there"),
        pytest.param("mocks", {}, "", id="generated"),
        pytest.param("gone", {".gitignore": "/internal/gone/\n"}, "", id="ignored"),
        pytest.param("gone", {"gen.sh": "protoc --go_out=internal/gone x.proto\n"}, "", id="written by a script"),
        pytest.param(
            "gone", {"main.go": "//go:build tools\n\n" + GO.replace("IMPORTED", "gone")}, "", id="built elsewhere"
        ),
        pytest.param("sub/x", {"internal": {"sub": {"go.mod": "module shop/internal/sub\n"}}}, "", id="another module"),
    ],
)
def test_a_package_of_a_go_module_that_is_not_there(
    inspect: Inspect, imported: str, more: dict[str, Any], level: str
) -> None:
    tree = {"go.mod": "module shop\n\ngo 1.22\n", "main.go": GO.replace("IMPORTED", imported), **more}
    tree["internal"] = {"here": {"x.go": "package here\n"}, **more.get("internal", {})}

    found = inspect("import-missing", tree)

    assert [(one.severity, one.path, one.line) for one in found] == ([(level, "main.go", 5)] if level else [])


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
