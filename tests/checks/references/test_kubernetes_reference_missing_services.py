"""Services, addresses and claims that workloads name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.kubernetes_objects import POD, SETTINGS, WORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_a_stateful_set_lacks(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "api-headless", "pull", "http://stock.shop.svc.cluster.local", "cache")

    found = inspect("kubernetes-reference-missing", {"k8s": {"api.yaml": text}})

    assert places(found) == [
        ("warning", "k8s/api.yaml", 5),
        ("info", "k8s/api.yaml", 10),
        ("warning", "k8s/api.yaml", 14),
        ("error", "k8s/api.yaml", 16),
    ]


def test_quiet_about_a_whole_stateful_set_and_foreign_hosts(inspect: Inspect) -> None:
    urls = ("http://api:80", "https://example.com", "http://otel.observe.svc:4317", "http://localhost:1", "a:b:1")
    trees = [
        {"k8s": {"api.yaml": WORK % ("StatefulSet", "api", "registry", url, "data")}, "README.md": "text\n"}
        for url in urls
    ]

    assert [inspect("kubernetes-reference-missing", tree) for tree in trees] == [[]] * len(urls)


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("API_HOST", "api-service", [14]),
        ("API_HOST", "example.com", []),
        ("API_HOST", "api", []),
        ("BROKERS", "api-svc:8080,web:80", [14]),
    ],
)
def test_hosts_without_a_scheme(inspect: Inspect, name: str, value: str, lines: list[int]) -> None:
    text = (WORK % ("StatefulSet", "api", "registry", value, "data")).replace("name: URL", f"name: {name}")

    found = inspect("kubernetes-reference-missing", {"k8s": {"api.yaml": text}})

    assert places(found) == [("warning", "k8s/api.yaml", line) for line in lines]


def test_a_command_that_makes_nothing_explains_nothing(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "db", "registry", "a", "data")
    tree = {
        "k8s": {"api.yaml": text},
        "Makefile": "up:\n\tkubectl apply -f k8s/db/\n\tkubectl rollout status statefulset/db\n",
    }

    assert places(inspect("kubernetes-reference-missing", tree)) == [("warning", "k8s/api.yaml", 5)]


def test_claims_that_a_stateful_set_makes(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "api", "registry", "a", "data")
    pods = [POD % ("default", "LOG_LEVEL", "registry", f"data-api-{at}") for at in (0, 3)]
    tree = {"k8s": {"api.yaml": text, "settings.yaml": SETTINGS, "a.yaml": pods[0], "b.yaml": pods[1]}}

    assert places(inspect("kubernetes-reference-missing", tree)) == [("error", "k8s/b.yaml", 15)]


def test_names_to_fill_in_are_no_names(inspect: Inspect) -> None:
    text = (WORK % ("Deployment", "api", "gone", "a", "gone")).replace("name: api", "name: <app>")

    assert inspect("kubernetes-reference-missing", {"a.yaml": text.partition("---")[0]}) == []


ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec:
  strategy:
    canary:
      stableService: %s
      trafficRouting: {nginx: {stableIngress: %s}}
      steps:
        - analysis: {templates: [{templateName: %s}]}
---
apiVersion: v1
kind: Service
metadata: {name: api-stable}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: health}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec: {scaleTargetRef: {kind: Rollout, name: api}}
"""


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (("api-stable", "api", "health"), []),
        (("api", "api", "health"), [7]),
        (("api-stable", "web", "healthy"), [8, 10]),
    ],
)
def test_what_rollouts_name(inspect: Inspect, names: tuple[str, ...], lines: list[int]) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": ROLLOUT % names})

    assert [(one.severity, one.line) for one in found] == [("warning", line) for line in lines]


def test_a_service_that_many_ask_for_is_told_once(inspect: Inspect) -> None:
    route = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - backend: {service: {name: catalogue, port: {number: 80}}}
"""
    settings = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  URL: http://catalogue.shop.svc.cluster.local:80
"""
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {}, namespace: shop}}\nspec: {{ports: [{{port: 80}}]}}\n"
    )
    tree = {
        "k8s": {
            "a.yaml": service.format("payments") + "---\n" + service.format("mail"),
            "front.yaml": route,
            "settings.yaml": settings,
            "other.yaml": route.replace("front", "back"),
        }
    }
    found = inspect("kubernetes-reference-missing", tree)

    assert [(one.path, one.line) for one in found] == [("k8s/front.yaml", 8)]
    assert found[0].evidence == "so do k8s/other.yaml:8, k8s/settings.yaml:5"


def test_every_cluster_has_its_own_service(inspect: Inspect) -> None:
    services = "---\n".join(
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{ports: [{{port: 80}}]}}\n"
        for number in range(6)
    )
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {A: 'https://kubernetes.default.svc.cluster.local:443'}\n"

    assert inspect("kubernetes-reference-missing", {"k8s": {"a.yaml": f"{services}---\n{settings}"}}) == []


@pytest.mark.parametrize(("comment", "level"), [("# etcd (if using it)", "info"), ("# etcd", "warning")])
def test_an_address_of_what_need_not_be_there(inspect: Inspect, comment: str, level: str) -> None:
    services = "".join(
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{ports: [{{port: 80}}]}}\n"
        for name in ("api", "web", "cart", "users", "stock")
    )
    settings = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata:\n"
        f"  a: b\n\n  {comment}\n  ttl: '60'\n  host: etcd.shop.svc.cluster.local\n"
    )

    found = inspect("kubernetes-reference-missing", {"a.yaml": settings + services})

    assert [(one.severity, one.line) for one in found] == [(level, 9)]


DEPLOYED = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("kubectl rollout status deployment/prod-api -n shop --timeout=5m", "Deployment prod-api"),
        ("kubectl scale --replicas=2 deployment api-green", "Deployment api-green"),
        ("kubectl rollout status deployment/dev-api", ""),
        ("kubectl rollout status deployment/api", ""),
        ("kubectl rollout status deployment/other", ""),
        ("kubectl rollout status deployment/prod-api || true", ""),
        ("kubectl rollout status deployment/$NAME-api", ""),
        ("# kubectl rollout status deployment/prod-api", ""),
    ],
)
def test_a_workload_that_a_command_waits_for(inspect: Inspect, command: str, told: str) -> None:
    flow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          {command}\n"
    tree = {
        ".github": {"workflows": {"deploy.yml": flow}},
        "base": {"kustomization.yaml": "resources: [api.yaml]\n", "api.yaml": DEPLOYED},
        "dev": {"kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\n"},
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert len(found) == bool(told)
    assert all((told in one.message, one.line) == (True, 7) for one in found)
