"""Imports of what git ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.packages import package
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("write('../data/areas.json', found);\n", []),
        ("import areas from '../data/areas.json';\n", ["scripts/make.js", "src/a.js"]),
    ],
)
def test_what_git_ignores_and_another_source_names_by_its_path(inspect: Inspect, text: str, told: list[str]) -> None:
    tree = {
        "package.json": package(),
        ".gitignore": "data/\n!data/README.md\n",
        "data": {"README.md": ""},
        "scripts": {"make.js": text},
        "src": {"a.js": "import areas from '../data/areas.json';\n"},
    }

    shown = " ".join(one.evidence for one in inspect("import-missing", tree))

    assert [path for path in ("scripts/make.js", "src/a.js") if path in shown] == told
