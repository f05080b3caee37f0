"""Dependencies on packages of this repository that no workspace brings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

APP = {"package.json": json.dumps({"name": "app", "dependencies": {"lib": "workspace:*"}})}
LIB = {"package.json": json.dumps({"name": "lib", "version": "1.0.0"})}


@pytest.mark.parametrize(
    "beside",
    [{}, {"package.json": '{"name": "root", "workspaces": ["app"]}'}, {"pnpm-workspace.yaml": "packages: [app]\n"}],
    ids=["no workspace", "npm without it", "pnpm without it"],
)
def test_a_workspace_that_does_not_hold_both(inspect: Inspect, beside: dict[str, str]) -> None:
    (found,) = inspect("package-script-broken", {"app": APP, "lib": LIB, **beside})

    assert (found.severity, found.path, found.line) == ("error", "app/package.json", 1)
    assert found.message == "lib is lib/package.json here, and no workspace holds both: the install fails."
    assert [fix.title for fix in found.fixes] == ["list both in one workspace, or write file:../lib for lib"]


@pytest.mark.parametrize(("listed", "told"), [("parts/packages/*", []), ("others/*", ["demand", "lock"])])
def test_a_member_that_a_submodule_brings(repository: Callable[..., Repository], listed: str, told: list[str]) -> None:
    """Its manifest is in no clone, and the lock knows it all the same."""
    at = listed.replace("*", "lib")
    lock = f"lockfileVersion: '9.0'\n\nimporters:\n\n  app:\n    dependencies:\n      lib:\n        specifier: workspace:*\n        version: link:../{at}\n  {at}: {{}}\n"
    made = repository(
        {
            "app": APP,
            "package.json": '{"name": "root"}',
            "pnpm-workspace.yaml": f"packages:\n  - app\n  - {listed}\n",
            "pnpm-lock.yaml": lock,
        }
    )
    made.git("update-index", "--add", "--cacheinfo", f"160000,{'8a9b0c1d' * 5},parts")
    found = [*load("package-script-broken").run(Inspection(made.root, {}))]
    stale = [*load("lockfile-stale").run(Inspection(made.root, {}))]

    assert ["demand" for one in found if "no member lib" in one.message] + ["lock" for _ in stale] == told


def test_pnpm_leaves_out_what_its_workspace_does_not_list(inspect: Inspect) -> None:
    tree = {"pnpm-workspace.yaml": "packages: [lib]\n", "package.json": '{"name": "root"}', "lib": LIB}
    other = {"package.json": json.dumps({"name": "job", "devDependencies": {"lib": "workspace:*"}})}

    (found,) = inspect("package-script-broken", {**tree, "app": APP, "job": other, "templates": {"basic": APP}})

    assert (found.severity, found.path, found.line) == ("warning", "pnpm-workspace.yaml", 1)
    assert found.message == (
        "app asks for packages of the workspace and is none of it: pnpm leaves it out without a word. So it does with 1 more."
    )
    assert found.evidence == "app/package.json, job/package.json"
    left = {"pnpm-workspace.yaml": "packages: [lib, '!app', '!job']\n"}
    assert inspect("package-script-broken", left) == []
    npm = {"pnpm-workspace.yaml": "packages: [lib, '!job']\n", "app": {"package-lock.json": "{}"}}
    assert [(one.severity, one.path) for one in inspect("package-script-broken", npm)] == [
        ("error", "app/package.json")
    ]


def test_a_pattern_reaches_past_a_package_that_is_no_workspace(inspect: Inspect) -> None:
    around = {"package.json": '{"name": "apps", "scripts": {"build": "echo built"}}', "app": APP}
    tree = {"pnpm-workspace.yaml": "packages: [lib, apps/*]\n", "package.json": '{"name": "root"}', "lib": LIB}

    assert inspect("package-script-broken", {**tree, "apps": around}) == []


@pytest.mark.parametrize(
    "tree",
    [
        {"package.json": '{"name": "root", "workspaces": ["*"]}', "app": APP, "lib": LIB},
        {"pnpm-workspace.yaml": "packages: [app, lib]\n", "package.json": '{"name": "root"}', "app": APP, "lib": LIB},
        {
            "package.json": '{"name": "root", "workspaces": ["*"]}',
            "app": {**APP, "package-lock.json": "{}"},
            "lib": LIB,
        },
        {"lib": {"package.json": '{"name": "lib", "version": "1.0.0", "workspaces": ["sub"]}', "sub": APP}},
    ],
    ids=["npm", "pnpm", "a member with a lock of its own", "the root is asked for"],
)
def test_quiet_where_one_workspace_holds_both(inspect: Inspect, tree: dict[str, object]) -> None:
    assert inspect("package-script-broken", tree) == []


def test_a_file_of_pnpm_in_a_member_is_read_by_none_but_an_install_there(inspect: Inspect) -> None:
    tree = {"pnpm-workspace.yaml": "packages: [app, lib]\n", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n", "lib": LIB}
    own = {"pnpm-workspace.yaml": "packages:\n  - .\n"}

    assert inspect("package-script-broken", {**tree, "package.json": '{"name": "root"}', "app": {**APP, **own}}) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, True),
        ({"package.json": '{"workspaces": {"packages": ["packages/*"]}, "packageManager": "pnpm@9.1.0"}'}, True),
        ({"pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: ['packages/*']\n"}, False),
        ({"pnpm-lock.yaml": "", "package-lock.json": "{}"}, False),
        ({"package-lock.json": "{}"}, False),
        ({"pnpm-lock.yaml": "", "package.json": '{"workspaces": ["apps/*"]}'}, False),
        ({"pnpm-lock.yaml": "", "package.json": '{"workspaces": ["packages/*"], "packageManager": "npm@10.0.0"}'}, False),
    ],
)  # fmt: skip
def test_workspaces_that_pnpm_does_not_read(inspect: Inspect, more: dict[str, str], told: bool) -> None:
    member = {"package.json": '{"name": "b"}'}
    tree = {"package.json": '{"name": "a", "workspaces": ["packages/*"]}', "packages": {"b": member}, **more}

    found = [one for one in inspect("package-script-broken", tree) if "pnpm reads no workspaces" in one.message]

    assert [(one.severity, one.path) for one in found] == ([("error", "package.json")] if told else [])
