"""What kustomize refuses to build: files outside of the folder, and several Namespaces of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "kubernetes-reference-missing"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: c}\n"
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("resources:\n  - ../config.yaml\n", 2),
        ("resources: [own.yaml]\npatches:\n  - path: ../patch.yaml\n", 3),
        ("configMapGenerator:\n  - name: x\n    files:\n      - a=../a.conf\n", 4),
        ("resources:\n  - ../other\n", 0),
        ("resources:\n  - own.yaml\n  - inner/config.yaml\n", 0),
    ],
)
def test_files_outside_of_the_folder(inspect: Inspect, text: str, line: int) -> None:
    own = CONFIG.replace("name: a", "name: own")
    tree = {
        "k8s": {
            "config.yaml": CONFIG,
            "patch.yaml": own.replace("b: c", "b: d"),
            "a.conf": "",
            "other": {
                "kustomization.yaml": "resources: [more.yaml]\n",
                "more.yaml": CONFIG.replace("name: a", "name: m"),
            },
            "base": {
                "kustomization.yaml": text,
                "own.yaml": own,
                "inner": {"config.yaml": CONFIG.replace("name: a", "name: i")},
            },
        },
    }

    assert places(inspect(ID, tree)) == [("error", "k8s/base/kustomization.yaml", line)] * bool(line)


@pytest.mark.parametrize(
    "freed",
    [
        {"up.sh": "kustomize build --load-restrictor LoadRestrictionsNone k8s/base | kubectl apply -f -\n"},
        {
            "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec: {path: k8s/base}\n"
        },
    ],
)
def test_files_outside_where_kustomize_may_read_all(inspect: Inspect, freed: dict[str, str]) -> None:
    tree = {"k8s": {"config.yaml": CONFIG, "base": {"kustomization.yaml": "resources: [../config.yaml]\n"}}, **freed}

    assert inspect(ID, tree) == []


def test_all_files_outside_are_one_finding(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "a.yaml": CONFIG,
            "b.yaml": CONFIG.replace("name: a", "name: b"),
            "base": {"kustomization.yaml": "resources:\n  - ../a.yaml\n  - ../b.yaml\n"},
        }
    }

    (found,) = inspect(ID, tree)

    assert "../a.yaml (as 1 more), which lies outside of k8s/base" in found.message
    assert [one.line for one in found.related] == [3]


@pytest.mark.parametrize(
    ("spaces", "given", "told"),
    [(("a", "b"), "namespace: shop\n", True), (("a",), "namespace: shop\n", False), (("a", "b"), "", False)],
)
def test_several_namespaces_of_one_name(inspect: Inspect, spaces: tuple[str, ...], given: str, told: bool) -> None:
    files = {f"{name}.yaml": SPACE % name for name in spaces}
    tree = {
        "base": {"kustomization.yaml": f"{given}resources: [{', '.join(files)}]\n", **files},
        "over": {
            "kustomization.yaml": "namespace: other\nresources: [../base]\n" if given else "resources: [../base]\n"
        },
    }

    found = inspect(ID, tree)

    assert places(found) == [("error", "base/kustomization.yaml", 1)] * told
    assert all("Namespace a, b" in one.message for one in found)
