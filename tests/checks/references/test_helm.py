"""Charts of Helm: what their templates render to is judged like any manifest, at the places of the templates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.charts import CHART, HELPERS, SERVICE, VALUES, chart_of, told_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - http:
        paths:
          - backend:
              service:
                name: {{ include "shop.fullname" $ }}
                port: {number: {{ %s }}}
{{- end }}
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, []),
        ({"config": "conf"}, [("error", "deploy/shop/templates/deployment.yaml", 30)]),
        ({"key": "MODE"}, [("error", "deploy/shop/templates/deployment.yaml", 38)]),
        ({"target": "web"}, [("error", "deploy/shop/templates/service.yaml", 8)]),
        ({"target": "8080"}, [("error", "deploy/shop/templates/service.yaml", 8)]),
        ({"target": "3000"}, []),
        ({"component": "web"}, [("error", "deploy/shop/templates/service.yaml", 11)]),
    ],
)
def test_faults_of_a_chart(inspect: Inspect, words: dict[str, str], expected: list[tuple[str, str, int]]) -> None:
    assert told_of(inspect, chart_of({}, **words)) == expected


@pytest.mark.parametrize(("port", "level"), [(".Values.service.port", ""), (".Values.ingress.port | add 1", "info")])
def test_what_is_turned_off_is_told_less_loudly(inspect: Inspect, port: str, level: str) -> None:
    found = told_of(inspect, chart_of({"templates/ingress.yaml": INGRESS % port}))

    assert found == ([(level, "deploy/shop/templates/ingress.yaml", 12)] if level else [])


@pytest.mark.parametrize(
    "text",
    [
        "{{ if }",
        "{{ include .Values.image.repository . }}",
        "kind: {{ .Values.existingSecret }}\n",
        "{{ range until 400 }}{{ range until 400 }}{{ range until 400 }}x{{ end }}{{ end }}{{ end }}",
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        "{{ " + "(" * 5000 + " }}",
        "{{ if 1 }}" * 3000,
        '{{ printf "%999999999d" 1 }}',
        "{{ mul 99999999999 99999999999 99999999999 }}",
        '{{ $x := "aaaaaaaaaa" }}' + '{{ $x = replace "a" "aaaaaaaaaa" $x }}' * 30 + "{{ $x }}",
        "{{" + " " * 200_000,
        "{{/*" + "*" * 200_000,
        '{{ "' + "\\" * 200_000,
        "{{ tpl `{{ tpl .Values.service.port . }}` . }}" * 100,
        "{{ indent 400 (toYaml .Values) | nindent 400 }}",
        '{{ $x := "aaaaaaaaaa" }}' + "{{ $x = print $x $x }}" * 40 + "{{ $x }}",
        "{{ $x := list 1 }}" + "{{ $x = list $x $x }}" * 60 + "{{ toYaml $x }}{{ eq $x $x }}{{ join `,` $x }}",
        "{{ foo }} " * 40_000,
    ],
)
def test_hostile_templates(inspect: Inspect, text: str) -> None:
    begin = time.process_time()

    found = told_of(inspect, chart_of({"templates/hostile.yaml": text}))

    assert found == []
    assert time.process_time() - begin < 8


def test_charts_below_a_chart(inspect: Inspect) -> None:
    inner = {
        "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        "charts/db/values.yaml": "port: 1\n",
        "charts/db/templates/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}-db}\n"
        "spec: {clusterIP: None, ports: [{port: {{ .Values.port }}}]}\n",
    }
    route = INGRESS.replace('{{ include "shop.fullname" $ }}', "{{ .Release.Name }}-db").replace(".enabled", ".port")
    values = f"{VALUES}db: {{port: 5432}}\n"

    right = chart_of({**inner, "templates/route.yaml": route % "5432"}, values)
    wrong = chart_of({**inner, "templates/route.yaml": route % "1"}, values)

    assert told_of(inspect, right) == []
    assert told_of(inspect, wrong) == [("error", "deploy/shop/templates/route.yaml", 12)]


def test_charts_from_elsewhere_and_the_repository_around_are_not_judged(inspect: Inspect) -> None:
    chart = f"{CHART}dependencies:\n  - {{name: redis, version: 1.0.0, repository: https://charts.example.com}}\n"
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: worker}
spec:
  containers:
    - name: worker
      envFrom:
        - configMapRef: {name: {{ .Release.Name }}-redis-settings}
        - configMapRef: {name: around}
"""
    around = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: around}\ndata: {A: b}\n"

    files = chart_of({"Chart.yaml": chart, "templates/pod.yaml": pod}) | {"k8s/around.yaml": around}

    assert told_of(inspect, files) == []


