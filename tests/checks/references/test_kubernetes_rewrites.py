"""Ingresses that rewrite all paths to one, and variables in names of images that nothing fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "kubernetes-reference-missing"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations: {nginx.ingress.kubernetes.io/rewrite-target: %s}
spec:
  ingressClassName: %s
  rules:
    - http:
        paths:
          - path: %s
            pathType: %s
            backend: {service: {name: api, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("target", "served", "path", "kind", "told"),
    [
        ("/", "nginx", "/api", "Prefix", True),
        ("/", "nginx-internal", "/api/", "ImplementationSpecific", True),
        ("/", "nginx", "/", "Prefix", False),  # nginx leaves a path alone that is the target
        ("/", "nginx", "/api", "Exact", False),
        ("/$2", "nginx", "/api(/|$)(.*)", "ImplementationSpecific", False),
        ("/", "traefik", "/api", "Prefix", False),
    ],
)
def test_all_below_a_path_is_rewritten(  # noqa: PLR0917 - the parts of an Ingress
    inspect: Inspect, target: str, served: str, path: str, kind: str, told: bool
) -> None:
    found = inspect(ID, {"ingress.yaml": INGRESS % (target, served, path, kind)})

    assert places(found) == [("warning", "ingress.yaml", 11)] * told


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: %s
"""
README = {"README.md": "Run `kubectl apply -f k8s/`.\n"}


@pytest.mark.parametrize(
    ("image", "others", "told"),
    [
        ("${REGISTRY}/api:1", README, True),
        ("${REGISTRY}/api:1", {"k8s/kustomization.yaml": "resources: [api.yaml]\n"}, True),
        ("${REGISTRY}/api:1", {**README, ".github/workflows/a.yml": "env: {REGISTRY: r}\n"}, True),
        ("${REGISTRY}/api:1", {}, False),  # nobody is known to apply it as it is
        ("${REGISTRY}/api:1", {"up.sh": "envsubst < k8s/api.yaml | kubectl apply -f -\n"}, False),
        ("${REGISTRY}/api:1", {"up.sh": "sed s/.{REGISTRY}/r/ k8s/api.yaml | kubectl apply -f -\n"}, False),
        ("${REGISTRY}/api:1", {**README, "fill.py": "text.replace('${REGISTRY}', sys.argv[1])\n"}, False),
        (
            "${REGISTRY}/api:1",
            {
                "k8s/kustomization.yaml": "resources: [api.yaml]\nimages:\n  - {name: '${REGISTRY}/api', newName: r/api}\n"
            },
            False,
        ),
        ("registry/api:1", README, False),
    ],
)
def test_variables_in_names_of_images(inspect: Inspect, image: str, others: dict[str, str], told: bool) -> None:
    found = inspect(ID, {"k8s/api.yaml": POD % image, **others})

    assert places(found) == [("warning", "k8s/api.yaml", 11)] * told


def test_images_with_the_same_variables_are_one_finding(inspect: Inspect) -> None:
    image = "${REGISTRY}/api:1"
    tree = {"k8s/a.yaml": POD % image, "k8s/b.yaml": (POD % image).replace("name: api}", "name: b}"), **README}

    (found,) = inspect(ID, tree)

    assert found.path == "k8s/a.yaml"
    assert "(as 1 more)" in found.message
    assert "k8s/b.yaml:11" in found.evidence
    assert [(one.path, one.line) for one in found.related] == [("k8s/b.yaml", 11)]
