"""Selectors and the labels of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def test_quiet_about_matches_operators_and_services_without_selector(inspect: Inspect) -> None:
    text = (
        DEPLOYMENT
        + SERVICE % ("shop", "api")
        + "---\napiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: ExternalName}\n"
    )
    operated = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {cnpg.io/cluster: db}}\n"
    found = inspect("kubernetes-selector-unmatched", {"a.yaml": text, "db": {"b.yaml": operated}})

    assert {one.severity for one in found} <= {"info"}
