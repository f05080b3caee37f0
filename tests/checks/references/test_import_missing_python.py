"""Imports of Python that lead nowhere, and names that a module does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_an_absolute_import_of_the_package_around_a_file(inspect: Inspect) -> None:
    app: dict[str, Any] = {
        "__init__.py": "",
        "config.py": "x = 1\n",
        "main.py": "from app.config import x\nfrom app.memory.store import y\nfrom app import z\n",
        "api": {"__init__.py": "", "a.py": "try:\n    from app.gone import b\nexcept ImportError:\n    b = 1\n"},
    }
    tree = {
        "one-agent": {"requirements.txt": "", "__init__.py": "", "app": app},
        "two": {"app": {"__init__.py": "", "memory": {"__init__.py": "", "store.py": ""}}},
    }

    assert places(inspect("import-missing", tree)) == [("error", "one-agent/app/main.py", 2)]


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(
            {
                "utils": {"helpers.py": ""},
                "tests": {"utils": {"__init__.py": "", "a.py": "from utils.helpers import x\n"}},
            },
            id="tests laid out as what they test",
        ),
        pytest.param(
            {"clients": {"google": {"__init__.py": "", "a.py": "from google.oauth2 import x\n", "b.py": ""}}},
            id="a folder called as a package of others",
        ),
        pytest.param(
            {
                "app": {
                    "__init__.py": "",
                    "a.py": "from app.b import x\nfrom app.proto.a_pb2 import y\n",
                    "b.py": "x = 1\n",
                }
            },
            id="what a compiler makes",
        ),
        pytest.param(
            {"app": {"a.py": "from app.b import x\nfrom app.c import y\n", "b.py": ""}}, id="a part of a name"
        ),
        pytest.param(
            {
                "app": {"__init__.py": "", "b.py": "x = 1\n", "a.py": "from app.b import x\nfrom app.made import y\n"},
                ".gitignore": "made.py\n",
            },
            id="ignored",
        ),
    ],
)
def test_quiet_about_absolute_imports_that_may_lead_elsewhere(inspect: Inspect, tree: dict[str, Any]) -> None:
    assert inspect("import-missing", tree) == []


@pytest.mark.parametrize(
    ("code", "module", "told"),
    [
        pytest.param("from .m import gone\n", "there = 1\n", True, id="nowhere"),
        pytest.param("from .m import (\n    there,  # it\n    gone as x,\n)\n", "there = 1\n", True, id="one of two"),
        pytest.param("from app.m import there, gone\n", "there = 1\n", True, id="by the whole name"),
        pytest.param("from app.m import gone\n", "there = 1\n", False, id="perhaps of another package"),
        pytest.param("from . import gone\n", "", True, id="submodule"),
        pytest.param("from . import m\n", "", False, id="a submodule that is there"),
        pytest.param("from .m import gone\n", "if 1:\n    from os import path as gone\n", False, id="imported"),
        pytest.param("from .m import gone\n", "a, (gone, *b) = 1, 2\n", False, id="unpacked"),
        pytest.param("from .m import gone\n", "with open() as gone:\n    pass\n", False, id="bound by with"),
        pytest.param("from .m import gone\n", "from os import *\n", False, id="star"),
        pytest.param("from .m import gone\n", "def __getattr__(name): return 1\n", False, id="told when asked"),
        pytest.param("from .m import gone\n", "print 'two'\n", False, id="no Python of today"),
        pytest.param("from .m import *\n", "there = 1\n", False, id="everything"),
        pytest.param("from .m import __version__\n", "there = 1\n", False, id="what Python gives"),
        pytest.param("try:\n    from .m import gone\nexcept ImportError:\n    gone = 1\n", "", False, id="tried"),
        pytest.param("def f():\n    from .m import gone\n", "", False, id="late"),
        pytest.param('"""\nfrom .m import gone\n"""\n', "", False, id="within a text"),
        pytest.param("from .m import gone\n", "import sys\nsys.modules[__name__] = 1\n", False, id="taken out"),
    ],
)
def test_a_name_that_the_module_does_not_have(inspect: Inspect, code: str, module: str, told: bool) -> None:
    found = inspect("import-missing", {"app": {"__init__.py": "", "a.py": code, "m.py": module}})

    assert bool(found) is told
    assert not found or "has no gone to import" in found[0].message


def test_a_name_that_another_file_gives_a_module(inspect: Inspect) -> None:
    tree = {"__init__.py": "", "a.py": "from .m import gone\n", "m.py": ""}

    assert places(inspect("import-missing", {"app": tree})) == [("error", "app/a.py", 1)]
    assert inspect("import-missing", {"app": {"b.py": "from . import m\nm.gone = 1\n"}}) == []


def test_what_one_file_asks_of_several_modules_is_told_once(inspect: Inspect) -> None:
    asks = "from .first import One\nfrom .second import Two, Three\nfrom .shared import Four\n"
    tree = {
        "setup.py": "",
        "app": {"__init__.py": asks, "first.py": "A = 1\n", "second.py": "B = 2\n", "shared.py": "C = 3\n", "d.py": "from .shared import Four\n"},
    }  # fmt: skip

    found = sorted(inspect("import-missing", tree), key=lambda one: one.line)

    assert [(one.path, one.line, one.message) for one in found] == [
        (
            "app/__init__.py",
            1,
            "app/first.py has no One to import: Python stops there. Nor does 1 more of its modules have what it asks for.",
        ),
        ("app/__init__.py", 3, "app/shared.py has no Four to import: Python stops there."),
    ]
    assert [place.line for place in found[0].related] == [2]


def test_a_module_that_a_package_of_its_name_hides_is_loaded_by_nobody(inspect: Inspect) -> None:
    tree = {"__init__.py": "", "makers.py": "from .gone import x\n"}

    assert places(inspect("import-missing", {"app": tree})) == [("error", "app/makers.py", 1)]
    assert inspect("import-missing", {"app": {**tree, "makers": {"__init__.py": ""}}}) == []
