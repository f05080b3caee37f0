"""Objects, keys and files that manifests name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  serviceAccountName: %s
  containers:
    - name: a
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: %s}}
      envFrom:
        - secretRef: {name: %s}
  volumes:
    - name: data
      persistentVolumeClaim: {claimName: %s}
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {LOG_LEVEL: '{{ not Helm }}'}\n"


def test_what_a_pod_lacks(inspect: Inspect) -> None:
    tree = {"k8s": {"pod.yaml": POD % ("runner", "LOGLEVEL", "token", "disk"), "settings.yaml": SETTINGS}}

    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [
        ("error", "k8s/pod.yaml", 5),
        ("error", "k8s/pod.yaml", 10),
        ("warning", "k8s/pod.yaml", 12),
        ("error", "k8s/pod.yaml", 15),
    ]
    assert [fix.title for one in found for fix in one.fixes] == ["write LOG_LEVEL"]


def test_quiet_about_what_others_make(inspect: Inspect) -> None:
    others = """\
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}}
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: shop}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: any, namespace: shop}
spec: {target: {name: token}, dataFrom: [{extract: {key: a}}]}
"""
    tree = {
        "k8s": {
            "pod.yaml": POD % ("runner", "LOG_LEVEL", "token", "disk"),
            "settings.yaml": SETTINGS,
            "more.yml": others,
        }
    }

    assert inspect("kubernetes-reference-missing", tree) == []


def test_a_script_that_makes_it_lowers_it(inspect: Inspect) -> None:
    tree = {
        "k8s": {"pod.yaml": POD % ("default", "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS},
        "up.sh": "kubectl create secret generic token\nkubectl apply -f disk\n",
    }

    assert {one.severity for one in inspect("kubernetes-reference-missing", tree)} == {"info"}


def test_names_in_charts_and_generators_count(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "pod.yaml": POD % ("runner", "ANY", "token", "disk"),
            "kustomization.yaml": "resources: [pod.yaml]\nconfigMapGenerator: [{name: settings, literals: [ANY=1]}]\n",
        },
        "chart": {
            "Chart.yaml": "name: a\n",
            "templates": {
                "all.yaml": "{{ if .x }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: token\n---\nkind: X\nmetadata:\n"
                "  name: runner\n---\nmetadata:\n  name: disk\n"
            },
        },
    }

    assert inspect("kubernetes-reference-missing", tree) == []


def test_files_of_a_kustomization(inspect: Inspect) -> None:
    text = "resources:\n  - api.yaml\n  - ../base\n  - https://example.invalid/a.yaml\n  - github.com/a/b//c?ref=v1\npatches:\n  - path: patch.yaml\n"
    tree = {"over": {"kustomization.yaml": text}, "base": {"kustomization.yaml": "resources: []\n"}}

    assert places(inspect("kubernetes-reference-missing", tree)) == [
        ("error", "over/kustomization.yaml", 2),
        ("error", "over/kustomization.yaml", 7),
    ]


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
