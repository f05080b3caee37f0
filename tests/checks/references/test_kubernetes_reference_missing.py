"""Objects that manifests name, and accounts and roles among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.kubernetes_objects import POD, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


@pytest.mark.parametrize("written", ["LOGLEVEL", "LOG_LEVLE"])
def test_what_a_pod_lacks(inspect: Inspect, written: str) -> None:
    tree = {"k8s": {"pod.yaml": POD % ("runner", written, "token", "disk"), "settings.yaml": SETTINGS}}

    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [
        ("warning", "k8s/pod.yaml", 5),
        ("error", "k8s/pod.yaml", 10),
        ("warning", "k8s/pod.yaml", 12),
        ("error", "k8s/pod.yaml", 15),
    ]
    assert [fix.title for one in found for fix in one.fixes if fix.actions] == ["write LOG_LEVEL"]


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


BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef:
  kind: %s
  name: %s
subjects:
  - kind: ServiceAccount
    name: %s
    namespace: %s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: watcher, namespace: ops}
"""


def test_bindings_to_roles_and_accounts(inspect: Inspect) -> None:
    wrong = BINDING % ("Role", "readers", "watchers", "ops")
    apart = BINDING % ("Role", "reader", "watcher", "shop")
    right = BINDING % ("Role", "reader", "watcher", "ops")
    known = BINDING % ("ClusterRole", "view", "default", "any")

    found = [inspect("kubernetes-reference-missing", {"a.yaml": text}) for text in (wrong, apart, right, known)]

    assert [places(one) for one in found] == [
        [("error", "a.yaml", 6), ("error", "a.yaml", 9)],
        [("warning", "a.yaml", 9)],
        [],
        [],
    ]


def test_one_object_is_one_cause(inspect: Inspect) -> None:
    tree = {
        "a": {"one.yaml": POD % ("default", "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS},
        "b": {"two.yaml": POD % ("default", "LOG_LEVEL", "token", "disk")},
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [("warning", "a/one.yaml", 12), ("error", "a/one.yaml", 15)]
    assert all("b/two.yaml" in one.evidence for one in found)


@pytest.mark.parametrize(("name", "lines"), [("vault-backends", [4]), ("vault-backend", []), ("aws", [])])
def test_slips_in_names_that_a_platform_may_have(inspect: Inspect, name: str, lines: list[int]) -> None:
    text = (
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\n"
        f"spec: {{secretStoreRef: {{name: {name}, kind: ClusterSecretStore}}}}\n---\n"
        "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: vault-backend}\n"
    )

    assert places(inspect("kubernetes-reference-missing", {"a.yaml": text})) == [
        ("warning", "a.yaml", line) for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('values = ["system:serviceaccount:default:runner"]\n', "warning"),
        ('namespace_service_accounts = ["shop:runner"]\n', "warning"),
        ('resource "kubernetes_service_account" "a" {\n  metadata { name = "runner" }\n}\n', "info"),
    ],
)
def test_a_condition_of_trust_makes_no_account(inspect: Inspect, text: str, level: str) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  serviceAccountName: runner\n"
    tree = {"k8s": {"pod.yaml": pod, "settings.yaml": SETTINGS}, "main.tf": text}

    assert places(inspect("kubernetes-reference-missing", tree)) == [(level, "k8s/pod.yaml", 5)]


@pytest.mark.parametrize(
    "name", ["SERVICE_ACCOUNT_PLACEHOLDER", "RUNNER", "<runner>", "${RUNNER}", "runner-PLACEHOLDER"]
)
def test_a_mark_that_somebody_fills_in_is_no_name(inspect: Inspect, name: str) -> None:
    tree = {"k8s": {"pod.yaml": POD % (name, "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS}}

    assert 5 not in [one.line for one in inspect("kubernetes-reference-missing", tree)]


@pytest.mark.parametrize(("api", "told"), [("serving.knative.dev/v1", False), ("apps/v1", True)])
def test_accounts_of_cloud_run_are_those_of_the_cloud(inspect: Inspect, api: str, told: bool) -> None:
    kind = "Deployment" if told else "Service"
    text = (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n  template:\n    spec:\n"
        "      serviceAccountName: runner\n      containers: [{name: api, image: api}]\n"
    )

    found = inspect("kubernetes-reference-missing", {"run": {"api.yaml": text, "settings.yaml": SETTINGS}})

    assert [one.line for one in found] == ([7] if told else [])


@pytest.mark.parametrize(("namespace", "level"), [("argocd", "info"), ("shop", "warning")])
def test_an_account_of_an_installation_of_others(inspect: Inspect, namespace: str, level: str) -> None:
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n"
        "roleRef: {kind: ClusterRole, name: view}\n"
        f"subjects: [{{kind: ServiceAccount, name: controller, namespace: {namespace}}}]\n"
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 80}]}\n"

    (found,) = inspect("kubernetes-reference-missing", {"b.yaml": binding, "s.yaml": service})

    assert found.severity == level
