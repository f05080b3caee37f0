"""Selectors and the labels of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api, tier: back}}
    spec: {containers: [{name: api, image: a}]}
---
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: %s}\nspec:\n  selector:\n    app: %s\n"


def test_a_service_without_pods(inspect: Inspect) -> None:
    found = inspect("kubernetes-selector-unmatched", {"a.yaml": DEPLOYMENT + SERVICE % ("shop", "api-service")})

    assert places(found) == [("error", "a.yaml", 15)]
    assert [fix.title for one in found for fix in one.fixes] == ["write api"]


def test_a_workload_that_does_not_select_itself(inspect: Inspect) -> None:
    text = DEPLOYMENT.replace("matchLabels: {app: api}", "matchLabels: {app: other}")

    assert places(inspect("kubernetes-selector-unmatched", {"a.yaml": text})) == [("error", "a.yaml", 5)]


def test_pods_of_another_namespace_are_said(inspect: Inspect) -> None:
    found = inspect("kubernetes-selector-unmatched", {"a.yaml": DEPLOYMENT + SERVICE % ("other", "api")})

    assert [(one.severity, "namespace shop" in one.message) for one in found] == [("warning", True)]


@pytest.mark.parametrize(("beside", "level"), [("", "info"), (DEPLOYMENT.replace(": api", ": job"), "warning")])
def test_a_rule_for_a_namespace_without_pods_is_information(inspect: Inspect, beside: str, level: str) -> None:
    rule = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: stage}\nspec: {podSelector: {matchLabels: {app: api}}}\n"
    tree = {"k8s": {"a.yaml": DEPLOYMENT, "b.yaml": rule, "c.yaml": beside.replace("shop", "stage")}}

    found = inspect("kubernetes-selector-unmatched", tree)

    assert [(one.severity, one.path) for one in found] == [(level, "k8s/b.yaml")]


def test_quiet_about_matches_operators_and_services_without_selector(inspect: Inspect) -> None:
    text = (
        DEPLOYMENT
        + SERVICE % ("shop", "api")
        + "---\napiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: ExternalName}\n"
    )
    operated = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {cnpg.io/cluster: db}}\n"
    found = inspect("kubernetes-selector-unmatched", {"a.yaml": text, "db": {"b.yaml": operated}})

    assert {one.severity for one in found} <= {"info"}


OTHER = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  podSelector:
    matchLabels:
      app: %s
  ingress:
    - from:
        - podSelector: {matchLabels: {app: %s}}
        - namespaceSelector: {}
          podSelector: {matchLabels: {app: elsewhere}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: api, namespace: shop}
spec: {selector: {matchLabels: {app: %s}}}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, labels: {app: api}}
---
"""


def test_policies_and_monitors(inspect: Inspect) -> None:
    values = (("api-server", "apis", "api-web"), ("api", "api", "api"), ("prometheus", "grafana", "api"))
    found = [inspect("kubernetes-selector-unmatched", {"a.yaml": OTHER % one + DEPLOYMENT}) for one in values]

    assert [places(one) for one in found] == [
        [("warning", "a.yaml", 7), ("warning", "a.yaml", 10), ("warning", "a.yaml", 17)],
        [],
        [("info", "a.yaml", 7), ("info", "a.yaml", 10)],
    ]


def test_an_expression_that_its_own_pods_do_not_meet(inspect: Inspect) -> None:
    chosen = "{matchExpressions: [{key: app, operator: In, values: [b]}]}"
    text = DEPLOYMENT.replace("{matchLabels: {app: api}}", chosen)

    assert places(inspect("kubernetes-selector-unmatched", {"a.yaml": text})) == [("error", "a.yaml", 5)]


def test_labels_that_a_kustomization_adds(inspect: Inspect) -> None:
    text = DEPLOYMENT + SERVICE % ("shop", "api\n    team: red")
    kustomization = "commonLabels: {team: red}\nresources: [a.yaml]\n"

    assert (
        inspect("kubernetes-selector-unmatched", {"k8s": {"a.yaml": text, "kustomization.yaml": kustomization}}) == []
    )


