"""Charts of Helm: what their templates render to is judged like any manifest, at the places of the templates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
HELPERS = """\
{{/* The name of everything. */}}
{{- define "shop.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
"""
VALUES = """\
image: {repository: ghcr.io/shop/api, tag: ""}
service: {port: 80}
ports: [{name: http, number: 3000}]
existingSecret: ""
podLabels: {}
extra: {}
ingress: {enabled: false, port: 80}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}-api
  namespace: {{ .Release.Namespace }}
spec:
  selector:
    matchLabels:
      {{- include "shop.labels" . | nindent 6 }}
      component: api
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
        component: api
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      containers:
        - name: api
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            {{- range .Values.ports }}
            - name: {{ .name }}
              containerPort: {{ .number }}
            {{- end }}
          envFrom:
            - configMapRef:
                name: {{ include "shop.fullname" . }}-%(config)s
            - secretRef:
                name: {{ .Values.existingSecret | default (printf "%%s-secret" (include "shop.fullname" .)) }}
          env:
            - name: MODE
              valueFrom:
                configMapKeyRef:
                  name: {{ include "shop.fullname" . }}-config
                  key: %(key)s
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  ports:
    - port: {{ .Values.service.port }}
      targetPort: %(target)s
  selector:
    {{- include "shop.labels" . | nindent 4 }}
    component: %(component)s
"""
REST = """\
{{- if not .Values.existingSecret }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "shop.fullname" . }}-secret
stringData: {TOKEN: {{ randAlphaNum 8 | quote }}}
---
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "shop.fullname" . }}-config
data:
  mode: {{ .Values.mode | default "plain" | quote }}
"""
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


def _chart(files: dict[str, str], values: str = VALUES, **words: str) -> dict[str, str]:
    fill = {"config": "config", "key": "mode", "target": "http", "component": "api", **words}
    return {
        "deploy/shop/Chart.yaml": CHART,
        "deploy/shop/values.yaml": values,
        "deploy/shop/templates/_helpers.tpl": HELPERS,
        "deploy/shop/templates/deployment.yaml": DEPLOYMENT % fill,
        "deploy/shop/templates/service.yaml": SERVICE % fill,
        "deploy/shop/templates/rest.yaml": REST,
        **{f"deploy/shop/{name}": text for name, text in files.items()},
    }


CHECKS = (
    "kubernetes-reference-missing",
    "kubernetes-port-mismatch",
    "kubernetes-selector-unmatched",
    "kubernetes-duplicate",
)


def _told(inspect: Inspect, files: dict[str, str]) -> list[tuple[str, str, int]]:
    return [place for check in CHECKS for place in places(inspect(check, files))]


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
    assert _told(inspect, _chart({}, **words)) == expected


@pytest.mark.parametrize(("port", "level"), [(".Values.service.port", ""), (".Values.ingress.port | add 1", "info")])
def test_what_is_turned_off_is_told_less_loudly(inspect: Inspect, port: str, level: str) -> None:
    found = _told(inspect, _chart({"templates/ingress.yaml": INGRESS % port}))

    assert found == ([(level, "deploy/shop/templates/ingress.yaml", 12)] if level else [])


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
    files = _chart({"templates/other.yaml": f"# Other.\n# {text}\n{config}", "files/b.json": "{}"})

    found = _told(inspect, files)

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

    assert _told(inspect, _chart({"templates/other.yaml": config, **others})) == []


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
    files = _chart({"templates/other.yaml": config})
    files["deploy/helmfile.yaml"] = RELEASES % (chart, given)
    files["deploy/envs/prod/shop.yaml.gotmpl"] = "service: {prt: {{ .Values.port }}}\n"

    assert _told(inspect, files) == [("warning", "deploy/shop/templates/other.yaml", 5)] * told


def test_a_chart_without_values_takes_all_from_who_installs_it(inspect: Inspect) -> None:
    files = _chart({"templates/other.yaml": "kind: {{ .Values.kind.name }}\n"})
    del files["deploy/shop/values.yaml"]

    assert _told(inspect, files) == []


def test_what_an_installation_adds_is_left_open(inspect: Inspect) -> None:
    config = REST.replace(
        "data:\n", "data:\n  {{- range $key, $value := .Values.extra }}\n  {{ $key }}: {{ $value }}\n  {{- end }}\n"
    )

    assert _told(inspect, _chart({"templates/rest.yaml": config}, key="FLAGS")) == []


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

    found = _told(inspect, _chart({"templates/hostile.yaml": text}))

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

    right = _chart({**inner, "templates/route.yaml": route % "5432"}, values)
    wrong = _chart({**inner, "templates/route.yaml": route % "1"}, values)

    assert _told(inspect, right) == []
    assert _told(inspect, wrong) == [("error", "deploy/shop/templates/route.yaml", 12)]


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

    files = _chart({"Chart.yaml": chart, "templates/pod.yaml": pod}) | {"k8s/around.yaml": around}

    assert _told(inspect, files) == []


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

    found = _told(inspect, _chart({"templates/other.yaml": config}, VALUES + values))

    assert found == [("warning", "deploy/shop/templates/other.yaml", line) for line in lines]


def test_a_loop_tells_a_fault_once(inspect: Inspect) -> None:
    text = "{{- range list 1 2 3 }}\n" + SERVICE % {"target": "http", "component": "{{ . }}"} + "---\n{{- end }}\n"

    assert _told(
        inspect,
        _chart(
            {
                "templates/loop.yaml": text.replace('shop.fullname" .', 'shop.fullname" $')
                .replace('shop.labels" .', 'shop.labels" $')
                .replace(" .Values", " $.Values")
            }
        ),
    ) == [("error", "deploy/shop/templates/loop.yaml", 12)]


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

    found = _told(inspect, _chart({"templates/other.yaml": config, **files}))

    assert found == [("error", "deploy/shop/templates/other.yaml", 4)] * findings


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
    found = _told(inspect, _chart({"templates/other.yaml": OPERATED % name}))

    assert [(level, line) for level, _, line in found if level != "info"] == expected


def test_a_chart_that_is_the_repository(inspect: Inspect) -> None:
    files = {name.removeprefix("deploy/shop/"): text for name, text in _chart({}, target="web").items()}

    assert _told(inspect, files) == [("error", "templates/service.yaml", 8)]


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
        _chart({"templates/service.yaml": service.replace("  selector:", METRICS % target)}),
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

    found = _told(
        inspect, _chart({"templates/proxy.yaml": PROXY % condition, "templates/budget.yaml": BUDGET % label}, values)
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


@pytest.mark.parametrize(
    ("profile", "told"), [("{{- $_ := .Values }}", True), ('{{- $b := set $ "Values" (merge $d $.Values) }}', False)]
)
def test_a_chart_that_replaces_its_own_values_is_not_known(inspect: Inspect, profile: str, told: bool) -> None:
    found = inspect("kubernetes-selector-unmatched", _chart({"templates/zzz.yaml": profile}, component="web"))

    assert [one.severity for one in found] == ["error"] * told
