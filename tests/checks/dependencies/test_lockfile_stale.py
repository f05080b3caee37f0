"""Locks that do not hold what is asked for, manager by manager."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import RunCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def npm(spec: str, version: str, name: str = "is-odd") -> dict[str, str]:
    entry = f'"node_modules/{name}": {{"version": "{version}", "integrity": "sha512-x"}}'
    return {
        "package.json": f'{{\n  "dependencies": {{\n    "is-odd": "{spec}"\n  }}\n}}',
        "package-lock.json": f'{{"lockfileVersion": 3, "packages": {{"": {{}}, {entry}}}}}',
    }


def test_locks_of_npm(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"absent": npm("3.0.1", "3.0.1", "other"), "old": npm("^4.0.0", "3.0.1"), "fine": npm("^3.0.0", "3.0.1")}

    assert places(inspect("lockfile-stale", tree)) == [
        ("error", "absent/package.json", 3),
        ("error", "old/package.json", 3),
    ]


def test_of_two_ranges_npm_takes_that_of_the_tools(inspect: Callable[..., list[Finding]]) -> None:
    fine, old = npm("^4.0.0", "3.0.1"), npm("^3.0.0", "3.0.1")
    fine["package.json"] = fine["package.json"].replace("{", '{"devDependencies": {"is-odd": "3"},', 1)
    old["package.json"] = old["package.json"].replace("{", '{"devDependencies": {"is-odd": "4"},', 1)

    assert places(inspect("lockfile-stale", {"fine": fine, "old": old})) == [("error", "old/package.json", 1)]


def test_a_lock_in_the_middle_of_a_merge_is_left_to_those_who_tell_that(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a": npm("^4.0.0", "3.0.1"), "b": npm("^4.0.0", "3.0.1")}
    tree["a"]["package-lock.json"] = (
        tree["a"]["package-lock.json"].replace('"packages"', "\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n") + "\n"
    )

    assert places(inspect("lockfile-stale", tree)) == [("error", "b/package.json", 3)]


def test_overrides_tags_and_aliases_are_not_judged(inspect: Callable[..., list[Finding]]) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "9.0.0"}, "node_modules/b": {"version": "1.0.0-rc.5"}, "node_modules/c": {"version": "2.0.0"}}}'
    manifest = '{"dependencies": {"a": "1.0.0", "b": "^1.0.0-rc.3", "c": "npm:d@1"}, "overrides": {"a": "9.0.0"}, "peerDependencies": {"z": "1"}}'

    assert inspect("lockfile-stale", {"package.json": manifest, "package-lock.json": lock}) == []


PNPM = """lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      left-pad:
        specifier: ^1.3.0
        version: 1.3.0
  a: {}
