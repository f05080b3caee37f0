"""Keys of secrets and configurations that manifests name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.references.kubernetes_objects import POD, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_key_that_differs_in_some_letters(inspect: Inspect) -> None:
    tree = {"k8s": {"pod.yaml": POD % ("default", "LOG_LEVELS", "token", "disk"), "settings.yaml": SETTINGS}}

    (found,) = (one for one in inspect("kubernetes-reference-missing", tree) if one.line == 10)

    assert [fix.title for fix in found.fixes] == ["write LOG_LEVEL"]
    assert found.message == "ConfigMap settings has no key LOG_LEVELS; it has LOG_LEVEL: the pod does not start."


def test_keys_of_generators(inspect: Inspect) -> None:
    made = "configMapGenerator:\n  - {name: settings, literals: [A=1], envs: [app.env], files: [b.txt, c=b.txt]}\n"
    files = {"kustomization.yaml": made, "app.env": "LEVEL=1\n", "b.txt": ""}
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      env:\n"
    pod += "".join(
        f"        - {{name: V{at}, valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}}}\n"
        for at, key in enumerate(("A", "LEVEL", "b.txt", "c", "LEVELS", "other"))
    )

    found = inspect("kubernetes-reference-missing", {"k8s": {**files, "pod.yaml": pod}})

    assert places(found) == [("error", "k8s/pod.yaml", 12), ("error", "k8s/pod.yaml", 13)]


KEYED = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: shop
              key: token
"""


@pytest.mark.parametrize(
    ("command", "level"),
    [
        (
            "kubectl create secret generic shop \\\n  --from-literal=password=$PASSWORD -n shop --dry-run=client -o yaml | kubectl apply -f -",
            "warning",
        ),
        ("kubectl create secret generic shop --from-literal=tokens='a b'", "warning"),
        ("kubectl create secret generic shop --from-literal=token=a", "info"),
        ("kubectl create secret generic shop --from-env-file=.env", "info"),
        ('kubectl create secret generic shop --from-literal=a=b "${MORE[@]}"', "info"),
        ("kubectl create secret generic shop --from-literal=a=b\nkubectl patch secret shop # token", "info"),
    ],
)
def test_keys_that_commands_give(inspect: Inspect, command: str, level: str) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": KEYED, "make.sh": f"{command}\n"})

    assert places(found) == [(level, "a.yaml", 11 if level == "warning" else 10)]


def test_keys_of_an_object_that_is_there_twice(inspect: Inspect) -> None:
    tree: dict[str, Any] = {
        "base": {
            "pod.yaml": KEYED.replace("name: a}", "name: a, namespace: shop}").replace(
                "secretKeyRef", "configMapKeyRef"
            ),
            "more.yaml": SETTINGS.replace("settings", "shop"),
            "shop.yaml": SETTINGS.replace("settings", "shop").replace("LOG_LEVEL", "token"),
        },
        "live": {"kustomization.yaml": "namespace: live\nresources: [../base/shop.yaml]\n"},
        "up.sh": "kustomize build --load-restrictor LoadRestrictionsNone live\n",
    }

    assert inspect("kubernetes-reference-missing", tree) == []

    tree["base"]["shop.yaml"] = SETTINGS.replace("settings", "shop").replace("LOG_LEVEL", "other")
    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [("error", "base/pod.yaml", 11)]
    assert found[0].evidence == "base/more.yaml, base/shop.yaml: LOG_LEVEL, other"


@pytest.mark.parametrize(("at", "told"), [("k8s/b.yaml", True), ("other/b.yaml", False), ("readme.txt", False)])
def test_a_key_of_a_config_map_beside_that_a_chart_makes_too(inspect: Inspect, at: str, told: bool) -> None:
    held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {mode: a}\n"
    chart = {"Chart.yaml": "name: shop\nversion: 1.0.0\n", "templates": {"a.yaml": held}}
    text = KEYED.replace("secretKeyRef", "configMapKeyRef")

    found = inspect("kubernetes-reference-missing", {"chart": chart, "k8s/a.yaml": text, at: held})

    assert places(found) == ([("error", "k8s/a.yaml", 11)] if told else [])


def test_an_object_that_an_overlay_is_not_built_with_says_nothing_of_its_keys(inspect: Inspect) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: settings}\nstringData: {OTHER: a}\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      env:\n"
        "        - {name: A, valueFrom: {secretKeyRef: {name: settings, key: TOKEN}}}\n"
    )
    tree = {"base": {"kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": pod}, "dev": {"secret.yaml": secret}}
    beside = {
        "base": {**tree["base"], "kustomization.yaml": "resources: [pod.yaml, secret.yaml]\n", "secret.yaml": secret}
    }
    command = "kubectl create secret generic settings \\\n  --from-literal=OTHER=$A --from-literal=TOKEN=$B\n"

    assert [one.severity for one in inspect("kubernetes-reference-missing", tree)] == ["info"]
    assert [one.severity for one in inspect("kubernetes-reference-missing", beside)] == ["error"]
    assert [one.severity for one in inspect("kubernetes-reference-missing", {**beside, "go.sh": command})] == ["info"]


@pytest.mark.parametrize(("name", "severity"), [("RUNBOOK.md", "info"), ("make.sh", "warning")])
def test_a_command_that_gives_one_key_of_many(inspect: Inspect, name: str, severity: str) -> None:
    keys = "".join(
        f"        - {{name: {key.upper()}, valueFrom: {{secretKeyRef: {{name: shop-keys, key: {key}}}}}}}\n"
        for key in ("host", "token", "salt")
    )
    pod = (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: api}}\nspec:\n  containers:\n    - name: api\n      env:\n{keys}"
    )
    made = "kubectl create secret generic shop-keys --from-literal=host=a\n"

    found = inspect("kubernetes-reference-missing", {"k8s": {"pod.yaml": pod}, name: made})

    assert [one.severity for one in found] == ["info", *["warning"] * (severity == "warning")]
    assert ("no key token, salt" in found[-1].message) == (severity == "warning")


@pytest.mark.parametrize(("key", "near"), [("a", True), ("b", False)])
def test_a_map_without_the_keys_is_not_the_one_that_was_meant(inspect: Inspect, key: str, near: bool) -> None:
    config = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shop-configs}}\ndata: {{{key}: x}}\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - env:\n"
        "        - {name: A, valueFrom: {configMapKeyRef: {name: shop-config, key: a}}}\n"
    )

    (found,) = inspect("kubernetes-reference-missing", {"k8s/a.yaml": config, "k8s/b.yaml": pod})

    assert ("shop-configs is there" in found.message) == near
