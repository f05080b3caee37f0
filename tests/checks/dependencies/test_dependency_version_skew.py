"""Members that want versions that exclude each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import EditFile, RunCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def member(spec: str) -> dict[str, str]:
    return {"package.json": f'{{\n  "dependencies": {{\n    "x": "{spec}"\n  }}\n}}'}


def test_the_fewer_dissent(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "a": member("^19.0.0"),
        "b": member("^18.0.0"),
        "c": member("19.1.0"),
        "d": {"package.json": '{"peerDependencies": {"x": "^16"}}'},
    }
    found = inspect("dependency-version-skew", tree)

    assert places(found) == [("info", "b/package.json", 3)]
    (action,) = found[0].fixes[0].actions
    assert isinstance(action, EditFile)
    assert [span.text for span in action.spans] in ([b'"^19.0.0"'], [b'"19.1.0"'])


def test_the_lock_is_made_again(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "a": member("^19.0.0"),
        "b": member("^18.0.0"),
        "c": member("19.1.0"),
    }
    (found,) = inspect("dependency-version-skew", tree)

    edit, lock = found.fixes[0].actions
    assert isinstance(edit, EditFile)
    assert isinstance(lock, RunCommand)
    assert lock.changes == "package-lock.json"


def test_quiet_where_one_version_does_and_across_projects(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "one": {
            "package.json": '{"workspaces": ["*"]}',
            "a": member("^7.0.0"),
            "b": member("7.1.2"),
            "c": member("latest"),
        },
        "two": {"package.json": '{"dependencies": {"x": "1.0.0"}}'},
        "same": {"package.json": '{"workspaces": ["*"]}', "a": member("workspace:*"), "b": member("catalog:")},
    }

    assert inspect("dependency-version-skew", tree) == []


def test_crates(inspect: Callable[..., list[Finding]]) -> None:
    def crate(name: str, wanted: str) -> dict[str, str]:
        return {"Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.1.0"\n[dependencies]\n{wanted}\n'}

    tree = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b", "c"]\n',
        "a": crate("a", 'anchor-lang = "0.30.1"\nserde = "1"'),
        "b": crate("b", 'anchor-lang = { version = "0.30.0" }\nserde = "1.0.5"'),
        "c": crate("c", 'anchor-lang = "0.29"\nserde = { workspace = true }'),
    }

    assert places(inspect("dependency-version-skew", tree)) == [("warning", "c/Cargo.toml", 5)]


def test_pins_within_a_major_version_are_worth_knowing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"workspaces": ["*"]}', "a": member("19.1.3"), "b": member("19.1.9")}

    assert [one.severity for one in inspect("dependency-version-skew", tree)] == ["info"]


def test_what_catalogs_and_the_workspace_give(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "{}"\n\n[dependencies]\nanchor-lang = {}\n'
    tree = {
        "js": {
            "package.json": '{"name": "root"}',
            "pnpm-workspace.yaml": "packages: [a, b]\ncatalog:\n  react: ^19.0.0\n  zod: ^4.0.0\n",
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "a": {"package.json": '{"name": "a", "dependencies": {"react": "catalog:", "zod": "catalog:"}}'},
            "b": {"package.json": '{"name": "b", "dependencies": {\n"react": "^18.0.0", "zod": "^4.1.0"}}'},
        },
        "rs": {
            "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n\n[workspace.dependencies]\nanchor-lang = "0.31"\n',
            "a": {"Cargo.toml": crate.format("a", "{ workspace = true }")},
            "b": {"Cargo.toml": crate.format("b", '"0.29"')},
        },
    }

    assert sorted(places(inspect("dependency-version-skew", tree))) == [
        ("warning", "js/b/package.json", 2),
        ("warning", "rs/b/Cargo.toml", 5),
    ]


def test_packages_before_their_first_version_are_information_but_for_those_that_are_shared(
    inspect: Callable[..., list[Finding]],
) -> None:
    def wants(version: str, anchor: str) -> dict[str, str]:
        return {"package.json": f'{{"dependencies": {{\n"icons": "{version}",\n"@coral-xyz/anchor": "{anchor}"}}}}'}

    tree = {
        "package.json": '{"workspaces": ["a", "b"]}',
        "a": wants("^0.474.0", "^0.31.0"),
        "b": wants("^0.564.0", "^0.29.0"),
    }

    assert places(inspect("dependency-version-skew", tree)) == [
        ("info", "a/package.json", 2),
        ("warning", "b/package.json", 3),
    ]


def test_members_of_a_workspace_of_uv(inspect: Callable[..., list[Finding]]) -> None:
    def project(name: str, spec: str) -> dict[str, str]:
        return {"pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [\n  "Some_Lib[x]{spec}; python_version > \'3\'",\n  "{name}{spec}",\n "other{spec}"\n]\n'}  # fmt: skip

    root = '[project]\nname = "r"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["a", "b"]\n'
    tree = {"pyproject.toml": root, "uv.lock": "version = 1\n", "a": project("a", ">=2"), "b": project("b", "<2,>=1")}

    found = inspect("dependency-version-skew", tree)

    assert places(found) == [("error", "b/pyproject.toml", 7)]
    assert (
        found[0].message == "other <2,>=1 here, >=2 in a/pyproject.toml: no version does for both, and uv cannot lock"
    )


def test_a_member_that_differs_in_many_packages_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    def wants(version: str) -> dict[str, str]:
        names = ",\n".join(f'"{name}": "{version}"' for name in ("charts", "dates", "forms", "toasts", "react"))
        return {"package.json": f'{{"dependencies": {{\n{names}}}}}'}

    tree = {"package.json": '{"workspaces": ["*"]}', "a": wants("^1.0.0"), "b": wants("^2.0.0"), "c": wants("^2.0.0")}

    found = inspect("dependency-version-skew", tree)

    assert places(found) == [("info", "a/package.json", 2), ("warning", "a/package.json", 6)]
    assert found[0].evidence == "charts (2), dates (3), forms (4), toasts (5)"


def test_react_and_its_kin_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    def wants(version: str) -> dict[str, str]:
        names = ",\n".join(f'"{name}": "{version}"' for name in ("react", "react-dom", "@types/react", "next"))
        return {"package.json": f'{{"dependencies": {{\n{names}}}}}'}

    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "a": wants("^18.0.0"),
        "b": wants("^19.0.0"),
        "c": wants("^19.0.0"),
    }

    found = inspect("dependency-version-skew", tree)

    assert sorted(one.message.split(" ")[0] for one in found) == ["next", "react"]
    assert [one.evidence.count("several copies") for one in found if one.message.startswith("react")] == [3]


def test_tools_of_one_member_and_what_only_matters_where_members_meet(inspect: Callable[..., list[Finding]]) -> None:
    def manifest(name: str, **wanted: str) -> dict[str, str]:
        return {"package.json": json.dumps({"name": name, "dependencies": wanted}, indent=1)}

    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "api": manifest("api", zod="^3.24.0", vitest="^2.0.0", **{"react-icons": "4.0.0", "@scope/kit": "^2.0.0"}),
        "web": manifest("web", zod="^4.0.0", vitest="^4.0.0", **{"react-icons": "5.0.0", "@scope/kit": "^6.0.0"}),
    }
    apart = inspect("dependency-version-skew", tree)
    tree["web"] = manifest("web", zod="^4.0.0", through="workspace:*")
    tree["through"] = manifest("through", api="workspace:*")

    assert [(one.severity, one.message.split(" ")[0]) for one in apart] == [
        ("info", "4"),
    ]
    assert [(one.severity, one.message.split(" ")[0]) for one in inspect("dependency-version-skew", tree)] == [
        ("warning", "zod")
    ]


def test_what_the_root_has_too_and_families_that_are_released_together(inspect: Callable[..., list[Finding]]) -> None:
    def wants(version: str, **more: str) -> str:
        names = {**dict.fromkeys(("@nestjs/common", "@nestjs/core"), version), **more}
        return json.dumps({"dependencies": names}, indent=1)

    tree = {
        "package.json": json.dumps({"workspaces": ["*"], **json.loads(wants("^11.0.0", parser="^1.0.0"))}, indent=1),
        "a": {"package.json": wants("^10.0.0", parser="^2.0.0")},
        "b": {"package.json": wants("^11.0.0")},
        "c": {"package.json": wants("^11.0.0", parser="^1.0.0")},
    }

    found = inspect("dependency-version-skew", tree)

    assert [(one.severity, one.message.split(" ")[0], [fix.safety for fix in one.fixes]) for one in found] == [
        ("warning", "@nestjs/common", ["unsafe"]),
        ("warning", "parser", ["manual"]),
    ]
    assert found[1].fixes[0].title == "decide for one of ^1.0.0, ^2.0.0"


def test_modules_of_go_that_are_built_together(inspect: Callable[..., list[Finding]]) -> None:
    module = "module example.org/{0}\n\ngo 1.22\n\nrequire github.com/google/uuid {1}\nrequire example.org/same v1.0.0\nrequire example.org/i v{2}.0.0 // indirect\n"
    tree = {
        "go.work": "go 1.22\nuse ./a\nuse ./b\n",
        "a": {"go.mod": module.format("a", "v1.6.0", 1)},
        "b": {"go.mod": module.format("b", "v1.3.0", 2)},
        "c": {"go.mod": module.format("c", "v1.1.0", 3)},
        "d": {"go.mod": module.format("d", "v1.2.0", 3) + "replace example.org/c => ../c\n"},
        "e": {"go.mod": module.format("e", "v1.0.0", 3)},
    }

    found = inspect("dependency-version-skew", tree)

    assert places(found) == [("info", "b/go.mod", 5), ("info", "c/go.mod", 5)]
    assert found[0].message == (
        "github.com/google/uuid v1.3.0 here and v1.6.0 in a/go.mod, wanted by modules that are built together:"
        " the newest is built, and what was tested alone is another"
    )


def test_separate_packages_of_npm(inspect: Callable[..., list[Finding]]) -> None:
    def alone(zod: str, vitest: str) -> dict[str, str]:
        return {
            "package.json": f'{{"dependencies": {{"zod": "{zod}", "x": "file:../x"}},\n"devDependencies": {{"vitest": "{vitest}"}}}}',
            "package-lock.json": "{}",
        }

    tree = {
        "a": alone("^4.0.1", "^1.2.0"),
        "b": alone("^3.22.0", "1.6.1"),
        "examples": {"c": alone("^2.0.0", "^0.1.0")},
    }

    found = inspect("dependency-version-skew", tree)

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        ("info", "b/package.json", "zod ^3.22.0 (b/package.json:1); zod ^4.0.1 (a/package.json:1)")
    ]


def test_members_that_show_something_and_tests_of_crates(inspect: Callable[..., list[Finding]]) -> None:
    def crate(version: str, kind: str) -> dict[str, str]:
        return {"Cargo.toml": f'[package]\nname = "c"\n[{kind}]\nsolana-sdk = "{version}"\n', "src/lib.rs": ""}

    tree = {
        "js": {
            "package.json": '{"workspaces": ["*"]}',
            "a": member("^19.0.0"),
            "b": member("^19.1.0"),
            "c-demo": member("^18.0.0"),
        },
        "rs": {
            "Cargo.toml": '[workspace]\nmembers = ["a", "b", "c"]\n',
            "a": crate("3.0", "dependencies"),
            "b": crate("3.0", "dependencies"),
            "c": crate("2.0", "dev-dependencies"),
        },
    }

    assert places(inspect("dependency-version-skew", tree)) == [
        ("info", "js/c-demo/package.json", 3),
        ("info", "rs/c/Cargo.toml", 4),
    ]


def test_packages_of_one_manifest_that_are_released_together(inspect: Callable[..., list[Finding]]) -> None:
    def manifest(**kinds: dict[str, str]) -> str:
        return json.dumps(kinds, indent=1)

    tree = {
        "a": {"package.json": manifest(devDependencies={"vitest": "3.0.4", "@vitest/coverage-v8": "^0.34.6"})},
        "b": {"package.json": manifest(dependencies={"@prisma/client": "7.4.0"}, devDependencies={"prisma": "6.19.0"})},
        "fine": {
            "package.json": manifest(
                dependencies={
                    "react": "^19.0.0",
                    "react-dom": "^19.1.0",
                    "@nestjs/core": "^10",
                    "@nestjs/config": "^4.0.0",
                },
                devDependencies={"vitest": "workspace:*", "@vitest/ui": "^1.0.0"},
                peerDependencies={"react-dom": ">=16"},
            )
        },
    }

    found = inspect("dependency-version-skew", tree)

    assert [(one.path, one.line) for one in found if one.severity == "warning"] == [
        ("a/package.json", 4),
        ("b/package.json", 3),
    ]


def test_services_that_have_their_plugins_and_share_nothing_are_information(
    inspect: Callable[..., list[Finding]],
) -> None:
    def manifest(name: str, **wanted: str) -> dict[str, str]:
        return {"package.json": json.dumps({"name": name, "dependencies": wanted}, indent=1)}

    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "old": manifest("old", core="workspace:*", fastify="^4.0.0", viem="^1.0.0", **{"@fastify/cors": "^8.0.0"}),
        "core": manifest("core", fastify="^5.0.0"),
        "new": manifest("new", fastify="^5.0.0", viem="^2.0.0"),
    }

    with_plugin = inspect("dependency-version-skew", tree)
    tree["old"] = manifest("old", core="workspace:*", fastify="^4.0.0", viem="^1.0.0")
    tree["new"] = manifest("new", core="workspace:*", fastify="^5.0.0", viem="^2.0.0")
    without = inspect("dependency-version-skew", tree)

    assert [(one.severity, one.message.split(" ")[0], one.fixes[0].safety) for one in with_plugin] == [
        ("info", "fastify", "manual"),
        ("info", "viem", "unsafe"),
    ]
    assert [(one.severity, one.message.split(" ")[0]) for one in without] == [
        ("warning", "fastify"),
        ("warning", "viem"),
    ]


def test_types_are_judged_by_the_package_beside_them(inspect: Callable[..., list[Finding]]) -> None:
    def wants(react: str, types: str) -> dict[str, str]:
        return {"package.json": f'{{"dependencies": {{\n"@types/react": "{types}",\n"react": "{react}"}}}}'}

    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "mobile": wants("^18.2.0", "^18.2.0"),
        "shop": wants("^18.3.0", "^19.0.0"),
        "web": wants("^18.3.0", "^19.0.0"),
    }

    (found,) = inspect("dependency-version-skew", tree)

    assert (found.path, found.line, found.severity) == ("shop/package.json", 2, "warning")
    assert found.message == "@types/react ^19.0.0 here, and react ^18.3.0 beside it: types of another major version"


def test_what_react_native_asks_for_is_no_skew_of_the_pages(inspect: Callable[..., list[Finding]]) -> None:
    def tree(**versions: str) -> dict[str, object]:
        members = {
            name: {
                "package.json": f'{{"name": "{name}", "dependencies": {{"react": "{version}", "react-dom": "{version}"{NATIVE if name[0] == "m" else ""}}}}}'
            }
            for name, version in versions.items()
        }
        return {"package.json": '{"workspaces": ["*"]}', "package-lock.json": "{}", **members}

    apart = inspect("dependency-version-skew", tree(web="^18.3.1", shop="^18.3.1", mobile="19.1.0"))
    among = inspect("dependency-version-skew", tree(web="^18.3.1", shop="^19.0.0", mobile="19.1.0"))

    assert [one.severity for one in apart] == ["info"]
    assert [one.severity for one in among] == ["warning"]


def test_a_site_takes_the_react_of_what_builds_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "package-lock.json": "{}",
        "web": {"package.json": '{"name": "w", "dependencies": {"react": "^18.3.1"}}'},
        "shop": {"package.json": '{"name": "s", "dependencies": {"react": "^18.3.1"}}'},
        "docs": {"package.json": '{"name": "d", "dependencies": {"react": "^17.0.2", "@docusaurus/core": "2.4.1"}}'},
    }

    (found,) = inspect("dependency-version-skew", tree)

    assert (found.severity, found.path, found.fixes[0].actions) == ("info", "docs/package.json", ())


NATIVE = ', "react-native": "0.81.0"'


def test_a_catalog_with_a_name_is_a_decision(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "packages: [a, b]\ncatalog:\n  react: ^18.3.1\ncatalogs:\n  next:\n    react: ^19.0.0\n",
        "a": {"package.json": '{"name": "a", "dependencies": {"react": "catalog:"}}'},
        "b": {"package.json": '{"name": "b", "dependencies": {"react": "catalog:next"}}'},
    }

    assert [one.severity for one in inspect("dependency-version-skew", tree)] == ["info"]


@pytest.mark.parametrize(
    ("forced", "told"),
    [
        ({"pnpm": {"overrides": {"pictures>@types/react": "^18.3.0"}}}, "info"),
        ({"overrides": {"pictures": {"react": "18.3.1"}}}, "info"),
        ({"overrides": {"pictures": "2.0.0", "react": "19.0.0"}}, "warning"),
        ({"resolutions": {"pictures>drawing": "1.0.0"}}, "warning"),
    ],
)
def test_two_worlds_of_which_the_root_says_so(
    inspect: Callable[..., list[Finding]], forced: dict[str, object], told: str
) -> None:
    tree = {
        "package.json": json.dumps({"private": True, "workspaces": ["old", "new", "more"], **forced}),
        "old": {"package.json": '{"name": "old", "dependencies": {"react": "^18.2.0"}}'},
        "new": {"package.json": '{"name": "new", "dependencies": {"react": "^19.0.0"}}'},
        "more": {"package.json": '{"name": "more", "dependencies": {"react": "^19.0.0"}}'},
    }
    (found,) = inspect("dependency-version-skew", tree)
    assert (found.severity, found.fixes[0].safety) == (told, "manual" if told == "info" else "unsafe")


@pytest.mark.parametrize(("spec", "level"), [("^3.0.0", "info"), ("^1.0.0", "warning"), ("workspace:*", "warning")])
def test_a_package_of_the_registry_that_is_called_like_a_member(
    inspect: Callable[..., list[Finding]], spec: str, level: str
) -> None:
    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "shop": {"package.json": json.dumps({"name": "shop", "dependencies": {"labels": spec, "parser": "^2.0.0"}})},
        "labels": {
            "package.json": json.dumps({"name": "labels", "version": "1.0.0", "dependencies": {"parser": "^1.0.0"}})
        },
    }

    found = [one for one in inspect("dependency-version-skew", tree) if one.message.startswith("parser")]

    assert [one.severity for one in found] == [level]


@pytest.mark.parametrize(("root", "told"), [('{"workspaces": ["*"]}', 1), ("{}", 0)])
def test_packages_that_only_nx_knows_get_no_copy(inspect: Callable[..., list[Finding]], root: str, told: int) -> None:
    project = {"project.json": "{}"}
    tree = {
        "package.json": root,
        "nx.json": "{}",
        **{name: {**member(spec), **project} for name, spec in (("a", "^19.0.0"), ("b", "^18.0.0"), ("c", "19.1.0"))},
    }

    assert len(inspect("dependency-version-skew", tree)) == told
