"""Roles by name and by settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.context import Context
from toolkit.inspection import Inspection
from toolkit.roles import matches, role_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


@pytest.mark.parametrize(
    ("path", "patterns", "hit"),
    [
        ("apps/web", ("apps/*",), True),
        ("apps/web/inner", ("apps/*",), True),
        ("apps/web", ("web",), True),
        ("apps/website", ("web",), False),
        ("apps/web", ("./apps/web/",), True),
        ("legacy/a/b", ("legacy/**",), True),
        ("x/legacy", ("**/legacy",), True),
        (".", (".",), True),
        ("apps", (".",), False),
        ("apps/web", ("libs/*",), False),
    ],
)
def test_globs_match_a_folder_or_one_above_it(path: str, patterns: tuple[str, ...], hit: bool) -> None:
    assert bool(matches(path, patterns)) is hit


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("services/api", "own"),
        (".claude/skills/pdf", "vendored"),
        ("src/skills", "own"),
        ("x/test-corpus/a", "fixture"),
        ("vendor/lib", "vendored"),
        ("a/third_party/b", "vendored"),
        ("forks/starter/apps/web", "vendored"),
        ("tools/google-cloud-sdk/lib/surface", "vendored"),
        ("cli/templates/app", "template"),
        ("packages/.template/src", "template"),
        ("services/shop/src", "template"),
        ("services/stamped/src", "own"),
        ("services/page", "own"),
        ("tools/gen/library/files/src", "template"),
        ("tools/gen/files/src", "own"),
        ("demos/mesh-1.27.2/samples", "vendored"),
        ("packages/ours-1.0.0/src", "own"),
        ("demos/mesh-1.27/samples", "example"),
        ("gen/{{name}}", "template"),
        ("tests/fixtures/one", "fixture"),
        ("pkg/testdata/x", "fixture"),
        ("examples/hello", "example"),
        ("vendor/x/examples/y", "vendored"),
        ("examples/fixtures/x", "fixture"),
        ("contracts/lib/forge-std", "vendored"),
        ("packages/lib/core", "own"),
        ("templating/engine", "own"),
        ("apps/web/.svelte-kit/output", "vendored"),
        ("web/.next_stale_1/server", "vendored"),
        (".yarn/releases", "vendored"),
        ("src/releases", "own"),
        ("src/output", "own"),
    ],
)
def test_a_path_tells_its_role(repository: Callable[..., Repository], path: str, role: str) -> None:
    repo = repository(
        {
            "contracts": {"foundry.toml": ""},
            "demos": {"mesh-1.27.2": {"LICENSE": "Apache"}, "mesh-1.27": {"LICENSE": "Apache"}},
            "services": {
                "shop": {"package.json.j2": "{}", "src": {"a.ts": ""}},
                "stamped": {"package.json.tmpl": "{}", "package.json": "{}"},
                "page": {"mail.html.j2": "", "package.json": "{}"},
            },
            "packages": {"ours-1.0.0": {"package.json": "{}"}},
            "tools": {"gen": {"library": {"schema.json": "{}", "files": {"src": {"a.ts": ""}}}}},
        }
    )
    found, why = role_of(Context(repo.root), path)
    assert found == role
    assert bool(why) is (role != "own")


def test_settings_win(repository: Callable[..., Repository]) -> None:
    settings = (
        '[bootstrap]\ninclude = ["vendor/ours"]\nexclude = ["old/**"]\n[projects."templates/live"]\nrole = "own"\n'
    )
    context = Context(repository({"toolkit.toml": settings}).root)
    assert role_of(context, "vendor/ours")[0] == "own"
    assert role_of(context, "old/app") == ("ignored", "exclude 'old/**' in [bootstrap]")
    assert role_of(context, "templates/live") == ("own", 'role in [projects."templates/live"]')


def test_a_template_that_a_workspace_claims_is_built_here(repository: Callable[..., Repository]) -> None:
    package = '{"name": "%s"}'
    made = repository(
        {
            "pnpm-workspace.yaml": 'packages: ["packages/*", "templates/*"]\n',
            "package.json": package % "root",
            "templates": {
                "shop": {"package.json": package % "shop", "src/templates": {"mail.html": ""}},
                "notes.md": "",
            },
            "packages": {"create": {"package.json": package % "create", "templates": {"app": {"package.json": "{}"}}}},
            "scaffold": {"package.json": package % "scaffold"},
        }
    )
    context = Inspection(made.root, {})

    assert {
        path: context.role(path)[0] for path in ("templates/shop/src/a.ts", "templates/shop/src/templates/mail.html")
    } == {
        "templates/shop/src/a.ts": "own",
        "templates/shop/src/templates/mail.html": "own",
    }
    assert {
        context.role(path)[0] for path in ("templates/notes.md", "packages/create/templates/app/a.ts", "scaffold/a.ts")
    } == {"template"}


def test_a_fork_that_says_so_is_no_work_of_the_repository(repository: Callable[..., Repository]) -> None:
    package = '{"name": "one", "dependencies": {"a": "1"}}'
    upstream = {"package.json": package, "LICENSE": "MIT", ".travis.yml": "", "perf": {"a.js": ""}}
    made = repository(
        {"packages": {"vendor-orm": upstream, "orm": upstream, "vendor-portal": {"package.json": "{}", "a.js": ""}}}
    )
    context = Inspection(made.root, {})

    paths = ("packages/vendor-orm/perf/a.js", "packages/orm/perf/a.js", "packages/vendor-portal/a.js")
    assert [context.is_foreign(path) for path in paths] == [True, False, False]
    assert context.role(paths[0]) == ("vendored", "packages/vendor-orm/: a fork, with its licence and what tested it")
    assert [one.path for one in context.discovered.excluded] == ["packages/vendor-orm"]