"""


def test_locks_of_pnpm(inspect: Callable[..., list[Finding]]) -> None:
    def tree(spec: str, member: str) -> dict[str, object]:
        return {
            "package.json": f'{{"dependencies": {{\n"left-pad": "{spec}"}}}}',
            "pnpm-workspace.yaml": "packages: [a]\n",
            "pnpm-lock.yaml": PNPM,
            "a": {"package.json": member},
        }

    assert inspect("lockfile-stale", tree("^1.3.0", "{}")) == []
    found = inspect("lockfile-stale", tree("^1.2.0", '{"dependencies": {"x": "1"}}'))
    assert [(one.path, one.line, one.evidence) for one in found] == [
        ("package.json", 2, "package.json:2 the lock was made for left-pad ^1.3.0, ^1.2.0 is asked for"),
        ("a/package.json", 1, "a/package.json:1 x is not in the lock, 1 is asked for"),
    ]


def test_locks_of_yarn_and_bun(inspect: Callable[..., list[Finding]]) -> None:
    classic = '# yarn lockfile v1\n\n"@a/b@^1.0.0", "@a/b@^1.1.0":\n  version "1.2.0"\n\nc@2:\n  version "2.0.0"\n'
    berry = '__metadata:\n  version: 8\n\n"c@npm:2":\n  version: 2.0.0\n'
    tree = {
        "fine": {"package.json": '{"dependencies": {"@a/b": "^1.1.0", "c": "2"}}', "yarn.lock": classic},
        "stale": {"package.json": '{"dependencies": {"d": "1"}}', "yarn.lock": classic},
        "berry": {"package.json": '{"dependencies": {"c": "2"}}', "yarn.lock": berry},
        "gone": {"package.json": '{"dependencies": {"c": "3"}}', "yarn.lock": berry},
        "bun": {
            "package.json": '{"dependencies": {"c": "3"}}',
            "bun.lock": '{"workspaces": {"": {"dependencies": {"c": "2"},},},}',
        },
    }

    assert places(inspect("lockfile-stale", tree)) == [
        ("error", "bun/package.json", 1),
        ("error", "gone/package.json", 1),
        ("error", "stale/package.json", 1),
    ]


CARGO = 'version = 4\n\n[[package]]\nname = "a"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.200"\n\n[[patch.unused]]\nname = "p"\nversion = "0.1.0"\n'


def test_a_named_pre_release_of_a_crate_is_no_other_one(inspect: Callable[..., list[Finding]]) -> None:
    def crate(locked: str) -> dict[str, str]:
        text = '[package]\nname = "a"\nversion = "0.1.0"\n\n[dependencies]\nserde = "=2.0.0-rc.1"\n'
        return {"Cargo.toml": text, "Cargo.lock": CARGO.replace("1.0.200", locked)}

    found = inspect("lockfile-stale", {"fine": crate("2.0.0-rc.1"), "other": crate("2.0.0-rc.2")})

    assert places(found) == [("error", "other/Cargo.toml", 6)]


def test_locks_of_cargo(inspect: Callable[..., list[Finding]]) -> None:
    def crate(version: str, serde: str) -> dict[str, str]:
        text = f'[package]\nname = "a"\nversion = "{version}"\n\n[dependencies]\nserde = "{serde}"\n'
        return {"Cargo.toml": text, "Cargo.lock": CARGO}

    tree = {
        "fine": crate("0.1.0", "1"),
        "range": crate("0.1.0", ">=1.0, <2"),
        "version": crate("0.2.0", "1"),
        "requirement": crate("0.1.0", "2"),
    }

    assert places(inspect("lockfile-stale", tree)) == [
        ("error", "requirement/Cargo.toml", 6),
        ("warning", "version/Cargo.toml", 3),
    ]


def test_crates_that_one_lock_does_not_know_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "{}"\nversion = "0.1.0"\n'
    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["*"]\n',
        "Cargo.lock": CARGO,
        **{name: {"Cargo.toml": crate.format(name), "src": {"lib.rs": ""}} for name in ("a", "b", "c")},
    }

    (found,) = inspect("lockfile-stale", tree)

    assert found.message == "Cargo.lock is stale: the crate b is not in the lock and 1 more; cargo --locked refuses"
    assert "c/Cargo.toml:2" in found.evidence


def test_a_patch_that_is_not_used_is_in_the_lock_all_the_same(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n[patch.crates-io]\np = { path = "p" }\n',
        "Cargo.lock": CARGO,
        "p": {"Cargo.toml": '[package]\nname = "p"\nversion = "0.1.0"\n'},
    }

    assert inspect("lockfile-stale", tree) == []


def test_locks_of_uv_go_and_pip_tools(inspect: Callable[..., list[Finding]]) -> None:
    uv = (
        'version = 1\n[[package]]\nname = "job"\nversion = "0.1.0"\n[[package]]\nname = "harbor-kinds"\nversion = "1"\n'
    )
    head = "# This file is autogenerated by pip-compile\n"
    tree = {
        "uv": {
            "pyproject.toml": '[project]\nname = "job"\ndependencies = [\n  "harbor_kinds",\n  "gone>=1",\n]\n',
            "uv.lock": uv,
        },
        "go": {
            "go.mod": "module m\n\ngo 1.22\n\nrequire x.org/y v1.0.0\n\nrequire x.org/z v1.0.0\n",
            "go.sum": "x.org/y v1.0.0/go.mod h1:=\nx.org/y v1.0.0 h1:=\n",
        },
        "pip": {"requirements.in": "requests\nnew\n", "requirements.txt": f"{head}requests==2.0\n"},
        "hand": {"requirements.in": "requests\nnew\n", "requirements.txt": "requests==2.0\n"},
    }

    assert places(inspect("lockfile-stale", tree)) == [
        ("error", "go/go.mod", 7),
        ("warning", "pip/requirements.in", 2),
        ("error", "uv/pyproject.toml", 5),
    ]


def test_broken_locks_are_left_to_others(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"package.json": '{"dependencies": {"x": "1"}}', "package-lock.json": "{"},
        "b": {"package.json": '{"dependencies": {"x": "1"}}', "pnpm-lock.yaml": "importers: [[["},
        "c": {"Cargo.toml": '[package]\nname = "c"\n', "Cargo.lock": "\x00\x01"},
    }

    assert [one for one in inspect("lockfile-stale", tree) if one.path.startswith(("a/", "b/"))] == []


def test_values_of_a_wrong_kind(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n[dependencies]\nserde = 3\nother = []\n',
        "Cargo.lock": CARGO,
        "js": {
            "package.json": '{"dependencies": [1], "devDependencies": {"a": 3}, "scripts": {"x": "y"}}',
            "yarn.lock": "b@1:\n",
        },
    }

    assert inspect("lockfile-stale", tree) == []


def test_what_npm_remembers_of_the_manifests(inspect: Callable[..., list[Finding]]) -> None:
    entry = '"node_modules/b": {"version": "2.0.0"}, "a": {"name": "a", "dependencies": {"b": "^2.0.0"}}'
    member = {"package.json": '{"name": "a", "dependencies": {"b": "^2.0.0"}}'}

    def tree(held: str, more: dict[str, object]) -> dict[str, object]:
        root = '{"name": "r", "workspaces": ["*"], "dependencies": {\n"b": "^2.0.0"}}'
        lock = f'{{"lockfileVersion": 3, "packages": {{"": {{"name": "r", "dependencies": {{{held}}}}}, {entry}}}}}'
        return {"package.json": root, "package-lock.json": lock, "a": member, **more}

    new: dict[str, object] = {"new": {"package.json": '{\n"name": "new"}'}}
    assert places(inspect("lockfile-stale", tree('"b": ">=1"', {}))) == [("warning", "package.json", 2)]
    (found,) = inspect("lockfile-stale", tree('"b": "^2.0.0", "gone": "1"', {}))
    assert places([found]) == [("warning", "package.json", 1)]
    assert found.fixes[0].title.endswith("where the code still imports it, add it back instead")
    assert inspect("lockfile-stale", tree('"b": "^2.0.0"', {})) == []
    assert places(inspect("lockfile-stale", tree('"b": "^2.0.0"', new))) == [("error", "new/package.json", 2)]


def test_tables_overrides_and_catalogs_of_pnpm(inspect: Callable[..., list[Finding]]) -> None:
    lock = (
        "lockfileVersion: '9.0'\n\ncatalogs:\n  default:\n    b:\n      specifier: ^2.0.0\n      version: 2.0.0\n\n"
        "overrides:\n  c: 1.0.0\n\nimporters:\n\n  .:\n    devDependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0\n"
    )

    def tree(kind: str, catalog: str, override: str) -> dict[str, str]:
        workspace = f"catalog:\n  b: {catalog}\noverrides:\n  c: {override}\n"
        return {
            "package.json": f'{{"{kind}": {{"a": "1.0.0"}}}}',
            "pnpm-workspace.yaml": workspace,
            "pnpm-lock.yaml": lock,
        }

    assert places(inspect("lockfile-stale", tree("dependencies", "^2.0.0", "1.0.0"))) == [("error", "package.json", 1)]
    assert places(inspect("lockfile-stale", tree("devDependencies", "^3.0.0", "1.0.0"))) == [
        ("error", "pnpm-workspace.yaml", 2)
    ]
    assert places(inspect("lockfile-stale", tree("devDependencies", "^2.0.0", "2.0.0"))) == [
        ("error", "pnpm-workspace.yaml", 4)
    ]
    assert inspect("lockfile-stale", tree("devDependencies", "^2.0.0", "1.0.0")) == []


def test_a_runtime_that_pnpm_writes_into_the_lock_by_itself(inspect: Callable[..., list[Finding]]) -> None:
    lock = "importers:\n\n  .:\n    devDependencies:\n      node:\n        specifier: {}\n        version: {}\n"
    manifest = '{"devEngines": {"runtime": {"name": "node", "version": "24.1.0", "onFail": "download"}}}'
    runtime, old = lock.format(*["runtime:24.1.0"] * 2), lock.format("^24.0.0", "24.1.0")

    assert inspect("lockfile-stale", {"package.json": manifest, "pnpm-lock.yaml": runtime}) == []
    assert len(inspect("lockfile-stale", {"package.json": manifest, "pnpm-lock.yaml": old})) == 1


def test_members_and_removals_in_a_lock_of_yarn(inspect: Callable[..., list[Finding]]) -> None:
    lock = (
        '__metadata:\n  version: 8\n\n"r@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "r@workspace:."\n'
        '  dependencies:\n    a: "npm:^1.0.0"\n    gone: "npm:^1.0.0"\n  languageName: unknown\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n'
    )
    manifest = '{"name": "r", "packageManager": "yarn@4.1.0", "workspaces": ["m"], "dependencies": {"a": "^1.0.0"}}'
    tree = {"package.json": manifest, "yarn.lock": lock, "m": {"package.json": '{"name": "m"}'}}

    found = inspect("lockfile-stale", tree)

    # The name that is gone, and the member that is new.
    assert [one.path for one in found] == ["package.json", "m/package.json"]


def test_catalogs_and_removals_in_a_lock_of_bun(inspect: Callable[..., list[Finding]]) -> None:
    lock = '{"workspaces": {"": {"dependencies": {"a": "^1.0.0", "b": "1"}}}, "catalog": {"h": "1"}}'

    def tree(catalog: str, more: str) -> dict[str, str]:
        manifest = f'{{"workspaces": {{"catalog": {{"h": "{catalog}"}}}},\n"dependencies": {{"a": "^1.0.0"{more}}}}}'
        return {"package.json": manifest, "bun.lock": lock}

    assert places(inspect("lockfile-stale", tree("2", ', "b": "1"'))) == [("error", "package.json", 1)]
    assert places(inspect("lockfile-stale", tree("1", ""))) == [("error", "package.json", 2)]
    assert inspect("lockfile-stale", tree("1", ', "b": "1"')) == []


UV = """version = 1
requires-python = ">=3.11"

