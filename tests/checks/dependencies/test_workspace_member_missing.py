"""Workspace entries that name nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_entries_without_a_folder(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {
            "pnpm-workspace.yaml": 'packages:\n  - "packages/*"\n  - apps/docs\n',
            "packages": {"x": {"package.json": "{}"}},
        },
        "b": {"package.json": '{\n  "workspaces": [\n    "gone"\n  ]\n}'},
        "c": {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["gone"]\n'},
        "d": {"go.work": "go 1.22\n\nuse ./gone\n"},
        "e": {"package.json": '{"workspaces": ["libs/*"]}'},
        "f": {"package.json": '{"workspaces": ["package/*"]}', "packages": {"x": {"package.json": "{}"}}},
    }

    assert places(inspect("workspace-member-missing", tree)) == [
        ("warning", "a/pnpm-workspace.yaml", 3),
        ("warning", "b/package.json", 3),
        ("warning", "c/pyproject.toml", 2),
        ("error", "d/go.work", 3),
        ("info", "e/package.json", 1),
        ("warning", "f/package.json", 1),
    ]


def test_quiet_for_negations_outputs_and_what_another_file_decides(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": ".react-email\n",
        "pnpm-workspace.yaml": "packages:\n  - a\n  - '!gone'\n  - a/.react-email\n",
        "package.json": '{"workspaces": ["never/read"]}',
        "a": {"package.json": "{}"},
        "go.work": "go 1.22\nuse (\n  ./m\n)\n",
        "m": {"go.mod": "module m\n"},
        "broken": {"pnpm-workspace.yaml": "packages: [\n"},
    }

    assert inspect("workspace-member-missing", tree) == []


def test_members_and_paths_of_python(inspect: Callable[..., list[Finding]]) -> None:
    root = (
        '[project]\nname = "root"\nversion = "1"\ndependencies = ["lost", "here"]\n\n[tool.uv.workspace]\n'
        'members = ["libs/*",\n"gone/*"]\nexclude = ["libs/skipped"]\n\n[tool.uv.sources]\n'
        "lost = { workspace = true }\nhere = { workspace = true }\n"
    )
    poetry = '[tool.poetry]\nname = "p"\n\n[tool.poetry.dependencies]\ncommon = { path = "../common" }\nfine = { path = "../libs/here" }\n'
    tree = {
        "pyproject.toml": root,
        "libs": {
            "here": {"pyproject.toml": '[project]\nname = "here"\n'},
            "bare": {"a.py": ""},
            "skipped": {"a.py": ""},
        },
        "p": {"pyproject.toml": poetry},
        "q": {"requirements.txt": "-r ../base.txt\n-e ../libs/here\n-c constraints.txt\n", "constraints.txt": ""},
    }

    assert places(inspect("workspace-member-missing", tree)) == [
        ("error", "p/pyproject.toml", 5),
        ("error", "pyproject.toml", 7),
        ("warning", "pyproject.toml", 8),
        ("error", "pyproject.toml", 12),
        ("error", "q/requirements.txt", 1),
    ]


def test_replaced_modules_and_packages_of_lerna(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "go.mod": "module a\n\ngo 1.22\n\nreplace x/y => ./y\n\nreplace x/z => ./z\n\nrequire x/y v0.0.0\n",
        "z": {"go.mod": "module x/z\n"},
        "lerna.json": '{"packages": [\n"tools/gone",\n"packages/*"]}',
        "packages": {"a": {"package.json": "{}"}},
    }

    assert places(inspect("workspace-member-missing", tree)) == [("error", "go.mod", 5), ("warning", "lerna.json", 2)]
    tree["lerna.json"] = '{"useWorkspaces": true, "packages": [\n"tools/gone"]}'  # which lerna then does not read
    assert places(inspect("workspace-member-missing", tree)) == [("error", "go.mod", 5)]


def test_a_replaced_module_that_nothing_is_built_with_harms_nobody(inspect: Callable[..., list[Finding]]) -> None:
    tree: dict[str, str | dict[str, str]] = {
        "go.mod": "module a\n\ngo 1.22\n\nreplace x.org/y => ./y\n",
        "a.go": "package a\n",
    }

    assert places(inspect("workspace-member-missing", tree)) == [("info", "go.mod", 5)]
    tree["a.go"] = 'package a\n\nimport "x.org/y/in"\n'
    assert places(inspect("workspace-member-missing", tree)) == [("error", "go.mod", 5)]
    del tree["a.go"]
    tree["b"] = {"go.mod": "module b\n\nrequire x.org/y v1.0.0\n"}
    assert places(inspect("workspace-member-missing", tree)) == [("error", "go.mod", 5)]


def test_modules_of_java_and_net_that_are_not_there(inspect: Callable[..., list[Finding]]) -> None:
    solution = 'Project("{FAE0}") = "A", "src\\A\\A.csproj", "{1}"\nEndProject\nProject("{FAE0}") = "B", "src\\B\\B.csproj", "{2}"\nEndProject\n'
    tree = {
        "a": {"pom.xml": "<project>\n<modules>\n<module>x</module>\n<module>gone</module>\n</modules>\n</project>\n", "x": {"pom.xml": ""}},
        "b": {"settings.gradle": "include 'x'\ninclude 'gone', ':x:y',\n    'lost'\nincludeBuild 'build-logic'\nincludeBuild(new File([\"node\", \"x/package.json\"].execute().text))\n", "x": {"y": {"build.gradle": ""}}},
        "c": {"settings.gradle.kts": 'include("x")\ninclude(":gone")\n', "x": {"build.gradle.kts": ""}},
        "d": {"D.sln": solution, "src": {"A": {"A.csproj": '<ProjectReference Include="..\\C\\C.csproj" />\n'}}},
    }  # fmt: skip

    assert places(inspect("workspace-member-missing", tree)) == [
        ("error", "a/pom.xml", 4),
        ("warning", "b/settings.gradle", 2),
        ("warning", "b/settings.gradle", 3),
        ("error", "b/settings.gradle", 4),
        ("warning", "c/settings.gradle.kts", 2),
        ("error", "d/D.sln", 3),
        ("error", "d/src/A/A.csproj", 1),
    ]


def test_quiet_about_modules_that_something_else_brings_or_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": "generated/\n",
        "a": {
            "pom.xml": "<modules>\n<!-- <module>old</module> -->\n<module>${m}</module>\n<module>generated</module>\n<module>x/pom-x.xml</module>\n</modules>\n",
            "x": {"pom-x.xml": ""},
        },
        "b": {"settings.gradle": "include ':gone'\nproject(':gone').projectDir = file('elsewhere')\n"},
        "c": {"settings.gradle": "rootProject.name = 'c'\n// include 'old'\npluginManagement { includeGroup 'x' }\n"},
        "d": {"D.csproj": '<ProjectReference Include="$(Root)\\\\C.csproj" />\n<PackageReference Include="X" />\n'},
        "e": {
            "settings.gradle": "include '" * 20_000,
            "pom.xml": "<modules>" * 20_000 + "<!--" * 20_000 + "</modules>",
            "E.sln": 'Project("' * 20_000,
        },
    }

    assert inspect("workspace-member-missing", tree) == []


def test_requirements_of_an_environment_of_tox(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "tox.ini": "[testenv]\ndeps =\n    -r {toxinidir}/there.txt\n    -rgone.txt\n    pytest\n",
        "there.txt": "anyio\n",
    }

    assert places(inspect("workspace-member-missing", tree)) == [("error", "tox.ini", 4)]
