"""Programs and readmes that a pyproject.toml names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.message) for one in found]


def test_readmes_of_python_projects(inspect: Inspect) -> None:
    def project(backend: str, table: str) -> dict[str, str]:
        return {"pyproject.toml": f'[build-system]\nbuild-backend = "{backend}"\n[project]\nname = "a"\n{table}\n'}

    tree = {
        "a": project("hatchling.build", 'readme = "README.md"'),
        "b": project("setuptools.build_meta", 'readme = {file = "README.rst", content-type = "text/x-rst"}'),
        "c": {
            **project("hatchling.build", 'readme = "README.md"\nlicense = {file = "LICENSE"}'),
            "README.md": "",
            "LICENSE": "",
        },
        "d": {"pyproject.toml": '[project]\nname = "d"\nreadme = "README.md"\n'},
        "e": {
            "pyproject.toml": '[tool.poetry]\nreadme = ["a.md"]\npackage-mode = false\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
        },
    }

    assert told(inspect("package-entry-missing", tree)) == [
        ("warning", "project.readme is README.md, which does not exist: hatchling does not build the project."),
        ("info", "project.readme.file is README.rst, which does not exist: the package is built without it."),
    ]


def test_programs_of_python_whose_module_is_not_in_their_package(inspect: Inspect) -> None:
    def project(scripts: str, more: str = "", backend: str = "hatchling.build") -> str:
        return f'[build-system]\nbuild-backend = "{backend}"\n[project]\nname = "a"\n[project.scripts]\n{scripts}\n{more}\n'

    package = {
        "__init__.py": "def main(): ...",
        "cli.py": "from .web import main",
        "web": {"__init__.py": "main = 1", "fast.pyx": ""},
    }
    lost = project('a = "pkg.gone:main"')
    tree = {
        "src-layout": {
            "pyproject.toml": project('a = "pkg.cli:main"\nb = "pkg.live_cli:main"\nc = "pkg.live_cli:other"'),
            "src": {"pkg": package},
        },
        "flat": {
            "pyproject.toml": '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[tool.poetry.scripts]\na = "pkg.web.gone:app [x]"\n',
            "pkg": package,
        },
        "right": {
            "pyproject.toml": project(
                'a = "pkg.web:main"\nb = "pkg.web.fast:main"\nc = "uvicorn.main:main"\nd = "pkg:main"'
            ),
            "pkg": package,
        },
        "moved": {
            "pyproject.toml": project('a = "pkg.gone:main"', '[tool.setuptools.package-dir]\n"" = "lib"'),
            "pkg": package,
        },
        "inline": {
            "pyproject.toml": project('a = "pkg.gone:main"', '[tool.setuptools]\npackage-dir = {"" = "lib"}'),
            "pkg": package,
        },
        "compiled": {"pyproject.toml": project('a = "pkg.gone:main"', backend="maturin"), "pkg": package},
        "made": {"pyproject.toml": lost, "pkg": {"__init__.py": "import sys\nsys.modules['pkg.gone'] = 1\n"}},
        "no-build": {
            "pyproject.toml": '[project]\nname = "a"\n[project.scripts]\na = "pkg.gone:main"\n',
            "pkg": package,
        },
    }

    found = inspect("package-entry-missing", tree)

    assert places(found) == [("warning", "flat/pyproject.toml", 4), ("warning", "src-layout/pyproject.toml", 7)]
    assert found[1].evidence == "src-layout/src/pkg/live_cli.py does not exist"
    assert found[1].message.endswith("b ends with an import error. So with c.")


PROGRAM = '[build-system]\nbuild-backend = "%s"\n[project]\nname = "an-app"\ndependencies = ["shared-core>=1"]\n[project.%s]\nrun = "%s"\n'


@pytest.mark.parametrize(
    ("entry", "table", "files", "told"),
    [
        pytest.param("space.cli:main", "scripts", {"space/core.py": ""}, "space/cli.py does not exist", id="namespace"),
        pytest.param(
            "a.b.cli:main", "gui-scripts", {"src/a/b/__init__.py": ""}, "src/a/b/cli.py does not exist", id="nested"
        ),
        pytest.param(
            "pkg.gone", "entry-points.plugins", {"pkg/__init__.py": ""}, "pkg/gone.py does not exist", id="entry point"
        ),
        pytest.param(
            "an_app.cli:main", "scripts", {"main.py": ""}, "neither an_app nor src/an_app exists", id="nothing"
        ),
        pytest.param("an_app:main", "scripts", {"main.py": ""}, "neither an_app nor src/an_app exists", id="no module"),
        pytest.param("pkg.cli:main", "scripts", {"pkg/cli.py": "def run(): ..."}, "pkg/cli.py has no main", id="name"),
        pytest.param("pkg.cli:main", "scripts", {"pkg/cli.py": "from .a import *"}, "", id="any name"),
        pytest.param("pkg.cli:app.run", "scripts", {"src/pkg/cli.py": "app = 1"}, "", id="member of a name"),
        pytest.param("shared.cli:main", "scripts", {"shared/core.py": ""}, "", id="namespace of a dependency"),
        pytest.param("other.cli:main", "scripts", {"an_app/__init__.py": ""}, "", id="module of a dependency"),
        pytest.param("space.cli:main", "scripts", {"space/a.py": "", "lib/space/cli.py": ""}, "", id="another part"),
        pytest.param("an_app.cli:main", "scripts", {"python/an_app/cli.py": ""}, "", id="another folder"),
        pytest.param("an_app:main", "scripts", {"an_app.py": "main = 1"}, "", id="one file"),
        pytest.param("space.cli:main", "scripts", {"space/a.yaml": ""}, "", id="no code"),
    ],
)
def test_programs_of_namespaces_and_layouts(
    inspect: Inspect, entry: str, table: str, files: dict[str, str], told: str
) -> None:
    found = inspect(
        "package-entry-missing", {"pyproject.toml": PROGRAM % ("flit_core.buildapi", table, entry), **files}
    )

    assert [one.evidence for one in found] == ([told] if told else [])


def test_a_module_of_another_project_is_none_of_this_package(inspect: Inspect) -> None:
    ours = {"pyproject.toml": PROGRAM % ("hatchling.build", "scripts", "app.cli:main"), "app": {"__init__.py": ""}}

    found = inspect("package-entry-missing", {"a": ours, "b": {"app": {"__init__.py": "", "cli.py": ""}}})

    assert [one.evidence for one in found] == ["a/app/cli.py does not exist"]