[[package]]
name = "mine"
version = "1.0.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "rich", specifier = ">=13,<15" },
    { name = "here", editable = "here" },
]

[package.metadata.requires-dev]
dev = [{ name = "pytest", specifier = ">=8" }]

[[package]]
name = "rich"
version = "14.0.0"

[[package]]
name = "pytest"
version = "8.0.0"

[[package]]
name = "here"
version = "1"
"""


def test_what_uv_remembers_of_the_manifest(inspect: Callable[..., list[Finding]]) -> None:
    def tree(rich: str, python: str = "3.11", dev: str = '"pytest>=8"') -> dict[str, str]:
        project = f'[project]\nname = "mine"\nversion = "1.0.0"\nrequires-python = ">={python}"\n'
        groups = f"[dependency-groups]\ndev = [{dev}]\n"
        return {"pyproject.toml": f'{project}dependencies = ["{rich}", "here>=1"]\n{groups}', "uv.lock": UV}

    assert places(inspect("lockfile-stale", tree("rich>=13"))) == [("warning", "pyproject.toml", 5)]
    assert places(inspect("lockfile-stale", tree("rich >=13, <15", "3.12"))) == [("warning", "pyproject.toml", 4)]
    assert places(inspect("lockfile-stale", tree("rich<15,>=13", dev=""))) == [("warning", "pyproject.toml", 5)]
    assert inspect("lockfile-stale", tree("rich >=13, <15")) == []


def test_the_content_hash_of_poetry(inspect: Callable[..., list[Finding]]) -> None:
    manifest = '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\npython = "^3.11"\nrequests = "^2.31"\n'
    content = {
        "dependencies": {"python": "^3.11", "requests": "^2.31"},
        **dict.fromkeys(("source", "extras", "dev-dependencies")),
    }
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    lock = f'[[package]]\nname = "requests"\nversion = "2.31.0"\n\n[metadata]\ncontent-hash = "{digest}"\n'

    changed = {"pyproject.toml": manifest.replace("^2.31", "^2.32"), "poetry.lock": lock}
    assert places(inspect("lockfile-stale", changed)) == [("error", "pyproject.toml", 4)]
    assert inspect("lockfile-stale", {"pyproject.toml": manifest, "poetry.lock": lock}) == []


def test_sums_of_a_workspace_of_go(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "go.work": "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n",
        "a": {"go.mod": "module x/a\n\ngo 1.22\n\nrequire (\n\tx/b v0.0.0\n\tz/y v1.0.0\n\tz/gone v1.0.0\n)\n"},
        "b": {"go.mod": "module x/b\n\ngo 1.22\n", "go.sum": "z/y v1.0.0/go.mod h1:x\n"},
    }

    assert places(inspect("lockfile-stale", tree)) == [("error", "a/go.mod", 8)]


def test_a_version_of_the_workspace_is_told_where_it_stands(inspect: Callable[..., list[Finding]]) -> None:
    lock = '[[package]]\nname = "a"\nversion = "1.0.0"\n\n[[package]]\nname = "x"\nversion = "0.29.0"\n'
    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["a"]\n\n[workspace.dependencies]\nx = "0.31.0"\n',
        "Cargo.lock": lock,
        "a": {"Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n\n[dependencies]\nx.workspace = true\n'},
    }

    assert places(inspect("lockfile-stale", tree)) == [("error", "Cargo.toml", 5)]


def test_one_finding_for_each_manifest_that_was_changed(inspect: Callable[..., list[Finding]]) -> None:
    def tree(names: str) -> dict[str, object]:
        members = "".join(f"\n  {name}:\n    dependencies:\n      x:\n        specifier: ^1.0.0\n" for name in names)
        return {
            "package.json": "{}",
            "pnpm-workspace.yaml": "packages: ['*']\n",
            "pnpm-lock.yaml": f"lockfileVersion: '9.0'\n\nimporters:\n\n  .: {{}}\n{members}",
            **{name: {"package.json": '{"dependencies": {\n"x": "^2.0.0",\n"y": "1"}}'} for name in names},
        }

    assert places(inspect("lockfile-stale", tree("abcd"))) == [("error", f"{name}/package.json", 2) for name in "abcd"]
    assert places(inspect("lockfile-stale", tree("abcde"))) == [("error", "a/package.json", 2)]


def test_hooks_of_pnpm_excuse_the_packages_that_they_name(inspect: Callable[..., list[Finding]]) -> None:
    def told(hook: str, name: str = ".pnpmfile.cjs") -> list[tuple[str, str, int]]:
        tree = {
            "package.json": '{"dependencies": {\n"left-pad": "^1.2.0"}}',
            "pnpm-workspace.yaml": "packages: [a]\n",
            "pnpm-lock.yaml": PNPM,
            "a": {"package.json": "{}"},
            name: hook,
        }
        return places(inspect("lockfile-stale", tree))

    stale = [("error", "package.json", 2)]
    assert told("module.exports = { hooks: { readPackage(pkg) { return pkg } } }\n") == stale
    assert told("if (pkg.name === 'b') { pkg.dependencies['c'] = '2' }\n") == stale
    assert told("if (pkg.name === 'b') { delete pkg.peerDependencies }\n", ".pnpmfile.mjs") == stale
    assert told("pkg.dependencies['left-pad'] = '^1.3.0'\n") == []
    assert told("for (const name of Object.keys(pkg.dependencies)) { pkg.dependencies[name] = '*' }\n") == []
    assert told("pkg.dependencies = {}\n") == []
    assert told("x(" * 50_000) == stale


def test_a_lock_that_another_manager_has_replaced_is_told_by_the_conflict(
    inspect: Callable[..., list[Finding]],
) -> None:
    names = [f"p{number}" for number in range(12)]
    manifest = {"packageManager": "yarn@1.22.22", "dependencies": dict.fromkeys(names, "^1.0.0")}
    entries = {f"node_modules/{name}": {"version": "1.0.0", "integrity": "sha512-x"} for name in names}
    tree = {
        "package.json": json.dumps(manifest),
        "yarn.lock": "# yarn lockfile v1\n\nother@1:\n  version 1\n",
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": entries}),
    }

    assert inspect("lockfile-stale", tree) == []
    assert [one.severity for one in inspect("lockfile-stale", tree | {"package-lock.json": ""})] == ["error"]


@pytest.mark.parametrize(("resolved", "bare"), [("", True), ('"resolved": "https://example.invalid/x.tgz", ', False)])
def test_the_lock_is_made_again_in_its_own_form(
    inspect: Callable[..., list[Finding]], resolved: str, bare: bool
) -> None:
    tree = npm("^4.0.0", "3.0.1")
    tree["package-lock.json"] = tree["package-lock.json"].replace('"integrity"', f'{resolved}"integrity"')

    ((action,),) = [fix.actions for one in inspect("lockfile-stale", tree) for fix in one.fixes]

    assert isinstance(action, RunCommand)
    assert action.changes == "package-lock.json"
    assert ("--omit-lockfile-registry-resolved" in action.argv) == bare


def test_a_crate_that_the_lock_has_for_another_member_and_a_member_that_is_gone(
    inspect: Callable[..., list[Finding]],
) -> None:
    def member(name: str, asks: str) -> dict[str, str]:
        return {
            "Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.1.0"\n[dependencies]\n{asks}',
            "src/lib.rs": "",
        }

    def entry(name: str, *depends: str) -> str:
        listed = "".join(f' "{one}",\n' for one in depends)
        return f'[[package]]\nname = "{name}"\nversion = "0.1.0"\ndependencies = [\n{listed}]\n\n'

    source = 'source = "registry+https://index.example/crates"\n'
    lock = entry("a", "serde", "uuid 1.0.0") + entry("b", "serde")
    lock += "".join(f'[[package]]\nname = "{one}"\nversion = "1.0.0"\n{source}\n' for one in ("serde", "uuid"))
    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b", "gone"]\n[workspace.dependencies]\nuuid = "1"\n',
        "Cargo.lock": "version = 4\n\n" + lock,
        "a": member("a", 'serde = "1"\nid = { package = "uuid", version = "1" }\n'),
        "b": member("b", 'serde = "1"\nuuid = { workspace = true }\n'),
    }

    found = inspect("lockfile-stale", tree)

    assert [(one.path, one.line) for one in found] == [("b/Cargo.toml", 6)]
    assert "the lock has uuid, but not for b" in found[0].message


def test_what_a_manager_does_not_read_is_not_compared(inspect: Callable[..., list[Finding]]) -> None:
    """Overrides in a package.json, which pnpm reads up to its tenth version; packages that only Nx takes for members."""
    lock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0\n"
    manifest = (
        '{{"packageManager": "pnpm@{}", "pnpm": {{"overrides": {{"b": "1"}}}}, "devDependencies": {{"a": "1.0.0"}}}}'
    )
    tree = {"package.json": manifest.format("10.9.0"), "pnpm-lock.yaml": lock}

    assert places(inspect("lockfile-stale", tree)) == [("error", "package.json", 1)]
    tree["package.json"] = manifest.format("11.0.0")
    assert inspect("lockfile-stale", tree) == []
    inner = {"package.json": '{"name": "x", "dependencies": {"c": "*"}}', "project.json": "{}"}
    assert inspect("lockfile-stale", {**tree, "nx.json": "{}", "libs": {"x": inner}}) == []


def test_a_lock_of_uv_in_a_project_that_pip_installs(inspect: Callable[..., list[Finding]]) -> None:
    manifest = '[project]\nname = "x"\nversion = "1"\ndependencies = ["anyio", "httpx"]\n'
    tree = {"pyproject.toml": manifest, "uv.lock": 'version = 1\n\n[[package]]\nname = "anyio"\nversion = "4.0.0"\n'}
    image = {"Dockerfile": "FROM python\nRUN pip install --no-cache-dir -r requirements.lock\n"}
    job = {".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: uv sync --locked\n"}

    told = [
        [(one.severity, one.message.rpartition("; ")[2]) for one in inspect("lockfile-stale", {**tree, **more})]
        for more in ({}, image, {**image, **job})
    ]

    unread = "nothing here installs by uv, and who does gets what this says"
    refused = [("error", "a frozen install refuses")]
    assert told == [refused, [("warning", unread)], refused]


@pytest.mark.parametrize(
    ("asked", "held", "told"),
    [("^1.2", "^1.2.0", 0), ("1.x", "1", 0), ("^1.2.0", "^1.3.0", 1), ("^1.2.0-rc.1", "^1.2.0", 1), ("latest", "*", 1)],
)
def test_a_range_that_bun_reads_the_same(
    inspect: Callable[..., list[Finding]], asked: str, held: str, told: int
) -> None:
    tree = {
        "package.json": f'{{"dependencies": {{"c": "{asked}"}}}}',
        "bun.lock": f'{{"workspaces": {{"": {{"dependencies": {{"c": "{held}"}}}}}}}}',
    }

    assert len(inspect("lockfile-stale", tree)) == told


@pytest.mark.parametrize(
    ("place", "level"),
    [
        pytest.param("a/node_modules/b", "warning", id="in the folder of the member"),
        pytest.param("node_modules/b", "error", id="where the members share it"),
    ],
)
def test_what_npm_locked_in_a_member_it_installs_whatever_the_member_asks_for(
    inspect: Callable[..., list[Finding]], place: str, level: str
) -> None:
    entry = {"name": "a", "dependencies": {"b": "^2.0.0"}}
    packages = {"": {"workspaces": ["a"]}, "a": entry, "node_modules/a": {"resolved": "a", "link": True}}
    tree = {
        "package.json": '{"name": "r", "workspaces": ["a"]}',
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {**packages, place: {"version": "3.0.0"}}}),
        "a": {"package.json": json.dumps(entry)},
    }

    (found,) = inspect("lockfile-stale", tree)

    assert places([found]) == [(level, "a/package.json", 1)]
    assert ("npm ls calls it invalid" in found.message) is (level == "warning")
    assert found.fixes[0].title.startswith("npm install 'b@^2.0.0' --workspace a") is (level == "warning")
    assert bool(found.fixes[0].actions) is (level == "error")


@pytest.mark.parametrize(
    ("entries", "settings", "level"),
    [
        pytest.param({"ui": {"peerDependencies": {"dom": "^1.0.0"}}}, "", "error", id="a peer that is not locked"),
        pytest.param(
            {"ui": {"peerDependencies": {"dom": "^1.0.0"}}}, "legacy-peer-deps=true\n", "", id="as npm is told"
        ),
        pytest.param({"ui": {"peerDependencies": {"dom": "1"}}, "dom": {"version": "1.0.0"}}, "", "", id="one that is"),
        pytest.param(
            {"ui": {"peerDependencies": {"dom": "1"}, "peerDependenciesMeta": {"dom": {"optional": True}}}},
            "",
            "",
            id="one that it can do without",
        ),
    ],
)
def test_what_a_locked_package_needs_beside_it(
    inspect: Callable[..., list[Finding]], entries: dict[str, object], settings: str, level: str
) -> None:
    packages = {"": {"dependencies": {"ui": "1"}}, **{f"node_modules/{name}": one for name, one in entries.items()}}
    tree = {
        "package.json": '{"dependencies": {"ui": "1"}}',
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages}),
        ".npmrc": settings,
    }

    assert places(inspect("lockfile-stale", tree)) == ([(level, "package.json", 1)] if level else [])


@pytest.mark.parametrize(
    ("root", "level"), [({}, ""), ({"own": "1"}, ""), ({"ui": "1"}, "error"), ({"kit": "1"}, "error")]
)
def test_npm_compares_what_the_root_leads_to_and_nothing_that_only_a_member_asks_for(
    inspect: Callable[..., list[Finding]], root: dict[str, str], level: str
) -> None:
    own = {"name": "own", "version": "1.0.0", "dependencies": {"ui": "1"}}
    packages = {
        "": {"workspaces": ["own"], "dependencies": root},
        "own": own,
        "node_modules/own": {"resolved": "own", "link": True},
        "node_modules/ui": {"version": "1.0.0", "peerDependencies": {"dom": "*"}},
        "node_modules/kit": {"version": "1.0.0", "dependencies": {"ui": "1"}},
    }
    tree = {
        "package.json": json.dumps({"workspaces": ["own"], "dependencies": root}),
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages}),
        "own": {"package.json": json.dumps(own)},
    }

    assert places(inspect("lockfile-stale", tree)) == ([(level, "package.json", 1)] if level else [])


@pytest.mark.parametrize(("wanted", "level"), [("^18.0.0", "error"), (">=18.0.0", "warning")])
def test_what_only_the_manifest_kept_at_a_version_that_another_package_excludes(
    inspect: Callable[..., list[Finding]], wanted: str, level: str
) -> None:
    packages = {
        "": {"dependencies": {"ui": "1", "react": "^19.0.0"}},
        "node_modules/ui": {"version": "1.0.0", "peerDependencies": {"react": wanted}},
        "node_modules/react": {"version": "19.0.0"},
    }
    tree = {
        "package.json": '{"dependencies": {"ui": "1"}}',
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages}),
    }

    assert [one.severity for one in inspect("lockfile-stale", tree)] == [level]


@pytest.mark.parametrize(
    ("run", "level"),
    [
        ("cargo build", "warning"),
        ("cargo build --locked", "error"),
        ("cargo build \\\n  --locked", "error"),
        ("uv sync --locked", "warning"),
    ],
)
def test_the_version_of_a_crate_of_one_s_own_is_written_anew_unless_cargo_is_held(
    inspect: Callable[..., list[Finding]], run: str, level: str
) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\nversion = "0.2.0"\n',
        "Cargo.lock": 'version = 4\n\n[[package]]\nname = "a"\nversion = "0.1.0"\n',
        "src/lib.rs": "",
        "build.sh": f"{run}\n",
    }

    assert [one.severity for one in inspect("lockfile-stale", tree)] == [level]
