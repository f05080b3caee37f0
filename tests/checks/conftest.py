"""What tests of checks stand on: one check over one small repository."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import catalog, load
from toolkit.checking import Inspection
from toolkit.checks import SILENT
from toolkit.extension import signs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree
    from toolkit.model import Finding, Place


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
        context = Inspection(made.root, variables or {})
        found = list(load(name).run(context))
        for table in context.facts._tables.values():
            marshal.dumps(table._young | table.rows)  # plain values, or they could not be kept
        listed = next(one for one in catalog() if one.id == name)
        assert [one.path for one in found if name in SILENT and not context.is_file(one.path)] == []
        assert [one.path for one in found if not listed.concerns(signs_of([one.path.rpartition("/")[2]]))] == []
        assert [one.path for one in found if not one.fixes] == []  # each says at least what a person does
        assert [place for one in found for place in one.related if not _is_there(context, place)] == []
        return found

    return run


def _is_there(context: Inspection, place: Place) -> bool:
    """Whether a file has the line, or a place without one exists."""
    file = context.absolute(place.path)
    return file.exists() and (place.line == 0 or place.line <= file.read_bytes().count(b"\n") + 1)
