"""Making locks as a user meets it: one subproject, or all that have none, with the real managers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_bootstrap import NUMBER, npm
from tests.program import toolkit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree

pytestmark = pytest.mark.real("npm")


def unlocked(name: str, **dependencies: str) -> Tree:
    return {"package.json": json.dumps({"name": name, "version": "1.0.0", "dependencies": dependencies or NUMBER})}


def test_all_missing_locks_are_made_and_one_that_cannot_be_made_stops_no_other(
    repository: Callable[..., Repository],
) -> None:
    repo = repository(
        {
            "a": unlocked("a"),
            "b": unlocked("b", **{"is-number": "0.0.999"}),
            "c": npm("c"),
            "d": unlocked("d"),
            ".gitignore": "node_modules\n",
        }
    )
    before = (repo.root / "c/package-lock.json").read_bytes()

    planned = toolkit(repo.root, "bootstrap", "--plan").out
    done = toolkit(repo.root, "lock-missing")

    assert "fix  " not in planned
    assert planned.splitlines()[-1] == "next  toolkit lock-missing"
    assert done.code == 1, done.err
    lines = done.out.splitlines()
    assert [line for line in lines if line.endswith(": locked")] == ["a: locked", "d: locked"]
    assert [line.partition(" - ")[0] for line in lines if line.startswith("failed: ")] == ["failed: b"]
    assert [line.partition(" in ")[0] for line in lines[-2:]] == ["2 locked, 1 failed", "next  toolkit bootstrap"]
    assert (repo.root / "c/package-lock.json").read_bytes() == before
    assert sorted(path.parent.name for path in repo.root.glob("*/package-lock.json")) == ["a", "c", "d"]


def test_nothing_is_missing_and_a_plan_of_all(repository: Callable[..., Repository]) -> None:
    settings = '[projects."d"]\ninstall = false\n'
    repo = repository(
        {"a": npm("a"), "b": unlocked("b"), "c": unlocked("c"), "d": unlocked("d"), "toolkit.toml": settings}
    )

    planned = toolkit(repo.root, "lock-missing", "--plan")
    other = toolkit(repo.root, "lock-missing", "--ecosystem", "cargo")

    assert [line.partition("   (in ")[2] for line in planned.out.splitlines()] == ["b)", "c)"]
    assert not list(repo.root.glob("[bc]/package-lock.json"))
    assert (other.code, other.out) == (0, "no lock is missing\n")
