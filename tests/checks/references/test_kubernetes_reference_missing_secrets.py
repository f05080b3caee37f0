"""Secrets that manifests name, and what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.kubernetes_objects import POD, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_job_that_makes_a_secret_and_a_comment_that_speaks_of_one(inspect: Inspect) -> None:
    pods = [POD % ("default", "LOG_LEVEL", name, "disk") for name in ("token", "other")]
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  run: |\n    kubectl create secret generic token\n"
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: disk}\n"
    )
    tree = {
        "k8s": {
            "a.yaml": pods[0],
            "b.yaml": pods[1],
            "job.yaml": job,
            "settings.yaml": SETTINGS,
            "kustomization.yaml": "# make the Secret other by hand\nresources: [a.yaml]\n",
        }
    }

    assert {one.severity for one in inspect("kubernetes-reference-missing", tree)} == {"info"}


@pytest.mark.parametrize(("count", "findings"), [(2, 2), (3, 1), (5, 1)])
def test_many_secrets_of_one_file(inspect: Inspect, count: int, findings: int) -> None:
    refs = ", ".join(
        f"{{secretRef: {{name: {name}}}}}" for name in ("mail", "queue", "vault", "tokens", "billing")[:count]
    )
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      envFrom: [{refs}]\n"

    assert len(inspect("kubernetes-reference-missing", {"a.yaml": text})) == findings


@pytest.mark.parametrize(("name", "level"), [("shop-secret", "error"), ("payment-keys", "warning")])
def test_slips_in_names_of_secrets_are_loud(inspect: Inspect, name: str, level: str) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-secrets}\nstringData: {A: b}\n"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - envFrom: [{{secretRef: {{name: {name}}}}}]\n"

    assert places(inspect("kubernetes-reference-missing", {"k8s/a.yaml": secret, "k8s/b.yaml": pod})) == [
        (level, "k8s/b.yaml", 6)
    ]


def test_secrets_and_accounts_that_nobody_makes_are_told_once(inspect: Inspect) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  serviceAccountName: %s\n  containers:\n  - name: a\n    envFrom: [{secretRef: {name: %s}}]\n"
    names = ("mail", "vault", "orders")
    tree = {f"{name}.yaml": pod % (name, f"sa-of-{name}", f"{name}-keys") for name in names}
    slip = "apiVersion: v1\nkind: Secret\nmetadata: {name: billing-token}\n"

    found = inspect(
        "kubernetes-reference-missing", {**tree, "b.yaml": slip + "---\n" + pod % ("b", "default", "billing-tokne")}
    )

    assert sorted((one.severity, one.path, one.line, one.message) for one in found) == [
        ("error", "b.yaml", 12, "Pod b names Secret billing-tokne, which no manifest, script or instruction makes; billing-token is there: the pod does not start."),
        ("warning", "mail.yaml", 5, "Pod mail names ServiceAccount sa-of-mail (as 2 more ServiceAccounts), which no manifest, script or instruction makes: its pods are refused."),
        ("warning", "mail.yaml", 8, "Pod mail names Secret mail-keys (as 2 more Secrets), which no manifest, script or instruction makes: the pod does not start."),
    ]  # fmt: skip
    assert all("vault.yaml" in one.evidence and "orders" in one.evidence for one in found if one.path == "mail.yaml")


def test_secrets_that_an_instruction_applies_from_a_file_of_no_clone(inspect: Inspect) -> None:
    pod = POD % ("default", "LOG_LEVEL", "token", "disk")
    tree = {
        "k8s": {"pod.yaml": pod, "settings.yaml": SETTINGS},
        "README.md": "    kubectl apply -f secrets/secrets.yaml\n",
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert [one.severity for one in found if one.line == 12] == ["info"]


@pytest.mark.parametrize(
    ("secret", "told"),
    [("events-cluster-ca-cert", False), ("pg-app", False), ("app.pg.credentials.postgresql.acid.zalan.do", False), ("page", True)],
)  # fmt: skip
def test_secrets_that_operators_make(inspect: Inspect, secret: str, told: bool) -> None:
    cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: shop}\nspec: {instances: 1}\n"
    tree = {"k8s": {"pod.yaml": POD % ("default", "LOG_LEVEL", secret, "disk"), "a.yaml": SETTINGS, "b.yaml": cluster}}

    found = inspect("kubernetes-reference-missing", tree)

    assert sorted(one.line for one in found) == [12] * told + [15]


OPERATED = """\
apiVersion: example.operator.dev/v1
kind: Vaulted
metadata: {name: other, namespace: shop}
spec: {%s}
"""


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        ("managedSecretReference: {secretName: token, secretNamespace: shop}", 0),
        ("destination: {name: token, create: true}", 0),
        ("writeConnectionSecretToRef: {name: token}", 0),
        ("auth: {name: token}", 1),
    ],
)
def test_secrets_that_an_operator_writes(inspect: Inspect, spec: str, count: int) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: token}}]}]}\n"

    assert len(inspect("kubernetes-reference-missing", {"k": {"a.yaml": pod, "b.yaml": OPERATED % spec}})) == count


NAMES_SECRET = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: %s}}]}]}\n"


@pytest.mark.parametrize(
    ("path", "text", "level"),
    [
        ("secret.tmpl", "kind: Secret\nmetadata:\n  name: token\n", "info"),
        (
            "playbook.yml",
            "- kubernetes.core.k8s:\n    definition:\n      kind: Secret\n      metadata: {name: token}\n",
            "info",
        ),
        ("infra.ts", "new k8s.core.v1.Secret('s', { metadata: { name: 'token' } })\n", "info"),
        ("infra.py", "body = client.V1Secret(metadata=client.V1ObjectMeta(name='token'))\n", "info"),
        ("app.py", "log('token', Secret)\n", "warning"),
        ("playbook.yml", "- debug: {msg: token}\n", "warning"),
    ],
)
def test_what_a_template_a_playbook_or_a_program_makes(inspect: Inspect, path: str, text: str, level: str) -> None:
    (found,) = inspect("kubernetes-reference-missing", {"k.yaml": NAMES_SECRET % "token", path: text})

    assert found.severity == level


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("helmfile.yaml", "releases:\n  - name: redis\n    chart: stable/redis\n", 0),
        ("main.tf", 'resource "helm_release" "r" {\n  name = "redis"\n  chart = "redis"\n}\n', 0),
        ("install.sh", "helm upgrade --install redis stable/redis\n", 0),
        (
            "app.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: redis}\nspec: {source: {chart: redis}}\n",
            0,
        ),
        ("main.tf", 'resource "random_pet" "r" {\n  name = "redis"\n}\n', 1),
    ],
)
def test_what_charts_of_others_make(inspect: Inspect, path: str, text: str, count: int) -> None:
    assert len(inspect("kubernetes-reference-missing", {"k.yaml": NAMES_SECRET % "redis-auth", path: text})) == count
