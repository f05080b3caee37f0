"""What of a bun lock an install has to put there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import only
from toolkit.ecosystems.bun import Bun

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

LEAF = Bun()
PACKAGES = {
    "app": ["app@workspace:apps/app"],
    "direct": ["direct@1.0.0", "", {"dependencies": {"inner": "^1"}, "peerDependencies": {"peer": "*"}}, "sha512-a"],
    "inner": ["inner@1.0.0", "", {"optionalDependencies": {"wasm": "1"}}, "sha512-a"],
    "direct/inner": ["inner@1.1.0", "", {}, "sha512-a"],
    "app/direct": ["direct@2.0.0", "", {"dependencies": {"wasm": "1", "inner": "^1"}}, "sha512-a"],
    "peer": ["peer@1.0.0", "", {"dependencies": {"of-peer": "1"}}, "sha512-a"],
    "of-peer": ["of-peer@1.0.0", "", {}, "sha512-a"],
    "wasm": ["wasm@1.0.0", "", {"cpu": "none", "dependencies": {"of-wasm": "1"}}, "sha512-a"],
    "of-wasm": ["of-wasm@1.0.0", "", {}, "sha512-a"],
}
HERE = "apps/app/node_modules"


def repository_with(repository: Callable[..., Repository], *places: str) -> Repository:
    depends = {"dependencies": {"direct": "*"}}
    repo = repository(
        {
            "package.json": json.dumps({"name": "root", "workspaces": ["apps/*"], **depends}),
            "bun.lock": json.dumps({"lockfileVersion": 1, "packages": PACKAGES}, indent=1),
            "apps/app/package.json": json.dumps({"name": "app", **depends}),
            ".gitignore": "node_modules\n",
        }
    )
    for place in places:
        folder = repo.root / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
    return repo


ISOLATED = {
    "node_modules/.bun/direct@1.0.0/node_modules/direct",
    "node_modules/.bun/inner@1.1.0/node_modules/inner",
    "node_modules/.bun/direct@2.0.0/node_modules/direct",
    "node_modules/.bun/inner@1.0.0/node_modules/inner",
    "node_modules/direct",
    f"{HERE}/direct",
}
FLAT = {
    "node_modules/direct",
    "node_modules/direct/node_modules/inner",
    "node_modules/inner",
    "node_modules/app",
    f"{HERE}/direct",
}


@pytest.mark.parametrize("places", [ISOLATED, FLAT], ids=["isolated", "hoisted"])
def test_peers_and_what_other_platforms_need_may_be_absent(
    repository: Callable[..., Repository], places: set[str]
) -> None:
    context, subproject = only(LEAF, repository_with(repository, *places).root)
    assert LEAF.missing(context, subproject) == ""


@pytest.mark.parametrize("gone", sorted(ISOLATED | FLAT))
def test_what_the_packages_lead_to_is_missed(repository: Callable[..., Repository], gone: str) -> None:
    places = ISOLATED if gone in ISOLATED else FLAT
    context, subproject = only(LEAF, repository_with(repository, *(places - {gone})).root)
    assert LEAF.missing(context, subproject).endswith("is missing")
