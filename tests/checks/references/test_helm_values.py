"""Values that templates of a chart ask for, and who gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.references.charts import CHART, REST, VALUES, chart_of, told_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ .Values.service.prt }}", ("warning", 2)),
        ("{{ .Values.sevice.port }}", ("error", 2)),
        ("{{ if .Values.sevice.port }}1{{ end }}", ("error", 2)),
        ('{{ .Files.Get "files/a.json" | quote }}', ("error", 2)),
        ("{{ .Values.service.prt | default 1 }}", None),
        ("{{ if .Values.service.prt }}{{ .Values.service.prt }}{{ end }}", None),
        ("{{ with .Values.prt }}{{ .a.b }}{{ end }}", None),
        ('{{ required "it" .Values.service.prt }}', None),
        ("{{ ((.Values.sevice).port) | default 1 }}", None),
        ("{{ .Values.global.domain }}", None),
        ("{{ .Values.service.port }}", None),
        ('{{ .Files.Get "files/b.json" | quote }}', None),
    ],
)
def test_values_that_are_not_there(inspect: Inspect, text: str, expected: tuple[str, int] | None) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata:\n  a: x\n"
    files = chart_of({"templates/other.yaml": f"# Other.\n# {text}\n{config}", "files/b.json": "{}"})

    found = told_of(inspect, files)

    assert found == ([(expected[0], "deploy/shop/templates/other.yaml", expected[1])] if expected else [])


@pytest.mark.parametrize(
    "others",
    [
        {"values-prod.yaml": "service: {prt: 1}\n"},
        {"README.md": "Set `service.prt` to a port.\n"},
        {"values.schema.json": '{"properties": {"prt": {}}}'},
        {"values.yaml": f"{VALUES}# prt: 80\n"},
    ],
)
def test_values_that_somebody_gives(inspect: Inspect, others: dict[str, str]) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata:\n  a: {{ .Values.service.prt }}\n"

    assert told_of(inspect, chart_of({"templates/other.yaml": config, **others})) == []


RELEASES = """\
repositories:
  - name: others
    password: {{ requiredEnv "WORD" }}
releases:
  - name: shop
    chart: %s
    values:
      - %s
  - name: db
    chart: others/db
"""


@pytest.mark.parametrize(
    ("chart", "given", "told"),
    [
        ("./shop", "service: {prt: 80}", False),
        ("./shop", "envs/{{ .Environment.Name }}/shop.yaml.gotmpl", False),
        ("./shop", "envs/gone.yaml", True),
        ("./other", "service: {prt: 80}", True),
    ],
)
def test_values_that_a_release_of_helmfile_gives(inspect: Inspect, chart: str, given: str, told: bool) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata:\n  a: {{ .Values.service.prt }}\n"
    files = chart_of({"templates/other.yaml": config})
    files["deploy/helmfile.yaml"] = RELEASES % (chart, given)
    files["deploy/envs/prod/shop.yaml.gotmpl"] = "service: {prt: {{ .Values.port }}}\n"

    assert told_of(inspect, files) == [("warning", "deploy/shop/templates/other.yaml", 5)] * told


def test_a_chart_without_values_takes_all_from_who_installs_it(inspect: Inspect) -> None:
    files = chart_of({"templates/other.yaml": "kind: {{ .Values.kind.name }}\n"})
    del files["deploy/shop/values.yaml"]

    assert told_of(inspect, files) == []


def test_what_an_installation_adds_is_left_open(inspect: Inspect) -> None:
    config = REST.replace(
        "data:\n", "data:\n  {{- range $key, $value := .Values.extra }}\n  {{ $key }}: {{ $value }}\n  {{- end }}\n"
    )

    assert told_of(inspect, chart_of({"templates/rest.yaml": config}, key="FLAGS")) == []


@pytest.mark.parametrize(
    ("text", "values", "lines"),
    [
        ("{{ if .Values.autoscalin }}a{{ end }}", "autoscaling: {enabled: true}\n", [2]),
        ("{{ range .Values.configuration }}a{{ end }}", "config: {a: b}\n", [2]),
        ("{{ .Values.tag | default .Values.tagg }}", "tag: a\n", []),
        (
            "{{ if .Values.autoscalin }}a{{ end }}{{ .Values.autoscaling.enabled }}",
            "autoscaling: {enabled: true}\n",
            [],
        ),
        ("{{ if .Values.debug }}a{{ end }}", "autoscaling: {enabled: true}\n", []),
        ("{{ $port := .Values.service.prt }}{{ $port }}", "", [2]),
        ("{{ $port := .Values.service.prt | default 80 }}{{ $port }}", "", []),
        ("{{ $port := .Values.service.prt }}{{ $port | default 80 }}", "", []),
    ],
)
def test_slips_in_what_a_template_does_without(inspect: Inspect, text: str, values: str, lines: list[int]) -> None:
    config = f"# Other.\n# {text}\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: other}}\n"

    found = told_of(inspect, chart_of({"templates/other.yaml": config}, VALUES + values))

    assert found == [("warning", "deploy/shop/templates/other.yaml", line) for line in lines]


@pytest.mark.parametrize(
    ("files", "findings"),
    [
        (
            {
                "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
                "charts/db/values.yaml": "port: 1\n",
            },
            0,
        ),
        (
            {
                "Chart.yaml": f"{CHART}dependencies: [{{name: db, version: 1.0.0, repository: https://charts.example.com}}]\n"
            },
            0,
        ),
        ({"README.md": "helm install shop . --set db.port=1\n"}, 0),
        ({"README.md": "The db is elsewhere.\n"}, 1),
        ({}, 1),
    ],
)
def test_what_a_chart_sees_of_others(inspect: Inspect, files: dict[str, str], findings: int) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {A: {{ .Values.db.port | quote }}}\n"

    found = told_of(inspect, chart_of({"templates/other.yaml": config, **files}))

    assert found == [("error", "deploy/shop/templates/other.yaml", 4)] * findings


@pytest.mark.parametrize(
    ("profile", "told"), [("{{- $_ := .Values }}", True), ('{{- $b := set $ "Values" (merge $d $.Values) }}', False)]
)
def test_a_chart_that_replaces_its_own_values_is_not_known(inspect: Inspect, profile: str, told: bool) -> None:
    found = inspect("kubernetes-selector-unmatched", chart_of({"templates/zzz.yaml": profile}, component="web"))

    assert [one.severity for one in found] == ["error"] * told
