"""Secrets of kustomizations with stand-ins for values, which an apply writes over the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  REGION: eu\n  JWT_SECRET: CHANGE_ME\n"
OTHER = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: store}\nstringData:\n  PASSWORD: '<password>'\n"
PATCH = "patches:\n- target: {kind: Secret, name: keys}\n  patch: '[{op: replace, path: /stringData/JWT_SECRET, value: $(JWT)}]'\n"
MADE = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: of-store}\nspec: {target: {name: keys}}\n"


def test_each_apply_writes_a_stand_in_over_the_real_value(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "base": {"kustomization.yaml": "resources: [secret.yaml]\n", "secret.yaml": SECRET + OTHER},
        "overlays": {
            "dev": {"kustomization.yaml": "resources: [../../base]\n"},
            "prod": {"kustomization.yaml": "resources: [../../base]\n"},
        },
    }

    (found,) = inspect("kubernetes-reference-missing", tree)

    assert places([found]) == [("warning", "base/secret.yaml", 6)]
    assert found.message.startswith("Secret keys (as 1 more) has CHANGE_ME for JWT_SECRET, and overlays/prod/")


@pytest.mark.parametrize(
    "tree",
    [
        {"dev": {"kustomization.yaml": "resources: [secret.yaml]\n", "secret.yaml": SECRET}},
        {
            "prod": {
                "kustomization.yaml": "resources: [secret.yaml, made.yaml]\n",
                "secret.yaml": SECRET,
                "made.yaml": MADE,
            }
        },
        {
            "base": {"kustomization.yaml": "resources: [secret.yaml]\n", "secret.yaml": SECRET},
            "prod": {"kustomization.yaml": f"resources: [../base]\n{PATCH}"},
        },
        {
            "prod": {"kustomization.yaml": "resources: [secret.yaml]\n", "secret.yaml": SECRET},
            "deploy.sh": "sed -i s/CHANGE_ME/$JWT/ prod/secret.yaml\nkubectl apply -k prod\n",
        },
        {"prod": {"secret.yaml": SECRET}},
        {
            "prod": {
                "kustomization.yaml": "resources: [secret.yaml]\n",
                "secret.yaml": SECRET.replace("CHANGE_ME", "$JWT"),
            }
        },
    ],
    ids=["for development", "made by another", "patched", "filled in", "not brought", "a variable"],
)
def test_what_nobody_applies_as_it_is(inspect: Callable[..., list[Finding]], tree: dict[str, object]) -> None:
    assert inspect("kubernetes-reference-missing", tree) == []
