"""One object, two definitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def map_of(value: str, namespace: str = "shop") -> str:
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: {namespace}}}\ndata: {{A: {value}}}\n"
    )


def test_a_folder_and_one_below_it(inspect: Inspect) -> None:
    tree = {"k8s": {"settings.yaml": map_of("a"), "old": {"settings.yaml": map_of("b")}}}

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "k8s/old/settings.yaml", 3)]


@pytest.mark.parametrize(("name", "level"), [("settings-simple", "warning"), ("old", "error")])
def test_a_file_that_is_named_like_another_may_be_applied_in_its_place(inspect: Inspect, name: str, level: str) -> None:
    tree = {"k8s": {"settings.yaml": map_of("a"), f"{name}.yaml": map_of("b")}}

    assert [one.severity for one in inspect("kubernetes-duplicate", tree)] == [level]


def test_twice_in_one_file(inspect: Inspect) -> None:
    tree = {"a.yaml": f"{map_of('a')}---\n{map_of('b')}"}

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "a.yaml", 8)]


def test_quiet_about_variants_copies_and_links(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "settings.yaml": map_of("a"),
            "same": {"settings.yaml": map_of("a")},
            "overlays": {"prod": {"settings.yaml": map_of("b")}},
            "staging": {"settings.yaml": map_of("c")},
            "other.yaml": map_of("d", "elsewhere"),
        },
        "current": Path("k8s"),
    }

    assert inspect("kubernetes-duplicate", tree) == []


def test_releases_of_one_thing_are_not_applied_together(inspect: Inspect) -> None:
    files = {"crds-0.12.0.yaml": map_of("a"), "crds-0.15.1.yaml": map_of("b"), "crds-v1.0.4.yaml": map_of("c")}

    assert inspect("kubernetes-duplicate", {"files": files}) == []


def test_patches_of_a_kustomization_are_parts(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "settings.yaml": map_of("a"),
            "more": {"change.yaml": map_of("b")},
            "kustomization.yaml": "resources: [settings.yaml]\npatches: [{path: more/change.yaml}]\n",
        }
    }

    assert inspect("kubernetes-duplicate", tree) == []


def test_two_files_with_one_set_are_one_cause(inspect: Inspect) -> None:
    one = f"{map_of('a')}---\n{map_of('a').replace('settings', 'more')}"
    tree = {"k8s": {"app.yaml": one, "app-large.yaml": one.replace("A: a", "A: b")}}

    found = inspect("kubernetes-duplicate", tree)

    assert places(found) == [("warning", "k8s/app.yaml", 3)]
    assert "ConfigMap more" in found[0].message


def test_no_namespace_may_be_the_default_one(inspect: Inspect) -> None:
    bare = map_of("a").replace(", namespace: shop", "")
    tree = {"k8s": {"one.yaml": bare, "two.yaml": map_of("b", "default")}}

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "k8s/two.yaml", 3)]


NODE = "apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: 1, nodePort: %s}]}\n"


def test_a_port_of_the_nodes_is_taken_once(inspect: Inspect) -> None:
    tree = {"k8s": {"a.yaml": NODE % ("a", 30001), "b.yaml": NODE % ("b", 30001), "c.yaml": NODE % ("c", 30002)}}

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "k8s/b.yaml", 4)]


def test_entries_of_a_pod(inspect: Inspect) -> None:
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: a
      env:
        - {name: A, value: a}
        - {name: B, value: b}
        - {name: B, value: b}
        - {name: A, value: other}
    - name: a
"""
    assert places(inspect("kubernetes-duplicate", {"a.yaml": text})) == [
        ("warning", "a.yaml", 11),
        ("error", "a.yaml", 12),
    ]


def test_a_patch_beside_the_map_that_is_listed(inspect: Inspect) -> None:
    base = {"settings.yaml": map_of("a"), "web.yaml": map_of("a").replace("A: a", "B: a")}
    text = "resources: [../base/settings.yaml]\npatches: [{path: ../base/web.yaml}]\n"

    assert inspect("kubernetes-duplicate", {"base": base, "live": {"kustomization.yaml": text}}) == []


def test_a_set_of_variants_is_told_once(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "a.yaml": map_of("a"),
            "b.yaml": map_of("b"),
            "c.yaml": map_of("c"),
            "below": {"e.yaml": map_of("e")},
        }
    }
    found = inspect("kubernetes-duplicate", tree)

    assert places(found) == [("warning", "k8s/b.yaml", 3), ("error", "k8s/below/e.yaml", 3)]
    assert "k8s/a.yaml, k8s/b.yaml, k8s/c.yaml" in found[1].evidence


def test_a_folder_that_has_all_once_more_and_a_part_of_a_workload(inspect: Inspect) -> None:
    one = "apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: shop}\nspec: {ports: [{port: %d}]}\n"
    whole = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: shop}\nspec: {template: {spec: {%s}}}\n"
    )
    tree = {
        "k8s": {
            **{f"{name}.yaml": one % (name, 80) for name in "abc"},
            "mvp": {f"{name}.yaml": one % (name, 81) for name in "abc"},
            "w.yaml": whole % "containers: [{name: a, image: b}]",
            "spread.yaml": whole % "affinity: {}",
        }
    }

    assert [one.severity for one in inspect("kubernetes-duplicate", tree)] == ["info"]


@pytest.mark.parametrize(
    ("script", "findings"),
    [
        ("kubectl apply -f k8s/api-$COLOUR.yaml\n", 0),
        ('kubectl apply -f "$ROOT/k8s/api-${COLOUR}.yaml"\n', 0),
        ("for COLOUR in red green; do kubectl apply -f k8s/api-$COLOUR.yaml; done\n", 1),
        ("kubectl apply -f k8s/web-$COLOUR.yaml\n", 1),
        ("kubectl apply -f $FOLDER/$NAME.yaml\n", 1),
        ("kubectl apply -f k8s\n", 1),
    ],
)
def test_a_script_takes_the_one_that_a_variable_names(inspect: Inspect, script: str, findings: int) -> None:
    tree = {"k8s": {"api-red.yaml": map_of("a"), "api-yellow.yaml": map_of("b")}, "deploy.sh": script}

    assert len(inspect("kubernetes-duplicate", tree)) == findings


@pytest.mark.parametrize(("annotation", "told"), [("run.googleapis.com/ingress", 0), ("example.com/ingress", 1)])
def test_services_of_cloud_run_are_replaced_one_by_one(inspect: Inspect, annotation: str, told: int) -> None:
    text = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: api\n  annotations: {%s: all}\nspec: {template: {metadata: {name: %s}}}\n"
    tree = {"run": {"small.yaml": text % (annotation, "a"), "wide.yaml": text % (annotation, "b")}}

    assert len(inspect("kubernetes-duplicate", tree)) == told


def test_two_pods_of_one_name_are_applied_one_at_a_time(inspect: Inspect) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: probe, namespace: shop}\nspec: {containers: [{name: a, image: %s}]}\n"

    (found,) = inspect("kubernetes-duplicate", {"tools": {"probe.yaml": pod % "a", "shell.yaml": pod % "b"}})

    assert found.severity == "info"
    assert "the other is refused" in found.message
