"""Scripts that call require where Node.js has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "package-script-broken"
CODE = "#!/usr/bin/env node\n// Sizes.\nconst { join } = require('path');\n"


def package(**more: Any) -> str:
    return json.dumps({"name": "a", "type": "module", **more})


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"package.json": package(scripts={"size": "node tools/size.js"}), "tools": {"size.js": CODE}}, ("error", "tools/size.js")),
        ({"package.json": package(), "scripts": {"size.js": CODE}}, ("warning", "scripts/size.js")),
        ({"package.json": package(), "size.js": "const fs = require('fs');\n", "up.sh": "node --trace size.js\n"}, ("error", "size.js")),
        ({"package.json": package(), "size.js": "const fs = require('fs');\n", "README.md": "Run `node size.js`.\n"}, ("warning", "size.js")),
        ({"package.json": '{"name": "a"}', "scripts": {"size.mjs": CODE}}, ("warning", "scripts/size.mjs")),
    ],
)  # fmt: skip
def test_a_script_that_calls_what_an_es_module_has_not(
    inspect: Inspect, tree: dict[str, Any], expected: tuple[str, str]
) -> None:
    (found,) = inspect(ID, tree)

    assert (found.severity, found.path) == expected
    assert "makes it an ES module, which has none: Node.js stops there." in found.message


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"package.json": '{"name": "a"}', "scripts": {"a.js": CODE}}, id="CommonJS"),
        pytest.param({"package.json": package(), "scripts": {"package.json": "{}", "a.js": CODE}}, id="a manifest of its own"),
        pytest.param({"package.json": package(), "scripts": {"a.cjs": CODE}}, id="by its ending"),
        pytest.param({"package.json": package(), "scripts": {"a.js": f"import {{ createRequire }} from 'module';\n{CODE}"}}, id="made"),
        pytest.param({"package.json": package(), "scripts": {"a.js": "// const a = require('b');\nif (x) {\n  const c = require('d');\n}\n"}}, id="no sure call"),
        pytest.param({"package.json": package(), "src": {"a.js": "const a = require('b');\n"}}, id="a bundler may take it"),
        pytest.param({"package.json": package(scripts={"a": "bun scripts.js"}), "scripts.js": "const a = require('b');\n"}, id="Bun has it"),
        pytest.param({"package.json": package(), "public": {"scripts": {"a.js": CODE}}}, id="for browsers"),
    ],
)  # fmt: skip
def test_where_require_may_be_there(inspect: Inspect, tree: dict[str, Any]) -> None:
    assert inspect(ID, tree) == []


def test_scripts_of_one_package_are_told_once(inspect: Inspect) -> None:
    tree = {
        "package.json": package(scripts={"b": "node scripts/b.js"}),
        "scripts": {"a.js": CODE, "b.js": CODE},
    }

    (found,) = inspect(ID, tree)

    assert (found.severity, found.path, found.line) == ("error", "scripts/b.js", 3)
    assert found.message.endswith("So does 1 more file.")
    assert [(place.path, place.line) for place in found.related] == [("scripts/a.js", 3)]


ES = "import fs from 'node:fs';\nexport default fs;\n"
COMMON = '{"name": "a", "type": "commonjs", "scripts": {"start": "node START"}}'


@pytest.mark.parametrize(
    ("start", "code", "told"),
    [
        pytest.param("up.js", ES, True, id="imports"),
        pytest.param("up.js", "export const a = 1;\n", True, id="exports"),
        pytest.param("-r @babel/register up.js", ES, False, id="translated"),
        pytest.param("--import tsx up.js", ES, False, id="translated by its loader"),
        pytest.param("other.js", ES, False, id="another file"),
        pytest.param("up.js", "const a = `\nimport b from 'c';\n`;\n", False, id="a text"),
        pytest.param("up.js", "const a = import('node:fs');\n", False, id="at run time"),
    ],
)
def test_an_es_module_that_a_manifest_calls_commonjs(inspect: Inspect, start: str, code: str, told: bool) -> None:
    tree = {"package.json": COMMON.replace("START", start), "up.js": code, "other.js": ""}

    found = [one for one in inspect(ID, tree) if "CommonJS" in one.message]

    assert [(one.severity, one.path) for one in found] == ([("error", "up.js")] if told else [])


def test_node_finds_out_itself_where_no_manifest_says_the_kind(inspect: Inspect) -> None:
    untyped = COMMON.replace('"type": "commonjs", ', "").replace("START", "up.js")
    ending = COMMON.replace('"type": "commonjs", ', "").replace("START", "up.cjs")

    assert inspect(ID, {"package.json": untyped, "up.js": ES}) == []
    assert [one.path for one in inspect(ID, {"package.json": ending, "up.cjs": ES})] == ["up.cjs"]
