"""Which folders are JavaScript subprojects, with which manager and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.context import Context
from toolkit.ecosystems._javascript import JavaScript, in_order, node_need
from toolkit.ecosystems._javascript_survey import survey
from toolkit.extension import Request, ToolNeed, ecosystem
from toolkit.model import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree
    from toolkit.model import Subproject

DEPENDENT = json.dumps({"name": "x", "dependencies": {"left": "1.0.0"}})
BERRY_LOCK = "__metadata:\n  version: 8\n"
BUN_LOCK = '{\n  "lockfileVersion": 1,\n}\n'
CLASSIC_LOCK = "# yarn lockfile v1\n"


def pack(**fields: Any) -> str:
    return json.dumps(fields)


def surveyed(repository: Callable[..., Repository], tree: Tree) -> tuple[Context, tuple[Subproject, ...]]:
    context = Context(repository(tree).root, {})
    return context, survey(context)


@pytest.mark.parametrize(
    ("tree", "choice", "version", "lock"),
    [
        ({"package.json": pack(packageManager="pnpm@9.1.0+sha512.ab"), "yarn.lock": ""}, Choice("pnpm", "packageManager", "package.json"), "9.1.0", None),
        ({"package.json": pack(packageManager="yarn@1.22.22"), "yarn.lock": CLASSIC_LOCK}, Choice("yarn_classic", "packageManager", "package.json"), "1.22.22", "yarn.lock"),
        ({"package.json": pack(packageManager="yarn@4.1.0"), "yarn.lock": BERRY_LOCK}, Choice("yarn", "packageManager", "package.json"), "4.1.0", "yarn.lock"),
        ({"package.json": pack(devEngines={"packageManager": {"name": "bun", "version": ">=1.1"}}, scripts={"a": "b"}), "package-lock.json": "{}"}, Choice("bun", "devEngines", "package.json"), ">=1.1", None),
        ({"package.json": pack(packageManager="npm@10.0.0", devEngines={"packageManager": {"name": "bun"}})}, Choice("npm", "packageManager", "package.json"), "10.0.0", None),
        ({"package.json": pack(packageManager="other@1"), "package-lock.json": "{}"}, Choice("npm", "lock file", "package-lock.json"), None, "package-lock.json"),
        # One word against a lock and the settings of its manager.
        ({"package.json": pack(packageManager="npm@10.9.0"), "pnpm-lock.yaml": "", "pnpm-workspace.yaml": ""}, Choice("pnpm", "lock file", "pnpm-lock.yaml"), None, "pnpm-lock.yaml"),
        ({"package.json": pack(packageManager="pnpm@9.0.0"), "bun.lock": "", "bunfig.toml": ""}, Choice("bun", "lock file", "bun.lock"), None, "bun.lock"),
        ({"package.json": pack(packageManager="npm@10.9.0"), "pnpm-lock.yaml": ""}, Choice("npm", "packageManager", "package.json"), "10.9.0", None),
        ({"package.json": pack(packageManager="npm@10.9.0"), "package-lock.json": "{}", "pnpm-lock.yaml": "", "pnpm-workspace.yaml": ""}, Choice("npm", "packageManager", "package.json"), "10.9.0", "package-lock.json"),
        ({"package.json": DEPENDENT, "npm-shrinkwrap.json": "{}", "package-lock.json": "{}"}, Choice("npm", "lock file", "npm-shrinkwrap.json"), None, "npm-shrinkwrap.json"),
        ({"package.json": DEPENDENT, "pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, Choice("pnpm", "lock file", "pnpm-lock.yaml"), "^8.0.0", "pnpm-lock.yaml"),
        ({"package.json": DEPENDENT, "yarn.lock": BERRY_LOCK, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-3.6.4.cjs\n"}, Choice("yarn", "lock file", "yarn.lock"), "3.6.4", "yarn.lock"),
        ({"package.json": DEPENDENT, "yarn.lock": CLASSIC_LOCK}, Choice("yarn_classic", "lock file", "yarn.lock"), None, "yarn.lock"),
        ({"package.json": DEPENDENT, "bun.lockb": b"\0"}, Choice("bun", "lock file", "bun.lockb"), None, "bun.lockb"),
        ({"package.json": DEPENDENT, ".yarnrc.yml": ""}, Choice("yarn", "manifest", ".yarnrc.yml"), None, None),
        ({"package.json": DEPENDENT}, Choice("npm", "default"), None, None),
        # Of two locks the one that knows every dependency; if both do, not npm's, which is made by accident.
        ({"package.json": DEPENDENT, "yarn.lock": CLASSIC_LOCK, "package-lock.json": '{"left": 1}'}, Choice("npm", "lock file", "package-lock.json"), None, "package-lock.json"),
        ({"package.json": DEPENDENT, "yarn.lock": "left@1:\n", "package-lock.json": '{"left": 1}'}, Choice("yarn_classic", "lock file", "yarn.lock"), None, "yarn.lock"),
        # ... and before that the one that holds the ranges of today.
        ({"package.json": DEPENDENT, "bun.lock": '{"left": "0.9.0"}', "package-lock.json": '{"left": "1.0.0"}'}, Choice("npm", "lock file", "package-lock.json"), None, "package-lock.json"),
        ({"package.json": DEPENDENT, "bun.lock": '{"left": "1.0.0"}', "package-lock.json": '{"left": "1.0.0"}'}, Choice("bun", "lock file", "bun.lock"), None, "bun.lock"),
        ({"package.json": DEPENDENT, "pnpm-lock.yaml": "left:\n  specifier: 0.9.0\n", "yarn.lock": "left@1.0.0:\n"}, Choice("yarn_classic", "lock file", "yarn.lock"), None, "yarn.lock"),
        ({"package.json": DEPENDENT, "pnpm-lock.yaml": "left:\n  specifier: 1.0.0\n", "yarn.lock": "left@1.0.0:\n"}, Choice("pnpm", "lock file", "pnpm-lock.yaml"), None, "pnpm-lock.yaml"),
        ({"package.json": DEPENDENT, "bun.lockb": b"left", "package-lock.json": '{"left": "1.0.0"}'}, Choice("bun", "lock file", "bun.lockb"), None, "bun.lockb"),
        # A field names a bun that cannot read the lock beside it.
        ({"package.json": pack(packageManager="bun@1.1.0"), "bun.lock": BUN_LOCK}, Choice("bun", "lock file", "bun.lock"), ">=1.2.0", "bun.lock"),
        ({"package.json": pack(packageManager="bun@1.3.0"), "bun.lock": BUN_LOCK}, Choice("bun", "packageManager", "package.json"), "1.3.0", "bun.lock"),
        ({"package.json": pack(packageManager="bun@1.1.0"), "bun.lockb": b"\0"}, Choice("bun", "packageManager", "package.json"), "1.1.0", "bun.lockb"),
        ({"package.json": DEPENDENT, "bun.lock": BUN_LOCK.replace("1", "0")}, Choice("bun", "lock file", "bun.lock"), ">=1.1.39", "bun.lock"),
    ],
)  # fmt: skip
def test_manager_and_rule(
    repository: Callable[..., Repository], tree: Tree, choice: Choice, version: str | None, lock: str | None
) -> None:
    _, found = surveyed(repository, tree)
    assert [(one.choice, one.ecosystem, one.version, one.lockfile) for one in found] == [
        (choice, choice.value, version, lock)
    ]


STEP = "on: push\njobs:\n  a:\n    steps:\n      - run: npm ci\n        working-directory: "


@pytest.mark.parametrize(
    ("folder", "more", "chosen", "why"),
    [
        ("web", {}, "npm", "web/package-lock.json: .github/workflows/ci.yml runs npm ci"),
        ("web/one", {"one": {"package.json": pack(name="one")}}, "npm", "web/package-lock.json: .github/workflows/ci.yml runs npm ci"),
        ("elsewhere", {}, "pnpm", "web/pnpm-lock.yaml"),
        ("web", {"Dockerfile": "FROM node\nRUN pnpm i --frozen-lockfile\n"}, "pnpm", "web/pnpm-lock.yaml"),
        ("web", {"package-lock.json": "{}"}, "pnpm", "web/pnpm-lock.yaml"),
    ],
)  # fmt: skip
def test_of_two_locks_the_one_that_is_installed_from(
    repository: Callable[..., Repository], folder: str, more: Tree, chosen: str, why: str
) -> None:
    both = {
        "package.json": pack(dependencies={"left": "1.0.0"}, workspaces=["one"]),
        "package-lock.json": '"left": "1.0.0"',
        "pnpm-lock.yaml": "left:\n  specifier: 1.0.0\n",
    }
    flow = {"workflows": {"ci.yml": f"{STEP}{folder}\n"}}

    _, found = surveyed(repository, {"web": {**both, **more}, ".github": flow})

    assert [(item.ecosystem, item.choice.why) for item in found if item.path == "web"] == [(chosen, why)]


def test_an_ancestor_decides_only_where_the_folder_says_nothing(repository: Callable[..., Repository]) -> None:
    _, found = surveyed(
        repository,
        {
            "package.json": pack(packageManager="pnpm@9.1.0"),
            "bare": {"package.json": DEPENDENT},
            "locked": {"package.json": DEPENDENT, "package-lock.json": "{}"},
            "same": {"package.json": DEPENDENT, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"},
            "older": {"package.json": DEPENDENT, "pnpm-lock.yaml": "lockfileVersion: '6.0'\n"},
        },
    )
    assert {one.path: (one.choice.why, one.version) for one in found} == {
        ".": ("packageManager in package.json", "9.1.0"),
        "bare": ("packageManager in package.json", "9.1.0"),
        "locked": ("locked/package-lock.json", None),
        "same": ("same/pnpm-lock.yaml", "9.1.0"),
        "older": ("older/pnpm-lock.yaml", "^8.0.0"),
    }


def test_the_bun_of_an_ancestor_counts_as_far_as_it_reads_the_lock(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "package.json": pack(packageManager="bun@1.1.0"),
        "new": {"package.json": DEPENDENT, "bun.lock": BUN_LOCK},
        "old": {"package.json": DEPENDENT, "bun.lockb": b"left"},
    }
    _, found = surveyed(repository, tree)
    assert {one.path: one.version for one in found} == {".": "1.1.0", "new": ">=1.2.0", "old": "1.1.0"}


def test_what_is_no_subproject(repository: Callable[..., Repository]) -> None:
    context, found = surveyed(
        repository,
        {
            ".gitignore": "generated/\n",
            "dist": {
                "esm": {"package.json": pack(type="module")},
                "cjs": {"package.json": pack(type="commonjs", name="x")},
            },
            "generated": {"package.json": DEPENDENT},
            "stray": {"node_modules": {"dep": {"package.json": DEPENDENT}}},
            "scripts": {"package.json": pack(scripts={"test": "node t.js"})},
            "config": {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"},
        },
    )
    (item,) = found
    leaf = ecosystem("npm")
    assert (item.path, leaf.lacks_lock(context, item)) == ("scripts", False)
    assert leaf.install(context, item, Request()).steps == ()
    assert [step.argv for step in leaf.tasks(context, item, "test")] == [("npm", "run", "test")]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": }', "\N{BYTE ORDER MARK}{,}"])
def test_a_broken_manifest_is_a_problem_of_its_subproject(repository: Callable[..., Repository], content: str) -> None:
    _, found = surveyed(repository, {"web": {"package.json": content}})
    assert [(one.path, one.problem.startswith("web/package.json ")) for one in found] == [("web", True)]


def test_a_broken_member_is_the_roots_problem(repository: Callable[..., Repository]) -> None:
    _, found = surveyed(
        repository,
        {"package.json": pack(workspaces=["p/*"]), "p": {"a": {"package.json": "{"}, "b": {"package.json": "{}"}}},
    )
    (root,) = found
    assert root.members == ("p/a", "p/b")
    assert root.problem.startswith("p/a/package.json is not valid JSON")


def test_a_workspace_owns_its_members_and_their_files(repository: Callable[..., Repository]) -> None:
    _, found = surveyed(
        repository,
        {
            "pnpm-workspace.yaml": "packages:\n  - 'packages/**'\n  - '!**/test/**'\n",
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "patches": {"left@1.0.0.patch": ""},
            "packages": {
                "a": {"package.json": pack(name="a", dependencies={"lib": "file:../../lib"}), ".npmrc": ""},
                "b": {"package.json": pack(name="b"), "test": {"app": {"package.json": DEPENDENT}}},
                "empty": {"README": ""},
            },
            "lib": {"package.json": DEPENDENT, "package-lock.json": "{}"},
        },
    )
    root, lib, app = found
    assert (root.path, root.manifest, root.members) == (".", "pnpm-workspace.yaml", ("packages/a", "packages/b"))
    assert root.inputs == (
        "lib/package.json",
        "packages/a/.npmrc",
        "packages/a/package.json",
        "packages/b/package.json",
        "patches/left@1.0.0.patch",
    )
    assert (root.needs, lib.needs) == (("lib",), ())
    assert (app.path, app.ecosystem, app.choice.rule) == ("packages/b/test/app", "npm", "default")


def test_workspaces_of_package_json(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "package.json": pack(workspaces={"packages": ["apps/*"]}),
        "package-lock.json": "{}",
        "apps": {
            "web": {"package.json": pack(name="w", workspaces=["inner/*"]), "inner": {"x": {"package.json": DEPENDENT}}}
        },
    }
    _, found = surveyed(repository, tree)
    assert [(one.path, one.members) for one in found] == [(".", ("apps/web",)), ("apps/web/inner/x", ())]
    berry = {**tree, "package.json": pack(packageManager="yarn@4.0.0", workspaces=["apps/*"])}
    context = Context(repository(berry, name="berry").root, {})
    assert [(one.path, one.members) for one in survey(context)] == [(".", ("apps/web", "apps/web/inner/x"))]


@pytest.mark.parametrize(
    ("content", "problem"), [("packages: [", True), ("onlyBuiltDependencies: [x]\n", False), ("", False)]
)
def test_workspace_files_without_members(repository: Callable[..., Repository], content: str, problem: bool) -> None:
    _, found = surveyed(repository, {"package.json": DEPENDENT, "pnpm-workspace.yaml": content})
    (root,) = found
    assert (root.ecosystem, root.members, bool(root.problem)) == ("pnpm", (), problem)


@pytest.mark.parametrize(
    ("tree", "need"),
    [
        ({".nvmrc": "v22.16.0\n", "package.json": pack(engines={"node": ">=18"})}, ToolNeed("node", "22.16.0", ".nvmrc")),
        ({".nvmrc": "lts/jod\n", "package.json": "{}"}, ToolNeed("node", "22", ".nvmrc")),
        ({".nvmrc": "lts/*\n", "package.json": pack(engines={"node": "^20"})}, ToolNeed("node", "^20", "engines in package.json")),
        ({".node-version": "20.1\n", "package.json": pack(volta={"node": "18.0.0"})}, ToolNeed("node", "18.0.0", "volta in package.json")),
        ({"package.json": pack(devEngines={"runtime": {"name": "node", "version": "^22"}})}, ToolNeed("node", "^22", "devEngines in package.json")),
        ({"package.json": "{}"}, ToolNeed("node")),
    ],
)  # fmt: skip
def test_node_as_the_nearest_folder_asks(repository: Callable[..., Repository], tree: Tree, need: ToolNeed) -> None:
    context = Context(repository({**tree, "web": {"package.json": "{}"}}).root, {})
    assert node_need(context, "web") == need


def test_tasks_take_the_roots_script_or_those_of_members_in_order(repository: Callable[..., Repository]) -> None:
    placeholder = 'echo "Error: no test specified" && exit 1'
    context, found = surveyed(
        repository,
        {
            "package.json": pack(workspaces=["p/*"], scripts={"lint": "l", "test": placeholder}),
            "p": {
                "a": {
                    "package.json": pack(name="a", dependencies={"b": "*"}, scripts={"build": "x", "check-types": "y"})
                },
                "b": {"package.json": pack(name="b", dependencies={"a": "*"}, scripts={"build": "x", "test": "t"})},
                "c": {"package.json": pack(name="c", scripts={"build": "x"}, devDependencies={"b": "*"})},
            },
        },
    )
    leaf = ecosystem("npm")
    assert isinstance(leaf, JavaScript)
    shown = {
        kind: [(step.cwd, step.argv[2]) for step in leaf.tasks(context, found[0], kind)]
        for kind in ("build", "test", "lint", "typecheck", "other")
    }
    assert shown == {
        "build": [("p/b", "build"), ("p/a", "build"), ("p/c", "build")],
        "test": [("p/b", "test")],
        "lint": [(".", "lint")],
        "typecheck": [("p/a", "check-types")],
        "other": [],
    }
    assert in_order(context, ("p/c", "p/b"))[0] == "p/b"


def test_the_lock_of_yarn_1_never_meets_a_newer_yarn(repository: Callable[..., Repository]) -> None:
    context, (item,) = surveyed(repository, {"package.json": DEPENDENT, "yarn.lock": CLASSIC_LOCK})
    assert item.choice.value == "yarn_classic"
    install = ecosystem("yarn_classic").install(context, item, Request())
    assert install.tools[-1] == ToolNeed("yarn", "1", "yarn.lock")


def test_projects_of_an_integrated_nx_workspace_belong_to_their_root(repository: Callable[..., Repository]) -> None:
    own = {"package.json": DEPENDENT, "project.json": "{}"}
    tree: Tree = {
        "nx.json": "{}",
        "package.json": DEPENDENT,
        "package-lock.json": "{}",
        "libs": {"a": own, "locked": {**own, "package-lock.json": "{}"}, "alone": {"package.json": DEPENDENT}},
    }
    _, found = surveyed(repository, tree)
    assert {item.path: item.members for item in found} == {".": ("libs/a",), "libs/alone": (), "libs/locked": ()}


@pytest.mark.parametrize(
    ("settings", "lock", "version"),
    [
        ("allowBuilds:\n  esbuild: true\n", "lockfileVersion: '9.0'\n", ">=10.5.0"),
        ("allowBuilds:\n  esbuild: true\n", "", ">=10.5.0"),
        ("packages: []\n", "lockfileVersion: '9.0'\n", ">=9.0.0"),
        ("allowBuilds:\n  esbuild: true\n", "lockfileVersion: '6.0'\n", "^8.0.0"),
    ],
)
def test_settings_without_packages_want_a_pnpm_that_takes_them(
    repository: Callable[..., Repository], settings: str, lock: str, version: str
) -> None:
    tree: Tree = {
        "package.json": DEPENDENT,
        "pnpm-workspace.yaml": settings,
        **({"pnpm-lock.yaml": lock} if lock else {}),
    }
    context, (found,) = surveyed(repository, tree)
    leaf = ecosystem(found.ecosystem)
    assert isinstance(leaf, JavaScript)
    need = leaf.tools(context, found)[-1]
    assert (found.version, need.why) == (version, "pnpm-workspace.yaml" if version == ">=10.5.0" else "pnpm-lock.yaml")


@pytest.mark.parametrize(
    ("manifest", "npmrc", "version"),
    [
        (pack(dependencies={"a": "1"}, pnpm={"overrides": {"b": "2"}}), "", ">=9.0.0 <11.0.0"),
        (DEPENDENT, "node-linker=hoisted\n", ">=9.0.0 <11.0.0"),
        (DEPENDENT, "//r.invalid/:_authToken=${TOKEN}\nregistry=https://r.invalid/\n", ">=9.0.0"),
        (DEPENDENT, "", ">=9.0.0"),
    ],
)
def test_settings_that_pnpm_11_reads_no_longer_keep_it_out(
    repository: Callable[..., Repository], manifest: str, npmrc: str, version: str
) -> None:
    tree: Tree = {"package.json": manifest, ".npmrc": npmrc, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
    _, (found,) = surveyed(repository, tree)
    assert found.version == version


def test_the_summary_names_the_locks_of_other_managers_that_are_not_read(repository: Callable[..., Repository]) -> None:
    lock = '{"left": "1.0.0"}'
    two = {"package.json": DEPENDENT, "bun.lock": lock, "package-lock.json": lock}
    three = {**two, "yarn.lock": "left@1.0.0:\n"}
    marked = {"package.json": DEPENDENT, "package-lock.json": lock, "yarn.lock": ""}
    context, found = surveyed(repository, {"two": two, "three": three, "marked": marked})
    notes = {one.path: ecosystem(one.ecosystem).install(context, one, Request()).note for one in found}
    assert notes == {
        "two": "two/package-lock.json beside it is not read",
        "three": "three/yarn.lock, three/package-lock.json beside it are not read",
        "marked": "",
    }


@pytest.mark.parametrize(
    ("fields", "more", "choice"),
    [
        ({"scripts": {"docs": "x && pnpm build"}}, {}, "pnpm"),
        ({"scripts": {"docs": 'run-all "yarn build"'}}, {}, "yarn_classic"),
        ({"scripts": {"docs": "bun install --production"}}, {}, "bun"),
        # bun that runs a script, names of other things, two managers, and an install by another one.
        ({"scripts": {"docs": "bun run build.ts"}}, {}, "npm"),
        ({"scripts": {"docs": "cat pnpm-lock.yaml && ./yarn x"}}, {}, "npm"),
        ({"scripts": {"docs": "pnpm build", "all": "npm run docs"}}, {}, "npm"),
        ({"scripts": {"docs": "pnpm build"}}, {"Makefile": "all:\n\tnpm install\n"}, "npm"),
        ({"scripts": {"docs": "pnpm build"}, "workspaces": ["a"]}, {}, "npm"),
        ({"scripts": ["pnpm build", 1]}, {}, "npm"),
    ],
)
def test_scripts_tell_the_manager_where_nothing_else_does(
    repository: Callable[..., Repository], fields: dict[str, Any], more: Tree, choice: str
) -> None:
    _, found = surveyed(repository, {"package.json": pack(dependencies={"left": "1"}, **fields), **more})

    assert [one.ecosystem for one in found] == [choice]
    own = choice != "npm"
    assert found[0].choice.source == ("package.json" if own else "")
    assert found[0].choice.because.startswith("docs calls " if own else "")