def test_a_rule_that_spreads_other_pods(inspect: Inspect) -> None:
    rule = "topologySpreadConstraints: [{labelSelector: {matchLabels: {app: %s}}}], containers:"
    texts = [DEPLOYMENT.replace("containers:", rule % app) for app in ("api", "api-server")]

    found = [places(inspect("kubernetes-selector-unmatched", {"a.yaml": text})) for text in texts]

    assert found == [[], [("warning", "a.yaml", 8)]]


def test_pods_of_an_operator_are_not_those_of_another_folder(inspect: Inspect) -> None:
    service = SERVICE.replace("app: %s", "example.io/cluster: %s") % ("shop", "main")

    found = inspect("kubernetes-selector-unmatched", {"local": {"a.yaml": DEPLOYMENT}, "live": {"b.yaml": service}})

    assert [one.severity for one in found] == ["info"]


def test_a_patch_is_no_whole_workload(inspect: Inspect) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template: {spec: {containers: [{name: a}]}}\n"

    assert inspect("kubernetes-selector-unmatched", {"over": {"patches": {"a.yaml": patch}}}) == []


def test_pods_in_a_file_that_cannot_be_read(inspect: Inspect) -> None:
    tree = {
        "a.yaml": DEPLOYMENT.replace("{app: api", "{app: web").replace("name: api", "name: web"),
        "b.yaml": SERVICE % ("shop", "api"),
    }
    broken = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\n  labels: [\n"

    assert len(inspect("kubernetes-selector-unmatched", tree)) == 1
    assert inspect("kubernetes-selector-unmatched", {**tree, "c.yaml": broken}) == []


SHARED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: %(name)s, namespace: shop}
spec:
  selector: {matchLabels: {part-of: shop, component: %(name)s}}
  template:
    metadata: {labels: {part-of: shop, component: %(name)s}}
    spec: {containers: [{name: a}]}
---
"""
SELECTING = """\
apiVersion: v1
kind: %s
metadata: {name: web, namespace: shop}
spec:
  %s:
    part-of: %s
    component: %s
"""


@pytest.mark.parametrize(
    ("kind", "key", "shared", "level"),
    [
        ("Service", "selector", "shop", "error"),
        ("NetworkPolicy", "podSelector:\n   matchLabels", "shop", "warning"),
        ("PodDisruptionBudget", "selector:\n   matchLabels", "shop", "warning"),
        ("NetworkPolicy", "podSelector:\n   matchLabels", "ingress", "info"),
    ],
)
def test_all_labels_but_one_are_those_of_pods_beside(
    inspect: Inspect, kind: str, key: str, shared: str, level: str
) -> None:
    pods = SHARED % {"name": "api"} + SHARED % {"name": "frontend"}
    files = {"k8s/pods.yaml": pods, "k8s/web.yaml": SELECTING % (kind, key, shared, "browser")}

    found = inspect("kubernetes-selector-unmatched", files)

    assert [one.severity for one in found] == [level]
    assert level == "info" or found[0].line == 7 + key.count("\n")


def test_services_without_labels_are_one_cause(inspect: Inspect) -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {0}, namespace: shop}}\nspec: {{selector: {{app: {0}}}}}\n"
    )
    monitor = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: {0}, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {0}}}}}
"""
    tree = {
        "api.yaml": DEPLOYMENT + service.format("api"),
        "web.yaml": DEPLOYMENT.replace(": api", ": web") + service.format("web"),
        "monitors.yaml": "---\n".join(map(monitor.format, ("api", "web"))),
    }
    found = inspect("kubernetes-selector-unmatched", tree)

    assert places(found) == [("warning", "monitors.yaml", 5)]
    assert found[0].message.endswith("The same holds for 1 more.")


@pytest.mark.parametrize(("count", "rows"), [(3, 3), (5, 1)])
def test_many_selectors_of_one_file_that_are_like_nothing(inspect: Inspect, count: int, rows: int) -> None:
    budgets = "---\n".join(
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{at}}}\nspec: {{selector: {{matchLabels: {{tier: t{at}}}}}}}\n"
        for at in range(count)
    )
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec: {containers: [{name: a, image: a}]}\n"
    )

    found = inspect("kubernetes-selector-unmatched", {"k8s": {"budgets.yaml": budgets, "pod.yaml": pod}})

    assert len(found) == rows
    assert ("The same holds for 4 more." in found[0].message) == (rows == 1)
