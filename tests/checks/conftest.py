"""What tests of checks stand on: one check over one small repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree
    from toolkit.model import Finding


@pytest.fixture
def inspect(repository: Callable[..., Repository]) -> Callable[..., list[Finding]]:
    """Run one check: ``inspect("conflict-copy", {"a.txt": ""}, loose={"a 2.txt": ""})``.

    Everything in the tree is committed, ``loose`` is written afterwards and not added.
    """

    def run(
        name: str, tree: Tree, *, loose: Tree | None = None, variables: dict[str, str] | None = None
    ) -> list[Finding]:
        made = repository(tree)
        made.write(loose or {})
        return list(load(name).run(Inspection(made.root, variables or {})))

    return run
