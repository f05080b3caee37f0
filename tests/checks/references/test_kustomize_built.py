"""What kustomizations bring: objects twice, images that nothing has, and what Argo CD deploys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {A: %s}\n"
BASE = "namespace: shop\nresources: [settings.yaml]\n"


@pytest.mark.parametrize(
    ("overlay", "base", "expected"),
    [
        ("namespace: prod\nresources: [../base, settings.yaml]\n", BASE, 1),
        ("namespace: prod\nresources: [../base]\npatches: [{path: settings.yaml}]\n", BASE, 0),
        ("resources: [../base, settings.yaml]\n", BASE, 0),  # the base's is in another namespace
        ("resources: [../base, settings.yaml]\n", BASE.removeprefix("namespace: shop\n"), 1),
        ("namespace: prod\nresources: [../base, settings.yaml]\n", f"namePrefix: a-\n{BASE}", 0),
        ("namespace: prod\nresources: [../base, other.yaml]\n", BASE, 0),
    ],
)
def test_objects_that_an_overlay_has_once_more(inspect: Inspect, overlay: str, base: str, expected: int) -> None:
    files = {
        "k8s/base/kustomization.yaml": base,
        "k8s/base/settings.yaml": CONFIG % ("settings", "b"),
        "k8s/prod/kustomization.yaml": overlay,
        "k8s/prod/settings.yaml": CONFIG % ("settings", "b"),
        "k8s/prod/other.yaml": CONFIG % ("others", "b"),
    }

    assert places(inspect("kubernetes-duplicate", files)) == [("error", "k8s/prod/settings.yaml", 3)] * expected


def test_of_two_files_the_one_that_is_named_otherwise_has_the_copy(inspect: Inspect) -> None:
    files = {
        "k8s/kustomization.yaml": "resources: [moderator.yaml, seller.yaml]\n",
        "k8s/moderator.yaml": CONFIG % ("seller-web", "b"),
        "k8s/seller.yaml": CONFIG % ("seller-web", "c"),
    }

    assert places(inspect("kubernetes-duplicate", files)) == [("error", "k8s/moderator.yaml", 3)]


PART = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: %s}\n"
WHOLE = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}\n"


@pytest.mark.parametrize(
    ("overlay", "more", "lines"),
    [
        ({"kustomization.yaml": "resources: [../base]\n"}, {}, 1),
        ({}, {}, 1),
        ({"kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n"}, {}, 0),
        ({}, {"deploy.sh": "kubectl patch deployment api --patch-file prod/patch.yaml\n"}, 0),
    ],
)
def test_a_part_that_no_kustomization_names(
    inspect: Inspect, overlay: dict[str, str], more: dict[str, str], lines: int
) -> None:
    base = {"kustomization.yaml": "resources: [api.yaml]\n", "api.yaml": WHOLE}
    tree = {"k8s": {"base": base, "prod": {**overlay, "patch.yaml": PART % 3, "other.yaml": PART % 2}}, **more}

    found = [one for one in inspect("kubernetes-reference-missing", tree) if "patch.yaml" in one.evidence]

    assert [(one.severity, one.line) for one in found] == [("warning", 3)] * lines * (not more)


@pytest.mark.parametrize("text", [WHOLE, "#@ overlay\n" + PART % 3, PART.replace("apps/v1", "example.org/v1") % 3])
def test_what_is_no_part_of_a_workload(inspect: Inspect, text: str) -> None:
    tree = {"base": {"kustomization.yaml": "resources: [api.yaml]\n", "api.yaml": WHOLE}, "prod": {"a.yaml": text}}

    assert not [one for one in inspect("kubernetes-reference-missing", tree) if "No kustomization" in one.message]