@pytest.mark.parametrize(("other", "count"), [("shop-keys", 1), ("other-keys", 2)])
def test_a_secret_that_a_chart_and_plain_manifests_name(inspect: Inspect, other: str, count: int) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n    - name: api\n      envFrom:\n        - secretRef: {name: %s}\n"
    tree = {
        "helm": {"Chart.yaml": CHART, "templates": {"pod.yaml": pod % "shop-keys"}},
        "k8s": {"pod.yaml": pod % other},
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert len(found) == count
    assert ("so do helm/templates/pod.yaml:8" in found[0].evidence) == (count == 1)


def test_a_loop_tells_a_fault_once(inspect: Inspect) -> None:
    text = "{{- range list 1 2 3 }}\n" + SERVICE % {"target": "http", "component": "{{ . }}"} + "---\n{{- end }}\n"

    assert told_of(
        inspect,
        chart_of(
            {
                "templates/loop.yaml": text.replace('shop.fullname" .', 'shop.fullname" $')
                .replace('shop.labels" .', 'shop.labels" $')
                .replace(" .Values", " $.Values")
            }
        ),
    ) == [("error", "deploy/shop/templates/loop.yaml", 12)]


OPERATED = """\
apiVersion: monitoring.example.com/v1
kind: Alertmanager
metadata: {name: {{ .Release.Name }}-alerts}
---
apiVersion: v1
kind: Service
metadata: {name: alerts}
spec:
  selector: {alertmanager: {{ .Release.Name }}-%s, component: x}
---
apiVersion: batch/v1
kind: Job
metadata: {name: certs}
spec:
  template:
    spec:
      containers: [{name: a, args: [create, --secret-name={{ .Release.Name }}-certs]}]
      volumes: [{name: a, secret: {secretName: {{ .Release.Name }}-certs}}]
"""


@pytest.mark.parametrize(("name", "expected"), [("alerts", []), ("mails", [("warning", 9)])])
def test_what_operators_and_jobs_make(inspect: Inspect, name: str, expected: list[tuple[str, int]]) -> None:
    found = told_of(inspect, chart_of({"templates/other.yaml": OPERATED % name}))

    assert [(level, line) for level, _, line in found if level != "info"] == expected


def test_a_chart_that_is_the_repository(inspect: Inspect) -> None:
    files = {name.removeprefix("deploy/shop/"): text for name, text in chart_of({}, target="web").items()}

    assert told_of(inspect, files) == [("error", "templates/service.yaml", 8)]


METRICS = """\
    {{- if .Values.ingress.enabled }}
    - {port: 8001, targetPort: %s, name: metrics}
    {{- end }}
  selector:"""


@pytest.mark.parametrize(("target", "levels"), [("8001", ["info"]), ("metrics", ["info"])])
def test_a_port_that_is_turned_off(inspect: Inspect, target: str, levels: list[str]) -> None:
    service = SERVICE % {"target": "http", "component": "api"}

    found = inspect(
        "kubernetes-port-mismatch",
        chart_of({"templates/service.yaml": service.replace("  selector:", METRICS % target)}),
    )

    assert [one.severity for one in found] == levels


PROXY = """\
{{- if %s }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec:
  selector: {matchLabels: {component: proxy}}
  template: {metadata: {labels: {component: proxy}}, spec: {containers: [{name: a}]}}
{{- end }}
"""
BUDGET = """\
{{- if .Values.ingress.enabled }}
apiVersion: v1
kind: Service
metadata: {name: proxy}
spec:
  selector: {component: %s}
{{- end }}
"""


@pytest.mark.parametrize(
    ("condition", "label", "expected"),
    [
        ('eq .Values.service.type "proxy"', "proxy", []),
        (".Values.ingress.enabled", "proxy", []),
        (".Values.ingress.enabled", "prox", [("info", "deploy/shop/templates/budget.yaml", 6)]),
    ],
)
def test_what_two_conditions_bring(
    inspect: Inspect, condition: str, label: str, expected: list[tuple[str, str, int]]
) -> None:
    values = VALUES.replace("service: {", "service: {type: plain, ")

    found = told_of(
        inspect, chart_of({"templates/proxy.yaml": PROXY % condition, "templates/budget.yaml": BUDGET % label}, values)
    )

    assert found == expected


WANTED = 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: %s\ndata:\n  A: {{ include "%s" . }}\n'


@pytest.mark.parametrize(
    ("name", "others", "expected"),
    [
        ("shop.labels", {}, []),
        ("store.fullname", {}, [("error", "c/templates/a.yaml", 6)]),
        ("shop.serviceAccountName", {}, [("error", "c/templates/a.yaml", 6)]),
        ("shop.own", {"c/templates/_own.tpl": '{{ define "shop.own" }}x{{ end }}\n'}, []),
        ("shop.own", {"c/templates/_own.tpl": '{{ define "shop.own" }}{{ if }}\n'}, []),
        ("lib.own", {"c/charts/lib-1.0.0.tgz": ""}, []),
        ("lib.own", {"c/charts/lib/Chart.yaml": CHART, "c/charts/lib/templates/_a.tpl": '{{ define "lib.own" }}x{{ end }}\n'}, []),
        ("lib.own", {"c/Chart.yaml": f"{CHART}dependencies: [{{name: lib, repository: 'https://example.com', version: '1'}}]\n"}, []),
        ("other.own", {"c/Chart.yaml": f"{CHART}dependencies: [{{name: lib, repository: 'https://example.com', version: '1'}}]\n"}, []),
        ("store.labels", {"c/Chart.yaml": f"{CHART}dependencies: [{{name: lib, repository: 'https://example.com', version: '1'}}]\n"}, [("error", "c/templates/a.yaml", 6)]),
        ('{{ .Values.name }}" | print "a', {}, []),
        ('shop.labels" . }}{{ include (print $.Template.BasePath "/z.yaml") . }}{{ include "shop.labels', {"c/templates/z.yaml": ""}, []),
        ('shop.labels" . }}{{ include (print $.Template.BasePath "/z.yaml") . }}{{ include "shop.labels', {}, [("error", "c/templates/a.yaml", 6)]),
    ],
)  # fmt: skip
def test_templates_that_nothing_defines(
    inspect: Inspect, name: str, others: dict[str, str], expected: list[tuple[str, str, int]]
) -> None:
    files = {
        "c/Chart.yaml": CHART,
        "c/values.yaml": VALUES,
        "c/templates/_helpers.tpl": HELPERS,
        "c/templates/a.yaml": WANTED % ("a", name),
        **others,
    }

    assert places(inspect("kubernetes-reference-missing", files)) == expected


def test_the_rest_of_a_file_with_an_undefined_template_is_judged_as_if_it_were_the_one_meant(inspect: Inspect) -> None:
    route = (
        'kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: {{ template "store.fullname" . }}\nspec:\n'
        '  defaultBackend: {service: {name: {{ include "shop.fullname" . }}-web, port: {number: 80}}}\n'
    )
    files = {
        "c/Chart.yaml": CHART,
        "c/values.yaml": VALUES,
        "c/templates/_helpers.tpl": HELPERS,
        "c/templates/a.yaml": f"{{{{ if .Values.off }}}}\n{WANTED % ('a', 'store.labels')}{{{{ end }}}}\n",
        "c/templates/i.yaml": route,
        "c/templates/s.yaml": SERVICE % {"target": 80, "component": "api"},
    }

    found = places(inspect("kubernetes-reference-missing", files))

    assert ("error", "c/templates/i.yaml", 4) in found
    assert [one for one in found if one[1] == "c/templates/i.yaml" and one[2] == 6] != []


@pytest.mark.parametrize(
    ("files", "backend", "findings"),
    [
        ({}, "shop-api", 0),
        ({}, "store-api", 1),
        ({"deploy.sh": "helm upgrade --install -n prod store ./deploy/shop --wait\n"}, "store-api", 0),
        ({"deploy.sh": "helm upgrade --install -n prod store ./deploy/shop --wait\n"}, "shop-api", 1),
        ({"deploy.sh": 'helm install store "$ROOT/deploy/shop"\nhelm install shop deploy/shop\n'}, "shop-api", 0),
        (
            {"deploy.sh": "helm install $NAME deploy/shop\n", "README.md": "helm install my deploy/shop\n"},
            "shop-api",
            0,
        ),
        (
            {
                "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: live}\n"
                "spec: {source: {path: deploy/shop}}\n"
            },
            "live-api",
            0,
        ),
    ],
)
def test_a_chart_is_judged_under_the_name_that_it_is_installed_by(
    inspect: Inspect, files: dict[str, str], backend: str, findings: int
) -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}-api'}\nspec: {ports: [{port: 80}]}\n"
    )
    route = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  defaultBackend: "
        f"{{service: {{name: {backend}, port: {{number: 80}}}}}}\n"
    )
    chart = {"Chart.yaml": CHART, "templates/service.yaml": service, "templates/ingress.yaml": route}

    found = inspect(
        "kubernetes-reference-missing", {**{f"deploy/shop/{name}": text for name, text in chart.items()}, **files}
    )

    assert len(found) == findings


@pytest.mark.parametrize(("label", "findings"), [("app: web", 0), ("app: shop-web", 1)])
def test_labels_of_a_charts_pods_are_asked_for_by_plain_manifests(inspect: Inspect, label: str, findings: int) -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: '{{ .Release.Name }}-web'}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
        "    spec: {containers: [{name: web, image: web}]}\n"
    )
    service = f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  selector: {{{label}}}\n  ports: [{{port: 80}}]\n"
    tree = {"chart/Chart.yaml": CHART, "chart/templates/web.yaml": deployment, "k8s/service.yaml": service}

    assert len(inspect("kubernetes-selector-unmatched", tree)) == findings
