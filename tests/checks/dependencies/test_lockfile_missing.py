"""Projects without a lock, and those that need none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import RunCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


DEPENDS = '{"dependencies": {"left-pad": "1.3.0"}}'


def test_projects_without_a_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "web": {"package.json": DEPENDS},
        "tool": {"Cargo.toml": '[package]\nname = "tool"\nversion = "0.1.0"\n', "src": {"main.rs": "fn main() {}"}},
        "job": {
            "requirements.txt": "requests>=2\n",
            "Dockerfile": "FROM python:3.12\nRUN pip install -r requirements.txt\n",
        },
        "infra": {
            "main.tf": 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
            'resource "aws_s3_bucket" "x" {}\nprovider "aws" {}\n'
        },
    }

    assert places(inspect("lockfile-missing", tree)) == [
        ("warning", "infra/main.tf", 2),
        ("warning", "job/requirements.txt", 1),
        ("warning", "tool/Cargo.toml", 0),
        ("warning", "web/package.json", 1),
    ]


def test_the_fix_is_what_lock_runs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": "hidden/package-lock.json\n",
        "web": {"package.json": DEPENDS},
        "old": {"package.json": DEPENDS.replace("{", '{"packageManager": "yarn@1.22.22", ', 1)},
        "hidden": {"package.json": DEPENDS},
    }

    found = {one.path.partition("/")[0]: one.fixes[0] for one in inspect("lockfile-missing", tree)}

    (action,) = found["web"].actions
    assert isinstance(action, RunCommand)
    assert (action.argv[:3], action.cwd, action.changes) == (
        ("npm", "install", "--package-lock-only"), "web", "web/package-lock.json",
    )  # fmt: skip
    assert (found["old"].safety, found["old"].actions) == ("manual", ())  # yarn 1 installs in order to lock
    assert found["hidden"].title == (
        "npm install --package-lock-only, in hidden; take package-lock.json out of .gitignore"
    )
    assert found["hidden"].actions == ()


def test_a_lock_that_git_ignores_is_in_no_clone(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".gitignore": "package-lock.json\n", "package.json": DEPENDS}
    found = inspect("lockfile-missing", tree, loose={"package-lock.json": "{}"})

    assert [one.message for one in found] == ["package-lock.json is here and git ignores it: no clone has it"]


def test_quiet_where_there_is_nothing_to_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "bare": {"package.json": '{"scripts": {"test": "node --test"}}'},
        "root": {
            "package.json": '{"workspaces": ["a"]}',
            "package-lock.json": "{}",
            "a": {"package.json": DEPENDS},
        },
        "other": {"package.json": DEPENDS.replace("{", '{"packageManager": "pnpm@9.0.0", ', 1), "yarn.lock": "x"},
        "modules": {"net": {"main.tf": 'resource "aws_vpc" "x" {}\n'}},
        "deno": {"package.json": DEPENDS, "deno.lock": '{"workspace": {"packageJson": {"dependencies": ["npm:a@1"]}}}'},
        "edge": {"package.json": DEPENDS, "deno.lock": '{"version": "5"}'},
    }

    assert places(inspect("lockfile-missing", tree)) == [("warning", "edge/package.json", 1)]


def test_libraries_and_pinned_requirements_are_worth_knowing_only(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "lib": {"Cargo.toml": '[package]\nname = "lib"\nversion = "0.1.0"\n', "src": {"lib.rs": ""}},
        "peers": {"package.json": '{"peerDependencies": {"react": "18"}}'},
        "local": {
            "package.json": '{"main": "a", "dependencies": {"a": "../lib", "b": "file:../peers", "c": "link:../x"}}'
        },
        "examples": {"web": {"package.json": DEPENDS.replace("{", '{"main": "a.js", ', 1)}},
        "pinned": {"requirements.txt": "requests==2.32.0\n"},
        "vendor": {"copy": {"package.json": DEPENDS}},
    }

    assert places(inspect("lockfile-missing", tree)) == [
        ("info", "examples/web/package.json", 1),
        ("info", "lib/Cargo.toml", 0),
        ("info", "local/package.json", 1),
        ("info", "peers/package.json", 1),
        ("info", "pinned/requirements.txt", 1),
    ]


@pytest.mark.parametrize(
    ("beside", "severity", "locks"),
    [
        ({}, "info", False),
        ({"README.md": "Services: job.\n"}, "info", False),
        ({"notes.md": "pip install -r job/requirements.txt\n"}, "info", False),
        ({"Dockerfile": "FROM python:3.12\nCOPY job/requirements.txt .\n"}, "warning", False),
        ({"a.sh": "cd job && pip install -r requirements.txt\n"}, "warning", False),
        ({"a.sh": "pip install -r ${DIR}/requirements.txt\n"}, "warning", False),
        ({"a.sh": "pip install -r other/requirements.txt\n"}, "info", False),
        ({"a.sh": "pip install -r job/requirements.txt || pip install -r job/requirements.lock\n"}, "warning", True),
    ],
)
def test_requirements_by_what_installs_them(
    inspect: Callable[..., list[Finding]], beside: dict[str, str], severity: str, *, locks: bool
) -> None:
    (found,) = inspect("lockfile-missing", {"job": {"requirements.txt": "requests>=2\n"}, **beside})

    assert (found.path, found.severity) == ("job/requirements.txt", severity)
    assert bool(found.fixes[0].actions) is locks
    assert (found.fixes[0].safety == "unsafe") is locks


def test_requirements_of_a_hidden_folder(inspect: Callable[..., list[Finding]]) -> None:
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pip install -r .github/scripts/requirements.txt\n"
    tree = {".github": {"workflows": {"a.yml": step}, "scripts": {"requirements.txt": "requests>=2\n"}}}

    assert places(inspect("lockfile-missing", tree)) == [("warning", ".github/scripts/requirements.txt", 1)]


def test_one_finding_for_the_many_of_one_folder(inspect: Callable[..., list[Finding]]) -> None:
    package = {"package.json": '{"dependencies": {"a": "1"}}'}
    found = inspect("lockfile-missing", {"examples": {str(number): package for number in range(6)}})

    assert len(found) == 1
    assert found[0].message.endswith("(6 projects below examples)")


def test_crates_side_by_side_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "{}"\nversion = "0.1.0"\n[dependencies]\nserde = "1"\n'
    tree = {"programs": {name: {"Cargo.toml": crate.format(name), "src": {"main.rs": ""}} for name in ("a", "b")}}

    (found,) = inspect("lockfile-missing", tree)

    assert found.evidence == "programs/a/Cargo.toml, programs/b/Cargo.toml"
    assert found.fixes[0].title.endswith("; or join them in one workspace, which has one lock")


def test_pipfiles_modules_and_programs_of_python(inspect: Callable[..., list[Finding]]) -> None:
    project = '[project]\nname = "a"\nversion = "1"\ndependencies = ["x"]\n\n[build-system]\nrequires = ["hatchling"]\n'
    shown = project.replace("version", 'keywords = ["x"]\nversion')
    tree = {
        "a": {"Pipfile": '[packages]\nx = "*"\n'},
        "go.work": "go 1.22\n\nuse (\n\t./b\n\t./c\n)\n",
        "b": {"go.mod": "module b\n\ngo 1.22\n\nrequire x/y v1.0.0\n"},
        "c": {"go.mod": "module c\n\ngo 1.22\n\nrequire x/y v1.0.0\n", "go.sum": "x/y v1.0.0 h1:x\n"},
        "d": {"pyproject.toml": shown, "Dockerfile": "FROM python:3.12\n"},
        "e": {"pyproject.toml": shown},
        "f": {"package.json": '{"dependencies": {"a": "1"}}', ".npmrc": "package-lock=false\n"},
    }

    assert sorted(places(inspect("lockfile-missing", tree))) == [
        ("info", "e/pyproject.toml", 5),
        ("info", "f/package.json", 1),
        ("warning", "a/Pipfile", 0),
        ("warning", "b/go.mod", 5),
        ("warning", "d/pyproject.toml", 5),
    ]


def test_one_finding_for_the_terraform_of_one_folder(inspect: Callable[..., list[Finding]]) -> None:
    text = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\nresource "aws_x" "a" {}\nprovider "aws" {}\n'
    tree = {"infra": {"env": {name: {"main.tf": text} for name in "abc"}, "main": {"main.tf": text}}}

    found = inspect("lockfile-missing", tree)

    assert [(one.severity, one.path) for one in found] == [("warning", "infra/env/a/main.tf")]
    assert found[0].evidence == "infra/env/a/main.tf, infra/env/b/main.tf, infra/env/c/main.tf, infra/main/main.tf"


@pytest.mark.parametrize(("block", "level"), [('provider "aws" {}', "warning"), ('output "x" {}', "info")])
def test_a_module_of_terraform_takes_the_lock_of_its_caller(
    inspect: Callable[..., list[Finding]], block: str, level: str
) -> None:
    text = f'terraform {{\n  required_providers {{\n    aws = {{\n      source = "x/aws"\n    }}\n  }}\n}}\nresource "aws_x" "a" {{}}\n{block}\n'

    assert [one.severity for one in inspect("lockfile-missing", {"deploy": {"main.tf": text}})] == [level]


def test_locks_that_somebody_chose_to_ignore(inspect: Callable[..., list[Finding]]) -> None:
    project = '[project]\nname = "a"\nversion = "1"\ndependencies = ["x"]\n\n[tool.uv]\n'
    tree = {
        "a": {".gitignore": "uv.lock\n", "pyproject.toml": project},
        "b": {".gitignore": "*.lock\n", "pyproject.toml": project},
        "c": {".gitignore": "/package-lock.json\n", "package.json": DEPENDS},
    }

    assert places(inspect("lockfile-missing", tree)) == [
        ("info", "a/pyproject.toml", 4),
        ("warning", "b/pyproject.toml", 4),
        ("info", "c/package.json", 1),
    ]


def test_a_program_of_anchor_is_told_at_the_manifest_of_cargo(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "p"\nversion = "0.1.0"\n[lib]\ncrate-type = ["cdylib"]\n'
    tree = {
        "Anchor.toml": '[programs.localnet]\np = "11111111111111111111111111111111"\n',
        "Cargo.toml": '[workspace]\nmembers = ["programs/p"]\n',
        "programs": {"p": {"Cargo.toml": crate, "src": {"lib.rs": ""}}},
    }

    assert [one.path for one in inspect("lockfile-missing", tree)] == ["Cargo.toml"]


def test_one_finding_for_the_many_of_a_repository(inspect: Callable[..., list[Finding]]) -> None:
    tree = {f"p{number}": {"package.json": DEPENDS} for number in range(10)}

    assert [one.evidence.count(",") for one in inspect("lockfile-missing", tree)] == [9]


def test_a_library_that_another_project_takes_by_its_path(inspect: Callable[..., list[Finding]]) -> None:
    poetry = '[tool.poetry]\nname = "{}"\nversion = "1"\n[tool.poetry.dependencies]\nx = "^1"\n'
    tree = {
        "app": {
            "pyproject.toml": poetry.format("app") + 'audio = { path = "libs/audio", develop = true }\n',
            "poetry.lock": "",
            "libs": {
                "audio": {"pyproject.toml": poetry.format("audio")},
                "other": {"pyproject.toml": poetry.format("o")},
            },
        },
        "web": {"package.json": '{"dependencies": {"kit": "file:../kit"}}', "package-lock.json": "{}"},
        "kit": {"package.json": '{"name": "kit", "dependencies": {"a": "1"}}'},
        "alone": {"package.json": '{"name": "alone", "dependencies": {"kit": "file:../kit"}}'},
    }

    assert sorted(one.path for one in inspect("lockfile-missing", tree)) == [
        "alone/package.json",
        "app/libs/other/pyproject.toml",
    ]


def test_copies_of_members_and_requirements_of_documents_trials_and_features(
    inspect: Callable[..., list[Finding]],
) -> None:
    step = "pip install -r docs/requirements.txt\npip install -r api/requirements-video.txt -r run/requirements-prod.txt\npip install -r py-test/requirements.txt\n"
    member = '{"name": "@own/config", "dependencies": {"a": "1"}}'
    tree = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "package-lock.json": "{}",
        "packages": {"config": {"package.json": member}},
        "libs": {"config": {"package.json": member}},
        "other": {"package.json": member.replace("config", "other")},
        "setup.sh": step,
        "docs": {"requirements.txt": "mkdocs>=1\n"},
        "api": {"requirements-video.txt": "a>=1\n"},
        "run": {"requirements-prod.txt": "b>=1\n"},
        "py-test": {"requirements.txt": "c>=1\n"},
    }

    assert sorted(places(inspect("lockfile-missing", tree))) == [
        ("info", "api/requirements-video.txt", 1),
        ("info", "docs/requirements.txt", 1),
        ("info", "libs/config/package.json", 1),
        ("info", "py-test/requirements.txt", 1),
        ("warning", "other/package.json", 1),
        ("warning", "run/requirements-prod.txt", 1),
    ]


def test_a_module_that_its_page_says_to_call_has_no_lock(inspect: Callable[..., list[Finding]]) -> None:
    text = 'terraform {\n  required_providers {\n    a = {\n      source = "acme/a"\n    }\n  }\n}\nresource "a" "b" {\n}\n'
    page = 'module "x" {\n  source = "github.example/acme/repo//infra"\n}\n'

    assert len(inspect("lockfile-missing", {"infra": {"main.tf": text}})) == 1
    assert inspect("lockfile-missing", {"infra": {"main.tf": text, "README.md": page}}) == []


def test_packages_of_unity_are_none_of_npm(inspect: Callable[..., list[Finding]]) -> None:
    package = '{"name": "com.maker.parts", "version": "1.0.0", "dependencies": {"com.unity.ugui": "1.0.0"}%s}'
    tree = {
        "game": {"Packages": {"com.maker.parts": {"package.json": package % ', "unity": "2021.3"'}}},
        "server": {"package.json": package % ""},
    }

    assert [one.path for one in inspect("lockfile-missing", tree)] == ["server/package.json"]


@pytest.mark.parametrize(("spec", "told"), [("==2.0.0", "info"), (">=2", "warning")])
def test_a_pyproject_that_names_one_version_of_each(
    inspect: Callable[..., list[Finding]], spec: str, told: str
) -> None:
    tree = {
        "pyproject.toml": f'[project]\nname = "x"\nversion = "1"\ndependencies = ["anyio{spec}", "httpx==1.0.0"]\n',
        "Dockerfile": "FROM python\nRUN pip install .\n",
    }

    (found,) = inspect("lockfile-missing", tree)

    assert found.severity == told
    assert ("the pinned requirements" in found.message) is (told == "info")


def test_a_package_that_workflows_install_with_another_manager(inspect: Callable[..., list[Finding]]) -> None:
    flow = {"workflows": {"ci.yml": "jobs:\n  a:\n    steps:\n      - run: pnpm install\n"}}

    (found,) = inspect("lockfile-missing", {"package.json": DEPENDS, ".github": flow})

    assert found.message.startswith("dependencies without a pnpm-lock.yaml")
    assert found.evidence == "pnpm, chosen by installs: .github/workflows/ci.yml runs pnpm install"
    assert [(fix.title, fix.actions) for fix in found.fixes] == [("make a lock with pnpm, and commit it", ())]


def test_a_package_that_several_managers_install_is_of_the_default(inspect: Callable[..., list[Finding]]) -> None:
    steps = "    steps:\n      - run: pnpm install\n      - run: npm install\n"
    flow = {"workflows": {"ci.yml": f"jobs:\n  a:\n{steps}"}}

    (found,) = inspect("lockfile-missing", {"package.json": DEPENDS, ".github": flow})

    assert found.message.startswith("dependencies without a package-lock.json")


def test_a_package_below_a_workspace_of_pnpm_that_does_not_list_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "package.json": DEPENDS,
        "packages": {"a": {"package.json": DEPENDS}},
        "tools": {"package.json": DEPENDS.replace("{", '{"packageManager": "pnpm@9.0.0", ', 1)},
    }

    (found,) = inspect("lockfile-missing", tree)

    assert [fix.title for fix in found.fixes] == ["pnpm install --lockfile-only --ignore-workspace, in tools"]
