"""Imports of declarations, which a compiler may be told to overlook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("folder", "overlook", "told"),
    [
        ("_generated", True, "info"),
        ("kinds", True, "warning"),
        ("_generated", False, "error"),
        ("kinds", False, "error"),
    ],
)
def test_declarations_that_the_compiler_overlooks(
    inspect: Callable[..., list[Finding]], folder: str, overlook: bool, told: str
) -> None:
    tree = {
        "package.json": json.dumps({"name": "a", "scripts": {"build": "tsc"}, "main": "src/index.ts"}),
        "tsconfig.json": json.dumps({"compilerOptions": {"skipLibCheck": overlook}}),
        "src": {
            "index.ts": f'import type {{ Api }} from "./{folder}/api";\nexport const api = {{}} as Api;\n',
            folder: {"api.d.ts": 'import type * as shops from "../shops.js";\nexport type Api = typeof shops;\n'},
        },
    }
    (found,) = inspect("import-missing", tree)
    assert (found.severity, found.path, found.line) == (told, f"src/{folder}/api.d.ts", 1)


@pytest.mark.parametrize(
    ("name", "overlook", "told"),
    [("tsconfig.app.json", True, "warning"), ("tsconfig.app.json", False, "error"), ("other.json", True, "error")],
)
def test_declarations_of_a_configuration_that_refers_to_others(
    inspect: Callable[..., list[Finding]], name: str, overlook: bool, told: str
) -> None:
    tree = {
        "package.json": json.dumps({"name": "a", "scripts": {"build": "tsc -b"}, "main": "src/index.ts"}),
        "tsconfig.json": '{\n  // as a template makes it\n  "files": [],\n  "references": [{ "path": "./tsconfig.app.json" }],\n}\n',
        name: json.dumps({"compilerOptions": {"skipLibCheck": overlook}, "include": ["src"]}),
        "src": {
            "index.ts": 'import type { Api } from "./kinds/api";\nexport const api = {} as Api;\n',
            "kinds": {"api.d.ts": 'import type * as shops from "../shops.js";\nexport type Api = typeof shops;\n'},
        },
    }
    (found,) = inspect("import-missing", tree)
    assert (found.severity, found.path) == (told, "src/kinds/api.d.ts")
