"""Names of variables in code, compose and manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: example/api:1
      env:
        - {name: %s, value: a}
        - {name: TZ, value: UTC}
"""


def test_a_variable_under_another_name(inspect: Inspect) -> None:
    tree = {
        "api": {"Dockerfile": "FROM a\n", "main.py": "import os\nURL = os.environ['DATABASE_URL']\n"},
        "k8s.yaml": POD % "DB_URL",
    }

    found = inspect("kubernetes-env-drift", tree)

    assert places(found) == [("warning", "k8s.yaml", 9)]
    assert [fix.title for fix in found[0].fixes] == ["write DATABASE_URL"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_PORT", "KEY_2"])
def test_quiet_about_what_is_read_or_merely_alike(inspect: Inspect, name: str) -> None:
    code = "const a = process.env.DATABASE_URL, b = process.env.REDIS_HOST, c = process.env.KEY_1;\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "main.js": code}, "k8s.yaml": POD % name}

    assert inspect("kubernetes-env-drift", tree) == []
