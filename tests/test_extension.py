"""How leaves are found."""

from __future__ import annotations

import importlib

import pytest

from toolkit import ecosystems as package
from toolkit.extension import ecosystem, ecosystems, ecosystems_of, leaves


def test_every_leaf_is_found_and_has_a_name_of_its_own() -> None:
    names = [leaf.name for leaf in ecosystems()]
    assert len(set(names)) == len(names)
    assert set(leaves(package)) <= set(names)
    assert all(leaf.family for leaf in ecosystems())


def test_the_names_that_spare_loading_are_of_leaves_that_exist() -> None:
    assert set(package.TELLING) <= set(leaves(package))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["README.md"], set()),
        (["package.json"], {"bun", "npm", "pnpm", "yarn", "yarn_classic"}),
        (["main.tf"], {"terraform"}),
        (["main.tf.json"], {"terraform"}),
        (["Cargo.toml", "Anchor.toml"], {"cargo", "anchor"}),
        (["go.work"], {"go"}),
        (["requirements-dev.txt"], {"pip"}),
        (["pyproject.toml"], {"pip", "poetry", "uv"}),
    ],
)
def test_only_what_can_find_something_is_loaded(names: list[str], expected: set[str]) -> None:
    assert {leaf.name for leaf in ecosystems_of(names)} == expected


def test_an_ecosystem_is_had_by_name() -> None:
    assert ecosystem("npm").name == "npm"
    with pytest.raises(KeyError):
        ecosystem("nonsense")
    assert importlib.import_module("toolkit.ecosystems.npm")
