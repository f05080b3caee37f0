"""Paths and classes in wrangler configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_is_missing(inspect: Inspect) -> None:
    config = """\
name = "a"
main = "src/indx.ts"
compatibility_date = "2025-01-01"
[env.staging]
main = "src/staging.ts"
"""
    found = inspect("wrangler-reference-missing", {"wrangler.toml": config, "src": {"index.ts": ""}})

    assert places(found) == [("error", "wrangler.toml", 2), ("error", "wrangler.toml", 5)]
    assert [fix.title for fix in found[0].fixes] == ["write src/index.ts"]


def test_classes_and_handlers(inspect: Inspect) -> None:
    config = """{
  "name": "a", "main": "a.ts",
  "durable_objects": {"bindings": [
    {"name": "A", "class_name": "Here"},
    {"name": "B", "class_name": "Gone"},
    {"name": "C", "class_name": "Other", "script_name": "other"}
  ]},
  "triggers": {"crons": ["* * * * *"]}
}"""
    code = "export class Here {}\nexport default { fetch() { return new Response(); } };\n"

    assert places(inspect("wrangler-reference-missing", {"wrangler.jsonc": config, "a.ts": code})) == [
        ("error", "wrangler.jsonc", 5),
        ("warning", "wrangler.jsonc", 8),
    ]


def test_quiet_about_builds_packages_and_comments(inspect: Inspect) -> None:
    tree = {
        "a": {"wrangler.toml": 'name = "a"\nmain = "worker/out.js"\n[build]\ncommand = "make"\n'},
        "b": {"wrangler.toml": 'name = "b"\nmain = "@x/y/server"\n', "package.json": '{"dependencies": {"@x/y": "1"}}'},
        "c": {"wrangler.jsonc": '{\n// "main": "gone.ts",\n"name": "c", "main": "./c.ts"}', "c.ts": ""},
        "d": {
            "wrangler.toml": 'name = "d"\nmain = "d.ts"\n[site]\nentry-point = "old"\nbucket = "."\n',
            "d.ts": "",
            "x": "",
        },
    }

    assert inspect("wrangler-reference-missing", tree) == []


def test_outputs_of_frameworks_are_information(inspect: Inspect) -> None:
    config = '{"name": "a", "main": ".open-next/worker.js", "assets": {"directory": "./dist/client"}}'

    assert {one.severity for one in inspect("wrangler-reference-missing", {"wrangler.json": config})} <= {"info"}
