"""Paths of TypeScript configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_missing_aliases_parents_and_references(inspect: Inspect) -> None:
    tree = {
        "a": {
            "tsconfig.json": '{\n"compilerOptions": {"paths": {\n"@lib/*": ["./lib2/*"],\n"@none/*": ["./none/*"]\n}},\n'
            '"references": [{"path": "../gone"}]\n}',
            "src": {"a.ts": 'import x from "@lib/x";\n'},
        },
        "b": {"tsconfig.json": '{\n"extends": "../tsconfig.bas.json"\n}'},
        "tsconfig.base.json": "{}",
    }

    assert places(inspect("tsconfig-path-missing", tree)) == [
        ("error", "a/tsconfig.json", 3),
        ("warning", "a/tsconfig.json", 4),
        ("error", "a/tsconfig.json", 6),
        ("error", "b/tsconfig.json", 2),
    ]


def test_quiet_after_the_chain_with_endings_and_outputs(inspect: Inspect) -> None:
    tree = {
        "base.json": '{"compilerOptions": {"baseUrl": "./src", /* of all */ "paths": {"@a/*": ["a/*"], "@b": ["b"],}}}',
        "app": {
            "tsconfig.json": '{"extends": ["../base.json", "@tsconfig/node20/tsconfig.json"], "compilerOptions": {"paths": {'
            '"@a/*": ["a/*"], "react": ["./node_modules/@types/react"], "@gen/*": ["../app/generated/*"], "~/*": ["gone/*", "a/*"]}}}'
        },
        "src": {"a": {"x.ts": ""}, "b.ts": ""},
    }

    assert inspect("tsconfig-path-missing", tree) == []
