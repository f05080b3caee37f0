"""Workflows below the root, and what only looks like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root
from toolkit.model import RunCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

FLOW = "on: push\njobs: {}\n"


def nested(text: str = FLOW) -> dict[str, object]:
    return {".github": {"workflows": {"ci.yml": text}}}


def flow(text: str) -> dict[str, object]:
    return {".github": {"workflows": {"own.yml": text}}}


def test_nested_and_set_aside(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(FLOW, web=nested(), deep={"er": nested("not: [yaml")})
    tree[".github"] = {
        "workflows": {"deploy.yml.disabled": FLOW, "sub": {"a.yml": FLOW}, "README.md": ""},
        "workflows-old": {"b.yml": FLOW},
    }

    assert places(inspect("nested-workflow", tree)) == [
        ("info", ".github/workflows-old/b.yml", 1),
        ("info", ".github/workflows/deploy.yml.disabled", 1),
        ("warning", ".github/workflows/sub/a.yml", 1),
        ("error", "deep/er/.github/workflows/ci.yml", 1),
        ("error", "web/.github/workflows/ci.yml", 1),
    ]


def test_the_fix_is_the_command(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("nested-workflow", {"a b": nested()})

    argv = ("invoke", "relocate-workflows", "--only", "a b")
    assert [(fix.safety, fix.actions) for fix in found.fixes] == [
        ("safe", (RunCommand(argv, ".", "GitHub never runs a b/.github/workflows"),))
    ]


def test_what_the_root_has_in_another_version_is_left_behind(inspect: Callable[..., list[Finding]]) -> None:
    long = FLOW + "".join(f"# line {number}\n" for number in range(60))
    folder = {".github": {"workflows": {"ci.yml": long + "# old\n", "own.yml": long}}}

    moving, behind = inspect("nested-workflow", {**at_root(long), "web": folder})

    assert places([behind, moving]) == [
        ("info", "web/.github/workflows/ci.yml", 1),
        ("error", "web/.github/workflows/own.yml", 1),
    ]
    assert [(one.safety, one.actions) for one in behind.fixes] == [("manual", ())]


def test_quiet_for_actions_scripts_and_settings(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(
        FLOW,
        web={
            ".github": {"actions": {"setup": {"action.yml": "runs: {}"}}, "dependabot.yml": "version: 2"},
            "workflows": {"ci.yml": FLOW},
        },
        api={".github": {"workflows": {"README.md": "", "data.yml": "a: 1"}}},
    )
    tree[".github"] = {"workflows": {"scripts": {"settings.yml": "a: 1"}}, "actions": {"x": {"action.yml": FLOW}}}

    assert inspect("nested-workflow", tree) == []


def test_copies_of_others_and_examples_are_only_told(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "third_party": {"lib": nested()},
        "contracts": {"foundry.toml": "", "lib": {"forge-std": nested()}},
        "templates": {"app": nested()},
        "examples": {"app": nested()},
        "next-starter-template": nested(),
        "own": {**nested(), "package.json": '{"repository": "github:acme/mono"}'},
        "sdk": {**nested(), "package.json": '{"repository": {"url": "git+https://github.com/other/sdk.git"}}'},
        "package.json": '{"repository": "acme/mono"}',
    }
    found = sorted(inspect("nested-workflow", tree), key=lambda one: one.path)

    assert [(one.severity, one.vendored, one.path.split("/.github")[0]) for one in found] == [
        ("info", True, "contracts/lib/forge-std"),
        ("info", False, "examples/app"),
        ("info", False, "next-starter-template"),
        ("error", False, "own"),
        ("info", False, "sdk"),
        ("info", True, "templates/app"),
        ("info", True, "third_party/lib"),
    ]
    assert [one.path for one in found if one.fixes[0].actions and not one.vendored] == ["own/.github/workflows/ci.yml"]


def test_a_copied_tree_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    lib = {".github": {"workflows": {f"{name}.yml": FLOW for name in "abc"}}, "inner": nested()}
    tree = {
        "third_party": {"lib": lib, "other": nested()},
        "web": {".github": {"workflows": {"a.yml": FLOW, "b.yml": FLOW}}},
    }

    found = sorted(inspect("nested-workflow", tree), key=lambda one: one.path)

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        (
            "info",
            "third_party/lib/.github/workflows/a.yml",
            "it lies in third_party/lib; so do .github/workflows/b.yml, .github/workflows/c.yml, inner/.github/workflows/ci.yml",
        ),
        ("info", "third_party/other/.github/workflows/ci.yml", "it lies in third_party/other"),
        ("error", "web/.github/workflows/a.yml", "it lies in web; so do .github/workflows/b.yml"),
    ]


def test_misspelt_folders_at_the_root(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": {
            "workflow": {"ci.yml": FLOW},
            "Workflows": {"lint.yaml": FLOW},
            "worflows": {"test.yml": FLOW},
            "workflow-templates": {"starter.yml": FLOW},
            "workflows": {"deploy.yml.txt": FLOW},
            "settings.yml": "repository: {}",
            "release.yml": FLOW,
        },
        "github": {"workflows": {"release.yml": FLOW}},
        "workflows": {"ci.yml": FLOW, "etl.yaml": "kind: Workflow\nspec: {}\n"},
        "flows": {"ci.yml": FLOW},
        "web": {".github": {"workflows-backup": {"ci.yml": FLOW}, "workflow": {"ci.yml": FLOW}}},
    }

    assert places(inspect("nested-workflow", tree)) == [
        ("error", ".github/Workflows/lint.yaml", 1),
        ("warning", ".github/release.yml", 1),
        ("error", ".github/worflows/test.yml", 1),
        ("info", ".github/workflow-templates/starter.yml", 1),
        ("error", ".github/workflow/ci.yml", 1),
        ("warning", ".github/workflows/deploy.yml.txt", 1),
        ("error", "github/workflows/release.yml", 1),
        ("error", "web/.github/workflow/ci.yml", 1),
        ("info", "web/.github/workflows-backup/ci.yml", 1),
        ("error", "workflows/ci.yml", 1),
    ]


def test_pipelines_of_other_services_below_the_root(inspect: Callable[..., list[Finding]]) -> None:
    circle = {"config.yml": "version: 2.1\njobs: {}\nworkflows: {}\n"}
    tree = {
        ".gitlab-ci.yml": "include:\n  - local: web/.gitlab-ci.yml\n",
        ".circleci": circle,
        "web": {".gitlab-ci.yml": "test: {}\n"},
        "api": {".gitlab-ci.yml": "test: {}\n", ".circleci": circle, "config.yml": "a: 1"},
        "vendor": {"lib": {".travis.yml": ""}},
    }

    assert places(inspect("nested-workflow", tree)) == [
        ("warning", "api/.circleci/config.yml", 1),
        ("warning", "api/.gitlab-ci.yml", 1),
        ("info", "vendor/lib/.travis.yml", 1),
    ]


def test_packages_that_are_published_from_a_repository_of_their_own(inspect: Callable[..., list[Finding]]) -> None:
    """The name of the folder tells them from packages that name this repository, which nobody else calls by a name."""
    own = '{"repository": "https://github.com/acme/sdk-go"}'
    tree = at_root(
        FLOW,
        sdk={"go": {**nested(), "package.json": own}},
        crate={**nested(), "Cargo.toml": '[package]\nrepository = "https://github.com/acme/crate"\n'},
        lib={**nested(), "pyproject.toml": '[project.urls]\nRepository = "https://github.com/acme/py-lib"\n'},
        web={**nested(), "package.json": '{"repository": "acme/web-platform"}'},
        api={"package.json": '{"repository": "acme/web-platform"}'},
        app={**nested(), "package.json": '{"repository": {"url": "https://github.com/acme/app", "directory": "app"}}'},
    )

    assert places(inspect("nested-workflow", tree)) == [
        ("error", "app/.github/workflows/ci.yml", 1),
        ("info", "crate/.github/workflows/ci.yml", 1),
        ("info", "lib/.github/workflows/ci.yml", 1),
        ("info", "sdk/go/.github/workflows/ci.yml", 1),
        ("error", "web/.github/workflows/ci.yml", 1),
    ]


def test_settings_that_cannot_be_read_are_no_workflows(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(FLOW)
    tree[".github"] = {"dependabot.yml": "updates: [", "ci.yml": FLOW}

    assert places(inspect("nested-workflow", tree)) == [("warning", ".github/ci.yml", 1)]


def test_what_a_generator_wrote_is_information(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(FLOW, sdk=nested(f"# NOTE: This file is auto generated by OpenAPI Generator.\n{FLOW}"))

    assert places(inspect("nested-workflow", tree)) == [("info", "sdk/.github/workflows/ci.yml", 1)]


def test_what_the_root_has_under_the_same_name_is_not_moved_unasked(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("nested-workflow", at_root(FLOW, web=nested()))

    assert (found.severity, [(fix.safety, bool(fix.actions)) for fix in found.fixes]) == ("error", [("manual", False)])


def test_files_beside_the_workflows_that_are_none(inspect: Callable[..., list[Finding]]) -> None:
    tree = at_root(FLOW)
    objects = "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Pod\n"
    tree[".github"] = {
        "workflows": {"k8s": {"a.yml": objects, "b.yml": "# Tests\n**a**: [b\n", "c.yml": "on: push\njobs: [\n"}}
    }

    assert places(inspect("nested-workflow", tree)) == [("warning", ".github/workflows/k8s/c.yml", 1)]


def test_pipelines_that_a_generator_of_clients_wrote(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "sdk/go": {".travis.yml": "language: go\n", ".openapi-generator-ignore": ""},
        "web/.travis.yml": "language: go\n",
    }

    assert places(inspect("nested-workflow", tree)) == [
        ("info", "sdk/go/.travis.yml", 1),
        ("warning", "web/.travis.yml", 1),
    ]


def test_what_does_not_simply_work_at_the_root_is_not_moved_unasked(inspect: Callable[..., list[Finding]]) -> None:
    head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    rust, node = (
        head + f"      - uses: {action}\n        with: {{ {key} }}\n"
        for action, key in (
            ("actions-rs/toolchain@v1", "toolchain: 1.58.1"),
            ("actions/setup-node@v4", "node-version: 18"),
        )
    )
    tree = at_root(
        FLOW,
        crate={**flow(rust), "Cargo.toml": "[package]\nname = 'a'\nedition = { workspace = true }\n"},
        bound={**flow(head + "      - uses: dtolnay/rust-toolchain@1.76\n"), "Cargo.lock": "# made\nversion = 4\n"},
        old={**flow(rust), "Cargo.toml": "[package]\nname = 'b'\nedition = '2021'\nrust-version = '1.56'\n"},
        app={**flow(node), "package.json": '{"engines": {"node": ">=20"}}'},
        web={**flow(node), "package.json": '{"engines": {"node": ">=16"}}'},
        packages={
            "package.json": '{"engines": {"node": ">=22"}, "workspaces": ["one"]}',
            "package-lock.json": "{}",
            "one": {**flow(node), "package.json": '{"name": "one", "engines": {"node": ">=16"}}'},
            "two": {**flow(node), "package.json": '{"name": "two", "dependencies": {"a": "1"}}'},
        },
        kept={**flow(head + "      - uses: actions/upload-artifact@v3\n")},
        sent={**flow(head + "      - run: deploy ${{ secrets.DEPLOY_KEY }}\n")},
        own={**flow(head + "      - run: say ${{ secrets.GITHUB_TOKEN }}\n")},
        away={**flow(head + "      - run: ./build ../shared\n")},
    )

    found = {one.path.partition("/.github")[0]: one.fixes[0] for one in inspect("nested-workflow", tree)}

    assert {name: fix.safety for name, fix in found.items()} == {
        **dict.fromkeys(("crate", "bound", "app", "packages/one", "kept", "sent", "away"), "unsafe"),
        **dict.fromkeys(("old", "web", "packages/two", "own"), "safe"),
    }
    assert found["packages/one"].title.endswith("packages/package.json asks for >=22")
    assert found["app"].title.endswith("own.yml sets up node 18, and app/package.json asks for >=20")


@pytest.mark.parametrize(("folder", "told"), [("web", "info"), ("web-old", "error")])
def test_what_the_root_has_under_the_same_name_and_runs_in_that_folder(
    inspect: Callable[..., list[Finding]], folder: str, told: str
) -> None:
    root = f"on: push\njobs:\n  ship:\n    steps:\n      - run: npm run ship\n        working-directory: {folder}\n"
    own = "on: push\njobs:\n  all:\n    steps:\n      - run: cargo test\n      - run: make everything\n"
    tree = {".github": {"workflows": {"ci.yml": root}}, "web": nested(own)}
    (found,) = inspect("nested-workflow", tree)

    assert (found.severity, found.path, found.fixes[0].safety) == (told, "web/.github/workflows/ci.yml", "manual")
