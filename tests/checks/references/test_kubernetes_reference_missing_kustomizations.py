"""Files and objects that kustomizations name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.references.kubernetes_objects import SECRETS, SETTINGS, WORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_files_of_a_kustomization(inspect: Inspect) -> None:
    text = "resources:\n  - api.yaml\n  - ../base\n  - https://example.invalid/a.yaml\n  - github.com/a/b//c?ref=v1\npatches:\n  - path: patch.yaml\n"
    tree = {"over": {"kustomization.yaml": text}, "base": {"kustomization.yaml": "resources: []\n"}}

    assert places(inspect("kubernetes-reference-missing", tree)) == [
        ("error", "over/kustomization.yaml", 2),
        ("error", "over/kustomization.yaml", 7),
    ]


def test_a_kustomization_that_brings_more_from_elsewhere(inspect: Inspect) -> None:
    route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: board, port: {number: 1}}}}\n"
    lines = "resources:\n  - route.yaml\n  - https://example.invalid/board.yaml\n"
    tree = {"k8s": {"kustomization.yaml": lines, "route.yaml": route, "service.yaml": SECRETS}}

    assert inspect("kubernetes-reference-missing", tree) == []


def test_a_patch_has_its_volumes_elsewhere(inspect: Inspect) -> None:
    patch = (WORK % ("Deployment", "api", "registry", "a", "cache")).partition("---")[0]
    patch = patch.replace("  selector: {matchLabels: {app: api}}\n", "")

    assert inspect("kubernetes-reference-missing", {"over": {"patch.yaml": patch, "s.yaml": SECRETS}}) == []


OVERLAY = "namespace: live\nnamePrefix: live-\nresources: [../base, scale.yaml]\npatches:\n  - target: {kind: Pod, name: %s}\n    patch: x\n"
SCALE = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n"
    "spec: {scaleTargetRef: {kind: Deployment, name: %s}}\n"
)


def test_overlays_that_move_and_rename(inspect: Inspect) -> None:
    base = {"kustomization.yaml": "namespace: base\nresources: [a.yaml]\n", "a.yaml": WORK.partition("---")[0] % (
        "Deployment", "", "registry", "a", "data"
    ), "s.yaml": SECRETS}  # fmt: skip
    trees = [
        {"base": base, "live": {"kustomization.yaml": OVERLAY % patched, "scale.yaml": SCALE % scaled}}
        for patched, scaled in ((".*", "live-api"), ("apis", "live-apis"))
    ]

    assert [places(inspect("kubernetes-reference-missing", tree)) for tree in trees] == [
        [],
        [("warning", "live/kustomization.yaml", 5), ("warning", "live/scale.yaml", 4)],
    ]


def test_what_a_script_puts_beside_a_kustomization(inspect: Inspect) -> None:
    tree = {
        "common": {"kustomization.yaml": "resources:\n- manifest.yaml\n- space.yaml\n", "space.yaml": SETTINGS},
        "make.sh": 'MANIFEST="${HERE}/common/manifest.yaml"\nhelm template a > $MANIFEST\n',
    }

    assert places(inspect("kubernetes-reference-missing", tree)) == [("info", "common/kustomization.yaml", 2)]
