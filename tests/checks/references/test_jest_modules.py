"""Tests with words of modules, where jest makes CommonJS of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

TEST = "const here = new URL('.', import.meta.url);\n"
CONFIG = (
    "module.exports = {\n  preset: 'ts-jest',\n  testMatch: ['**/tests/**/*.test.ts', '**/tests/**/*.test.js'],\n};\n"
)


def package(config: str, script: str = "jest", **more: Any) -> dict[str, Any]:
    manifest = {"name": "a", "scripts": {"test": script}, "devDependencies": {"jest": "29", "ts-jest": "29"}, **more}
    files = {"a.test.ts": "\n" + TEST, "b.test.ts": TEST, "c.test.ts": "test('a', () => {});\n"}
    tree = {"package.json": json.dumps(manifest), "tests": files}
    return tree | ({"jest.config.js": config} if config else {})


def test_a_module_of_which_commonjs_is_made(inspect: Inspect) -> None:
    (found,) = inspect("package-script-broken", {"kit": package(CONFIG)})

    assert places([found]) == [("error", "kit/tests/a.test.ts", 2)]
    assert found.message.endswith("by kit/jest.config.js: it fails before its first line. So does 1 more.")
    assert found.evidence == "kit/tests/a.test.ts:2, kit/tests/b.test.ts:1"


def test_settings_in_the_manifest(inspect: Inspect) -> None:
    found = inspect("package-script-broken", package("", jest={"preset": "ts-jest"}))
    assert places(found) == [("error", "tests/a.test.ts", 2)]


@pytest.mark.parametrize(
    ("config", "script"),
    [
        (CONFIG.replace("ts-jest", "ts-jest/presets/default-esm"), "jest"),
        (CONFIG.replace("};", "  transform: {'.ts': ['ts-jest', {useESM: true}]},\n};"), "jest"),
        (CONFIG.replace("};", "  transform: {'.js': 'babel-jest'},\n};"), "jest"),
        (CONFIG.replace("**/tests/**/*.test.ts", "other/*.ts"), "jest"),
        (CONFIG, "node --experimental-vm-modules node_modules/.bin/jest"),
        (CONFIG, "jest --config other.js || true"),
        (CONFIG, "vitest run"),
        ("module.exports = {};\n", "jest"),
    ],
)
def test_quiet_where_something_else_may_be(inspect: Inspect, config: str, script: str) -> None:
    found = inspect("package-script-broken", package(config, script))
    assert [one for one in found if "import.meta" in one.message] == []


def test_quiet_about_words_in_texts_and_comments(inspect: Inspect) -> None:
    tree = package(CONFIG) | {"tests": {"a.test.ts": "// import.meta\nconst text = 'import.meta.url';\n"}}
    assert inspect("package-script-broken", tree) == []
