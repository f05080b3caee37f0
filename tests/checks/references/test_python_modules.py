"""Packages of Python that a command starts a module of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.references.package_scripts import scripts

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "package-script-broken"
WORKER = {"worker": {"main.py": ""}}
AWAY = {"services": {"one": {"worker": {"main.py": ""}}}}


@pytest.mark.parametrize(
    ("module", "tree", "level"),
    [
        pytest.param("workr.main", WORKER, "error", id="misspelt"),
        pytest.param("app.main", WORKER, "error", id="nowhere"),
        pytest.param("worker.main", AWAY, "warning", id="elsewhere"),
        pytest.param("worker.gone", AWAY, "", id="elsewhere without it"),
        pytest.param("worker.main", {**AWAY, "up.sh": "export PYTHONPATH=services/one\n"}, "", id="led to"),
        pytest.param(
            "worker.main", {"services": {"one": {**AWAY["services"]["one"], "setup.py": ""}}}, "", id="installed"
        ),
        pytest.param("grpc_tools.protoc", WORKER, "", id="of an index"),
        pytest.param("http.server", WORKER, "", id="of Python"),
        pytest.param("app.main", {"app.py": ""}, "", id="a file"),
    ],
)
def test_a_package_that_is_not_where_its_module_is_started(
    inspect: Inspect, module: str, tree: dict[str, Any], level: str
) -> None:
    found = inspect(ID, {"package.json": scripts(a=f"python -m {module}"), **tree})

    assert [one.severity for one in found] == ([level] if level else [])


def test_a_misspelt_package_is_written_right(inspect: Inspect) -> None:
    (found,) = inspect(ID, {"package.json": scripts(a="python3 -m workr.main"), **WORKER})

    assert [fix.title for fix in found.fixes] == ["write python3 -m worker.main"]
