"""One object, two definitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "k8s/old/settings.yaml", 1)]


def test_twice_in_one_file(inspect: Inspect) -> None:
    tree = {"a.yaml": f"{map_of('a')}---\n{map_of('b')}"}

    assert places(inspect("kubernetes-duplicate", tree)) == [("error", "a.yaml", 6)]


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


def test_patches_of_a_kustomization_are_parts(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "settings.yaml": map_of("a"),
            "more": {"change.yaml": map_of("b")},
            "kustomization.yaml": "resources: [settings.yaml]\npatches: [{path: more/change.yaml}]\n",
        }
    }

    assert inspect("kubernetes-duplicate", tree) == []
