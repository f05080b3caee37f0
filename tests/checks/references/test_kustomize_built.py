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


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: chat, image: %s}]}\n"


@pytest.mark.parametrize(
    ("image", "base", "expected"),
    [
        ("chat-svc:dev", "", [("warning", "k8s/prod/kustomization.yaml", 3)]),
        ("chat:dev", "", []),
        ("chat", "", []),
        ("registry.example.com:5000/chat:dev", "", [("warning", "k8s/prod/kustomization.yaml", 3)]),
        ("chat-svc", "images: [{name: chat-svc, newName: chat}]\n", []),
        ("chat-svc", "resources: [https://example.com/more.yaml]\n", []),
    ],
)
def test_images_that_nothing_has(inspect: Inspect, image: str, base: str, expected: list[tuple[str, str, int]]) -> None:
    listed = base if base.startswith("resources") else f"{base}resources: [pod.yaml]\n"
    files = {
        "k8s/base/kustomization.yaml": listed,
        "k8s/base/pod.yaml": POD % image,
        "k8s/prod/kustomization.yaml": "resources: [../base]\nimages:\n  - name: chat\n    newTag: a\n",
    }

    assert places(inspect("kubernetes-reference-missing", files)) == expected


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %s}
spec:
  source:
    repoURL: https://github.com/%s.git
    targetRevision: main
    path: %s
"""


@pytest.mark.parametrize(
    ("owner", "path", "others", "expected"),
    [
        ("us/shop", "deploy/k8s/overlays/dev", {"README.md": "git clone https://github.com/us/shop.git\n"}, "error"),
        ("us/shop", "deploy/k8s/overlays/dev", {"k8s/b.yaml": APPLICATION % ("b", "us/shop", "deploy/base")}, "error"),
        ("us/shop", "deploy/staging", {}, "warning"),
        ("them/shop", "deploy/k8s/overlays/dev", {"README.md": "git clone https://github.com/us/shop.git\n"}, ""),
        ("us/shop", "charts/api", {"README.md": "git clone https://github.com/us/shop.git\n"}, ""),
    ],
)
def test_folders_of_this_repository_that_argo_cd_deploys(
    inspect: Inspect, owner: str, path: str, others: dict[str, str], expected: str
) -> None:
    files = {"deploy/base/a.yaml": CONFIG % ("a", "b"), "k8s/a.yaml": APPLICATION % ("a", owner, path), **others}

    found = places(inspect("kubernetes-reference-missing", files))

    assert found == ([(expected, "k8s/a.yaml", 8)] if expected else [])
