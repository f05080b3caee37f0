"""Commits of other repositories without an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

COMMIT = "8a9b0c1d2e3f405162738495a6b7c8d9eafb0c1d"
MODULES = '[submodule "a"]\n\tpath = third_party/a\n\turl = ../a.git\n[submodule "b"]\n\tpath = b\n'


def with_links(made: Repository, *paths: str) -> Inspection:
    for path in paths:
        made.git("update-index", "--add", "--cacheinfo", f"160000,{COMMIT},{path}")
    return Inspection(made.root, {})


def test_commits_that_nobody_can_fetch(repository: Callable[..., Repository]) -> None:
    context = with_links(repository({".gitmodules": MODULES}), "third_party/a", "third_party/lost", "b")

    assert places(load("gitlink-undeclared").run(context)) == [
        ("error", ".gitmodules", 4),
        ("error", "third_party/lost", 0),
    ]


def test_quiet_for_declared_ones_and_nested_repositories(repository: Callable[..., Repository]) -> None:
    made = repository({".gitmodules": MODULES.partition('[submodule "b"]')[0]})
    made.write({"sandbox": {".git": {"HEAD": ""}}})

    assert list(load("gitlink-undeclared").run(with_links(made, "third_party/a"))) == []
    assert list(load("gitlink-undeclared").run(Inspection(repository({"a": ""}, name="plain").root, {}))) == []


def test_a_file_without_sections(repository: Callable[..., Repository]) -> None:
    context = with_links(repository({".gitmodules": "[[["}), "lost")

    assert places(load("gitlink-undeclared").run(context)) == [("error", "lost", 0)]
