"""Imports by an alias of a configuration that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.references.packages import package
from toolkit.checks.references._imports import aliases
from toolkit.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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
        pytest.param(
            "import x from '@/odds';\n",
            {"tsconfig.json": ALIASED.replace('"paths": {', '"paths": {"@/odds": ["./elsewhere"], ')},
            id="alias of its own",
        ),
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
