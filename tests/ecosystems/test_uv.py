from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only, told, wheel
from toolkit.ecosystems.uv import Uv
from toolkit.extension import Request, ToolNeed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository, Tree

LEAF = Uv()


def project(name: str, more: str = "", dependencies: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = [{dependencies}]\n{more}'


def test_workspaces_and_what_is_no_project(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "ws": {
            "pyproject.toml": project(
                "root", '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
            ),
            "uv.lock": "version = 1\n",
            "packages": {
                "a": {"pyproject.toml": project("a"), "requirements.txt": "an-export==1\n"},
                "b": {
                    "pyproject.toml": project(
                        "b", '[tool.uv.sources]\nlib = { path = "../../../lib", editable = true }\n'
                    )
                },
                "old": {"pyproject.toml": project("old", "[tool.uv]\ndev-dependencies = []\n")},
            },
        },
        "lib": {"pyproject.toml": project("lib")},
        "settings": {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
        "poetry": {"pyproject.toml": '[tool.poetry]\nname = "p"\n'},
        "moved": {"pyproject.toml": '[tool.poetry]\nname = "p"\n' + project("moved"), "uv.lock": ""},
        "broken": {"pyproject.toml": "[project\n"},
    }
    _, found = discovered(LEAF, repository(tree).root)
    assert {path: (item.members, item.needs, item.choice.why) for path, item in found.items() if not item.problem} == {
        "ws": (("ws/packages/a", "ws/packages/b"), ("lib",), "ws/uv.lock"),
        "ws/packages/old": ((), (), "[tool.uv] in ws/packages/old/pyproject.toml"),
        "lib": ((), (), "default for a pyproject.toml without a lock"),
        "moved": ((), (), "moved/uv.lock"),
    }
    assert found["ws"].inputs == ("ws/packages/a/pyproject.toml", "ws/packages/b/pyproject.toml")
    assert found["broken"].problem.startswith("pyproject.toml: ")


def test_commands(repository: Callable[..., Repository]) -> None:
    tree = {
        "pyproject.toml": project(
            "root", '[tool.uv]\nrequired-version = ">=0.5"\n[tool.uv.workspace]\nmembers = ["a"]\n'
        ),
        "uv.lock": "version = 1\n",
        ".python-version": "3.12\n",
        "a": {"pyproject.toml": project("a")},
    }
    context, subproject = only(LEAF, repository(tree).root)
    install = LEAF.install(context, subproject, Request(offline=True))
    assert install.tools == (
        ToolNeed("python", "3.12", ".python-version", required=False, offered=True),
        ToolNeed("uv", ">=0.5", "required-version in pyproject.toml"),
    )
    assert [step.argv for step in install.steps] == [
        ("uv", "lock", "--check", "--offline"),
        ("uv", "sync", "--frozen", "--all-packages", "--offline"),
    ]
    assert {step.env["VIRTUAL_ENV"] for step in install.steps} == {None}
    assert install.policy == "packages without a wheel are built"


def test_builds_from_source_are_forbidden_where_the_settings_say_so(repository: Callable[..., Repository]) -> None:
    lock = "".join(
        f'[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {{ {source} }}\nsdist = {{ url = "u" }}\nwheels = [\n    {{ url = "w" }},\n]\n\n'
        for name, source in (("x", 'registry = "r"'), ("y", 'registry = "r"'), ("root", 'editable = "."'))
    )
    tree: Tree = {"pyproject.toml": project("root"), "uv.lock": f"version = 1\n\n{lock}"}
    made = repository({**tree, "toolkit.toml": '[bootstrap.install-scripts]\n"*" = "deny"\n'})
    context, subproject = only(LEAF, made.root)
    denied = LEAF.install(context, subproject, Request(scripts="deny"))
    assert (denied.steps[-1].env["UV_NO_BUILD_PACKAGE"], denied.policy) == ("x y", "wheels only")
    listed = LEAF.install(context, subproject, Request(scripts=("Y",)))
    assert (listed.steps[-1].env["UV_NO_BUILD_PACKAGE"], listed.policy) == ("x", "built from source: y")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two tiny wheels, which stands in for the registry."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in ("tinypkg", "tinydev"):
        wheel(folder, name)
    return folder


@pytest.mark.real("uv")
def test_install_from_the_lock(
    repository: Callable[..., Repository], wheels: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    own = f'[dependency-groups]\ndev = ["tinydev"]\n[tool.uv]\nno-index = true\nfind-links = ["{wheels}"]\n'
    made = repository({"pyproject.toml": project("demo", own, '"tinypkg"')})
    context, subproject = only(LEAF, made.root)
    assert LEAF.lacks_lock(context, subproject)
    assert told(LEAF, carry_out(made.root, LEAF.install(context, subproject, Request())))[0] == "there is no uv.lock"
    assert carry_out(made.root, LEAF.lock(context, subproject)).ok

    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject) == "there is no .venv"
    before = (made.root / "uv.lock").read_bytes()
    done = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert done.ok, done.error_text
    assert LEAF.missing(context, subproject) == ""
    assert carry_out(made.root, LEAF.install(context, subproject, Request(offline=True))).ok
    assert (made.root / "uv.lock").read_bytes() == before

    (info,) = made.root.glob(".venv/lib/python*/site-packages/tinydev-1.0.dist-info")
    shutil.move(info, tmp_path / "aside")
    assert LEAF.missing(context, subproject) == "tinydev is not in .venv"
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    (made.root / ".venv/bin/python").unlink()
    assert LEAF.missing(context, subproject) == "the Python of its .venv is gone"

    made.write({"pyproject.toml": project("demo", own.replace('"tinydev"', ""), '"tinypkg"')})
    context, subproject = only(LEAF, made.root)
    stale = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert told(LEAF, stale)[0] == "uv.lock does not fit pyproject.toml any more"


def test_markers_extras_and_forks_decide_what_must_be_there(repository: Callable[..., Repository]) -> None:
    lock = """version = 1

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "always", extra = ["more"] },
    { name = "never", marker = "sys_platform == 'none'" },
    { name = "forked", version = "2.0", marker = "python_full_version >= '3.11'" },
    { name = "forked", version = "1.0", marker = "python_full_version < '3.11'" },
]

[package.dev-dependencies]
dev = [
    { name = "tool" },
]
docs = [
    { name = "docs-only" },
]

[[package]]
name = "always"
version = "2024.1"
source = { registry = "r" }

[package.optional-dependencies]
more = [
    { name = "extra-package" },
]
""" + "".join(
        f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "r" }}\n'
        for name, version in (
            ("never", "1"),
            ("forked", "1.0"),
            ("forked", "2.0"),
            ("tool", "1"),
            ("docs-only", "1"),
            ("extra-package", "1"),
        )
    )
    made = repository({"pyproject.toml": project("demo"), "uv.lock": lock})
    site = {
        f"{name}.dist-info": {"RECORD": ""} for name in ("always-2024.01", "forked-2.0", "tool-1", "Extra_Package-1.0")
    }
    made.write(
        {
            ".venv": {
                "pyvenv.cfg": "home = /x\nversion_info = 3.12.1\n",
                "bin": {"python": ""},
                "lib": {"python3.12": {"site-packages": site}},
            }
        }
    )
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject) == ""
    shutil.rmtree(made.root / ".venv/lib/python3.12/site-packages/Extra_Package-1.0.dist-info")
    assert LEAF.missing(context, subproject) == "extra-package is not in .venv"
    made.write({".venv": {"lib": {"python3.12": {"site-packages": {"extra_package-3.dist-info": {"RECORD": ""}}}}}})
    assert LEAF.missing(context, subproject) == ".venv has extra-package 3, the lock 1"


