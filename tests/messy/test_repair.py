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
