"""Where routes lead: to a service, of the namespace, by a port that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_route_to_nowhere(inspect: Inspect) -> None:
    text = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec:
  rules:
    - http:
        paths:
          - path: /
            backend:
              service:
                name: webb
                port: {number: 80}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""
    assert places(inspect("kubernetes-reference-missing", {"a.yaml": text})) in (
        [("error", "a.yaml", 11)],
        [("warning", "a.yaml", 11)],
    )


ROUTES = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a}
spec:
  parentRefs:
    - name: %s
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api}
spec:
  http:
    - route:
        - destination:
            host: %s
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: api}
spec:
  routes:
    - middlewares:
        - name: %s
      services:
        - name: %s
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {ports: [{port: 80}]}
"""


def test_routes_of_other_kinds(inspect: Inspect) -> None:
    wrong = inspect("kubernetes-reference-missing", {"a.yaml": ROUTES % ("edge", "api-v2", "strip", "api-web")})
    right = ROUTES % ("public", "api.default.svc.cluster.local", "strip@file", "api")

    assert places(wrong) == [
        ("warning", "a.yaml", 6),
        ("error", "a.yaml", 15),
        ("warning", "a.yaml", 23),
        ("error", "a.yaml", 25),
    ]
    assert inspect("kubernetes-reference-missing", {"a.yaml": right.replace("api.default", "api.x")}) == []


def test_a_route_in_a_namespace_of_others(inspect: Inspect) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\n"
    route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: %s}\nspec:\n  defaultBackend: {service: {name: argo, port: {number: 80}}}\n"
    for namespace, level in (("argocd", "info"), ("shop", "warning")):
        files = {"k8s/a.yaml": service, "k8s/b.yaml": route % namespace}

        assert places(inspect("kubernetes-reference-missing", files)) == [(level, "k8s/b.yaml", 5)]


ROUTED = """apiVersion: v1
kind: Service
metadata: {name: web, namespace: live}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a%s}
spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}
"""


@pytest.mark.parametrize(
    ("space", "more", "level"),
    [
        (", namespace: edge", {}, "error"),
        ("", {}, "warning"),
        ("", {"deploy.sh": "kubectl apply -n edge -f a.yaml\n"}, "warning"),
        (", namespace: live", {}, ""),
        ("", {"deploy.sh": "kubectl apply -n live -f a.yaml\n"}, ""),
        ("", {"deploy.sh": 'kubectl apply --namespace="$SPACE" -f a.yaml\n'}, ""),
        (
            "",
            {
                "app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: b}\nspec: {destination: {namespace: live}}\n"
            },
            "",
        ),
        (
            ", namespace: edge",
            {"b.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: edge}\n"},
            "",
        ),
        ("", {"b.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"}, ""),
    ],
)
def test_an_ingress_whose_service_is_in_another_namespace(
    inspect: Inspect, space: str, more: dict[str, Any], level: str
) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": ROUTED % space, **more})

    assert [(one.severity, one.path) for one in found] == ([(level, "a.yaml")] if level else [])


def test_an_ingress_of_one_environment_wants_a_service_there(inspect: Inspect) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": ROUTED % ", namespace: staging"})

    assert [one.fixes[0].title for one in found] == [
        "define Service web in staging, or write namespace: live in Ingress a if it is for that"
    ]


def test_several_services_that_a_route_lacks_are_one_finding(inspect: Inspect) -> None:
    rules = "".join(
        f"    - http: {{paths: [{{backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}]}}\n"
        for name in ("grafana", "prometheus", "shops", "alerts")
    )
    ingress = f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: all}}\nspec:\n  rules:\n{rules}"
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n"

    found = inspect("kubernetes-reference-missing", {"k8s": {"a.yaml": ingress, "b.yaml": service}})

    assert [(one.severity, one.line) for one in found] == [("warning", 6), ("error", 8)]
    assert found[0].message == (
        "Ingress all sends requests to the Services grafana, prometheus, alerts, which no manifest defines."
    )
    assert found[0].evidence == "line 7: prometheus; line 9: alerts"


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("ghost.shop.svc.cluster.local", True),
        ("istio-egressgateway.istio-system.svc.cluster.local", False),
        ("'*.shop.svc.cluster.local'", False),
    ],
)
def test_what_a_mesh_brings_and_what_is_no_service(inspect: Inspect, host: str, told: bool) -> None:
    text = f"""\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: a, namespace: shop}}
spec: {{http: [{{route: [{{destination: {{host: {host}}}}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: api, namespace: shop}}
spec: {{ports: [{{port: 80}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: meshed, namespace: istio-system}}
spec: {{ports: [{{port: 80}}]}}
"""

    assert [one.severity for one in inspect("kubernetes-reference-missing", {"a.yaml": text})] == ["warning"] * told
