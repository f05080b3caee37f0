"""Names that the source they are imported from does not have, and types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks.references.packages import package

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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