def test_tasks_run_in_the_environment(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "pyproject.toml": project(
            "root",
            '[dependency-groups]\ndev = ["pytest>=8", "Ruff", "mypy"]\n[tool.mypy]\nfiles = ["src"]\n[tool.uv.workspace]\nmembers = ["pkg/*"]\n',
        ),
        "uv.lock": "version = 1\n",
        "tests": {"test_root.py": ""},
        "pkg": {
            "a": {"pyproject.toml": project("a"), "tests": {"test_a.py": ""}},
            "b": {"pyproject.toml": project("b")},
        },
    }
    context, subproject = only(LEAF, repository(tree).root)
    found = {
        kind: [(step.argv, step.cwd) for step in LEAF.tasks(context, subproject, kind)]
        for kind in ("test", "lint", "typecheck", "build")
    }
    assert found == {
        "test": [
            ((".venv/bin/python", "-m", "pytest", "tests"), "."),
            (("../../.venv/bin/python", "-m", "pytest"), "pkg/a"),
        ],
        "lint": [((".venv/bin/python", "-m", "ruff", "check", "."), ".")],
        "typecheck": [((".venv/bin/python", "-m", "mypy"), ".")],
        "build": [],
    }


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("error: Failed to download `x==2.3.1`\n  cause: Hash mismatch for `x==2.3.1`\n", "x==2.3.1 is not the file"),
        (
            "cause: Because zz-qq was not found in the package registry and your project",
            "the registry has no package zz-qq",
        ),
        (
            "error: No interpreter found for Python >=3.19 in managed installations or search path",
            "there is no Python >=3.19 here",
        ),
        ("cause: Network connectivity is disabled, but the requested", "a package is not in the local cache"),
        ("", ""),
    ],
)
def test_diagnosis(log: str, sentence: str) -> None:
    assert LEAF.diagnose(log)[0].startswith(sentence)
