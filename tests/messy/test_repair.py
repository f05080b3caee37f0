"""The messy repository is repaired, cleaned and its workflows moved; then all is taken back, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.apply.snapshot import snapshot, status
from tests.messy.build import build
from tests.program import toolkit
from tests.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_is_taken_back(tmp_path: Path) -> None:
    made = Repository(build(tmp_path / "messy"))
    (made.root / ".toolkit").mkdir(exist_ok=True)
    (made.root / ".toolkit" / ".gitignore").write_text("*\n")
    before, said = snapshot(made.root), status(made)

    moved = toolkit(made.root, "relocate-workflows")
    fixed = toolkit(made.root, "doctor", "--offline", "--skip", "machine", "--fix")
    cleaned = toolkit(made.root, "clean", "--tracked")

    assert (fixed.code, cleaned.code, moved.code) == (1, 0, 0)
    assert "still there" not in fixed.out
    assert snapshot(made.root) != before
    assert toolkit(made.root, "clean", "--tracked", "--check").code == 0
    assert toolkit(made.root, "doctor", "--only", "nested-workflow").code == 0
    assert toolkit(made.root, "relocate-workflows", "--check").code == 0

    undone = [toolkit(made.root, "undo") for _ in range(3)]

    assert [one.code for one in undone] == [0, 0, 0]
    assert snapshot(made.root) == before
    assert status(made) == said


def test_what_is_left_needs_a_person_and_says_what_they_do(tmp_path: Path) -> None:
    made = Repository(build(tmp_path / "messy"))
    rest = (
        "--offline",
        "--skip",
        "machine,lockfile-missing,lockfile-stale,dependency-version-skew,dependency-undeclared",
    )  # a lock is made by the manager itself, with a network

    fixed = toolkit(made.root, "doctor", "--fix", "--unsafe", *rest)
    left = [
        one
        for one in toolkit(made.root, "doctor", "--format", "json", *rest).json["findings"]
        if one["severity"] != "info"
    ]

    assert fixed.code == 1
    assert [one for one in left if any(fix["safety"] != "manual" and fix["actions"] for fix in one["fixes"])] == []
    assert [(one["check"], one["path"]) for one in left if not one["fixes"]] == []
    told = fixed.out.partition("need a person")[2].splitlines()
    heads = [at for at, line in enumerate(told) if line.startswith("  ") and not line.startswith("   ")]
    advised = {told[at].split()[0] for at in heads if any("to do  " in line for line in told[at + 1 : at + 3])}
    new = {
        "workflow-ignores-flake",
        "lockfile-stale",
    }  # of workflows that were moved, and of a version that was changed
    assert {one["check"] for one in left} - advised - new == set()
    assert len(left) > len(advised) > len(new)
