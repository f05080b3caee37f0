"""Files of requirements that one environment gets, and that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

ID = "dependency-version-skew"
TWO = {"requirements.txt": "a==1.0\nb==2\n", "requirements-dev.txt": "pytest\nA == 1.1\nb>=1\n"}
JOB = "on: push\njobs:\n  a:\n    steps:\n"


def workflow(*steps: str) -> dict[str, Any]:
    return {".github": {"workflows": {"ci.yml": JOB + "".join(f"      - {one}\n" for one in steps)}}}


ONE = "run: pip install -r requirements.txt -r requirements-dev.txt"
FIRST, SECOND = "run: python -m pip install -r requirements.txt", "run: pip install -r requirements-dev.txt"


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        (workflow(ONE), "error"),
        (workflow(FIRST, SECOND), "warning"),
        (workflow("run: uv pip install --system -rrequirements.txt --requirement=requirements-dev.txt"), "error"),
        (workflow("run: pip install -c requirements.txt -r requirements-dev.txt"), "error"),
        (
            {
                "Dockerfile": "FROM python:3.12\nCOPY requirements*.txt ./\nRUN pip install -r requirements.txt && \\\n    pip install -r requirements-dev.txt\n"
            },
            "warning",
        ),
        (
            {
                "Dockerfile": "FROM python:3.12 AS base\nCOPY requirements.txt /app/\nRUN pip install -r /app/requirements.txt\n"
                "FROM base\nCOPY requirements-dev.txt /tmp/dev.txt\nRUN pip install -r /tmp/dev.txt\n"
            },
            "warning",
        ),
        ({"README.md": "```bash\npip install -r requirements.txt -r requirements-dev.txt\n```\n"}, "error"),
        (
            {"setup.sh": "python -m venv v\npip install -r requirements.txt\npip install -r requirements-dev.txt\n"},
            "warning",
        ),
    ],
)
def test_two_files_of_one_environment(
    inspect: Callable[..., list[Finding]], files: dict[str, Any], severity: str
) -> None:
    found = inspect(ID, {**TWO, **files})

    assert places(found) == [(severity, "requirements-dev.txt", 2)]
    assert found[0].message.startswith("a == 1.1 here and ==1.0 in requirements.txt:1, and ")


def test_a_file_that_includes_another(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "requirements": {"base.txt": "a>=2\n", "dev.txt": "-r base.txt\na<2\n", "prod.txt": "-r base.txt\na==2.5\n"}
    }

    found = inspect(ID, tree)

    assert [(one.severity, one.evidence) for one in found] == [("error", "requirements/dev.txt")]


def test_a_project_and_its_requirements(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {
            "pyproject.toml": '[project]\nname = "api"\ndependencies = [\n  "a>=2",\n]\n',
            "requirements.txt": "a==1\n",
        },
        **workflow(
            "run: pip install -r requirements.txt\n        working-directory: api",
            "run: cd api && pip install -e '.[dev]'",
        ),
    }

    assert places(inspect(ID, tree)) == [("warning", "api/pyproject.toml", 4)]


@pytest.mark.parametrize(
    "files",
    [
        {},
        workflow(FIRST),
        workflow(FIRST, "if: matrix.dev\n        run: pip install -r requirements-dev.txt"),
        workflow("run: a/bin/pip install -r requirements.txt", "run: b/bin/pip install -r requirements-dev.txt"),
        workflow(FIRST, "run: pip install --target out -r requirements-dev.txt"),
        workflow("run: python -m venv a", FIRST, "run: python -m venv b", SECOND),
        {"Dockerfile": f"FROM python:3.12 AS a\n{'RUN pip install -r requirements.txt'}\nFROM python:3.12\nRUN pip install -r requirements-dev.txt\n"},
        {"README.md": "```sh\npip install -r requirements.txt\n```\n\n```sh\npip install -r requirements-dev.txt\n```\n"},
        {**workflow(ONE), "requirements-dev.txt": "a==1.0.0\n"},
        {**workflow(ONE), "requirements-dev.txt": "a==1.1; python_version < '3.9'\n"},
        {**workflow(ONE), "requirements-dev.txt": "a @ https://x.invalid/a.whl\n"},
        {**workflow(ONE), "requirements-dev.txt": "a==nonsense\n" * 3},
    ],
)  # fmt: skip
def test_quiet_where_they_do_not_meet_or_fit(inspect: Callable[..., list[Finding]], files: dict[str, Any]) -> None:
    assert inspect(ID, {**TWO, **files}) == []


def test_files_that_include_each_other_and_long_scripts(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "requirements.txt": "-r requirements-dev.txt\na==1\n",
        "requirements-dev.txt": "-r requirements.txt\na==2\n",
        "x.sh": "pip install " * 20_000,
    }

    assert {one.severity for one in inspect(ID, tree)} == {"error"}
