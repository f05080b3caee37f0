"""A package whose record is there and whose files are not: installers call it installed, the next bootstrap must not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.program import toolkit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree

# No registry is asked: the one dependency is a folder.
APP: Tree = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["lib"]\n'
    '[tool.uv.sources]\nlib = { path = "lib", editable = false }\n',
    "lib": {
        "pyproject.toml": '[project]\nname = "lib"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n'
        '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n',
        "src": {"lib": {"__init__.py": "VALUE = 1\n"}},
    },
}


@pytest.mark.real("uv")
@pytest.mark.parametrize("damage", ["package", "library"])
def test_uv_mends_what_its_record_says_is_there(repository: Callable[..., Repository], damage: str) -> None:
    settings = '[bootstrap]\nexclude = ["app/lib"]\n'
    repo = repository({"app": APP, "toolkit.toml": settings, ".gitignore": ".venv\n.toolkit\n"})
    assert toolkit(repo.root, "lock", "app").code == 0
    assert toolkit(repo.root, "bootstrap").code == 0
    (package,) = (repo.root / "app").glob(".venv/lib/python*/site-packages/lib")
    shutil.rmtree(package if damage == "package" else package.parent)

    done = toolkit(repo.root, "bootstrap", "--format", "json")

    assert (done.code, done.results()) == (0, {"app": "installed"}), done.out + done.err
    assert (package / "__init__.py").read_text() == "VALUE = 1\n"
    assert toolkit(repo.root, "bootstrap").out.startswith("1 subproject fresh")
