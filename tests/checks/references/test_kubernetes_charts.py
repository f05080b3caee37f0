"""Charts that Argo CD is to deploy, and the values they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_folder_that_argo_is_to_deploy(inspect: Inspect) -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    path: %s\n"
    tree = {"deploy": {"live": {"x.yaml": "a: 1\n"}}}

    found = [inspect("kubernetes-reference-missing", {**tree, "app.yaml": text % path}) for path in ("deploy/prod", "deploy/live", "far/away")]  # fmt: skip

    assert [places(one) for one in found] == [[("warning", "app.yaml", 6)], [], []]


VALUES = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  source:
    repoURL: https://github.com/us/shop.git
    targetRevision: %s
    path: %s
    helm:
      ignoreMissingValueFiles: %s
      valueFiles:
        - values.yaml
        - %s
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("main", "deploy/shop", "false", "values-live.yaml"), "error"),
        (("v1", "deploy/shop", "false", "../live/values.yaml"), "warning"),
        (("HEAD", "deploy/shop", "false", "/deploy/shop/values-live.yaml"), "error"),
        (("HEAD", "deploy/shop", "false", "/deploy/shop/values-dev.yaml"), ""),
        (("main", "deploy/shop", "true", "values-live.yaml"), ""),
        (("main", "deploy/shop", "false", "values-dev.yaml"), ""),
        (("main", "deploy/shop", "false", "../dev/values.yaml"), ""),
        (("main", "deploy/shop", "false", "$values/live.yaml"), ""),
        (("main", "deploy/shop", "false", "https://host.invalid/live.yaml"), ""),
        (("main", "deploy/plain", "false", "values-live.yaml"), ""),
    ],
)
def test_files_of_values_that_argo_is_to_take(inspect: Inspect, given: tuple[str, ...], expected: str) -> None:
    chart = {"Chart.yaml": "name: shop\nversion: 1.0.0\n", "values.yaml": "a: 1\n", "values-dev.yaml": "a: 1\n"}
    tree = {"deploy": {"shop": chart, "dev": {"values.yaml": "a: 1\n"}, "plain": {"values.yaml": "a: 1\n"}}}

    found = inspect("kubernetes-reference-missing", {**tree, "argo/a.yaml": VALUES % given})

    assert places(found) == ([(expected, "argo/a.yaml", 13)] if expected else [])


TEMPLATE = (
    "kind: Service\nmetadata: {name: {{ .Release.Name }}}\n"
    "spec: {replicas: {{ .Values.replicas }}, ports: [{port: {{ .Values.service.port }}}], all: {{ toYaml .Values.resources }}}\n"
)
DEFAULTS = "replicas: 1\nservice: {port: 80}\nresources: {}\nunused: 1\n"


@pytest.mark.parametrize(
    ("given", "more", "line"),
    [
        ("replicas: 2\nreplicaCount: 3\n", {}, 2),
        ("replicas: 2\nservice:\n  ports: 8080\n", {}, 3),
        ("replicas: 2\nautoscaling:\n  enabled: true\n", {}, 2),
        ("replicas: 2\nservice: {port: 81}\nresources: {limits: {cpu: 1}}\nunused: 2\nglobal: {a: 1}\n", {}, 0),
        ("redis: {host: a}\nother: 1\n", {}, 0),
        ("replicas: 2\nredis: {auth: 1}\n", {"Chart.yaml": "name: a\ndependencies: [{name: redis, repository: 'https://a'}]\n"}, 0),
        ("replicas: 2\nextra: 1\n", {"templates": {"a.yaml": TEMPLATE, "b.tpl": '{{ include "lib.all" . }}'}, "charts": {"lib.tgz": ""}}, 0),
        ("replicas: 2\nextra: 1\n", {"templates": {"a.yaml": TEMPLATE, "b.yaml": "a: {{ toYaml .Values }}"}}, 0),
        ("replicas: 2\nextra: 1\n", {"templates": {"a.yaml": TEMPLATE, "NOTES.txt": "{{ .Values.extra }}"}}, 0),
        ("replicas: 2\na-b: 1\n", {"templates": {"a.yaml": TEMPLATE, "b.yaml": 'a: {{ index .Values "a-b" }}'}}, 0),
    ],
)  # fmt: skip
def test_values_of_one_environment_that_no_template_reads(
    inspect: Inspect, given: str, more: dict[str, Any], line: int
) -> None:
    chart = {
        "Chart.yaml": "name: a\n",
        "values.yaml": DEFAULTS,
        "values-prod.yaml": given,
        "templates": {"a.yaml": TEMPLATE},
    }

    found = [
        one
        for one in inspect("kubernetes-reference-missing", {"chart": {**chart, **more}})
        if "No template reads" in one.message
    ]

    assert places(found) == ([("warning", "chart/values-prod.yaml", line)] if line else [])
